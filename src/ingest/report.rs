//! What an import tells: events while it runs, a report at its end.

use revdb_formats::Shown;
use revdb_formats::format::Note;
use revdb_store::{AdoptedDecisions, Counts};

/// Rejections named in the summary per dump; all of them are in the archive.
pub const REJECTIONS_NAMED: usize = 20;

/// What one dump came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceReport {
    pub path: String,
    pub format: String,
    pub counts: Counts,
    /// The same bytes, read the same way, are in the archive already.
    pub again: bool,
    /// What was assumed of the encoding, one sentence.
    pub encoding: Option<String>,
    /// The title that the file's name gave, where nothing else named the work.
    pub titled_by_file: Option<String>,
    /// Columns of a table read by its header that feed no field; empty where a
    /// table of the same shape named them before.
    pub unused_columns: Vec<String>,
    /// The container's warning, one sentence.
    pub warning: Option<String>,
    /// What the format had to say of the whole dump, in the order given.
    pub notes: Vec<Note>,
    /// The first `REJECTIONS_NAMED`.
    pub rejections: Vec<RejectionNote>,
    /// Records of which something could not be read, a date, and is left out.
    pub doubtful: u64,
    /// What that was, the first `REJECTIONS_NAMED`.
    pub doubts: Vec<RejectionNote>,
    /// Reasons and numbers of records left alone, in the order met.
    pub left_alone: Vec<(String, u64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectionNote {
    pub line: u64,
    pub reason: String,
}

/// A file that is no review dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAlone {
    pub path: String,
    pub reason: String,
}

/// A dump that should have been read and could not be; nothing of it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refused {
    pub path: String,
    pub line: Option<u64>,
    pub reason: String,
    pub help: Option<String>,
    /// The table as it was understood, where it is one.
    pub shown: Option<Box<Shown>>,
}

/// The whole import.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportReport {
    /// `None` where nothing was stored.
    pub import_id: Option<i64>,
    pub sources: Vec<SourceReport>,
    pub left_alone: Vec<LeftAlone>,
    pub refused: Vec<Refused>,
    pub total: Counts,
    /// What became of other archives' decisions.
    pub decisions: AdoptedDecisions,
    /// Another program keeps the archive in write-ahead mode: what is new may stand in a
    /// file beside it.
    pub in_log: bool,
}

/// Something happened; for a progress bar.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    Begin {
        path: &'a str,
        bytes: u64,
    },
    /// Bytes of the present dump read so far.
    Read {
        bytes: u64,
    },
    End {
        path: &'a str,
    },
    /// Building the full-text index and writing to disk.
    Committing,
}

/// Hears of events, on the thread that called `run`.
pub trait Listener {
    fn hear(&mut self, event: Event<'_>);
}

/// Nobody does.
impl Listener for () {
    fn hear(&mut self, _: Event<'_>) {}
}
