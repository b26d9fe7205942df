//! A table on a saved page, or in one of the "Excel" files that are pages.
//!
//! Owns: finding a table whose first row is the header of a column profile,
//! and handing its rows on as columns. Must never: know a header of its own;
//! which columns mean what is the profiles' business, as for CSV. Kinopoisk's
//! export is such a file: `.xls` by name, an HTML table by content.

use std::io::{self, BufRead};

use scraper::ElementRef;

use super::html::{self, walk};
use super::whole_page::read_page;
use crate::import::columns;
use crate::import::format::{Format, Probe, ReadError, ReadOptions, Sink, Stop, Sureness, Text};
use crate::import::profile::{Profile, Role, Shape, built_in};
use crate::import::record::{Item, Position};

/// Tables whose header is looked at: pages of the past were laid out in tables.
const TABLES: usize = 20;

/// How far a header row may reach, in bytes: Kinopoisk's has two thousand.
const HEADER_LIMIT: usize = 16 << 10;

pub struct HtmlTable;

impl Format for HtmlTable {
    fn name(&self) -> &str {
        "html-table"
    }

    fn describe(&self) -> &str {
        "a table on a page, or a page named .xls (Kinopoisk's export), with the header of any columns format"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Sureness {
        let head = probe.head.trim_start_matches('\u{feff}').trim_start();
        if head.starts_with('<')
            && headers(head).any(|names| profile_of(&names, probe.name).is_some())
        {
            Sureness::Certain
        } else {
            Sureness::No
        }
    }

    fn read(
        &self,
        text: &mut dyn Text,
        options: &ReadOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ReadError> {
        let page = read_page(text)?;
        let mut records = 0;
        for table in tables(&page)? {
            let mut sink = Placed { lines: &table.lines, before: records, sink: &mut *sink };
            columns::read(table.profile, &mut Rows(&table.csv), options, &mut sink)?;
            records += table.lines.len() as u64;
        }
        Ok(())
    }
}

/// The cells of each table's first row, as far as the text shows them.
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
        let row_end = table.find("</tr").or_else(|| table.find("</TR"))?;
        let tree = html::parse(table.get(..row_end)?).ok()?;
        let row = walk(tree.root_element(), |_| false)
            .into_iter()
            .find(|element| element.value().name() == "tr")?;
        Some(names_of(row))
    })
}

fn names_of(row: ElementRef<'_>) -> Vec<String> {
    cells(row).map(|cell| html::line(cell).unwrap_or_default()).collect()
}

fn cells(row: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    row.children()
        .filter_map(ElementRef::wrap)
        .filter(|cell| matches!(cell.value().name(), "td" | "th"))
}

/// The profile of reviews in columns that knows this header.
fn profile_of(names: &[String], file: &str) -> Option<&'static Profile> {
    let profiles = built_in().ok()?;
    profiles.iter().find(|profile| {
        profile.shape_of("") == Shape::Columns
            && profile.role == Role::Reviews
            && profile.detect.fits(names, file)
    })
}

/// One table as columns, and the line on which each of its rows begins.
struct Table {
    profile: &'static Profile,
    csv: Vec<u8>,
    lines: Vec<u64>,
}

/// Every table of the page that a profile knows. A row belongs to the header
/// above it where it has as many cells.
fn tables(page: &str) -> Result<Vec<Table>, ReadError> {
    let tree = html::parse(page)?;
    let mut lines = row_lines(page);
    let mut line = 1;
    let mut tables: Vec<(Table, csv::Writer<Vec<u8>>, usize)> = Vec::new();
    let rows = walk(tree.root_element(), |_| false)
        .into_iter()
        .filter(|element| element.value().name() == "tr");
    for row in rows {
        line = lines.next().unwrap_or(line);
        let names = names_of(row);
        if let Some(profile) = profile_of(&names, "") {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&names).map_err(broken)?;
            tables.push((
                Table { profile, csv: Vec::new(), lines: Vec::new() },
                writer,
                names.len(),
            ));
        } else if let Some((table, writer, width)) = tables.last_mut()
            && names.len() == *width
        {
            writer
                .write_record(cells(row).map(|cell| html::text(cell, |_| false)))
                .map_err(broken)?;
            table.lines.push(line);
        }
    }
    tables
        .into_iter()
        .map(|(table, writer, _)| {
            let csv = writer.into_inner().map_err(|error| ReadError::Io(error.into_error()))?;
            Ok(Table { csv, ..table })
        })
        .collect()
}

/// The lines on which the page's rows begin; a tree does not remember them.
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

/// Gives records their place on the page instead of that in the columns.
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::formats::testing::{probe, read};

    #[test]
    fn tables_of_a_known_header_alone() {
        let header = "<tr><th>site</th><th>user</th><th>review_target</th><th>review</th><th>score</th><th>max_score</th></tr>";
        let row = "<tr><td>m</td><td>Ann</td><td>Salt</td><td>Fine.<br>Really.</td><td>8</td><td>10</td></tr>";
        let page = format!(
            "<html><table><tr><td>menu</td></tr></table>\n<table>{header}\n{row}\n<tr><td>foot</td></tr></table></html>"
        );
        assert_eq!(HtmlTable.recognise(&probe(&page)), Sureness::Certain);
        let found = read(&HtmlTable, &page);
        let reviews = found.reviews();
        assert_eq!(reviews.len(), 1);
        let (at, review) = &reviews[0];
        assert_eq!((at.record, at.line), (1, 3));
        assert_eq!(review.quote.as_deref(), Some("Fine.\nReally."));
        for other in [
            "<html><table><tr><td>city</td><td>people</td></tr></table></html>",
            "<table",
            "site,user",
            "<html></html>",
        ] {
            assert_eq!(HtmlTable.recognise(&probe(other)), Sureness::No, "{other}");
        }
    }
}
