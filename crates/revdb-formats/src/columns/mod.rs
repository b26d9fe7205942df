//! Delimited text: CSV, TSV and other delimiters.
//!
//! Owns: finding delimiter and header row, reading rows, ragged rows, and resolving dates such as
//! `03/04/2012` by their whole column. Must never: know the columns of a particular dump; a
//! [`Plan`] made from a profile or from the header maps columns to fields.

pub mod any_columns;
mod guard;
mod markdown;
mod repair;
mod rows;
mod scan;
pub mod sniff;

use std::io::BufRead;

use csv::StringRecord;

pub(crate) use super::profile::same_column;
pub use repair::Repairs;
pub use rows::{Found, HEADER_AGAIN, Rows};
pub use sniff::TableOptions;

use super::format::{ReadOptions, Result, Sink, Text};
use super::profile::{Plan, Profile, Row, SUM, is_names_and_number, is_title_and_number};
use super::record::{Item, Position, RawReview};
use crate::missing;
use revdb_model::{DateOrder, date};

/// Reads a whole delimited dump with `profile`.
///
/// # Errors
/// If a mapped column is missing from the header or occurs twice; I/O errors.
pub fn read(
    profile: &Profile,
    text: &mut dyn Text,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result {
    let explicit = TableOptions::by(options, profile.quotes);
    let mut pass = Pass {
        profile,
        options,
        skip: 0,
        settled: options.date_order.or(profile.date_order),
        looked_for_order: false,
        summed: false,
        above: Default::default(),
        repairs: None,
    };
    loop {
        let ended = pass.run(text.reader()?, &explicit, sink)?;
        match ended {
            Ended::AllRead => return Ok(()),
            Ended::DateOpen { records_read, column } => {
                let repairs = pass.repairs.clone().unwrap_or_default();
                pass.settled = order_of_column(text, column, &explicit, &repairs)?;
                (pass.skip, pass.looked_for_order) = (records_read, true);
            }
            Ended::Broken { records_read, line } => {
                let repairs = repair::examine(text, &explicit, line)?;
                for note in &repairs.notes {
                    sink.note(note.clone())?;
                }
                (pass.skip, pass.repairs) = (records_read, Some(repairs));
            }
        }
    }
}

enum Ended {
    AllRead,
    /// A date is ambiguous; the column must be examined first.
    DateOpen {
        records_read: u64,
        column: usize,
    },
    /// A row is broken; it is not yet known whether others have the same defect.
    Broken {
        records_read: u64,
        line: u64,
    },
}

/// One pass over the text. The first `skip` records were emitted by an earlier pass.
struct Pass<'a> {
    profile: &'a Profile,
    options: &'a ReadOptions,
    skip: u64,
    settled: Option<DateOrder>,
    looked_for_order: bool,
    /// A totals row was seen.
    summed: bool,
    /// The title of the row above, and whether a person signed it.
    above: (String, bool),
    /// `None` until a row is broken: most dumps have none.
    repairs: Option<Repairs>,
}

impl Pass<'_> {
    fn run(
        &mut self,
        reader: Box<dyn BufRead + '_>,
        explicit: &TableOptions<'_>,
        sink: &mut dyn Sink,
    ) -> Result<Ended> {
        let repairs = self.repairs.clone().unwrap_or_default();
        let mut rows = Rows::open_repaired(reader, explicit, repairs)?;
        let mut bare = StringRecord::new();
        let layout = rows.header.layout;
        let guarded = self.profile.formula_guards && !layout.markdown;
        let guard = guarded.then_some(layout.delimiter);
        let plan = Plan::for_columns(self.profile, &rows.header.names, &self.options.map)?;
        if self.skip == 0 && self.repairs.is_none() {
            rows.notes_of_header().try_for_each(|note| sink.note(note))?;
        }
        let mut record = 0;
        while let Some(found) = rows.next()? {
            record += 1;
            if record <= self.skip {
                continue;
            }
            let (line, item) = match found {
                Found::Broken { line, .. } | Found::Row { line, escaped: true }
                    if self.repairs.is_none() =>
                {
                    return Ok(Ended::Broken { records_read: record - 1, line });
                }
                Found::Broken { line, raw, why, .. } => {
                    sink.item(Position { record, line }, &|| raw.clone(), Item::Rejected(why))?;
                    continue;
                }
                Found::Empty { line } => (line, Item::LeftAlone("an empty row")),
                Found::Aside { line, what } => (line, Item::LeftAlone(what)),
                Found::Row { line, .. } => {
                    if let Some(column) = self.open_date(&plan, rows.row()) {
                        return Ok(Ended::DateOpen { records_read: record - 1, column });
                    }
                    let row = match guard {
                        Some(delimiter) => {
                            unguard(rows.row(), char::from(delimiter), &mut bare);
                            &bare
                        }
                        None => rows.row(),
                    };
                    let item = self.without_file_title(&plan, plan.item(&Cells(row), self.settled));
                    (line, self.mark_totals(item))
                }
            };
            sink.item(Position { record, line }, &|| rows.raw(), item)?;
        }
        Ok(Ended::AllRead)
    }

    /// Below the first totals row, rows with only a number are totals too ("Films seen: 2" below
    /// "Average").
    fn mark_totals(&mut self, item: Item) -> Item {
        match item {
            Item::Review(review)
                if self.summed && review.quote.is_none() && is_title_and_number(&review) =>
            {
                Item::LeftAlone(SUM)
            }
            Item::Review(review) if self.sums_up(&review) => Item::LeftAlone("a subtotal"),
            item => {
                self.summed |= matches!(item, Item::LeftAlone(SUM));
                if let Item::Review(review) = &item {
                    let title = review.work.title.as_deref().unwrap_or_default();
                    title.clone_into(&mut self.above.0);
                    self.above.1 = !is_count(review.byline.as_deref().unwrap_or("0"));
                }
                item
            }
        }
    }

    /// As spreadsheets sum up groups: "Nine Rivers Total" below rows of "Nine Rivers", and "Grand
    /// total" with a number of people in the column of names.
    fn sums_up(&self, review: &RawReview) -> bool {
        let (above, signed) = &self.above;
        let unsaid = review.quote.is_none() && review.verdict.is_none();
        let Some(title) = review.work.title.as_deref().filter(|_| unsaid) else { return false };
        if let Some(count) = &review.byline {
            return *signed
                && is_count(count)
                && missing::is_total(title)
                && is_names_and_number(review);
        }
        let rest = title.strip_prefix(above).or_else(|| title.strip_suffix(above));
        !above.is_empty()
            && rest.is_some_and(|rest| missing::is_total(rest.trim_matches([' ', ':', '-'])))
            && is_title_and_number(review)
    }

    /// In a table that names works, a row without a title must not get the title in the file's
    /// name.
    fn without_file_title(&self, plan: &Plan, item: Item) -> Item {
        match item {
            Item::Review(review)
                if plan.names_works()
                    && self.options.title.is_none()
                    && review.work.title.is_none()
                    && review.work.ids.is_empty() =>
            {
                Item::Rejected("it names no work".to_owned())
            }
            item => item,
        }
    }

    /// The date column, if this row's date is ambiguous.
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

fn is_count(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_digit())
}

/// Removes the apostrophes that our own CSV output puts before formulas (inverse of
/// `revdb_render::safe::for_spreadsheet`).
fn unguard(row: &StringRecord, delimiter: char, bare: &mut StringRecord) {
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let parts = |c: char| matches!(c, ',' | ';' | '\t' | '\n' | '\r') && c != delimiter;
    // Our output with a decimal comma is never separated by commas.
    let is_day = |text: &str| date::is_read_as_day(text, delimiter != ',');
    bare.clear();
    for field in row {
        if !field.contains('\'') {
            bare.push_field(field);
            continue;
        }
        let mut text = String::with_capacity(field.len());
        let mut before = None;
        let mut chars = field.chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            let is_guard = c == '\''
                && next.is_some_and(|next| match before {
                    None => {
                        begins(next)
                            || matches!(next, '\t' | '\r' | '\n')
                            || field.strip_prefix('\'').is_some_and(is_day)
                    }
                    Some(before) => parts(before) && begins(next),
                });
            if !is_guard {
                text.push(c);
                before = Some(c);
            }
        }
        bare.push_field(&text);
    }
}

/// The order of day, month and year, inferred from all dates of the column; `None` if it is
/// ambiguous or contradictory.
fn order_of_column(
    text: &mut dyn Text,
    column: usize,
    explicit: &TableOptions<'_>,
    repairs: &Repairs,
) -> Result<Option<DateOrder>> {
    let mut rows = Rows::open_repaired(text.reader()?, explicit, repairs.clone())?;
    let mut order = date::ColumnOrder::default();
    while let Some(found) = rows.next()? {
        if matches!(found, Found::Row { .. }) {
            rows.row().get(column).into_iter().for_each(|printed| order.add(printed));
        }
    }
    Ok(order.order())
}

/// A row as a [`Plan`] sees it: slots are column indices.
struct Cells<'a>(&'a StringRecord);

impl Row for Cells<'_> {
    fn cell(&self, slot: usize) -> &str {
        self.0.get(slot).map_or("", bare)
    }
}

/// A cell without the spreadsheet markup for "this is text": `="1917"`, and an apostrophe before a
/// sign or before digits only ("'71" is a film).
fn bare(cell: &str) -> &str {
    let text = cell.trim_start();
    if let Some(inner) = text.strip_prefix("=\"").and_then(|text| text.trim_end().strip_suffix('"'))
    {
        return inner;
    }
    // Obsidian's link to a note, which may have another display text.
    let link = text.trim_end().strip_prefix("[[").and_then(|text| text.strip_suffix("]]"));
    let is_note = |link: &&str| {
        !link.contains("[[") && !link.contains("],") && !link.starts_with(['\'', '"'])
    };
    if let Some(link) = link.filter(is_note) {
        return link.rsplit('|').next().unwrap_or(link);
    }
    match text.strip_prefix('\'') {
        Some(guarded) if is_guarded(guarded) => guarded,
        _ => cell,
    }
}

fn is_guarded(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@'])
        || text.len() > 2 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
pub mod tests;
