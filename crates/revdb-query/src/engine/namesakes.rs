//! Distinct labels for works that share title and year.
//!
//! The schema's label is the title and year. If several reviewed works share one, a temporary view
//! hides the archive's `work` and appends the kind, the makers or the number to their labels.

use rusqlite::Connection;

use crate::ids::Ids;
use revdb_sql::sql;
use revdb_store::ArchiveError;
use revdb_store::columns::{Column, each_number};

/// Creates the view, replacing an earlier one, unless no title is shared.
///
/// # Errors
/// The archive's error.
pub(crate) fn tell_apart(conn: &Connection) -> Result<(), ArchiveError> {
    conn.execute_batch(sql("engine/forget_namesakes"))?;
    let mut statement = conn.prepare_cached(sql("engine/namesakes"))?;
    let ids = statement.query_map([], |row| row.get(0))?;
    let ids: Vec<u32> = ids.collect::<rusqlite::Result<_>>()?;
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(()) };
    // Works without reviews appear in no report.
    let mut reviewed = Ids::default();
    each_number(conn, Column::Work, *first..=*last, |_, work| reviewed.insert(work))?;
    let mut add = conn.prepare_cached(sql("engine/add_namesake"))?;
    for id in ids.into_iter().filter(|id| reviewed.contains(*id)) {
        add.execute([id])?;
    }
    conn.execute_batch(sql("engine/tell_apart"))?;
    conn.execute_batch(sql("engine/create_work"))?;
    Ok(())
}
