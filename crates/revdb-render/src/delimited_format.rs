//! The `csv` and `tsv` formats: for spreadsheets, and with `raw` for programs.
//!
//! CSV follows RFC 4180: comma, CRLF, quotes where needed, UTF-8. TSV has tabs and LF line ends,
//! so that `cut` and `awk` see clean last columns; a cell with a delimiter, a quote or a line end
//! is quoted as in CSV, since IANA's TSV cannot hold it. CSV quotes every common delimiter,
//! because Excel splits at the system's list separator, often a semicolon; TSV and `raw` quote
//! only their own.
//!
//! Null, NaN and infinities are empty cells. Without `raw`, text that a spreadsheet would evaluate
//! gets an apostrophe ([`super::safe::for_spreadsheet`]), and a file begins with a byte order
//! mark, without which Excel takes UTF-8 for the local code page.

use std::io::Write;

use super::batches::in_batches;
use super::number::push_real;
use super::safe::{for_spreadsheet, without_markers};
use super::table::{Cell, Column, ColumnKind, Rows};
use super::{Format, OutputError, OutputOptions, Reader, Summary, Writer};

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// CSV or TSV.
struct Delimited {
    delimiter: u8,
    line_end: &'static [u8],
}

static COMMAS: Delimited = Delimited { delimiter: b',', line_end: b"\r\n" };

static TABS: Delimited = Delimited { delimiter: b'\t', line_end: b"\n" };

/// The `csv` format.
pub static CSV: Format = Format::new("csv", &["csv"], Reader::Program, &COMMAS);

/// The `tsv` format.
pub static TSV: Format = Format::new("tsv", &["tsv", "tab"], Reader::Program, &TABS);

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
        let form = Form {
            delimiter: options
                .delimiter
                .filter(|_| self.delimiter == b',')
                .unwrap_or(self.delimiter),
            line_end: self.line_end,
            decimal_comma: options.decimal_comma,
            columns: &columns,
            raw: options.raw,
        };
        let mut header = Vec::new();
        form.push_record(&mut header, columns.iter(), |into, column| {
            form.push_text(into, &column.name);
        });
        out.write_all(&header)?;
        summary.rows = in_batches(rows, out, |batch| Ok(form.text_of(batch)))?;
        Ok(summary)
    }
}

/// The options for formatting a row.
struct Form<'f> {
    delimiter: u8,
    line_end: &'static [u8],
    decimal_comma: bool,
    columns: &'f [Column],
    raw: bool,
}

impl Form<'_> {
    fn text_of(&self, rows: &[Vec<Cell>]) -> Vec<u8> {
        let mut written = Vec::new();
        let mut number = String::new();
        for row in rows {
            self.push_record(&mut written, row.iter().zip(self.columns), |into, (cell, column)| {
                self.push_cell(into, cell, column, &mut number);
            });
        }
        written
    }

    /// Numbers are formatted in `number`, a buffer that is reused.
    fn push_cell(&self, into: &mut Vec<u8>, cell: &Cell, column: &Column, number: &mut String) {
        match cell {
            Cell::Null => {}
            Cell::Int(value) => {
                into.extend_from_slice(itoa::Buffer::new().format(*value).as_bytes())
            }
            Cell::Real(value) => {
                number.clear();
                if push_real(number, *value) {
                    let digits =
                        |byte| if self.decimal_comma && byte == b'.' { b',' } else { byte };
                    into.extend(number.bytes().map(digits));
                }
            }
            Cell::Text(text) if column.kind == ColumnKind::Snippet => {
                self.push_text(into, &without_markers(text));
            }
            Cell::Text(text) => self.push_text(into, text),
        }
    }

    fn push_text(&self, into: &mut Vec<u8>, text: &str) {
        let own = self.delimiter;
        if self.raw {
            push_field(into, text, &[own]);
        } else {
            let quoted: &[u8] = if own == b'\t' { b"\t" } else { &[b',', b';', b'\t', own] };
            let guarded = for_spreadsheet(text, char::from(own), self.decimal_comma);
            push_field(into, &guarded, quoted);
        }
    }

    fn push_record<F>(
        &self,
        into: &mut Vec<u8>,
        fields: impl Iterator<Item = F>,
        mut push: impl FnMut(&mut Vec<u8>, F),
    ) {
        let start = into.len();
        for (place, field) in fields.enumerate() {
            if place > 0 {
                into.push(self.delimiter);
            }
            push(into, field);
        }
        // Most readers skip an empty line.
        if into.len() == start {
            into.extend_from_slice(b"\"\"");
        }
        into.extend_from_slice(self.line_end);
    }
}

/// RFC 4180, 2.5 to 2.7: quoted if it contains a character that would end the field.
fn push_field(into: &mut Vec<u8>, field: &str, separators: &[u8]) {
    let ends = |byte: &u8| matches!(byte, b'"' | b'\n' | b'\r') || separators.contains(byte);
    if !field.as_bytes().iter().any(ends) {
        into.extend_from_slice(field.as_bytes());
        return;
    }
    into.push(b'"');
    for (place, part) in field.split('"').enumerate() {
        if place > 0 {
            into.extend_from_slice(b"\"\"");
        }
        into.extend_from_slice(part.as_bytes());
    }
    into.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::super::sample::format;
    use super::super::sample::written;
    use super::super::{Caption, Collected, OutputFormat};
    use super::*;

    fn cells(texts: &[&str], format: OutputFormat) -> String {
        let columns = texts.iter().map(|_| Column::new("t", ColumnKind::Text)).collect();
        let row = texts.iter().map(|text| Cell::Text((*text).to_owned())).collect();
        let rows = Collected::new(columns, vec![row], Caption::default());
        let text = written(rows, format, &OutputOptions::default());
        text.split_once('\n').map(|(_, rows)| rows.to_owned()).unwrap_or_default()
    }

    #[test]
    fn no_separator_makes_a_cell_begin_with_a_formula() {
        let texts = ["a;=1+1", "b\t@x", "c\n-2", "d,=3", "e;-)", "plain"];
        let expected = "\"a;'=1+1\",\"b\t'@x\",\"c\n'-2\",\"d,=3\",\"e;-)\",plain\r\n";
        assert_eq!(cells(&texts, format("csv")), expected);
        // In a table separated by tabs, a comma is another reader's separator.
        let expected = "d,'=3\t\"b\t@x\"\n";
        assert_eq!(cells(&["d,=3", "b\t@x"], format("tsv")), expected);
        for (format, own) in [(format("csv"), ','), (format("tsv"), '\t')] {
            let text = cells(&["x;=1", "y\t=1", "z,=1", "v\r\n=1", ";+1", "\t=1"], format);
            for separator in [',', ';', '\t', '\n', '\r'].into_iter().filter(|s| *s != own) {
                for cell in text.split(separator) {
                    assert!(!cell.starts_with(['=', '+', '-', '@']), "{separator:?}: {text:?}");
                }
            }
        }
    }

    #[test]
    fn an_empty_record_is_written() {
        assert_eq!(cells(&[""], format("csv")), "\"\"\r\n");
        assert_eq!(cells(&["", ""], format("csv")), ",\r\n");
        assert_eq!(cells(&["say \"a\""], format("csv")), "\"say \"\"a\"\"\"\r\n");
    }
}
