//! Records of `key: value` lines as JSON lines, each on the line on which it begins.
//!
//! Must never: hold more than one record.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::layout::{First, Layout, field, heading, is_blank};
use crate::format::{ReadError, Result};
use crate::json::LONGEST_RECORD;
use crate::json::written::Writer;

/// The key of a heading.
const TITLE: &str = "title";

/// The key of words below the fields.
const TEXT: &str = "text";

/// Reads line by line and writes a record where the next one begins.
pub(super) struct Records<R> {
    source: R,
    layout: Layout,
    number: u64,
    after_blank: bool,
    record: Option<Record>,
    /// The line on which the output ends.
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
        out.extend_from_slice(Value::Object(record.into_keys()).to_string().as_bytes());
    }

    fn take(&mut self, line: &str, out: &mut Vec<u8>) -> Result {
        if self.layout.begins(line, self.after_blank) {
            self.flush(out);
            self.record = Some(Record { line: self.number, ..Record::default() });
        }
        let Some(record) = &mut self.record else { return Ok(()) };
        record.length += line.len();
        if record.length > LONGEST_RECORD {
            let message = "a record is longer than 16 MiB".to_owned();
            return Err(ReadError::Malformed { message, line: Some(self.number), help: None });
        }
        let titled = matches!(self.layout.first, First::Heading(_));
        match (field(line), heading(line)) {
            (_, Some((_, words))) if titled && record.fields.is_empty() => {
                record.add(TITLE, words);
            }
            (Some((key, value)), _)
                if self.layout.known.contains(key)
                    || record.in_fields && !self.after_blank && !record.fields.is_empty() =>
            {
                record.add(key, value);
                record.in_fields = true;
            }
            _ => record.go_on(line.trim(), titled, self.after_blank),
        }
        Ok(())
    }
}

impl<R: BufRead> Writer for Records<R> {
    fn write(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let mut line = Vec::new();
        if self.source.read_until(b'\n', &mut line)? == 0 {
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

/// The present record.
#[derive(Debug, Default)]
struct Record {
    line: u64,
    fields: Vec<(String, String)>,
    /// The line before was a field.
    in_fields: bool,
    length: usize,
}

impl Record {
    fn add(&mut self, key: &str, value: &str) {
        self.fields.push((key.to_owned(), value.to_owned()));
    }

    /// Words below a heading's fields are the record's own; others go on with the last field.
    fn go_on(&mut self, words: &str, titled: bool, after_blank: bool) {
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

    /// A key that stands several times has a list; `review/text` is what the object `review` has.
    fn into_keys(self) -> Map<String, Value> {
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
