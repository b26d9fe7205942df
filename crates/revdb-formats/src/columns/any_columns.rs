//! Delimited text without a profile: fields are inferred from the header and a sample of rows.
//!
//! Owns: sampling rows. Must never: decide a column's role (`revdb_formats::roles`) or what
//! becomes of a row (`revdb_formats::named`).

use std::io::{self, BufRead};

use super::{Found, HEADER_AGAIN, Rows, TableOptions, bare, repair, sniff};
use crate::format::{Confidence, Format, Probe, ReadOptions, Result, Sink, Text};
use crate::profile::Shape;
use crate::roles::{self, Table};
use crate::{columns, inferred};

/// The format's name for `--input-format`.
pub const NAME: &str = "columns";

/// Maximum bytes of rows in a sample; 200 rows of reviews are smaller.
const SAMPLE_BYTES: usize = 256 << 10;

/// Delimited text that matches no profile.
pub struct AnyColumns;

impl Format for AnyColumns {
    fn name(&self) -> &str {
        NAME
    }

    fn describe(&self) -> &str {
        "any CSV, TSV or other delimited text, by its header and rows or by --map field=column"
    }

    fn shape(&self) -> &'static str {
        "columns"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        let Some(table) = table_in(probe) else { return Confidence::No };
        match roles::read(&table, probe.options, Shape::Columns, NAME) {
            Ok(reading) => match inferred::confidence(&table, &reading) {
                Confidence::Shape if inferred::is_whole(&reading) => Confidence::Header,
                confidence => confidence,
            },
            Err(_) => Confidence::No,
        }
    }

    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let table = sample(text, options)?;
        let reading = inferred::read_header(&table, options, Shape::Columns, NAME)?;
        inferred::read(&reading, options, sink, |profile, sink| {
            columns::read(profile, text, options, sink)
        })
    }
}

/// The header and first rows at the beginning of a dump; `None` if it is not a table.
pub(crate) fn table_in(probe: &Probe<'_>) -> Option<Table> {
    let mut end = probe.head.floor_char_boundary(sniff::SAMPLE);
    if let Some(line) = probe.options.header {
        end = probe.head.len().min(end + sniff::line_start(probe.head.as_bytes(), line));
        end = probe.head.floor_char_boundary(end);
    }
    let head = &probe.head[..end];
    // JSON lines, pages and SQL contain commas too.
    if head.trim_start().starts_with(['{', '[', '<']) || crate::sql::is_sql(head) {
        return None;
    }
    let whole = probe.whole && head.len() == probe.head.len();
    let mut table = sample(&mut Beginning(head), probe.options).ok()?;
    if !whole {
        // The last row may be truncated.
        table.rows.pop();
    }
    Some(table)
}

/// The beginning of a dump, as a [`Text`].
struct Beginning<'a>(&'a str);

impl Text for Beginning<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(Box::new(self.0.as_bytes()))
    }
}

/// The header and first rows of a dump. If all broken rows have the same defect, they are
/// repaired.
///
/// # Errors
/// As for reading.
pub fn sample(text: &mut dyn Text, options: &ReadOptions) -> Result<Table> {
    let explicit = TableOptions::by(options, true);
    let (table, broken) = of_rows(Rows::open_with(text.reader()?, &explicit)?)?;
    let Some(line) = broken else { return Ok(table) };
    let repairs = repair::examine(text, &explicit, line)?;
    Ok(of_rows(Rows::open_repaired(text.reader()?, &explicit, repairs)?)?.0)
}

/// The rows, and the line number of the first broken one.
fn of_rows<R: BufRead>(mut rows: Rows<R>) -> Result<(Table, Option<u64>)> {
    let header_line = Some(rows.header_line());
    let names = rows.header.names.clone();
    let mut table = Table { names, header_line, ..Table::default() };
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
            Found::Aside { what, .. } => table.comes_again |= what == HEADER_AGAIN,
            Found::Empty { .. } => {}
        }
    }
    Ok((table, broken))
}
