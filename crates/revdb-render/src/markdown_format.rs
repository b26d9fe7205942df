//! The `markdown` format: a GitHub-flavoured table with title, filters and notes.
//!
//! Characters with a meaning in Markdown or HTML are escaped. Line ends become `<br>`, matches
//! bold.

use std::fmt::Write as _;
use std::io::Write;

use super::safe::{MATCH_END, MATCH_START, for_terminal_block, with_markers};
use super::table::{Cell, Column, ColumnKind, Rows};
use super::{Format, OutputError, OutputOptions, Reader, Summary, Writer};

struct Markdown;

/// The `markdown` format.
pub static MARKDOWN: Format =
    Format::new("markdown", &["md", "markdown"], Reader::Person, &Markdown);

impl Writer for Markdown {
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        _options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        let columns = rows.columns().to_vec();
        let caption = rows.caption();
        if let Some(title) = &caption.title {
            write!(out, "## {}\n\n", escaped(title, false))?;
        }
        if !caption.filters.is_empty() {
            write!(out, "{}\n\n", escaped(&caption.filters.join(" · "), false))?;
        }
        write_head(&columns, out)?;
        let mut summary = Summary::default();
        let mut line = String::new();
        while let Some(row) = rows.next_row()? {
            line.clear();
            line.push('|');
            for (cell, column) in row.iter().zip(&columns) {
                let _infallible = write!(line, " {} |", text(cell, column));
            }
            line.push('\n');
            out.write_all(line.as_bytes())?;
            summary.rows += 1;
        }
        let notes = rows.caption().notes;
        if !notes.is_empty() {
            writeln!(out)?;
        }
        for note in notes {
            writeln!(out, "- {}", escaped(&note, false))?;
        }
        Ok(summary)
    }
}

fn write_head(columns: &[Column], out: &mut dyn Write) -> Result<(), OutputError> {
    let mut names = String::from("|");
    let mut rules = String::from("|");
    for column in columns {
        let _infallible = write!(names, " {} |", escaped(&column.name, false));
        rules.push_str(if column.kind.is_number() { " ---: |" } else { " --- |" });
    }
    writeln!(out, "{names}\n{rules}")?;
    Ok(())
}

fn text(cell: &Cell, column: &Column) -> String {
    cell.display_text(column.kind)
        .map_or("–".to_owned(), |text| escaped(&text, column.kind == ColumnKind::Snippet))
}

/// Text escaped for Markdown, on one line.
fn escaped(text: &str, snippet: bool) -> String {
    let safe = for_terminal_block(text);
    let mut escaped = String::with_capacity(safe.len() + 16);
    let mut before = ' ';
    let mut chars = safe.trim_end_matches('\n').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => escaped.push_str("<br>"),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '|' | '*' | '`' | '[' | ']' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            // Within a word (score_text) an underscore has no meaning.
            '_' if before.is_alphanumeric()
                && chars.peek().is_some_and(|next| next.is_alphanumeric()) =>
            {
                escaped.push('_');
            }
            '_' => escaped.push_str("\\_"),
            MATCH_START | MATCH_END if snippet => escaped.push(c),
            c => escaped.push(c),
        }
        before = c;
    }
    if snippet { with_markers(&escaped, "**", "**") } else { escaped }
}
