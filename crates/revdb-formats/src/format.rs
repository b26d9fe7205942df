//! What a format is: it recognises a dump and reads its records, no more.

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
    /// The file's name without its folder, lower case; only ever a hint.
    pub name: &'a str,
    /// Decoded text from the beginning, up to [`Probe::LIMIT`] bytes.
    pub head: &'a str,
    /// `head` is the whole dump.
    pub whole: bool,
    /// What the person said of it.
    pub options: &'a ReadOptions,
    /// Made once for all formats that ask.
    folded_sample: OnceCell<String>,
    text_lines: OnceCell<Vec<String>>,
}

impl<'a> Probe<'a> {
    /// The beginning of a dump of which nobody said anything.
    pub fn new(name: &'a str, head: &'a str, whole: bool) -> Self {
        let (folded_sample, text_lines) = (OnceCell::new(), OnceCell::new());
        Self { name, head, whole, options: &NOTHING_SAID, folded_sample, text_lines }
    }

    /// The same dump, of which the person said this.
    pub fn with_options(self, options: &'a ReadOptions) -> Self {
        Self { options, ..self }
    }

    /// The header of a table. `quotes`: its fields may be quoted.
    ///
    /// # Errors
    /// Where it has none.
    pub fn header(&self, quotes: bool) -> Result<Header> {
        let end = self.head.floor_char_boundary(SAMPLE);
        let sample = &self.head.as_bytes()[..end];
        let explicit = TableOptions::by(self.options, quotes);
        let start = sniff::line_start(sample, explicit.line.unwrap_or(1));
        sniff::header(&sample[start..], self.whole && end == self.head.len(), &explicit)
    }

    /// The beginning of `head` in which a table's header stands, as names of columns are
    /// compared.
    pub(crate) fn folded_sample(&self) -> &str {
        self.folded_sample.get_or_init(|| {
            let end = self.head.floor_char_boundary(SAMPLE);
            folded(&self.head[..end]).collect()
        })
    }
}

impl Probe<'_> {
    /// How much of a text is looked at for lines: its first reviews are there.
    pub(crate) const TEXT_SAMPLE: usize = 64 << 10;

    /// The lines of the beginning that say something, without what converters
    /// put on them; none where it is a page's source or JSON.
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

    /// How much of a dump detection looks at: saved pages carry up to some
    /// hundred kilobytes of style and script before the first review.
    pub const LIMIT: usize = 1 << 20;
}

/// `[{` and the like; a line of markdown begins with a bracket too.
fn is_json_array(start: &str) -> bool {
    let next = start.strip_prefix('[').map(str::trim_start);
    next.is_some_and(|next| next.starts_with(['{', '[', '"', ']']))
}

/// How sure a format is that a dump is its own. The surest wins; a tie
/// between two formats is an error that names both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// It is another's.
    No,
    /// The shape fits (a header whose columns have usual names).
    Shape,
    /// A header that names the work, who speaks and the judgement: no line of a text does.
    Header,
    /// Marks of one service's own (its column set, its page's classes).
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

/// What the person said about the dump; every part optional.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// Who speaks in all of the dump's reviews, whatever it says itself.
    pub audience: Option<Audience>,
    /// What the work is called, where the dump does not say.
    pub title: Option<String>,
    /// What sort of thing it is, where the dump does not say.
    pub kind: Option<Kind>,
    /// Its year, where the dump does not say.
    pub year: Option<i16>,
    /// What bare scores are out of.
    pub scale: Option<Scale>,
    /// How `03/04/2012` reads, where its column does not tell.
    pub date_order: Option<DateOrder>,
    /// Whose the reviews are, where the dump does not say: the byline.
    pub by: Option<String>,
    /// The encoding of a dump that is in another than UTF-8.
    pub encoding: Option<&'static Encoding>,
    /// The line on which a table's header stands, from 1.
    pub header: Option<u64>,
    /// `--map field=column`, in the order given.
    pub map: Vec<(String, String)>,
}

/// The dump's text, which can be read from the start as often as a format needs.
pub trait Text {
    /// A reader over the decoded UTF-8 text, from the beginning.
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>>;
}

/// Something about the dump as a whole that the person who imports it should
/// know: what was assumed, or what the dump claims and was not found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// One sentence without a full stop, for example "read as users' reviews (assumed)".
    pub message: String,
    /// How to say otherwise, or what would help.
    pub help: Option<String>,
}

/// What one line of a text was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineUse {
    /// From 1.
    pub line: u64,
    /// "review 2, score", "furniture", "left over".
    pub taken_for: String,
    /// The line as the dump has it.
    pub text: String,
}

/// Takes what a format finds, in the order of the dump.
pub trait Sink {
    /// `raw` gives the record's verbatim text and is called only where the
    /// record is rejected, so that good records pay nothing for it.
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop>;

    /// Takes a note about the whole dump, at any time while it is read. Not given a body here:
    /// a sink that stands before another would lose notes without a word.
    ///
    /// # Errors
    /// [`Stop`], as for a record.
    fn note(&mut self, note: Note) -> Result<(), Stop>;
}

/// The pipeline wants no more: it was interrupted or the archive failed.
/// Formats pass it on at once with `?`; the pipeline knows its own reason.
#[derive(Debug)]
pub struct Stop;

/// What comes of reading a dump, or a part of it.
pub type Result<T = (), E = ReadError> = std::result::Result<T, E>;

/// Why a dump as a whole could not be read. (A bad *record* is an
/// [`Item::Rejected`] and stops nothing.)
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It could not be opened or read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is not what it should be.
    #[error("{message}")]
    Malformed {
        /// One sentence.
        message: String,
        /// From 1; `None` where no one line is to blame.
        line: Option<u64>,
        /// What to do.
        help: Option<String>,
    },
    /// A table that a person must say more of; nothing of it is read.
    #[error("{}", .0.reason)]
    Unsure(Box<UnsureTable>),
    /// The sink wanted no more.
    #[error("stopped")]
    Stopped,
}

/// A table as it was understood, and what would have it read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsureTable {
    /// What is missing or double, as a clause.
    pub reason: String,
    /// Flags of `revdb import`, each as it is typed.
    pub flags: Vec<String>,
    /// The table as it was understood.
    pub shown: Shown,
}

impl From<Stop> for ReadError {
    fn from(_: Stop) -> Self {
        ReadError::Stopped
    }
}

/// One shape of dump.
pub trait Format: Sync {
    /// The name typed after `--input-format`, kebab-case.
    fn name(&self) -> &str;

    /// One line for `revdb formats`.
    fn describe(&self) -> &str;

    /// How sure it is that a dump which begins so is of this format.
    fn recognise(&self, probe: &Probe<'_>) -> Confidence;

    /// The profile, where the whole format is one; for explaining it.
    fn profile(&self) -> Option<&super::profile::Profile> {
        None
    }

    /// What each line was taken for, every line of the text once, in order;
    /// for explaining a text. Formats whose records are no lines have none.
    ///
    /// # Errors
    /// As [`Format::read`].
    fn line_uses(&self, text: &mut dyn Text, options: &ReadOptions) -> Result<Vec<LineUse>> {
        let (_, _) = (text, options);
        Ok(Vec::new())
    }

    /// Reads every record into `sink`. Memory must not grow with the number of
    /// records, except in page formats, which hold one page.
    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result;
}
