//! `work_score`, `work_ten`, `work_spread`, `critic_spread`, `publication_spread`: the scores
//! of a group.
//!
//! SQL takes 0.5 µs a review for a dozen aggregates, three times what the reading takes.
//! Here the scores of one group are gathered and everything is worked out from them, by
//! SQLite's own rules of summing and of percentiles, so that no digit differs.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement, params};

use super::halves::{Span, in_halves};
use super::sum::Sum;
use super::{Asked, audience};
use crate::archive::sql::sql;

/// What is known of the scores of one group, at least one.
struct Figures {
    id: i64,
    is_user: bool,
    n: i64,
    points: f64,
    /// Least, first quartile, median, third quartile, most.
    ranks: [f64; 5],
    /// Sums of score - 50 and of its square.
    s1: f64,
    s2: f64,
    /// Over 60, from 75, under 40, under 50: what the bands of kinds begin or end with.
    beyond: [i64; 4],
    tens: [i64; 10],
}

/// The statements that lay one table.
struct Table {
    prepare: &'static str,
    middle: &'static str,
    scan: &'static str,
    insert: &'static str,
    store: fn(&mut Statement<'_>, &Figures) -> rusqlite::Result<usize>,
}

pub fn lay_works(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    Table {
        prepare: sql("computed/work_score_prepare"),
        middle: sql("computed/work_middle"),
        scan: sql("computed/work_scores"),
        insert: sql("computed/work_score_insert"),
        store: |insert, f| {
            let ([min, .., max], [over, from, under_40, under_50]) = (f.ranks, f.beyond);
            insert.execute(params![
                f.id,
                audience(f.is_user),
                f.n,
                f.points,
                min,
                max,
                f.s1,
                f.s2,
                over,
                from,
                under_40,
                under_50
            ])
        },
    }
    .lay(conn, asked)
}

pub fn lay_work_spread(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    Table {
        prepare: sql("computed/work_spread_prepare"),
        middle: sql("computed/work_middle"),
        scan: sql("computed/work_scores"),
        insert: sql("computed/work_spread_insert"),
        store: store_spread,
    }
    .lay(conn, asked)
}

pub fn lay_critic_spread(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    Table {
        prepare: sql("computed/critic_spread_prepare"),
        middle: sql("computed/critic_middle"),
        scan: sql("computed/critic_scores"),
        insert: sql("computed/critic_spread_insert"),
        store: store_spread,
    }
    .lay(conn, asked)
}

pub fn lay_publication_spread(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    Table {
        prepare: sql("computed/publication_spread_prepare"),
        middle: sql("computed/publication_middle"),
        scan: sql("computed/publication_scores"),
        insert: sql("computed/publication_spread_insert"),
        store: store_spread,
    }
    .lay(conn, asked)
}

pub fn lay_tens(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    Table {
        prepare: sql("computed/work_ten_prepare"),
        middle: sql("computed/work_middle"),
        scan: sql("computed/work_scores"),
        insert: sql("computed/work_ten_insert"),
        store: |insert, f| {
            let ([t0, t10, t20, t30, t40, t50, t60, t70, t80, t90], [over, from, ..]) =
                (f.tens, f.beyond);
            insert.execute(params![
                f.id,
                audience(f.is_user),
                f.n,
                t0,
                t10,
                t20,
                t30,
                t40,
                t50,
                t60,
                t70,
                t80,
                t90,
                over,
                from
            ])
        },
    }
    .lay(conn, asked)
}

fn store_spread(insert: &mut Statement<'_>, f: &Figures) -> rusqlite::Result<usize> {
    let [min, q1, median, q3, max] = f.ranks;
    insert.execute(params![
        f.id,
        audience(f.is_user),
        f.n,
        f.points,
        f.s1,
        f.s2,
        min,
        q1,
        median,
        q3,
        max
    ])
}

impl Table {
    fn lay(&self, conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
        conn.execute_batch(self.prepare)?;
        let parts = in_halves(conn, asked.two_from, self.middle, |conn, span: &Span<i64>| {
            figures(conn, self.scan, span, asked)
        })?;
        let mut insert = conn.prepare(self.insert)?;
        for figures in parts.iter().flatten() {
            (self.store)(&mut insert, figures)?;
        }
        Ok(())
    }
}

/// Of every group of a span that the audience asked for has, in the order of the keys.
fn figures(
    conn: &Connection,
    scan: &str,
    span: &Span<i64>,
    asked: Asked<'_>,
) -> rusqlite::Result<Vec<Figures>> {
    let mut statement = conn.prepare(scan)?;
    let mut rows = statement.query(params![span.0])?;
    let mut figures = Vec::new();
    let (mut group, mut scores) = ((0, false), Vec::new());
    while let Some(row) = rows.next()? {
        let is_user = row.get_ref(1)? == ValueRef::Text(b"user");
        let of = (row.get(0)?, is_user);
        if of.0 > span.1 {
            break;
        }
        if of != group {
            figures.extend(Figures::of(group, &mut scores, asked));
            group = of;
            scores.clear();
        }
        scores.push(row.get(2)?);
    }
    figures.extend(Figures::of(group, &mut scores, asked));
    Ok(figures)
}

impl Figures {
    /// `None` where there is no score, or nobody asked for the audience. Sorts the scores.
    fn of((id, is_user): (i64, bool), scores: &mut [f64], asked: Asked<'_>) -> Option<Self> {
        if !asked.has(is_user) {
            return None;
        }
        let (mut points, mut s1, mut s2) = (Sum::default(), Sum::default(), Sum::default());
        let (mut beyond, mut tens) = ([0; 4], [0; 10]);
        for &x in scores.iter() {
            points.add(x);
            s1.add(x - 50.0);
            s2.add((x - 50.0) * (x - 50.0));
            for (count, is) in beyond.iter_mut().zip([x > 60.0, x >= 75.0, x < 40.0, x < 50.0]) {
                *count += i64::from(is);
            }
            // Scores are 0 to 100 (CHECK): below 0 nothing, 100 belongs to the last ten.
            if let Some(ten) = tens.get_mut(((x / 10.0) as usize).min(9)) {
                *ten += 1;
            }
        }
        scores.sort_unstable_by(f64::total_cmp);
        let (&min, &max) = (scores.first()?, scores.last()?);
        let at = |p| percentile(scores, p).unwrap_or(min);
        Some(Figures {
            id,
            is_user,
            n: i64::try_from(scores.len()).unwrap_or(i64::MAX),
            points: points.total(),
            ranks: [min, at(0.25), at(0.5), at(0.75), max],
            s1: s1.total(),
            s2: s2.total(),
            beyond,
            tens,
        })
    }
}

/// SQLite's percentile_cont: between the two values beside (n - 1) p. Of sorted values.
fn percentile(sorted: &[f64], p: f64) -> Option<f64> {
    let at = p * sorted.len().checked_sub(1)? as f64;
    let below = at as usize;
    let low = *sorted.get(below)?;
    if at == below as f64 {
        return Some(low);
    }
    let high = *sorted.get(below + 1).unwrap_or(&low);
    Some(low + (high - low) * (at - below as f64))
}
