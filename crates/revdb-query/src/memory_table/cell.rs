//! Cells, columns and rows of a memory table.

use std::cmp::Ordering;

use rusqlite::types::Value;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Integer,
    Real,
    Text,
}

/// One value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'c> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'c str),
    /// As `revdb_store::columns` packs it; SQLite gets text.
    Date(u32),
}

/// A column: name, type, and the function that reads a row's cell.
pub struct Column<R> {
    name: &'static str,
    kind: Type,
    cell: for<'r> fn(&'r R) -> Cell<'r>,
}

impl<R> Column<R> {
    pub const fn integer(name: &'static str, cell: for<'r> fn(&'r R) -> Cell<'r>) -> Self {
        Column { name, kind: Type::Integer, cell }
    }

    pub const fn real(name: &'static str, cell: for<'r> fn(&'r R) -> Cell<'r>) -> Self {
        Column { name, kind: Type::Real, cell }
    }

    pub const fn text(name: &'static str, cell: for<'r> fn(&'r R) -> Cell<'r>) -> Self {
        Column { name, kind: Type::Text, cell }
    }
}

/// A row type with its columns.
pub trait Record: Send + Sync + Sized + 'static {
    const COLUMNS: &'static [Column<Self>];

    /// The names and types of the columns.
    fn columns() -> Vec<(&'static str, Type)> {
        Self::COLUMNS.iter().map(|column| (column.name, column.kind)).collect()
    }
}

/// Rows in memory.
pub trait Rows: Send + Sync {
    /// The number of rows.
    fn count(&self) -> usize;

    /// The cell of a row, counted from 0.
    fn cell(&self, row: usize, column: usize) -> Cell<'_>;
}

impl<R: Record> Rows for Vec<R> {
    fn count(&self) -> usize {
        self.len()
    }

    #[inline]
    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        match (self.get(row), R::COLUMNS.get(column)) {
            (Some(row), Some(column)) => (column.cell)(row),
            _ => Cell::Null,
        }
    }
}

/// Ids of reviews.
impl Record for u32 {
    const COLUMNS: &'static [Column<u32>] = &[Column::integer("id", |id| Cell::id(*id))];
}

impl Cell<'_> {
    /// An id; 0 encodes NULL.
    pub fn id(id: u32) -> Self {
        if id == 0 { Cell::Null } else { Cell::Integer(i64::from(id)) }
    }

    /// The cell's order relative to a value; `None` for a value of another type, which SQLite may
    /// convert.
    pub fn compare(&self, value: &Value) -> Option<Ordering> {
        match (self, value) {
            (Cell::Null, Value::Integer(_) | Value::Text(_)) => Some(Ordering::Less),
            (Cell::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
            (Cell::Text(a), Value::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            _ => None,
        }
    }
}

impl From<u32> for Cell<'_> {
    fn from(count: u32) -> Self {
        Cell::Integer(i64::from(count))
    }
}

impl From<bool> for Cell<'_> {
    fn from(is: bool) -> Self {
        Cell::Integer(i64::from(is))
    }
}

/// NaN is NULL.
impl From<f64> for Cell<'_> {
    fn from(real: f64) -> Self {
        if real.is_nan() { Cell::Null } else { Cell::Real(real) }
    }
}

impl<'c> From<&'c str> for Cell<'c> {
    fn from(text: &'c str) -> Self {
        Cell::Text(text)
    }
}

impl<'c> From<Option<&'c str>> for Cell<'c> {
    fn from(text: Option<&'c str>) -> Self {
        text.map_or(Cell::Null, Cell::Text)
    }
}

/// A packed date as text: a year, a month or a day. Without the formatting machinery, since a
/// report prints 800,000 of these. Accepts any year of four digits.
pub(super) fn date_text(packed: u32, into: &mut [u8; 10]) -> Option<&str> {
    let (year, month, day) = (packed >> 9, (packed >> 5) & 15, packed & 31);
    if packed == 0 || year > 9999 {
        return None;
    }
    let digit = |n: u32| b'0' + u8::try_from(n % 10).unwrap_or(0);
    let of = |n: u32| [digit(n / 10), digit(n)];
    let ([a, b], [c, d], [e, f], [g, h]) = (of(year / 100), of(year), of(month), of(day));
    *into = [a, b, c, d, b'-', e, f, b'-', g, h];
    let length = match (month, day) {
        (0, _) => 4,
        (_, 0) => 7,
        _ => 10,
    };
    into.get(..length).and_then(|text| str::from_utf8(text).ok())
}
