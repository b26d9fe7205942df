//! `critic_trend`: each critic's scores by year, and the least-squares line through them.

use super::groups::{Grouped, keyed, of_slot, slots};
use super::source::{Band, Source};
use super::{View, audience, count, rows};
use crate::memory_table::{Cell, Column, Record};
use crate::sqlite_rules::mean;
use revdb_store::ArchiveError;

pub const VIEW: View = View {
    ascending: 2,
    key: 1,
    reviews_a_row: 50,
    ..View::new("critic_trend", Trend::columns, |source, _| rows(make(source)))
};

struct Trend {
    critic: u32,
    is_user: bool,
    n: u32,
    mean: f64,
    positive: u32,
    first_year: u32,
    last_year: u32,
    years: u32,
    /// Points per year; NaN if all reviews are of one year.
    slope: f64,
    /// Standard error of the slope; NaN also for fewer than three reviews.
    slope_se: f64,
    mean_year: f64,
}

impl Record for Trend {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::integer("critic_id", |row| Cell::id(row.critic)),
        Column::text("audience", |row| audience(row.is_user)),
        Column::integer("n", |row| row.n.into()),
        Column::real("mean", |row| row.mean.into()),
        Column::integer("positive", |row| row.positive.into()),
        Column::integer("first_year", |row| row.first_year.into()),
        Column::integer("last_year", |row| row.last_year.into()),
        Column::integer("years", |row| row.years.into()),
        Column::real("slope", |row| row.slope.into()),
        Column::real("slope_se", |row| row.slope_se.into()),
        Column::real("mean_year", |row| row.mean_year.into()),
    ];
}

/// A scored, dated review.
#[derive(Clone, Copy, Default)]
struct Dated {
    year: u32,
    score: f64,
    is_positive: bool,
}

fn make(source: &Source<'_>) -> Result<Vec<Trend>, ArchiveError> {
    let (critics, dates, works) = (source.critics()?, source.dates()?, source.works()?);
    let facts = source.work_facts()?;
    let reviews = keyed(source.passing()?, critics, source.scores()?);
    let reviews = reviews.filter_map(|review| {
        let (at, score) = (review.id as usize, review.score()?);
        let is_positive = facts.band(works[at], score) == Band::Positive;
        (dates[at] > 0).then_some((review.slot, Dated { year: dates[at] >> 9, score, is_positive }))
    });
    let mut trends = Vec::new();
    Grouped::of(slots(critics), reviews).each(|slot, reviews| {
        let (critic, is_user) = of_slot(slot);
        trends.push(Trend::of(critic, is_user, reviews));
    });
    Ok(trends)
}

impl Trend {
    /// In separate passes with differences from the means, which avoids cancellation.
    fn of(critic: u32, is_user: bool, reviews: &[Dated]) -> Self {
        let mut years: Vec<u32> = reviews.iter().map(|one| one.year).collect();
        years.sort_unstable();
        years.dedup();
        let year = |one: &Dated| f64::from(one.year);
        let mean_year = mean(reviews.iter().map(year));
        let level = mean(reviews.iter().map(|one| one.score));
        let n = reviews.len() as f64;
        let sum = |of: &dyn Fn(&Dated) -> f64| mean(reviews.iter().map(of)) * n;
        let tt = sum(&|one| (year(one) - mean_year) * (year(one) - mean_year));
        let tx = sum(&|one| (year(one) - mean_year) * (one.score - level));
        let slope = if years.len() > 1 { tx / tt } else { f64::NAN };
        let missed = |one: &Dated| one.score - level - slope * (year(one) - mean_year);
        let squares = sum(&|one| missed(one) * missed(one));
        Trend {
            critic,
            is_user,
            n: count(reviews.len()),
            mean: level,
            positive: count(reviews.iter().filter(|one| one.is_positive).count()),
            first_year: years.first().copied().unwrap_or(0),
            last_year: years.last().copied().unwrap_or(0),
            years: count(years.len()),
            slope,
            slope_se: if reviews.len() > 2 { (squares / (n - 2.0) / tt).sqrt() } else { f64::NAN },
            mean_year,
        }
    }
}
