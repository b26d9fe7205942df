//! `critic_pair`: how similarly two critics scored the works that both scored.
//!
//! A million reviews have fifty million pairs of scores of one work, which SQL must sort by pair.
//! Here each critic is compared with all others at once, in an array with one entry per critic.

use super::groups::{Grouped, by_work, of_slot, scores_by_critic, slot, slots};
use super::source::Source;
use super::{View, audience, check_interrupt, count, has_audience, rows};
use crate::memory_table::{Cell, Column, Record, Request};
use revdb_store::ArchiveError;
use revdb_store::columns::State;

pub const VIEW: View = View {
    ascending: 1,
    key: 1,
    reviews_a_row: 1,
    pushdown: &["audience", "shared"],
    ..View::new("critic_pair", Pair::columns, |source, request| rows(make(source, request)))
};

/// Indexes of the columns whose constraints are used.
const AUDIENCE: usize = 2;
const SHARED: usize = 3;

/// The least number of shared works, as in the archive's view.
const LEAST_SHARED: f64 = 2.0;

/// Score pairs between two checks for an interrupt, some 50 ms.
const PAIRS_PER_CHECK: usize = 5_000_000;

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

/// A critic's mean score of a work. The critic is a slot.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    critic: u32,
    work: u32,
    x: f64,
}

/// Running statistics of two critics' scores of their shared works (Welford 1962).
#[derive(Clone, Copy, Default)]
struct Shared {
    n: u32,
    /// Whether the scores of the first differ.
    x_varies: bool,
    y_varies: bool,
    first: (f64, f64),
    mx: f64,
    my: f64,
    xx: f64,
    yy: f64,
    xy: f64,
    difference: f64,
}

fn make(source: &Source<'_>, request: &Request) -> Result<Vec<Pair>, ArchiveError> {
    let least = request.at_least(SHARED).unwrap_or(LEAST_SHARED).max(LEAST_SHARED);
    let set = source.set()?;
    let mine = marks(source, set.passing(), request)?;
    let are_all_asked = set.are_all_peers();
    let critics = slots(source.critics()?);
    let mut is_asked = vec![false; critics];
    mine.iter().for_each(|mark| is_asked[mark.critic as usize] = true);
    // A requested critic never has more than one other side, so which of two comes first does not
    // matter.
    let mut theirs = mine.clone();
    if !are_all_asked {
        let others = marks(source, set.peers(), request)?.into_iter();
        theirs.extend(others.filter(|mark| !is_asked[mark.critic as usize]));
        theirs.sort_by_key(|mark| mark.critic);
    }
    // Per work, in the order of critics.
    let of_works = theirs.iter().map(|mark| (mark.by_work(), (mark.critic, mark.x)));
    let of_works = Grouped::of(slots(source.works()?), of_works);
    let mut pairs = Vec::new();
    let (mut met, mut touched) = (vec![Shared::default(); critics], Vec::new());
    let mut pairs_seen = 0;
    for run in mine.chunk_by(|a, b| a.critic == b.critic) {
        let Some(&Mark { critic, .. }) = run.first() else { continue };
        if (run.len() as f64) < least {
            continue;
        }
        for mark in run {
            let others = of_works.get(mark.by_work());
            // Each pair once; a pair with a critic outside the filter has one side only.
            let after = match are_all_asked {
                true => others.partition_point(|(other, _)| *other <= critic),
                false => 0,
            };
            let others = others.get(after..).unwrap_or_default();
            pairs_seen += others.len();
            add_mark(mark.x, others, &mut met, &mut touched);
        }
        if pairs_seen > PAIRS_PER_CHECK {
            pairs_seen = 0;
            check_interrupt(source.conn)?;
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

/// All critics' mean scores per work, sorted by critic and work.
fn marks(
    source: &Source<'_>,
    states: &[State],
    request: &Request,
) -> Result<Vec<Mark>, ArchiveError> {
    let mut marks = Vec::new();
    scores_by_critic(source, states)?.each(|slot, scores| {
        if has_audience(request, AUDIENCE, of_slot(slot).1) {
            let critic = count(slot);
            marks.extend(by_work(scores).map(|(work, _, x)| Mark { critic, work, x }));
        }
    });
    Ok(marks)
}

/// Adds one mark to the statistics with everybody else who scored the same work.
fn add_mark(x: f64, others: &[(u32, f64)], met: &mut [Shared], touched: &mut Vec<u32>) {
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
        shared.difference += (x - y).abs();
    }
}

impl Mark {
    /// The slot of the work for the critic's audience.
    fn by_work(&self) -> usize {
        slot(self.work, self.critic % 2 == 1)
    }
}

impl Shared {
    /// Pearson's r; NaN if either critic's scores are all equal.
    fn r(&self) -> f64 {
        let by = self.xx.sqrt() * self.yy.sqrt();
        // Also false for NaN, if rounding made a square negative.
        let is_defined = self.x_varies && self.y_varies && by > 0.0;
        if is_defined { (self.xy / by).clamp(-1.0, 1.0) } else { f64::NAN }
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
            difference: shared.difference / f64::from(shared.n),
        }
    }
}
