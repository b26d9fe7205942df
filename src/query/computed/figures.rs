//! The scores of a group: of a work, a critic, a publication, a kind, a year.
//!
//! SQL takes 0.5 µs a review for a dozen aggregates. Here the scores of a group stand together, and all
//! is worked out from them by SQLite's own rules of summing and of percentiles, so that no
//! digit differs.

use super::grouped::{Grouped, keyed, of_slot, scored, slots};
use super::source::{KINDS, Source, audiences};
use super::sum::Sum;
use crate::query::laid::Cells;

/// What is known of the scores of one group, at least one.
struct Figures {
    id: u32,
    audience: u8,
    n: u32,
    points: f64,
    /// Least, first quartile, median, third quartile, most.
    ranks: [f64; 5],
    /// The sum of the squared differences from the mean, 0 where all are equal.
    ss: f64,
    /// Over 60, from 75, under 40, under 50: what the bands of kinds begin or end with.
    beyond: [u32; 4],
    tens: [u32; 10],
}

pub fn work_score(source: &Source) -> Vec<Cells> {
    let all = figures(source, source.facts.works(), false);
    let [over_60, from_75, under_40, under_50] =
        [0, 1, 2, 3].map(|at| counts(&all, move |f| f.beyond.get(at).copied()));
    vec![
        Cells::Id(all.iter().map(|f| f.id).collect()),
        audiences(all.iter().map(|f| f.audience)),
        counts(&all, |f| Some(f.n)),
        reals(&all, |f| f.points),
        reals(&all, |f| f.ranks[0]),
        reals(&all, |f| f.ranks[4]),
        reals(&all, |f| f.ss),
        over_60,
        from_75,
        under_40,
        under_50,
    ]
}

pub fn work_ten(source: &Source) -> Vec<Cells> {
    let all = figures(source, source.facts.works(), false);
    let mut cells = vec![
        Cells::Id(all.iter().map(|f| f.id).collect()),
        audiences(all.iter().map(|f| f.audience)),
        counts(&all, |f| Some(f.n)),
    ];
    cells.extend((0..10).map(|ten| counts(&all, move |f| f.tens.get(ten).copied())));
    cells.extend([0, 1].map(|at| counts(&all, move |f| f.beyond.get(at).copied())));
    cells
}

pub fn work_spread(source: &Source) -> Vec<Cells> {
    spread(&figures(source, source.facts.works(), true), None)
}

pub fn critic_spread(source: &Source) -> Vec<Cells> {
    spread(&figures(source, source.facts.critics(), true), None)
}

pub fn publication_spread(source: &Source) -> Vec<Cells> {
    spread(&figures(source, source.facts.publications(), true), None)
}

pub fn kind_spread(source: &Source) -> Vec<Cells> {
    let all = figures(source, &source.by_kind(), true);
    let kind = |f: &Figures| u8::try_from(f.id).unwrap_or(0).wrapping_sub(1);
    let kinds = Cells::Word(&KINDS, all.iter().map(kind).collect());
    spread(&all, Some(kinds))
}

pub fn year_spread(source: &Source) -> Vec<Cells> {
    spread(&figures(source, &source.by_year(), true), None)
}

fn spread(all: &[Figures], key: Option<Cells>) -> Vec<Cells> {
    let mut cells = vec![
        key.unwrap_or_else(|| Cells::Id(all.iter().map(|f| f.id).collect())),
        audiences(all.iter().map(|f| f.audience)),
        counts(all, |f| Some(f.n)),
        reals(all, |f| f.points),
        reals(all, |f| f.ss),
    ];
    cells.extend(
        [0, 1, 2, 3, 4].map(|at| reals(all, move |f| f.ranks.get(at).copied().unwrap_or(f64::NAN))),
    );
    cells
}

fn counts(all: &[Figures], of: impl Fn(&Figures) -> Option<u32>) -> Cells {
    Cells::Count(all.iter().map(|f| of(f).unwrap_or(0)).collect())
}

fn reals(all: &[Figures], of: impl Fn(&Figures) -> f64) -> Cells {
    Cells::Real(all.iter().map(of).collect())
}

/// Of every group that has a score, in the order of keys and audiences.
fn figures(source: &Source, keys: &[u32], ranked: bool) -> Vec<Figures> {
    let facts = &source.facts;
    let scores = scored(facts.filtered(), keys, facts.scores());
    let mut figures = Vec::new();
    Grouped::of(slots(keys), scores).each(|slot, scores| {
        figures.extend(Figures::of(slot, scores, ranked));
    });
    figures
}

impl Figures {
    /// `None` where there is no score. Sorts the scores where they are to be ranked.
    fn of(slot: usize, scores: &mut [f64], ranked: bool) -> Option<Self> {
        let mut points = Sum::default();
        let (mut beyond, mut tens) = ([0; 4], [0; 10]);
        let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
        for &x in scores.iter() {
            points.add(x);
            (min, max) = (min.min(x), max.max(x));
            for (count, is) in beyond.iter_mut().zip([x > 60.0, x >= 75.0, x < 40.0, x < 50.0]) {
                *count += u32::from(is);
            }
            // Scores are 0 to 100 (CHECK): below 0 nothing, 100 belongs to the last ten.
            if let Some(ten) = tens.get_mut(((x / 10.0) as usize).min(9)) {
                *ten += 1;
            }
        }
        let ranks = match ranked {
            true => {
                scores.sort_unstable_by(f64::total_cmp);
                [0.25, 0.5, 0.75].map(|p| percentile(scores, p).unwrap_or(min))
            }
            false => [f64::NAN; 3],
        };
        let (id, audience) = of_slot(slot);
        Some(Figures {
            id,
            audience,
            n: u32::try_from(scores.len()).ok().filter(|&n| n > 0)?,
            points: points.total(),
            ranks: [min, ranks[0], ranks[1], ranks[2], max],
            ss: if min < max { squares(scores, points.total() / scores.len() as f64) } else { 0.0 },
            beyond,
            tens,
        })
    }
}

/// The sum of the squared differences from the mean: a second pass, in which nothing cancels
/// (Chan, Golub and LeVeque 1983).
pub fn squares(values: &[f64], mean: f64) -> f64 {
    let mut sum = Sum::default();
    values.iter().for_each(|x| sum.add((x - mean) * (x - mean)));
    sum.total()
}

/// SQLite's percentile_cont: between the two values beside (n - 1) p. Of sorted values.
pub fn percentile(sorted: &[f64], p: f64) -> Option<f64> {
    let at = p * sorted.len().checked_sub(1)? as f64;
    let below = at as usize;
    let low = *sorted.get(below)?;
    if at == below as f64 {
        return Some(low);
    }
    let high = *sorted.get(below + 1).unwrap_or(&low);
    Some(low + (high - low) * (at - below as f64))
}

/// How many reviews a group has, and what their scores come to.
#[derive(Clone, Default)]
pub struct Tally {
    pub reviews: u32,
    pub n: u32,
    pub points: Sum,
}

impl Tally {
    pub fn add(&mut self, score: Option<f64>) {
        self.reviews += 1;
        if let Some(score) = score {
            self.n += 1;
            self.points.add(score);
        }
    }
}

pub fn work_sum(source: &Source) -> Vec<Cells> {
    sums(&tallies(source, source.facts.works())).0
}

pub fn audience_sum(source: &Source) -> Vec<Cells> {
    let facts = &source.facts;
    let mut tallies = [Tally::default(), Tally::default()];
    for (at, state) in facts.filtered().iter().enumerate() {
        let score = facts.scores().get(at).copied().filter(|_| state.has_score());
        let tally = tallies.get_mut(usize::from(state.is_user()));
        if let Some(tally) = tally.filter(|_| state.is_there()) {
            tally.add(score);
        }
    }
    let mut cells = sums(&tallies).0;
    // All of one id.
    cells.remove(0);
    cells
}

pub fn critic_sum(source: &Source) -> Vec<Cells> {
    sums(&tallies(source, source.facts.critics())).0
}

pub fn publication_sum(source: &Source) -> Vec<Cells> {
    sums(&tallies(source, source.facts.publications())).0
}

fn tallies(source: &Source, keys: &[u32]) -> Vec<Tally> {
    let facts = &source.facts;
    let mut tallies = vec![Tally::default(); slots(keys)];
    for (at, slot, state) in keyed(facts.filtered(), keys) {
        let score = facts.scores().get(at).copied().filter(|_| state.has_score());
        if let Some(tally) = tallies.get_mut(slot) {
            tally.add(score);
        }
    }
    tallies
}

/// Key, audience, reviews, n, points of each slot that has a review; and which slots these are.
pub fn sums(tallies: &[Tally]) -> (Vec<Cells>, Vec<usize>) {
    let there = tallies.iter().enumerate().filter(|(_, tally)| tally.reviews > 0);
    let there: Vec<usize> = there.map(|(slot, _)| slot).collect();
    let all = || there.iter().filter_map(|&slot| tallies.get(slot));
    let points = |tally: &Tally| if tally.n > 0 { tally.points.total() } else { f64::NAN };
    let cells = vec![
        Cells::Id(there.iter().map(|slot| of_slot(*slot).0).collect()),
        audiences(there.iter().map(|slot| of_slot(*slot).1)),
        Cells::Count(all().map(|tally| tally.reviews).collect()),
        Cells::Count(all().map(|tally| tally.n).collect()),
        Cells::Real(all().map(points).collect()),
    ];
    (cells, there)
}
