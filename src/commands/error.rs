//! How a command ends: its exit code and its message on stderr.
//!
//! The form is fixed (`error:` what, ` -->` where, `note:` the state of the archive, `help:`
//! advice), so that users and scripts can rely on it. Messages may contain names and data from
//! dumps, so all text is escaped.

use std::fmt::Write as _;

use revdb_query::report::ReportError;
use revdb_render::{OutputError, safe};
use revdb_store::{ArchiveError, Numbered};

use super::global::say;

/// The result of a verb, or of a step of one.
pub type Result<T = ExitStatus, E = CommandError> = std::result::Result<T, E>;

/// All exit codes. 101 is a panic, and always a bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Success, also with an empty result.
    Done,
    /// Failure, with the archive unchanged; or no row with `--fail-if-none`.
    Failed,
    /// Wrong usage.
    Usage,
    /// Success, but records were rejected or dumps refused.
    Rejected,
    /// The archive is damaged.
    Damaged,
    /// Not a revdb archive, or a newer one.
    NotAnArchive,
    /// Another process is writing.
    Busy,
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// SIGHUP: the terminal was closed.
    HungUp,
}

impl ExitStatus {
    pub fn code(self) -> u8 {
        match self {
            ExitStatus::Done => 0,
            ExitStatus::Failed => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Rejected => 3,
            ExitStatus::Damaged => 4,
            ExitStatus::NotAnArchive => 5,
            ExitStatus::Busy => 6,
            ExitStatus::Interrupted => 130,
            ExitStatus::Terminated => 143,
            ExitStatus::HungUp => 129,
        }
    }
}

/// Why a command failed.
#[derive(Debug)]
pub struct CommandError {
    status: ExitStatus,
    message: String,
    locations: Vec<String>,
    notes: Vec<String>,
    help: Vec<String>,
    /// The reader of the output has gone: end silently.
    quiet: bool,
}

impl CommandError {
    pub fn new(status: ExitStatus, message: impl Into<String>) -> Self {
        let (locations, notes, help) = (Vec::new(), Vec::new(), Vec::new());
        CommandError { status, message: message.into(), locations, notes, help, quiet: false }
    }

    /// Exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Failed, message)
    }

    /// Exit code 2: an invalid command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Usage, message)
    }

    /// Adds a line ` --> location`: file, line, record.
    #[must_use]
    pub fn at(mut self, location: impl Into<String>) -> Self {
        self.locations.push(location.into());
        self
    }

    /// Adds a line `note:`: the state of the archive, or the reason.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Replaces the note about the state of the archive.
    #[must_use]
    pub fn state(mut self, note: impl Into<String>) -> Self {
        self.notes = vec![note.into()];
        self
    }

    /// Adds a line `help:`: advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// As [`help`](Self::help), for an optional text.
    #[must_use]
    pub fn helped(self, help: impl IntoIterator<Item = String>) -> Self {
        help.into_iter().fold(self, Self::help)
    }

    pub fn status(&self) -> ExitStatus {
        self.status
    }

    /// The same error as an interruption by a signal.
    #[must_use]
    pub fn interrupted(self, status: ExitStatus) -> Self {
        if self.quiet {
            return self;
        }
        CommandError { notes: self.notes, ..CommandError::new(status, "interrupted") }
    }

    /// The text for stderr, escaped, without a trailing line end; empty if there is nothing to
    /// say.
    pub fn render(&self) -> String {
        if self.quiet {
            return String::new();
        }
        let mut text = format!("error: {}", safe::for_terminal(&self.message));
        let parts = [(" --> ", &self.locations), ("note: ", &self.notes), ("help: ", &self.help)];
        for (label, lines) in parts {
            for line in lines {
                // Writing to a String cannot fail.
                if write!(text, "\n{label}{}", safe::for_terminal(line)).is_err() {
                    return text;
                }
            }
        }
        text
    }

    /// Prints it and returns the exit status.
    pub fn report(&self) -> ExitStatus {
        if !self.quiet {
            say(&self.render());
        }
        self.status
    }
}

impl From<ArchiveError> for CommandError {
    fn from(error: ArchiveError) -> Self {
        use ExitStatus as Is;
        let message = error.to_string();
        let with = |status| CommandError::new(status, message.clone());
        match error {
            ArchiveError::Missing { .. } => with(Is::Failed)
                .note("nothing was created")
                .help("`revdb import PATH...` makes one; --db PATH or $REVDB_DB names another"),
            ArchiveError::Empty { .. } => with(Is::Failed)
                .note("a first import that is cut off leaves such a file")
                .help("`revdb import PATH...` makes an archive of it"),
            ArchiveError::NotAnArchive { .. } => with(Is::NotAnArchive)
                .note("the file is untouched")
                .help("--db PATH or $REVDB_DB names the archive; `revdb import` reads dumps"),
            ArchiveError::Newer { .. } => {
                with(Is::NotAnArchive).note("the file is untouched").help("update revdb to read it")
            }
            ArchiveError::Older { .. } => with(Is::NotAnArchive)
                .note("reading never migrates; the file is untouched")
                .help("any `revdb import` brings it up to date, with a backup beside it"),
            ArchiveError::Damaged(_) => with(Is::Damaged),
            ArchiveError::Busy => with(Is::Busy)
                .note("the archive is as before")
                .help("try again when the other process has ended"),
            ArchiveError::Moved => {
                with(Is::Busy).note("nothing is stored").help("run the same command again")
            }
            ArchiveError::Interrupted => with(Is::Interrupted),
            ArchiveError::Unsettled(_) => with(Is::Failed)
                .note("the archive is whole; whether this is in it is not certain")
                .help("`revdb imports` shows which; running the same command again is safe"),
            ArchiveError::NotWritable(_)
            | ArchiveError::Disk(_)
            | ArchiveError::Migration(_)
            | ArchiveError::Io(_)
            | ArchiveError::Sqlite(_) => with(Is::Failed).note("the archive is as before"),
            ArchiveError::NotFound { what, .. } => with(Is::Failed).help(match what {
                Numbered::Review => "`revdb query` lists the reviews",
                Numbered::Import => "`revdb imports` lists the imports",
                Numbered::Source => "`revdb imports list --sources` lists the sources",
            }),
        }
    }
}

impl From<rusqlite::Error> for CommandError {
    fn from(error: rusqlite::Error) -> Self {
        ArchiveError::from(error).into()
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        let quiet = error.kind() == std::io::ErrorKind::BrokenPipe;
        let status = if quiet { ExitStatus::Done } else { ExitStatus::Failed };
        CommandError { quiet, ..CommandError::new(status, error.to_string()) }
    }
}

impl From<OutputError> for CommandError {
    fn from(error: OutputError) -> Self {
        let (message, hint) = (error.to_string(), error.hint());
        let error = match error {
            OutputError::BrokenPipe => {
                CommandError { quiet: true, ..CommandError::new(ExitStatus::Done, message) }
            }
            OutputError::Rows(cause) => match cause.downcast::<rusqlite::Error>() {
                Ok(cause) => CommandError::from(*cause),
                Err(cause) => match cause.downcast::<ReportError>() {
                    Ok(cause) => CommandError::from(*cause),
                    Err(cause) => CommandError::failed(message).note(cause.to_string()),
                },
            },
            OutputError::Io(source)
            | OutputError::File { source, .. }
            | OutputError::Unsynced { source, .. } => {
                CommandError::failed(message).note(source.to_string())
            }
            OutputError::Exists(_) | OutputError::OwnFile(_) | OutputError::Unwritable(_) => {
                CommandError::failed(message)
            }
        };
        error.helped(hint.map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_one_form_and_are_escaped() {
        let error = CommandError::new(ExitStatus::Busy, "a \u{1b}[2J name")
            .at("x\u{7}.txt:3: record 2")
            .note("the archive is as before")
            .help("try again");
        let text = error.render();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines.first().is_some_and(|line| line.starts_with("error: a ")), "{text}");
        assert_eq!(
            lines.get(2..),
            Some(&["note: the archive is as before", "help: try again"][..])
        );
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text}");
        assert_eq!(error.status().code(), 6);
    }

    #[test]
    fn a_closed_pipe_is_no_failure_and_says_nothing() {
        let error = CommandError::from(OutputError::BrokenPipe);
        assert_eq!((error.status().code(), error.render().as_str()), (0, ""));
    }
}
