//! The input of every output format: named, typed columns and a stream of rows.

use std::collections::HashSet;

use super::number::{real_text, rounded};

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// No value. Printed as nothing, in JSON as `null`, on a terminal as a dash.
    Null,
    /// An integer.
    Int(i64),
    /// A floating-point number. NaN and infinities are printed as null.
    Real(f64),
    /// Text, not yet escaped.
    Text(String),
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Cell::Int(value)
    }
}

/// A count; none is beyond what fits.
impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Cell::Int(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}

impl Cell {
    /// The value as a finite number, for charts. Text is not parsed.
    pub fn number(&self) -> Option<f64> {
        match self {
            // A count beyond 2^53 loses its last digits, which no picture shows.
            Cell::Int(value) => Some(*value as f64),
            Cell::Real(value) if value.is_finite() => Some(*value),
            Cell::Real(_) | Cell::Null | Cell::Text(_) => None,
        }
    }

    /// The value with full precision, as data formats print it; `None` for null, NaN and
    /// infinities.
    pub fn data_text(&self) -> Option<String> {
        match self {
            Cell::Null => None,
            Cell::Int(value) => Some(value.to_string()),
            Cell::Real(value) => real_text(*value),
            Cell::Text(text) => Some(text.clone()),
        }
    }

    /// The value for people, reals rounded to the column's decimals. Not yet escaped; see
    /// [`super::safe`].
    pub fn display_text(&self, kind: ColumnKind) -> Option<String> {
        match (self, kind) {
            (Cell::Real(value), ColumnKind::Real { decimals })
                if value.is_finite() && decimals != ColumnKind::ALL_DIGITS =>
            {
                Some(rounded(*value, decimals))
            }
            _ => self.data_text(),
        }
    }
}

/// The type of a column: decides alignment, rounding and spreadsheet type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Short text, such as a name.
    Text,
    /// Long text: wrapped on a terminal, takes the width that other columns leave.
    Quote,
    /// A quote with matches between [`super::MATCH_START`] and [`super::MATCH_END`]. These
    /// characters have no meaning in other kinds.
    Snippet,
    /// An integer.
    Int,
    /// 0 or 1, SQLite's booleans; a boolean in formats that have the type.
    Bool,
    /// A floating-point number.
    Real {
        /// Digits after the point on a terminal and a page. Data formats print all digits.
        decimals: u8,
    },
    /// An ISO 8601 date, possibly partial (`2012-07`). A complete one is a date in a spreadsheet.
    Date,
    /// A web address.
    Url,
    /// Texts separated by "; ", an array in JSON.
    List,
}

impl ColumnKind {
    /// For numbers that are values rather than statistics: all decimals.
    pub const ALL_DIGITS: u8 = u8::MAX;

    /// Whether values are right-aligned.
    pub fn is_number(self) -> bool {
        matches!(self, ColumnKind::Int | ColumnKind::Real { .. })
    }

    /// Whether the column takes the width that other columns leave.
    pub fn is_long(self) -> bool {
        matches!(self, ColumnKind::Quote | ColumnKind::Snippet)
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name or heading.
    pub name: String,
    /// The type of its values.
    pub kind: ColumnKind,
    /// Whether it may share a terminal column with others.
    pub stack: Stack,
}

/// Whether a column may share a terminal column with others, each value on its own line, if the
/// terminal is too narrow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stack {
    /// Always a column of its own.
    #[default]
    Never,
    /// Stacked first: names, which would otherwise be wrapped.
    Early,
    /// Stacked only if that is not enough: numbers and dates.
    Late,
}

impl Column {
    /// A column that is not stacked.
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Column { name: name.into(), kind, stack: Stack::Never }
    }

    /// The same column with this `stack`.
    #[must_use]
    pub fn stacked(self, stack: Stack) -> Self {
        Column { stack, ..self }
    }
}

/// Column names as unique keys: a second `n` becomes `n_2`, so that a JSON object keeps both
/// (`revdb sql "select 1 as n, 2 as n"`).
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
            // A column that is actually called n_2 keeps its name.
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

/// The text around the rows. Data formats (csv, json …) omit it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caption {
    /// The report's title.
    pub title: Option<String>,
    /// The active filters: "critic: Dargis", "since 2012".
    pub filters: Vec<String>,
    /// Lines below the table: n, what was left out, the rule.
    pub notes: Vec<String>,
    /// Each row is a review; used as the sheet's name without a title.
    pub of_reviews: bool,
}

impl Caption {
    /// The caption of a listing of reviews, which has no title.
    pub fn of_reviews(filters: Vec<String>, notes: Vec<String>) -> Self {
        Caption { title: None, filters, notes, of_reviews: true }
    }
}

/// A stream of rows. Notes may depend on the rows, so the caption is read before the first row and
/// again after the last one.
pub trait Rows {
    /// The columns, the same for all rows.
    fn columns(&self) -> &[Column];
    /// The caption as of the rows read so far.
    fn caption(&self) -> Caption;
    /// Whether a table may print a value that is the same in every row once above it, and drop the
    /// column.
    fn may_lift_constants(&self) -> bool {
        true
    }
    /// The next row, as many cells as there are columns; `None` at the end.
    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError>;

    /// Reads the next row into `row` and reuses its memory; false at the end. For formats that do
    /// not keep rows.
    fn next_into(&mut self, row: &mut Vec<Cell>) -> Result<bool, RowError> {
        let next = self.next_row()?;
        let there = next.is_some();
        if let Some(next) = next {
            *row = next;
        }
        Ok(there)
    }
}

/// An error of the source of the rows.
pub type RowError = Box<dyn std::error::Error + Send + Sync>;

/// A table in memory, for small results, charts and tests.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collected {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// The text around the rows.
    pub caption: Caption,
    next: usize,
}

impl Collected {
    /// A table of these rows, none of them read yet.
    pub fn new(columns: Vec<Column>, rows: Vec<Vec<Cell>>, caption: Caption) -> Self {
        Collected { columns, rows, caption, next: 0 }
    }

    /// A table from literal cells, without a caption.
    pub fn of<'a, Row: Into<Vec<Cell>>>(
        columns: impl IntoIterator<Item = (&'a str, ColumnKind)>,
        rows: impl IntoIterator<Item = Row>,
    ) -> Self {
        let columns = columns.into_iter().map(|(name, kind)| Column::new(name, kind)).collect();
        let rows = rows.into_iter().map(Into::into).collect();
        Collected::new(columns, rows, Caption::default())
    }

    /// Adds a title.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        self.caption.title = Some(title.to_owned());
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.caption.notes.push(note.into());
        self
    }

    /// Reads at most `limit` rows from `source`, then its caption. The flag is true if these were
    /// all rows.
    ///
    /// # Errors
    /// The source's error.
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
