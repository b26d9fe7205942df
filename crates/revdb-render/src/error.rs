//! What can go wrong on the way out.

use std::io;
use std::path::PathBuf;

use super::safe::for_terminal;
use super::table::RowError;

#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The reader went away (`revdb ... | head`). Not a failure: end quietly, exit 0.
    #[error("the reader of the output went away")]
    BrokenPipe,
    #[error("cannot write the output")]
    Io(#[source] io::Error),
    /// A step in making a file; `path` is printed escaped.
    #[error("cannot write {}", shown(.path))]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The file is there, and nobody said that it may be replaced.
    #[error("{} exists already", shown(.0))]
    Exists(PathBuf),
    /// Not even with `--force`.
    #[error("{} belongs to the archive itself", shown(.0))]
    OwnFile(PathBuf),
    /// The rows ended in an error: the query failed, time ran out, somebody interrupted.
    #[error("cannot read the rows to write")]
    Rows(#[source] RowError),
    /// The format cannot hold what it was given.
    #[error("{0}")]
    Unwritable(String),
}

impl OutputError {
    pub fn unwritable(message: impl Into<String>) -> Self {
        OutputError::Unwritable(message.into())
    }

    /// The sentence for `help:`, where there is one.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            OutputError::Exists(path) if path.is_dir() => {
                Some("choose another name, or take it away: a folder is never replaced")
            }
            OutputError::Exists(_) => Some("choose another name, or replace it with --force"),
            OutputError::OwnFile(_) => Some("choose another name; the archive is as before"),
            _ => None,
        }
    }
}

fn shown(path: &std::path::Path) -> String {
    for_terminal(&path.to_string_lossy()).into_owned()
}

/// Keeps a closed pipe apart from every other failure, wherever it shows up first.
impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            OutputError::BrokenPipe
        } else {
            OutputError::Io(error)
        }
    }
}

impl From<RowError> for OutputError {
    fn from(error: RowError) -> Self {
        OutputError::Rows(error)
    }
}

impl From<serde_json::Error> for OutputError {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}
