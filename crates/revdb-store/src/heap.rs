//! Limits SQLite's memory for SQL that a person wrote.
//!
//! SQLite enforces a limit only if it counts its memory, which it is compiled not to do
//! (`.cargo/config.toml`), as two importing threads would contend for the counter. So counting is
//! enabled at run time in processes that need it. Must never: be used by an import or a built-in
//! report.
#![allow(unsafe_code)]
#![deny(clippy::undocumented_unsafe_blocks)]

use rusqlite::{Connection, ffi};

use super::ArchiveError;

/// The limit including the page cache: a row of the largest values that [`bound`] allows, and some
/// more.
const MOST_BYTES: i64 = 256 << 20;

/// The longest value: the largest field of an import.
pub(crate) const MOST_OF_A_VALUE: i32 = 64 << 20;

/// Enables the counting. Call before a connection is opened; later it has no effect.
pub fn count() {
    // SAFETY: sqlite3_config takes an int for this option and must not run concurrently with any
    // other call of SQLite. No connection is open yet, so no other thread can make one; if SQLite
    // is already initialised, it returns SQLITE_MISUSE and does nothing.
    unsafe {
        ffi::sqlite3_config(ffi::SQLITE_CONFIG_MEMSTATUS, 1);
    }
}

/// Limits memory and values on this connection, after [`count`].
///
/// # Errors
/// SQLite's error.
pub fn bound(conn: &Connection) -> Result<(), ArchiveError> {
    conn.set_limit(rusqlite::limits::Limit::SQLITE_LIMIT_LENGTH, MOST_OF_A_VALUE)?;
    conn.pragma_update_and_check(None, "hard_heap_limit", MOST_BYTES, |_| Ok(()))?;
    Ok(())
}
