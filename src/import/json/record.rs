//! One JSON record as the cells that a plan asks for.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::cut::LONGEST_RECORD;
use crate::import::profile::Row;

/// How deep [`names`] looks for keys.
const NAMED_DEPTH: usize = 4;

/// The cells of one record, by slot.
#[derive(Debug)]
pub struct Record {
    cells: Vec<String>,
}

impl Row for Record {
    fn cell(&self, slot: usize) -> &str {
        self.cells.get(slot).map_or("", String::as_str)
    }
}

impl Record {
    /// Parses a record and takes the values at `paths`.
    ///
    /// # Errors
    /// A clause that says why it is no record: no JSON, a key twice, nested
    /// deeper than serde_json goes (128), longer than [`LONGEST_RECORD`].
    pub fn parse(text: &[u8], paths: &[Vec<String>]) -> Result<Self, String> {
        let value = checked(text)?;
        if !value.is_object() {
            return Err("the record is not a JSON object".to_owned());
        }
        let cells =
            paths.iter().map(|path| at(&value, path).map(printed).unwrap_or_default()).collect();
        Ok(Self { cells })
    }
}

/// The dotted names of a record's values; none where it does not parse.
pub fn names(text: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(value) = checked(text) {
        add_names(&value, "", NAMED_DEPTH, &mut names);
    }
    names
}

fn add_names(value: &Value, above: &str, depth: usize, names: &mut Vec<String>) {
    let Value::Object(map) = value else { return };
    for (key, value) in map {
        let name = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        if depth > 1 {
            add_names(value, &name, depth - 1, names);
        }
        names.push(name);
    }
}

/// A document in which a key that stands twice is borne (the last counts), as
/// scripts of pages have them; numbers are texts, as they are printed.
///
/// # Errors
/// Why it is no JSON.
pub fn as_printed(text: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(&quote_numbers(text))
}

/// As [`as_printed`], where a key that stands twice is an error.
///
/// # Errors
/// As `Record::parse`, but that any JSON value will do.
pub fn checked(text: &[u8]) -> Result<Value, String> {
    if text.len() >= LONGEST_RECORD {
        return Err("the record is longer than 16 MiB".to_owned());
    }
    let quoted = quote_numbers(text);
    let twice = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(&quoted);
    let value = Strict(&twice)
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match twice.into_inner() {
        Some(key) => Err(format!("the key '{key}' stands twice in one object")),
        None => value.map_err(|error| format!("not JSON: {error}")),
    }
}

/// Puts quote marks around numbers, so that they stay as they are printed.
fn quote_numbers(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut in_string = false;
    let mut escaped = false;
    let mut in_number = false;
    for &b in text {
        let number = !in_string
            && (b.is_ascii_digit()
                || b == b'-'
                || in_number && matches!(b, b'.' | b'e' | b'E' | b'+'));
        if number != in_number {
            out.push(b'"');
            in_number = number;
        }
        if escaped {
            escaped = false;
        } else if in_string && b == b'\\' {
            escaped = true;
        } else if b == b'"' {
            in_string = !in_string;
        }
        out.push(b);
    }
    if in_number {
        out.push(b'"');
    }
    out
}

fn at<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| match value {
        Value::Array(items) => items.first().and_then(|first| first.get(key)),
        value => value.get(key),
    })
}

/// A value as a cell's text: a list is joined, an object has none.
fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => {
            let parts: Vec<_> = items.iter().map(printed).filter(|part| !part.is_empty()).collect();
            parts.join(", ")
        }
        Value::Null | Value::Object(_) => String::new(),
    }
}

/// A `Value` that takes note of a key standing twice; serde_json lets the last win in silence.
struct Strict<'a>(&'a RefCell<Option<String>>);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Value, E> {
        Ok(Value::Bool(yes))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Strict(self.0))? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Strict(self.0))?;
            if map.contains_key(&key) {
                self.0.borrow_mut().get_or_insert_with(|| key.clone());
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}
