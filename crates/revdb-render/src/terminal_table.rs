//! The table on a terminal, fitted to its width from 40 columns up.
//!
//! Numbers and dates are never broken; short text may be; long text gets the remaining width;
//! columns may be stacked (`terminal_fit` decides). Where nothing fits, each row is a record: its
//! short values in a line, its long ones below. comfy-table draws; widths and the lines of a cell
//! are computed here.

use std::io::Write;

use comfy_table::presets::NOTHING;
use comfy_table::{
    Cell as DrawnCell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width,
};

use super::OutputError;
use super::safe::for_terminal;
use super::table::{Cell, Column, ColumnKind};
use super::table_format::{Layout, Style, block_text};
use super::terminal_fit::{self, GAP, Group, Measured, Plan};
use super::wrap::{STYLE_DIM, STYLE_END, width_of, wrap};

/// Minimum width for fitting; on a narrower screen lines may overflow.
const LEAST_SCREEN: usize = 20;
/// No screen is wider; comfy-table counts columns in 16 bits.
const WIDEST_SCREEN: usize = 4_000;

/// The usable columns of the screen.
pub(super) fn usable(width: usize) -> usize {
    width.clamp(LEAST_SCREEN, WIDEST_SCREEN)
}

/// Side-by-side columns if they fit, else records.
pub(super) fn layout(measured: &Measured<'_>, width: usize, style: Style) -> Box<dyn Layout> {
    let width = usable(width);
    let columns = measured.head.columns.clone();
    match terminal_fit::plan(measured, width, style) {
        Some(plan) => Box::new(SideBySide { columns, plan, style, headed: false }),
        None => Box::new(Records { columns, width, style, number: 0 }),
    }
}

/// Columns next to each other.
struct SideBySide {
    columns: Vec<Column>,
    plan: Plan,
    style: Style,
    headed: bool,
}

impl SideBySide {
    /// The lines of a group: its values stacked. A null between values keeps its line, so that the
    /// following value is not mistaken for it; trailing nulls need none.
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

    /// Writes rows of cells side by side, numbers right-aligned.
    fn beside(
        &self,
        rows: impl IntoIterator<Item = Vec<Vec<String>>>,
        out: &mut dyn Write,
    ) -> Result<(), OutputError> {
        let mut table = Table::new();
        table.load_style(NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
        for row in rows {
            let cells = row.into_iter().zip(&self.plan.groups);
            table.add_row(cells.map(|(lines, group)| drawn(&lines, group.kind)));
        }
        for (column, &width) in table.column_iter_mut().zip(&self.plan.widths) {
            column.set_padding((0, GAP));
            // Widths are at most WIDEST_SCREEN, which fits 16 bits.
            let whole = u16::try_from(width).unwrap_or(u16::MAX).saturating_add(GAP);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(whole)));
        }
        for line in table.lines() {
            writeln!(out, "{}", self.style.apply(line.trim_end()))?;
        }
        Ok(())
    }

    /// The names, each above a rule as wide as its column.
    fn head(&self) -> [Vec<Vec<String>>; 2] {
        let dash = if self.style.ascii { "-" } else { "─" };
        let groups = || self.plan.groups.iter().zip(&self.plan.widths);
        let mut names: Vec<_> =
            groups().map(|(group, &width)| wrap(&group.heading, width, false)).collect();
        let highest = names.iter().map(Vec::len).max().unwrap_or(0);
        // Short names are aligned at the bottom.
        for lines in &mut names {
            let missing = highest - lines.len();
            lines.splice(0..0, std::iter::repeat_n(String::new(), missing));
        }
        [names, groups().map(|(_, &width)| vec![dash.repeat(width)]).collect()]
    }
}

impl Layout for SideBySide {
    fn write(&mut self, rows: &[Vec<Cell>], out: &mut dyn Write) -> Result<(), OutputError> {
        let mut table = Vec::with_capacity(rows.len() + 2);
        let mut is_first = !self.headed;
        if is_first {
            table.extend(self.head());
            self.headed = true;
        }
        for row in rows {
            if self.plan.is_spaced() && !is_first {
                table.push(vec![Vec::new(); self.plan.groups.len()]);
            }
            is_first = false;
            let groups = self.plan.groups.iter().zip(&self.plan.widths);
            table.push(groups.map(|(group, &width)| self.lines(group, row, width)).collect());
        }
        self.beside(table, out)
    }
}

fn drawn(lines: &[String], kind: ColumnKind) -> DrawnCell {
    DrawnCell::new_owned(lines.join("\n")).set_alignment(if kind.is_number() {
        CellAlignment::Right
    } else {
        CellAlignment::Left
    })
}

fn cell_lines(cell: &Cell, column: &Column, width: usize, style: Style) -> Vec<String> {
    match block_text(cell, column, style) {
        Some(text) => wrap(&text, width, column.kind == ColumnKind::Snippet),
        None => vec![format!("{STYLE_DIM}{}{STYLE_END}", style.null())],
    }
}

/// Short values on one line, long ones below, a rule above each row.
struct Records {
    columns: Vec<Column>,
    width: usize,
    style: Style,
    number: u64,
}

impl Layout for Records {
    fn write(&mut self, rows: &[Vec<Cell>], out: &mut dyn Write) -> Result<(), OutputError> {
        let between = if self.style.ascii { "; " } else { " · " };
        for row in rows {
            self.number += 1;
            self.rule(out)?;
            let (mut line, mut long) = (String::new(), Vec::new());
            for (cell, column) in row.iter().zip(&self.columns) {
                let value = block_text(cell, column, self.style);
                let value = value.unwrap_or_else(|| self.style.null().to_owned());
                let cell = format!("{}: {value}", for_terminal(&column.name));
                if column.kind.is_long() || width_of(&cell) > self.width {
                    long.push((cell, column.kind == ColumnKind::Snippet));
                } else if line.is_empty() {
                    line = cell;
                } else if width_of(&line) + width_of(between) + width_of(&cell) <= self.width {
                    line = format!("{line}{between}{cell}");
                } else {
                    writeln!(out, "{}", self.style.apply(&line))?;
                    line = cell;
                }
            }
            if !line.is_empty() {
                writeln!(out, "{}", self.style.apply(&line))?;
            }
            for (cell, is_snippet) in long {
                for line in wrap(&cell, self.width, is_snippet) {
                    writeln!(out, "{}", self.style.apply(&line))?;
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
    use super::super::OutputOptions;
    use super::super::sample::format;
    use super::super::sample::{reviews, written};
    use super::super::wrap::width_of;

    #[test]
    fn side_by_side_from_eighty_columns() {
        let shown = written(reviews(), format("table"), &OutputOptions::for_terminal(80, false));
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn records_where_columns_do_not_fit() {
        let shown = written(
            reviews(),
            format("table"),
            &OutputOptions { ascii_only: true, ..OutputOptions::for_terminal(40, false) },
        );
        insta::assert_snapshot!(shown);
    }

    /// Without colour a match is marked without changing widths.
    #[test]
    fn matches_stand_in_brackets_where_there_is_no_colour() {
        for width in [40, 80] {
            let options = OutputOptions::for_terminal(width, false);
            let shown = written(reviews(), format("table"), &options);
            assert!(shown.contains("[sturdy]"), "{shown}");
            assert!(shown.lines().all(|line| width_of(line) <= width), "{shown}");
        }
        let piped = written(reviews(), format("table"), &OutputOptions::default());
        assert!(!piped.contains("[sturdy]"), "{piped}");
    }

    #[test]
    fn matches_are_styled_and_styles_stay_in_their_column() {
        let shown = written(reviews(), format("table"), &OutputOptions::for_terminal(80, true));
        assert!(shown.contains("A \x1b[1;31msturdy\x1b[0m film"));
        for line in shown.lines() {
            let on = line.matches("\x1b[").count() - line.matches("\x1b[0m").count();
            assert_eq!(on, line.matches("\x1b[0m").count(), "{line:?}");
        }
    }
}
