//! Packed columns of the reviews: what reports and filters read of all of them.
//!
//! A report over a million reviews reads six short facts of each: who, what, where, when,
//! how high. In the rows these stand between quotes and addresses; packed, one column after
//! the other, they take a twentieth of the bytes, and cost an import less than indexes
//! (docs/decisions/0003).
//!
//! A column is cut into chunks of [`CHUNK`] reviews by id; a chunk of a column is one row of
//! `review_column`. Numbers are little-endian; of a review that is not there all bytes are 0.
//!
//! Owns: the table `review_column`. Must never: hold what the rows do not say; it can be
//! made again from them, and `revdb check` compares both.

use rusqlite::Row;

use super::ArchiveError;
use revdb_model::PartialDate;
use revdb_model::verdict::{Polarity, polarity};

mod keeping;
mod reach;
mod reading;

pub use keeping::{ColumnMaintainer, check, rebuild};
pub use reach::of_names as names_within_reach;
pub use reading::{
    Columns, about, each_number, numbers, numbers_of, scores, scores_of, states, states_of,
};

/// Bytes of a narrow number.
const NARROW: usize = 2;

/// Reviews a chunk. Of 4 bytes a review four chunks fit on a page of 16 KiB, of 8 bytes two.
pub const CHUNK: usize = 1_000;

/// Chunks looked at: four thousand million reviews, as many as a column can number.
const MOST_CHUNKS: i64 = 1 << 22;

/// One fact of every review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// [`State`]; 1 byte.
    State,
    /// `work_id`; 2 or 4 bytes, as the next two.
    Work,
    /// `critic_id`, 0 where there is none.
    Critic,
    /// `publication_id`, 0 where there is none.
    Publication,
    /// [`pack_date`]; 4 bytes.
    Date,
    /// 8 bytes; means something only where [`State::has_score`].
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

    /// Whether its numbers may be stored in two bytes each, where all of a chunk fit: most
    /// archives have fewer than 65,536 works, critics and publications.
    const fn may_be_narrow(self) -> bool {
        matches!(self, Column::Work | Column::Critic | Column::Publication)
    }

    /// Bytes a review, where they are not narrow.
    const fn width(self) -> usize {
        match self {
            Column::State => 1,
            Column::Score => 8,
            _ => 4,
        }
    }

    /// The row of a chunk: columns stand one behind the other.
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

/// What there is of a review, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State(u8);

impl State {
    const THERE: u8 = 1;
    const USER: u8 = 2;
    const SCORE: u8 = 4;
    const SCORE_TEXT: u8 = 8;
    const QUOTE: u8 = 16;
    const TRUNCATED: u8 = 32;
    /// Both bits: a verdict that says neither.
    const POSITIVE: u8 = 64;
    const NEGATIVE: u8 = 128;

    /// All of it as a number below 256.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether there is a review of this id.
    pub fn exists(self) -> bool {
        self.0 & Self::THERE != 0
    }

    pub fn is_user(self) -> bool {
        self.0 & Self::USER != 0
    }

    pub fn has_score(self) -> bool {
        self.0 & Self::SCORE != 0
    }

    pub fn has_score_text(self) -> bool {
        self.0 & Self::SCORE_TEXT != 0
    }

    pub fn has_quote(self) -> bool {
        self.0 & Self::QUOTE != 0
    }

    pub fn is_truncated(self) -> bool {
        self.0 & Self::TRUNCATED != 0
    }

    /// What the verdict says, where there is one; `Some(None)` where its words are not known.
    pub fn verdict(self) -> Option<Option<Polarity>> {
        match (self.0 & Self::POSITIVE != 0, self.0 & Self::NEGATIVE != 0) {
            (true, true) => Some(None),
            (true, false) => Some(Some(Polarity::Positive)),
            (false, true) => Some(Some(Polarity::Negative)),
            (false, false) => None,
        }
    }
}

/// The packed facts of one review.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Packed {
    state: State,
    work: u32,
    critic: u32,
    publication: u32,
    date: u32,
    score: f64,
}

/// The facts as a review's row has them.
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
    /// [`ArchiveError::Damaged`] where a number does not fit or a date is none; no import
    /// writes either.
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

    /// From a row of `columns/row` or `columns/rows`, whose first column is the id.
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

/// 0 where there is none; ids begin with 1.
fn number(id: Option<i64>) -> Result<u32, ArchiveError> {
    let damaged = |_| ArchiveError::Damaged("a number is past what a column holds".to_owned());
    id.map_or(Ok(0), |id| u32::try_from(id).map_err(damaged))
}

/// A date as a number that sorts as the date's text does: year, month (4 bits), day (5 bits),
/// each 0 where it is unknown.
pub fn pack_date(date: PartialDate) -> u32 {
    let part = |part: Option<u8>| part.map_or(0, u32::from);
    (u32::from(date.year().unsigned_abs()) << 9) | (part(date.month()) << 5) | part(date.day())
}

/// The date that [`pack_date`] packed; `None` of 0.
pub fn unpack_date(packed: u32) -> Option<PartialDate> {
    let part = |bits: u32| u8::try_from(bits).ok().filter(|&part| part > 0);
    let year = i16::try_from(packed >> 9).ok()?;
    PartialDate::new(year, part((packed >> 5) & 15), part(packed & 31))
}

/// The chunk that a review is in and its place there; `None` of a number that is no id.
fn place(id: i64) -> Option<(i64, usize)> {
    let at = usize::try_from(id).ok()?;
    let chunk = i64::try_from(at / CHUNK).ok().filter(|&chunk| chunk < MOST_CHUNKS)?;
    Some((chunk, at % CHUNK))
}

#[cfg(test)]
mod tests;
