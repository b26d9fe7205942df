//! `score_mad`, `score_iqr`, `score_z`: how far each score lies from the others of its work.

use super::figures::percentile;
use super::grouped::{Grouped, keyed, of_slot, slots};
use super::source::{Source, audiences};
use super::sum::Sum;
use crate::query::laid::Cells;

/// What the columns `rule` may say.
const RULES: [&str; 5] = ["mad", "mean-ad", "iqr", "iqr = 0", "z"];

/// How a work's scores are measured: the rule's place in [`RULES`], and of a score the
/// measure (NaN where there is none) and how far that is.
struct Measure<'m>(u8, &'m dyn Fn(f64) -> (f64, f64));

#[derive(Default)]
struct Rows {
    ids: Vec<u32>,
    works: Vec<u32>,
    audiences: Vec<u8>,
    counts: Vec<u32>,
    medians: Vec<f64>,
    scores: Vec<f64>,
    measures: Vec<f64>,
    distances: Vec<f64>,
    rules: Vec<u8>,
}

pub fn score_mad(source: &Source) -> Vec<Cells> {
    let mut apart = Vec::new();
    rows(source, |scores, ordered, add| {
        let center = median(ordered);
        apart.clear();
        apart.extend(scores.iter().map(|x| (x - center).abs()));
        let mut sum = Sum::default();
        apart.iter().for_each(|&x| sum.add(x));
        let mean = sum.total() / scores.len() as f64;
        let mad = median(&mut apart);
        let by_mad = |x: f64| 0.6745 * (x - center) / mad;
        let by_mean = |x: f64| (x - center) / (1.253_314 * mean);
        let distance = |measure: f64| (measure, measure.abs());
        match mad > 0.0 {
            true => add(center, Measure(0, &|x| distance(by_mad(x)))),
            false => add(center, Measure(1, &|x| distance(by_mean(x)))),
        }
    })
}

pub fn score_iqr(source: &Source) -> Vec<Cells> {
    rows(source, |_, ordered, add| {
        ordered.sort_unstable_by(f64::total_cmp);
        let [q1, center, q3] =
            [0.25, 0.5, 0.75].map(|p| percentile(ordered, p).unwrap_or(f64::NAN));
        let outside = |x: f64| match (x < q1, x > q3) {
            (true, _) => (x - q1) / (q3 - q1),
            (_, true) => (x - q3) / (q3 - q1),
            _ => 0.0,
        };
        let beside = |x: f64| (f64::NAN, if x != q1 { f64::INFINITY } else { 0.0 });
        match q3 > q1 {
            true => add(center, Measure(2, &|x| (outside(x), outside(x).abs()))),
            false => add(center, Measure(3, &beside)),
        }
    })
}

pub fn score_z(source: &Source) -> Vec<Cells> {
    rows(source, |scores, ordered, add| {
        let (mut points, mut squares) = (Sum::default(), Sum::default());
        scores.iter().for_each(|&x| points.add(x));
        let n = scores.len() as f64;
        let mean = points.total() / n;
        scores.iter().for_each(|&x| squares.add((x - mean) * (x - mean)));
        let sd = (squares.total() / (n - 1.0)).sqrt();
        let z = |x: f64| (x - mean) / sd;
        add(median(ordered), Measure(4, &|x| (z(x), z(x).abs())));
    })
}

/// SQLite's median(), in whatever order.
fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    if middle >= values.len() {
        return f64::NAN;
    }
    let even = values.len().is_multiple_of(2);
    let (below, &mut high, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    match below.iter().copied().reduce(f64::max).filter(|_| even) {
        Some(low) => low + (high - low) * 0.5,
        None => high,
    }
}

/// Every scored review of works whose scores are not all equal, by work. `measure` is shown the
/// scores of a work twice, the second to put in order, and adds their median and measure.
fn rows(
    source: &Source,
    mut measure: impl FnMut(&[f64], &mut [f64], &mut dyn FnMut(f64, Measure<'_>)),
) -> Vec<Cells> {
    let facts = &source.facts;
    let reviews = keyed(facts.filtered(), facts.works())
        .filter(|(_, _, state)| state.has_score())
        .filter_map(|(at, slot, _)| {
            Some((slot, (u32::try_from(at).ok()?, *facts.scores().get(at)?)))
        });
    let (mut rows, mut scores, mut ordered) = (Rows::default(), Vec::new(), Vec::new());
    Grouped::of(slots(facts.works()), reviews).each(|slot, reviews| {
        scores.clear();
        scores.extend(reviews.iter().map(|(_, score)| *score));
        if scores.iter().all(|score| Some(score) == scores.first()) {
            return;
        }
        ordered.clone_from(&scores);
        measure(&scores, &mut ordered, &mut |median, measure| {
            rows.add(slot, reviews, median, &measure)
        });
    });
    rows.cells()
}

impl Rows {
    fn add(&mut self, slot: usize, reviews: &[(u32, f64)], median: f64, measure: &Measure<'_>) {
        let (work, audience) = of_slot(slot);
        let n = reviews.len();
        self.ids.extend(reviews.iter().map(|(id, _)| *id));
        self.works.extend(std::iter::repeat_n(work, n));
        self.audiences.extend(std::iter::repeat_n(audience, n));
        self.counts.extend(std::iter::repeat_n(u32::try_from(n).unwrap_or(u32::MAX), n));
        self.medians.extend(std::iter::repeat_n(median, n));
        self.scores.extend(reviews.iter().map(|(_, score)| *score));
        self.measures.extend(reviews.iter().map(|(_, score)| measure.1(*score).0));
        self.distances.extend(reviews.iter().map(|(_, score)| measure.1(*score).1));
        self.rules.extend(std::iter::repeat_n(measure.0, n));
    }

    fn cells(self) -> Vec<Cells> {
        vec![
            Cells::Id(self.ids),
            Cells::Id(self.works),
            audiences(self.audiences.into_iter()),
            Cells::Count(self.counts),
            Cells::Real(self.medians),
            Cells::Real(self.scores),
            Cells::Real(self.measures),
            Cells::Real(self.distances),
            Cells::Word(&RULES, self.rules),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle_or_between_two() {
        for (mut values, expected) in [
            (vec![3.0], 3.0),
            (vec![9.0, 1.0], 5.0),
            (vec![9.0, 1.0, 4.0], 4.0),
            (vec![2.0, 8.0, 2.0, 4.0], 3.0),
        ] {
            assert_eq!(median(&mut values), expected);
        }
        assert!(median(&mut []).is_nan());
    }
}
