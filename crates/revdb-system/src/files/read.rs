//! Opens files that a person names.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::claim::{belongs_to_archive, is_of_archive, number};

/// Refused, since the file belongs to an open archive.
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
/// [`OwnFile`], or the system's error.
pub fn open(path: &Path) -> io::Result<File> {
    opened(path, OpenOptions::new().read(true))
}

/// Opens an existing file, device or pipe for writing.
///
/// # Errors
/// [`OwnFile`], or the system's error.
pub fn open_to_write(path: &Path) -> io::Result<File> {
    opened(path, OpenOptions::new().write(true))
}

fn opened(path: &Path, how: &OpenOptions) -> io::Result<File> {
    if belongs_to_archive(path) {
        return Err(OwnFile.into());
    }
    let file = how.open(path)?;
    if is_of_archive(&file)? {
        // The name was given to another file in the meantime. Closing this one would drop SQLite's
        // locks, so it stays open until the process ends.
        std::mem::forget(file);
        return Err(OwnFile.into());
    }
    Ok(file)
}

/// Identifies a version of a file: changes when it is written or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    number: Option<(u64, u64)>,
    /// The size in bytes.
    length: u64,
    written: Option<SystemTime>,
    changed: (i64, i64),
}

impl Stamp {
    /// The stamp of these metadata.
    pub fn of(found: &Metadata) -> Self {
        Self {
            number: number(found),
            length: found.len(),
            written: found.modified().ok(),
            changed: changed(found),
        }
    }

    /// The stamp of the file at `path`.
    ///
    /// # Errors
    /// The system's error.
    pub fn at(path: &Path) -> io::Result<Self> {
        Ok(Self::of(&fs::metadata(path)?))
    }

    /// In bytes.
    pub fn length(&self) -> u64 {
        self.length
    }
}

/// The inode's change time, which cannot be set back.
#[cfg(unix)]
fn changed(found: &Metadata) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (found.ctime(), found.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> (i64, i64) {
    (0, 0)
}

/// The end of a chain of symbolic links, whether or not it exists.
///
/// # Errors
/// A loop of links.
pub fn resolved(path: &Path) -> io::Result<PathBuf> {
    /// Linux's limit; more is a loop.
    const MOST_LINKS: usize = 40;
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&target) {
            // /dev/stdout may be a link whose target is not a path ("pipe:[1]").
            Ok(_) if fs::metadata(&target).is_ok_and(|found| !found.is_file()) => {
                return Ok(target);
            }
            Ok(next) => target = folder_of(&target).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// The directory of a path's last component.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The error of creating a temporary file or folder in `folder`, for the person who named another
/// file there: a missing folder is named, the temporary file is not.
pub fn of_folder(folder: &Path, error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::NotFound && !folder.exists() {
        let message = format!("there is no folder {}", folder.display());
        return io::Error::new(io::ErrorKind::NotFound, message);
    }
    // `tempfile` wraps the system's error together with its path.
    let wrapped = error.get_ref().and_then(|wrapped| wrapped.source());
    let system = wrapped.and_then(|source| source.downcast_ref::<io::Error>());
    match system.and_then(io::Error::raw_os_error) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error,
    }
}

/// Syncs a directory, which makes a rename durable (Linux, ext4 and XFS).
///
/// # Errors
/// The system's error.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
