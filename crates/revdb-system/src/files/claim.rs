//! Registers which files belong to an open archive.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{COMPANION_ENDINGS, companion, folder_of, resolved};

/// Shared by all threads, since POSIX locks belong to the process.
static CLAIMED: Mutex<Vec<Claimed>> = Mutex::new(Vec::new());

struct Claimed {
    id: u64,
    /// The archive's path, then those of its journals.
    paths: Vec<PathBuf>,
    /// The archive's device and inode once seen, since it may be renamed while open. Journals come
    /// and go, so theirs are looked up each time.
    number: Option<(u64, u64)>,
    /// Whether SQLite has it open.
    is_open: bool,
}

/// Keeps an archive's files from being opened by anything but SQLite during its lifetime.
#[derive(Debug)]
pub struct Claim(u64);

impl Drop for Claim {
    fn drop(&mut self) {
        claimed().retain(|claimed| claimed.id != self.0);
    }
}

/// Claims the archive at `path`, whether or not it exists.
#[must_use]
pub fn claim(path: &Path) -> Claim {
    claim_as(path, false)
}

/// As [`claim`], for a connection that is about to open the archive.
#[must_use]
pub fn claim_open(path: &Path) -> Claim {
    claim_as(path, true)
}

fn claim_as(path: &Path, is_open: bool) -> Claim {
    let real = real(path);
    let mut paths = vec![real.clone()];
    paths.extend(COMPANION_ENDINGS.iter().map(|ending| companion(&real, ending)));
    let number = number_at(&real);
    let mut all = claimed();
    let id = all.iter().map(|claimed| claimed.id).max().unwrap_or(0) + 1;
    all.push(Claimed { id, paths, number, is_open });
    Claim(id)
}

fn claimed() -> MutexGuard<'static, Vec<Claimed>> {
    // A panic elsewhere leaves the list consistent: entries are only pushed and removed.
    CLAIMED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether `path` is, or would become, a file of an archive in use, under any name.
pub fn belongs_to_archive(path: &Path) -> bool {
    let mut all = claimed();
    if all.is_empty() {
        return false;
    }
    let number = number_at(path);
    let named = real(path);
    all.iter_mut().any(|claimed| claimed.is(number, Some(&named)))
}

/// Whether this open file is one.
pub(super) fn is_of_archive(file: &File) -> io::Result<bool> {
    let number = number(&file.metadata()?);
    Ok(claimed().iter_mut().any(|claimed| claimed.is(number, None)))
}

impl Claimed {
    fn is(&mut self, other: Option<(u64, u64)>, named: Option<&PathBuf>) -> bool {
        let now = self.paths.first().and_then(|path| number_at(path));
        self.number = self.number.or(now);
        if named.is_some_and(|named| self.paths.contains(named)) {
            return true;
        }
        let Some(other) = other else { return false };
        self.number == Some(other) || self.paths.iter().any(|path| number_at(path) == Some(other))
    }
}

/// Reads a file of an archive before SQLite opens it. `None` if SQLite has the archive open in
/// this process, whose locks would be dropped.
///
/// # Errors
/// The file cannot be opened, or the error of `look`.
pub fn look<T>(
    archive: &Path,
    file: &Path,
    look: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<Option<T>> {
    let real = real(archive);
    let number = number_at(&real);
    // Held until the file is closed again, so that no connection is opened in between.
    let mut all = claimed();
    if all.iter_mut().any(|claimed| claimed.is_open && claimed.is(number, Some(&real))) {
        return Ok(None);
    }
    let mut file = File::open(file)?;
    look(&mut file).map(Some)
}

/// The path without links, whether or not there is a file yet.
fn real(path: &Path) -> PathBuf {
    let path = resolved(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().map(ToOwned::to_owned);
    let folder = folder_of(&path).canonicalize();
    match (folder, name) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => std::path::absolute(&path).unwrap_or(path),
    }
}

fn number_at(path: &Path) -> Option<(u64, u64)> {
    number(&std::fs::metadata(path).ok()?)
}

/// Identifies a file.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
pub(super) fn number(found: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.dev(), found.ino()))
}

/// On other systems files are identified by path; closing does not drop locks there.
#[cfg(not(unix))]
pub(super) fn number(_: &Metadata) -> Option<(u64, u64)> {
    None
}
