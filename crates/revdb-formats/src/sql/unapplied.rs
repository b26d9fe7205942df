//! Statements of a dump that are reported and not executed, other than those that insert rows.
//!
//! Must never: store a row, or more of a table than its greatest key.

use std::cell::Cell;
use std::rc::Rc;

use crate::format::Note;

/// Their number, and the line of the first.
type Tally = Cell<(u64, u64)>;

/// Shared by all readings of a dump, which is read more than once, and not always to its end.
#[derive(Debug, Clone, Default)]
pub(super) struct Unapplied(Rc<(Tally, Tally)>);

impl Unapplied {
    /// Records that `passed` statements that change rows were skipped, the last of them at `line`.
    pub(super) fn changes(&self, passed: u64, line: u64) {
        let (count, first) = self.0.0.get();
        if passed > count {
            self.0.0.set((passed, if count == 0 { line } else { first }));
        }
    }

    /// Records that this many rows had a key that an earlier row may have had.
    pub(super) fn repeated_keys(&self, (rows, line): (u64, u64)) {
        if rows > self.0.1.get().0 {
            self.0.1.set((rows, line));
        }
    }

    pub(super) fn notes(&self) -> impl Iterator<Item = Note> {
        let help = "rows are read as they stand in INSERT … VALUES and COPY; a database that has \
                    run the others can export its tables as CSV";
        let changes = match self.0.0.get() {
            (0, _) => None,
            (1, line) => Some(format!("a statement that changes rows (line {line}) is not run")),
            (count, line) => {
                Some(format!("{count} statements that change rows (from line {line}) are not run"))
            }
        };
        let both = "may stand for an earlier one of the same key, as REPLACE, IGNORE or ON \
                    DUPLICATE KEY have it: both are read";
        let repeated_keys = match self.0.1.get() {
            (0, _) => None,
            (1, line) => Some(format!("a row (line {line}) {both}")),
            (rows, line) => Some(format!("each of {rows} rows (from line {line}) {both}")),
        };
        let note = move |message| Note { message, help: Some(help.to_owned()) };
        changes.into_iter().chain(repeated_keys).map(note)
    }
}

/// The keys in the first column of one table's rows; dumps have them in ascending order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Keys {
    greatest: Option<f64>,
    /// A statement that ignores keys has inserted rows.
    filled: bool,
    /// The current statement resolves duplicate keys.
    resolves_duplicates: bool,
    /// Rows of the current statement whose key an earlier row may have had, and the line of the
    /// first.
    repeated: (u64, u64),
    /// The total of all statements that resolve duplicate keys.
    pub(super) repeated_keys: (u64, u64),
}

impl Keys {
    #[must_use]
    pub(super) fn of_another_table(self) -> Self {
        Self { repeated_keys: self.repeated_keys, ..Self::default() }
    }

    pub(super) fn begin(&mut self, resolves_duplicates: bool) {
        (self.resolves_duplicates, self.repeated) = (resolves_duplicates, (0, 0));
    }

    pub(super) fn row(&mut self, key: Option<&str>, line: u64) {
        let number = key.and_then(|key| key.parse::<f64>().ok());
        let repeated = match (number, self.greatest) {
            (Some(number), Some(greatest)) => number <= greatest,
            (Some(_), None) => false,
            (None, _) => self.filled,
        };
        if repeated {
            self.repeated =
                (self.repeated.0 + 1, if self.repeated.0 == 0 { line } else { self.repeated.1 });
        }
        self.greatest = number.into_iter().chain(self.greatest).reduce(f64::max);
    }

    /// `resolves_duplicates`: the statement's end shows that it resolves duplicate keys.
    pub(super) fn end(&mut self, resolves_duplicates: bool) {
        if !(resolves_duplicates || self.resolves_duplicates) {
            self.filled = true;
        } else if self.repeated.0 > 0 {
            let line =
                if self.repeated_keys.0 == 0 { self.repeated.1 } else { self.repeated_keys.1 };
            self.repeated_keys = (self.repeated_keys.0 + self.repeated.0, line);
        }
    }
}
