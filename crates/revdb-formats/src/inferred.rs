//! Records with named fields and no profile: columns of a table, or keys of JSON.
//!
//! Owns: inferring the fields from the names (`roles`), reading the records accordingly, and
//! judging a record in the context of the whole table. Must never: decide a name's role, or emit a
//! record without a work if other records have one.

use super::format::{Confidence, Note, ReadError, ReadOptions, Result, Sink, Stop, UnsureTable};
use super::profile::{Profile, Role, Shape};
use super::record::{Item, Position};
use super::roles::{self, Reading, Table, TableKind};

/// Maximum length of a column name; longer text is prose.
const LONGEST_NAME: usize = 64;

/// The inferred fields, if confident enough.
///
/// # Errors
/// [`ReadError::Unsure`] if the user must say more.
pub fn read_header(
    table: &Table,
    options: &ReadOptions,
    shape: Shape,
    name: &str,
) -> Result<Reading> {
    let reading = roles::read(table, options, shape, name)?;
    match &reading.unsure {
        None => Ok(reading),
        Some(unsure) => Err(question(table, &reading, unsure.reason.clone(), options, shape)),
    }
}

/// The question about a table, with the flags that answer it.
pub fn question(
    table: &Table,
    reading: &Reading,
    reason: String,
    options: &ReadOptions,
    shape: Shape,
) -> ReadError {
    match roles::suggestion(table, reading, options, shape) {
        Ok(flags) => ReadError::Unsure(Box::new(UnsureTable {
            reason,
            flags: flags.iter().map(ToString::to_string).collect(),
            shown: table.shown(),
        })),
        Err(error) => error,
    }
}

/// Confidence that a table contains reviews. A table about which the user must be asked counts as
/// a review table.
pub fn confidence(table: &Table, reading: &Reading) -> Confidence {
    let short = table.names.iter().all(|name| name.len() <= LONGEST_NAME);
    // With keys instead of a header, the names cannot be a line of prose.
    let asked = reading.unsure.is_some() && table.header_line.is_none();
    let is_known = |column: &&roles::ColumnReading| {
        column.field.is_some() || asked && roles::is_known(&column.name)
    };
    let known = reading.columns.iter().filter(is_known).count();
    // If the user names the work of all records, a text is enough for a review.
    let even = table.rows.iter().all(|row| row.len() == table.names.len());
    let told = reading.unsure.is_none() && reading.profile.fields.title.is_none() && even;
    let known = known + usize::from(told && known == 1);
    let of_reviews = match reading.kind {
        TableKind::Critics | TableKind::Own | TableKind::Users => true,
        TableKind::Works => reading.unsure.is_none(),
        TableKind::Aggregates | TableKind::Other => false,
    };
    // A line of prose may contain a comma and the word "review"; a header needs two known names.
    if of_reviews && short && known >= 2 { Confidence::Shape } else { Confidence::No }
}

/// Whether a header names the work, the reviewer or the date, and the judgement.
pub fn is_whole(reading: &Reading) -> bool {
    let has = |fields: &[&str]| {
        reading.columns.iter().any(|column| column.field.is_some_and(|it| fields.contains(&it)))
    };
    reading.unsure.is_none()
        && has(&["title"])
        && has(&["score", "quote"])
        && has(&["byline", "publication", "date"])
}

/// Emits a note about the inferred fields, then reads the records with `read`.
///
/// # Errors
/// As `read`.
pub fn read(
    reading: &Reading,
    options: &ReadOptions,
    sink: &mut dyn Sink,
    read: impl FnOnce(&Profile, &mut dyn Sink) -> Result,
) -> Result {
    for note in &reading.notes {
        sink.note(note.clone())?;
    }
    let reviews = reading.profile.role == Role::Reviews;
    let own = reading.kind == TableKind::Own;
    let mut judged = Judged { own, named: reviews && options.title.is_none(), sink };
    read(&reading.profile, &mut judged)
}

/// Judges records in the context of the table: one without a work is rejected, and one without
/// judgement in a personal list is skipped.
struct Judged<'a> {
    own: bool,
    /// The table's records name their work.
    named: bool,
    sink: &'a mut dyn Sink,
}

impl Sink for Judged<'_> {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        let item = match item {
            Item::Review(review)
                if self.own
                    && review.quote.is_none()
                    && review.score.is_none()
                    && review.score_text.is_none()
                    && review.verdict.is_none() =>
            {
                Item::LeftAlone("listed without a mark or words")
            }
            Item::Review(review)
                if self.named && review.work.title.is_none() && review.work.ids.is_empty() =>
            {
                Item::Rejected("it names no work".to_owned())
            }
            item => item,
        };
        self.sink.item(at, raw, item)
    }

    fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.sink.note(note)
    }
}
