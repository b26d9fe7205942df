//! A dump's mentions of works, numbered as an import of today's reading would.
//!
//! The first mention gives a work its title, kind and year, and "first" goes
//! by place and number. A reading that names works in another order, or
//! otherwise, would be overruled by the numbers of the reading before it.

use rusqlite::{Connection, named_params};

use super::super::{ArchiveError, sql::sql, works};

/// Numbers a dump's mentions from 1 in `order`, which holds every number there
/// is once, in the order of first use, and gives each old number's new one.
/// Empty where the numbers stand as they are.
pub(super) fn renumber(
    conn: &Connection,
    dump_id: i64,
    order: &[i64],
) -> Result<rustc_hash::FxHashMap<i64, i64>, ArchiveError> {
    let moves: rustc_hash::FxHashMap<i64, i64> =
        order.iter().copied().zip(1..).filter(|(old, new)| old != new).collect();
    if moves.is_empty() {
        return Ok(moves);
    }
    // Mentions and what refers to them change one after the other.
    conn.execute_batch(sql("again/make_renumbered"))?;
    for (old, new) in &moves {
        conn.prepare_cached(sql("again/insert_renumbered"))?
            .execute(named_params! {":old": old, ":new": new})?;
    }
    for statement in [
        "again/free_mentions",
        "again/renumber_mentions",
        "again/free_external_ids",
        "again/renumber_external_ids",
        "again/free_properties",
        "again/renumber_properties",
        "again/renumber_sightings",
        "again/renumber_claims",
    ] {
        conn.execute(sql(statement), named_params! {":dump_id": dump_id})?;
    }
    Ok(moves)
}

/// Lets the first mention of each work that the dump names say what it is.
pub(super) fn describe_works(conn: &Connection, dump_id: i64) -> Result<(), ArchiveError> {
    let mut statement = conn.prepare_cached(sql("again/works_of_dump"))?;
    let works = statement.query_map(named_params! {":dump_id": dump_id}, |row| row.get(0))?;
    for work in works.collect::<Result<Vec<i64>, _>>()? {
        works::describe(conn, work)?;
    }
    Ok(())
}
