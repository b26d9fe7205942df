//! XML dumps read with a profile: elements are records.
//!
//! Owns: finding the records, their line numbers and their text, and naming elements and
//! attributes: `name` and `stats.rating.@value` are dotted paths within the record; with a leading
//! slash, `/items.item.name.@value` is a path from the document's root, for data around the
//! records. Must never: resolve an entity that the document declares (entity bombs), or hold more
//! than one record.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::format::{Probe, ReadError, ReadOptions, Result, Sink, Text};
use super::json::{LONGEST_RECORD, add_example};
use super::profile::{Plan, Profile, Row};
use super::record::{Item, Position};

pub mod any;
mod as_json;
mod lists;

/// Maximum nesting depth of elements.
const DEEPEST: usize = 64;

/// Number of records that detection examines.
const LOOKED_AT: usize = 50;

/// Maximum bytes of a record kept for a rejection.
const KEPT: usize = 64 << 10;

/// Reads a whole dump with `profile`.
///
/// # Errors
/// [`ReadError::Malformed`] if the document is malformed.
pub fn read(
    profile: &Profile,
    text: &mut dyn Text,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result {
    let (plan, paths) = Plan::for_json(profile, &options.map)?;
    let slots: Vec<String> = paths.iter().map(|path| path.join(".")).collect();
    let date_order = options.date_order.or(profile.date_order);
    let mut records = Records::new(text.reader()?, profile);
    let mut number = 0;
    while let Some(record) = records.next()? {
        number += 1;
        let item = match record.too_long {
            true => Item::Rejected("the record is longer than 16 MiB".to_owned()),
            false => plan.item(&Cells { slots: &slots, record: &record }, date_order),
        };
        let at = Position { record: number, line: record.line };
        sink.item(at, &|| record.raw.clone(), item)?;
    }
    Ok(())
}

/// The names in the first records; `None` if it is not XML, or has none of the profile's records.
pub fn first_names(profile: &Profile, probe: &Probe<'_>) -> Option<Vec<String>> {
    if !probe.head.trim_start().starts_with('<') {
        return None;
    }
    let mut records = Records::new(probe.head.as_bytes(), profile);
    let mut names: Vec<String> = Vec::new();
    // The sample may end within a record.
    for _ in 0..LOOKED_AT {
        let Ok(Some(record)) = records.next() else { break };
        for (name, _) in record.values {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    (!names.is_empty()).then_some(names)
}

/// The names in the first `records` records, each with its first non-empty value.
///
/// # Errors
/// As for reading.
pub fn cells(
    profile: &Profile,
    text: &mut dyn Text,
    records: usize,
) -> Result<Vec<(String, String)>> {
    let mut found = Records::new(text.reader()?, profile);
    let mut cells: Vec<(String, String)> = Vec::new();
    for _ in 0..records {
        let Some(record) = found.next()? else { break };
        for (name, value) in record.values {
            add_example(&mut cells, name, &value);
        }
    }
    Ok(cells)
}

/// Resolves a character reference or one of XML's five entities; others are kept as written.
pub fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    let name = reference.xml10_content();
    match name.as_ref() {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

/// One record: its values in document order.
#[derive(Debug, Default)]
struct Record {
    line: u64,
    values: Vec<(String, String)>,
    raw: String,
    too_long: bool,
}

struct Cells<'a> {
    slots: &'a [String],
    record: &'a Record,
}

impl Row for Cells<'_> {
    /// For repeated elements, the first non-empty one counts.
    fn cell(&self, slot: usize) -> &str {
        let Some(name) = self.slots.get(slot) else { return "" };
        let own = |(known, value): &&(String, String)| known == name && !value.trim().is_empty();
        self.record.values.iter().find(own).map_or("", |(_, value)| value)
    }
}

/// The text consumed by a reader: line numbers, and the current record's text.
#[derive(Debug, Default)]
struct Passed {
    lines: u64,
    text: Vec<u8>,
}

struct Watched<R> {
    source: R,
    passed: Rc<RefCell<Passed>>,
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(into.len());
        into[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Watched<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // Consumed bytes were returned by `fill_buf`, so they are available.
        if let Some(text) = self.source.fill_buf().ok().and_then(|ready| ready.get(..amount)) {
            let mut passed = self.passed.borrow_mut();
            passed.lines += text.iter().filter(|&&b| b == b'\n').count() as u64;
            let room = KEPT.saturating_sub(passed.text.len()).min(amount);
            passed.text.extend_from_slice(&text[..room]);
        }
        self.source.consume(amount);
    }
}

/// Yields one record after the other.
struct Records<R> {
    xml: Reader<Watched<R>>,
    passed: Rc<RefCell<Passed>>,
    paths: Vec<String>,
    buffer: Vec<u8>,
    /// Names of the open elements.
    open: Vec<String>,
    around: Around,
}

impl<R: BufRead> Records<R> {
    fn new(source: R, profile: &Profile) -> Self {
        let passed = Rc::new(RefCell::new(Passed::default()));
        let xml = Reader::from_reader(Watched { source, passed: Rc::clone(&passed) });
        Self {
            around: Around::of(profile),
            xml,
            passed,
            paths: profile.records.clone(),
            buffer: Vec::new(),
            open: Vec::new(),
        }
    }

    fn next(&mut self) -> Result<Option<Record>> {
        loop {
            self.passed.borrow_mut().text.clear();
            let line = self.passed.borrow().lines + 1;
            self.buffer.clear();
            let event = self.xml.read_event_into(&mut self.buffer);
            match event.map_err(|error| broken(&error.to_string(), line))? {
                Event::Start(tag) => {
                    let tag = tag.into_owned();
                    let record = self.entered(&tag);
                    if self.open.len() > DEEPEST {
                        return Err(broken("its elements stand too deep within each other", line));
                    }
                    if let Some(record) = record {
                        self.open.pop();
                        return self.fill(record).map(Some);
                    }
                }
                Event::Empty(tag) => {
                    let tag = tag.into_owned();
                    let record = self.entered(&tag);
                    self.open.pop();
                    if let Some(mut record) = record {
                        record.raw = self.raw();
                        return Ok(Some(record));
                    }
                }
                Event::Text(text) => self.around.words(&self.open, &text.xml10_content()),
                Event::CData(text) => self.around.words(&self.open, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    self.around.words(&self.open, &resolved(&reference))
                }
                Event::End(_) => {
                    self.open.pop();
                }
                Event::Eof if self.open.is_empty() => return Ok(None),
                Event::Eof => return Err(broken("the document ends before it is closed", line)),
                _ => {}
            }
        }
    }

    /// Handles a start tag; returns a record if one begins.
    fn entered(&mut self, tag: &BytesStart<'_>) -> Option<Record> {
        self.open.push(tag.name().0.to_owned());
        self.around.look(&self.paths, &self.open, tag);
        if !self.paths.iter().any(|path| leads_to(path, &self.open)) {
            return None;
        }
        let (line, values) = (self.passed.borrow().lines + 1, self.around.values.clone());
        let mut record = Record { line, values, ..Record::default() };
        add_attributes(tag, "", &mut record.values);
        Some(record)
    }

    fn raw(&self) -> String {
        String::from_utf8_lossy(&self.passed.borrow().text).into_owned()
    }

    /// Reads on to the end of the record.
    fn fill(&mut self, mut record: Record) -> Result<Record> {
        // Each open element: its name within the record, and its own text.
        let mut within: Vec<(String, String)> = vec![(String::new(), String::new())];
        let mut length = 0;
        while let Some((name, words)) = within.last_mut() {
            self.buffer.clear();
            let event = self.xml.read_event_into(&mut self.buffer);
            let line = self.passed.borrow().lines + 1;
            match event.map_err(|error| broken(&error.to_string(), line))? {
                Event::Start(tag) => {
                    let name = dotted(name, tag.name().0);
                    add_attributes(&tag, &name, &mut record.values);
                    within.push((name, String::new()));
                }
                Event::Empty(tag) => {
                    let name = dotted(name, tag.name().0);
                    add_attributes(&tag, &name, &mut record.values);
                    record.values.push((name, String::new()));
                }
                Event::Text(text) => words.push_str(&text.xml10_content()),
                Event::CData(text) => words.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => words.push_str(&resolved(&reference)),
                Event::End(_) => {
                    if let Some((name, words)) = within.pop()
                        && !name.is_empty()
                    {
                        length += words.len();
                        record.values.push((name, words));
                    }
                }
                Event::Eof => return Err(broken("the document ends within a record", line)),
                _ => {}
            }
            record.too_long |= length > LONGEST_RECORD;
            if within.len() > DEEPEST || record.values.len() > LONGEST_RECORD / 1024 {
                return Err(broken("a record has too many elements, or too deep ones", line));
            }
        }
        record.raw = self.raw();
        Ok(record)
    }
}

/// Required values around the records, such as `/items.item.@id`.
#[derive(Debug, Default)]
struct Around {
    wanted: Vec<String>,
    values: Vec<(String, String)>,
}

impl Around {
    fn of(profile: &Profile) -> Self {
        let columns = profile.sources().into_iter().flat_map(|(_, columns)| columns);
        let wanted = columns.filter(|column| column.starts_with('/')).map(str::to_owned).collect();
        Self { wanted, values: Vec::new() }
    }

    /// Handles a start tag; `open` is the path of open elements.
    fn look(&mut self, records: &[String], open: &[String], tag: &BytesStart<'_>) {
        if self.wanted.is_empty() {
            return;
        }
        let path = format!("/{}", open.join("."));
        // Values of the previous container of records no longer apply.
        let inwards = format!("{}.", &path[1..]);
        if records.iter().any(|record| record.starts_with(&inwards)) {
            self.values.retain(|(name, _)| !name.starts_with(&format!("{path}.")));
        }
        let mut attributes = Vec::new();
        add_attributes(tag, &path, &mut attributes);
        attributes.retain(|(name, _)| self.is_missing(name));
        self.values.extend(attributes);
    }

    /// Handles text of the innermost open element.
    fn words(&mut self, open: &[String], words: &str) {
        if self.wanted.is_empty() {
            return;
        }
        let path = format!("/{}", open.join("."));
        if self.is_missing(&path) && !words.trim().is_empty() {
            self.values.push((path, words.to_owned()));
        }
    }

    fn is_missing(&self, name: &str) -> bool {
        self.wanted.iter().any(|wanted| wanted == name)
            && self.values.iter().all(|(known, _)| known != name)
    }
}

/// Whether the path matches the open elements; `*` matches any one.
fn leads_to(path: &str, open: &[String]) -> bool {
    let mut open = open.iter();
    path.split('.').all(|step| open.next().is_some_and(|name| step == "*" || step == name))
        && open.next().is_none()
}

fn dotted(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

fn add_attributes(tag: &BytesStart<'_>, above: &str, values: &mut Vec<(String, String)>) {
    for attribute in tag.attributes().flatten() {
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
        let value = value.map_or_else(|_| attribute.value.to_string(), |value| value.into_owned());
        values.push((dotted(above, &format!("@{}", attribute.key.0)), value));
    }
}

fn broken(message: &str, line: u64) -> ReadError {
    ReadError::Malformed {
        message: format!("the XML is broken: {message}"),
        line: Some(line),
        help: Some("the file is not whole XML; was its download cut off?".to_owned()),
    }
}

#[cfg(test)]
mod tests;
