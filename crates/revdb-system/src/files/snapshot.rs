//! Copies an archive that SQLite cannot open in place.
//!
//! An archive in WAL mode needs files next to it, which read-only media do not allow. SQLite's
//! `immutable` would mix two states if another process writes. A copy during which no file changed
//! is one state.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::{Stamp, claim, companion, resolved};

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file changed while it was copied.
    #[error("it changed while it was copied")]
    Changed,
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Copies the archive and its write-ahead log, if any, to `to`.
///
/// # Errors
/// [`SnapshotError`]; an incomplete copy is unusable.
pub fn snapshot(archive: &Path, to: &Path) -> Result<(), SnapshotError> {
    let archive = &resolved(archive)?;
    let before = stamps(archive)?;
    for ending in ["", "-wal"] {
        let from = companion(archive, ending);
        if ending.is_empty() || from.exists() {
            copy(archive, &from, &companion(to, ending))?;
        }
    }
    if stamps(archive)? == before { Ok(()) } else { Err(SnapshotError::Changed) }
}

fn copy(archive: &Path, from: &Path, to: &Path) -> io::Result<()> {
    let copied = claim::look(archive, from, |from| {
        let mut to = File::create_new(to)?;
        io::copy(from, &mut to).map(drop)
    })?;
    copied.ok_or_else(|| io::Error::other("the archive is open already"))
}

fn stamps(archive: &Path) -> io::Result<Vec<Option<Stamp>>> {
    let stamp = |path: PathBuf| match Stamp::at(&path) {
        Ok(stamp) => Ok(Some(stamp)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    ["", "-wal", "-journal"].map(|ending| stamp(companion(archive, ending))).into_iter().collect()
}
