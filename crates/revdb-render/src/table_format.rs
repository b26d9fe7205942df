//! The `table` format: fitted to a terminal, or plain in a pipe.
//!
//! Widths are needed before the first line, so the first [`MEASURED`] rows are held in memory and
//! measured; longer results are streamed with the widths of these.

use std::io::Write;

use super::safe::for_terminal;
use super::table::{Caption, Cell, Collected, Column, ColumnKind, Rows};
use super::terminal_fit::Measured;
use super::wrap::{STYLE_DIM, STYLE_END, STYLE_MATCH};
use super::{
    Draws, Format, MATCH_END, MATCH_START, OutputError, OutputOptions, Reader, Summary, Writer,
    chart_format, constant_columns, plain_table, safe, terminal_table,
};

/// Rows held in memory to measure columns: at a kilobyte per review some 10 MB.
pub const MEASURED: usize = 10_000;

/// Columns reserved for integers in a result too long to be measured in full: ids and running
/// counts grow, and a number is never wrapped.
const SLACK: usize = 3;

struct Table;

/// The `table` format.
pub static TABLE: Format = Format {
    draws: Draws::OnRequest,
    styles_terminal: true,
    ..Format::new("table", &["txt"], Reader::Person, &Table)
};

impl Writer for Table {
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        if let Some(spec) = &options.chart {
            return chart_format::write(spec, rows, out, options);
        }
        let first_caption = rows.caption();
        let (mut head, complete) = Collected::take(rows, MEASURED)?;
        let style = Style::of(options);
        let constants = match complete && rows.may_lift_constants() {
            true => constant_columns::take_out(&mut head, style),
            false => None,
        };
        let slack = if complete { 0 } else { SLACK };
        write_header(&first_caption, out, style, options)?;
        write_constants(constants.as_deref(), out, style, options)?;
        let mut layout: Box<dyn Layout> = match options.width {
            Some(width) => terminal_table::layout(&Measured { head: &head, slack }, width, style),
            None => Box::new(plain_table::Plain::fit(&head, slack, style)),
        };
        let mut summary = Summary::default();
        if head.rows.is_empty() {
            writeln!(out, "{}", style.apply(&format!("{STYLE_DIM}no rows{STYLE_END}")))?;
        } else {
            layout.write(&head.rows, out)?;
            summary.rows = head.rows.len() as u64;
        }
        if !complete {
            summary.rows += stream_on(rows, layout.as_mut(), out)?;
        }
        write_notes(&rows.caption(), out, style, options)?;
        Ok(summary)
    }
}

/// Rows per write once the widths are known.
const CHUNK: usize = 500;

fn stream_on(
    rows: &mut dyn Rows,
    layout: &mut dyn Layout,
    out: &mut dyn Write,
) -> Result<u64, OutputError> {
    let mut written = 0;
    let mut chunk = Vec::with_capacity(CHUNK);
    loop {
        let row = rows.next_row()?;
        let ended = row.is_none();
        chunk.extend(row);
        if !chunk.is_empty() && (ended || chunk.len() == CHUNK) {
            layout.write(&chunk, out)?;
            written += chunk.len() as u64;
            chunk.clear();
        }
        if ended {
            return Ok(written);
        }
    }
}

/// A layout of rows with fixed widths.
pub(super) trait Layout {
    /// Writes rows; the first call also writes the column names.
    fn write(&mut self, rows: &[Vec<Cell>], out: &mut dyn Write) -> Result<(), OutputError>;
}

/// Which characters and escape sequences may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    pub colour: bool,
    pub ascii: bool,
    /// Marks matches with brackets, on a screen without colour.
    pub brackets: bool,
}

impl Style {
    pub fn of(options: &OutputOptions) -> Self {
        let colour = options.colour && options.is_terminal();
        let brackets = options.is_terminal() && !colour;
        Style { colour, ascii: options.ascii_only, brackets }
    }

    /// Turns style marks into escape sequences, or removes them. Matches are bold red, as in grep;
    /// bold carries the meaning without colour.
    pub fn apply(self, text: &str) -> String {
        if !self.colour {
            return text.replace([STYLE_MATCH, STYLE_DIM, STYLE_END], "");
        }
        let mut styled = String::with_capacity(text.len() + 32);
        for c in text.chars() {
            match c {
                STYLE_MATCH => styled.push_str("\x1b[1;31m"),
                STYLE_DIM => styled.push_str("\x1b[2m"),
                STYLE_END => styled.push_str("\x1b[0m"),
                c => styled.push(c),
            }
        }
        styled
    }

    fn bold(self, text: &str) -> String {
        if self.colour { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// The text for null.
    pub fn null(self) -> &'static str {
        if self.ascii { "-" } else { "–" }
    }
}

/// The safe text of a cell, line ends kept; `None` for null.
pub(super) fn block_text(cell: &Cell, column: &Column, style: Style) -> Option<String> {
    let text = cell.display_text(column.kind)?;
    let text = safe::for_terminal_block(&text);
    Some(match style.brackets && column.kind == ColumnKind::Snippet {
        true => text.replace(MATCH_START, "[").replace(MATCH_END, "]"),
        false => text.into_owned(),
    })
}

pub(super) fn write_header(
    caption: &Caption,
    out: &mut dyn Write,
    style: Style,
    options: &OutputOptions,
) -> Result<(), OutputError> {
    if let Some(title) = &caption.title {
        for line in fitted(title, options) {
            writeln!(out, "{}", style.bold(&line))?;
        }
    }
    if !caption.filters.is_empty() {
        let between = if style.ascii { "; " } else { " · " };
        for line in fitted(&caption.filters.join(between), options) {
            writeln!(out, "{}", style.apply(&format!("{STYLE_DIM}{line}{STYLE_END}")))?;
        }
    }
    if caption.title.is_some() || !caption.filters.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// The line with the values that are the same in every row.
fn write_constants(
    constants: Option<&str>,
    out: &mut dyn Write,
    style: Style,
    options: &OutputOptions,
) -> Result<(), OutputError> {
    let Some(text) = constants else { return Ok(()) };
    for line in fitted(text, options) {
        writeln!(out, "{}", style.apply(&format!("{STYLE_DIM}{line}{STYLE_END}")))?;
    }
    writeln!(out)?;
    Ok(())
}

pub(super) fn write_notes(
    caption: &Caption,
    out: &mut dyn Write,
    style: Style,
    options: &OutputOptions,
) -> Result<(), OutputError> {
    if !caption.notes.is_empty() {
        writeln!(out)?;
    }
    for note in &caption.notes {
        for line in fitted(note, options) {
            writeln!(out, "{}", style.apply(&format!("{STYLE_DIM}{line}{STYLE_END}")))?;
        }
    }
    Ok(())
}

fn fitted(text: &str, options: &OutputOptions) -> Vec<String> {
    let text = for_terminal(text);
    match options.width {
        Some(width) => super::wrap::wrap(&text, terminal_table::usable(width), false),
        None => vec![text.into_owned()],
    }
}
