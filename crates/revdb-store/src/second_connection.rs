//! A second connection for reading on two cores.
//!
//! Must never: see another state than the first connection, or block a writer.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::connect::{CACHE_KIB, configure, open_file};
use super::{ArchiveError, sql::sql};

/// Opens the archive of `conn` once more for reading, with half of a page cache.
///
/// `conn` must be in a transaction and have read: it then holds SQLite's SHARED lock, under which
/// nobody can commit (rollback journal), so both see the same state. `None` if a second connection
/// is not possible or might see another state: an archive in memory, a waiting writer, WAL mode,
/// no file handles. The first connection can then do all the work, and reports any error of the
/// file.
pub fn second_connection(conn: &Connection) -> Option<Connection> {
    let path = conn.path().filter(|path| !path.is_empty())?;
    open(path).unwrap_or(None)
}

fn open(path: &str) -> Result<Option<Connection>, ArchiveError> {
    let other = open_file(Path::new(path), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    configure(&other)?;
    // A waiting writer lets no new reader in, and it waits for `conn`, too.
    other.busy_timeout(Duration::ZERO)?;
    other.query_row(sql("open/count_objects"), [], |_| Ok(()))?;
    let journal: String = other.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if journal.eq_ignore_ascii_case("wal") {
        return Ok(None);
    }
    other.pragma_update(None, "cache_size", -CACHE_KIB / 2)?;
    Ok(Some(other))
}
