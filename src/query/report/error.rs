//! What can be wrong with a report or with what was asked of it.

use std::path::PathBuf;

use crate::archive::ArchiveError;

/// Every message names what is wrong; [`ReportError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A mistake in the file: in its header, or in its SQL.
    #[error("{file}:{line}: {message}")]
    Broken {
        file: String,
        /// From 1, in the file.
        line: usize,
        message: String,
        hint: Option<String>,
    },
    /// A parameter's value that cannot be taken, or a parameter that is not there.
    #[error("report {report}: {message}")]
    Parameter { report: String, message: String, hint: Option<String> },
    /// No report of that name.
    #[error("there is no report named {name:?}")]
    Unknown { name: String, near: Vec<String> },
    /// A report's file or folder could not be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// SQLite failed while the report ran.
    #[error("report {report}: {source}")]
    Failed {
        report: String,
        #[source]
        source: Box<rusqlite::Error>,
    },
    /// What the report reads could not be worked out of the archive.
    #[error("report {report}: {source}")]
    Archive {
        report: String,
        #[source]
        source: Box<ArchiveError>,
    },
}

impl ReportError {
    /// What to do about it, for the `help:` line.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Broken { hint, .. } | Self::Parameter { hint, .. } => hint.clone(),
            Self::Unknown { near, .. } if near.is_empty() => {
                Some("`revdb query --list` shows them all".into())
            }
            Self::Unknown { near, .. } => Some(format!("near: {}", near.join(", "))),
            Self::Unreadable { .. } | Self::Failed { .. } | Self::Archive { .. } => None,
        }
    }
}
