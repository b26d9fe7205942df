//! A consistent copy of the archive, while others read and write it.
//!
//! Uses SQLite's backup, which copies pages; a damaged page is copied too, and `revdb check`
//! reports it. The copy is written to a temporary file and renamed.
//!
//! Must never: leave a copy next to a journal that SQLite would apply to it, or replace an archive
//! that is being written or anything but a regular file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempPath;

use super::connect::{BUSY_WAIT, open_file};
use super::{Archive, ArchiveError, header, sql::sql};
use revdb_system::files::{self, folder_of, of_folder};

/// Pages per step; between two steps, others may write.
const PAGES: i32 = 4096;

/// Pause before retrying a step while a writer commits.
const PAUSE: Duration = Duration::from_millis(50);
const PATIENCE: u32 = 200;

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The target exists, and replacing it was not allowed.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The target is not a file that may be replaced.
    #[error("{} is {what}", .path.display())]
    NotReplaced {
        /// The target.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// A file exists where SQLite would look for the copy's journal.
    #[error("{} exists where the copy would be, and SQLite would take it for the journal of the copy", .0.display())]
    Journal(PathBuf),
    /// The archive cannot be read or the copy written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl From<std::io::Error> for BackupError {
    fn from(error: std::io::Error) -> Self {
        ArchiveError::Io(error).into()
    }
}

impl Archive {
    /// Copies the archive to `to`, replacing an existing file only with `force`.
    ///
    /// # Errors
    /// [`BackupError`]; the target is then unchanged.
    pub fn backup(&self, to: &Path, force: bool) -> Result<(), BackupError> {
        let replaced = replaceable(to, force)?;
        let copied = temporary_copy(&self.conn, to)?;
        // From here to the rename nobody else may write to the replaced file.
        let _held = if replaced { recovered(to)? } else { None };
        for ending in files::COMPANION_ENDINGS {
            let journal = files::companion(to, ending);
            if journal.symlink_metadata().is_ok_and(|found| found.len() > 0) {
                return Err(BackupError::Journal(journal));
            }
        }
        let placed = if force { copied.persist(to) } else { copied.persist_noclobber(to) };
        match placed {
            Ok(()) => Ok(sync_folder(to)?),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(BackupError::Exists(to.to_owned()))
            }
            Err(error) => Err(error.error.into()),
        }
    }
}

/// Whether there is a file at `to` that may be replaced.
fn replaceable(to: &Path, force: bool) -> Result<bool, BackupError> {
    let not = |what| Err(BackupError::NotReplaced { path: to.to_owned(), what });
    if files::belongs_to_archive(to) {
        return not("the archive itself, or belongs to it");
    }
    let found = match to.symlink_metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let kind = found.file_type();
    if kind.is_symlink() {
        return not("a link; name the file itself");
    }
    if kind.is_dir() {
        return not("a folder");
    }
    if !kind.is_file() {
        return not("no plain file but a pipe, socket or device");
    }
    if force { Ok(true) } else { Err(BackupError::Exists(to.to_owned())) }
}

/// Lets SQLite finish an interrupted transaction in the file that is replaced; its journal would
/// otherwise be applied to the copy. Returns a connection that keeps writers away; `None` if the
/// file is not a database or cannot be opened.
fn recovered(to: &Path) -> Result<Option<Connection>, BackupError> {
    if !header::is_database(to)? {
        // Files next to it may not be SQLite's.
        return Ok(None);
    }
    let open = || -> rusqlite::Result<Connection> {
        let conn = open_file(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.busy_timeout(BUSY_WAIT)?;
        conn.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        conn.execute_batch(sql("open/hold"))?;
        Ok(conn)
    };
    match open().map_err(ArchiveError::from) {
        Ok(conn) => Ok(Some(conn)),
        Err(ArchiveError::Damaged(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Copies an archive that only needs to be readable.
///
/// # Errors
/// Reading or writing failed.
pub fn copy(from: &Path, to: &Path) -> Result<(), ArchiveError> {
    let from = open_file(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    pages(&from, to)
}

/// Copies the archive to `a.db.schema-1.bak` before an upgrade, or to a numbered name if that
/// exists.
///
/// The caller holds the write lock, so that nothing changes between copy and upgrade. SQLite does
/// not copy through a connection that writes, hence the second one.
///
/// # Errors
/// Reading or writing failed.
pub fn before_upgrade(path: &Path, schema: i64) -> Result<PathBuf, ArchiveError> {
    let from = open_file(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut copied = temporary_copy(&from, path)?;
    for number in 1.. {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(
            ".schema-{schema}{}.bak",
            if number == 1 { String::new() } else { format!("-{number}") }
        ));
        let to = PathBuf::from(name);
        match copied.persist_noclobber(&to) {
            Ok(()) => {
                sync_folder(&to)?;
                return Ok(to);
            }
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                copied = error.path
            }
            Err(error) => return Err(error.error.into()),
        }
    }
    Err(ArchiveError::Migration("there is no name left for the backup".to_owned()))
}

/// A synced copy in a temporary file in the directory of `to`.
fn temporary_copy(from: &Connection, to: &Path) -> Result<TempPath, ArchiveError> {
    let folder = folder_of(to);
    let file = tempfile::Builder::new()
        .prefix(".revdb-backup-")
        .tempfile_in(folder)
        .map_err(|error| of_folder(folder, error))?;
    let path = file.into_temp_path();
    if let Err(error) = pages(from, &path) {
        // On a full disk SQLite cannot remove the journal of the failed copy either.
        files::remove_companions(&path);
        return Err(error);
    }
    files::open(&path)?.sync_all()?;
    Ok(path)
}

/// Syncs the directory, which makes a rename durable.
fn sync_folder(path: &Path) -> Result<(), ArchiveError> {
    files::sync_folder(folder_of(path))?;
    Ok(())
}

fn pages(from: &Connection, to: &Path) -> Result<(), ArchiveError> {
    let mut to = open_file(to, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    steps(from, &mut to)?;
    // The copy of an archive in WAL mode would be in that mode too, but must be a single file.
    let journal: String = from.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if journal.eq_ignore_ascii_case("wal") {
        to.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    }
    Ok(())
}

fn steps(from: &Connection, to: &mut Connection) -> Result<(), ArchiveError> {
    let backup = Backup::new(from, to)?;
    let mut waited = 0;
    loop {
        match backup.step(PAGES)? {
            StepResult::Done => return Ok(()),
            StepResult::More => waited = 0,
            _ if waited < PATIENCE => {
                waited += 1;
                std::thread::sleep(PAUSE);
            }
            _ => return Err(ArchiveError::Busy),
        }
    }
}
