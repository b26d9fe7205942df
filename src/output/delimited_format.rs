//! CSV and TSV: for spreadsheets first, for programs with `raw`.
//!
//! CSV is RFC 4180: comma, CRLF, quotes where needed, UTF-8. TSV differs in the tab
//! and in LF line ends (so that `cut` and `awk` see clean last columns); a cell with a
//! tab, a quote or a line end in it is quoted as in CSV, which every spreadsheet and
//! every CSV reader undoes (IANA's TSV has no way at all to carry such a cell).
//!
//! Null, NaN and infinities are empty cells. Unless `raw`: text that a
//! spreadsheet would run gets an apostrophe ([`super::safe::for_spreadsheet`]) - a
//! score_text "-1" too, for it is text - and a file begins with a byte order mark,
//! without which Excel reads UTF-8 as the local code page.

use std::borrow::Cow;
use std::io::Write;

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::batches::in_batches;
use super::number::push_real;
use super::safe::{for_spreadsheet, without_markers};
use super::table::{Cell, Column, ColumnKind, Rows};
use super::{OutputError, OutputOptions, Summary, Writer};

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// CSV or TSV.
pub struct Delimited {
    delimiter: u8,
    terminator: Terminator,
}

pub static CSV: Delimited = Delimited { delimiter: b',', terminator: Terminator::CRLF };

pub static TSV: Delimited = Delimited { delimiter: b'\t', terminator: Terminator::Any(b'\n') };

impl Writer for Delimited {
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        let columns = rows.columns().to_vec();
        let mut summary = Summary::default();
        if columns.is_empty() {
            return Ok(summary);
        }
        if options.to_file && !options.raw {
            out.write_all(BYTE_ORDER_MARK)?;
        }
        let form = Form { delimited: self, columns: &columns, raw: options.raw };
        let mut header = form.writer();
        for column in &columns {
            header.write_field(guarded(&column.name, options.raw).as_bytes())?;
        }
        header.write_record(None::<&[u8]>)?;
        out.write_all(&form.bytes_of(header)?)?;
        summary.rows = in_batches(rows, out, |batch| form.text_of(batch))?;
        Ok(summary)
    }
}

/// How rows become text.
struct Form<'f> {
    delimited: &'f Delimited,
    columns: &'f [Column],
    raw: bool,
}

impl Form<'_> {
    fn writer(&self) -> csv::Writer<Vec<u8>> {
        WriterBuilder::new()
            .delimiter(self.delimited.delimiter)
            .terminator(self.delimited.terminator)
            .quote_style(QuoteStyle::Necessary)
            .from_writer(Vec::new())
    }

    fn text_of(&self, rows: &[Vec<Cell>]) -> Result<Vec<u8>, OutputError> {
        let mut writer = self.writer();
        let mut text = String::new();
        for row in rows {
            for (cell, column) in row.iter().zip(self.columns) {
                writer.write_field(field(cell, column, self.raw, &mut text).as_bytes())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        self.bytes_of(writer)
    }

    fn bytes_of(&self, writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, OutputError> {
        Ok(writer.into_inner().map_err(|error| error.into_error())?)
    }
}

/// A cell as its field. Numbers are written into `text`, which is there to be used again.
fn field<'a>(cell: &'a Cell, column: &Column, raw: bool, text: &'a mut String) -> Cow<'a, str> {
    text.clear();
    match cell {
        Cell::Null => Cow::Borrowed(""),
        Cell::Int(value) => {
            text.push_str(itoa::Buffer::new().format(*value));
            Cow::Borrowed(text)
        }
        Cell::Real(value) => Cow::Borrowed(if push_real(text, *value) { text } else { "" }),
        Cell::Text(text) if column.kind == ColumnKind::Snippet => {
            Cow::Owned(guarded(&without_markers(text), raw).into_owned())
        }
        Cell::Text(text) => guarded(text, raw),
    }
}

fn guarded(text: &str, raw: bool) -> Cow<'_, str> {
    if raw { Cow::Borrowed(text) } else { for_spreadsheet(text) }
}
