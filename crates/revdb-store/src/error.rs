//! What can go wrong with the archive, told apart by what a person can do about it.

use std::path::PathBuf;

use rusqlite::ffi::ErrorCode;

use super::disk;

/// Every variant but [`Unsettled`](ArchiveError::Unsettled) leaves the file as it was before the call.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("there is no archive at {}", .path.display())]
    Missing { path: PathBuf },
    #[error("{} is empty: nothing has been stored in it yet", .path.display())]
    Empty { path: PathBuf },
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
    /// The disk or the system, not the archive: full, failing, out of memory.
    #[error("{0}")]
    Disk(String),
    /// It failed while it was being made durable: it may be stored or not, whole in either case.
    #[error("making it durable failed: {0}")]
    Unsettled(String),
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
        use rusqlite::Error as Is;
        if let Is::Utf8Error(..)
        | Is::FromSqlConversionFailure(..)
        | Is::IntegralValueOutOfRange(..)
        | Is::InvalidColumnType(..) = error
        {
            // Of all that stands in a row, the type is known.
            return ArchiveError::Damaged(format!("a value is not what was stored: {error}"));
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ArchiveError::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                match disk::failed_read() {
                    Some(said) => of_read(&said),
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
            _ => ArchiveError::Sqlite(error),
        }
    }
}

/// A read failed, which SQLite may have taken for damage.
pub(super) fn of_read(said: &std::io::Error) -> ArchiveError {
    ArchiveError::Disk(format!("a read failed: {said}"))
}

/// What a failed COMMIT means. Where the disk failed, the journal may be gone already, which is the
/// commit, or wait to be rolled back.
pub(super) fn of_commit(error: rusqlite::Error) -> ArchiveError {
    let is_io = error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
    if is_io { ArchiveError::Unsettled(error.to_string()) } else { error.into() }
}
