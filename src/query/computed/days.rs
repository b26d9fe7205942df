//! Reviews by when they were written: `day_sum`, `year_band`, `critic_trend`.

use super::figures::{Tally, sums};
use super::grouped::{Grouped, keyed, of_slot, slot, slots};
use super::source::{Source, audiences};
use super::sum::Sum;
use crate::query::laid::Cells;

/// Bits of a packed date below its year.
const YEAR: u32 = 9;

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

/// A scored, dated review.
#[derive(Clone, Copy, Default)]
struct Dated {
    year: f64,
    score: f64,
    is_positive: bool,
}

/// The scored, dated reviews of each group of these keys.
fn dated(source: &Source, keys: &[u32]) -> Grouped<Dated> {
    let facts = &source.facts;
    let dated = keyed(facts.filtered(), keys).filter_map(|(at, slot, state)| {
        let date = *facts.dates().get(at).filter(|date| **date > 0 && state.has_score())?;
        let (score, work) = (*facts.scores().get(at)?, *facts.works().get(at)?);
        let is_positive = is_positive(score, source.is_of_game(work));
        Some((slot, Dated { year: f64::from(date >> YEAR), score, is_positive }))
    });
    Grouped::of(slots(keys), dated)
}

fn mean(group: &[Dated], of: impl Fn(&Dated) -> f64) -> f64 {
    let mut sum = Sum::default();
    group.iter().for_each(|one| sum.add(of(one)));
    sum.total() / group.len() as f64
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn positive(group: &[Dated]) -> u32 {
    count(group.iter().filter(|one| one.is_positive).count())
}

#[derive(Default)]
struct Bands {
    years: Vec<u32>,
    audiences: Vec<u8>,
    counts: Vec<u32>,
    points: Vec<f64>,
    positive: Vec<u32>,
}

pub fn year_band(source: &Source) -> Vec<Cells> {
    let keys: Vec<u32> = source.facts.dates().iter().map(|date| date >> YEAR).collect();
    let mut rows = Bands::default();
    dated(source, &keys).each(|slot, group| {
        let (year, audience) = of_slot(slot);
        let mut points = Sum::default();
        group.iter().for_each(|one| points.add(one.score));
        rows.years.push(year);
        rows.audiences.push(audience);
        rows.counts.push(count(group.len()));
        rows.points.push(points.total());
        rows.positive.push(positive(group));
    });
    vec![
        Cells::Id(rows.years),
        audiences(rows.audiences.into_iter()),
        Cells::Count(rows.counts),
        Cells::Real(rows.points),
        Cells::Count(rows.positive),
    ]
}

/// A critic's scores through the years, and the line through them by least squares.
struct Trend {
    critic: u32,
    audience: u8,
    n: u32,
    mean: f64,
    positive: u32,
    first: u32,
    last: u32,
    years: u32,
    /// NaN where all are of one year.
    slope: f64,
    /// NaN where there are fewer than three reviews, too.
    slope_se: f64,
    mean_year: f64,
}

impl Trend {
    /// In passes of their own about the means, so that nothing cancels.
    fn of(slot: usize, group: &[Dated]) -> Self {
        let (critic, audience) = of_slot(slot);
        let mut years: Vec<u32> = group.iter().map(|one| one.year as u32).collect();
        years.sort_unstable();
        years.dedup();
        let (at, level) = (mean(group, |one| one.year), mean(group, |one| one.score));
        let n = group.len() as f64;
        let tt = mean(group, |one| (one.year - at) * (one.year - at)) * n;
        let tx = mean(group, |one| (one.year - at) * (one.score - level)) * n;
        let slope = if years.len() > 1 { tx / tt } else { f64::NAN };
        let missed = |one: &Dated| one.score - level - slope * (one.year - at);
        let squares = mean(group, |one| missed(one) * missed(one)) * n;
        let slope_se = if group.len() > 2 { (squares / (n - 2.0) / tt).sqrt() } else { f64::NAN };
        Trend {
            critic,
            audience,
            n: count(group.len()),
            mean: level,
            positive: positive(group),
            first: years.first().copied().unwrap_or(0),
            last: years.last().copied().unwrap_or(0),
            years: count(years.len()),
            slope,
            slope_se,
            mean_year: at,
        }
    }
}

pub fn critic_trend(source: &Source) -> Vec<Cells> {
    let mut all: Vec<Trend> = Vec::new();
    dated(source, source.facts.critics()).each(|slot, group| all.push(Trend::of(slot, group)));
    let reals = |of: fn(&Trend) -> f64| Cells::Real(all.iter().map(of).collect());
    let counts = |of: fn(&Trend) -> u32| Cells::Count(all.iter().map(of).collect());
    vec![
        Cells::Id(all.iter().map(|of| of.critic).collect()),
        audiences(all.iter().map(|of| of.audience)),
        counts(|of| of.n),
        reals(|of| of.mean),
        counts(|of| of.positive),
        counts(|of| of.first),
        counts(|of| of.last),
        counts(|of| of.years),
        reals(|of| of.slope),
        reals(|of| of.slope_se),
        reals(|of| of.mean_year),
    ]
}
