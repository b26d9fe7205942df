//! Opening what a person names.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::claim::{belongs_to_archive, is_of_archive, number};

/// Refused: the file is the archive, or SQLite keeps it beside the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it belongs to the archive that is in use")]
pub struct OwnFile;

impl From<OwnFile> for io::Error {
    fn from(own: OwnFile) -> Self {
        io::Error::new(io::ErrorKind::PermissionDenied, own)
    }
}

/// Opens a file for reading.
///
/// # Errors
/// [`OwnFile`], or the file system's.
pub fn open(path: &Path) -> io::Result<File> {
    opened(path, OpenOptions::new().read(true))
}

/// Opens what is there already, a device or a pipe, for writing.
///
/// # Errors
/// [`OwnFile`], or the file system's.
pub fn open_to_write(path: &Path) -> io::Result<File> {
    opened(path, OpenOptions::new().write(true))
}

fn opened(path: &Path, how: &OpenOptions) -> io::Result<File> {
    if belongs_to_archive(path) {
        return Err(OwnFile.into());
    }
    let file = how.open(path)?;
    if is_of_archive(&file)? {
        // The name was given to another file in between. Closing this one would drop
        // SQLite's locks, so it stays open until the process ends.
        std::mem::forget(file);
        return Err(OwnFile.into());
    }
    Ok(file)
}

/// What changes when a file is written to, or another takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    number: Option<(u64, u64)>,
    length: u64,
    written: Option<SystemTime>,
    changed: (i64, i64),
}

impl Stamp {
    /// Of a file that was looked at.
    pub fn of(found: &Metadata) -> Self {
        Self {
            number: number(found),
            length: found.len(),
            written: found.modified().ok(),
            changed: changed(found),
        }
    }

    /// # Errors
    /// The file system's.
    pub fn at(path: &Path) -> io::Result<Self> {
        Ok(Self::of(&fs::metadata(path)?))
    }

    /// In bytes.
    pub fn length(&self) -> u64 {
        self.length
    }
}

/// The inode's own time, which nobody can set back.
#[cfg(unix)]
fn changed(found: &Metadata) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (found.ctime(), found.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> (i64, i64) {
    (0, 0)
}

/// Where a chain of symbolic links ends, whether or not something is there yet.
///
/// # Errors
/// A loop of links.
pub fn resolved(path: &Path) -> io::Result<PathBuf> {
    /// As Linux: more is taken for a loop.
    const MOST_LINKS: usize = 40;
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&target) {
            // A device behind /dev/stdout is named by a link that leads to no path ("pipe:[1]").
            Ok(_) if fs::metadata(&target).is_ok_and(|found| !found.is_file()) => {
                return Ok(target);
            }
            Ok(next) => target = folder_of(&target).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// The folder that a path's last part is in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A rename is durable once its folder is synced (Linux, ext4 and XFS).
///
/// # Errors
/// The file system's.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
