//! `review_tally`: how many reviews there are of each sort, by what they have.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::source::{Band, Source};
use super::{View, audience};
use crate::archive::ArchiveError;
use crate::archive::columns::State;
use crate::domain::verdict::Leaning;
use crate::query::memory_table::{Column, Record};

pub const VIEW: View = View {
    name: "review_tally",
    columns: Tally::columns,
    ascending: 0,
    key: 0,
    reviews_a_row: 10_000,
    narrowing: &[],
    costly: &[],
    make: |source, _| Ok(Arc::new(make(source)?)),
};

/// What a review has.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Has {
    state: State,
    /// How many letters of a date.
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
        Column::integer("dated", |row| u32::from(row.has.dated).into()),
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

fn verdict(says: Option<Leaning>) -> &'static str {
    match says {
        Some(Leaning::Positive) => "positive",
        Some(Leaning::Negative) => "negative",
        None => "other",
    }
}

fn make(source: &Source<'_>) -> Result<Vec<Tally>, ArchiveError> {
    let (passing, works, scores) = (source.passing()?, source.works()?, source.scores()?);
    let (critics, publications) = (source.critics()?, source.publications()?);
    let facts = source.work_facts()?;
    let who = critics.iter().zip(publications).zip(source.dates()?);
    let what = passing.iter().zip(works).zip(scores);
    let mut counts: FxHashMap<Has, u32> = FxHashMap::default();
    for (((state, work), score), ((critic, publication), date)) in what.zip(who) {
        if state.is_there() {
            let band = state.has_score().then(|| facts.band(*work, *score));
            let (is_named, is_published) = (*critic > 0, *publication > 0);
            let has = Has { state: *state, dated: letters(*date), is_named, is_published, band };
            *counts.entry(has).or_default() += 1;
        }
    }
    Ok(counts.into_iter().map(|(has, reviews)| Tally { has, reviews }).collect())
}

/// Of a date as text: none, a year, a month, a day.
fn letters(date: u32) -> u8 {
    match (date, date >> 5 & 15, date & 31) {
        (0, ..) => 0,
        (_, 0, _) => 4,
        (_, _, 0) => 7,
        _ => 10,
    }
}
