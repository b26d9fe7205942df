//! A small page cache for what reads each page once.
//!
//! In a small cache pages replace each other; in a large one each page takes fresh memory,
//! and the page faults cost more than the reading (docs/performance.md).

use rusqlite::Connection;

use super::ArchiveError;

/// The fastest of three sizes for `query --critic` on a million reviews (docs/performance.md).
const KIB: i64 = 512;

/// Makes the cache small for good.
///
/// # Errors
/// What SQLite says.
pub fn make_small(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "cache_size", -KIB)
}

/// The cache is small as long as this is held.
pub(super) struct Small<'c> {
    conn: &'c Connection,
    size: i64,
}

impl<'c> Small<'c> {
    pub fn of(conn: &'c Connection) -> Result<Self, ArchiveError> {
        let size = conn.pragma_query_value(None, "cache_size", |row| row.get(0))?;
        make_small(conn)?;
        Ok(Self { conn, size })
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        // What cannot be set leaves a small cache, and every answer the same.
        let _ = self.conn.pragma_update(None, "cache_size", self.size);
    }
}
