//! `critic_vs_peers`: each critic's scores against the others' means of the same works.
//!
//! The sums of the works are an array, and so are the scores that the current critic gave each work:
//! SQL would look each review's work up in a tree.

use std::sync::Arc;

use super::groups::{Grouped, keyed, of_slot, slot, slots};
use super::source::Source;
use super::{View, audience, count};
use crate::memory_table::{Cell, Column, Record};
use crate::sqlite_rules::{Sum, mean, squares};
use revdb_store::ArchiveError;
use revdb_store::columns::State;

pub const VIEW: View = View {
    name: "critic_vs_peers",
    columns: Compared::columns,
    ascending: 2,
    key: 1,
    reviews_a_row: 50,
    narrowing: &[],
    costly: &[],
    make: |source, _| Ok(Arc::new(make(source)?)),
};

/// What one critic's differences from the others come to, a work each.
struct Compared {
    critic: u32,
    is_user: bool,
    n: u32,
    reviews: u32,
    mean: f64,
    others_mean: f64,
    leniency: f64,
    min: f64,
    max: f64,
    /// The sum of the squared differences from `leniency`.
    ss: f64,
}

impl Record for Compared {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::integer("critic_id", |row| Cell::id(row.critic)),
        Column::text("audience", |row| audience(row.is_user)),
        Column::integer("n", |row| row.n.into()),
        Column::integer("reviews", |row| row.reviews.into()),
        Column::real("mean", |row| row.mean.into()),
        Column::real("others_mean", |row| row.others_mean.into()),
        Column::real("leniency", |row| row.leniency.into()),
        Column::real("min", |row| row.min.into()),
        Column::real("max", |row| row.max.into()),
        Column::real("ss", |row| row.ss.into()),
    ];
}

/// A scored review of some critic: the work, and the score.
type Given = (u32, f64);

/// Scores of one work.
#[derive(Debug, Clone, Copy, Default)]
struct Scores {
    n: u32,
    points: Sum,
}

impl Scores {
    fn add(&mut self, score: f64) {
        self.n += 1;
        self.points.add(score);
    }

    /// The mean without some of them; `None` where nothing is left.
    fn mean_without(&self, some: &Scores) -> Option<f64> {
        let n = self.n.checked_sub(some.n).filter(|&n| n > 0)?;
        Some((self.points.total() - some.points.total()) / f64::from(n))
    }
}

/// A work that a critic and others scored.
struct Work {
    reviews: u32,
    own: f64,
    others: f64,
}

fn make(source: &Source<'_>) -> Result<Vec<Compared>, ArchiveError> {
    let (set, works, critics) = (source.set()?, source.works()?, source.critics()?);
    let scores = source.scores()?;
    let mut of_works = vec![Scores::default(); slots(works)];
    for review in keyed(set.peers(), works, scores) {
        if let Some(score) = review.score() {
            of_works[review.slot].add(score);
        }
    }
    let given = |states| Grouped::of(slots(critics), given(states, critics, works, scores));
    // Where filters are on who wrote it, what else a critic wrote is not among the reviews.
    let peers = (!set.are_all_peers()).then(|| given(set.peers()));
    let mut own = Own::of(slots(works));
    let (mut rows, mut compared) = (Vec::new(), Vec::new());
    given(set.passing()).each(|slot, reviews| {
        let (critic, is_user) = of_slot(slot);
        own.sum_up(peers.as_ref().map_or(&*reviews, |peers| peers.get(slot)));
        // In the order of works, and within one in that of reviews.
        reviews.sort_by_key(|(work, _)| *work);
        compared.clear();
        for of_work in reviews.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(work, _)) = of_work.first() else { continue };
            let all = of_works[self::slot(work, is_user)];
            if let Some(others) = all.mean_without(&own.of_work(work)) {
                let own = mean(of_work.iter().map(|(_, score)| *score));
                compared.push(Work { reviews: count(of_work.len()), own, others });
            }
        }
        if !compared.is_empty() {
            rows.push(Compared::of(critic, is_user, &compared));
        }
    });
    Ok(rows)
}

/// The scored reviews of each critic: slot, work, score.
fn given<'s>(
    states: &'s [State],
    critics: &'s [u32],
    works: &'s [u32],
    scores: &'s [f64],
) -> impl Iterator<Item = (usize, Given)> + Clone + 's {
    keyed(states, critics, scores)
        .filter_map(|review| Some((review.slot, (works[review.id as usize], review.score()?))))
}

/// What the critic at hand gave each work: nearly always one score.
struct Own {
    /// The number of the critic whose scores they are.
    works: Vec<(u32, Scores)>,
    critic: u32,
}

impl Own {
    fn of(works: usize) -> Self {
        Own { works: vec![(0, Scores::default()); works], critic: 0 }
    }

    fn sum_up(&mut self, reviews: &[Given]) {
        self.critic += 1;
        for &(work, score) in reviews {
            let (whose, scores) = &mut self.works[work as usize];
            if *whose != self.critic {
                (*whose, *scores) = (self.critic, Scores::default());
            }
            scores.add(score);
        }
    }

    fn of_work(&self, work: u32) -> Scores {
        let (whose, scores) = self.works[work as usize];
        if whose == self.critic { scores } else { Scores::default() }
    }
}

impl Compared {
    fn of(critic: u32, is_user: bool, works: &[Work]) -> Self {
        let differences: Vec<f64> = works.iter().map(|work| work.own - work.others).collect();
        let leniency = mean(differences.iter().copied());
        Compared {
            critic,
            is_user,
            n: count(works.len()),
            reviews: works.iter().map(|work| work.reviews).sum(),
            mean: mean(works.iter().map(|work| work.own)),
            others_mean: mean(works.iter().map(|work| work.others)),
            leniency,
            min: differences.iter().copied().fold(f64::INFINITY, f64::min),
            max: differences.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            ss: squares(&differences, leniency),
        }
    }
}
