//! The table for a pipe or a file: one line per row, not wrapped, no colour.
//!
//! Columns are padded up to `WIDEST_PAD`; a longer cell shifts the rest of its line. Line ends
//! within a cell are printed as `
//! `.

use std::io::Write;

use super::OutputError;
use super::safe::{for_terminal, without_markers};
use super::table::{Cell, Collected, Column, ColumnKind};
use super::table_format::{Layout, Style};
use super::wrap::width_of;

/// Padding every row to the longest quote would only add spaces.
const WIDEST_PAD: usize = 60;

/// Columns side by side, two spaces between.
pub(super) struct Plain {
    columns: Vec<Column>,
    widths: Vec<usize>,
    style: Style,
    headed: bool,
}

impl Plain {
    pub fn fit(head: &Collected, slack: usize, style: Style) -> Self {
        let mut widths: Vec<usize> =
            head.columns.iter().map(|column| width_of(&for_terminal(&column.name))).collect();
        for row in &head.rows {
            for ((cell, column), width) in row.iter().zip(&head.columns).zip(&mut widths) {
                *width = (*width).max(width_of(&text(cell, column, style)));
            }
        }
        for (column, width) in head.columns.iter().zip(&mut widths) {
            *width = (*width).min(WIDEST_PAD);
            if column.kind == ColumnKind::Int {
                *width += slack;
            }
        }
        Plain { columns: head.columns.clone(), widths, style, headed: false }
    }

    fn line(&self, cells: impl Iterator<Item = String>) -> String {
        let mut line = String::new();
        for ((cell, column), width) in cells.zip(&self.columns).zip(&self.widths) {
            let padding = width.saturating_sub(width_of(&cell));
            if column.kind.is_number() {
                line.extend(std::iter::repeat_n(' ', padding));
                line.push_str(&cell);
            } else {
                line.push_str(&cell);
                line.extend(std::iter::repeat_n(' ', padding));
            }
            line.push_str("  ");
        }
        line.truncate(line.trim_end_matches(' ').len());
        line.push('\n');
        line
    }
}

impl Layout for Plain {
    fn write(&mut self, rows: &[Vec<Cell>], out: &mut dyn Write) -> Result<(), OutputError> {
        if !self.headed {
            self.headed = true;
            let names = self.columns.iter().map(|column| for_terminal(&column.name).into_owned());
            out.write_all(self.line(names).as_bytes())?;
            let rule = if self.style.ascii { "-" } else { "─" };
            let rules = self.widths.iter().map(|width| rule.repeat(*width));
            out.write_all(self.line(rules).as_bytes())?;
        }
        for row in rows {
            let cells =
                row.iter().zip(&self.columns).map(|(cell, column)| text(cell, column, self.style));
            out.write_all(self.line(cells).as_bytes())?;
        }
        Ok(())
    }
}

fn text(cell: &Cell, column: &Column, style: Style) -> String {
    let Some(text) = cell.display_text(column.kind) else {
        return style.null().to_owned();
    };
    let safe = for_terminal(&text);
    if column.kind == ColumnKind::Snippet {
        without_markers(&safe).into_owned()
    } else {
        safe.into_owned()
    }
}
