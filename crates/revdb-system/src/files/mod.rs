//! Opens files; those of an archive may be opened by SQLite only.
//!
//! SQLite's POSIX locks belong to the process, and closing any descriptor of a file drops all of
//! them (<https://sqlite.org/howtocorrupt.html>, 2.2). So only SQLite opens the archive, its
//! journal and its write-ahead log, under any name: files are identified by device and inode,
//! not by path.
//!
//! Owns: the list of those files (an archive is [claimed](claim) before anything is opened), and
//! the opening of every file that a person names or that is in a folder; `tests/file_openings.rs`
//! keeps other modules from opening files. Must never: open a claimed file, or close one that was
//! opened by mistake.

mod claim;
mod read;
mod snapshot;

pub use claim::{Claim, belongs_to_archive, claim, claim_open, look};
pub use read::{OwnFile, Stamp, folder_of, of_folder, open, open_to_write, resolved, sync_folder};
pub use snapshot::{SnapshotError, snapshot};

/// What SQLite appends to an archive's name.
pub const COMPANION_ENDINGS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Removes the journals of a failed copy that nobody has open.
pub fn remove_companions(copy: &std::path::Path) {
    for ending in COMPANION_ENDINGS {
        drop(std::fs::remove_file(companion(copy, ending)));
    }
}

/// Removes an archive that could not be created.
pub fn remove_unused(archive: &std::path::Path) {
    if let Ok(file) = resolved(archive) {
        drop(std::fs::remove_file(file));
    }
}

/// The path of a journal or log of `archive`, which must be [`resolved`].
pub fn companion(archive: &std::path::Path, ending: &str) -> std::path::PathBuf {
    let mut name = archive.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
