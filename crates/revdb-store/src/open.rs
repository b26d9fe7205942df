//! Opening: refusing what is not ours, untouched, and rolling back what a crash left.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::columns::ColumnMaintainer;
use super::connect::{BUSY_WAIT, COPY, connect, copied, copied_with_log, limit_cache};
use super::header::{self, Looked};
use super::{ArchiveError, foreign, migrate, sql::sql};
use revdb_system::files::{self, Claim};

/// Page size of a new archive, the fastest of four for an import (docs/performance.md).
/// The price is an empty archive of 0.7 MB.
const PAGE_BYTES: u32 = 16 << 10;

/// Virtual machine steps between two looks at the interrupt flag: some
/// hundred microseconds, so that Ctrl-C is answered at once and costs nothing.
const STEPS_PER_LOOK: i32 = 10_000;

/// An open archive.
pub struct Archive {
    pub(super) conn: Connection,
    /// False while what is left to do must not be interrupted any more.
    pub(super) listening: Arc<AtomicBool>,
    pub(super) columns: ColumnMaintainer,
    path: PathBuf,
    // Dropped after the connection, as fields are in their order.
    /// Keeps the copy of an archive that could not be opened where it lies.
    _copy: Option<TempDir>,
    /// Nothing else may open the file until the connection is closed.
    _claim: Claim,
}

impl Archive {
    /// Opens for reading. Creates nothing, migrates nothing, and works from
    /// read-only media.
    ///
    /// # Errors
    /// [`ArchiveError::Missing`], [`Empty`](ArchiveError::Empty),
    /// [`NotAnArchive`](ArchiveError::NotAnArchive), [`Newer`](ArchiveError::Newer),
    /// [`Older`](ArchiveError::Older) or [`Damaged`](ArchiveError::Damaged); the file is
    /// untouched in every case.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let looked = there(path)?;
        let claim = files::claim_open(path);
        let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let conn = match connect(path, read_only) {
            Err(ArchiveError::NotWritable(_)) if looked == (Looked::Archive { is_wal: true }) => {
                drop(claim);
                return Self::open_copy(copied_with_log(path)?, read_only, path);
            }
            conn => conn?,
        };
        Self::current(&conn, path)?;
        Self::of(conn, path, claim, None)
    }

    /// Opens for changing what is there (undo, merge); migrates, never creates.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for older schemas, and where it cannot be written.
    pub fn open_to_change(path: &Path) -> Result<Self, ArchiveError> {
        there(path)?;
        let claim = files::claim_open(path);
        Self::open_and_migrate(path, OpenFlags::SQLITE_OPEN_READ_WRITE, claim)
    }

    /// Opens for importing, and creates the archive where there is none or an empty file.
    ///
    /// # Errors
    /// As [`open_to_change`](Self::open_to_change).
    pub fn open_or_create(path: &Path) -> Result<Self, ArchiveError> {
        match looked(path) {
            Ok(_) | Err(ArchiveError::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
        let claim = files::claim_open(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        Self::open_and_migrate(path, flags, claim)
    }

    /// Opens for [`check`](Self::check), which changes nothing but needs a
    /// connection that may write: FTS5 takes the order to look at its index as
    /// an INSERT. Of a read-only archive a temporary copy is looked at.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_to_check(path: &Path) -> Result<Self, ArchiveError> {
        let looked = there(path)?;
        let claim = files::claim_open(path);
        let read_write = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let conn = match connect(path, read_write) {
            Ok(conn) if !conn.is_readonly("main")? => conn,
            Ok(_) | Err(ArchiveError::NotWritable(_)) => {
                drop(claim);
                let copy = match looked {
                    Looked::Archive { is_wal: true } => copied_with_log(path)?,
                    _ => copied(path)?,
                };
                return Self::open_copy(copy, read_write, path);
            }
            Err(error) => return Err(error),
        };
        Self::current(&conn, path)?;
        Self::of(conn, path, claim, None)
    }

    /// A temporary copy, in the place of the archive at `path`.
    fn open_copy(copy: TempDir, flags: OpenFlags, path: &Path) -> Result<Self, ArchiveError> {
        let conn = connect(&copy.path().join(COPY), flags)?;
        Self::current(&conn, path)?;
        Self::of(conn, path, files::claim(path), Some(copy))
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
            _copy: copy,
            _claim: claim,
        })
    }

    /// Gives up whatever SQLite is doing once `flag` is set: the statement fails
    /// with [`ArchiveError::Interrupted`] and its transaction can be rolled back.
    pub fn interrupt_when(&mut self, flag: Arc<AtomicBool>) -> Result<(), ArchiveError> {
        let listening = Arc::clone(&self.listening);
        let gives_up = move || flag.load(Ordering::Relaxed) && listening.load(Ordering::Relaxed);
        self.conn.progress_handler(STEPS_PER_LOOK, Some(gives_up))?;
        Ok(())
    }

    /// Ends the write-ahead mode that another tool may have left the archive in. False where
    /// somebody else has it open, so that what is new stands in a second file beside it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn in_one_file(&self) -> Result<bool, ArchiveError> {
        let journal = |value| self.conn.query_row(value, [], |row| row.get::<_, String>(0));
        if !journal(sql("open/journal"))?.eq_ignore_ascii_case("wal") {
            return Ok(true);
        }
        // Not worth waiting for: a program that shows the archive has it open for hours.
        self.conn.busy_timeout(Duration::ZERO)?;
        let changed = journal(sql("open/leave_log")).map_err(ArchiveError::from);
        self.conn.busy_timeout(BUSY_WAIT)?;
        match changed {
            Ok(journal) => Ok(!journal.eq_ignore_ascii_case("wal")),
            Err(ArchiveError::Busy) => Ok(false),
            Err(error) => Err(error),
        }
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

/// Looks at the file before it is opened, and lets SQLite roll back what a crash left.
fn looked(path: &Path) -> Result<Looked, ArchiveError> {
    match header::look(path)? {
        // The first statement rolls back, or waits for whoever is writing.
        Looked::Interrupted => {
            let claim = files::claim_open(path);
            drop(connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?);
            drop(claim);
            match header::look(path)? {
                // Of the next writer; the one that was cut off has been rolled back.
                Looked::Interrupted => Ok(Looked::Open),
                looked => Ok(looked),
            }
        }
        looked => Ok(looked),
    }
}

/// As [`looked`], for whoever wants something to be there.
fn there(path: &Path) -> Result<Looked, ArchiveError> {
    match looked(path)? {
        Looked::Empty => Err(ArchiveError::Empty { path: path.to_owned() }),
        Looked::Unnamed => {
            let why = "it is an SQLite file that something else made".to_owned();
            Err(ArchiveError::NotAnArchive { path: path.to_owned(), why })
        }
        looked => Ok(looked),
    }
}
