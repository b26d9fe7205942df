//! `critic_pair`: how alike two critics marked the works that both marked.
//!
//! The pairs of a million reviews are fifty million meetings of two marks; SQL has to sort
//! them all by pair. Here one critic at a time is held against everybody met, in an array
//! with a place for each critic.

use std::sync::Arc;

use super::groups::{Grouped, keyed, of_slot, slot, slots};
use super::source::Source;
use super::{View, audience, count, has_audience, look};
use crate::memory_table::{Cell, Column, Record, Request};
use crate::sqlite_rules::mean;
use revdb_store::ArchiveError;
use revdb_store::columns::State;

pub const VIEW: View = View {
    name: "critic_pair",
    columns: Pair::columns,
    ascending: 1,
    key: 1,
    reviews_a_row: 1,
    narrowing: &["audience", "shared"],
    costly: &[],
    make: |source, request| Ok(Arc::new(make(source, request)?)),
};

/// The columns that narrow what is made.
const AUDIENCE: usize = 2;
const SHARED: usize = 3;

/// Works that a pair shares at least, as the view says.
const LEAST_SHARED: f64 = 2.0;

/// Meetings between two looks whether it is to stop: some 50 ms.
const MEETINGS_PER_LOOK: usize = 5_000_000;

struct Pair {
    critic: u32,
    other: u32,
    is_user: bool,
    shared: u32,
    r: f64,
    difference: f64,
}

impl Record for Pair {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::integer("critic_id", |row| Cell::id(row.critic)),
        Column::integer("other_id", |row| Cell::id(row.other)),
        Column::text("audience", |row| audience(row.is_user)),
        Column::integer("shared", |row| row.shared.into()),
        Column::real("r", |row| row.r.into()),
        Column::real("difference", |row| row.difference.into()),
    ];
}

/// A critic's mean score of a work. The critic as a slot.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    critic: u32,
    work: u32,
    x: f64,
}

/// What two critics' marks of the works they share come to: means, and sums of squares and products about
/// them, as they are so far (Welford 1962), so that nothing cancels.
#[derive(Clone, Copy, Default)]
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

fn make(source: &Source<'_>, request: &Request) -> Result<Vec<Pair>, ArchiveError> {
    let least = request.at_least(SHARED).unwrap_or(LEAST_SHARED).max(LEAST_SHARED);
    let set = source.set()?;
    let mine = marks(source, set.passing(), request)?;
    let are_all_asked = set.are_all_peers();
    let critics = slots(source.critics()?);
    let mut is_asked = vec![false; critics];
    mine.iter().for_each(|mark| is_asked[mark.critic as usize] = true);
    // Who is asked for is nowhere held against others with more than passes, so that it does not
    // matter which of two comes first.
    let mut theirs = mine.clone();
    if !are_all_asked {
        let others = marks(source, set.peers(), request)?.into_iter();
        theirs.extend(others.filter(|mark| !is_asked[mark.critic as usize]));
        theirs.sort_by_key(|mark| mark.critic);
    }
    // Of each work, in the order of critics.
    let by_work = theirs.iter().map(|mark| (mark.by_work(), (mark.critic, mark.x)));
    let by_work = Grouped::of(slots(source.works()?), by_work);
    let mut pairs = Vec::new();
    let (mut met, mut touched) = (vec![Shared::default(); critics], Vec::new());
    let mut meetings = 0;
    for run in mine.chunk_by(|a, b| a.critic == b.critic) {
        let Some(&Mark { critic, .. }) = run.first() else { continue };
        if (run.len() as f64) < least {
            continue;
        }
        for mark in run {
            let others = by_work.get(mark.by_work());
            // Each pair once; one with somebody whom the filter left out has one side only.
            let after = match are_all_asked {
                true => others.partition_point(|(other, _)| *other <= critic),
                false => 0,
            };
            let others = others.get(after..).unwrap_or_default();
            meetings += others.len();
            meet(mark.x, others, &mut met, &mut touched);
        }
        if meetings > MEETINGS_PER_LOOK {
            meetings = 0;
            look(source.conn)?;
        }
        touched.sort_unstable();
        for other in touched.drain(..) {
            let shared = std::mem::take(&mut met[other as usize]);
            let once = critic < other || (critic > other && !is_asked[other as usize]);
            if once && f64::from(shared.n) >= least {
                pairs.push(Pair::of(critic, other, &shared));
            }
        }
    }
    Ok(pairs)
}

/// The marks of all critics, by critic and work; of several of one work their mean.
fn marks(
    source: &Source<'_>,
    states: &[State],
    request: &Request,
) -> Result<Vec<Mark>, ArchiveError> {
    let (critics, works) = (source.critics()?, source.works()?);
    let has = [false, true].map(|is_user| has_audience(request, AUDIENCE, is_user));
    let scores = keyed(states, critics, source.scores()?)
        .filter(|review| has[usize::from(review.state.is_user())])
        .filter_map(|review| Some((review.slot, (works[review.id as usize], review.score()?))));
    let mut marks = Vec::new();
    Grouped::of(slots(critics), scores).each(|slot, scores| {
        scores.sort_by_key(|(work, _)| *work);
        for of_work in scores.chunk_by(|a, b| a.0 == b.0) {
            let x = mean(of_work.iter().map(|(_, score): &(u32, f64)| *score));
            marks.extend(of_work.first().map(|&(work, _)| Mark { critic: count(slot), work, x }));
        }
    });
    Ok(marks)
}

/// Adds one mark to the places of others who marked the same work.
fn meet(x: f64, others: &[(u32, f64)], met: &mut [Shared], touched: &mut Vec<u32>) {
    for &(other, y) in others {
        let shared = &mut met[other as usize];
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

impl Mark {
    /// The slot of the work, of the critic's audience.
    fn by_work(&self) -> usize {
        slot(self.work, self.critic % 2 == 1)
    }
}

impl Shared {
    /// Pearson's r; NaN where one of the two gave every work the same.
    fn r(&self) -> f64 {
        let by = self.xx.sqrt() * self.yy.sqrt();
        // NaN, where rounding made a square negative, is not above 0 either.
        let is_told = self.x_varies && self.y_varies && by > 0.0;
        if is_told { (self.xy / by).clamp(-1.0, 1.0) } else { f64::NAN }
    }
}

impl Pair {
    fn of(critic: u32, other: u32, shared: &Shared) -> Self {
        let (id, is_user) = of_slot(critic as usize);
        Pair {
            critic: id,
            other: of_slot(other as usize).0,
            is_user,
            shared: shared.n,
            r: shared.r(),
            difference: shared.apart / f64::from(shared.n),
        }
    }
}
