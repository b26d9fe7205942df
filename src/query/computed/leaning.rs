//! `critic_leaning`: each critic's scores against the others' means of the same works.
//!
//! SQL looks each review's work up in a tree, 2 µs a review. Here the works' sums
//! lie in a map, and a critic's reviews are gone through in the order of their index.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;

use super::halves::{Span, in_halves};
use super::sum::Sum;
use super::{Asked, audience};
use crate::archive::sql::sql;

/// How many scores, and their sum: of a work, or of one critic's reviews of a work.
type Points = (i64, f64);
type Works = FxHashMap<(i64, bool), Points>;
/// Of those who have more than one review of a work: critic, work, user.
type Again = FxHashMap<(i64, i64, bool), Points>;

struct Leaning {
    critic: i64,
    is_user: bool,
    n: i64,
    mean: Sum,
    others: Sum,
    s1: Sum,
    s2: Sum,
    min: f64,
    max: f64,
}

pub fn lay(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    conn.execute_batch(sql("computed/critic_leaning_prepare"))?;
    let middle = sql("computed/work_middle");
    let sums = in_halves(conn, asked.two_from, middle, work_sums)?;
    let works: Works = sums.into_iter().flatten().collect();
    let same: bool = conn.query_row(sql("computed/taste_all_are_asked"), [], |row| row.get(0))?;
    // Where filters are on who wrote it, what else a critic wrote is not among the reviews.
    let again = if same { None } else { Some(written_again(conn)?) };
    let middle = sql("computed/critic_middle");
    let parts = in_halves(conn, asked.two_from, middle, |conn, span: &Span<i64>| {
        leanings(conn, span, asked, &works, again.as_ref())
    })?;
    let mut insert = conn.prepare(sql("computed/critic_leaning_insert"))?;
    for one in parts.iter().flatten() {
        let n = one.n as f64;
        let (mean, others, leaning) =
            (one.mean.total() / n, one.others.total() / n, one.s1.total() / n);
        insert.execute(params![
            one.critic,
            audience(one.is_user),
            one.n,
            mean,
            others,
            leaning,
            one.min,
            one.max,
            one.s1.total(),
            one.s2.total()
        ])?;
    }
    Ok(())
}

fn work_sums(conn: &Connection, span: &Span<i64>) -> rusqlite::Result<Vec<((i64, bool), Points)>> {
    let mut statement = conn.prepare(sql("computed/peer_sums"))?;
    let rows = statement.query_map(params![span.0], |row| {
        Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?)))
    })?;
    let within = |sum: &rusqlite::Result<((i64, bool), Points)>| {
        sum.as_ref().map_or(true, |((work, _), _)| *work <= span.1)
    };
    rows.take_while(within).collect()
}

fn written_again(conn: &Connection) -> rusqlite::Result<Again> {
    let mut statement = conn.prepare(sql("computed/critic_again"))?;
    let rows = statement.query_map([], |row| {
        Ok(((row.get(0)?, row.get(2)?, row.get(1)?), (row.get(3)?, row.get(4)?)))
    })?;
    rows.collect()
}

/// One critic's reviews of one work, in the order of the index.
#[derive(Default)]
struct Run {
    critic: i64,
    work: i64,
    is_user: bool,
    scores: Vec<f64>,
}

fn leanings(
    conn: &Connection,
    span: &Span<i64>,
    asked: Asked<'_>,
    works: &Works,
    again: Option<&Again>,
) -> rusqlite::Result<Vec<Leaning>> {
    let mut statement = conn.prepare(sql("computed/critic_works"))?;
    let mut rows = statement.query(params![span.0])?;
    let mut found = Vec::new();
    let mut run = Run::default();
    while let Some(row) = rows.next()? {
        let is_user = row.get_ref(1)? == ValueRef::Text(b"user");
        let (critic, work) = (row.get(0)?, row.get(2)?);
        if critic > span.1 {
            break;
        }
        if (critic, work, is_user) != (run.critic, run.work, run.is_user) {
            run.add_to(&mut found, works, again);
            (run.critic, run.work, run.is_user) = (critic, work, is_user);
            run.scores.clear();
        }
        if asked.has(is_user) {
            run.scores.push(row.get(3)?);
        }
    }
    run.add_to(&mut found, works, again);
    Ok(found)
}

impl Run {
    fn add_to(&self, found: &mut Vec<Leaning>, works: &Works, again: Option<&Again>) {
        let Run { critic, work, is_user, .. } = *self;
        let own = match again {
            // Summed as the view does it, where one score is the score itself.
            None => self.own(),
            Some(again) => match again.get(&(critic, work, is_user)) {
                Some(&own) => own,
                None => self.own(),
            },
        };
        let Some(&(n, points)) = works.get(&(work, is_user)) else { return };
        if n <= own.0 || self.scores.is_empty() {
            return;
        }
        let other = (points - own.1) / (n - own.0) as f64;
        if found.last().is_none_or(|last| (last.critic, last.is_user) != (critic, is_user)) {
            found.push(Leaning::of(critic, is_user));
        }
        if let Some(leaning) = found.last_mut() {
            for &score in &self.scores {
                leaning.add(score, other);
            }
        }
    }

    fn own(&self) -> Points {
        let mut sum = Sum::default();
        for &score in &self.scores {
            sum.add(score);
        }
        (i64::try_from(self.scores.len()).unwrap_or(i64::MAX), sum.total())
    }
}

impl Leaning {
    fn of(critic: i64, is_user: bool) -> Self {
        let none = Sum::default();
        let (min, max) = (f64::INFINITY, f64::NEG_INFINITY);
        Leaning { critic, is_user, n: 0, mean: none, others: none, s1: none, s2: none, min, max }
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
