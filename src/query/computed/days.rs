//! Reviews by when they were written: `day_sum`, `year_band`, `critic_trend`.

use super::figures::{Tally, sums};
use super::grouped::{keyed, of_slot, slot, slots};
use super::source::{Source, audiences};
use super::sum::Sum;
use crate::query::laid::Cells;

/// Bits of a packed date below its year.
const YEAR: u32 = 9;
/// Least squares on years since then, so that nothing cancels.
const MIDDLE: f64 = 2000.0;

pub fn day_sum(source: &Source) -> Vec<Cells> {
    let days = Days::of(source);
    let (mut cells, there) = sums(&days.tallies);
    let day = |slot: &usize| days.dates.get(slot / 2).copied().unwrap_or(0);
    if let Some(first) = cells.first_mut() {
        *first = Cells::Date(there.iter().map(day).collect());
    }
    cells
}

/// The days on which anything was written, and what each comes to.
pub struct Days {
    /// In their order; 0, which is first, is no date.
    dates: Vec<u32>,
    /// By [`slot`] of a date's place.
    tallies: Vec<Tally>,
}

impl Days {
    pub fn of(source: &Source) -> Self {
        let facts = &source.facts;
        let places = Places::of(facts.dates());
        let mut tallies = vec![Tally::default(); places.values.len() * 2];
        for (at, (state, &date)) in facts.filtered().iter().zip(facts.dates()).enumerate() {
            if !state.is_there() {
                continue;
            }
            let score = facts.scores().get(at).copied().filter(|_| state.has_score());
            if let Some(tally) = tallies.get_mut(slot(places.of_value(date), state.is_user())) {
                tally.add(score);
            }
        }
        Days { dates: places.values, tallies }
    }

    /// Each day's date and tally of one audience, in their order.
    pub fn of_audience(&self, is_user: bool) -> impl Iterator<Item = (u32, &Tally)> {
        let tallies = self.tallies.iter().skip(usize::from(is_user)).step_by(2);
        self.dates.iter().copied().zip(tallies).filter(|(_, tally)| tally.reviews > 0)
    }
}

/// The places of different values in their order: dates are few, and far between when packed.
struct Places {
    values: Vec<u32>,
    /// The least value but 0; 0 has the first place, whether it is there or not.
    least: u32,
    /// By value, from the least: of a century 51,000, where all from year 0 on would be a
    /// million numbers to be cleared.
    places: Vec<u32>,
}

impl Places {
    fn of(all: &[u32]) -> Self {
        let (mut least, mut most) = (u32::MAX, 0);
        for &value in all {
            least = least.min(value.wrapping_sub(1));
            most = most.max(value);
        }
        let least = least.saturating_add(1);
        let mut places = vec![0; most.checked_sub(least).map_or(0, |span| span as usize + 1)];
        for &value in all {
            if let Some(is_there) = places.get_mut(value.wrapping_sub(least) as usize) {
                *is_there = 1;
            }
        }
        let mut values = vec![0];
        for (value, place) in
            (least..=most).zip(&mut places).filter(|(_, is_there)| **is_there == 1)
        {
            *place = u32::try_from(values.len()).unwrap_or(u32::MAX);
            values.push(value);
        }
        Places { values, least, places }
    }

    #[inline]
    fn of_value(&self, value: u32) -> u32 {
        self.places.get(value.wrapping_sub(self.least) as usize).copied().unwrap_or(0)
    }
}

/// Whether a score is positive, by the bands of the kind of work.
pub fn is_positive(score: f64, is_game: bool) -> bool {
    if is_game { score >= 75.0 } else { score > 60.0 }
}

/// Whether a score is negative, by the bands of the kind of work.
pub fn is_negative(score: f64, is_game: bool) -> bool {
    score < if is_game { 50.0 } else { 40.0 }
}

/// What the scores of a year, or of a critic through the years, come to.
#[derive(Clone, Default)]
struct Years {
    n: u32,
    points: Sum,
    positive: u32,
    first: u32,
    last: u32,
    /// Sums of score - 50, of t - 2000, of t's square, and of both multiplied.
    x: Sum,
    t: f64,
    tt: f64,
    tx: Sum,
}

impl Years {
    fn add(&mut self, year: u32, score: f64, is_positive: bool) {
        let (t, x) = (f64::from(year) - MIDDLE, score - 50.0);
        self.first = if self.n == 0 { year } else { self.first.min(year) };
        self.last = self.last.max(year);
        self.n += 1;
        self.points.add(score);
        self.positive += u32::from(is_positive);
        self.x.add(x);
        // Whole numbers, and exact.
        self.t += t;
        self.tt += t * t;
        self.tx.add(t * x);
    }

    fn slope(&self) -> f64 {
        let n = f64::from(self.n);
        match self.first < self.last {
            true => {
                (n * self.tx.total() - self.t * self.x.total()) / (n * self.tt - self.t * self.t)
            }
            false => f64::NAN,
        }
    }
}

fn years(source: &Source, keys: &[u32]) -> Vec<Years> {
    let facts = &source.facts;
    let mut years = vec![Years::default(); slots(keys)];
    for (at, slot, state) in keyed(facts.filtered(), keys) {
        let (Some(&date), Some(&score), Some(&work)) =
            (facts.dates().get(at), facts.scores().get(at), facts.works().get(at))
        else {
            continue;
        };
        if let (true, true, Some(into)) = (state.has_score(), date > 0, years.get_mut(slot)) {
            into.add(date >> YEAR, score, is_positive(score, source.is_of_game(work)));
        }
    }
    years
}

pub fn year_band(source: &Source) -> Vec<Cells> {
    let keys: Vec<u32> = source.facts.dates().iter().map(|date| date >> YEAR).collect();
    let all = years(source, &keys);
    let there = || all.iter().enumerate().filter(|(_, years)| years.n > 0);
    vec![
        Cells::Id(there().map(|(slot, _)| of_slot(slot).0).collect()),
        audiences(there().map(|(slot, _)| of_slot(slot).1)),
        Cells::Count(there().map(|(_, of)| of.n).collect()),
        Cells::Real(there().map(|(_, of)| of.points.total()).collect()),
        Cells::Count(there().map(|(_, of)| of.positive).collect()),
    ]
}

pub fn critic_trend(source: &Source) -> Vec<Cells> {
    let all = years(source, source.facts.critics());
    let there = || all.iter().enumerate().filter(|(_, years)| years.n > 0);
    let reals = |of: fn(&Years) -> f64| Cells::Real(there().map(|(_, years)| of(years)).collect());
    vec![
        Cells::Id(there().map(|(slot, _)| of_slot(slot).0).collect()),
        audiences(there().map(|(slot, _)| of_slot(slot).1)),
        Cells::Count(there().map(|(_, of)| of.n).collect()),
        reals(|of| of.x.total() / f64::from(of.n) + 50.0),
        Cells::Count(there().map(|(_, of)| of.positive).collect()),
        Cells::Id(there().map(|(_, of)| of.first).collect()),
        Cells::Id(there().map(|(_, of)| of.last).collect()),
        reals(Years::slope),
        reals(|of| of.t / f64::from(of.n) + MIDDLE),
    ]
}
