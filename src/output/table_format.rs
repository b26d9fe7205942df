//! The table for people: fitted to a terminal, or plain into a pipe.
//!
//! Widths must be known before the first line, so up to [`MEASURED`] rows are held;
//! longer results are laid out by those first rows and stream on, in flat memory.

use std::io::Write;

use super::safe::for_terminal;
use super::table::{Caption, Cell, Collected, Column, Rows};
use super::terminal_fit::Measured;
use super::wrap::{STYLE_DIM, STYLE_END, STYLE_MATCH};
use super::{
    OutputError, OutputOptions, Summary, Writer, chart_format, plain_table, safe, terminal_table,
};

/// Rows held to measure columns: at a kilobyte a review some 10 MB.
pub const MEASURED: usize = 10_000;

/// Columns kept free for integers in a result too long to be measured whole: ids and
/// running counts grow, and a number is never broken into lines.
const SLACK: usize = 3;

/// The `table` format.
pub struct Table;

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
        let blank = if complete { leave_out_blanks(&mut head) } else { Vec::new() };
        let style = Style::of(options);
        let slack = if complete { 0 } else { SLACK };
        write_header(&first_caption, out, style, options)?;
        let (mut layout, folded): (Box<dyn Layout>, _) = match options.width {
            Some(width) => {
                let measured = Measured { head: &head, complete, slack };
                terminal_table::layout(&measured, width, style)
            }
            None => (Box::new(plain_table::Plain::fit(&head, slack, style)), None),
        };
        let blank = (!blank.is_empty()).then(|| format!("blank: {}", blank.join(", ")));
        let told: Vec<String> = [folded, blank].into_iter().flatten().collect();
        let told = (!told.is_empty()).then(|| told.join(" · "));
        write_folded(told.as_deref(), out, style, options)?;
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

/// From so many rows on a column that is blank in all of them tells nothing in its place.
const ENOUGH: usize = 2;

/// Takes the columns out that are blank in every row, and gives their names.
fn leave_out_blanks(head: &mut Collected) -> Vec<String> {
    if head.rows.len() < ENOUGH {
        return Vec::new();
    }
    let is_blank = |at: usize| head.rows.iter().all(|row| matches!(row.get(at), Some(Cell::Null)));
    let blank: Vec<bool> = (0..head.columns.len()).map(is_blank).collect();
    let names = head.columns.iter().zip(&blank).filter(|(_, blank)| **blank);
    let names: Vec<String> = names.map(|(column, _)| column.name.clone()).collect();
    if !names.is_empty() && names.len() < blank.len() {
        let mut stays = blank.iter().map(|blank| !blank).cycle();
        head.columns.retain(|_| stays.next().unwrap_or(true));
        for row in &mut head.rows {
            let mut stays = blank.iter().map(|blank| !blank);
            row.retain(|_| stays.next().unwrap_or(true));
        }
        return names;
    }
    Vec::new()
}

/// Rows at a time once the widths are known.
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

/// A way of placing rows, its widths fixed.
pub(super) trait Layout {
    /// Writes rows; the first call writes the column names above them.
    fn write(&mut self, rows: &[Vec<Cell>], out: &mut dyn Write) -> Result<(), OutputError>;
}

/// What characters and escape sequences may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    pub colour: bool,
    pub ascii: bool,
}

impl Style {
    pub fn of(options: &OutputOptions) -> Self {
        Style { colour: options.colour && options.is_terminal(), ascii: options.ascii_only }
    }

    /// Turns style marks into escape sequences, or into nothing. Matches are bold red, as
    /// grep shows them; red alone carries no meaning, for bold does.
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

    /// What stands for null.
    pub fn null(self) -> &'static str {
        if self.ascii { "-" } else { "–" }
    }
}

/// The safe text of a cell, line ends kept; `None` for null.
pub(super) fn block_text(cell: &Cell, column: &Column) -> Option<String> {
    cell.display_text(column.kind).map(|text| safe::for_terminal_block(&text).into_owned())
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

/// The line that tells what is the same in every row.
fn write_folded(
    folded: Option<&str>,
    out: &mut dyn Write,
    style: Style,
    options: &OutputOptions,
) -> Result<(), OutputError> {
    let Some(text) = folded else { return Ok(()) };
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
