//! `critic_leaning`: each critic's scores against the others' means of the same works.
//!
//! SQL looks each review's work up in a tree, 2 µs a review. Here the works' sums lie in an
//! array, and so does what the critic at hand gave each work.

use super::figures::Tally;
use super::grouped::{Grouped, keyed, of_slot, slot, slots};
use super::source::{Source, audiences};
use super::sum::Sum;
use crate::archive::columns::State;
use crate::query::laid::Cells;

/// A scored review of some critic: the work, and the score.
type Given = (u32, f64);

/// What one critic's differences from the others come to.
struct Leaning {
    critic: u32,
    audience: u8,
    n: u32,
    mean: Sum,
    others: Sum,
    s1: Sum,
    s2: Sum,
    min: f64,
    max: f64,
}

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
    given(facts.filtered()).each(|slot, reviews| {
        let (critic, audience) = of_slot(slot);
        own.sum_up(peers.as_ref().map_or(&*reviews, |peers| peers.get(slot)));
        let mut leaning = Leaning::of(critic, audience);
        for &(work, score) in reviews.iter() {
            let all = works.get(self::slot(work, audience == 1));
            if let Some(other) = all.and_then(|all| own.others(work, all)) {
                leaning.add(score, other);
            }
        }
        found.extend(Some(leaning).filter(|leaning| leaning.n > 0));
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
    fn of(critic: u32, audience: u8) -> Self {
        let none = Sum::default();
        let (min, max) = (f64::INFINITY, f64::NEG_INFINITY);
        Leaning { critic, audience, n: 0, mean: none, others: none, s1: none, s2: none, min, max }
    }

    fn add(&mut self, score: f64, other: f64) {
        let difference = score - other;
        self.n += 1;
        self.mean.add(score);
        self.others.add(other);
        self.s1.add(difference);
        self.s2.add(difference * difference);
        self.min = self.min.min(difference);
        self.max = self.max.max(difference);
    }
}

fn cells(found: &[Leaning]) -> Vec<Cells> {
    let reals = |of: fn(&Leaning) -> f64| Cells::Real(found.iter().map(of).collect());
    vec![
        Cells::Id(found.iter().map(|one| one.critic).collect()),
        audiences(found.iter().map(|one| one.audience)),
        Cells::Count(found.iter().map(|one| one.n).collect()),
        reals(|one| one.mean.total() / f64::from(one.n)),
        reals(|one| one.others.total() / f64::from(one.n)),
        reals(|one| one.s1.total() / f64::from(one.n)),
        reals(|one| one.min),
        reals(|one| one.max),
        reals(|one| one.s1.total()),
        reals(|one| one.s2.total()),
    ]
}
