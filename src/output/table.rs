//! The one shape that every output takes: named, typed columns and a stream of rows.

/// One value. `Null` prints as nothing (JSON: `null`).
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
}

/// How a column's values are to be read: alignment, rounding, spreadsheet type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Short text: a name, a word.
    Text,
    /// Long text: wrapped on a terminal, given the width that is left.
    Quote,
    Int,
    /// `decimals` digits on a terminal and a page; full precision in data formats.
    Real {
        decimals: u8,
    },
    /// ISO date, possibly partial (`2012-07`): a real date in a spreadsheet where whole.
    Date,
    Url,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
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
    /// The next row, as many cells as there are columns; `None` at the end.
    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError>;
}

/// What went wrong where the rows come from.
pub type RowError = Box<dyn std::error::Error + Send + Sync>;
