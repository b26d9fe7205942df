//! Opens archives: refuses foreign files without changing them, and rolls back what a crash left.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::columns::ColumnMaintainer;
use super::connect::{BUSY_WAIT, COPY, connect, copied, copied_with_log, limit_cache};
use super::header::{self, HeaderState};
use super::{ArchiveError, foreign, migrate, sql::sql};
use revdb_system::files::{self, Claim};

/// Page size of a new archive, the fastest in an import of 100,000 reviews (user time: 4 KiB 8.2
/// s, 8 KiB 7.8, 16 KiB 6.9, 32 KiB 7.2). An empty archive has 0.7 MB.
const PAGE_BYTES: u32 = 16 << 10;

/// Virtual machine steps between checks for an interrupt, some hundred microseconds.
const STEPS_PER_CHECK: i32 = 10_000;

/// An open archive.
pub struct Archive {
    pub(super) conn: Connection,
    /// Whether interrupts are obeyed.
    pub(super) listening: Arc<AtomicBool>,
    pub(super) columns: ColumnMaintainer,
    /// The path of the file.
    path: PathBuf,
    /// Whether there was no file before.
    is_new: bool,
    // Dropped after the connection: fields are dropped in order.
    /// The temporary copy of an archive that could not be opened in place.
    _copy: Option<TempDir>,
    /// Keeps this process from opening the file again.
    _claim: Claim,
}

impl Archive {
    /// Opens for reading. Creates and migrates nothing; works on read-only media.
    ///
    /// # Errors
    /// [`ArchiveError::Missing`], [`Empty`](ArchiveError::Empty),
    /// [`NotAnArchive`](ArchiveError::NotAnArchive), [`Newer`](ArchiveError::Newer),
    /// [`Older`](ArchiveError::Older) or [`Damaged`](ArchiveError::Damaged); the file is never
    /// changed.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let looked = there(path)?;
        let claim = files::claim_open(path);
        let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let conn = match connect(path, read_only) {
            Err(ArchiveError::NotWritable(_))
                if looked == (HeaderState::Archive { is_wal: true }) =>
            {
                drop(claim);
                return Self::open_copy(copied_with_log(path)?, read_only, path);
            }
            conn => conn?,
        };
        Self::current(&conn, path)?;
        Self::of(conn, path, claim, None)
    }

    /// Opens for changing (undo, merge); migrates, never creates.
    ///
    /// # Errors
    /// As [`open`](Self::open) except for older schemas; [`ArchiveError::NotWritable`].
    pub fn open_to_change(path: &Path) -> Result<Self, ArchiveError> {
        there(path)?;
        let claim = files::claim_open(path);
        Self::open_and_migrate(path, OpenFlags::SQLITE_OPEN_READ_WRITE, claim)
    }

    /// Opens for importing; creates the archive if there is no file or an empty one.
    ///
    /// # Errors
    /// As [`open_to_change`](Self::open_to_change).
    pub fn open_or_create(path: &Path) -> Result<Self, ArchiveError> {
        let is_new = match looked(path) {
            Ok(_) => false,
            Err(ArchiveError::Missing { .. }) => true,
            Err(error) => return Err(error),
        };
        let folder = files::folder_of(path);
        if is_new && !folder.exists() {
            let why = format!("there is no folder {}", folder.display());
            return Err(ArchiveError::NotWritable(why));
        }
        let claim = files::claim_open(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let opened = Self::open_and_migrate(path, flags, claim);
        if opened.is_err() && is_new && std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
            files::remove_unused(path);
        }
        opened.map(|archive| Archive { is_new, ..archive })
    }

    /// Closes an archive. If there was no file before and nothing was stored, by whomever, the
    /// file is removed.
    ///
    /// # Errors
    /// SQLite's error; the file stays.
    pub fn close_used(self) -> Result<(), ArchiveError> {
        if !self.is_new {
            return Ok(());
        }
        self.listening.store(false, Ordering::Relaxed);
        self.conn.busy_timeout(Duration::ZERO)?;
        // Another process that has it open would lose what it stores.
        self.conn.execute_batch(sql("open/hold"))?;
        if self.conn.query_row(sql("open/is_unused"), [], |row| row.get(0))? {
            files::remove_unused(&self.path);
        }
        Ok(())
    }

    /// Opens for what writes only to roll back: a preview, or [`check`](Self::check), since FTS5's
    /// check is an INSERT. A read-only archive is copied first.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_to_try(path: &Path) -> Result<Self, ArchiveError> {
        let looked = there(path)?;
        let claim = files::claim_open(path);
        let read_write = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let conn = match connect(path, read_write) {
            Ok(conn) if !conn.is_readonly("main")? => conn,
            Ok(_) | Err(ArchiveError::NotWritable(_)) => {
                drop(claim);
                let copy = match looked {
                    HeaderState::Archive { is_wal: true } => copied_with_log(path)?,
                    _ => copied(path)?,
                };
                return Self::open_copy(copy, read_write, path);
            }
            Err(error) => return Err(error),
        };
        Self::current(&conn, path)?;
        Self::of(conn, path, claim, None)
    }

    /// Opens a temporary copy in place of the archive at `path`.
    fn open_copy(copy: TempDir, flags: OpenFlags, path: &Path) -> Result<Self, ArchiveError> {
        let conn = connect(&copy.path().join(COPY), flags)?;
        Self::current(&conn, path)?;
        Self::of(conn, path, files::claim(path), Some(copy))
    }

    /// Refuses a file without the current schema.
    fn current(conn: &Connection, path: &Path) -> Result<(), ArchiveError> {
        let stamp = migrate::stamp(conn)?;
        migrate::admit(stamp, path)?;
        if stamp.schema < migrate::newest() {
            let (found, known) = (stamp.schema, migrate::newest());
            return Err(ArchiveError::Older { path: path.to_owned(), found, known });
        }
        Ok(())
    }

    fn open_and_migrate(path: &Path, flags: OpenFlags, claim: Claim) -> Result<Self, ArchiveError> {
        let mut conn = connect(path, flags)?;
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
        if !stamp.empty {
            foreign::refuse(&conn)?;
        }
        Self::of(conn, path, claim, None)
    }

    fn of(
        mut conn: Connection,
        path: &Path,
        claim: Claim,
        copy: Option<TempDir>,
    ) -> Result<Self, ArchiveError> {
        Ok(Self {
            columns: ColumnMaintainer::watch(&mut conn)?,
            conn,
            listening: Arc::new(AtomicBool::new(true)),
            path: path.to_owned(),
            is_new: false,
            _copy: copy,
            _claim: claim,
        })
    }

    /// Interrupts SQLite once `flag` is set: the statement fails with
    /// [`ArchiveError::Interrupted`].
    ///
    /// # Errors
    /// SQLite's error.
    pub fn interrupt_when(&mut self, flag: Arc<AtomicBool>) -> Result<(), ArchiveError> {
        let listening = Arc::clone(&self.listening);
        let gives_up = move || flag.load(Ordering::Relaxed) && listening.load(Ordering::Relaxed);
        self.conn.progress_handler(STEPS_PER_CHECK, Some(gives_up))?;
        Ok(())
    }

    /// Ends WAL mode, which another tool may have set. False if another process has the archive
    /// open, so that new data remain in the log file.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn in_one_file(&self) -> Result<bool, ArchiveError> {
        let journal = |value| self.conn.query_row(value, [], |row| row.get::<_, String>(0));
        if !journal(sql("open/journal"))?.eq_ignore_ascii_case("wal") {
            return Ok(true);
        }
        // Not worth waiting for: a viewer may keep the archive open for hours.
        self.conn.busy_timeout(Duration::ZERO)?;
        let changed = journal(sql("open/leave_log")).map_err(ArchiveError::from);
        self.conn.busy_timeout(BUSY_WAIT)?;
        match changed {
            Ok(journal) => Ok(!journal.eq_ignore_ascii_case("wal")),
            Err(ArchiveError::Busy) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The connection, for queries.
    pub fn connection(&self) -> &Connection {
        &self.conn
    }

    /// The connection, for an authorizer or progress handler.
    pub fn connection_mut(&mut self) -> &mut Connection {
        &mut self.conn
    }
}

/// Inspects the file before it is opened, and lets SQLite roll back an interrupted transaction.
fn looked(path: &Path) -> Result<HeaderState, ArchiveError> {
    match header::inspect(path)? {
        // The first statement rolls back, or waits for the writer.
        HeaderState::Interrupted => {
            let claim = files::claim_open(path);
            drop(connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?);
            drop(claim);
            match header::inspect(path)? {
                // This journal is of a new writer; the interrupted one was rolled back.
                HeaderState::Interrupted => Ok(HeaderState::Open),
                looked => Ok(looked),
            }
        }
        looked => Ok(looked),
    }
}

/// As [`looked`]; the file must exist and not be empty.
fn there(path: &Path) -> Result<HeaderState, ArchiveError> {
    match looked(path)? {
        HeaderState::Empty => Err(ArchiveError::Empty { path: path.to_owned() }),
        HeaderState::Unnamed => {
            let why = "it is an SQLite file that something else made".to_owned();
            Err(ArchiveError::NotAnArchive { path: path.to_owned(), why })
        }
        looked => Ok(looked),
    }
}
