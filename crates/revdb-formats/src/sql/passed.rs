//! What a dump's statements do beside giving rows, which is told and not done.
//!
//! Must never: hold a row, or more of a table than its greatest key.

use std::cell::Cell;
use std::rc::Rc;

use crate::format::Note;

/// How many there are, and the line of the first.
type Tally = Cell<(u64, u64)>;

/// Shared by all readings of a dump: it is read more than once, and not always to its end.
#[derive(Debug, Clone, Default)]
pub(super) struct Passed(Rc<(Tally, Tally)>);

impl Passed {
    /// So many statements that change rows were passed, this line's the last of them.
    pub(super) fn changes(&self, passed: u64, line: u64) {
        let (count, first) = self.0.0.get();
        if passed > count {
            self.0.0.set((passed, if count == 0 { line } else { first }));
        }
    }

    /// So many rows had a key that may have come before.
    pub(super) fn again(&self, (rows, line): (u64, u64)) {
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
        let again = match self.0.1.get() {
            (0, _) => None,
            (1, line) => Some(format!("a row (line {line}) {both}")),
            (rows, line) => Some(format!("each of {rows} rows (from line {line}) {both}")),
        };
        let note = move |message| Note { message, help: Some(help.to_owned()) };
        changes.into_iter().chain(again).map(note)
    }
}

/// The keys of one table's rows, which stand in its first column: dumps have them in their order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Keys {
    greatest: Option<f64>,
    /// A statement that does not look at keys has filled the table.
    filled: bool,
    /// The statement begun looks at keys.
    by_keys: bool,
    /// Rows of the statement begun whose key may have come before, and the line of the first.
    low: (u64, u64),
    /// The same of all statements that look at keys.
    pub(super) again: (u64, u64),
}

impl Keys {
    #[must_use]
    pub(super) fn of_another_table(self) -> Self {
        Self { again: self.again, ..Self::default() }
    }

    pub(super) fn begin(&mut self, by_keys: bool) {
        (self.by_keys, self.low) = (by_keys, (0, 0));
    }

    pub(super) fn row(&mut self, key: Option<&str>, line: u64) {
        let number = key.and_then(|key| key.parse::<f64>().ok());
        let low = match (number, self.greatest) {
            (Some(number), Some(greatest)) => number <= greatest,
            (Some(_), None) => false,
            (None, _) => self.filled,
        };
        if low {
            self.low = (self.low.0 + 1, if self.low.0 == 0 { line } else { self.low.1 });
        }
        self.greatest = number.into_iter().chain(self.greatest).reduce(f64::max);
    }

    /// `by_keys`: the end of the statement says that it looks at them.
    pub(super) fn end(&mut self, by_keys: bool) {
        if !(by_keys || self.by_keys) {
            self.filled = true;
        } else if self.low.0 > 0 {
            let line = if self.again.0 == 0 { self.low.1 } else { self.again.1 };
            self.again = (self.again.0 + self.low.0, line);
        }
    }
}
