//! `work_sum`, `day_sum`, `day_band`: what SQL groups as fast as anybody, in two halves.
//!
//! In one piece a view is faster, since nothing is laid out. Wherever two connections are
//! not worth it, a temporary view with the text of the archive's is laid: the archive's own
//! knows nothing of a filter.

use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::Asked;
use super::halves::{Key, Span, are_worth_it, in_halves};
use crate::archive::sql::sql;

/// So many times the reviews from which two connections pay where nothing is laid out else:
/// 50,000 reviews are grouped in 10 ms, as long as it takes to lay their groups out.
const MORE: i64 = 10;

/// The statements that lay one table.
struct Table {
    name: &'static str,
    drop_view: &'static str,
    drop_table: &'static str,
    create: &'static str,
    view: &'static str,
    middle: &'static str,
    group: &'static str,
    /// Groups the reviews that have no key.
    rest: Option<&'static str>,
    insert: &'static str,
}

pub fn lay_work_sum(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    Table {
        name: "work_sum",
        drop_view: sql("computed/work_sum_drop_view"),
        drop_table: sql("computed/work_sum_drop_table"),
        create: sql("computed/work_sum_create"),
        view: sql("computed/work_sum_view"),
        middle: sql("computed/work_middle"),
        group: sql("computed/work_sum_of"),
        rest: None,
        insert: sql("computed/work_sum_insert"),
    }
    .lay::<i64>(conn, asked)
}

pub fn lay_day_sum(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    Table {
        name: "day_sum",
        drop_view: sql("computed/day_sum_drop_view"),
        drop_table: sql("computed/day_sum_drop_table"),
        create: sql("computed/day_sum_create"),
        view: sql("computed/day_sum_view"),
        middle: sql("computed/day_middle"),
        group: sql("computed/day_sum_of"),
        rest: Some(sql("computed/day_sum_of_none")),
        insert: sql("computed/day_sum_insert"),
    }
    .lay::<String>(conn, asked)
}

pub fn lay_day_band(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    Table {
        name: "day_band",
        drop_view: sql("computed/day_band_drop_view"),
        drop_table: sql("computed/day_band_drop_table"),
        create: sql("computed/day_band_create"),
        view: sql("computed/day_band_view"),
        middle: sql("computed/day_middle"),
        group: sql("computed/day_band_of"),
        rest: None,
        insert: sql("computed/day_band_insert"),
    }
    .lay::<String>(conn, asked)
}

impl Table {
    fn lay<K: Key>(&self, conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
        let laid: Option<String> =
            conn.query_row(sql("computed/laid_as"), [self.name], |row| row.get(0)).optional()?;
        match laid.as_deref() {
            Some("view") => conn.execute_batch(self.drop_view)?,
            Some(_) => conn.execute_batch(self.drop_table)?,
            None => {}
        }
        let two_from = asked.two_from.saturating_mul(MORE);
        if !are_worth_it(conn, two_from)? {
            return conn.execute_batch(self.view);
        }
        conn.execute_batch(self.create)?;
        let mut parts = in_halves(conn, two_from, self.middle, |conn, span: &Span<K>| {
            rows(conn, self.group, params![span.0], |key: K| key > span.1)
        })?;
        if let Some(rest) = self.rest {
            parts.push(rows(conn, rest, params![], |_: Option<K>| false)?);
        }
        let mut insert = conn.prepare(self.insert)?;
        for row in parts.iter().flatten() {
            insert.execute(params_from_iter(row))?;
        }
        Ok(())
    }
}

/// The rows up to the first whose key is beyond the span.
fn rows<K: FromSql>(
    conn: &Connection,
    text: &str,
    params: impl rusqlite::Params,
    is_beyond: impl Fn(K) -> bool,
) -> rusqlite::Result<Vec<Vec<Value>>> {
    let mut statement = conn.prepare(text)?;
    let width = statement.column_count();
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if is_beyond(row.get(0)?) {
            break;
        }
        found.push((0..width).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?);
    }
    Ok(found)
}
