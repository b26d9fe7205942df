//! The one shape that every output takes: named, typed columns and a stream of rows.

use std::collections::HashSet;

use super::number::{real_text, rounded};

/// One value. `Null` prints as nothing (JSON: `null`; a terminal: a dash).
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
}

impl Cell {
    /// The value as a finite number: what a chart can place. Text is never parsed.
    pub fn number(&self) -> Option<f64> {
        match self {
            // A count beyond 2^53 loses its last digits here; a picture cannot show them.
            Cell::Int(value) => Some(*value as f64),
            Cell::Real(value) if value.is_finite() => Some(*value),
            Cell::Real(_) | Cell::Null | Cell::Text(_) => None,
        }
    }

    /// The value with full precision, as data formats print it; `None` for null and
    /// for what no data format can carry (NaN, infinities).
    pub fn data_text(&self) -> Option<String> {
        match self {
            Cell::Null => None,
            Cell::Int(value) => Some(value.to_string()),
            Cell::Real(value) => real_text(*value),
            Cell::Text(text) => Some(text.clone()),
        }
    }

    /// The value as a person reads it: reals rounded to the column's decimals.
    /// Control characters are still in it: pass it through [`super::safe`].
    pub fn display_text(&self, kind: ColumnKind) -> Option<String> {
        match (self, kind) {
            (Cell::Real(value), ColumnKind::Real { decimals }) if value.is_finite() => {
                Some(rounded(*value, decimals))
            }
            _ => self.data_text(),
        }
    }
}

/// How a column's values are to be read: alignment, rounding, spreadsheet type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Short text: a name, a word.
    Text,
    /// Long text: wrapped on a terminal, given the width that is left.
    Quote,
    /// A quote in which matches stand between [`super::MATCH_START`] and
    /// [`super::MATCH_END`]. Only here do these characters mean anything.
    Snippet,
    Int,
    /// 1 and 0, as SQLite has true and false: what is true or false where types are kept.
    Bool,
    /// `decimals` digits on a terminal and a page; full precision in data formats.
    Real {
        decimals: u8,
    },
    /// ISO date, possibly partial (`2012-07`): a real date in a spreadsheet where whole.
    Date,
    Url,
    /// Texts parted by "; ": a list in JSON.
    List,
}

impl ColumnKind {
    /// Right-aligned, so that units stand under units.
    pub fn is_number(self) -> bool {
        matches!(self, ColumnKind::Int | ColumnKind::Real { .. })
    }

    /// Takes the width that the other columns leave.
    pub fn is_long(self) -> bool {
        matches!(self, ColumnKind::Quote | ColumnKind::Snippet)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
    pub stack: Stack,
}

/// Whether a column may stand in one with others, each value on a line of its own, where a
/// terminal is too narrow for all of them beside each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stack {
    #[default]
    Never,
    /// Among the first to be stacked: names, which would be broken else.
    Early,
    /// Where that is not enough: numbers and dates.
    Late,
}

impl Column {
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Column { name: name.into(), kind, stack: Stack::Never }
    }

    /// The same column, stacked with others where there is no room.
    #[must_use]
    pub fn stacked(self, stack: Stack) -> Self {
        Column { stack, ..self }
    }
}

/// Column names as keys that differ: a second `n` becomes `n_2`, so that an object
/// with both loses neither (`revdb sql "select 1 as n, 2 as n"`).
pub fn unique_names(columns: &[Column]) -> Vec<String> {
    let mut taken: HashSet<String> = columns.iter().map(|c| c.name.clone()).collect();
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(columns.len());
    for column in columns {
        let mut name = column.name.clone();
        let mut number = 2_u32;
        while !seen.insert(name.clone()) {
            name = format!("{}_{number}", column.name);
            number += 1;
            // A column that is itself called n_2 keeps its name.
            while taken.contains(&name) {
                name = format!("{}_{number}", column.name);
                number += 1;
            }
        }
        taken.insert(name.clone());
        names.push(name);
    }
    names
}

/// What stands around the rows. Data formats (csv, json …) print none of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caption {
    /// The report's title.
    pub title: Option<String>,
    /// "critic: Dargis · since 2012": which filters are on.
    pub filters: Vec<String>,
    /// Printed under the table, one line each: n, what was left out, the rule used.
    pub notes: Vec<String>,
}

/// Rows on their way to an output. Notes may depend on the rows, so the
/// caption is asked for after the last row as well as before the first.
pub trait Rows {
    fn columns(&self) -> &[Column];
    fn caption(&self) -> Caption;
    /// Whether a table may tell what is the same in every row above it, in place of a column.
    fn may_lift_constants(&self) -> bool {
        true
    }
    /// The next row, as many cells as there are columns; `None` at the end.
    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError>;

    /// The next row in the place of another one, whose memory it may use again; false
    /// at the end. For formats that are through with a row once it is written.
    fn next_into(&mut self, row: &mut Vec<Cell>) -> Result<bool, RowError> {
        let next = self.next_row()?;
        let there = next.is_some();
        if let Some(next) = next {
            *row = next;
        }
        Ok(there)
    }
}

/// What went wrong where the rows come from.
pub type RowError = Box<dyn std::error::Error + Send + Sync>;

/// Rows that are all in memory: small results, charts, tests.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collected {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    pub caption: Caption,
    next: usize,
}

impl Collected {
    pub fn new(columns: Vec<Column>, rows: Vec<Vec<Cell>>, caption: Caption) -> Self {
        Collected { columns, rows, caption, next: 0 }
    }

    /// Takes at most `limit` rows out of `source`; the caption is the one after them.
    /// The flag says whether that was all.
    pub fn take(source: &mut dyn Rows, limit: usize) -> Result<(Self, bool), RowError> {
        let columns = source.columns().to_vec();
        let mut rows = Vec::new();
        let mut complete = false;
        while rows.len() < limit {
            match source.next_row()? {
                Some(row) => rows.push(row),
                None => {
                    complete = true;
                    break;
                }
            }
        }
        let caption = source.caption();
        Ok((Collected::new(columns, rows, caption), complete))
    }
}

impl Rows for Collected {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn caption(&self) -> Caption {
        self.caption.clone()
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        let row = self.rows.get(self.next).cloned();
        self.next += 1;
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubled_column_names_become_different_keys() {
        let named = |names: &[&str]| -> Vec<Column> {
            names.iter().map(|name| Column::new(*name, ColumnKind::Text)).collect()
        };
        for (names, keys) in [
            (vec!["a", "b"], vec!["a", "b"]),
            (vec!["n", "n", "n"], vec!["n", "n_2", "n_3"]),
            (vec!["n", "n", "n_2"], vec!["n", "n_3", "n_2"]),
            (vec!["", ""], vec!["", "_2"]),
        ] {
            assert_eq!(unique_names(&named(&names)), keys);
        }
    }
}
