//! What can go wrong with the archive, told apart by what a person can do about it.

use std::path::PathBuf;

use rusqlite::ffi::ErrorCode;

/// Every variant leaves the file as it was before the call.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("there is no archive at {}", .path.display())]
    Missing { path: PathBuf },
    #[error("{} is not a revdb archive: {why}", .path.display())]
    NotAnArchive { path: PathBuf, why: String },
    #[error("{} was made by a newer revdb (schema {found}; this one knows {known})", .path.display())]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("{} is of an older schema ({found}; this revdb reads {known})", .path.display())]
    Older { path: PathBuf, found: i64, known: i64 },
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    #[error("another process is writing to the archive")]
    Busy,
    #[error("the archive cannot be written: {0}")]
    NotWritable(String),
    #[error("migrating the archive failed: {0}")]
    Migration(String),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("interrupted")]
    Interrupted,
    #[error("{0}")]
    Sqlite(rusqlite::Error),
    /// The archive is fine; what was asked for is not in it.
    #[error("{0}")]
    NotFound(String),
}

impl From<rusqlite::Error> for ArchiveError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ArchiveError::Busy,
            Some(ErrorCode::DatabaseCorrupt) => ArchiveError::Damaged(error.to_string()),
            Some(ErrorCode::NotADatabase) => ArchiveError::Damaged(error.to_string()),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                ArchiveError::NotWritable(error.to_string())
            }
            Some(ErrorCode::OperationInterrupted) => ArchiveError::Interrupted,
            _ => ArchiveError::Sqlite(error),
        }
    }
}
