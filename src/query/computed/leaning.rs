//! `critic_leaning`: each critic's scores against the others' means of the same works.
//!
//! SQL looks each review's work up in a tree, 2 µs a review. Here the works' sums lie in an
//! array, and so does what the critic at hand gave each work.

use super::figures::{Tally, squares};
use super::grouped::{Grouped, keyed, of_slot, slot, slots};
use super::source::{Source, audiences};
use super::sum::Sum;
use crate::archive::columns::State;
use crate::query::laid::Cells;

/// A scored review of some critic: the work, and the score.
type Given = (u32, f64);

/// What one critic's differences from the others come to, a work each.
struct Leaning {
    critic: u32,
    audience: u8,
    n: u32,
    reviews: u32,
    mean: f64,
    others: f64,
    leniency: f64,
    min: f64,
    max: f64,
    /// The sum of the squared differences from `leniency`, 0 where all are equal.
    ss: f64,
}

/// A work that a critic and others scored: how many reviews of the critic's, their mean, the others' mean.
type Compared = (u32, f64, f64);

pub fn critic_leaning(source: &Source) -> Vec<Cells> {
    let facts = &source.facts;
    let mut works = vec![Tally::default(); slots(facts.works())];
    for (at, slot, state) in keyed(facts.peers(), facts.works()) {
        let score = facts.scores().get(at).filter(|_| state.has_score());
        if let (Some(score), Some(work)) = (score, works.get_mut(slot)) {
            work.add(Some(*score));
        }
    }
    let given = |states| Grouped::of(slots(facts.critics()), given(source, states));
    // Where filters are on who wrote it, what else a critic wrote is not among the reviews.
    let peers = (!facts.are_all_peers()).then(|| given(facts.peers()));
    let mut own = Own::of(slots(facts.works()));
    let mut found: Vec<Leaning> = Vec::new();
    let mut compared: Vec<Compared> = Vec::new();
    given(facts.filtered()).each(|slot, reviews| {
        let (critic, audience) = of_slot(slot);
        own.sum_up(peers.as_ref().map_or(&*reviews, |peers| peers.get(slot)));
        // In the order of works, and within one in that of reviews.
        reviews.sort_by_key(|(work, _)| *work);
        compared.clear();
        for of_work in reviews.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(work, _)) = of_work.first() else { continue };
            let all = works.get(self::slot(work, audience == 1));
            if let Some(other) = all.and_then(|all| own.others(work, all)) {
                let mut sum = Sum::default();
                of_work.iter().for_each(|(_, score)| sum.add(*score));
                let n = u32::try_from(of_work.len()).unwrap_or(u32::MAX);
                compared.push((n, sum.total() / f64::from(n), other));
            }
        }
        found.extend(Leaning::of(critic, audience, &compared));
    });
    cells(&found)
}

/// The scored reviews of each critic: slot, work, score.
fn given<'s>(
    source: &'s Source,
    states: &'s [State],
) -> impl Iterator<Item = (usize, Given)> + Clone + 's {
    let facts = &source.facts;
    keyed(states, facts.critics()).filter(|(_, _, state)| state.has_score()).filter_map(
        |(at, slot, _)| Some((slot, (*facts.works().get(at)?, *facts.scores().get(at)?))),
    )
}

/// What the critic at hand gave each work: nearly always one score.
struct Own {
    /// The number of the critic that the tally is of.
    works: Vec<(u32, Tally)>,
    critic: u32,
}

impl Own {
    fn of(works: usize) -> Self {
        Own { works: vec![(0, Tally::default()); works], critic: 0 }
    }

    fn sum_up(&mut self, reviews: &[Given]) {
        self.critic += 1;
        for &(work, score) in reviews {
            let Some((whose, tally)) = self.works.get_mut(work as usize) else { continue };
            if *whose != self.critic {
                (*whose, *tally) = (self.critic, Tally::default());
            }
            tally.add(Some(score));
        }
    }

    /// The mean of the others' scores of a work; `None` where there are no others.
    fn others(&self, work: u32, all: &Tally) -> Option<f64> {
        let (_, own) = self.works.get(work as usize)?;
        let n = all.n.checked_sub(own.n).filter(|&n| n > 0)?;
        Some((all.points.total() - own.points.total()) / f64::from(n))
    }
}

impl Leaning {
    /// `None` where there is nothing to compare.
    fn of(critic: u32, audience: u8, compared: &[Compared]) -> Option<Self> {
        let n = u32::try_from(compared.len()).ok().filter(|&n| n > 0)?;
        let mean = |of: fn(&Compared) -> f64| {
            let mut sum = Sum::default();
            compared.iter().for_each(|one| sum.add(of(one)));
            sum.total() / f64::from(n)
        };
        let leniency = mean(|(_, own, other)| own - other);
        let differences: Vec<f64> = compared.iter().map(|(_, own, other)| own - other).collect();
        let (min, max) = differences
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), x| (min.min(*x), max.max(*x)));
        Some(Leaning {
            critic,
            audience,
            n,
            reviews: compared.iter().map(|(reviews, ..)| reviews).sum(),
            mean: mean(|(_, own, _)| *own),
            others: mean(|(_, _, other)| *other),
            leniency,
            min,
            max,
            ss: if min < max { squares(&differences, leniency) } else { 0.0 },
        })
    }
}

fn cells(found: &[Leaning]) -> Vec<Cells> {
    let reals = |of: fn(&Leaning) -> f64| Cells::Real(found.iter().map(of).collect());
    vec![
        Cells::Id(found.iter().map(|one| one.critic).collect()),
        audiences(found.iter().map(|one| one.audience)),
        Cells::Count(found.iter().map(|one| one.n).collect()),
        Cells::Count(found.iter().map(|one| one.reviews).collect()),
        reals(|one| one.mean),
        reals(|one| one.others),
        reals(|one| one.leniency),
        reals(|one| one.min),
        reals(|one| one.max),
        reals(|one| one.ss),
    ]
}
