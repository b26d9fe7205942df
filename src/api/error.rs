//! The error type of the API.

use std::fmt;

/// Why something failed, in one sentence that names the file.
pub struct Error(Box<dyn std::error::Error + Send + Sync>);

impl Error {
    pub(super) fn new(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Error(why.into())
    }
}

/// The message, since `main` prints errors with Debug.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

macro_rules! from {
    ($($error:ty),*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Error(Box::new(error))
            }
        }
    )*};
}

from!(
    rusqlite::Error,
    std::io::Error,
    crate::ingest::ImportError,
    revdb_formats::container::PathError,
    revdb_formats::profile::ProfileError,
    revdb_query::FilterError,
    revdb_query::report::ReportError,
    revdb_render::OutputError,
    revdb_store::ArchiveError
);
