//! An import's events while it runs, and its report at the end.

use revdb_formats::Shown;
use revdb_formats::format::Note;
use revdb_store::{AdoptedDecisions, Counts};

/// Rejections listed per dump; all of them are in the archive.
pub const REJECTIONS_NAMED: usize = 20;

/// The result of one dump.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceReport {
    pub path: String,
    pub format: String,
    pub counts: Counts,
    /// The same bytes, read in the same way, are in the archive already.
    pub again: bool,
    /// How the bytes were decoded, one sentence.
    pub encoding: Option<String>,
    /// The title taken from the file name, if nothing else named the work.
    pub titled_by_file: Option<String>,
    /// Unused columns of a table read by its header; empty if a table of the same shape listed
    /// them before.
    pub unused_columns: Vec<String>,
    /// The container's warning, one sentence.
    pub warning: Option<String>,
    /// The format's notes on the whole dump, in order.
    pub notes: Vec<Note>,
    /// The first `REJECTIONS_NAMED`.
    pub rejections: Vec<RejectionNote>,
    /// Number of records with an unreadable value (a date), which was omitted.
    pub doubtful: u64,
    /// The first `REJECTIONS_NAMED` of these.
    pub doubts: Vec<RejectionNote>,
    /// Reasons and numbers of skipped records, in the order of occurrence.
    pub left_alone: Vec<(String, u64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectionNote {
    pub line: u64,
    pub reason: String,
}

/// A file that is not a review dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAlone {
    pub path: String,
    pub reason: String,
}

/// A dump that should have been read but could not be; nothing of it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refused {
    pub path: String,
    pub line: Option<u64>,
    pub reason: String,
    pub help: Option<String>,
    /// The table as understood, if it is one.
    pub shown: Option<Box<Shown>>,
}

/// The whole import.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportReport {
    /// `None` if nothing was stored.
    pub import_id: Option<i64>,
    pub sources: Vec<SourceReport>,
    pub left_alone: Vec<LeftAlone>,
    pub refused: Vec<Refused>,
    pub total: Counts,
    /// What became of other archives' decisions.
    pub decisions: AdoptedDecisions,
    /// Another program keeps the archive in write-ahead mode: new data may be in its log file.
    pub in_log: bool,
}

/// An event, for a progress bar.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    Begin {
        path: &'a str,
        bytes: u64,
    },
    /// Bytes of the current dump read so far.
    Read {
        bytes: u64,
    },
    End {
        path: &'a str,
    },
    /// Building the full-text index and writing to disk.
    Committing,
}

/// Receives events, on the thread that called `run`.
pub trait Listener {
    fn hear(&mut self, event: Event<'_>);
}

/// Ignores events.
impl Listener for () {
    fn hear(&mut self, _: Event<'_>) {}
}
