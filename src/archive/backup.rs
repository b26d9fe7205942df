//! A consistent copy of the archive, while others read and write it.
//!
//! SQLite's own backup copies the pages, so a damaged page comes along: a copy
//! is as good as its original, and `revdb check` tells how good that is. The
//! copy appears whole or not at all: it is made beside its place and renamed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempPath;

use super::{Archive, ArchiveError};

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
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl Archive {
    /// Copies the archive to `to`. An existing file is replaced only with `force`.
    pub fn backup(&self, to: &Path, force: bool) -> Result<(), BackupError> {
        if to.exists() && !force {
            return Err(BackupError::Exists(to.to_owned()));
        }
        let copied = beside(&self.conn, to)?;
        let placed = if force { copied.persist(to) } else { copied.persist_noclobber(to) };
        match placed {
            Ok(()) => Ok(sync_folder(to)?),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(BackupError::Exists(to.to_owned()))
            }
            Err(error) => Err(ArchiveError::Io(error.error).into()),
        }
    }
}

/// Copies a file that only needs to be readable.
pub fn copy(from: &Path, to: &Path) -> Result<(), ArchiveError> {
    let from = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    pages(&from, to)
}

/// Keeps the archive as it is, beside it, before an upgrade: `a.db.schema-1.bak`.
/// An earlier backup of that name is left, and this one gets a number.
///
/// The caller holds the write lock, so that nothing can come between the copy
/// and the upgrade; SQLite does not copy through a connection that is writing,
/// hence the second one.
pub fn before_upgrade(path: &Path, schema: i64) -> Result<PathBuf, ArchiveError> {
    let from = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
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
    let file = tempfile::Builder::new().prefix(".revdb-backup-").tempfile_in(folder(to))?;
    let path = file.into_temp_path();
    pages(from, &path)?;
    File::open(&path)?.sync_all()?;
    Ok(path)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A renamed file is there after a power cut only once its folder is synced.
fn sync_folder(path: &Path) -> Result<(), ArchiveError> {
    File::open(folder(path))?.sync_all()?;
    Ok(())
}

fn pages(from: &Connection, to: &Path) -> Result<(), ArchiveError> {
    let mut to = Connection::open(to)?;
    let backup = Backup::new(from, &mut to)?;
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
