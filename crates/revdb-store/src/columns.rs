//! Packed columns of the reviews, for reports and filters that read all of them.
//!
//! A report over a million reviews reads six short values of each. In the rows these are spread
//! over 323 MB; packed column by column they take 19 MB.
//!
//! A column is split into chunks of [`CHUNK`] reviews by id, each one row of `review_column`.
//! Numbers are little-endian; a missing review's bytes are 0.
//!
//! Owns: the table `review_column`. Must never: hold anything that is not in the rows; it can be
//! rebuilt from them, and `revdb check` compares both.

use rusqlite::Row;

use super::ArchiveError;
use revdb_model::PartialDate;
use revdb_model::verdict::{Polarity, polarity};

mod bounds;
mod maintainer;
mod reading;

pub use bounds::of_names as names_within_reach;
pub use maintainer::{ColumnMaintainer, check, rebuild};
pub use reading::{
    Columns, about, each_number, numbers, numbers_of, scores, scores_of, states, states_of,
};

/// Bytes of a narrow number.
const NARROW: usize = 2;

/// Reviews per chunk: four chunks of 4-byte values fit on a page of 16 KiB.
pub const CHUNK: usize = 1_000;

/// The most chunks that are read: four thousand million reviews, the range of an id.
const MOST_CHUNKS: i64 = 1 << 22;

/// A packed column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// [`State`], 1 byte per review.
    State,
    /// `work_id`, 2 or 4 bytes per review.
    Work,
    /// `critic_id`, 2 or 4 bytes; 0 encodes NULL.
    Critic,
    /// `publication_id`, 2 or 4 bytes; 0 encodes NULL.
    Publication,
    /// The date as of [`pack_date`], 4 bytes.
    Date,
    /// The score, 8 bytes; meaningful only if [`State::has_score`].
    Score,
}

impl Column {
    const ALL: [Column; 6] = [
        Column::State,
        Column::Work,
        Column::Critic,
        Column::Publication,
        Column::Date,
        Column::Score,
    ];

    /// Whether a chunk may use two bytes per number where all fit: most archives have fewer than
    /// 65,536 works, critics and publications.
    const fn may_be_narrow(self) -> bool {
        matches!(self, Column::Work | Column::Critic | Column::Publication)
    }

    /// Bytes per review of a chunk that is not narrow.
    const fn width(self) -> usize {
        match self {
            Column::State => 1,
            Column::Score => 8,
            _ => 4,
        }
    }

    /// The row of a chunk in `review_column`.
    fn row(self, chunk: i64) -> i64 {
        let number: i64 = match self {
            Column::State => 0,
            Column::Work => 1,
            Column::Critic => 2,
            Column::Publication => 3,
            Column::Date => 4,
            Column::Score => 5,
        };
        number * MOST_CHUNKS + chunk
    }
}

/// Properties of a review as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State(u8);

impl State {
    const THERE: u8 = 1;
    const USER: u8 = 2;
    const SCORE: u8 = 4;
    const SCORE_TEXT: u8 = 8;
    const QUOTE: u8 = 16;
    const TRUNCATED: u8 = 32;
    /// Both verdict bits encode a verdict that is neither.
    const POSITIVE: u8 = 64;
    const NEGATIVE: u8 = 128;

    /// The bits as a number below 256.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether there is a review with this id.
    pub fn exists(self) -> bool {
        self.0 & Self::THERE != 0
    }

    /// Whether the audience is `user`.
    pub fn is_user(self) -> bool {
        self.0 & Self::USER != 0
    }

    /// Whether the review has a score.
    pub fn has_score(self) -> bool {
        self.0 & Self::SCORE != 0
    }

    /// Whether the review has a score_text.
    pub fn has_score_text(self) -> bool {
        self.0 & Self::SCORE_TEXT != 0
    }

    /// Whether the review has a quote.
    pub fn has_quote(self) -> bool {
        self.0 & Self::QUOTE != 0
    }

    /// Whether the source truncated the quote.
    pub fn is_truncated(self) -> bool {
        self.0 & Self::TRUNCATED != 0
    }

    /// The verdict, if any; `Some(None)` if its words are not known.
    pub fn verdict(self) -> Option<Option<Polarity>> {
        match (self.0 & Self::POSITIVE != 0, self.0 & Self::NEGATIVE != 0) {
            (true, true) => Some(None),
            (true, false) => Some(Some(Polarity::Positive)),
            (false, true) => Some(Some(Polarity::Negative)),
            (false, false) => None,
        }
    }
}

/// The packed values of one review.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Packed {
    state: State,
    work: u32,
    critic: u32,
    publication: u32,
    date: u32,
    score: f64,
}

/// The same values as in the review's row, before packing.
pub(super) struct PackedFields<'a> {
    pub work_id: i64,
    pub is_user: bool,
    pub critic_id: Option<i64>,
    pub publication_id: Option<i64>,
    pub date: Option<&'a str>,
    pub score: Option<f64>,
    pub has_score_text: bool,
    pub has_quote: bool,
    pub truncated: bool,
    pub verdict: Option<&'a str>,
}

impl Packed {
    /// # Errors
    /// [`ArchiveError::Damaged`] for a number out of range or an invalid date, which no import
    /// writes.
    pub(super) fn new(facts: &PackedFields<'_>) -> Result<Self, ArchiveError> {
        let verdict = facts.verdict.map(polarity);
        let mut state = State::THERE;
        for (is_so, bit) in [
            (facts.is_user, State::USER),
            (facts.score.is_some(), State::SCORE),
            (facts.has_score_text, State::SCORE_TEXT),
            (facts.has_quote, State::QUOTE),
            (facts.truncated, State::TRUNCATED),
            (verdict.is_some_and(|says| says != Some(Polarity::Negative)), State::POSITIVE),
            (verdict.is_some_and(|says| says != Some(Polarity::Positive)), State::NEGATIVE),
        ] {
            if is_so {
                state |= bit;
            }
        }
        Ok(Self {
            state: State(state),
            work: number(Some(facts.work_id))?,
            critic: number(facts.critic_id)?,
            publication: number(facts.publication_id)?,
            date: facts.date.map_or(Ok(0), |date| {
                let known = PartialDate::from_iso(date);
                let damaged = || ArchiveError::Damaged(format!("{date:?} is no date"));
                known.map(pack_date).ok_or_else(damaged)
            })?,
            score: facts.score.unwrap_or(0.0),
        })
    }

    /// Reads a row of `columns/row` or `columns/rows`, whose first column is the id.
    fn from_row(row: &Row<'_>) -> Result<Self, ArchiveError> {
        let date: Option<String> = row.get(5)?;
        let verdict: Option<String> = row.get(10)?;
        Packed::new(&PackedFields {
            work_id: row.get(1)?,
            is_user: row.get(2)?,
            critic_id: row.get(3)?,
            publication_id: row.get(4)?,
            date: date.as_deref(),
            score: row.get(6)?,
            has_score_text: row.get(7)?,
            has_quote: row.get(8)?,
            truncated: row.get(9)?,
            verdict: verdict.as_deref(),
        })
    }

    fn bytes(&self, column: Column) -> ([u8; 8], usize) {
        let mut bytes = [0; 8];
        let number = match column {
            Column::State => u64::from(self.state.0),
            Column::Work => u64::from(self.work),
            Column::Critic => u64::from(self.critic),
            Column::Publication => u64::from(self.publication),
            Column::Date => u64::from(self.date),
            Column::Score => self.score.to_bits(),
        };
        bytes.copy_from_slice(&number.to_le_bytes());
        (bytes, column.width())
    }
}

/// An id; 0 encodes NULL.
fn number(id: Option<i64>) -> Result<u32, ArchiveError> {
    let damaged = |_| ArchiveError::Damaged("a number is past what a column holds".to_owned());
    id.map_or(Ok(0), |id| u32::try_from(id).map_err(damaged))
}

/// A date as a number that sorts as its text does: year, month (4 bits), day (5 bits), unknown
/// parts 0.
pub fn pack_date(date: PartialDate) -> u32 {
    let part = |part: Option<u8>| part.map_or(0, u32::from);
    (u32::from(date.year().unsigned_abs()) << 9) | (part(date.month()) << 5) | part(date.day())
}

/// The inverse of [`pack_date`]; `None` for 0.
pub fn unpack_date(packed: u32) -> Option<PartialDate> {
    let part = |bits: u32| u8::try_from(bits).ok().filter(|&part| part > 0);
    let year = i16::try_from(packed >> 9).ok()?;
    PartialDate::new(year, part((packed >> 5) & 15), part(packed & 31))
}

/// The chunk of a review and its index there; `None` for an invalid id.
fn place(id: i64) -> Option<(i64, usize)> {
    let at = usize::try_from(id).ok()?;
    let chunk = i64::try_from(at / CHUNK).ok().filter(|&chunk| chunk < MOST_CHUNKS)?;
    Some((chunk, at % CHUNK))
}

#[cfg(test)]
mod tests;
