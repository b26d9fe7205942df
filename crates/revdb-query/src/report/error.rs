//! The errors of reports.

use std::path::PathBuf;

use revdb_store::ArchiveError;

/// What is wrong with a report or its parameters; [`ReportError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Mistakes in the header or the SQL.
    #[error("{}", messages(file, faults))]
    Broken {
        /// The file's name in messages.
        file: String,
        /// At least one mistake.
        faults: Vec<Fault>,
    },
    /// An invalid value or an unknown parameter.
    #[error("report {report}: {message}")]
    Parameter {
        /// The report's name.
        report: String,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// No report has this name.
    #[error("there is no report named {name:?}")]
    Unknown {
        /// The requested name.
        name: String,
        /// Similar names.
        near: Vec<String>,
    },
    /// A report's file or folder cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// SQLite failed while the report ran.
    #[error("report {report}: {source}")]
    Failed {
        /// The report's name.
        report: String,
        /// SQLite's error.
        #[source]
        source: Box<rusqlite::Error>,
    },
    /// The engine could not read the archive.
    #[error("report {report}: {source}")]
    Archive {
        /// The report's name.
        report: String,
        /// The archive's error.
        #[source]
        source: Box<ArchiveError>,
    },
}

/// A mistake in a report's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

fn messages(file: &str, faults: &[Fault]) -> String {
    let lines = faults.iter().map(|fault| format!("{file}:{}: {}", fault.line, fault.message));
    lines.collect::<Vec<_>>().join("\n")
}

impl ReportError {
    /// The text of the message's `help:` line, if any.
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
