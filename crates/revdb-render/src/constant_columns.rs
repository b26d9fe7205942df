//! Values that are the same in every row, printed once above the table instead of in a column.
//!
//! Applies only if all rows are in memory and there are at least two. Must never: remove every
//! column, or lose a value; data formats do not use it.

use super::safe::for_terminal;
use super::table::{Cell, Collected, ColumnKind};
use super::table_format::{Style, block_text};

/// In a single row nothing is repeated.
const ENOUGH: usize = 2;

/// Removes such columns from the rows, and returns the line with their values.
pub(super) fn take_out(head: &mut Collected, style: Style) -> Option<String> {
    if head.rows.len() < ENOUGH {
        return None;
    }
    let (mut stays, mut same, mut blank) = (Vec::new(), Vec::new(), Vec::new());
    for (index, column) in head.columns.iter().enumerate() {
        let mut cells = head.rows.iter().map(|row| row.get(index).unwrap_or(&Cell::Null));
        let first = cells.next().unwrap_or(&Cell::Null);
        let is_one = cells.all(|cell| cell == first);
        let name = for_terminal(&column.name).into_owned();
        let lifted = match block_text(first, column, style) {
            None => is_one.then(|| blank.push(name)),
            Some(text) if column.kind == ColumnKind::Text => is_one.then(|| {
                let line = format!("{name}: {text}");
                // An exact filter prints the same line already.
                if !head.caption.filters.contains(&line) {
                    same.push(line);
                }
            }),
            Some(_) => None,
        };
        stays.push(lifted.is_none());
    }
    if !stays.contains(&true) || !stays.contains(&false) {
        return None;
    }
    let mut of_columns = stays.iter();
    head.columns.retain(|_| of_columns.next().copied().unwrap_or(true));
    for row in &mut head.rows {
        let mut of_row = stays.iter();
        row.retain(|_| of_row.next().copied().unwrap_or(true));
    }
    let between = if style.ascii { "; " } else { " · " };
    let mut parts = Vec::new();
    if !same.is_empty() {
        parts.push(format!("in every row: {}", same.join(between)));
    }
    if !blank.is_empty() {
        parts.push(format!("blank: {}", blank.join(", ")));
    }
    (!parts.is_empty()).then(|| parts.join(between))
}
