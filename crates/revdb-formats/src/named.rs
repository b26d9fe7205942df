//! Records with named fields that nobody described, whether the names head a table's columns
//! or are JSON's keys.
//!
//! Owns: the way from a reading of the names (`roles`) to the reading of the records, and what
//! becomes of a record in the light of the whole table. Must never: decide a name's role, or
//! hand on a record that names no work where the others do.

use super::format::{Confidence, Note, ReadError, ReadOptions, Result, Sink, Stop, UnsureTable};
use super::profile::{Profile, Role, Shape};
use super::record::{Item, Position};
use super::roles::{self, Reading, Table, Whose};

/// The longest name that a column has; what is longer is prose.
const LONGEST_NAME: usize = 64;

/// The names' reading, where it is sure enough.
///
/// # Errors
/// [`ReadError::Unsure`] where a person must say more.
pub fn read_header(
    table: &Table,
    options: &ReadOptions,
    shape: Shape,
    name: &str,
) -> Result<Reading> {
    let reading = roles::read(table, options, shape, name)?;
    match &reading.unsure {
        None => Ok(reading),
        Some(unsure) => Err(asked(table, &reading, unsure.reason.clone(), options, shape)),
    }
}

/// What a person is asked of a table, with the flags that answer it.
pub fn asked(
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

/// How sure it is that a table holds reviews. One that a person must be asked
/// about is a table of reviews too.
pub fn confidence(table: &Table, reading: &Reading) -> Confidence {
    let short = table.names.iter().all(|name| name.len() <= LONGEST_NAME);
    // What is asked about is known too, where keys cannot be a line of prose.
    let asked = reading.unsure.is_some() && table.header_line.is_none();
    let is_known = |column: &&roles::ColumnReading| {
        column.field.is_some() || asked && roles::is_known(&column.name)
    };
    let known = reading.columns.iter().filter(is_known).count();
    // Where a person says what all of it is of, words alone are a review.
    let even = table.rows.iter().all(|row| row.len() == table.names.len());
    let told = reading.unsure.is_none() && reading.profile.fields.title.is_none() && even;
    let known = known + usize::from(told && known == 1);
    let of_reviews = match reading.whose {
        Whose::Critics | Whose::Own | Whose::Users => true,
        Whose::Works => reading.unsure.is_none(),
        Whose::Aggregates | Whose::Other => false,
    };
    // A line of prose can have a comma and the word "review" in it; of a header's
    // names two say something.
    if of_reviews && short && known >= 2 { Confidence::Shape } else { Confidence::No }
}

/// True of a header that names the work, who speaks or when, and the judgement.
pub fn is_whole(reading: &Reading) -> bool {
    let has = |fields: &[&str]| {
        reading.columns.iter().any(|column| column.field.is_some_and(|it| fields.contains(&it)))
    };
    reading.unsure.is_none()
        && has(&["title"])
        && has(&["score", "quote"])
        && has(&["byline", "publication", "date"])
}

/// Says how the records are read and reads them; `read` is the shape's own way of it.
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
    let own = reading.whose == Whose::Own;
    let mut judged = Judged { own, named: reviews && options.title.is_none(), sink };
    read(&reading.profile, &mut judged)
}

/// Records as the table as a whole has them: one that names no work is rejected, and
/// one of a person's own list that judges nothing is left alone.
struct Judged<'a> {
    own: bool,
    /// Records name their work.
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
