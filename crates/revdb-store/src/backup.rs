//! A consistent copy of the archive, while others read and write it.
//!
//! SQLite's own backup copies the pages, so a damaged page comes along: a copy
//! is as good as its original, and `revdb check` tells how good that is. The
//! copy appears whole or not at all: it is made beside its place and renamed.
//!
//! Must never: put a copy where a journal waits that SQLite would roll into it, take the place
//! of an archive that somebody is writing to, or of anything that is no plain file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempPath;

use super::connect::{BUSY_WAIT, open_file};
use super::{Archive, ArchiveError, header, sql::sql};
use revdb_system::files::{self, folder_of};

/// Pages copied at a time; between two steps, others may write.
const PAGES: i32 = 4096;

/// How long a step waits for a writer that is committing, and how often.
const PAUSE: Duration = Duration::from_millis(50);
const PATIENCE: u32 = 200;

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    #[error("{} is {what}", .path.display())]
    NotReplaced { path: PathBuf, what: &'static str },
    #[error("{} lies where the copy is to go, and SQLite would take it for the copy's own", .0.display())]
    Journal(PathBuf),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl From<std::io::Error> for BackupError {
    fn from(error: std::io::Error) -> Self {
        ArchiveError::Io(error).into()
    }
}

impl Archive {
    /// Copies the archive to `to`. An existing file is replaced only with `force`.
    ///
    /// # Errors
    /// [`BackupError`]; what is at `to` is as before.
    pub fn backup(&self, to: &Path, force: bool) -> Result<(), BackupError> {
        let replaced = replaceable(to, force)?;
        let copied = beside(&self.conn, to)?;
        // From here to the renaming nobody else writes to what is replaced.
        let _held = if replaced { settled(to)? } else { None };
        for ending in files::BESIDE {
            let journal = files::beside(to, ending);
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

/// Lets SQLite end what was begun in the file that is to be replaced: a journal or log beside
/// it would be rolled into the copy. Gives a connection that keeps writers away as long as it lives;
/// none for what is no database, or too damaged to be opened.
fn settled(to: &Path) -> Result<Option<Connection>, BackupError> {
    if !header::is_database(to)? {
        // Whatever lies beside it is somebody's, and not for SQLite to delete.
        return Ok(None);
    }
    let settle = || -> rusqlite::Result<Connection> {
        let conn = open_file(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.busy_timeout(BUSY_WAIT)?;
        conn.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        conn.execute_batch(sql("open/hold"))?;
        Ok(conn)
    };
    match settle().map_err(ArchiveError::from) {
        Ok(conn) => Ok(Some(conn)),
        Err(ArchiveError::Damaged(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Copies a file that only needs to be readable.
pub fn copy(from: &Path, to: &Path) -> Result<(), ArchiveError> {
    let from = open_file(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    pages(&from, to)
}

/// Keeps the archive as it is, beside it, before an upgrade: `a.db.schema-1.bak`.
/// An earlier backup of that name is left, and this one gets a number.
///
/// The caller holds the write lock, so that nothing can come between the copy
/// and the upgrade; SQLite does not copy through a connection that is writing,
/// hence the second one.
pub fn before_upgrade(path: &Path, schema: i64) -> Result<PathBuf, ArchiveError> {
    let from = open_file(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut copied = beside(&from, path)?;
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

/// A copy in a temporary file of the folder that `to` is in, on the disk.
fn beside(from: &Connection, to: &Path) -> Result<TempPath, ArchiveError> {
    let file = tempfile::Builder::new().prefix(".revdb-backup-").tempfile_in(folder_of(to))?;
    let path = file.into_temp_path();
    pages(from, &path)?;
    files::open(&path)?.sync_all()?;
    Ok(path)
}

/// A renamed file is there after a power cut only once its folder is synced.
fn sync_folder(path: &Path) -> Result<(), ArchiveError> {
    files::sync_folder(folder_of(path))?;
    Ok(())
}

fn pages(from: &Connection, to: &Path) -> Result<(), ArchiveError> {
    let mut to = open_file(to, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    steps(from, &mut to)?;
    // The copy of an archive in write-ahead mode would be in that mode; it is to be one file.
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
