//! The table on a terminal: fitted to its width, from 40 columns up.
//!
//! Numbers and dates are never broken; short text may be, long text gets what is
//! left; columns that may be stacked share one where there is no room (`terminal_fit` decides).
//! Where even that does not fit, each row becomes a record of one field a line: narrow,
//! but whole. comfy-table draws; the widths and the lines within a cell are decided
//! by us, for it knows nothing of what a column holds.

use std::io::Write;

use comfy_table::{
    Cell as DrawnCell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, TableStyle,
    Width,
};

use super::OutputError;
use super::safe::for_terminal;
use super::table::{Cell, Column, ColumnKind};
use super::table_format::{Layout, Style, block_text};
use super::terminal_fit::{self, Group, Measured, Plan};
use super::wrap::{STYLE_DIM, STYLE_END, width_of, wrap};

/// Nothing is fitted to less: on a screen that narrow, lines may be longer than it.
const LEAST_SCREEN: usize = 20;
/// No screen is wider; comfy-table counts columns in 16 bits.
const WIDEST_SCREEN: usize = 4_000;

/// The columns of the screen that are counted on.
pub(super) fn usable(width: usize) -> usize {
    width.clamp(LEAST_SCREEN, WIDEST_SCREEN)
}

/// Columns side by side where they fit, else records; and a line to stand above them where
/// some columns say the same in every row.
pub(super) fn layout(
    measured: &Measured<'_>,
    width: usize,
    style: Style,
) -> (Box<dyn Layout>, Option<String>) {
    let width = usable(width);
    let columns = measured.head.columns.clone();
    match terminal_fit::plan(measured, width, style) {
        Some(mut plan) => {
            let folded = plan.folded.take();
            (Box::new(SideBySide { columns, plan, style, headed: false }), folded)
        }
        None => (Box::new(Records { columns, width, style, number: 0 }), None),
    }
}

/// Columns beside each other.
struct SideBySide {
    columns: Vec<Column>,
    plan: Plan,
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
                self.groups()
                    .map(|(group, width)| drawn(wrap(&group.heading, width, false), group.kind))
                    .collect::<Vec<_>>(),
            ));
        }
        table
    }

    fn groups(&self) -> impl Iterator<Item = (&Group, usize)> {
        self.plan.groups.iter().zip(self.plan.widths.iter().copied())
    }

    /// The lines of a group: its values one below the other. A null keeps its place, so that what
    /// follows is not taken for it; at the end there is nothing to mistake.
    fn lines(&self, group: &Group, row: &[Cell], width: usize) -> Vec<String> {
        let mut cells: Vec<(&Cell, &Column)> = group
            .indexes
            .iter()
            .filter_map(|index| Some((row.get(*index)?, self.columns.get(*index)?)))
            .collect();
        while cells.len() > 1 && matches!(cells.last(), Some((Cell::Null, _))) {
            cells.pop();
        }
        cells
            .into_iter()
            .flat_map(|(cell, column)| cell_lines(cell, column, width, self.style))
            .collect()
    }

    /// Outer columns have no padding towards the edge.
    fn constrain(&self, table: &mut Table) {
        let last = self.plan.groups.len().saturating_sub(1);
        for (index, (column, &width)) in table.column_iter_mut().zip(&self.plan.widths).enumerate()
        {
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
        let spaced = self.plan.is_spaced();
        let mut table = self.table(!self.headed);
        for row in rows {
            if spaced && (self.headed || table.row_count() > 0) {
                table.add_row(self.groups().map(|_| DrawnCell::new("")));
            }
            table.add_row(
                self.groups()
                    .map(|(group, width)| drawn(self.lines(group, row, width), group.kind))
                    .collect::<Vec<_>>(),
            );
        }
        self.headed = true;
        self.constrain(&mut table);
        for line in table.lines() {
            out.write_all(self.style.apply(line.trim_end()).as_bytes())?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

fn drawn(lines: Vec<String>, kind: ColumnKind) -> DrawnCell {
    DrawnCell::new_owned(lines.join("\n")).set_alignment(if kind.is_number() {
        CellAlignment::Right
    } else {
        CellAlignment::Left
    })
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
