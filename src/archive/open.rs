//! Opening: with explicit flags, refusing what is not ours, untouched.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::columns::Keeper;
use super::migrate::{self, APPLICATION_ID};
use super::{ArchiveError, backup, rowhash, sql::sql};

/// How long a writer waits for another one.
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// Longest text or blob SQLite will take, in bytes: four times the largest
/// field that an import lets in, and far below what would exhaust memory.
pub(super) const MAX_VALUE_BYTES: i32 = 256 << 20;

/// Of a new archive's pages. Measured on an import of 100,000 reviews, user
/// time: 4 KiB 8.2 s, 8 KiB 7.8 s, 16 KiB 6.9 s, 32 KiB 7.2 s. The price is an
/// empty archive of 0.7 MB.
const PAGE_BYTES: u32 = 16 << 10;

/// Page cache, in KiB. An import of a million reviews may take 256 MiB at its peak, and has
/// two tables of what it knows (80 MiB) and an index in the making (40 MiB) beside it.
pub(super) const CACHE_KIB: i64 = 24 << 10;

/// Virtual machine steps between two looks at the interrupt flag: some
/// hundred microseconds, so that Ctrl-C is answered at once and costs nothing.
const STEPS_PER_LOOK: i32 = 10_000;

/// SQLite's "cannot read: a journal must be rolled back first".
const READONLY_ROLLBACK: i32 = 776;

/// An open archive.
pub struct Archive {
    pub(super) conn: Connection,
    /// False while what is left to do must not be interrupted any more.
    pub(super) listening: Arc<AtomicBool>,
    pub(super) columns: Keeper,
    path: PathBuf,
    /// Keeps the copy of a read-only archive while it is checked.
    _copy: Option<tempfile::TempDir>,
}

impl Archive {
    /// Opens for reading. Creates nothing, migrates nothing, and works from
    /// read-only media.
    ///
    /// # Errors
    /// [`ArchiveError::Missing`], [`NotAnArchive`](ArchiveError::NotAnArchive),
    /// [`Newer`](ArchiveError::Newer), [`Older`](ArchiveError::Older) or
    /// [`Damaged`](ArchiveError::Damaged); the file is untouched in every case.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        inspect(path, false)?;
        let conn = match Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY) {
            // The journal that an interrupted import left behind must be
            // rolled back before anybody can read, which takes a writer.
            Err(error) if needs_rollback(&error) => {
                drop(Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?);
                Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?
            }
            other => other?,
        };
        Self::current(&conn, path)?;
        Self::of(conn, path)
    }

    /// Opens for changing what is there (undo, merge); migrates, never creates.
    pub fn open_to_change(path: &Path) -> Result<Self, ArchiveError> {
        inspect(path, false)?;
        Self::open_and_migrate(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// Opens for importing, and creates the file where there is none.
    pub fn open_or_create(path: &Path) -> Result<Self, ArchiveError> {
        if path.exists() {
            inspect(path, true)?;
        }
        Self::open_and_migrate(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )
    }

    /// Opens for [`check`](Self::check), which changes nothing but needs a
    /// connection that may write: FTS5 takes the order to look at its index as
    /// an INSERT. Of a read-only archive a temporary copy is looked at.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_to_check(path: &Path) -> Result<Self, ArchiveError> {
        inspect(path, false)?;
        let (conn, copy) = match Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
            Ok(conn) if !conn.is_readonly("main")? => (conn, None),
            Ok(_) | Err(ArchiveError::NotWritable(_)) => {
                let folder = tempfile::tempdir()?;
                let copy = folder.path().join("copy.db");
                backup::copy(path, &copy)?;
                (Self::connect(&copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?, Some(folder))
            }
            Err(error) => return Err(error),
        };
        Self::current(&conn, path)?;
        Ok(Self { _copy: copy, ..Self::of(conn, path)? })
    }

    /// Refuses what is not an archive of today's schema.
    fn current(conn: &Connection, path: &Path) -> Result<(), ArchiveError> {
        let stamp = migrate::stamp(conn)?;
        migrate::admit(stamp, path)?;
        if stamp.schema < migrate::newest() {
            let (found, known) = (stamp.schema, migrate::newest());
            return Err(ArchiveError::Older { path: path.to_owned(), found, known });
        }
        Ok(())
    }

    fn open_and_migrate(path: &Path, flags: OpenFlags) -> Result<Self, ArchiveError> {
        let mut conn = Self::connect(path, flags)?;
        let stamp = migrate::stamp(&conn)?;
        if !stamp.empty {
            migrate::admit(stamp, path)?;
        }
        if stamp.empty {
            conn.pragma_update(None, "page_size", PAGE_BYTES)?;
            limit_cache(&conn)?;
        }
        if stamp.empty || stamp.schema < migrate::newest() {
            migrate::migrate(&mut conn, path)?;
        }
        Self::of(conn, path)
    }

    fn of(mut conn: Connection, path: &Path) -> Result<Self, ArchiveError> {
        Ok(Self {
            columns: Keeper::watch(&mut conn)?,
            conn,
            listening: Arc::new(AtomicBool::new(true)),
            path: path.to_owned(),
            _copy: None,
        })
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, ArchiveError> {
        // No SQLITE_OPEN_URI: `file:x?mode=memory` is a file's name.
        let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        configure(&conn)?;
        // The first statement reads the header, so a hot journal shows here.
        conn.query_row(sql("open/count_objects"), [], |_| Ok(()))?;
        limit_cache(&conn)?;
        Ok(conn)
    }

    /// Gives up whatever SQLite is doing once `flag` is set: the statement fails
    /// with [`ArchiveError::Interrupted`] and its transaction can be rolled back.
    pub fn interrupt_when(&mut self, flag: Arc<AtomicBool>) -> Result<(), ArchiveError> {
        let listening = Arc::clone(&self.listening);
        let gives_up = move || flag.load(Ordering::Relaxed) && listening.load(Ordering::Relaxed);
        self.conn.progress_handler(STEPS_PER_LOOK, Some(gives_up))?;
        Ok(())
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The connection, for queries; the archive keeps the right to write.
    pub fn connection(&self) -> &Connection {
        &self.conn
    }

    /// The connection, for the hooks that a statement of somebody else's needs:
    /// an authorizer, a progress handler.
    pub fn connection_mut(&mut self) -> &mut Connection {
        &mut self.conn
    }
}

fn needs_rollback(error: &ArchiveError) -> bool {
    let code = |e: &rusqlite::Error| matches!(e, rusqlite::Error::SqliteFailure(f, _) if f.extended_code == READONLY_ROLLBACK);
    match error {
        ArchiveError::Sqlite(error) => code(error),
        ArchiveError::NotWritable(message) => message.contains("readonly"),
        _ => false,
    }
}

/// Bounds the page cache. Only once the size of the pages is known: SQLite turns
/// the bound into a number of pages when it is told, and keeps the number when
/// the size changes afterwards (a million rows took 390 MB so instead of 200).
fn limit_cache(conn: &Connection) -> Result<(), ArchiveError> {
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
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "synchronous", "EXTRA")?;
    conn.set_prepared_statement_cache_capacity(128);
    rowhash::register(conn)?;
    super::functions::register_missing(conn)?;
    Ok(())
}

/// Looks at the header's bytes before SQLite is let near the file, so that a
/// foreign file is refused without a lock, a journal or a changed byte.
/// Offsets are from the SQLite file format: 16-byte magic, application id at 68.
fn inspect(path: &Path, may_be_empty: bool) -> Result<(), ArchiveError> {
    let foreign =
        |why: &str| ArchiveError::NotAnArchive { path: path.to_owned(), why: why.to_owned() };
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(ArchiveError::Missing { path: path.to_owned() });
        }
        Err(error) => return Err(error.into()),
    };
    if !metadata.is_file() {
        return Err(foreign("it is not a regular file"));
    }
    if metadata.len() == 0 {
        return if may_be_empty { Ok(()) } else { Err(foreign("it is empty")) };
    }
    let mut header = Vec::with_capacity(100);
    File::open(path)?.take(100).read_to_end(&mut header)?;
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(foreign("it is not an SQLite file"));
    }
    whole(path, &header)?;
    match header.get(68..72).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()) {
        None => {
            Err(ArchiveError::Damaged(format!("{} is cut off within its header", path.display())))
        }
        // Zero: the file of another process that is creating it this moment,
        // or a foreign one; the transaction in `migrate` decides.
        Some(id) if may_be_empty && i64::from(u32::from_be_bytes(id)) == 0 => Ok(()),
        Some(id) if i64::from(u32::from_be_bytes(id)) == APPLICATION_ID => Ok(()),
        Some(_) => Err(foreign("it is an SQLite file that something else made")),
    }
}

/// Refuses a file that is shorter than its header says. Page size stands at 16
/// (1 means 65,536), the number of pages at 28, which counts only where the
/// change counter at 24 equals the one at 92 (SQLite file format, 1.3). While
/// another process writes, there is a journal, and the journal is looked for
/// before the length, so that a commit in between is not taken for damage.
fn whole(path: &Path, header: &[u8]) -> Result<(), ArchiveError> {
    let number = |at: usize| {
        header.get(at..at + 4).and_then(|b| <[u8; 4]>::try_from(b).ok()).map(u32::from_be_bytes)
    };
    let page = header.get(16..18).and_then(|b| <[u8; 2]>::try_from(b).ok()).map(u16::from_be_bytes);
    let (Some(page), Some(pages), Some(changes)) = (page, number(28), number(24)) else {
        return Ok(());
    };
    let page = if page == 1 { 65_536 } else { u64::from(page) };
    let mut journal = path.as_os_str().to_owned();
    journal.push("-journal");
    if number(92) != Some(changes) || Path::new(&journal).exists() {
        return Ok(());
    }
    let length = std::fs::metadata(path)?.len();
    let said = page * u64::from(pages);
    if length < said {
        let told = format!("{} is cut off: {length} of {said} bytes are there", path.display());
        return Err(ArchiveError::Damaged(told));
    }
    Ok(())
}
