//! The table on a terminal: fitted to its width, from 40 columns up.
//!
//! Numbers and dates are never broken; short text may be, long text gets what is
//! left. Where even the least widths do not fit side by side, each row becomes a record of one
//! field a line: narrow, but whole. comfy-table draws; the widths and the lines
//! within a cell are decided here, for it knows nothing of what a column holds.

use std::io::Write;

use comfy_table::{
    Cell as DrawnCell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, TableStyle,
    Width,
};

use super::OutputError;
use super::safe::for_terminal;
use super::table::{Cell, Collected, Column, ColumnKind};
use super::table_format::{Layout, Style, block_text};
use super::wrap::{STYLE_DIM, STYLE_END, widest_line, width_of, wrap};

/// " │ "
const GAP: usize = 3;
/// Nothing is fitted to less: on a screen that narrow, lines may be longer than it.
const LEAST_SCREEN: usize = 20;
/// No screen is wider; comfy-table counts columns in 16 bits.
const WIDEST_SCREEN: usize = 4_000;

/// The columns of the screen that are counted on.
pub(super) fn usable(width: usize) -> usize {
    width.clamp(LEAST_SCREEN, WIDEST_SCREEN)
}

/// Columns side by side where they fit, else records. Integers get `slack` more columns
/// than the measured rows need.
pub(super) fn layout(
    head: &Collected,
    width: usize,
    slack: usize,
    style: Style,
) -> Box<dyn Layout> {
    let width = usable(width);
    let mut natural = natural_widths(head, style);
    for (column, width) in head.columns.iter().zip(&mut natural) {
        if column.kind == ColumnKind::Int {
            *width += slack;
        }
    }
    match fit(&head.columns, &natural, width) {
        Some(widths) => {
            Box::new(SideBySide { columns: head.columns.clone(), widths, style, headed: false })
        }
        None => Box::new(Records { columns: head.columns.clone(), width, style, number: 0 }),
    }
}

/// The width at which nothing in the column needs a break.
fn natural_widths(head: &Collected, style: Style) -> Vec<usize> {
    let mut widths: Vec<usize> =
        head.columns.iter().map(|column| width_of(&for_terminal(&column.name)).max(1)).collect();
    for row in &head.rows {
        for ((cell, column), width) in row.iter().zip(&head.columns).zip(&mut widths) {
            let cell_width = match block_text(cell, column) {
                Some(text) => widest_line(&text),
                None => width_of(style.null()),
            };
            *width = (*width).max(cell_width);
        }
    }
    widths
}

/// Least width and share of what is left. Numbers and dates have no share: they are not broken.
fn elasticity(kind: ColumnKind) -> Option<(usize, usize)> {
    match kind {
        ColumnKind::Int | ColumnKind::Real { .. } | ColumnKind::Date => None,
        ColumnKind::Text => Some((8, 2)),
        ColumnKind::Url => Some((12, 2)),
        ColumnKind::Quote | ColumnKind::Snippet => Some((20, 5)),
    }
}

/// A width for every column, together with the gaps at most `total`; `None` where
/// the least widths do not fit.
fn fit(columns: &[Column], natural: &[usize], total: usize) -> Option<Vec<usize>> {
    let room = total.checked_sub(GAP * columns.len().saturating_sub(1))?;
    if natural.iter().sum::<usize>() <= room {
        return Some(natural.to_vec());
    }
    let at_level = |level: usize| -> Vec<usize> {
        columns
            .iter()
            .zip(natural)
            .map(|(column, &natural)| match elasticity(column.kind) {
                None => natural,
                Some((least, share)) => (level * share / 2).max(least).min(natural),
            })
            .collect()
    };
    let sum = |widths: &[usize]| widths.iter().sum::<usize>();
    if sum(&at_level(0)) > room {
        return None;
    }
    // The highest water level that still fits: what a column does not need, the others get.
    let (mut low, mut high) = (0, room + 1);
    while high - low > 1 {
        let middle = usize::midpoint(low, high);
        if sum(&at_level(middle)) <= room {
            low = middle;
        } else {
            high = middle;
        }
    }
    let mut widths = at_level(low);
    let mut left = room - sum(&widths);
    for (width, &natural) in widths.iter_mut().zip(natural).rev() {
        let more = left.min(natural - *width);
        *width += more;
        left -= more;
    }
    Some(widths)
}

/// Columns beside each other.
struct SideBySide {
    columns: Vec<Column>,
    widths: Vec<usize>,
    style: Style,
    headed: bool,
}

impl SideBySide {
    fn table(&self, headed: bool) -> Table {
        let mut table = Table::new();
        table.load_style(lines(self.style.ascii));
        table.set_content_arrangement(ContentArrangement::Disabled);
        if headed {
            table.set_header(Row::from(
                self.columns
                    .iter()
                    .zip(&self.widths)
                    .map(|(column, &width)| {
                        self.drawn(wrap(&for_terminal(&column.name), width, false), column.kind)
                    })
                    .collect::<Vec<_>>(),
            ));
        }
        table
    }

    fn drawn(&self, lines: Vec<String>, kind: ColumnKind) -> DrawnCell {
        DrawnCell::new_owned(lines.join("\n")).set_alignment(if kind.is_number() {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        })
    }

    fn cell(&self, cell: &Cell, column: &Column, width: usize) -> DrawnCell {
        self.drawn(cell_lines(cell, column, width, self.style), column.kind)
    }

    /// Outer columns have no padding towards the edge.
    fn constrain(&self, table: &mut Table) {
        let last = self.columns.len().saturating_sub(1);
        for (index, (column, &width)) in table.column_iter_mut().zip(&self.widths).enumerate() {
            let padding = (u16::from(index > 0), u16::from(index < last));
            let whole = width + usize::from(padding.0) + usize::from(padding.1);
            column.set_padding(padding);
            // Widths are at most WIDEST_SCREEN, which 16 bits hold.
            let whole = u16::try_from(whole).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(whole)));
        }
    }
}

impl Layout for SideBySide {
    fn write(&mut self, rows: &[Vec<Cell>], out: &mut dyn Write) -> Result<(), OutputError> {
        let mut table = self.table(!self.headed);
        self.headed = true;
        for row in rows {
            let cells: Vec<DrawnCell> = row
                .iter()
                .zip(&self.columns)
                .zip(&self.widths)
                .map(|((cell, column), &width)| self.cell(cell, column, width))
                .collect();
            table.add_row(cells);
        }
        self.constrain(&mut table);
        for line in table.lines() {
            out.write_all(self.style.apply(line.trim_end()).as_bytes())?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

/// A rule under the names and a line between columns; no frame, which would only take room.
fn lines(ascii: bool) -> TableStyle {
    use comfy_table::presets::{ASCII_NO_BORDERS, UTF8_NO_BORDERS};
    use comfy_table::{ContentLineStyle, LineStyle};
    if ascii {
        ASCII_NO_BORDERS
            .header_separator(LineStyle::none().fill('-').junction('+'))
            .row_separator(LineStyle::none())
    } else {
        UTF8_NO_BORDERS
            .header_lines(ContentLineStyle::none().junction('│'))
            .header_separator(LineStyle::none().fill('─').junction('┼'))
            .content_lines(ContentLineStyle::none().junction('│'))
            .row_separator(LineStyle::none())
    }
}

fn cell_lines(cell: &Cell, column: &Column, width: usize, style: Style) -> Vec<String> {
    match block_text(cell, column) {
        Some(text) => wrap(&text, width, column.kind == ColumnKind::Snippet),
        None => vec![format!("{STYLE_DIM}{}{STYLE_END}", style.null())],
    }
}

/// One field a line, a rule above each row.
struct Records {
    columns: Vec<Column>,
    width: usize,
    style: Style,
    number: u64,
}

impl Layout for Records {
    fn write(&mut self, rows: &[Vec<Cell>], out: &mut dyn Write) -> Result<(), OutputError> {
        let names: Vec<String> =
            self.columns.iter().map(|column| for_terminal(&column.name).into_owned()).collect();
        // A name longer than a third of the screen is cut into lines like any text.
        let name_width = names.iter().map(|name| width_of(name)).max().unwrap_or(0);
        let name_width = name_width.min(self.width / 3);
        let value_width = self.width - name_width - 2;
        for row in rows {
            self.number += 1;
            self.rule(out)?;
            for ((cell, column), name) in row.iter().zip(&self.columns).zip(&names) {
                let names = wrap(name, name_width, false);
                let values = cell_lines(cell, column, value_width, self.style);
                for index in 0..names.len().max(values.len()) {
                    let name = names.get(index).map_or("", String::as_str);
                    let value = values.get(index).map_or("", String::as_str);
                    let pad = " ".repeat(name_width.saturating_sub(width_of(name)) + 2);
                    let line = format!("{name}{pad}{value}");
                    writeln!(out, "{}", self.style.apply(line.trim_end()))?;
                }
            }
        }
        Ok(())
    }
}

impl Records {
    fn rule(&self, out: &mut dyn Write) -> Result<(), OutputError> {
        let dash = if self.style.ascii { "-" } else { "─" };
        let head = format!("{dash}{dash} {} ", self.number);
        let rest = dash.repeat(self.width.saturating_sub(width_of(&head)));
        let rule = format!("{STYLE_DIM}{head}{rest}{STYLE_END}");
        writeln!(out, "{}", self.style.apply(&rule))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{reviews, written};
    use super::super::{OutputFormat, OutputOptions};

    #[test]
    fn side_by_side_from_eighty_columns() {
        let shown =
            written(reviews(), OutputFormat::Table, &OutputOptions::for_terminal(80, false));
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn records_where_columns_do_not_fit() {
        let shown = written(
            reviews(),
            OutputFormat::Table,
            &OutputOptions { ascii_only: true, ..OutputOptions::for_terminal(40, false) },
        );
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn matches_are_styled_and_styles_stay_in_their_column() {
        let shown = written(reviews(), OutputFormat::Table, &OutputOptions::for_terminal(80, true));
        assert!(shown.contains("A \x1b[1;31msturdy\x1b[0m film"));
        for line in shown.lines() {
            let on = line.matches("\x1b[").count() - line.matches("\x1b[0m").count();
            assert_eq!(on, line.matches("\x1b[0m").count(), "{line:?}");
        }
    }
}
