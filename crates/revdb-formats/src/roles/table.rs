//! A table's names and a sample of its rows.
//!
//! Must never: interpret a column.

use super::Unsure;
use super::values::Values;

/// The header of a table and its first rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Columns, or the dotted keys of JSON records.
    pub names: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// How many rows at the end were picked from later parts of the dump.
    pub late: usize,
    /// Line number of the header; `None` if there is none, as in JSON.
    pub header_line: Option<u64>,
    /// The key of the list, for JSON records nested in other records. Keys next to it describe the
    /// work, not the review.
    pub each: Option<String>,
    /// Name of the list of records in JSON.
    pub list: String,
    /// The header is repeated between the rows, as in concatenated tables.
    pub comes_again: bool,
}

impl Table {
    pub(super) fn values(&self, at: usize) -> Values {
        let cells = self.rows.iter().map(|row| row.get(at).map_or("", String::as_str));
        Values::of(cells, self.rows.len().saturating_sub(self.late))
    }

    /// The first line has values instead of names: a score or date among others of its kind.
    pub(super) fn without_header(&self) -> Option<Unsure> {
        self.header_line?;
        let is_value = |(at, name): (usize, &String)| {
            let (own, others) = (Values::of([name.as_str()].into_iter(), 1), self.values(at));
            let digits = name.bytes().any(|b| b.is_ascii_digit());
            own.whole_marks == 1 && others.are_whole_marks()
                || digits && own.dates == 1 && own.numbers == 0 && others.are_dates()
        };
        let found = self.names.iter().enumerate().any(is_value);
        let reason = "its first line is a record and no header: write the columns' names above it";
        found.then(|| Unsure { reason: reason.to_owned(), flags: Vec::new() })
    }

    /// The columns and first rows, for an error message.
    pub fn shown(&self) -> Shown {
        const ROWS: usize = 3;
        let rows = self.rows.iter().take(ROWS).cloned().collect();
        Shown { columns: self.names.clone(), rows, header_line: self.header_line }
    }
}

/// A table as displayed to the user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its first rows.
    pub rows: Vec<Vec<String>>,
    /// The line of its header; `None` for JSON.
    pub header_line: Option<u64>,
}
