//! The errors of output.

use std::io;
use std::path::PathBuf;

use super::safe::for_terminal;
use super::table::RowError;

/// Why a table or an output file was not written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The reader closed the pipe (`revdb ... | head`). Not a failure: the program ends quietly
    /// with exit code 0.
    #[error("the reader of the output went away")]
    BrokenPipe,
    /// Writing failed.
    #[error("cannot write the output")]
    Io(#[source] io::Error),
    /// A step in creating a file failed.
    #[error("cannot write {}", shown(.path))]
    File {
        /// The output path; messages print it escaped.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// It is written and has replaced the old one, but may not survive a crash.
    #[error("{} is written, but a power cut may bring back the old one: its folder cannot be synced", shown(.path))]
    Unsynced {
        /// The output path; messages print it escaped.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The target exists, and `--force` was not given.
    #[error("{} exists already", shown(.0))]
    Exists(PathBuf),
    /// The target is a file of the open archive; `--force` does not help.
    #[error("{} belongs to the archive itself", shown(.0))]
    OwnFile(PathBuf),
    /// Reading the rows failed: a failed query, a time limit, an interrupt.
    #[error("cannot read the rows to write")]
    Rows(#[source] RowError),
    /// The format cannot hold the data.
    #[error("{0}")]
    Unwritable(String),
}

impl OutputError {
    /// An [`OutputError::Unwritable`] with this message.
    pub fn unwritable(message: impl Into<String>) -> Self {
        OutputError::Unwritable(message.into())
    }

    /// The text of the message's `help:` line, if any.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            OutputError::Exists(path) if path.is_dir() => {
                Some("choose another name, or take it away: a folder is never replaced")
            }
            OutputError::Exists(_) => Some("choose another name, or replace it with --force"),
            OutputError::OwnFile(_) => Some("choose another name; the archive is as before"),
            OutputError::File { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("make it first, or write into a folder that is there")
            }
            _ => None,
        }
    }
}

fn shown(path: &std::path::Path) -> String {
    for_terminal(&path.to_string_lossy()).into_owned()
}

/// Distinguishes a closed pipe from other failures, wherever it occurs first.
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
