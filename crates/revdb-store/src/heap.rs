//! A bound on the memory that SQLite may take for somebody else's SQL.
//!
//! SQLite keeps a hard limit only where it counts its memory, which it is compiled not to do
//! (`.cargo/config.toml`: two threads of an import would take turns to write the count). So counting
//! is turned on, in the processes that need the limit, before SQLite begins.
//! Must never: be called where an import or a report of revdb's own runs.
#![allow(unsafe_code)]
#![deny(clippy::undocumented_unsafe_blocks)]

use rusqlite::{Connection, ffi};

use super::ArchiveError;

/// All memory of SQLite's, its page cache included: a row of the largest values that
/// [`bound`] lets be, and some more.
const MOST_BYTES: i64 = 256 << 20;

/// Longest value in somebody else's SQL: the largest field that an import lets in.
pub(crate) const MOST_OF_A_VALUE: i32 = 64 << 20;

/// Lets SQLite count its memory. To be called before a connection is opened; later it does nothing.
pub fn count() {
    // SAFETY: sqlite3_config takes an int for this option and must not run beside any other
    // call of SQLite. No connection is open yet, so no other thread has anything to call it
    // with; where SQLite has begun all the same, it returns SQLITE_MISUSE and does nothing.
    unsafe {
        ffi::sqlite3_config(ffi::SQLITE_CONFIG_MEMSTATUS, 1);
    }
}

/// Bounds memory and values on this connection, after [`count`].
///
/// # Errors
/// What SQLite says.
pub fn bound(conn: &Connection) -> Result<(), ArchiveError> {
    conn.set_limit(rusqlite::limits::Limit::SQLITE_LIMIT_LENGTH, MOST_OF_A_VALUE)?;
    conn.pragma_update_and_check(None, "hard_heap_limit", MOST_BYTES, |_| Ok(()))?;
    Ok(())
}
