//! One sheet of a workbook (.xlsx, .ods) as the CSV that it would be saved as.
//!
//! Owns: which sheet, and what a typed cell is in words: dates in ISO form,
//! numbers as short as they are exact, errors (#N/A) as nothing. A row of the sheet
//! is a line of the text, so that a line named in a message is the row in the
//! spreadsheet; a line end within a cell is U+2028. Must never: take a size that
//! the workbook declares for true, or keep a sheet in memory.
//!
//! A dump's bytes (its hash, what the archive keeps) are this text: the file around
//! it holds styles and the time of saving, and would be another each time.

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Seek, Write};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Style, Xlsx};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use tempfile::SpooledTempFile;
use zip::ZipArchive;

use super::spool::{Budget, IN_MEMORY};

/// Excel's own limit, and LibreOffice's.
const MOST_COLUMNS: u32 = 16_384;

/// How deep elements of a sheet may stand within each other.
const DEEPEST: usize = 64;

/// A kind of workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Xlsx,
    Ods,
}

/// What kind of workbook a zip is, if it is one.
pub fn kind<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Option<Kind> {
    if archive.index_for_name("xl/workbook.xml").is_some() {
        return Some(Kind::Xlsx);
    }
    let mut told = Vec::new();
    let mimetype = archive.by_name("mimetype").ok()?;
    mimetype.take(100).read_to_end(&mut told).ok()?;
    told.starts_with(b"application/vnd.oasis.opendocument.spreadsheet").then_some(Kind::Ods)
}

/// A sheet's text.
#[derive(Debug)]
pub struct Sheet {
    pub name: String,
    pub text: SpooledTempFile,
    /// How many sheets the workbook has.
    pub of: usize,
}

/// The sheet named, or the first one that is to be seen and has a cell.
///
/// # Errors
/// Damage, a limit passed, no such sheet; the text is for the person.
pub fn read<R: Read + Seek>(
    archive: ZipArchive<R>,
    kind: Kind,
    wanted: Option<&str>,
    budget: &mut Budget,
) -> Result<Sheet, String> {
    match kind {
        Kind::Xlsx => xlsx(archive.into_inner(), wanted, budget),
        Kind::Ods => ods(archive, wanted, budget),
    }
}

fn damaged(error: impl std::fmt::Display) -> String {
    format!("the workbook is damaged: {error}")
}

fn no_sheet(wanted: Option<&str>, names: &[String]) -> String {
    match wanted {
        Some(wanted) => {
            format!("it has no sheet \"{wanted}\"; its sheets are: {}", names.join(", "))
        }
        None => "a workbook without a filled sheet".to_owned(),
    }
}

fn xlsx<R: Read + Seek>(
    from: R,
    wanted: Option<&str>,
    budget: &mut Budget,
) -> Result<Sheet, String> {
    let mut book = Xlsx::new(BufReader::new(from)).map_err(damaged)?;
    let sheets: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    for (name, visible) in &sheets {
        if wanted.map_or(!visible, |wanted| wanted != name) {
            continue;
        }
        let mut text = Table::new(budget);
        let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
        let percents: Vec<bool> = cells.styles().iter().map(is_percent).collect();
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(damaged)? {
            let (row, column) = cell.get_position();
            let value = match cell.get_value() {
                DataRef::Int(number) if percents.get(style) == Some(&true) => {
                    percent(*number as f64)
                }
                DataRef::Float(number) if percents.get(style) == Some(&true) => percent(*number),
                value => printed(value),
            };
            text.put(row, column, value)?;
        }
        let (text, rows) = text.finish()?;
        if rows > 0 || wanted.is_some() {
            return Ok(Sheet { name: name.clone(), text, of: sheets.len() });
        }
    }
    let names: Vec<String> = sheets.into_iter().map(|(name, _)| name).collect();
    Err(no_sheet(wanted, &names))
}

fn is_percent(style: &Style) -> bool {
    style.number_format.as_ref().is_some_and(|format| format.format_code.contains('%'))
}

/// 0.8 that is shown as 80 %.
fn percent(share: f64) -> String {
    // What multiplying adds behind the ninth place is none of the number's.
    format!("{}%", (share * 1e11).round() / 1e9)
}

/// A typed cell as a person would write it.
fn printed(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        // 1e15 is past what a double holds exactly by a factor of nine.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(date) => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            let time = format!("{hour:02}:{minute:02}:{second:02}");
            match (date.is_duration() || date.as_f64() < 1.0, hour + minute + second) {
                (true, _) => time,
                (false, 0) => format!("{year:04}-{month:02}-{day:02}"),
                (false, _) => format!("{year:04}-{month:02}-{day:02} {time}"),
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => iso(text),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// `2019-03-14T00:00:00` is a day.
fn iso(text: &str) -> String {
    text.strip_suffix("T00:00:00").unwrap_or(text).replace('T', " ")
}

/// Cells on their way into CSV, row by row.
struct Table<'b> {
    budget: &'b mut Budget,
    text: SpooledTempFile,
    /// The row that is being filled, from 0.
    row: u32,
    cells: BTreeMap<u32, String>,
    /// Columns of the widest row so far: rows end with empty fields, as in a CSV.
    width: u32,
    rows: u64,
}

impl<'b> Table<'b> {
    fn new(budget: &'b mut Budget) -> Self {
        let text = SpooledTempFile::new(IN_MEMORY);
        Self { budget, text, row: 0, cells: BTreeMap::new(), width: 0, rows: 0 }
    }

    fn put(&mut self, row: u32, column: u32, value: String) -> Result<(), String> {
        if row < self.row || column >= MOST_COLUMNS {
            return Err(damaged("its cells stand in no order"));
        }
        if value.trim().is_empty() {
            return Ok(());
        }
        while self.row < row {
            self.end_row()?;
        }
        self.cells.insert(column, value);
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), String> {
        let mut line = Vec::new();
        if let Some((last, _)) = self.cells.last_key_value() {
            self.width = self.width.max(last + 1);
            self.rows += 1;
            let mut writer = csv::Writer::from_writer(&mut line);
            let cells = (0..self.width).map(|at| {
                let cell = self.cells.get(&at).map_or("", String::as_str);
                cell.replace("\r\n", "\u{2028}").replace(['\n', '\r'], "\u{2028}")
            });
            writer.write_record(cells).map_err(damaged)?;
            drop(writer);
        } else {
            line.push(b'\n');
        }
        self.cells.clear();
        self.row += 1;
        self.budget.spend(line.len() as u64).map_err(|why| why.reason)?;
        let full = |error| format!("no room for its temporary copy: {error}");
        self.text.write_all(&line).map_err(full)
    }

    fn finish(mut self) -> Result<(SpooledTempFile, u64), String> {
        if !self.cells.is_empty() {
            self.end_row()?;
        }
        Ok((self.text, self.rows))
    }
}

fn ods<R: Read + Seek>(
    mut archive: ZipArchive<R>,
    wanted: Option<&str>,
    budget: &mut Budget,
) -> Result<Sheet, String> {
    let content = archive.by_name("content.xml").map_err(damaged)?;
    let mut xml = Reader::from_reader(BufReader::new(content));
    let mut buffer = Vec::new();
    let (mut names, mut found) = (Vec::new(), None);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Start(tag) if tag.name().0 == "table:table" => {
                let name = attribute(&tag, "table:name").unwrap_or_default();
                names.push(name.clone());
                let is_it = found.is_none() && wanted.is_none_or(|wanted| wanted == name);
                let mut text = Table::new(budget);
                OdsTable { xml: &mut xml, table: &mut text, kept: is_it }.read()?;
                let (text, rows) = text.finish()?;
                if is_it && (rows > 0 || wanted.is_some()) {
                    found = Some((name, text));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match found {
        Some((name, text)) => Ok(Sheet { name, text, of: names.len() }),
        None => Err(no_sheet(wanted, &names)),
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.0 == name)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> u32 {
    attribute(tag, name).and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// One table of content.xml (OpenDocument 1.3, part 3, 9.1).
struct OdsTable<'a, 'b, R> {
    xml: &'a mut Reader<R>,
    table: &'a mut Table<'b>,
    kept: bool,
}

impl<R: std::io::BufRead> OdsTable<'_, '_, R> {
    fn read(&mut self) -> Result<(), String> {
        let mut buffer = Vec::new();
        let (mut row, mut depth) = (0_u32, 1_usize);
        while depth > 0 {
            buffer.clear();
            match self.xml.read_event_into(&mut buffer).map_err(damaged)? {
                Event::Start(tag) if tag.name().0 == "table:table-row" => {
                    let times = repeated(&tag, "table:number-rows-repeated");
                    row = self.row(row, times)?;
                }
                Event::Empty(tag) if tag.name().0 == "table:table-row" => {
                    row = row.saturating_add(repeated(&tag, "table:number-rows-repeated"));
                }
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(damaged("it ends within a table")),
                _ => {}
            }
            if depth > DEEPEST {
                return Err(damaged("its elements stand too deep within each other"));
            }
        }
        Ok(())
    }

    /// Reads to the end of a row that stands `times` times; gives the next one's number.
    fn row(&mut self, row: u32, times: u32) -> Result<u32, String> {
        let mut buffer = Vec::new();
        let mut cells: Vec<(u32, String)> = Vec::new();
        let mut column = 0_u32;
        loop {
            buffer.clear();
            let (tag, empty) = match self.xml.read_event_into(&mut buffer).map_err(damaged)? {
                Event::Start(tag) => (tag.into_owned(), false),
                Event::Empty(tag) => (tag.into_owned(), true),
                Event::End(tag) if tag.name().0 == "table:table-row" => break,
                Event::Eof => return Err(damaged("it ends within a row")),
                _ => continue,
            };
            let told = ["office:date-value", "office:boolean-value", "office:value"]
                .iter()
                .find_map(|name| attribute(&tag, name));
            let words = if empty { String::new() } else { self.words()? };
            let count = repeated(&tag, "table:number-columns-repeated");
            let shown = attribute(&tag, "office:value-type").is_some_and(|it| it == "percentage");
            let share = told.as_deref().filter(|_| shown).and_then(|told| told.parse().ok());
            let value = match (share, told) {
                (Some(share), _) => percent(share),
                (None, Some(told)) => iso(&told),
                (None, None) => words,
            };
            // A sheet's unused rest is one cell, repeated.
            if !value.trim().is_empty() {
                let end = column.saturating_add(count).min(MOST_COLUMNS);
                cells.extend((column..end).map(|at| (at, value.clone())));
            }
            column = column.saturating_add(count).min(MOST_COLUMNS);
        }
        if self.kept && !cells.is_empty() {
            for at in row..row.saturating_add(times) {
                for (column, value) in &cells {
                    self.table.put(at, *column, value.clone())?;
                }
            }
        }
        Ok(row.saturating_add(times))
    }

    /// Reads to the end of a cell: its paragraphs, without notes that hang on it.
    fn words(&mut self) -> Result<String, String> {
        let mut buffer = Vec::new();
        let (mut words, mut depth, mut aside) = (String::new(), 1_usize, None);
        loop {
            buffer.clear();
            let event = self.xml.read_event_into(&mut buffer).map_err(damaged)?;
            let heard = aside.is_none();
            match event {
                Event::Start(tag) => {
                    depth += 1;
                    match tag.name().0 {
                        "office:annotation" if heard => aside = Some(depth),
                        "text:p" if heard && !words.is_empty() => words.push('\n'),
                        _ => {}
                    }
                }
                Event::Empty(tag) if heard => match tag.name().0 {
                    "text:s" => words.push(' '),
                    "text:tab" => words.push('\t'),
                    "text:line-break" => words.push('\n'),
                    _ => {}
                },
                Event::End(_) => {
                    if aside == Some(depth) {
                        aside = None;
                    }
                    depth -= 1;
                    if depth == 0 {
                        return Ok(words);
                    }
                }
                Event::Text(text) if heard => words.push_str(&text.xml10_content()),
                Event::CData(text) if heard => words.push_str(&text.xml10_content()),
                Event::GeneralRef(name) if heard => {
                    words.push_str(&crate::import::xml::resolved(&name));
                }
                Event::Eof => return Err(damaged("it ends within a cell")),
                _ => {}
            }
            if depth > DEEPEST || words.len() > super::super::json::LONGEST_RECORD {
                return Err(damaged("a cell is too long or too deep"));
            }
        }
    }
}

#[cfg(test)]
mod tests;
