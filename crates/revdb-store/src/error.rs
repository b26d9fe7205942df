//! The errors of the archive, distinguished by what a person can do.

use std::path::PathBuf;

use rusqlite::ffi::{self, ErrorCode};

use super::disk;

/// Why an operation on the archive failed. Every variant but
/// [`Unsettled`](ArchiveError::Unsettled) leaves the file as it was before the call.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file does not exist.
    #[error("there is no archive at {}", .path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is empty.
    #[error("{} is empty: nothing has been stored in it yet", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not a revdb archive: {why}", .path.display())]
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// What it is, or lacks.
        why: String,
    },
    /// The schema is newer than this program.
    #[error("{} was made by a newer revdb (schema {found}; this one knows {known})", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's schema version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The schema is older, and the file may only be read.
    #[error("{} is of an older schema ({found}; this revdb reads {known})", .path.display())]
    Older {
        /// The file.
        path: PathBuf,
        /// The file's schema version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The content is damaged.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    /// Another process kept its lock for too long.
    #[error("another process is writing to the archive")]
    Busy,
    /// The file is no longer where it was opened.
    #[error("the archive was moved, removed or replaced by another program meanwhile")]
    Moved,
    /// The file or its directory is not writable.
    #[error("the archive cannot be written: {0}")]
    NotWritable(String),
    /// The disk or the system failed: full, faulty, out of memory.
    #[error("{0}")]
    Disk(String),
    /// The commit failed half-way: the transaction is stored completely or not at all.
    #[error("making it durable failed: {0}")]
    Unsettled(String),
    /// The schema could not be upgraded.
    #[error("migrating the archive failed: {0}")]
    Migration(String),
    /// The system's error.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Ctrl-C or a time limit.
    #[error("interrupted")]
    Interrupted,
    /// Another error of SQLite.
    #[error("{0}")]
    Sqlite(rusqlite::Error),
    /// The archive does not contain the requested object.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What was requested.
        what: Numbered,
        /// Its number.
        id: i64,
    },
}

/// What a person names by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbered {
    /// A review.
    Review,
    /// An import.
    Import,
    /// A dump within an import.
    Source,
}

impl std::fmt::Display for Numbered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Numbered::Review => "review",
            Numbered::Import => "import",
            Numbered::Source => "source",
        })
    }
}

impl From<rusqlite::Error> for ArchiveError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as Is;
        if let Is::Utf8Error(..)
        | Is::FromSqlConversionFailure(..)
        | Is::IntegralValueOutOfRange(..)
        | Is::InvalidColumnType(..) = error
        {
            // The types of all values in a row are known.
            return ArchiveError::Damaged(format!("a value is not what was stored: {error}"));
        }
        let extended = error.sqlite_error().map(|error| error.extended_code);
        match error.sqlite_error_code() {
            // Moved before the first page of a transaction was written.
            Some(ErrorCode::ReadOnly) if extended == Some(ffi::SQLITE_READONLY_DBMOVED) => {
                ArchiveError::Moved
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ArchiveError::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                match disk::failed_read() {
                    Some(error) => of_read(&error),
                    None => ArchiveError::Damaged(error.to_string()),
                }
            }
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                ArchiveError::NotWritable(error.to_string())
            }
            Some(ErrorCode::SystemIoFailure | ErrorCode::DiskFull | ErrorCode::OutOfMemory) => {
                ArchiveError::Disk(error.to_string())
            }
            Some(ErrorCode::OperationInterrupted) => ArchiveError::Interrupted,
            // FTS5 reports a damaged configuration without a code of its own.
            _ if error.to_string().starts_with("invalid fts5 file format") => {
                ArchiveError::Damaged(error.to_string())
            }
            _ => ArchiveError::Sqlite(error),
        }
    }
}

/// The error for a failed read, which SQLite may have reported as damage.
pub(super) fn of_read(error: &std::io::Error) -> ArchiveError {
    ArchiveError::Disk(format!("a read failed: {error}"))
}

/// The error for a failed COMMIT. On a failing disk, the journal may be gone, which is the commit,
/// or pending, which is a rollback.
pub(super) fn of_commit(error: rusqlite::Error) -> ArchiveError {
    let is_io = error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
    if is_io { ArchiveError::Unsettled(error.to_string()) } else { error.into() }
}
