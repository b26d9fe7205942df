//! What can be wrong with a report or with what was asked of it.

use std::path::PathBuf;

use revdb_store::ArchiveError;

/// Every message names what is wrong; [`ReportError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Mistakes in the file, at least one: in its header, or in its SQL.
    #[error("{}", told(file, faults))]
    Broken { file: String, faults: Vec<Fault> },
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

/// One mistake in a report's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// From 1, in the file.
    pub line: usize,
    pub message: String,
    pub hint: Option<String>,
}

fn told(file: &str, faults: &[Fault]) -> String {
    let lines = faults.iter().map(|fault| format!("{file}:{}: {}", fault.line, fault.message));
    lines.collect::<Vec<_>>().join("\n")
}

impl ReportError {
    /// What to do about it, for the `help:` line.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Broken { faults, .. } => faults.first()?.hint.clone(),
            Self::Parameter { hint, .. } => hint.clone(),
            Self::Unknown { .. }
            | Self::Unreadable { .. }
            | Self::Failed { .. }
            | Self::Archive { .. } => None,
        }
    }
}
