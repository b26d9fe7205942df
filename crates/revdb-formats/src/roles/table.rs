//! A table as it is looked at: its names and a sample of its rows.
//!
//! Must never: say what a column means.

use super::Unsure;
use super::values::Values;

/// The header of a table and its first rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Columns, or the dotted keys of JSON records.
    pub names: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// How many of the rows at the end were picked from anywhere behind the others.
    pub late: usize,
    /// The line of the header; `None` where there is none, as in JSON.
    pub header_line: Option<u64>,
    /// Of JSON records that stand in a list within others: that list's key. What stands
    /// beside it says something of the work, and none of a review's.
    pub each: Option<String>,
    /// What the list of records is called, where it is JSON's.
    pub list: String,
    /// Its header comes again between the rows, as where several tables follow each other.
    pub comes_again: bool,
}

impl Table {
    pub(super) fn values(&self, at: usize) -> Values {
        let cells = self.rows.iter().map(|row| row.get(at).map_or("", String::as_str));
        Values::of(cells, self.rows.len().saturating_sub(self.late))
    }

    /// A line of values where the header should be: a mark or a day among others of its kind.
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

    /// What a refusal shows: the columns and the first rows.
    pub fn shown(&self) -> Shown {
        const ROWS: usize = 3;
        let rows = self.rows.iter().take(ROWS).cloned().collect();
        Shown { columns: self.names.clone(), rows, header_line: self.header_line }
    }
}

/// A table as a person is shown it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its first rows.
    pub rows: Vec<Vec<String>>,
    /// The line of its header; `None` for JSON.
    pub header_line: Option<u64>,
}
