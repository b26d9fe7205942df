//! Removes critics and publications without reviews, and updates the spelling of the others.
//!
//! Must never: search the rows for each name's reviews. No index leads from a name to them; the
//! packed column does, for all names at once.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, named_params, params};
use rustc_hash::FxHashSet;

use super::{Kind, critics, publications, shown_by_decision};
use crate::columns::{self, Column, ColumnMaintainer};
use crate::recluster::Affected;
use crate::{ArchiveError, sql::sql};
use revdb_model::name;

/// Updates the packed columns, removes critics and publications without reviews, and gives each
/// affected one its spelling: as decided, else as in its first dump.
///
/// # Errors
/// The archive's error.
pub fn prune_unused(
    conn: &Connection,
    columns: &ColumnMaintainer,
    affected: &Affected,
) -> Result<(), ArchiveError> {
    columns.flush(conn)?;
    for (kind, ids) in [(critics(), &affected.critics), (publications(), &affected.publications)] {
        remove_unused(conn, &kind)?;
        if ids.is_empty() {
            continue;
        }
        gather_reviews(conn, kind.column, ids)?;
        for &id in ids {
            respell(conn, id, &kind)?;
        }
    }
    Ok(())
}

/// Fills `temp.named` with the reviews of these critics or publications.
///
/// # Errors
/// The archive's error.
pub fn gather_reviews(
    conn: &Connection,
    column: Column,
    ids: &BTreeSet<i64>,
) -> Result<(), ArchiveError> {
    conn.execute_batch(sql("names/make_named"))?;
    let wanted: FxHashSet<u32> = ids.iter().filter_map(|&id| u32::try_from(id).ok()).collect();
    let mut put = conn.prepare_cached(sql("names/put_named"))?;
    for (review_id, id) in (0_i64..).zip(columns::numbers(conn, column)?) {
        if id != 0 && wanted.contains(&id) {
            put.execute(params![id, review_id])?;
        }
    }
    Ok(())
}

fn remove_unused(conn: &Connection, kind: &Kind) -> Result<(), ArchiveError> {
    let used: FxHashSet<u32> = columns::numbers(conn, kind.column)?.into_iter().collect();
    let mut ids = conn.prepare_cached(kind.ids)?;
    let mut delete = conn.prepare_cached(kind.delete)?;
    let ids = ids.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    for id in ids {
        if !u32::try_from(id).is_ok_and(|id| used.contains(&id)) {
            delete.execute([id])?;
        }
    }
    Ok(())
}

fn respell(conn: &Connection, id: i64, kind: &Kind) -> Result<(), ArchiveError> {
    let own: Option<String> = conn
        .prepare_cached(kind.fold_of)?
        .query_row(named_params! {":id": id}, |row| row.get(0))
        .optional()?;
    let Some(own) = own else { return Ok(()) };
    let name = match shown_by_decision(conn, kind.what, &own, None)? {
        Some(name) => Some(name),
        None => first_spelling(conn, id, kind, &own)?,
    };
    if let Some(name) = name {
        conn.prepare_cached(kind.rename)?.execute(named_params! {":id": id, ":name": name})?;
    }
    Ok(())
}

/// The first spelling that is the name's own; one that an alias maps here does not count.
fn first_spelling(
    conn: &Connection,
    id: i64,
    kind: &Kind,
    own: &str,
) -> Result<Option<String>, ArchiveError> {
    let mut statement = conn.prepare_cached(kind.spellings)?;
    let mut rows = statement.query(named_params! {":id": id})?;
    while let Some(row) = rows.next()? {
        let spelling: Option<String> = row.get(0)?;
        if let Some(spelling) = spelling.filter(|spelling| name::fold(spelling) == own) {
            return Ok(Some(spelling));
        }
    }
    Ok(None)
}
