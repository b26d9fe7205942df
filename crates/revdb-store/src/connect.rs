//! A connection to a file: how it is opened, and everything that is set on it.
//!
//! Owns: the one place where SQLite is given a file's name, the connection's settings, and the
//! temporary copies of archives that cannot be read where they lie. Must never: judge what is in the file.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::{ArchiveError, backup, disk, rowhash, sql::sql};
use revdb_system::files::{self, SnapshotError};

/// How long a writer waits for another one.
pub(super) const BUSY_WAIT: Duration = Duration::from_secs(10);

/// Longest text or blob SQLite will take, in bytes: four times the largest
/// field that an import lets in, and far below what would exhaust memory.
pub(super) const MAX_VALUE_BYTES: i32 = 256 << 20;

/// Page cache, in KiB. An import of a million reviews may take 256 MiB at its peak, and has
/// two tables of what it knows (36 MiB, and filters of what went to disk) and an index in the
/// making (40 MiB) beside it.
pub(super) const CACHE_KIB: i64 = 24 << 10;

/// A copy's name in its temporary folder.
pub(super) const COPY: &str = "copy.db";

/// Opens a file, never a URI or memory: the bundled SQLite would take `file:x?mode=memory` and
/// `:memory:` for these, and with a folder before it each is a file's name.
pub(super) fn open_file(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let path = if path.is_absolute() { path.to_owned() } else { Path::new(".").join(path) };
    disk::watch_reads();
    Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

/// Opens a file that others may have open, configured.
pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, ArchiveError> {
    let conn = open_file(path, flags)?;
    configure(&conn)?;
    // The first statement reads the header, so a hot journal shows here.
    conn.query_row(sql("open/count_objects"), [], |_| Ok(()))?;
    limit_cache(&conn)?;
    Ok(conn)
}

/// A copy by SQLite, which can read the archive and not write it.
pub(super) fn copied(path: &Path) -> Result<TempDir, ArchiveError> {
    let folder = tempfile::tempdir()?;
    backup::copy(path, &folder.path().join(COPY))?;
    Ok(folder)
}

/// A copy of an archive in write-ahead mode that SQLite cannot even read where it lies.
pub(super) fn copied_with_log(path: &Path) -> Result<TempDir, ArchiveError> {
    let folder = tempfile::tempdir()?;
    match files::snapshot(path, &folder.path().join(COPY)) {
        Ok(()) => Ok(folder),
        Err(SnapshotError::Changed) => Err(ArchiveError::Busy),
        Err(SnapshotError::Io(error)) => Err(error.into()),
    }
}

/// Bounds the page cache. Only once the size of the pages is known: SQLite turns
/// the bound into a number of pages when it is told, and keeps the number when
/// the size changes afterwards (a million rows took 390 MB so instead of 200).
pub(super) fn limit_cache(conn: &Connection) -> Result<(), ArchiveError> {
    Ok(conn.pragma_update(None, "cache_size", -CACHE_KIB)?)
}

/// Everything that SQLite lets be set for safety, and the durability that a
/// power-cut replay found to lose nothing (DELETE with EXTRA).
pub(super) fn configure(conn: &Connection) -> Result<(), ArchiveError> {
    // First of all: where STAT4 is compiled in, SQLite otherwise prepares a statement
    // anew whenever a parameter its plan looks at changes. Measured on an import
    // of 5,000 records: 4,772 preparations, 40 % of its time; with this, one. Ours is
    // built without STAT4 (.cargo/config.toml), but for who builds from elsewhere.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.busy_timeout(BUSY_WAIT)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // revdb has no triggers; what somebody planted must not run.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "synchronous", "EXTRA")?;
    // What is replaced in a page that is written anyway is overwritten there.
    conn.pragma_update(None, "secure_delete", "FAST")?;
    conn.set_prepared_statement_cache_capacity(128);
    rowhash::register(conn)?;
    super::functions::register_missing(conn)?;
    Ok(())
}
