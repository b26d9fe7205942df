//! Opens and configures connections.
//!
//! Owns: every call that gives SQLite a file name, the connection's settings, and temporary copies
//! of archives that cannot be read in place. Must never: judge a file's content.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::{ArchiveError, backup, disk, rowhash, sql::sql};
use revdb_system::files::{self, SnapshotError};

/// How long a writer waits for another.
pub(super) const BUSY_WAIT: Duration = Duration::from_secs(10);

/// The longest text or blob that SQLite accepts: four times the largest field of an import.
pub(super) const MAX_VALUE_BYTES: i32 = 256 << 20;

/// The page cache. An import of a million reviews must stay under 256 MiB, together with two
/// look-up tables (36 MiB) and an index being built (40 MiB).
pub(super) const CACHE_KIB: i64 = 24 << 10;

/// A copy's name in its temporary directory.
pub(super) const COPY: &str = "copy.db";

/// Opens a file, never a URI or memory: a directory before the name keeps SQLite from interpreting
/// `file:x?mode=memory` or `:memory:`.
pub(super) fn open_file(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let path = if path.is_absolute() { path.to_owned() } else { Path::new(".").join(path) };
    disk::watch_reads();
    Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

/// Opens and configures a file that others may have open.
pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, ArchiveError> {
    let conn = open_file(path, flags)?;
    configure(&conn)?;
    // The first statement reads the header, so a hot journal shows here.
    conn.query_row(sql("open/count_objects"), [], |_| Ok(()))?;
    limit_cache(&conn)?;
    Ok(conn)
}

/// A temporary copy of an archive that is readable but not writable.
pub(super) fn copied(path: &Path) -> Result<TempDir, ArchiveError> {
    let folder = tempfile::tempdir()?;
    backup::copy(path, &folder.path().join(COPY))?;
    Ok(folder)
}

/// A temporary copy of an archive in WAL mode that SQLite cannot read in place.
pub(super) fn copied_with_log(path: &Path) -> Result<TempDir, ArchiveError> {
    let folder = tempfile::tempdir()?;
    match files::snapshot(path, &folder.path().join(COPY)) {
        Ok(()) => Ok(folder),
        Err(SnapshotError::Changed) => Err(ArchiveError::Busy),
        Err(SnapshotError::Io(error)) => Err(error.into()),
    }
}

/// Limits the page cache. The page size must be known: SQLite converts the limit to pages at once
/// and keeps that number.
pub(super) fn limit_cache(conn: &Connection) -> Result<(), ArchiveError> {
    Ok(conn.pragma_update(None, "cache_size", -CACHE_KIB)?)
}

/// Applies SQLite's safety settings, and the durability (DELETE with EXTRA) with which a replay of
/// power cuts lost nothing.
pub(super) fn configure(conn: &Connection) -> Result<(), ArchiveError> {
    // Before any other statement: with STAT4 compiled in, SQLite otherwise prepares a statement
    // again whenever a parameter used by its plan changes (4,772 times in an import of 5,000
    // records). Our own build has no STAT4 (.cargo/config.toml), but others may.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.busy_timeout(BUSY_WAIT)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // revdb has no triggers; a planted one must not run.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "synchronous", "EXTRA")?;
    // Overwrites deleted data in pages that are written anyway.
    conn.pragma_update(None, "secure_delete", "FAST")?;
    conn.set_prepared_statement_cache_capacity(128);
    rowhash::register(conn)?;
    super::functions::register_missing(conn)?;
    Ok(())
}
