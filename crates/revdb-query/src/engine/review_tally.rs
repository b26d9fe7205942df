//! `review_tally`: numbers of reviews by the combination of fields that they have.

use super::source::{Band, Source};
use super::{View, audience, rows};
use crate::memory_table::{Column, Record};
use revdb_model::verdict::Polarity;
use revdb_store::ArchiveError;
use revdb_store::columns::State;

pub const VIEW: View = View {
    reviews_a_row: 10_000,
    ..View::new("review_tally", Tally::columns, |source, _| rows(make(source)))
};

/// Which fields a review has.
#[derive(Clone, Copy)]
struct Has {
    state: State,
    /// A precision; see [`letters`].
    dated: u8,
    is_named: bool,
    is_published: bool,
    band: Option<Band>,
}

struct Tally {
    has: Has,
    reviews: u32,
}

impl Record for Tally {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("audience", |row| audience(row.has.state.is_user())),
        Column::integer("dated", |row| letters(row.has.dated).into()),
        Column::integer("scored", |row| row.has.state.has_score().into()),
        Column::text("band", |row| row.has.band.map(band).into()),
        Column::integer("printed", |row| row.has.state.has_score_text().into()),
        Column::integer("named", |row| row.has.is_named.into()),
        Column::integer("published", |row| row.has.is_published.into()),
        Column::integer("quoted", |row| row.has.state.has_quote().into()),
        Column::integer("truncated", |row| row.has.state.is_truncated().into()),
        Column::text("verdict", |row| row.has.state.verdict().map(verdict).into()),
        Column::integer("reviews", |row| row.reviews.into()),
    ];
}

fn band(band: Band) -> &'static str {
    match band {
        Band::Mixed => "mixed",
        Band::Negative => "negative",
        Band::Positive => "positive",
    }
}

fn verdict(says: Option<Polarity>) -> &'static str {
    match says {
        Some(Polarity::Positive) => "positive",
        Some(Polarity::Negative) => "negative",
        None => "other",
    }
}

fn make(source: &Source<'_>) -> Result<Vec<Tally>, ArchiveError> {
    let (passing, works, scores) = (source.passing()?, source.works()?, source.scores()?);
    let (critics, publications) = (source.critics()?, source.publications()?);
    let facts = source.work_facts()?;
    let who = critics.iter().zip(publications).zip(source.dates()?);
    let what = passing.iter().zip(works).zip(scores);
    let mut tallies: Vec<Tally> = Vec::new();
    // Combination number → index among the tallies, from 1.
    let mut places = [0_usize; COMBINATIONS];
    for (((state, work), score), ((critic, publication), date)) in what.zip(who) {
        if state.exists() {
            let band = state.has_score().then(|| facts.band(*work, *score));
            let (is_named, is_published) = (*critic > 0, *publication > 0);
            let has = Has { state: *state, dated: parts(*date), is_named, is_published, band };
            let place = &mut places[has.number()];
            match place.checked_sub(1).and_then(|at| tallies.get_mut(at)) {
                Some(tally) => tally.reviews += 1,
                None => {
                    tallies.push(Tally { has, reviews: 1 });
                    *place = tallies.len();
                }
            }
        }
    }
    Ok(tallies)
}

const COMBINATIONS: usize = 1 << 14;

impl Has {
    /// A combination's index, below [`COMBINATIONS`].
    #[inline]
    fn number(&self) -> usize {
        let band = match self.band {
            None => 0,
            Some(Band::Mixed) => 1,
            Some(Band::Negative) => 2,
            Some(Band::Positive) => 3,
        };
        let who = usize::from(self.is_named) << 8 | usize::from(self.is_published) << 9;
        usize::from(self.state.bits()) | who | usize::from(self.dated) << 10 | band << 12
    }
}

/// The number of a date's parts: year, month, day.
fn parts(date: u32) -> u8 {
    u8::from(date > 0) + u8::from(date >> 5 & 15 > 0) + u8::from(date & 31 > 0)
}

/// The length of a date's text with this many parts.
fn letters(parts: u8) -> u32 {
    match parts {
        0 => 0,
        1 => 4,
        2 => 7,
        _ => 10,
    }
}
