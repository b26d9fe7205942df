//! The rows of a dump below its header, one at a time.
//!
//! Owns: which records are rows, which are not (comments, repeated headers), and which are broken.
//! Must never: assign cells to columns that they may not belong to.

use std::io::{BufRead, Chain, Cursor, Read};

use csv::StringRecord;

use super::guard::{Guard, Passed};
use super::markdown;
use super::repair::Repairs;
use super::sniff::{self, Header, TableOptions};
use crate::format::{Note, ReadError, Result};
use crate::roles;

/// The rows of a dump below its header.
pub struct Rows<R: BufRead> {
    pub header: Header,
    reader: csv::Reader<Guard<Chain<Cursor<Vec<u8>>, R>>>,
    row: StringRecord,
    /// The csv crate has read a row that was not returned yet.
    row_waits: bool,
    /// Byte range of the current row's text, for [`Rows::raw`].
    span: (u64, u64),
    repairs: Repairs,
    /// Number of named columns: unnamed trailing columns are surplus delimiters.
    named: usize,
    header_line: u64,
    given: u64,
    /// Line number of the previous record.
    line_before: u64,
    /// A blank line precedes the current row.
    after_blank: bool,
    /// The table has ended.
    ended: bool,
}

/// Reason text for a repeated header.
pub const HEADER_AGAIN: &str = "the header again";

/// Result of [`Rows::next`].
#[derive(Debug)]
pub enum Found {
    /// The row is in [`Rows::row`]. `escaped`: it contains a backslash-escaped quote mark.
    Row { line: u64, escaped: bool },
    /// All fields are empty.
    Empty { line: u64 },
    /// Neither row nor damage: a comment, a repeated header.
    Aside { line: u64, what: &'static str },
    Broken {
        line: u64,
        /// Number of fields; 0 if the record has no end.
        fields: usize,
        raw: String,
        why: String,
    },
}

impl<R: BufRead> Rows<R> {
    /// Reads the header; fields may be quoted.
    pub fn open(reader: R) -> Result<Self> {
        Self::open_with(reader, &TableOptions::default())
    }

    /// As [`Rows::open`], with what is known about the table.
    pub fn open_with(reader: R, explicit: &TableOptions<'_>) -> Result<Self> {
        Self::open_repaired(reader, explicit, Repairs::default())
    }

    /// As [`Rows::open_with`], with the repair found for broken rows.
    pub fn open_repaired(
        mut reader: R,
        explicit: &TableOptions<'_>,
        repairs: Repairs,
    ) -> Result<Self> {
        let first_line = explicit.line.unwrap_or(1);
        pass_lines(&mut reader, first_line.saturating_sub(1))?;
        let mut sample = Vec::new();
        let read = (&mut reader).take(sniff::SAMPLE as u64).read_to_end(&mut sample)?;
        let header = sniff::header(&sample, read < sniff::SAMPLE, explicit)?;
        let layout = repairs.layout(header.layout);
        let guard = Guard::at_line(Cursor::new(sample).chain(reader), layout, first_line);
        let reader = csv::ReaderBuilder::new()
            .delimiter(layout.delimiter)
            .quoting(layout.quotes_when_clean())
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(64 << 10)
            .from_reader(guard);
        let named = header.names.iter().rposition(|name| !name.is_empty()).map_or(0, |at| at + 1);
        let row = StringRecord::new();
        let mut rows = Self {
            header,
            reader,
            row,
            row_waits: false,
            span: (0, 0),
            repairs,
            named,
            header_line: first_line,
            given: 0,
            line_before: first_line,
            after_blank: false,
            ended: false,
        };
        for _ in 0..=rows.header.records_before {
            if let Some(Passed::Good { line, .. } | Passed::Broken { line, .. }) = rows.step()? {
                (rows.header_line, rows.line_before) = (line, line);
            }
        }
        Ok(rows)
    }

    /// Line number of the header.
    pub fn header_line(&self) -> u64 {
        self.header_line
    }

    /// Notes about lines skipped above the header and about unusual quoting.
    pub fn notes_of_header(&self) -> impl Iterator<Item = Note> {
        let declared = u64::from(self.header.declared);
        let above = self.header.records_before as u64;
        let place = (above > declared).then(|| Note {
            message: format!("the header stands on line {}", self.header_line),
            help: Some("what stands above it was passed over; --header N names another".into()),
        });
        let mark = (self.header.layout.mark != b'"').then(|| Note {
            message: "fields stand in single quote marks, and are read without them".to_owned(),
            help: None,
        });
        place.into_iter().chain(mark)
    }

    /// The next record of the text; a complete one is in `row`.
    fn step(&mut self) -> Result<Option<Passed>> {
        if !self.row_waits {
            self.row_waits = self.reader.read_record(&mut self.row).map_err(of_csv)?;
        }
        let passed = self.reader.get_mut().next_passed();
        if let Some(Passed::Good { start, end, .. }) = passed {
            self.row_waits = false;
            self.after_blank = start > self.span.1;
            self.span = (start, end);
        }
        Ok(passed)
    }

    /// The next row, or the record that was held back. A row whose length differs from the
    /// header's is broken, unless its surplus fields are empty.
    #[allow(
        clippy::should_implement_trait,
        reason = "an Iterator of Results cannot stop at the first error with `?`"
    )]
    pub fn next(&mut self) -> Result<Option<Found>> {
        let Some(passed) = self.step()? else { return Ok(None) };
        self.given += 1;
        Ok(Some(match passed {
            Passed::Good { line, escaped, .. } if self.header.layout.markdown => {
                match self.is_outside(line) {
                    true => self.judge_outside(line),
                    false => self.judge_closely(line, escaped),
                }
            }
            Passed::Good { line, escaped, .. } => match self.is_behind_another_header() {
                true => self.judge_outside(line),
                false if self.given == 1 => self.judge_closely(line, escaped),
                false => self.judge(line, escaped),
            },
            Passed::Broken { line, raw, why } => {
                Found::Broken { line, fields: 0, raw, why: why.to_owned() }
            }
        }))
    }

    /// Whether the line is outside a Markdown table: the table ends at a blank line or a line
    /// without cells, and starts again at its own header.
    fn is_outside(&mut self, line: u64) -> bool {
        let follows = line == self.line_before + 1;
        self.line_before = line;
        self.ended = !self.is_header() && (self.ended || !follows || self.row.len() < 2);
        self.ended
    }

    /// Whether the row is another table's header or is below one; ends when this table's own
    /// header is repeated.
    fn is_behind_another_header(&mut self) -> bool {
        let names = &self.header.names;
        let is_name = |cell: &&str| names.iter().any(|name| name == cell && !cell.is_empty());
        // The first cells settle most rows cheaply.
        if self.ended || self.after_blank || self.row.iter().take(2).any(|cell| is_name(&cell)) {
            let named = self.row.iter().filter(is_name).count();
            let another = named > 1 || named == 1 && self.after_blank && self.row.len() > 1;
            self.ended = !self.is_header() && (self.ended || another);
        }
        self.ended
    }

    fn judge_outside(&self, line: u64) -> Found {
        let raw = self.raw();
        let markdown = self.header.layout.markdown;
        if is_rule(&self.row) || markdown && !markdown::is_row(&raw) {
            return Found::Aside { line, what: "a line outside the table" };
        }
        let why = "it stands behind the end of the table, and may be another's".to_owned();
        Found::Broken { line, fields: self.row.len(), raw, why }
    }

    fn judge(&self, line: u64, escaped: bool) -> Found {
        let row = &self.row;
        let is_row = row.len() == self.header.names.len()
            && row.get(1).is_some_and(|second| !second.is_empty())
            && row.get(0).is_some_and(|first| {
                !first.is_empty()
                    && !first.starts_with('\u{feff}')
                    && self.header.names.first().is_some_and(|name| name != first)
            });
        if is_row { Found::Row { line, escaped } } else { self.judge_closely(line, escaped) }
    }

    fn judge_closely(&self, line: u64, escaped: bool) -> Found {
        let (row, columns) = (&self.row, self.header.names.len());
        if row.iter().all(|field| field.trim().is_empty()) {
            return Found::Empty { line };
        }
        if self.is_header() {
            return Found::Aside { line, what: HEADER_AGAIN };
        }
        if is_rule(row) {
            return Found::Aside { line, what: "a line that is drawn" };
        }
        if self.given == 1 && is_of_units(row) {
            return Found::Aside { line, what: "a line of units below the header" };
        }
        if self.given == 1 && is_of_types(row) {
            return Found::Aside { line, what: "a line of data types below the header" };
        }
        if self.given == 1 && is_of_names(row) {
            return Found::Aside { line, what: "the header in other words" };
        }
        if self.is_wrapped() {
            let why = "the whole row is one quoted field".to_owned();
            return Found::Broken { line, fields: row.len(), raw: self.raw(), why };
        }
        if row.len() >= self.named && row.iter().skip(columns).all(str::is_empty) {
            return Found::Row { line, escaped };
        }
        if is_comment(row) {
            return Found::Aside { line, what: "a comment line" };
        }
        if self.repairs.closes(self.given) {
            return Found::Aside { line, what: "a closing line" };
        }
        if self.repairs.is_shortened(row) {
            return Found::Row { line, escaped };
        }
        let plural = if row.len() == 1 { "" } else { "s" };
        let why = format!("{} field{plural} where the header has {columns}", row.len());
        Found::Broken { line, fields: row.len(), raw: self.raw(), why }
    }

    /// Tables joined by `cat` repeat the header between the rows.
    fn is_header(&self) -> bool {
        let names = &self.header.names;
        self.row.len() == names.len()
            && self.row.iter().zip(names).all(|(cell, name)| sniff::column_name(cell) == name)
    }

    /// A single quoted field with as many delimiters as a row has.
    fn is_wrapped(&self) -> bool {
        let delimiter = char::from(self.header.layout.delimiter);
        let columns = self.header.names.len();
        columns > 1
            && self.row.iter().skip(1).all(str::is_empty)
            && self.row.get(0).is_some_and(|first| {
                first.matches(delimiter).nth(columns.saturating_sub(2)).is_some()
            })
    }

    /// The current row.
    pub fn row(&self) -> &StringRecord {
        &self.row
    }

    /// The current row's verbatim text.
    pub fn raw(&self) -> String {
        self.reader.get_ref().raw(self.span.0, self.span.1)
    }

    /// Number of rows so far that were unwrapped because the whole row was quoted once more.
    pub(super) fn unwrapped(&self) -> u64 {
        self.reader.get_ref().unwrapped()
    }
}

/// A rule: `|---|:--|` in Markdown, `----+----` and `+----+` in database output.
fn is_rule(row: &StringRecord) -> bool {
    let drawn =
        |field: &str| field.len() > 1 && field.chars().all(|c| matches!(c, '-' | ':' | '=' | '+'));
    let mut fields = row.iter().map(str::trim).filter(|field| !field.is_empty()).peekable();
    fields.peek().is_some() && fields.all(drawn)
}

/// A row of units below the header: `(text),(of 10)`.
fn is_of_units(row: &StringRecord) -> bool {
    let bracketed = |field: &str| field.starts_with('(') && field.ends_with(')');
    let mut fields = row.iter().map(str::trim).filter(|field| !field.is_empty()).peekable();
    row.len() > 1 && fields.peek().is_some() && fields.all(bracketed)
}

/// A row of data types below the header, as databases and notebooks write it:
/// `VARCHAR(40),date,float64`.
fn is_of_types(row: &StringRecord) -> bool {
    const TYPES: [&str; 26] = [
        "string", "str", "text", "varchar", "char", "nvarchar", "object", "category", "int",
        "int32", "int64", "integer", "bigint", "smallint", "float", "float32", "float64", "double",
        "real", "decimal", "number", "numeric", "date", "datetime", "timestamp", "boolean",
    ];
    let is_type = |field: &str| {
        let name = field.split(['(', '[']).next().unwrap_or(field).trim();
        TYPES.iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    let mut fields = row.iter().map(str::trim).filter(|field| !field.is_empty()).peekable();
    row.len() > 2 && fields.peek().is_some() && fields.all(is_type)
}

/// A second row of column names below the header: `Film,Kritiker,Wertung`.
fn is_of_names(row: &StringRecord) -> bool {
    let mut fields = row.iter().map(str::trim).filter(|field| !field.is_empty()).peekable();
    row.len() > 2 && fields.peek().is_some() && fields.all(roles::is_known)
}

/// `# page 2`: one field, or words after a lone number sign.
fn is_comment(row: &StringRecord) -> bool {
    row.get(0).map(str::trim_start).is_some_and(|first| {
        first.starts_with('#') && (row.len() == 1 || first[1..].starts_with([' ', '\t']))
    })
}

/// Skips `count` lines.
fn pass_lines(reader: &mut impl BufRead, count: u64) -> Result {
    let mut passed = 0;
    let mut after_return = false;
    while passed < count || after_return {
        let text = reader.fill_buf()?;
        let Some(&first) = text.first() else { return Ok(()) };
        if after_return {
            after_return = false;
            if first == b'\n' {
                reader.consume(1);
            }
            continue;
        }
        let (end, len) = match text.iter().position(|&b| matches!(b, b'\n' | b'\r')) {
            Some(at) => (text.get(at).copied(), at + 1),
            None => (None, text.len()),
        };
        reader.consume(len);
        passed += u64::from(end.is_some());
        after_return = end == Some(b'\r');
    }
    Ok(())
}

/// With complete records and flexible lengths, the csv crate can only fail on I/O.
fn of_csv(error: csv::Error) -> ReadError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ReadError::Io(error),
        other => ReadError::Malformed { message: format!("{other:?}"), line: None, help: None },
    }
}
