//! The [`Format`] interface: recognises a dump and reads its records.

use std::cell::OnceCell;
use std::io::{self, BufRead};

use encoding_rs::Encoding;

use super::columns::TableOptions;
use super::columns::sniff::{self, Header, SAMPLE};
use super::profile::folded;
use super::profile::text::lines::lines;
use super::record::{Item, Position};
use super::roles::Shown;
use revdb_model::{Audience, DateOrder, Kind, Scale};

/// The beginning of a dump, decoded, for detection.
#[derive(Debug)]
pub struct Probe<'a> {
    /// The file name without its folder, in lower case; only ever a hint.
    pub name: &'a str,
    /// Decoded text from the beginning, up to [`Probe::LIMIT`] bytes.
    pub head: &'a str,
    /// `head` is the whole dump.
    pub whole: bool,
    /// The user's options.
    pub options: &'a ReadOptions,
    /// Computed once for all formats that ask.
    folded_sample: OnceCell<String>,
    text_lines: OnceCell<Vec<String>>,
}

impl<'a> Probe<'a> {
    /// The beginning of a dump, without user options.
    pub fn new(name: &'a str, head: &'a str, whole: bool) -> Self {
        let (folded_sample, text_lines) = (OnceCell::new(), OnceCell::new());
        Self { name, head, whole, options: &NOTHING_SAID, folded_sample, text_lines }
    }

    /// The same dump with user options.
    pub fn with_options(self, options: &'a ReadOptions) -> Self {
        Self { options, ..self }
    }

    /// The header of a table. `quotes`: its fields may be quoted.
    ///
    /// # Errors
    /// If there is none.
    pub fn header(&self, quotes: bool) -> Result<Header> {
        let end = self.head.floor_char_boundary(SAMPLE);
        let sample = &self.head.as_bytes()[..end];
        let explicit = TableOptions::by(self.options, quotes);
        let start = sniff::line_start(sample, explicit.line.unwrap_or(1));
        sniff::header(&sample[start..], self.whole && end == self.head.len(), &explicit)
    }

    /// The part of `head` that contains a table's header, folded for comparing column names.
    pub(crate) fn folded_sample(&self) -> &str {
        self.folded_sample.get_or_init(|| {
            let end = self.head.floor_char_boundary(SAMPLE);
            folded(&self.head[..end]).collect()
        })
    }
}

impl Probe<'_> {
    /// How much of a text is searched for lines; its first reviews are there.
    pub(crate) const TEXT_SAMPLE: usize = 64 << 10;

    /// The non-blank lines of the beginning, without converters' markup; empty for HTML source or
    /// JSON.
    pub(crate) fn text_lines(&self) -> &[String] {
        self.text_lines.get_or_init(|| {
            let start = self.head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
            if start.starts_with(['<', '{']) || is_json_array(start) {
                return Vec::new();
            }
            let end = self.head.floor_char_boundary(Self::TEXT_SAMPLE);
            let lines = lines(&self.head[..end], &|_| false).unwrap_or_default();
            lines.into_iter().filter(|line| !line.is_blank()).map(|line| line.plain).collect()
        })
    }

    /// How much of a dump detection reads: saved pages have up to some hundred kilobytes of styles
    /// and scripts before the first review.
    pub const LIMIT: usize = 1 << 20;
}

/// `[{` and the like; a line of Markdown may begin with a bracket too.
fn is_json_array(start: &str) -> bool {
    let next = start.strip_prefix('[').map(str::trim_start);
    next.is_some_and(|next| next.starts_with(['{', '[', '"', ']']))
}

/// A format's confidence that it can read a dump. The highest wins; a tie between two formats is
/// an error that names both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Not this format.
    No,
    /// The structure fits (a header with common column names).
    Shape,
    /// A header that names the work, the reviewer and the judgement; no line of prose does.
    Header,
    /// Features of one service (its set of columns, its page's classes).
    Certain,
}

static NOTHING_SAID: ReadOptions = ReadOptions {
    audience: None,
    title: None,
    kind: None,
    year: None,
    scale: None,
    date_order: None,
    by: None,
    encoding: None,
    header: None,
    map: Vec::new(),
};

/// The user's options for a dump; all optional.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// The audience of all reviews in the dump; overrides the dump.
    pub audience: Option<Audience>,
    /// The work's title, if the dump has none.
    pub title: Option<String>,
    /// The work's kind, if the dump has none.
    pub kind: Option<Kind>,
    /// The work's year, if the dump has none.
    pub year: Option<i16>,
    /// The scale of bare scores.
    pub scale: Option<Scale>,
    /// How to read `03/04/2012`, if its column does not determine it.
    pub date_order: Option<DateOrder>,
    /// The byline, if the dump has none.
    pub by: Option<String>,
    /// The encoding of a dump that is not UTF-8.
    pub encoding: Option<&'static Encoding>,
    /// Line number of a table's header, from 1.
    pub header: Option<u64>,
    /// `--map field=column`, in the order given.
    pub map: Vec<(String, String)>,
}

/// The dump's text, which a format may read from the start repeatedly.
pub trait Text {
    /// A reader over the decoded UTF-8 text, from the beginning.
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>>;
}

/// A message to the user about the dump as a whole: an assumption, or a claim of the dump that
/// does not match what was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// One sentence without a full stop, for example "read as users' reviews (assumed)".
    pub message: String,
    /// How to override it, or what would help.
    pub help: Option<String>,
}

/// The classification of one line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineUse {
    /// From 1.
    pub line: u64,
    /// "review 2, score", "skipped", "left over".
    pub taken_for: String,
    /// The line as it is in the dump.
    pub text: String,
}

/// Receives what a format reads, in the order of the dump.
pub trait Sink {
    /// `raw` produces the record's verbatim text; it is called only for rejected records, so that
    /// good ones do not pay for it.
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop>;

    /// Receives a note about the whole dump, at any time during reading. There is no default
    /// implementation: a sink that wraps another would lose notes silently.
    ///
    /// # Errors
    /// [`Stop`], as for a record.
    fn note(&mut self, note: Note) -> Result<(), Stop>;
}

/// The pipeline wants no more items: it was interrupted, or the archive failed. Formats return it
/// at once with `?`; the pipeline knows the reason.
#[derive(Debug)]
pub struct Stop;

/// Result of reading a dump or a part of it.
pub type Result<T = (), E = ReadError> = std::result::Result<T, E>;

/// Why a dump as a whole could not be read. (A bad *record* is an
/// [`Item::Rejected`] and stops nothing.)
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// I/O error on opening or reading.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Not in the expected format.
    #[error("{message}")]
    Malformed {
        /// One sentence.
        message: String,
        /// From 1; `None` if no single line is to blame.
        line: Option<u64>,
        /// What to do about it.
        help: Option<String>,
    },
    /// A table about which the user must say more; nothing of it is read.
    #[error("{}", .0.reason)]
    Unsure(Box<UnsureTable>),
    /// The sink stopped.
    #[error("stopped")]
    Stopped,
}

/// A table as it was understood, and the flags with which it would be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsureTable {
    /// What is missing or ambiguous, as a clause.
    pub reason: String,
    /// Flags of `revdb import`, as typed.
    pub flags: Vec<String>,
    /// The table as it was understood.
    pub shown: Shown,
}

impl From<Stop> for ReadError {
    fn from(_: Stop) -> Self {
        ReadError::Stopped
    }
}

/// One dump format.
pub trait Format: Sync {
    /// Kebab-case name for `--input-format`.
    fn name(&self) -> &str;

    /// One-line description for `revdb formats`.
    fn describe(&self) -> &str;

    /// One word for the shape of its dumps, for `revdb formats`.
    fn shape(&self) -> &'static str {
        "page"
    }

    /// Confidence that a dump with this beginning is of this format.
    fn recognise(&self, probe: &Probe<'_>) -> Confidence;

    /// The profile, if the format consists of one.
    fn profile(&self) -> Option<&super::profile::Profile> {
        None
    }

    /// The classification of every line of a text, in order, for `--explain`. Empty for formats
    /// whose records are not lines.
    ///
    /// # Errors
    /// As [`Format::read`].
    fn line_uses(&self, text: &mut dyn Text, options: &ReadOptions) -> Result<Vec<LineUse>> {
        let (_, _) = (text, options);
        Ok(Vec::new())
    }

    /// Reads every record into `sink`. Memory must not grow with the number of records, except in
    /// page formats, which hold one page.
    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result;
}
