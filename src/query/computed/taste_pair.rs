//! `taste_pair`: how alike two critics marked the works that both marked.
//!
//! The pairs of a million reviews are a hundred million meetings of two scores;
//! SQL has to sort them all by pair. Here one critic at a time is held against
//! everybody met, in an array with a place for each critic.

use rusqlite::{Connection, named_params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Asked, audience};
use crate::archive::sql::sql;

/// A critic's mean score of a work, less 50.
struct Mark {
    critic: i64,
    is_user: bool,
    work: i64,
    x: f64,
}

/// What two critics' marks of the works they share come to.
#[derive(Clone, Copy)]
struct Shared {
    n: f64,
    sx: f64,
    sy: f64,
    sxx: f64,
    syy: f64,
    sxy: f64,
    apart: f64,
    x: (f64, f64),
    y: (f64, f64),
}

const NOTHING: Shared = Shared {
    n: 0.0,
    sx: 0.0,
    sy: 0.0,
    sxx: 0.0,
    syy: 0.0,
    sxy: 0.0,
    apart: 0.0,
    x: (f64::INFINITY, f64::NEG_INFINITY),
    y: (f64::INFINITY, f64::NEG_INFINITY),
};

/// The marks of others, by work: each with the critic's place among them.
struct Others {
    critics: Vec<i64>,
    by_work: FxHashMap<(i64, bool), Vec<(usize, f64)>>,
}

pub fn lay(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    conn.execute_batch(sql("computed/taste_prepare"))?;
    let mine = marks(conn, sql("computed/taste_mine"), asked)?;
    let same: bool = conn.query_row(sql("computed/taste_all_are_asked"), [], |row| row.get(0))?;
    let others = match same {
        true => Others::of(&mine),
        false => Others::of(&marks(conn, sql("computed/taste_theirs"), asked)?),
    };
    let mine_ids: FxHashSet<i64> = mine.iter().map(|mark| mark.critic).collect();
    let is_asked: Vec<bool> = others.critics.iter().map(|id| mine_ids.contains(id)).collect();
    let mut insert = conn.prepare(sql("computed/taste_insert"))?;
    let mut met = vec![NOTHING; others.critics.len()];
    let mut touched = Vec::new();
    for run in mine.chunk_by(|a, b| (a.critic, a.is_user) == (b.critic, b.is_user)) {
        let Some(&Mark { critic, is_user, .. }) = run.first() else { continue };
        if (run.len() as f64) < asked.min_shared as f64 {
            continue;
        }
        meet(run, &others, &mut met, &mut touched);
        touched.sort_unstable();
        for place in touched.drain(..) {
            let (Some(shared), Some(&other)) = (met.get_mut(place), others.critics.get(place))
            else {
                continue;
            };
            let pair = std::mem::replace(shared, NOTHING);
            // Each pair once; one with somebody whom the filter left out has one side only.
            let once = critic < other || (critic > other && is_asked.get(place) == Some(&false));
            if once && pair.n >= asked.min_shared as f64 {
                let difference = pair.apart / pair.n;
                let told = audience(is_user);
                insert.execute((critic, other, told, pair.n as i64, pair.r(), difference))?;
            }
        }
    }
    Ok(())
}

fn marks(conn: &Connection, text: &str, asked: Asked<'_>) -> rusqlite::Result<Vec<Mark>> {
    let mut statement = conn.prepare(text)?;
    let mut rows = statement.query(named_params! {":audience": asked.audience})?;
    let mut marks = Vec::new();
    while let Some(row) = rows.next()? {
        let (critic, is_user) = (row.get(0)?, row.get(1)?);
        marks.push(Mark { critic, is_user, work: row.get(2)?, x: row.get(3)? });
    }
    Ok(marks)
}

impl Others {
    fn of(marks: &[Mark]) -> Self {
        let mut others = Others { critics: Vec::new(), by_work: FxHashMap::default() };
        for mark in marks {
            // Marks come in the order of critics, so a new one is not the last.
            if others.critics.last() != Some(&mark.critic) {
                others.critics.push(mark.critic);
            }
            let place = others.critics.len() - 1;
            others.by_work.entry((mark.work, mark.is_user)).or_default().push((place, mark.x));
        }
        others
    }
}

/// Adds one critic's marks to the places of everybody who marked the same works.
fn meet(run: &[Mark], others: &Others, met: &mut [Shared], touched: &mut Vec<usize>) {
    for mark in run {
        let x = mark.x;
        for &(place, y) in others.by_work.get(&(mark.work, mark.is_user)).into_iter().flatten() {
            let Some(shared) = met.get_mut(place) else { continue };
            if shared.n == 0.0 {
                touched.push(place);
            }
            shared.n += 1.0;
            shared.sx += x;
            shared.sy += y;
            shared.sxx += x * x;
            shared.syy += y * y;
            shared.sxy += x * y;
            shared.apart += (x - y).abs();
            shared.x = (shared.x.0.min(x), shared.x.1.max(x));
            shared.y = (shared.y.0.min(y), shared.y.1.max(y));
        }
    }
}

impl Shared {
    /// Pearson's r; `None` where one of the two gave every work the same.
    fn r(&self) -> Option<f64> {
        if self.x.0 >= self.x.1 || self.y.0 >= self.y.1 {
            return None;
        }
        let Shared { n, sx, sy, sxx, syy, sxy, .. } = *self;
        let by = (n * sxx - sx * sx).sqrt() * (n * syy - sy * sy).sqrt();
        // NaN, where rounding made a square negative, is not above 0 either.
        (by > 0.0).then(|| ((n * sxy - sx * sy) / by).clamp(-1.0, 1.0))
    }
}
