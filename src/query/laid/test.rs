//! Comparisons of a column with a value, as SQLite hands them over.

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

/// A comparison with its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    pub column: usize,
    compare: Compare,
    with: With,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum With {
    Number(f64),
    /// A word's place among those of the column.
    Word(u8),
    /// A word that the column never says.
    NoWord,
}

impl Test {
    /// `None` of a value that the column's cells are not compared with here: no number where
    /// they are numbers, one that a double does not hold, an order of words.
    pub fn of(
        cells: &Cells,
        (column, compare): (usize, Compare),
        value: ValueRef<'_>,
    ) -> Option<Self> {
        let with = match (cells, value) {
            (Cells::Count(_) | Cells::Id(_) | Cells::Real(_), ValueRef::Integer(int))
                if (-EXACT..=EXACT).contains(&int) =>
            {
                With::Number(int as f64)
            }
            (Cells::Count(_) | Cells::Id(_) | Cells::Real(_), ValueRef::Real(real)) => {
                Some(real).filter(|real| !real.is_nan()).map(With::Number)?
            }
            (Cells::Word(words, _), ValueRef::Text(text)) if compare == Compare::Equal => {
                let place = words.iter().position(|word| word.as_bytes() == text);
                place.map_or(With::NoWord, |at| u8::try_from(at).map_or(With::NoWord, With::Word))
            }
            _ => return None,
        };
        Some(Test { column, compare, with })
    }

    /// The number that a cell must be, where it must be one.
    pub fn exactly(&self) -> Option<f64> {
        match (self.compare, self.with) {
            (Compare::Equal, With::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// Whether a row may pass.
    #[inline]
    pub fn passes(&self, columns: &[Cells], row: usize) -> bool {
        let Some(cells) = columns.get(self.column) else { return true };
        match (self.with, cells) {
            (With::Number(with), _) => {
                cells.number(row).is_none_or(|number| self.compares(number, with))
            }
            (With::Word(with), Cells::Word(_, all)) => all.get(row) == Some(&with),
            (With::NoWord, _) => false,
            (With::Word(_), _) => true,
        }
    }

    /// NaN, which is NULL, never does.
    #[inline]
    fn compares(&self, number: f64, with: f64) -> bool {
        match self.compare {
            Compare::Equal => number == with,
            Compare::Above => number > with,
            Compare::AtLeast => number >= with,
            Compare::Below => number < with,
            Compare::AtMost => number <= with,
        }
    }
}

/// The rows whose first column has this number, where it ascends; NULL is first. `None` of a
/// column that is not of ids or counts.
pub fn range(cells: &Cells, number: f64) -> Option<(usize, usize)> {
    let (Cells::Id(all) | Cells::Count(all)) = cells else { return None };
    let first = all.partition_point(|&id| f64::from(id) < number);
    let rest = all.get(first..).unwrap_or_default();
    // Of a key there are one or two rows, seldom more.
    let count = rest.iter().take_while(|&&id| f64::from(id) == number).count();
    Some((first, first + count))
}
