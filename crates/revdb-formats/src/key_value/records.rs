//! Converts `key: value` records to JSON lines, each on its record's first line.
//!
//! Must never: hold more than one record.

use std::io::{BufRead, Read as _};

use serde_json::{Map, Value};

use super::layout::{First, Layout, heading, is_blank};
use crate::format::{ReadError, Result};
use crate::json::LONGEST_RECORD;
use crate::json::generated::Writer;
use crate::roles;
use revdb_model::score;

/// The key for a heading.
const TITLE: &str = "title";

/// The key for a score in a heading.
const SCORE: &str = "score";

/// The key for text below the fields.
const TEXT: &str = "text";

/// Reads line by line and writes a record when the next one begins.
pub(super) struct Records<R> {
    source: R,
    layout: Layout,
    number: u64,
    after_blank: bool,
    record: Option<Record>,
    /// Number of lines written.
    written: u64,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(source: R, layout: Layout) -> Self {
        Self { source, layout, number: 0, after_blank: true, record: None, written: 1 }
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        let Some(record) = self.record.take() else { return };
        out.extend((self.written..record.line).map(|_| b'\n'));
        self.written = self.written.max(record.line);
        let titled = matches!(self.layout.first, First::Heading(_));
        let twice = record.twice.clone();
        let json = Value::Object(record.into_keys(titled)).to_string();
        match (twice, json.strip_suffix('}')) {
            // A record with a duplicate key is rejected, as in JSON.
            (Some(key), Some(open)) => {
                let key = Value::String(key);
                out.extend_from_slice(format!("{open},{key}:null}}").as_bytes());
            }
            _ => out.extend_from_slice(json.as_bytes()),
        }
    }

    fn take(&mut self, line: &str, out: &mut Vec<u8>) -> Result {
        let has = |key: &str| self.record.as_ref().is_some_and(|record| record.has(key));
        let begins = self.layout.begins(line, self.after_blank, has);
        if begins || self.layout.ends(line) {
            self.flush(out);
        }
        if begins {
            self.record = Some(Record { line: self.number, ..Record::default() });
        }
        // Text before the first record becomes a record without a title; a heading above other
        // headings is skipped.
        if self.record.is_none() && heading(line).is_some() {
            return Ok(());
        }
        let begun = Record { line: self.number, ..Record::default() };
        let record = self.record.get_or_insert(begun);
        record.length += line.len();
        if record.length > LONGEST_RECORD {
            let message = "a record is longer than 16 MiB".to_owned();
            return Err(ReadError::Malformed { message, line: Some(self.number), help: None });
        }
        if self.after_blank {
            (record.block, record.block_line) = (Some(record.fields.len()), self.number);
        }
        let titled = matches!(self.layout.first, First::Heading(_));
        match (self.layout.field(line), heading(line)) {
            (_, Some((_, words))) if begins && titled => record.add_heading(words),
            (Some((key, value)), _) if !record.has(key) || self.layout.lists.contains(key) => {
                let goes_on = record.in_fields && !record.ends_in_words(key);
                if self.layout.known.contains(key) || goes_on || self.after_blank {
                    record.add(key, value);
                    record.in_fields = true;
                } else {
                    record.continue_text(line.trim(), titled, self.after_blank);
                }
            }
            // The key belongs to another record, whose first lines were already read.
            (Some((key, value)), _)
                if record.in_fields && record.block.is_some_and(|at| at > 0) =>
            {
                let mut next = record.split_off();
                next.add(key, value);
                self.flush(out);
                self.record = Some(next);
            }
            // A new record, with no separator before it.
            (Some((key, value)), _) if record.in_fields && !self.layout.parted => {
                record.add(key, value);
                record.twice = Some(key.to_owned());
            }
            _ => record.continue_text(line.trim(), titled, self.after_blank),
        }
        Ok(())
    }
}

impl<R: BufRead> Writer for Records<R> {
    fn write(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let mut line = Vec::new();
        let most = LONGEST_RECORD as u64 + 1;
        if self.source.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            self.flush(out);
            return Ok(false);
        }
        self.number += 1;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_start_matches('\u{feff}').trim_end();
        if is_blank(text) {
            self.after_blank = true;
        } else {
            self.take(text, out)?;
            self.after_blank = false;
        }
        Ok(true)
    }
}

/// The current record.
#[derive(Debug, Default)]
struct Record {
    line: u64,
    fields: Vec<(String, String)>,
    /// The previous line was a field.
    in_fields: bool,
    /// Number of fields before the last blank line, and that line's number.
    block: Option<usize>,
    block_line: u64,
    length: usize,
    /// A key that occurs once per record and is repeated here.
    twice: Option<String>,
}

impl Record {
    fn add(&mut self, key: &str, value: &str) {
        self.fields.push((key.to_owned(), value.to_owned()));
    }

    fn has(&self, key: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == key)
    }

    /// An unknown key after a review's text is part of the text.
    fn ends_in_words(&self, key: &str) -> bool {
        let last = self.fields.last().and_then(|(last, _)| roles::of_a_review(last));
        last == Some("quote") && !roles::is_known(key)
    }

    /// Splits a heading into title and score: `Tide (2009) - 4/5`, `Tide ★★★☆☆`.
    fn add_heading(&mut self, words: &str) {
        let is_mark = |mark: &str| mark.contains(['/', '★']) && score::parse(mark, None).is_some();
        match words.rsplit_once(' ').filter(|(_, mark)| is_mark(mark)) {
            Some((title, mark)) => {
                self.add(TITLE, title.trim_end_matches(['-', '–', '—', ':', '|', ' ']));
                self.add(SCORE, mark);
            }
            None => self.add(TITLE, words),
        }
        self.in_fields = true;
    }

    /// Splits off the fields below the last blank line.
    fn split_off(&mut self) -> Self {
        let fields = self.fields.split_off(self.block.unwrap_or(0).min(self.fields.len()));
        Self { line: self.block_line, fields, in_fields: true, ..Self::default() }
    }

    /// Text below a heading's fields is the record's text; otherwise it continues the last field.
    fn continue_text(&mut self, words: &str, titled: bool, after_blank: bool) {
        self.in_fields = false;
        let is_open = |(key, value): &(String, String)| {
            !titled || key == TEXT || value.is_empty() && !after_blank
        };
        match self.fields.last_mut().filter(|field| is_open(field)) {
            Some((_, value)) => {
                let between = match (value.is_empty(), after_blank) {
                    (true, _) => "",
                    (false, true) => "\n\n",
                    (false, false) => "\n",
                };
                value.push_str(between);
                value.push_str(words);
            }
            None => self.add(TEXT, words),
        }
    }

    /// A repeated key becomes a list; `review/text` becomes a member of the object `review`.
    fn into_keys(mut self, titled: bool) -> Map<String, Value> {
        // A heading with nothing but text below is not a work's title.
        if titled && self.fields.iter().all(|(key, _)| key == TITLE || key == TEXT) {
            self.fields.retain(|(key, _)| key != TITLE);
        }
        let mut keys = Map::new();
        for (key, value) in self.fields {
            let value = Value::String(value);
            match key.split_once('/') {
                Some((object, key)) => {
                    let object = keys.entry(object).or_insert_with(|| Value::Object(Map::new()));
                    match object.as_object_mut() {
                        Some(within) => put(within, key.to_owned(), value),
                        None => put(&mut keys, key.to_owned(), value),
                    }
                }
                None => put(&mut keys, key, value),
            }
        }
        keys
    }
}

fn put(keys: &mut Map<String, Value>, key: String, value: Value) {
    match keys.get_mut(&key) {
        Some(Value::Array(items)) => items.push(value),
        Some(known) => *known = Value::Array(vec![known.take(), value]),
        None => drop(keys.insert(key, value)),
    }
}
