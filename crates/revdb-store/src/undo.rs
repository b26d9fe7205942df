//! Undoes an import: the result is that of the other imports only.
//!
//! It removes the import's sightings and mentions, and resolves works and reviews again without
//! them. A review is deleted when its last sighting is.

use std::collections::BTreeSet;

use rusqlite::{Connection, TransactionBehavior, named_params, params_from_iter};

use super::changes::ChangeSet;
use super::columns::ColumnMaintainer;
use super::fulltext::FullText;
use super::recluster::Affected;
use super::{Archive, ArchiveError, Numbered, adopted, disk::commit, error::of_commit, sql::sql};

/// The effect of an undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// Number of reviews before.
    pub reviews_before: i64,
    /// Number of reviews after.
    pub reviews_after: i64,
    /// Dumps that no other import has.
    pub dumps_removed: i64,
    /// Merges, renames, corrections and hidden reviews that only it brought from another archive.
    pub decisions_removed: usize,
    /// Reviews that stay but lose the user's correction or hiding, because it refers to a removed
    /// record.
    pub undecided: Vec<i64>,
    /// Reviews that stay with the values of other dumps.
    pub reviews_decided_again: i64,
}

impl Archive {
    /// Undoes an import in the caller's transaction.
    pub fn undo(&mut self, id: i64, really: bool) -> Result<Undone, ArchiveError> {
        if really {
            // Undone data must be erased from the file as well.
            self.conn.execute_batch(sql("undo/overwrite"))?;
        }
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let undone = undo(&tx, &self.columns, id)?;
        if really {
            tx.execute_batch(sql("undo/forget_words"))?;
            commit(&tx)?;
        }
        Ok(undone)
    }

    /// Rewrites the file, so that no deleted data remain.
    ///
    /// # Errors
    /// SQLite's error, including a full disk.
    pub fn vacuum(&self) -> Result<(), ArchiveError> {
        self.conn.execute_batch(sql("undo/vacuum")).map_err(of_commit)
    }
}

/// Undoes an import in the caller's transaction.
pub(super) fn undo(
    conn: &Connection,
    columns: &ColumnMaintainer,
    id: i64,
) -> Result<Undone, ArchiveError> {
    let found: bool =
        conn.query_row(sql("undo/is_import"), named_params! {":id": id}, |row| row.get(0))?;
    if !found {
        return Err(ArchiveError::NotFound { what: Numbered::Import, id });
    }
    let count = || conn.query_row(sql("undo/count"), [], |row| row.get::<_, i64>(0));
    let reviews_before = count()?;
    let decisions_removed = adopted::take_back_brought(conn, columns, id)?;
    // After the decisions, which have updated the index up to new rows.
    let fulltext = FullText::in_step(conn)?;
    conn.execute_batch(sql("undo/make_tables"))?;
    conn.execute(sql("undo/fill_decided"), [])?;
    let by_import = named_params! {":id": id};
    let dumps_removed = conn.execute(sql("undo/fill_doomed"), by_import)?;
    conn.execute(sql("undo/fill_replaced"), by_import)?;
    let mut changes = doomed(conn)?;
    let survivors = changes.affected.records.len();
    conn.execute(sql("undo/delete_sources"), by_import)?;
    remove_doomed(conn)?;
    conn.execute(sql("undo/delete_import"), by_import)?;
    changes.commit(conn, columns, &fulltext)?;
    let undecided = single(conn, sql("undo/undecided"))?.into_iter().collect();
    conn.execute_batch(sql("undo/drop_tables"))?;
    Ok(Undone {
        undecided,
        reviews_before,
        reviews_after: count()?,
        decisions_removed,
        dumps_removed: i64::try_from(dumps_removed).unwrap_or(i64::MAX),
        reviews_decided_again: i64::try_from(survivors).unwrap_or(i64::MAX),
    })
}

/// The changes that follow from removing the dumps in `temp.doomed`.
pub(super) fn doomed(conn: &Connection) -> Result<ChangeSet, ArchiveError> {
    conn.execute(sql("undo/fill_touched"), [])?;
    let records = pairs(conn, sql("undo/survivors"))?.into_iter().collect();
    let works = single(conn, sql("undo/works_touched"))?;
    let mut affected = Affected { records, works, ..Affected::default() };
    note_names(conn, &mut affected, (sql("undo/names_touched"), None))?;
    let mentions = pairs(conn, sql("undo/mentions_beside"))?;
    Ok(ChangeSet { affected, mentions, empties_reviews: true })
}

/// Removes all records and mentions of these dumps, which have no source any more. Their reviews
/// stay for now, since other records are stored as differences from them.
pub(super) fn remove_doomed(conn: &Connection) -> Result<(), ArchiveError> {
    for statement in [
        "undo/delete_sightings",
        "undo/delete_changes",
        "undo/delete_claims",
        "undo/delete_rejections",
        "undo/delete_revisions",
        "undo/delete_tallies",
        "undo/delete_external_ids",
        "undo/delete_properties",
        "undo/delete_mentions",
        "undo/delete_dumps",
        "undo/delete_raw_dump",
        "undo/replace",
    ] {
        conn.execute(sql(statement), [])?;
    }
    Ok(())
}

/// Records the critics and publications returned by a statement as possibly unused.
pub(super) fn note_names(
    conn: &Connection,
    affected: &mut Affected,
    (statement, dump_id): (&str, Option<i64>),
) -> Result<(), ArchiveError> {
    let mut statement = conn.prepare(statement)?;
    let mut rows = statement.query(params_from_iter(dump_id))?;
    while let Some(row) = rows.next()? {
        affected.critics.extend(row.get::<_, Option<i64>>(0)?);
        affected.publications.extend(row.get::<_, Option<i64>>(1)?);
    }
    Ok(())
}

fn pairs(conn: &Connection, statement: &str) -> Result<Vec<(i64, i64)>, ArchiveError> {
    let mut statement = conn.prepare(statement)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn single(conn: &Connection, statement: &str) -> Result<BTreeSet<i64>, ArchiveError> {
    let mut statement = conn.prepare(statement)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
