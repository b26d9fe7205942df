//! `work_timeline`: each work's scored reviews in the order of time, with the running mean.
//!
//! One row for most reviews, with names and in the report's order, so that SQL needs no window
//! function, no sorting and no name look-ups.

use std::sync::Arc;

use super::groups::{Grouped, keyed, of_slot, slot, slots};
use super::source::{Names, Source};
use super::{View, audience, count};
use crate::memory_table::{Cell, Rows, Type};
use crate::sqlite_rules::{Sum, day_number};
use revdb_store::ArchiveError;

pub const VIEW: View = View {
    ascending: 4,
    key: 1,
    reviews_a_row: 1,
    ..View::new("work_timeline", || COLUMNS.to_vec(), |source, _| Ok(Arc::new(make(source)?)))
};

const COLUMNS: [(&str, Type); 10] = [
    ("place", Type::Integer),
    ("audience", Type::Text),
    ("date", Type::Text),
    ("id", Type::Integer),
    ("work", Type::Text),
    ("day", Type::Integer),
    ("critic", Type::Text),
    ("score", Type::Real),
    ("running_n", Type::Integer),
    ("running_mean", Type::Real),
];

/// Rows whose texts are stored once.
struct Timeline {
    rows: Vec<Row>,
    names: Arc<Names>,
}

struct Row {
    place: u32,
    is_user: bool,
    date: u32,
    id: u32,
    day: u32,
    writer: u32,
    score: f64,
    running_n: u32,
    running_mean: f64,
}

impl Rows for Timeline {
    fn count(&self) -> usize {
        self.rows.len()
    }

    #[inline]
    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let Some(row) = self.rows.get(row) else { return Cell::Null };
        match column {
            0 => Cell::id(row.place),
            1 => audience(row.is_user),
            2 => Cell::Date(row.date),
            3 => Cell::id(row.id),
            4 => self.names.titles.get(row.place).into(),
            5 => row.day.into(),
            6 => self.names.writers.get(row.writer).into(),
            7 => row.score.into(),
            8 => row.running_n.into(),
            9 => row.running_mean.into(),
            _ => Cell::Null,
        }
    }
}

/// A scored review with a complete date.
#[derive(Clone, Copy, Default)]
struct Dated {
    date: u32,
    id: u32,
    score: f64,
}

fn make(source: &Source<'_>) -> Result<Timeline, ArchiveError> {
    let (names, dates, critics) = (source.names()?, source.dates()?, source.critics()?);
    // The rank of each review's work by title; 0 for none.
    let place = |work: &u32| names.places.get(*work as usize).copied().unwrap_or(0);
    let places: Vec<u32> = source.works()?.iter().map(place).collect();
    let first = first_days(source, &places)?;
    let reviews = keyed(source.passing()?, &places, source.scores()?);
    let reviews = reviews.filter_map(|review| {
        let (id, score) = (review.id, review.score()?);
        let date = dates[id as usize];
        is_of_a_day(date).then_some((review.slot, Dated { date, id, score }))
    });
    let mut rows = Vec::new();
    Grouped::of(slots(&places), reviews).each(|slot, reviews| {
        let (place, is_user) = of_slot(slot);
        let first = first.get(slot).and_then(|first| day_number(*first)).unwrap_or(0);
        // Ids ascend, so a stable sort by date is enough, and nearly sorted input is cheap.
        reviews.sort_by_key(|review| review.date);
        let (mut points, mut n) = (Sum::default(), 0);
        // All reviews of one day together, so that their order does not matter.
        for of_day in reviews.chunk_by(|a, b| a.date == b.date) {
            of_day.iter().for_each(|review| points.add(review.score));
            n += count(of_day.len());
            let running_mean = points.total() / f64::from(n);
            rows.extend(of_day.iter().map(|&Dated { date, id, score }| Row {
                place,
                is_user,
                date,
                id,
                day: day_number(date).and_then(|day| u32::try_from(day - first).ok()).unwrap_or(0),
                writer: names.writer(id, critics[id as usize]),
                score,
                running_n: n,
                running_mean,
            }));
        }
    });
    Ok(Timeline { rows, names })
}

fn is_of_a_day(date: u32) -> bool {
    date & 31 > 0
}

/// The first complete date of each work and audience among all peers, scored or not; the maximum
/// number if there is none.
fn first_days(source: &Source<'_>, places: &[u32]) -> Result<Vec<u32>, ArchiveError> {
    let mut first = vec![u32::MAX; slots(places)];
    let peers = source.set()?.peers().iter();
    for ((state, place), date) in peers.zip(places).zip(source.dates()?) {
        if state.exists() && is_of_a_day(*date) {
            let known = &mut first[slot(*place, state.is_user())];
            *known = (*known).min(*date);
        }
    }
    Ok(first)
}
