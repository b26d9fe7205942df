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

impl With {
    /// As SQLite compares a number with it: a text that is a number is one, every other text and
    /// blob is greater than all numbers, and nothing is equal to NULL or on a side of it.
    fn of_number(compare: Compare, value: ValueRef<'_>) -> Self {
        let greater = match compare {
            Compare::Below | Compare::AtMost => With::All,
            Compare::Equal | Compare::Above | Compare::AtLeast => With::Nothing,
        };
        let of_int = |int: i64| match (-EXACT..=EXACT).contains(&int) {
            true => With::Number(int as f64),
            false => With::Large(int),
        };
        match value {
            ValueRef::Integer(int) => of_int(int),
            ValueRef::Real(real) if !real.is_nan() => With::Number(real),
            ValueRef::Text(text) => {
                let text = str::from_utf8(text).unwrap_or_default();
                let text = text.trim_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
                // Rust also reads `inf` and `nan`.
                let is_of_digits =
                    text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
                let number = text.parse().ok().filter(|_| is_of_digits);
                text.parse().map_or(number.map_or(greater, With::Number), of_int)
            }
            ValueRef::Blob(_) => greater,
            ValueRef::Null | ValueRef::Real(_) => With::Nothing,
        }
    }

    /// Numbers are compared as their digits, and no word is of digits.
    fn of_word(words: &[&str], value: ValueRef<'_>) -> Self {
        let place = match value {
            ValueRef::Text(text) => words.iter().position(|word| word.as_bytes() == text),
            _ => None,
        };
        place.and_then(|at| u8::try_from(at).ok()).map_or(With::Nothing, With::Word)
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
    /// An integer that a double does not hold.
    Large(i64),
    /// A word's place among those of the column.
    Word(u8),
    /// Every cell passes that is not NULL.
    All,
    /// No cell passes.
    Nothing,
}

/// The columns whose comparisons [`Test`] answers whatever they are compared with, so that SQLite
/// need not look again: those declared as numbers, and the words of those declared `WORD TEXT`
/// that are to be equal. Of others SQLite must look at every row that passes.
pub fn is_answered(declared: &str, column: usize, compare: Compare) -> bool {
    let inside = declared.split_once('(').map_or("", |(_, columns)| columns);
    let declared = inside.trim_end_matches([')', ';', '\n', ' ']).split(',').nth(column);
    let kind =
        declared.and_then(|column| column.trim().split_once(' ')).map_or("", |(_, kind)| kind);
    match kind {
        "INTEGER" | "REAL" => true,
        "WORD TEXT" => compare == Compare::Equal,
        _ => false,
    }
}

impl Test {
    /// `None` where the cells are compared by SQLite.
    pub fn of(
        cells: &Cells,
        (column, compare): (usize, Compare),
        value: ValueRef<'_>,
    ) -> Option<Self> {
        let with = match cells {
            Cells::Count(_) | Cells::Id(_) | Cells::Real(_) => With::of_number(compare, value),
            Cells::Word(words, _) if compare == Compare::Equal => With::of_word(words, value),
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
            (With::Large(with), _) => {
                cells.number(row).is_none_or(|number| self.compares_large(number, with))
            }
            (With::Nothing, _) => false,
            (With::All, _) => cells.number(row).is_none_or(|number| !number.is_nan()),
            (With::Word(_), _) => true,
        }
    }

    /// Both as whole numbers, but for what follows a point in a number that is far smaller.
    fn compares_large(&self, number: f64, with: i64) -> bool {
        let order = (number as i128).cmp(&i128::from(with));
        !number.is_nan()
            && match self.compare {
                Compare::Equal => order.is_eq(),
                Compare::Above => order.is_gt(),
                Compare::AtLeast => order.is_ge(),
                Compare::Below => order.is_lt(),
                Compare::AtMost => order.is_le(),
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
