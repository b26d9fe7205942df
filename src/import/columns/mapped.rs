//! Delimited text without a profile: its header and a sample of rows say what is what.
//!
//! Owns: the sample, and the way from a reading of the header
//! (`import::roles`) to the reading of the rows. Must never:
//! decide a column's role, or hand on a row that the reading of the whole table
//! leaves without a work.

use std::io::{self, BufRead};

use super::{Found, Rows, Told, bare, repair, sniff};
use crate::import::columns;
use crate::import::format::{
    Format, Probe, ReadError, ReadOptions, Sink, Stop, Sureness, Text, UnsureTable,
};
use crate::import::profile::{Role, Shape};
use crate::import::record::{Item, Position};
use crate::import::roles::{self, Reading, Table, Whose};

/// The name typed after `--input-format`.
pub const NAME: &str = "columns";

/// How many bytes of rows a sample may have: 200 rows of reviews are less.
const SAMPLE_BYTES: usize = 256 << 10;

/// The longest name that a column has; what is longer is prose.
const LONGEST_NAME: usize = 64;

/// Column-shaped text that no profile knows.
pub struct Mapped;

impl Format for Mapped {
    fn name(&self) -> &str {
        NAME
    }

    fn describe(&self) -> &str {
        "any CSV, TSV or other delimited text, by its header and rows or by --map field=column"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Sureness {
        let Some(table) = table_in(probe) else { return Sureness::No };
        match roles::read(&table, probe.options, Shape::Columns, NAME) {
            Ok(reading) => sureness(&table, &reading),
            Err(_) => Sureness::No,
        }
    }

    fn read(
        &self,
        text: &mut dyn Text,
        options: &ReadOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ReadError> {
        let table = sample(text, options)?;
        let reading = read_header(&table, options, Shape::Columns, NAME)?;
        for note in &reading.notes {
            sink.note(note.clone())?;
        }
        let mut sink = Judged::new(&reading, options, sink);
        columns::read(&reading.profile, text, options, &mut sink)
    }
}

/// The header's reading, where it is sure enough.
///
/// # Errors
/// [`ReadError::Unsure`] where a person must say more.
pub fn read_header(
    table: &Table,
    options: &ReadOptions,
    shape: Shape,
    name: &str,
) -> Result<Reading, ReadError> {
    let reading = roles::read(table, options, shape, name)?;
    match &reading.unsure {
        None => Ok(reading),
        Some(unsure) => Err(ReadError::Unsure(Box::new(UnsureTable {
            reason: unsure.reason.clone(),
            flags: roles::suggestion(table, &reading, options, shape)?
                .iter()
                .map(ToString::to_string)
                .collect(),
            shown: table.shown(),
        }))),
    }
}

/// How sure it is that a table holds reviews. One that a person must be asked
/// about is a table of reviews too.
pub fn sureness(table: &Table, reading: &Reading) -> Sureness {
    let short = table.names.iter().all(|name| name.len() <= LONGEST_NAME);
    let known = reading.columns.iter().filter(|column| column.field.is_some()).count();
    let of_reviews = match reading.whose {
        Whose::Critics | Whose::Own | Whose::Users => true,
        Whose::Works => reading.unsure.is_none(),
        Whose::Aggregates | Whose::Other => false,
    };
    // A line of prose can have a comma and the word "review" in it; of a header's
    // names two say something.
    if of_reviews && short && known >= 2 { Sureness::Shape } else { Sureness::No }
}

/// The header and first rows of a dump's beginning; `None` where it is no table.
pub fn table_in(probe: &Probe<'_>) -> Option<Table> {
    let mut end = probe.head.floor_char_boundary(sniff::SAMPLE);
    if let Some(line) = probe.options.header {
        end = probe.head.len().min(end + sniff::line_start(probe.head.as_bytes(), line));
        end = probe.head.floor_char_boundary(end);
    }
    let head = &probe.head[..end];
    // JSON lines and pages have commas too.
    if head.trim_start().starts_with(['{', '[', '<']) {
        return None;
    }
    let whole = probe.whole && head.len() == probe.head.len();
    let mut table = sample(&mut Beginning(head), probe.options).ok()?;
    if !whole {
        // The last row may be cut.
        table.rows.pop();
    }
    Some(table)
}

/// A dump's beginning as a text of its own.
struct Beginning<'a>(&'a str);

impl Text for Beginning<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(Box::new(self.0.as_bytes()))
    }
}

/// The header and first rows of a dump, mended where all broken ones are so in the
/// same way.
///
/// # Errors
/// As the reading itself.
pub fn sample(text: &mut dyn Text, options: &ReadOptions) -> Result<Table, ReadError> {
    let told = Told::by(options, true);
    let (table, broken) = of_rows(Rows::open_told(text.reader()?, &told)?)?;
    let Some(line) = broken else { return Ok(table) };
    let repairs = repair::examine(text, &told, line)?;
    Ok(of_rows(Rows::open_repaired(text.reader()?, &told, repairs)?)?.0)
}

/// The rows, and the line of the first broken one.
fn of_rows<R: BufRead>(mut rows: Rows<R>) -> Result<(Table, Option<u64>), ReadError> {
    let header_line = Some(rows.header_line());
    let mut table = Table { names: rows.header.names.clone(), rows: Vec::new(), header_line };
    let (mut bytes, mut broken) = (0, None);
    while table.rows.len() < roles::SAMPLE_ROWS
        && bytes < SAMPLE_BYTES
        && let Some(found) = rows.next()?
    {
        match found {
            Found::Row { line, escaped } => {
                bytes += rows.row().as_slice().len();
                table.rows.push(rows.row().iter().map(|cell| bare(cell).to_owned()).collect());
                broken = broken.or(escaped.then_some(line));
            }
            Found::Broken { line, .. } => broken = broken.or(Some(line)),
            Found::Empty { .. } | Found::Aside { .. } => {}
        }
    }
    Ok((table, broken))
}

/// Rows as the table as a whole has them: one that names no work is rejected, and
/// one of a person's own list that judges nothing is left alone.
pub struct Judged<'a> {
    own: bool,
    /// Rows name their work.
    named: bool,
    sink: &'a mut dyn Sink,
}

impl<'a> Judged<'a> {
    pub fn new(reading: &Reading, options: &ReadOptions, sink: &'a mut dyn Sink) -> Self {
        let reviews = reading.profile.role == Role::Reviews;
        Self { own: reading.whose == Whose::Own, named: reviews && options.title.is_none(), sink }
    }
}

impl Sink for Judged<'_> {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        let item = match item {
            Item::Review(review)
                if self.own
                    && review.quote.is_none()
                    && review.score.is_none()
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

    fn note(&mut self, note: crate::import::format::Note) -> Result<(), Stop> {
        self.sink.note(note)
    }
}
