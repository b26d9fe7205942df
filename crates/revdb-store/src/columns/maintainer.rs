//! Keeps the packed columns in step with the rows.
//!
//! A hook of the connection records the ids of changed rows of `review`, and before a transaction
//! ends [`ColumnMaintainer::flush`] reads these rows and packs them. The writer of a new row may
//! pass its values, which saves the reading. Must never: be flushed outside of the transaction
//! that changed the rows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension};

use super::reading::{damaged, width};
use super::{CHUNK, Column, NARROW, Packed, bounds, place};
use crate::check::{Fault, Finding};
use crate::{ArchiveError, sql::sql};

/// The most values held before they are packed, 3 MB.
const MOST_RECORDED: usize = 1 << 16;

/// Rows changed since the last flush.
#[derive(Debug, Default)]
struct Changed {
    /// Rows whose values must be read.
    unread: Vec<i64>,
    /// New rows and their values.
    recorded: Vec<(i64, Packed)>,
}

/// Records changes of `review` on one connection.
#[derive(Debug, Default)]
pub struct ColumnMaintainer(Arc<Mutex<Changed>>);

impl ColumnMaintainer {
    /// Starts recording the changes of this connection.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn watch(conn: &mut Connection) -> rusqlite::Result<Self> {
        let keeper = ColumnMaintainer::default();
        let changed = Arc::clone(&keeper.0);
        conn.update_hook(Some(move |_, schema: &str, table: &str, id| {
            if table == "review" && schema == "main" {
                lock(&changed).unread.push(id);
            }
        }))?;
        Ok(keeper)
    }

    /// Passes the values of the row that was just inserted. True if it is time to
    /// [`flush`](Self::flush).
    pub fn record(&self, id: i64, facts: Packed) -> bool {
        let mut changed = lock(&self.0);
        if changed.unread.last() == Some(&id) {
            changed.unread.pop();
            changed.recorded.push((id, facts));
        }
        changed.recorded.len() >= MOST_RECORDED
    }

    /// Discards recorded changes after a rollback.
    pub fn forget(&self) {
        *lock(&self.0) = Changed::default();
    }

    /// Updates the columns from the changed rows.
    ///
    /// # Errors
    /// SQLite's error; [`ArchiveError::Damaged`] for a number out of range, an invalid date or a
    /// truncated chunk.
    pub fn flush(&self, conn: &Connection) -> Result<(), ArchiveError> {
        let Changed { mut unread, recorded } = std::mem::take(&mut *lock(&self.0));
        let mut facts: Vec<(i64, Option<Packed>)> =
            recorded.into_iter().map(|(id, facts)| (id, Some(facts))).collect();
        unread.sort_unstable();
        unread.dedup();
        // After the recorded ones: a row that was changed again must be read.
        for id in unread {
            facts.push((id, read(conn, id)?));
        }
        facts.sort_by_key(|(id, _)| *id);
        pack(conn, &facts)
    }
}

fn lock(changed: &Mutex<Changed>) -> MutexGuard<'_, Changed> {
    // No code in here can panic while the state is inconsistent.
    changed.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(conn: &Connection, id: i64) -> Result<Option<Packed>, ArchiveError> {
    let mut statement = conn.prepare_cached(sql("columns/row"))?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(Packed::from_row).transpose()
}

/// Writes values sorted by id; of equal ids the last counts.
fn pack(conn: &Connection, facts: &[(i64, Option<Packed>)]) -> Result<(), ArchiveError> {
    if let Some((last, _)) = facts.last() {
        bounds::of_reviews(conn, *last, facts.len())?;
    }
    let mut rest = facts;
    while let Some((chunk, _)) = rest.first().and_then(|(id, _)| place(*id)) {
        let end = rest.partition_point(|(id, _)| place(*id).is_some_and(|(at, _)| at <= chunk));
        let (these, others) = rest.split_at(end);
        pack_chunk(conn, chunk, these)?;
        rest = others;
    }
    match rest.first() {
        Some((id, _)) => {
            Err(ArchiveError::Damaged(format!("review {id} is past what the columns hold")))
        }
        None => Ok(()),
    }
}

fn pack_chunk(
    conn: &Connection,
    chunk: i64,
    facts: &[(i64, Option<Packed>)],
) -> Result<(), ArchiveError> {
    for column in Column::ALL {
        let row = column.row(chunk);
        let width = column.width();
        let known: Option<Vec<u8>> = conn
            .prepare_cached(sql("columns/chunk"))?
            .query_row([row], |row| row.get(0))
            .optional()?;
        let mut bytes = match known {
            Some(known) => widened(column, chunk, known)?,
            None => vec![0; CHUNK * width],
        };
        for (id, facts) in facts {
            let Some((_, at)) = place(*id) else { continue };
            // All bytes of a deleted review are 0.
            let (new, width) = facts.unwrap_or_default().bytes(column);
            if let (Some(old), Some(new)) =
                (bytes.get_mut(at * width..(at + 1) * width), new.get(..width))
            {
                old.copy_from_slice(new);
            }
        }
        // States come first: a chunk without any state has no reviews, and all its columns are 0.
        if bytes.iter().all(|&byte| byte == 0) && column == Column::State {
            return drop_chunk(conn, chunk);
        }
        let bytes = narrowed(column, bytes);
        conn.prepare_cached(sql("columns/put_chunk"))?.execute(rusqlite::params![row, bytes])?;
    }
    Ok(())
}

/// A chunk with four bytes per number. A truncated chunk is an error: filled up and hashed again,
/// the damage would be hidden.
fn widened(column: Column, chunk: i64, bytes: Vec<u8>) -> Result<Vec<u8>, ArchiveError> {
    let width = width(column, &bytes).ok_or_else(|| damaged(column, chunk))?;
    if width == column.width() {
        return Ok(bytes);
    }
    let wide = |number: &[u8]| [number, &[0, 0]].concat();
    Ok(bytes.chunks_exact(width).flat_map(wide).collect())
}

/// A chunk as stored: two bytes per number where all fit.
fn narrowed(column: Column, bytes: Vec<u8>) -> Vec<u8> {
    let fits = |number: &[u8]| number.get(NARROW..) == Some(&[0, 0]);
    if !column.may_be_narrow() || !bytes.chunks_exact(column.width()).all(fits) {
        return bytes;
    }
    bytes
        .chunks_exact(column.width())
        .flat_map(|number| number.iter().copied().take(NARROW))
        .collect()
}

fn drop_chunk(conn: &Connection, chunk: i64) -> Result<(), ArchiveError> {
    for column in Column::ALL {
        conn.prepare_cached(sql("columns/drop_chunk"))?.execute([column.row(chunk)])?;
    }
    Ok(())
}

/// Packs all reviews again.
///
/// # Errors
/// As [`ColumnMaintainer::flush`].
pub fn rebuild(conn: &Connection) -> Result<(), ArchiveError> {
    conn.execute(sql("columns/clear"), [])?;
    let mut statement = conn.prepare(sql("columns/rows"))?;
    let mut rows = statement.query([])?;
    let mut facts = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if facts.len() >= MOST_RECORDED && place(id).is_some_and(|(_, at)| at == 0) {
            pack(conn, &facts)?;
            facts.clear();
        }
        facts.push((id, Some(Packed::from_row(row)?)));
    }
    pack(conn, &facts)
}

/// Compares the columns with the rows and reports differences.
///
/// # Errors
/// An interrupt or another writer; damage is a finding.
pub fn check(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    let mut wrong = BTreeMap::new();
    if let Err(error) = compare(conn, &mut wrong) {
        let message = match error {
            ArchiveError::Busy | ArchiveError::Interrupted | ArchiveError::Io(_) => {
                return Err(error);
            }
            other => other.to_string(),
        };
        findings.push(Finding::new(Fault::Index, "review_column", "", message));
    }
    for (id, said) in wrong {
        findings.push(Finding::new(Fault::Index, "review_column", format!("id {id}"), said));
    }
    Ok(())
}

fn compare(conn: &Connection, wrong: &mut BTreeMap<i64, &'static str>) -> Result<(), ArchiveError> {
    let columns = super::Columns::read(conn)?;
    let mut there: Vec<bool> = columns.states.iter().map(|state| state.exists()).collect();
    let mut statement = conn.prepare(sql("columns/rows"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let at = usize::try_from(id).unwrap_or(usize::MAX);
        let row = match Packed::from_row(row) {
            // A row that cannot be packed differs from the columns in any case.
            Err(ArchiveError::Damaged(_)) => None,
            packed => Some(packed?),
        };
        if row.is_none() || columns.packed(at) != row {
            wrong.insert(id, "what the packed columns hold of it is not what its row says");
        }
        if let Some(there) = there.get_mut(at) {
            *there = false;
        }
    }
    for (id, _) in (0_i64..).zip(&there).filter(|(_, there)| **there) {
        wrong.insert(id, "the packed columns hold a review that is not there");
    }
    Ok(())
}
