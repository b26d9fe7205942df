//! The `xlsx` format: typed cells, real dates, a frozen header with a filter, suitable widths.
//!
//! Text is always written as a string, so nothing is a formula; links are text too. Longer results
//! continue on further sheets; longer text is cut, visibly, and the summary counts such cells.
//!
//! Rows go to a temporary file, so that memory does not grow with them; the packed file goes
//! through another, since a ZIP must be seekable.

use std::borrow::Cow;
use std::io::{self, Seek, SeekFrom, Write};
use std::time::SystemTime;

use revdb_system::contained::contained;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::number::without_noise;
use super::safe::{for_terminal, without_markers};
use super::table::{Caption, Cell, Column, ColumnKind, Rows};
use super::wrap::width_of;
use super::{OutputError, OutputOptions, Reader, Summary, Writer};

/// Rows of a sheet, the header included (Excel's specification).
const SHEET_ROWS: u32 = 1_048_576;
/// UTF-16 units a cell holds (Excel's specification).
const LONGEST_CELL: usize = 32_767;
/// Up to this many rows, texts go into the workbook's table of shared strings, as spreadsheets
/// write them. That table is held in memory, so longer outputs store texts in the cells.
const SHARED_ROWS: usize = 20_000;
const CUT: &str = " […cut]";
/// Columns of a sheet (Excel's specification).
const MOST_COLUMNS: usize = 16_384;

struct Xlsx;

/// The `xlsx` format.
pub static XLSX: super::Format = super::Format {
    is_binary: true,
    ..super::Format::new("xlsx", &["xlsx"], Reader::Other, &Xlsx)
};

impl Writer for Xlsx {
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        _options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        let columns = rows.columns().to_vec();
        if columns.len() > MOST_COLUMNS {
            return Err(OutputError::unwritable(format!(
                "a sheet has at most {MOST_COLUMNS} columns"
            )));
        }
        let caption = rows.caption();
        let usual = if caption.of_reviews { "Reviews" } else { "Result" };
        let title = caption.title.unwrap_or_else(|| usual.to_owned());
        let mut first = Vec::new();
        while first.len() < SHARED_ROWS
            && let Some(row) = rows.next_row()?
        {
            first.push(row);
        }
        let is_long = first.len() == SHARED_ROWS;
        let mut sheets = Sheets::new(&columns, &title, SHEET_ROWS, is_long)?;
        for row in first {
            sheets.push(&row)?;
        }
        while let Some(row) = rows.next_row()? {
            sheets.push(&row)?;
        }
        let (mut workbook, summary) = sheets.finish(&rows.caption())?;
        let mut packed = tempfile::tempfile()?;
        written(|| workbook.save_to_writer(io::BufWriter::new(&mut packed)))?;
        packed.seek(SeekFrom::Start(0))?;
        io::copy(&mut packed, out)?;
        Ok(summary)
    }
}

fn refused(error: XlsxError) -> OutputError {
    match error {
        XlsxError::IoError(error) => error.into(),
        other => OutputError::unwritable(format!("cannot make the workbook: {other}")),
    }
}

/// Catches the panic with which the crate reacts to a full disk when it writes its temporary file,
/// possibly for earlier rows.
fn written<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, OutputError> {
    match contained(work) {
        Some(done) => done.map_err(refused),
        None => Err(OutputError::Unwritable(format!(
            "cannot write a temporary file in {}: no space is left there, or a limit is met",
            for_terminal(&std::env::temp_dir().to_string_lossy())
        ))),
    }
}

/// A cell's value.
enum Value<'a> {
    Number(f64),
    /// With this number of decimals.
    Decimal(f64, usize),
    Day(ExcelDateTime),
    Text(Cow<'a, str>),
    LongText(Cow<'a, str>),
}

/// The workbook so far: complete sheets, and the current one.
struct Sheets<'a> {
    columns: &'a [Column],
    /// Rows per sheet including its header; reduced only in tests.
    sheet_rows: u32,
    /// Beyond [`SHARED_ROWS`].
    is_long: bool,
    /// The first sheet's name; further ones are numbered.
    name: String,
    sheets: usize,
    workbook: Workbook,
    sheet: Worksheet,
    next_row: u32,
    widths: Vec<usize>,
    styles: Styles,
    rows: u64,
    cut: u64,
}

struct Styles {
    header: Format,
    date: Format,
    /// Formats for 0 to 9 decimals.
    real: Vec<Format>,
    wrapped: Format,
}

impl Styles {
    fn new() -> Self {
        let decimals = |digits: usize| match digits {
            0 => "0".to_owned(),
            digits => format!("0.{}", "0".repeat(digits)),
        };
        Styles {
            header: Format::new().set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            real: (0..10).map(|digits| Format::new().set_num_format(decimals(digits))).collect(),
            wrapped: Format::new().set_text_wrap().set_align(rust_xlsxwriter::FormatAlign::Top),
        }
    }
}

impl<'a> Sheets<'a> {
    fn new(
        columns: &'a [Column],
        title: &str,
        sheet_rows: u32,
        is_long: bool,
    ) -> Result<Self, OutputError> {
        // A workbook stores its creation time, which must be after 1970.
        if SystemTime::now() < SystemTime::UNIX_EPOCH {
            let said = "the clock shows a year before 1970, at which no workbook can be made";
            return Err(io::Error::other(said).into());
        }
        let mut sheets = Sheets {
            columns,
            sheet_rows,
            is_long,
            name: sheet_name(title),
            sheets: 0,
            workbook: Workbook::new(),
            sheet: Worksheet::new(),
            next_row: 0,
            widths: Vec::new(),
            styles: Styles::new(),
            rows: 0,
            cut: 0,
        };
        sheets.begin()?;
        Ok(sheets)
    }

    fn begin(&mut self) -> Result<(), OutputError> {
        let sheet = match self.is_long {
            true => self.workbook.new_worksheet_with_constant_memory(),
            false => self.workbook.new_worksheet_with_low_memory(),
        };
        self.sheet = sheet.map_err(refused)?;
        self.sheets += 1;
        let name = match self.sheets {
            1 => self.name.clone(),
            number => format!("{} {number}", self.name),
        };
        self.sheet.set_name(name).map_err(refused)?;
        self.widths = self.columns.iter().map(|c| width_of(&c.name) + 3).collect();
        for (index, column) in (0_u16..).zip(self.columns) {
            let name = cut(&column.name).unwrap_or_else(|| column.name.clone());
            self.sheet
                .write_string_with_format(0, index, name, &self.styles.header)
                .map_err(refused)?;
        }
        self.next_row = 1;
        Ok(())
    }

    fn push(&mut self, row: &[Cell]) -> Result<(), OutputError> {
        if self.next_row == self.sheet_rows {
            self.close()?;
            self.begin()?;
        }
        for (index, (cell, column)) in (0_u16..).zip(row.iter().zip(self.columns)) {
            let width = self.cell(index, cell, column.kind)?;
            if let Some(widest) = self.widths.get_mut(usize::from(index)) {
                *widest = (*widest).max(width);
            }
        }
        self.next_row += 1;
        self.rows += 1;
        Ok(())
    }

    /// Writes one cell; returns its width in characters.
    fn cell(&mut self, at: u16, cell: &Cell, kind: ColumnKind) -> Result<usize, OutputError> {
        let value = match cell {
            Cell::Null => return Ok(0),
            // A spreadsheet only has doubles: a longer integer (an id) is kept exactly as text.
            Cell::Int(value) if value.unsigned_abs() > 1 << 53 => {
                Value::Text(value.to_string().into())
            }
            Cell::Int(value) => Value::Number(*value as f64),
            Cell::Real(value) if !value.is_finite() => return Ok(0),
            Cell::Real(value) => match kind {
                ColumnKind::Real { decimals } => {
                    Value::Decimal(without_noise(*value), usize::from(decimals))
                }
                _ => Value::Number(without_noise(*value)),
            },
            Cell::Text(text) => {
                let (value, width) = self.text(text, kind);
                self.put(at, &value)?;
                return Ok(width);
            }
        };
        self.put(at, &value)?;
        Ok(cell.display_text(kind).map_or(0, |text| text.len()))
    }

    /// The value of a text, and its width.
    fn text<'t>(&mut self, text: &'t str, kind: ColumnKind) -> (Value<'t>, usize) {
        if kind == ColumnKind::Date
            && let Some(date) = whole_date(text)
        {
            return (Value::Day(date), text.len());
        }
        let text = if kind == ColumnKind::Snippet { without_markers(text) } else { text.into() };
        let shortened = cut(&text);
        self.cut += u64::from(shortened.is_some());
        let text = shortened.map_or(text, Cow::Owned);
        let width = text.split('\n').map(width_of).max().unwrap_or(0);
        (if kind.is_long() { Value::LongText(text) } else { Value::Text(text) }, width)
    }

    fn put(&mut self, at: u16, value: &Value) -> Result<(), OutputError> {
        let (sheet, styles, row) = (&mut self.sheet, &self.styles, self.next_row);
        written(|| match value {
            Value::Number(value) => sheet.write_number(row, at, *value),
            Value::Decimal(value, decimals) => match styles.real.get(*decimals) {
                Some(style) => sheet.write_number_with_format(row, at, *value, style),
                None => sheet.write_number(row, at, *value),
            },
            Value::Day(date) => sheet.write_datetime_with_format(row, at, date, &styles.date),
            Value::Text(text) => sheet.write_string(row, at, &**text),
            Value::LongText(text) => {
                sheet.write_string_with_format(row, at, &**text, &styles.wrapped)
            }
        })
        .map(|_| ())
    }

    /// Freezes, filters and sizes the sheet, and adds it to the workbook.
    fn close(&mut self) -> Result<(), OutputError> {
        let mut sheet = std::mem::take(&mut self.sheet);
        sheet.set_freeze_panes(1, 0).map_err(refused)?;
        if let Some(last) = self.columns.len().checked_sub(1) {
            // At most MOST_COLUMNS columns.
            let last = u16::try_from(last).unwrap_or(u16::MAX);
            let bottom = self.next_row - 1;
            sheet.autofilter(0, 0, bottom, last).map_err(refused)?;
        }
        for (index, (width, column)) in (0_u16..).zip(self.widths.iter().zip(self.columns)) {
            let most = if column.kind.is_long() { 80 } else { 40 };
            let width = (*width + 1).min(most) as f64;
            sheet.set_column_width(index, width).map_err(refused)?;
        }
        self.workbook.push_worksheet(sheet);
        Ok(())
    }

    fn finish(mut self, caption: &Caption) -> Result<(Workbook, Summary), OutputError> {
        self.close()?;
        self.about(caption)?;
        let mut summary = Summary { rows: self.rows, notes: Vec::new() };
        if self.cut > 0 {
            let cells = if self.cut == 1 { "cell was" } else { "cells were" };
            summary.notes.push(format!(
                "{} {cells} cut to the {LONGEST_CELL} characters that a spreadsheet holds",
                self.cut
            ));
        }
        Ok((self.workbook, summary))
    }

    /// A sheet with title, filters and notes, so that figures keep their context.
    fn about(&mut self, caption: &Caption) -> Result<(), OutputError> {
        let lines: Vec<&String> =
            caption.title.iter().chain(&caption.filters).chain(&caption.notes).collect();
        if lines.is_empty() {
            return Ok(());
        }
        let mut sheet = Worksheet::new();
        sheet.set_name("About").map_err(refused)?;
        sheet.set_column_width(0, 100).map_err(refused)?;
        for (row, line) in (0_u32..).zip(lines) {
            let text = cut(line).unwrap_or_else(|| line.clone());
            sheet.write_string(row, 0, text).map_err(refused)?;
        }
        self.workbook.push_worksheet(sheet);
        Ok(())
    }
}

/// A title as a valid sheet name: at most 31 characters, with room for a number, without
/// `[]:*?/\`, without an apostrophe at either end, and not a name that Excel reserves.
fn sheet_name(title: &str) -> String {
    let plain = title.replace(['[', ']', ':', '*', '?', '/', '\\'], " ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut units = 0;
    let short: String = plain
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= 28
        })
        .collect();
    let name = short.trim_matches([' ', '\'']).to_owned();
    let is_kept = ["history", "about"].contains(&name.to_lowercase().as_str());
    match name.as_str() {
        "" => "Result".to_owned(),
        _ if is_kept => format!("{name} 1"),
        _ => name,
    }
}

/// The text truncated to a cell's limit and marked; `None` if it fits.
fn cut(text: &str) -> Option<String> {
    // A UTF-8 byte makes at most one UTF-16 unit.
    if text.len() <= LONGEST_CELL || text.encode_utf16().count() <= LONGEST_CELL {
        return None;
    }
    let room = LONGEST_CELL - CUT.encode_utf16().count();
    let mut used = 0;
    let mut kept: String = text
        .chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= room
        })
        .collect();
    kept.push_str(CUT);
    Some(kept)
}

/// A complete date that a spreadsheet can represent (from 1900 on), else `None`: partial and older
/// dates stay text.
fn whole_date(text: &str) -> Option<ExcelDateTime> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let year: u16 = year.parse().ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(year, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests;
