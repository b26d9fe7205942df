//! Streams the sheets of an OpenDocument workbook (content.xml).
//!
//! Owns: tables, rows and cells repeated by `number-…-repeated`. Must never: keep an empty row, or
//! read notes attached to a cell.

use std::io::{BufReader, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::super::spool::Budget;
use super::{Chosen, MOST_COLUMNS, Sheet, Table, damaged, iso, percent};

/// Maximum element depth in a sheet.
const DEEPEST: usize = 64;

/// The named sheet, or the first one that is a table.
///
/// # Errors
/// As [`super::read`].
pub(super) fn read<R: Read + Seek>(
    mut archive: ZipArchive<R>,
    wanted: Option<&str>,
    budget: &mut Budget,
) -> Result<Sheet, String> {
    let content = archive.by_name("content.xml").map_err(damaged)?;
    let mut xml = Reader::from_reader(BufReader::new(content));
    let mut buffer = Vec::new();
    let mut chosen = Chosen::default();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Start(tag) if tag.name().0 == "table:table" => {
                let name = attribute(&tag, "table:name").unwrap_or_default();
                chosen.names.push(name.clone());
                let is_it = !chosen.is_table() && wanted.is_none_or(|wanted| wanted == name);
                let mut text = Table::new(budget);
                OdsTable { xml: &mut xml, table: &mut text, kept: is_it }.read()?;
                let table = text.finish()?;
                if is_it {
                    chosen.offer(name, table);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    chosen.sheet(wanted)
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
                    let shown =
                        attribute(&tag, "table:visibility").is_none_or(|it| it == "visible");
                    row = self.row(row, times, shown)?;
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

    /// Reads to the end of a row that is repeated `times` times; returns the number of the next
    /// row.
    fn row(&mut self, row: u32, times: u32, shown: bool) -> Result<u32, String> {
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
            // The unused rest of a sheet is one repeated cell.
            if !value.trim().is_empty() {
                let end = column.saturating_add(count).min(MOST_COLUMNS);
                cells.extend((column..end).map(|at| (at, value.clone())));
            }
            column = column.saturating_add(count).min(MOST_COLUMNS);
        }
        if self.kept && !cells.is_empty() {
            self.table.hidden_rows += if shown { 0 } else { u64::from(times) };
            for at in row..row.saturating_add(times) {
                for (column, value) in &cells {
                    self.table.put(at, *column, value.clone())?;
                }
            }
        }
        Ok(row.saturating_add(times))
    }

    /// Reads to the end of a cell: its paragraphs, without attached notes.
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
                    words.push_str(&crate::xml::resolved(&name));
                }
                Event::Eof => return Err(damaged("it ends within a cell")),
                _ => {}
            }
            if depth > DEEPEST || words.len() > crate::json::LONGEST_RECORD {
                return Err(damaged("a cell is too long or too deep"));
            }
        }
    }
}
