//! Comparisons of a column with a number, as SQLite hands them over.

use rusqlite::types::ValueRef;
use rusqlite::vtab::IndexConstraintOp;

use super::cells::Cells;

/// Integers up to here are themselves as doubles.
const EXACT: i64 = 1 << 53;

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Equal,
    Above,
    AtLeast,
    Below,
    AtMost,
}

impl Compare {
    /// `None` of what SQLite answers by itself.
    pub fn of(operator: &IndexConstraintOp) -> Option<Self> {
        match operator {
            IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_EQ => Some(Compare::Equal),
            IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_GT => Some(Compare::Above),
            IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_GE => Some(Compare::AtLeast),
            IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_LT => Some(Compare::Below),
            IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_LE => Some(Compare::AtMost),
            _ => None,
        }
    }

    /// As a plan's text has it.
    fn letter(self) -> char {
        match self {
            Compare::Equal => '=',
            Compare::Above => '>',
            Compare::AtLeast => 'g',
            Compare::Below => '<',
            Compare::AtMost => 'l',
        }
    }

    fn of_letter(letter: char) -> Option<Self> {
        [Compare::Equal, Compare::Above, Compare::AtLeast, Compare::Below, Compare::AtMost]
            .into_iter()
            .find(|compare| compare.letter() == letter)
    }
}

/// Columns and how each is compared, as the text that SQLite keeps with a plan.
pub fn text_of(compared: &[(usize, Compare)]) -> String {
    compared.iter().map(|(column, compare)| format!("{column}{}", compare.letter())).collect()
}

/// Undoes [`text_of`].
pub fn compared_in(text: &str) -> Vec<(usize, Compare)> {
    text.split_inclusive(|letter: char| !letter.is_ascii_digit())
        .filter_map(|part| {
            let compare = Compare::of_letter(part.chars().next_back()?)?;
            Some((
                part.trim_end_matches(|letter: char| !letter.is_ascii_digit()).parse().ok()?,
                compare,
            ))
        })
        .collect()
}

/// A comparison with its number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    pub column: usize,
    pub compare: Compare,
    pub with: f64,
}

impl Test {
    /// `None` of a value that is no number, or one that a double does not hold.
    pub fn of((column, compare): (usize, Compare), value: ValueRef<'_>) -> Option<Self> {
        let with = match value {
            ValueRef::Integer(int) if (-EXACT..=EXACT).contains(&int) => int as f64,
            ValueRef::Real(real) if !real.is_nan() => real,
            _ => return None,
        };
        Some(Test { column, compare, with })
    }

    /// Whether a row may pass; of a column without numbers every one.
    #[inline]
    pub fn passes(&self, columns: &[Cells], row: usize) -> bool {
        let Some(number) = columns.get(self.column).and_then(|cells| cells.number(row)) else {
            return true;
        };
        match self.compare {
            Compare::Equal => number == self.with,
            Compare::Above => number > self.with,
            Compare::AtLeast => number >= self.with,
            Compare::Below => number < self.with,
            Compare::AtMost => number <= self.with,
        }
    }
}

/// The rows among which those are whose first column has this number, where it ascends.
/// NULL is first, and NaN stands for it.
pub fn range(cells: &Cells, number: f64) -> (usize, usize) {
    let first = |is_before: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (0, cells.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match cells.number(middle).is_none_or(is_before) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    };
    (first(&|x| x.is_nan() || x < number), first(&|x| x.is_nan() || x <= number))
}
