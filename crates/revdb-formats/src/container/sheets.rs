//! One sheet of a workbook (.xlsx, .ods) as the CSV it would be saved as.
//!
//! Owns: the choice of sheet (a cover or "read me" sheet is skipped if there is another) and the
//! text of a typed cell: dates in ISO form, numbers as short as they are exact, errors (#N/A) as
//! empty. A merged cell is repeated in every row it covers. A row of the sheet is a line of the
//! text, so that line numbers in messages are spreadsheet rows; a line end within a cell becomes
//! U+2028. Must never: trust a size that the workbook declares, or hold a whole sheet in memory.
//!
//! The dump's bytes (for the hash and for the kept copy) are this text: the workbook file contains
//! styles and a save time and would differ with each save.

mod ods;
mod unseen;

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Seek, Write};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Style, Xlsx};
use tempfile::SpooledTempFile;
use zip::ZipArchive;

use super::spool::{Budget, IN_MEMORY};
use revdb_system::contained::contained;
pub use unseen::{Unseen, Watched};

/// The limit of Excel and of LibreOffice.
const MOST_COLUMNS: u32 = 16_384;

/// Workbook file type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Xlsx,
    Ods,
}

/// The workbook type of a zip, if it is one.
pub fn kind<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Option<Kind> {
    if archive.index_for_name("xl/workbook.xml").is_some() {
        return Some(Kind::Xlsx);
    }
    let mut told = Vec::new();
    let mimetype = archive.by_name("mimetype").ok()?;
    mimetype.take(100).read_to_end(&mut told).ok()?;
    told.starts_with(b"application/vnd.oasis.opendocument.spreadsheet").then_some(Kind::Ods)
}

/// The text of a sheet.
#[derive(Debug)]
pub struct Sheet {
    pub name: String,
    pub text: SpooledTempFile,
    /// Names of the workbook's other sheets.
    pub others: Vec<String>,
    /// Rows of an OpenDocument sheet that it hides; for .xlsx see [`Unseen`].
    pub hidden_rows: u64,
}

/// Common names of sheets that describe the workbook.
const COVERS: [&str; 16] = [
    "read me", "readme", "cover", "about", "info", "information", "instructions", "help", "legend",
    "contents", "index", "notes", "deckblatt", "hinweise", "lisez-moi", "portada",
];

/// How much a sheet looks like a table: the first of the best sheets is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Empty,
    /// No two rows have several cells.
    Text,
    /// Its rows form a table, but its name is a cover's.
    Cover,
    Table,
}

/// The best sheet so far.
#[derive(Default)]
struct Chosen {
    best: Option<(Likeness, String, Filled)>,
    names: Vec<String>,
}

impl Chosen {
    fn offer(&mut self, name: String, table: Filled) {
        let is_cover = COVERS.contains(&name.trim().to_lowercase().as_str());
        let likeness = match (table.rows, table.wide) {
            (0, _) => Likeness::Empty,
            (_, 0 | 1) => Likeness::Text,
            _ if is_cover => Likeness::Cover,
            _ => Likeness::Table,
        };
        if self.best.as_ref().is_none_or(|(best, ..)| likeness > *best) {
            self.best = Some((likeness, name, table));
        }
    }

    fn is_table(&self) -> bool {
        self.best.as_ref().is_some_and(|(best, ..)| *best == Likeness::Table)
    }

    fn sheet(self, wanted: Option<&str>) -> Result<Sheet, String> {
        match self.best {
            Some((likeness, name, table)) if likeness > Likeness::Empty || wanted.is_some() => {
                let others = self.names.into_iter().filter(|other| *other != name).collect();
                let Filled { text, hidden_rows, .. } = table;
                Ok(Sheet { name, text, others, hidden_rows })
            }
            _ => Err(no_sheet(wanted, &self.names)),
        }
    }
}

/// The named sheet, or the first visible one that is a table.
///
/// # Errors
/// Damage, a limit exceeded, no such sheet; the text is for the user.
pub fn read<R: Read + Seek>(
    archive: ZipArchive<R>,
    kind: Kind,
    wanted: Option<&str>,
    budget: &mut Budget,
) -> Result<Sheet, String> {
    match kind {
        Kind::Xlsx => contained(|| xlsx(archive.into_inner(), wanted, budget))
            .unwrap_or_else(|| Err(damaged("a number in it is past what a workbook has"))),
        Kind::Ods => ods::read(archive, wanted, budget),
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
    let names = sheets.iter().map(|(name, _)| name.clone()).collect();
    let mut chosen = Chosen { names, ..Chosen::default() };
    for (name, visible) in sheets {
        if wanted.map_or(!visible, |wanted| wanted != name) || chosen.is_table() {
            continue;
        }
        let merged = book.merge_cells_by_sheet_name(&name).map_err(damaged)?;
        let mut text = Table::new(budget);
        text.spans = merged.iter().map(|region| (region.start, region.end.0)).collect();
        let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
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
        chosen.offer(name, text.finish()?);
    }
    chosen.sheet(wanted)
}

fn is_percent(style: &Style) -> bool {
    style.number_format.as_ref().is_some_and(|format| format.format_code.contains('%'))
}

/// 0.8 that is displayed as 80 %.
fn percent(share: f64) -> String {
    // Rounds away the floating-point error of the multiplication.
    format!("{}%", (share * 1e11).round() / 1e9)
}

/// A typed cell as a user would write it.
fn printed(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        // A double holds integers up to 9e15 exactly.
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

/// `2019-03-14T00:00:00` is a day without time.
fn iso(text: &str) -> String {
    text.strip_suffix("T00:00:00").unwrap_or(text).replace('T', " ")
}

/// Writes cells as CSV, row by row.
struct Table<'b> {
    budget: &'b mut Budget,
    text: SpooledTempFile,
    /// The row being filled, from 0.
    row: u32,
    cells: BTreeMap<u32, String>,
    /// Last row of each vertically merged cell, by the cell's position.
    spans: BTreeMap<(u32, u32), u32>,
    /// Merged cells still open: column, last row, value.
    open: Vec<(u32, u32, String)>,
    /// Width of the widest row so far; shorter rows are padded with empty fields.
    width: u32,
    rows: u64,
    /// Number of rows with more than one cell.
    wide: u64,
    /// Number of rows that the sheet hides, as far as its cells tell.
    hidden_rows: u64,
}

/// The finished text of a sheet.
struct Filled {
    text: SpooledTempFile,
    rows: u64,
    wide: u64,
    hidden_rows: u64,
}

impl<'b> Table<'b> {
    fn new(budget: &'b mut Budget) -> Self {
        let text = SpooledTempFile::new(IN_MEMORY);
        let (spans, cells, open) = Default::default();
        let (row, width, rows, wide, hidden_rows) = Default::default();
        Self { budget, text, row, cells, spans, open, width, rows, wide, hidden_rows }
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
        if let Some(&last) = self.spans.get(&(row, column)) {
            self.open.push((column, last, value.clone()));
        }
        self.cells.insert(column, value);
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), String> {
        let mut line = Vec::new();
        let row = self.row;
        self.open.retain(|(_, last, _)| *last >= row);
        // A row with merged cells only is not a row.
        if !self.cells.is_empty() {
            for (column, _, value) in &self.open {
                self.cells.entry(*column).or_insert_with(|| value.clone());
            }
        }
        if let Some((last, _)) = self.cells.last_key_value() {
            self.width = self.width.max(last + 1);
            self.rows += 1;
            self.wide += u64::from(self.cells.len() > 1);
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

    fn finish(mut self) -> Result<Filled, String> {
        if !self.cells.is_empty() {
            self.end_row()?;
        }
        let Self { text, rows, wide, hidden_rows, .. } = self;
        Ok(Filled { text, rows, wide, hidden_rows })
    }
}

#[cfg(test)]
mod tests;
