//! Files that are opened by us, and files that only SQLite may open.
//!
//! SQLite's locks are POSIX locks: they are the process's, and closing any descriptor
//! of a file drops all of them (<https://sqlite.org/howtocorrupt.html>, 2.2). So the archive, its
//! journal and its write-ahead log are opened by SQLite alone, whatever they are called: a
//! file is told by device and inode, not by its path.
//!
//! Owns: which files those are (an archive is [claimed](claim) before anything is opened), and
//! the opening of every file that a person names or that lies in a folder. `tests/file_openings.rs` keeps
//! other modules from opening files by themselves. Must never: open a claimed file to
//! read or write it, or close one that was opened in spite of all.

mod claim;
mod read;
mod snapshot;

pub use claim::{Claim, belongs_to_archive, claim, claim_open, look};
pub use read::{OwnFile, Stamp, folder_of, open, open_to_write, resolved, sync_folder};
pub use snapshot::{SnapshotError, snapshot};

/// What SQLite puts behind an archive's name.
pub const COMPANION_ENDINGS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// The path of what lies beside `archive`; `archive` is [`resolved`] already.
pub fn companion(archive: &std::path::Path, ending: &str) -> std::path::PathBuf {
    let mut name = archive.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
