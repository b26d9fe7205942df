//! The one shape that every output takes: named, typed columns and a stream of rows.

use std::collections::HashSet;

/// One value. `Null` prints as nothing (JSON: `null`; a terminal: a dash).
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
}

impl Cell {
    /// The value as a finite number: what a chart can place. Text is never parsed.
    pub fn number(&self) -> Option<f64> {
        match self {
            // A count beyond 2^53 loses its last digits here; a picture cannot show them.
            Cell::Int(value) => Some(*value as f64),
            Cell::Real(value) if value.is_finite() => Some(*value),
            Cell::Real(_) | Cell::Null | Cell::Text(_) => None,
        }
    }

    /// The value with full precision, as data formats print it; `None` for null and
    /// for what no data format can carry (NaN, infinities).
    pub fn data_text(&self) -> Option<String> {
        match self {
            Cell::Null => None,
            Cell::Int(value) => Some(value.to_string()),
            Cell::Real(value) => real_text(*value),
            Cell::Text(text) => Some(text.clone()),
        }
    }

    /// The value as a person reads it: reals rounded to the column's decimals.
    /// Control characters are still in it: pass it through [`super::safe`].
    pub fn display_text(&self, kind: ColumnKind) -> Option<String> {
        match (self, kind) {
            (Cell::Real(value), ColumnKind::Real { decimals }) if value.is_finite() => {
                Some(rounded(*value, decimals))
            }
            _ => self.data_text(),
        }
    }
}

/// The shortest decimal that reads back as the same double [`without_noise`], always recognisable
/// as a real number (`100.0`); `None` for NaN and infinities.
pub fn real_text(value: f64) -> Option<String> {
    value.is_finite().then(|| format!("{:?}", without_noise(value)))
}

/// Digits to which a number is rounded to see whether what follows is noise.
const SIGNIFICANT: usize = 12;
/// Of these as many must end up as zeros: a statistic has digits to its end, 0.1 + 0.2 has not.
const ZEROS: usize = 3;
/// Greatest relative distance of noise. Differences of two scores (90.1 - 90) lose three digits of
/// a double's sixteen: 5.7e-14.
const NOISE: f64 = 1e-13;

/// A number as data formats print it: 0.30000000000000004, which is what binary arithmetic
/// makes of 0.1 + 0.2, is 0.3. Every other number is itself, to the last digit.
pub fn without_noise(value: f64) -> f64 {
    let shortest = format!("{value:?}");
    if shortest.len() <= SIGNIFICANT || !value.is_finite() {
        return value;
    }
    let rounded = format!("{value:.*e}", SIGNIFICANT - 1);
    let digits = rounded.split('e').next().unwrap_or_default();
    if !digits.ends_with(&"0".repeat(ZEROS)) {
        return value;
    }
    match rounded.parse::<f64>() {
        Ok(near) if (near - value).abs() <= NOISE * value.abs() => near,
        _ => value,
    }
}

/// `decimals` digits after the point, without the "-0.0" that rounding can leave.
/// Beyond 10^15 a double has no decimals left: the shortest form is printed instead.
pub fn rounded(value: f64, decimals: u8) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:?}");
    }
    let text = format!("{value:.*}", usize::from(decimals));
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| matches!(b, b'0' | b'.')) => digits.to_owned(),
        _ => text,
    }
}

/// How a column's values are to be read: alignment, rounding, spreadsheet type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Short text: a name, a word.
    Text,
    /// Long text: wrapped on a terminal, given the width that is left.
    Quote,
    /// A quote in which matches stand between [`super::MATCH_START`] and
    /// [`super::MATCH_END`]. Only here do these characters mean anything.
    Snippet,
    Int,
    /// `decimals` digits on a terminal and a page; full precision in data formats.
    Real {
        decimals: u8,
    },
    /// ISO date, possibly partial (`2012-07`): a real date in a spreadsheet where whole.
    Date,
    Url,
}

impl ColumnKind {
    /// Right-aligned, so that units stand under units.
    pub fn is_number(self) -> bool {
        matches!(self, ColumnKind::Int | ColumnKind::Real { .. })
    }

    /// Takes the width that the other columns leave.
    pub fn is_long(self) -> bool {
        matches!(self, ColumnKind::Quote | ColumnKind::Snippet)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
    pub stack: Stack,
}

/// Whether a column may stand in one with others, each value on a line of its own, where a
/// terminal is too narrow for all of them beside each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stack {
    #[default]
    Never,
    /// Among the first to be stacked: names, which would be broken else.
    Early,
    /// Where that is not enough: numbers and dates.
    Late,
}

impl Column {
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Column { name: name.into(), kind, stack: Stack::Never }
    }

    /// The same column, stacked with others where there is no room.
    #[must_use]
    pub fn stacked(self, stack: Stack) -> Self {
        Column { stack, ..self }
    }
}

/// Column names as keys that differ: a second `n` becomes `n_2`, so that an object
/// with both loses neither (`revdb sql "select 1 as n, 2 as n"`).
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
            // A column that is itself called n_2 keeps its name.
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

/// Rows that are all in memory: small results, charts, tests.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collected {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    pub caption: Caption,
    next: usize,
}

impl Collected {
    pub fn new(columns: Vec<Column>, rows: Vec<Vec<Cell>>, caption: Caption) -> Self {
        Collected { columns, rows, caption, next: 0 }
    }

    /// Takes at most `limit` rows out of `source`; the caption is the one after them.
    /// The flag says whether that was all.
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
    fn only_noise_is_taken_away() {
        for (value, kept) in [
            (0.1 + 0.2, 0.3),
            (90.1 - 90.0, 0.1),
            (-(8.1 - 7.9), -0.2),
            (1.0 / 3.0, 1.0 / 3.0),
            (200.0 / 3.0, 200.0 / 3.0),
            (21.694_853_460_363_973, 21.694_853_460_363_973),
            (123_456_789.123_456_79, 123_456_789.123_456_79),
            (f64::MAX, f64::MAX),
            (f64::MIN_POSITIVE, f64::MIN_POSITIVE),
        ] {
            assert_eq!(without_noise(value), kept);
        }
    }

    #[test]
    fn numbers_are_rounded_for_people_and_whole_for_machines() {
        let cases = [
            (100.0, 1, "100.0", "100.0"),
            (81.666_666, 1, "81.7", "81.666666"),
            (-0.04, 1, "0.0", "-0.04"),
            (-0.06, 1, "-0.1", "-0.06"),
            (1e300, 1, "1e300", "1e300"),
            (7.5, 0, "8", "7.5"),
        ];
        for (value, decimals, display, data) in cases {
            assert_eq!(rounded(value, decimals), display);
            assert_eq!(real_text(value).as_deref(), Some(data));
        }
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(real_text(value), None);
            assert_eq!(Cell::Real(value).number(), None);
        }
    }

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
