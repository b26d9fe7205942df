//! `taste_pair`: how alike two critics marked the works that both marked.
//!
//! The pairs of a million reviews are fifty million meetings of two marks; SQL has to sort
//! them all by pair. Here one critic at a time is held against everybody met, in an array
//! with a place for each critic.

use rusqlite::Connection;

use super::grouped::{Grouped, keyed, of_slot, slot, slots};
use super::source::{Source, audiences};
use super::sum::Sum;
use super::{Narrowed, Narrowing, look};
use crate::archive::ArchiveError;
use crate::archive::columns::State;
use crate::query::laid::Cells;

/// The columns that the view is narrowed by.
pub const NARROWED: Narrowed = Narrowed { audience: Some(2), shared: Some(3), columns: &[2, 3] };

/// Meetings between two looks whether it is to stop: some 50 ms.
const MEETINGS_PER_LOOK: usize = 5_000_000;

/// A critic's mean score of a work. The critic as a slot.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    critic: u32,
    work: u32,
    x: f64,
}

/// What two critics' marks of the works they share come to: means, and sums of squares and products about
/// them, as they are so far (Welford 1962), so that nothing cancels.
#[derive(Clone, Copy)]
struct Shared {
    n: u32,
    /// Whether either gave not all works the same.
    x_varies: bool,
    y_varies: bool,
    first: (f64, f64),
    mx: f64,
    my: f64,
    xx: f64,
    yy: f64,
    xy: f64,
    apart: f64,
}

const NOTHING: Shared = Shared {
    n: 0,
    x_varies: false,
    y_varies: false,
    first: (0.0, 0.0),
    mx: 0.0,
    my: 0.0,
    xx: 0.0,
    yy: 0.0,
    xy: 0.0,
    apart: 0.0,
};

#[derive(Default)]
struct Pairs {
    critics: Vec<u32>,
    others: Vec<u32>,
    audiences: Vec<u8>,
    shared: Vec<u32>,
    r: Vec<f64>,
    differences: Vec<f64>,
}

pub fn taste_pair(
    conn: &Connection,
    source: &Source,
    narrowing: &Narrowing,
) -> Result<Vec<Cells>, ArchiveError> {
    let facts = &source.facts;
    let mine = marks(source, facts.filtered(), narrowing);
    let all_are_asked = facts.are_all_peers();
    let count = slots(facts.critics());
    let mut is_asked = vec![false; count];
    for mark in &mine {
        if let Some(is_asked) = is_asked.get_mut(mark.critic as usize) {
            *is_asked = true;
        }
    }
    // Who is asked for is nowhere held against others with more than passes, so that it does not
    // matter which of two comes first.
    let mut theirs = mine.clone();
    if !all_are_asked {
        let is_other = |mark: &Mark| is_asked.get(mark.critic as usize) == Some(&false);
        theirs.extend(marks(source, facts.peers(), narrowing).into_iter().filter(is_other));
        theirs.sort_by_key(|mark| mark.critic);
    }
    // Of each work, in the order of critics.
    let by_work =
        theirs.iter().map(|mark| (slot(mark.work, mark.critic % 2 == 1), (mark.critic, mark.x)));
    let by_work = Grouped::of(slots(facts.works()), by_work);
    let mut pairs = Pairs::default();
    let (mut met, mut touched) = (vec![NOTHING; count], Vec::new());
    let mut meetings = 0;
    for run in mine.chunk_by(|a, b| a.critic == b.critic) {
        let Some(&Mark { critic, .. }) = run.first() else { continue };
        if (run.len() as f64) < narrowing.min_shared as f64 {
            continue;
        }
        for mark in run {
            let others = by_work.get(slot(mark.work, critic % 2 == 1));
            // Each pair once; one with somebody whom the filter left out has one side only.
            let after = match all_are_asked {
                true => others.partition_point(|(other, _)| *other <= critic),
                false => 0,
            };
            let others = others.get(after..).unwrap_or_default();
            meetings += others.len();
            meet(mark.x, others, &mut met, &mut touched);
        }
        if meetings > MEETINGS_PER_LOOK {
            meetings = 0;
            look(conn)?;
        }
        touched.sort_unstable();
        for other in touched.drain(..) {
            let Some(shared) = met.get_mut(other as usize) else { continue };
            let pair = std::mem::replace(shared, NOTHING);
            let once =
                critic < other || (critic > other && is_asked.get(other as usize) == Some(&false));
            if once && f64::from(pair.n) >= narrowing.min_shared as f64 {
                pairs.add(critic, other, &pair);
            }
        }
    }
    Ok(pairs.cells())
}

/// The marks of all critics, by critic and work; of several of one work their mean.
fn marks(source: &Source, states: &[State], narrowing: &Narrowing) -> Vec<Mark> {
    let facts = &source.facts;
    let scores = keyed(states, facts.critics())
        .filter(|(_, _, state)| state.has_score() && narrowing.has(state.is_user()))
        .filter_map(|(at, slot, _)| {
            Some((slot, (*facts.works().get(at)?, *facts.scores().get(at)?)))
        });
    let mut marks = Vec::new();
    Grouped::of(slots(facts.critics()), scores).each(|slot, scores| {
        scores.sort_by_key(|(work, _)| *work);
        for of_work in scores.chunk_by(|a, b| a.0 == b.0) {
            let mut sum = Sum::default();
            of_work.iter().for_each(|(_, score)| sum.add(*score));
            let x = sum.total() / of_work.len() as f64;
            let critic = u32::try_from(slot).unwrap_or(u32::MAX);
            marks.extend(of_work.first().map(|&(work, _)| Mark { critic, work, x }));
        }
    });
    marks
}

/// Adds one mark to the places of others who marked the same work.
fn meet(x: f64, others: &[(u32, f64)], met: &mut [Shared], touched: &mut Vec<u32>) {
    for &(other, y) in others {
        let Some(shared) = met.get_mut(other as usize) else { continue };
        if shared.n == 0 {
            touched.push(other);
            shared.first = (x, y);
        }
        shared.n += 1;
        shared.x_varies |= x != shared.first.0;
        shared.y_varies |= y != shared.first.1;
        let by = 1.0 / f64::from(shared.n);
        let (dx, dy) = (x - shared.mx, y - shared.my);
        shared.mx += dx * by;
        shared.my += dy * by;
        shared.xx += dx * (x - shared.mx);
        shared.yy += dy * (y - shared.my);
        shared.xy += dx * (y - shared.my);
        shared.apart += (x - y).abs();
    }
}

impl Shared {
    /// Pearson's r; NaN where one of the two gave every work the same.
    fn r(&self) -> f64 {
        if !self.x_varies || !self.y_varies {
            return f64::NAN;
        }
        let by = self.xx.sqrt() * self.yy.sqrt();
        // NaN, where rounding made a square negative, is not above 0 either.
        if by > 0.0 { (self.xy / by).clamp(-1.0, 1.0) } else { f64::NAN }
    }
}

impl Pairs {
    fn add(&mut self, critic: u32, other: u32, pair: &Shared) {
        let (id, audience) = of_slot(critic as usize);
        self.critics.push(id);
        self.others.push(of_slot(other as usize).0);
        self.audiences.push(audience);
        self.shared.push(pair.n);
        self.r.push(pair.r());
        self.differences.push(pair.apart / f64::from(pair.n));
    }

    fn cells(self) -> Vec<Cells> {
        vec![
            Cells::Id(self.critics),
            Cells::Id(self.others),
            audiences(self.audiences.into_iter()),
            Cells::Count(self.shared),
            Cells::Real(self.r),
            Cells::Real(self.differences),
        ]
    }
}
