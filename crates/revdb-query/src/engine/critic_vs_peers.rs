//! `critic_vs_peers`: each critic's scores against the other critics' means of the same works.
//!
//! SQL searches a tree for each review's work. Here each work's sums and the critic's own scores
//! are in arrays.

use super::groups::{by_work, keyed, of_slot, scores_by_critic, slot, slots};
use super::source::Source;
use super::{View, audience, count, rows};
use crate::memory_table::{Cell, Column, Record};
use crate::sqlite_rules::{Sum, mean, squares};
use revdb_store::ArchiveError;

pub const VIEW: View = View {
    ascending: 2,
    key: 1,
    reviews_a_row: 50,
    ..View::new("critic_vs_peers", Compared::columns, |source, _| rows(make(source)))
};

/// A critic's differences from the others, one per work.
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
    /// Sum of squared differences from `leniency`.
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

/// Count and sum of a work's scores.
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

    /// The mean without the scores in `some`; `None` if none are left.
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
    let (set, works) = (source.set()?, source.works()?);
    let mut of_works = vec![Scores::default(); slots(works)];
    for review in keyed(set.peers(), works, source.scores()?) {
        if let Some(score) = review.score() {
            of_works[review.slot].add(score);
        }
    }
    // With filters on the reviewer, a critic's other reviews are not in the scope.
    let peers = match set.are_all_peers() {
        true => None,
        false => Some(scores_by_critic(source, set.peers())?),
    };
    let mut own = Own::of(slots(works));
    let (mut rows, mut compared) = (Vec::new(), Vec::new());
    scores_by_critic(source, set.passing())?.each(|slot, scores| {
        let (critic, is_user) = of_slot(slot);
        own.sum_up(peers.as_ref().map_or(&*scores, |peers| peers.get(slot)));
        compared.clear();
        for (work, reviews, mean) in by_work(scores) {
            let all = of_works[self::slot(work, is_user)];
            if let Some(others) = all.mean_without(&own.of_work(work)) {
                compared.push(Work { reviews, own: mean, others });
            }
        }
        if !compared.is_empty() {
            rows.push(Compared::of(critic, is_user, &compared));
        }
    });
    Ok(rows)
}

/// The current critic's scores of each work, almost always one.
struct Own {
    /// The number of the critic they belong to, and the scores.
    works: Vec<(u32, Scores)>,
    critic: u32,
}

impl Own {
    fn of(works: usize) -> Self {
        Own { works: vec![(0, Scores::default()); works], critic: 0 }
    }

    fn sum_up(&mut self, reviews: &[(u32, f64)]) {
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
