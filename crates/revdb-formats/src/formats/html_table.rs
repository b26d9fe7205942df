//! A table on a saved page, or in an "Excel" file that is really an HTML page.
//!
//! Owns: finding tables whose first row is the header of a column profile, or that the roles
//! recognise as a table of reviews, and passing on their rows as columns. Must never: have a
//! header of its own; as for CSV, profiles define the meaning of columns. Kinopoisk's export is
//! such a file: `.xls` by name, an HTML table by content. `grid` expands the cells of a row.

mod grid;

use std::io::{self, BufRead};

use super::html::{self, Element, walk};
use super::whole_page::read_page;
use crate::columns;
use crate::columns::any_columns::{self, AnyColumns};
use crate::format::{
    Confidence, Format, Note, Probe, ReadError, ReadOptions, Result, Sink, Stop, Text,
};
use crate::inferred;
use crate::profile::{Profile, Role, Shape, built_in, same_column};
use crate::record::{Item, Position};
use crate::roles;
use grid::{Cell, Spread, values};

/// Maximum number of tables whose header is examined: old pages use tables for layout.
const TABLES: usize = 20;

/// The rows in which a table's header is looked for: a heading across all columns may precede it.
const HEADINGS: usize = 3;

/// Maximum size of a header row in bytes: Kinopoisk's has two thousand.
const HEADER_LIMIT: usize = 16 << 10;

pub struct HtmlTable;

impl Format for HtmlTable {
    fn name(&self) -> &str {
        "html-table"
    }

    fn describe(&self) -> &str {
        "a table on a page, or a page named .xls (Kinopoisk's export), by its header as CSV is"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        let head = probe.head.trim_start_matches('\u{feff}').trim_start();
        if !head.starts_with('<') {
            Confidence::No
        } else if headers(head).any(|names| profile_of(&names, probe.name).is_some()) {
            Confidence::Certain
        } else if headers(head).any(|names| names.len() > 1)
            && of_reviews(head, probe.options).is_ok_and(|tables| !tables.is_empty())
        {
            Confidence::Shape
        } else {
            Confidence::No
        }
    }

    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let page = read_page(text)?;
        let mut records = 0;
        let mut tables = tables(&page)?;
        if tables.is_empty() {
            tables = of_reviews(&page, options)?;
        }
        let several = tables.len() > 1;
        for table in tables {
            let mut sink = Placed { lines: &table.lines, before: records, sink: &mut *sink };
            let mut csv = Rows(&table.csv);
            match table.profile {
                Some(profile) => columns::read(profile, &mut csv, options, &mut sink)?,
                None => AnyColumns
                    .read(&mut csv, options, &mut sink)
                    .map_err(|error| if several { ask_for_title(error) } else { error })?,
            }
            let notes =
                [grid::note_of_pictures(table.pictures), grid::note_of_hidden(table.hidden)];
            notes.into_iter().flatten().try_for_each(|note| sink.note(note))?;
            records += table.lines.len() as u64;
            for line in table.others {
                records += 1;
                let aside = Item::LeftAlone("a row with other cells than the header");
                sink.item(Position { record: records, line }, &String::new, aside)?;
            }
        }
        Ok(())
    }
}

/// With several tables without titles, each may be about another work.
fn ask_for_title(error: ReadError) -> ReadError {
    match error {
        ReadError::Unsure(mut unsure)
            if unsure.flags.iter().any(|it| it.starts_with("--title")) =>
        {
            unsure.flags.clear();
            let parts = "the page has several tables, and each may be of another work: \
                         import each by itself, with --title";
            unsure.reason = format!("{}; {parts}", unsure.reason);
            ReadError::Unsure(unsure)
        }
        error => error,
    }
}

/// The cells of each table's header, as far as the text contains it: the first of its first rows
/// with several cells.
fn headers(head: &str) -> impl Iterator<Item = Vec<String>> {
    let tag =
        |at: &usize| head.get(*at..*at + 6).is_some_and(|tag| tag.eq_ignore_ascii_case("<table"));
    head.match_indices('<').map(|(at, _)| at).filter(tag).take(TABLES).filter_map(|at| {
        let table = head.get(at..)?;
        let mut end = table.len().min(HEADER_LIMIT);
        while !table.is_char_boundary(end) {
            end -= 1;
        }
        let table = table.get(..end)?;
        row_ends(table).into_iter().take(HEADINGS).find_map(|end| {
            let tree = html::parse(table.get(..end)?).ok()?;
            let elements = walk(tree.root_element(), |_| false);
            let names = names_of(*elements.iter().rfind(|element| element.name() == "tr")?);
            (names.len() > 1).then_some(names)
        })
    })
}

/// Where the rows of a table end. The end tag of a row is optional in HTML.
fn row_ends(table: &str) -> Vec<usize> {
    let found = |tag: &str| -> Vec<usize> {
        let is_tag = |at: &usize| {
            table.get(*at..at + tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag))
        };
        table.match_indices('<').map(|(at, _)| at).filter(is_tag).collect()
    };
    let ends = found("</tr");
    if ends.is_empty() { found("<tr").into_iter().skip(1).collect() } else { ends }
}

fn names_of(row: Element<'_>) -> Vec<String> {
    cells(row).map(|cell| html::line(cell).unwrap_or_default()).collect()
}

fn cells(row: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    row.children().filter(|cell| matches!(cell.name(), "td" | "th"))
}

/// The profile of a review table that recognises this header.
fn profile_of(names: &[String], file: &str) -> Option<&'static Profile> {
    let profiles = built_in().ok()?;
    profiles.iter().find(|profile| {
        profile.shape_of("") == Shape::Columns
            && profile.role == Role::Reviews
            && profile.detect.fits(names, file)
    })
}

/// Which columns are read as addresses.
fn of_addresses(profile: &Profile, names: &[String]) -> Vec<bool> {
    let columns = profile.fields.url.as_ref().map(|url| url.columns()).unwrap_or_default();
    names.iter().map(|name| columns.iter().any(|column| same_column(column, name))).collect()
}

/// One table as columns, and the line number of each row. Without a profile its header determines
/// the fields.
#[derive(Default)]
struct Table {
    profile: Option<&'static Profile>,
    csv: Vec<u8>,
    lines: Vec<u64>,
    /// Line numbers of rows whose number of cells differs from the header's.
    others: Vec<u64>,
    /// Number of cells with images that have no alternative text.
    pictures: usize,
    /// Number of rows that the page does not show.
    hidden: usize,
}

/// Every table of the page that a profile recognises. A row belongs to the header above it if it
/// has as many cells.
fn tables(page: &str) -> Result<Vec<Table>> {
    let tree = html::parse(page)?;
    let mut lines = row_lines(page);
    let mut line = 1;
    let mut tables: Vec<(Table, csv::Writer<Vec<u8>>, Vec<bool>)> = Vec::new();
    let rows =
        walk(tree.root_element(), |_| false).into_iter().filter(|element| element.name() == "tr");
    for row in rows {
        line = lines.next().unwrap_or(line);
        let names = names_of(row);
        if let Some(profile) = profile_of(&names, "") {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&names).map_err(broken)?;
            tables.push((
                Table { profile: Some(profile), ..Table::default() },
                writer,
                of_addresses(profile, &names),
            ));
        } else if let Some((table, writer, addresses)) = tables.last_mut()
            && names.len() == addresses.len()
        {
            let words = |cell| html::text(cell, |_| false);
            let cells: Vec<Cell> = cells(row).map(|cell| Cell::new(words(cell), cell)).collect();
            writer.write_record(values(&cells, addresses)).map_err(broken)?;
            table.lines.push(line);
        }
    }
    tables
        .into_iter()
        .map(|(table, writer, _)| Ok(Table { csv: written(writer)?, ..table }))
        .collect()
}

/// The page's tables that are review tables by their headers and rows. A row with another number
/// of cells (a note across all columns) is skipped. Empty for texts that are not pages.
fn of_reviews(page: &str, options: &ReadOptions) -> Result<Vec<Table>> {
    let Ok(tree) = html::parse(page) else { return Ok(Vec::new()) };
    let mut grids: Vec<(Element<'_>, Spread, Vec<u64>)> = Vec::new();
    let is = |element: &Element<'_>, name: &str| element.name() == name;
    let rows = walk(tree.root_element(), |_| false).into_iter().filter(|element| is(element, "tr"));
    for (row, line) in rows.zip(row_lines(page)) {
        let mut above = row.ancestors();
        let Some(table) = above.find(|element| is(element, "table")) else { continue };
        if !grids.iter().any(|(known, ..)| *known == table) {
            grids.push((table, Spread::default(), Vec::new()));
        }
        if let Some((_, spread, lines)) = grids.iter_mut().rfind(|(known, ..)| *known == table) {
            spread.row(cells(row));
            spread.hidden += usize::from(grid::is_hidden(row));
            lines.push(line);
        }
    }
    let tables = grids.into_iter().map(|(_, spread, lines)| of_grid(spread, &lines, options));
    tables.filter_map(Result::transpose).collect()
}

fn of_grid(spread: Spread, lines: &[u64], options: &ReadOptions) -> Result<Option<Table>> {
    let (pictures, hidden) = (spread.pictures, spread.hidden);
    let mut rows = spread.rows.into_iter().zip(lines).skip_while(|(cells, _)| cells.len() < 2);
    let Some((names, header_line)) = rows.next() else { return Ok(None) };
    let mut names: Vec<String> = names.into_iter().map(|cell| cell.words).collect();
    let mut rows = rows.peekable();
    if let Some(both) = rows.peek().and_then(|(below, _)| grid::both_headers(&names, below)) {
        names = both;
        rows.next();
    }
    let (rows, others): (Vec<_>, Vec<_>) = rows.partition(|(cells, _)| cells.len() == names.len());
    let (rows, lines): (Vec<_>, Vec<u64>) = rows.into_iter().unzip();
    let others = others.into_iter().map(|(_, line)| *line).collect();
    let sample = rows.iter().take(roles::SAMPLE_ROWS);
    let table = roles::Table {
        rows: sample.map(|row| row.iter().map(|cell| cell.words.clone()).collect()).collect(),
        names,
        header_line: Some(*header_line),
        ..Default::default()
    };
    let read = |options: &ReadOptions| {
        roles::read(&table, options, Shape::Columns, any_columns::NAME).ok()
    };
    let reading = read(&ReadOptions::default());
    let is_of_reviews = |it: &_| inferred::confidence(&table, it) == Confidence::Shape;
    let Some(reading) = reading.filter(is_of_reviews) else { return Ok(None) };
    // The user's mapping may name the address column; mapping errors are reported when the table
    // is read.
    let profile = read(options).unwrap_or(reading).profile;
    let addresses = of_addresses(&profile, &table.names);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&table.names).map_err(broken)?;
    for row in &rows {
        writer.write_record(values(row, &addresses)).map_err(broken)?;
    }
    Ok(Some(Table { profile: None, csv: written(writer)?, lines, others, pictures, hidden }))
}

fn written(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>> {
    writer.into_inner().map_err(|error| ReadError::Io(error.into_error()))
}

/// Line numbers of the page's rows; a tree does not keep them.
fn row_lines(page: &str) -> impl Iterator<Item = u64> {
    let mut line = 1;
    let mut passed = 0;
    let is_row = |at: &usize| {
        let tag = page.as_bytes().get(*at..*at + 4).unwrap_or(&[]);
        tag.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case(b"<tr")) && !tag.ends_with(b"a")
    };
    page.match_indices('<').map(|(at, _)| at).filter(is_row).map(move |at| {
        line += page.as_bytes()[passed..at].iter().filter(|&&b| b == b'\n').count() as u64;
        passed = at;
        line
    })
}

fn broken(error: csv::Error) -> ReadError {
    ReadError::Io(io::Error::other(error))
}

struct Rows<'a>(&'a [u8]);

impl Text for Rows<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(Box::new(self.0))
    }
}

/// Gives records their line numbers in the page instead of those in the columns.
struct Placed<'a> {
    lines: &'a [u64],
    before: u64,
    sink: &'a mut dyn Sink,
}

impl Sink for Placed<'_> {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        let row = usize::try_from(at.record.saturating_sub(1)).unwrap_or(usize::MAX);
        let line = self.lines.get(row).copied().unwrap_or(at.line);
        self.sink.item(Position { record: self.before + at.record, line }, raw, item)
    }

    fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.sink.note(note)
    }
}

#[cfg(test)]
mod tests;
