//! The cells of a column, close together.

use std::sync::Arc;

/// The cells of one column.
#[derive(Debug, Clone)]
pub enum Cells {
    /// How many of something.
    Count(Vec<u32>),
    /// Numbers that are never 0; 0 is NULL.
    Id(Vec<u32>),
    /// NaN is NULL.
    Real(Vec<f64>),
    /// Each one of a few words, by its place among them; a place beyond is NULL.
    Word(&'static [&'static str], Vec<u8>),
    /// As `archive::columns` packs them; 0 is NULL.
    Date(Vec<u32>),
    /// Each one of the texts, by its number; one that is not there is NULL.
    Text(Arc<Texts>, Vec<u32>),
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'c> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'c str),
    /// A text that is made anew.
    Made(Made),
}

/// A short text: a date has ten letters at most.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    bytes: [u8; 10],
    len: usize,
}

impl Made {
    pub fn text(&self) -> &str {
        let bytes = self.bytes.get(..self.len).unwrap_or_default();
        str::from_utf8(bytes).unwrap_or_default()
    }
}

impl Cells {
    pub fn len(&self) -> usize {
        match self {
            Cells::Count(all) | Cells::Id(all) | Cells::Date(all) | Cells::Text(_, all) => {
                all.len()
            }
            Cells::Real(all) => all.len(),
            Cells::Word(_, all) => all.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub fn cell(&self, row: usize) -> Cell<'_> {
        let cell = match self {
            Cells::Count(all) => all.get(row).map(|&n| Cell::Int(i64::from(n))),
            Cells::Id(all) => {
                all.get(row).filter(|&&id| id != 0).map(|&id| Cell::Int(i64::from(id)))
            }
            Cells::Real(all) => all.get(row).filter(|x| !x.is_nan()).map(|&x| Cell::Real(x)),
            Cells::Word(words, all) => {
                all.get(row).and_then(|&at| words.get(usize::from(at))).map(|word| Cell::Text(word))
            }
            Cells::Date(all) => all.get(row).and_then(|&date| date_text(date)).map(Cell::Made),
            Cells::Text(texts, all) => all.get(row).and_then(|&at| texts.get(at)).map(Cell::Text),
        };
        cell.unwrap_or(Cell::Null)
    }

    /// The cell as a number that compares as the cell does; NaN where it is NULL. `None` where
    /// the column holds no numbers.
    #[inline]
    pub fn number(&self, row: usize) -> Option<f64> {
        let number = match self {
            Cells::Count(all) => all.get(row).map(|&n| f64::from(n)),
            Cells::Id(all) => all.get(row).filter(|&&id| id != 0).map(|&id| f64::from(id)),
            Cells::Real(all) => all.get(row).copied(),
            Cells::Word(..) | Cells::Date(_) | Cells::Text(..) => return None,
        };
        Some(number.unwrap_or(f64::NAN))
    }
}

/// `2012-07-01` without the machinery of formatting: a report prints 800,000 of these. Of any year
/// of four digits, also one that no review's date may have.
fn date_text(packed: u32) -> Option<Made> {
    let (year, month, day) = (packed >> 9, (packed >> 5) & 15, packed & 31);
    if packed == 0 || year > 9999 {
        return None;
    }
    let mut made = Made { bytes: *b"0000-00-00", len: 4 };
    let digit = |n: u32| b'0' + u8::try_from(n % 10).unwrap_or(0);
    let [a, b, c, d, _, m1, m2, _, d1, d2] = &mut made.bytes;
    (*a, *b, *c, *d) = (digit(year / 1000), digit(year / 100), digit(year / 10), digit(year));
    if month > 0 {
        (*m1, *m2) = (digit(month / 10), digit(month));
        made.len = 7;
        if day > 0 {
            (*d1, *d2) = (digit(day / 10), digit(day));
            made.len = 10;
        }
    }
    Some(made)
}

/// Many texts, one behind the other, by number.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    all: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Texts {
    /// Adds a text; its number is how many there were.
    pub fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
    }

    pub fn get(&self, number: u32) -> Option<&str> {
        let at = number as usize;
        let end = *self.ends.get(at)? as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before));
        self.all.get(start.map_or(0, |&start| start as usize)..end)
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}
