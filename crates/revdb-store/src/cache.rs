//! A small page cache for statements that read each page once.
//!
//! A small cache reuses its pages; a large one takes fresh memory for each, whose page faults cost
//! more than the reading.

use rusqlite::Connection;

use super::ArchiveError;

/// The size, by measurement of `query --critic` on a million reviews: smaller sizes read more
/// pages, larger ones fault more.
const KIB: i64 = 512;

/// Makes the cache small permanently.
///
/// # Errors
/// SQLite's error.
pub fn make_small(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "cache_size", -KIB)
}

/// Keeps the cache small during its lifetime.
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
        // On failure the cache stays small; results are unaffected.
        let _ = self.conn.pragma_update(None, "cache_size", self.size);
    }
}
