//! Column-shaped text: CSV, TSV and any other delimiter.
//!
//! Owns: finding delimiter and header, reading rows, ragged rows, and settling
//! dates such as `03/04/2012` by their whole column. Must never: know one
//! dump's columns; a [`Plan`] made from a profile or from the header says
//! which field stands where.

mod guard;
pub mod mapped;
mod scan;
pub mod sniff;

use std::io::{BufRead, Chain, Cursor, Read};

use csv::StringRecord;

pub use super::profile::same_column;
pub use guard::Guard;
pub use scan::Layout;

use super::format::{ReadError, ReadOptions, Sink, Text};
use super::profile::{Plan, Profile, Row};
use super::record::{Item, Position};
use crate::domain::{DateOrder, date};
use guard::Passed;
use sniff::Header;

/// Reads a whole dump of columns by `profile`.
///
/// # Errors
/// [`ReadError::Malformed`] where the header lacks a column that is mapped, or
/// has it twice; I/O errors as they come.
pub fn read(
    profile: &Profile,
    text: &mut dyn Text,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    let mut settled = options.date_order.or(profile.date_order);
    let (mut skip, mut looked_for_order) = (0, false);
    loop {
        let mut pass = Pass { profile, options, skip, settled, looked_for_order };
        let ended = pass.run(text.reader()?, sink)?;
        match ended {
            Ended::AllRead => return Ok(()),
            Ended::DateOpen { records_read, column } => {
                settled = order_of_column(text, column, profile.quotes)?;
                (skip, looked_for_order) = (records_read, true);
            }
        }
    }
}

enum Ended {
    AllRead,
    /// A date could be read two ways; the column must be looked at first.
    DateOpen {
        records_read: u64,
        column: usize,
    },
}

/// One reading of the text. `skip` records were handed on by an earlier one.
struct Pass<'a> {
    profile: &'a Profile,
    options: &'a ReadOptions,
    skip: u64,
    settled: Option<DateOrder>,
    looked_for_order: bool,
}

impl Pass<'_> {
    fn run(
        &mut self,
        reader: Box<dyn BufRead + '_>,
        sink: &mut dyn Sink,
    ) -> Result<Ended, ReadError> {
        let mut rows = Rows::open_quoted(reader, self.profile.quotes)?;
        let plan = Plan::for_columns(self.profile, &rows.header.names, &self.options.map)?;
        let mut record = 0;
        while let Some(found) = rows.next()? {
            record += 1;
            if record <= self.skip {
                continue;
            }
            match found {
                Found::Broken { line, raw, why } => {
                    sink.item(Position { record, line }, &|| raw.clone(), Item::Rejected(why))?;
                }
                Found::Empty { line } => {
                    sink.item(
                        Position { record, line },
                        &|| rows.raw(),
                        Item::LeftAlone("an empty row"),
                    )?;
                }
                Found::Row { line } => {
                    if let Some(column) = self.open_date(&plan, rows.row()) {
                        return Ok(Ended::DateOpen { records_read: record - 1, column });
                    }
                    let item = self.named(plan.item(&Cells(rows.row()), self.settled));
                    sink.item(Position { record, line }, &|| rows.raw(), item)?;
                }
            }
        }
        Ok(Ended::AllRead)
    }

    /// A row that names no work in a table that names works is none of the work
    /// that the file's name may tell.
    fn named(&self, item: Item) -> Item {
        let names_works = self.profile.fields.title.is_some() || !self.profile.work_ids.is_empty();
        match item {
            Item::Review(review)
                if names_works
                    && self.options.title.is_none()
                    && review.work.title.is_none()
                    && review.work.ids.is_empty() =>
            {
                Item::Rejected("it names no work".to_owned())
            }
            item => item,
        }
    }

    /// The date column, where this row's date needs it to be settled.
    fn open_date(&self, plan: &Plan, row: &StringRecord) -> Option<usize> {
        if self.settled.is_some() || self.looked_for_order {
            return None;
        }
        let column = plan.date_slot()?;
        let value = row.get(column)?;
        let numeric = value.as_bytes().iter().take(3).any(|b| matches!(b, b'/' | b'.' | b'-'));
        (numeric && date::parse(value, None) == Err(date::DateError::Ambiguous)).then_some(column)
    }
}

/// Looks through the whole column for a date that settles the order of all;
/// `None` where none does, or where two disagree.
fn order_of_column(
    text: &mut dyn Text,
    column: usize,
    quotes: bool,
) -> Result<Option<DateOrder>, ReadError> {
    let mut rows = Rows::open_quoted(text.reader()?, quotes)?;
    let mut told = None;
    while let Some(found) = rows.next()? {
        if !matches!(found, Found::Row { .. }) {
            continue;
        }
        let here = rows.row().get(column).and_then(date::order_told_by);
        match (told, here) {
            (Some(before), Some(now)) if before != now => return Ok(None),
            (None, Some(now)) => told = Some(now),
            _ => {}
        }
    }
    Ok(told)
}

/// A row as a [`Plan`] sees it: slots are column numbers.
struct Cells<'a>(&'a StringRecord);

impl Row for Cells<'_> {
    fn cell(&self, slot: usize) -> &str {
        self.0.get(slot).unwrap_or("")
    }
}

#[cfg(test)]
pub mod tests;

/// The rows of a dump behind its header.
pub struct Rows<R: BufRead> {
    pub header: Header,
    reader: csv::Reader<Guard<Chain<Cursor<Vec<u8>>, R>>>,
    row: StringRecord,
    /// The csv crate has read a row that was not given out yet.
    row_waits: bool,
    /// Where the present row's text is, for [`Rows::raw`].
    span: (u64, u64),
}

/// What [`Rows::next`] came to.
pub enum Found {
    /// [`Rows::row`] has it.
    Row {
        line: u64,
    },
    /// Nothing but empty fields.
    Empty {
        line: u64,
    },
    Broken {
        line: u64,
        raw: String,
        why: String,
    },
}

impl<R: BufRead> Rows<R> {
    /// Reads the header and stands before the first row; fields may be quoted.
    pub fn open(reader: R) -> Result<Self, ReadError> {
        Self::open_quoted(reader, true)
    }

    /// As [`Rows::open`]; `quotes`: see [`Layout::quotes`].
    pub fn open_quoted(mut reader: R, quotes: bool) -> Result<Self, ReadError> {
        let mut sample = Vec::new();
        let read = (&mut reader).take(sniff::SAMPLE as u64).read_to_end(&mut sample)?;
        let header = sniff::header(&sample, read < sniff::SAMPLE, quotes)?;
        let guard = Guard::new(Cursor::new(sample).chain(reader), header.layout);
        let reader = csv::ReaderBuilder::new()
            .delimiter(header.layout.delimiter)
            .quoting(header.layout.quotes)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(64 << 10)
            .from_reader(guard);
        let mut rows =
            Self { header, reader, row: StringRecord::new(), row_waits: false, span: (0, 0) };
        for _ in 0..=rows.header.records_before {
            rows.next()?;
        }
        Ok(rows)
    }

    /// The next row, or what was held back in its place. A row of another
    /// length than the header is broken, unless only empty fields are too many.
    #[allow(
        clippy::should_implement_trait,
        reason = "an Iterator of Results cannot stop at the first error with `?`"
    )]
    pub fn next(&mut self) -> Result<Option<Found>, ReadError> {
        if !self.row_waits {
            self.row_waits = self.reader.read_record(&mut self.row).map_err(of_csv)?;
        }
        match self.reader.get_mut().next_passed() {
            Some(Passed::Good { line, start, end }) => {
                self.row_waits = false;
                self.span = (start, end);
                Ok(Some(self.judge(line)))
            }
            Some(Passed::Broken { line, raw, why }) => {
                Ok(Some(Found::Broken { line, raw, why: why.to_owned() }))
            }
            None => Ok(None),
        }
    }

    fn judge(&self, line: u64) -> Found {
        let columns = self.header.names.len();
        if self.row.len() == columns && self.row.get(0).is_some_and(|first| !first.is_empty()) {
            return Found::Row { line };
        }
        if self.row.iter().all(|field| field.trim().is_empty()) {
            return Found::Empty { line };
        }
        if self.row.len() >= columns && self.row.iter().skip(columns).all(str::is_empty) {
            return Found::Row { line };
        }
        let why = format!("{} fields where the header has {columns}", self.row.len());
        Found::Broken { line, raw: self.raw(), why }
    }

    /// The present row.
    pub fn row(&self) -> &StringRecord {
        &self.row
    }

    /// The present row's verbatim text.
    pub fn raw(&self) -> String {
        self.reader.get_ref().raw(self.span.0, self.span.1)
    }
}

/// The csv crate's own errors: with whole records and lengths left free, only
/// I/O can fail.
fn of_csv(error: csv::Error) -> ReadError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ReadError::Io(error),
        other => ReadError::Malformed { message: format!("{other:?}"), line: None, help: None },
    }
}
