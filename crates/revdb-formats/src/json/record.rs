//! One JSON record as the cells that a plan needs.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::cut::{Cut, LONGEST_RECORD};
use crate::profile::Row;

/// Maximum depth at which [`names`] lists keys.
const NAMED_DEPTH: usize = 8;

/// The cells of one record, by slot.
#[derive(Debug)]
pub struct Record {
    cells: Vec<String>,
    /// Slots that hold a list of different values.
    several: Vec<usize>,
}

impl Row for Record {
    fn cell(&self, slot: usize) -> &str {
        self.cells.get(slot).map_or("", String::as_str)
    }

    fn is_several(&self, slot: usize) -> bool {
        self.several.contains(&slot)
    }
}

impl Record {
    /// Parses a record and takes the values at `paths`.
    ///
    /// # Errors
    /// A clause that says why it is not a record: invalid JSON, a duplicate key, nested deeper
    /// than serde_json allows (128), longer than [`LONGEST_RECORD`].
    pub fn parse(text: &[u8], paths: &[Vec<String>]) -> Result<Self, String> {
        Ok(Self::of(&object(text)?, paths))
    }

    /// The values at `paths` of a record.
    pub fn of(value: &Value, paths: &[Vec<String>]) -> Self {
        let mut record = Self { cells: Vec::with_capacity(paths.len()), several: Vec::new() };
        for (slot, path) in paths.iter().enumerate() {
            let found = at(value, path);
            if found.is_some_and(is_several) {
                record.several.push(slot);
            }
            record.cells.push(found.map(text_of).unwrap_or_default());
        }
        record
    }
}

/// The column name for a record's key, if its list is an object.
pub const KEY: &str = "(key)";

/// The steps of a dotted name.
pub fn path(name: &str) -> Vec<String> {
    name.split('.').map(str::to_owned).collect()
}

fn object(text: &[u8]) -> Result<Value, String> {
    let value = checked(text)?;
    match value.is_object() {
        true => Ok(value),
        false => Err("the record is not a JSON object".to_owned()),
    }
}

/// The records in a cut text: the text itself, or one for each object of its list at `each`, with
/// the fields around that list.
///
/// # Errors
/// As [`Record::parse`].
pub fn values(cut: &Cut, each: Option<&str>) -> Result<Vec<Value>, String> {
    let mut value = object(&cut.text)?;
    if let (Value::Object(map), Some(key)) = (&mut value, &cut.key) {
        map.insert(KEY.to_owned(), Value::String(key.clone()));
    }
    let Some(each) = each else { return Ok(vec![value]) };
    let path = path(each);
    let Some(Value::Array(items)) = taken(&mut value, &path) else { return Ok(Vec::new()) };
    without_lists(&mut value);
    let of = |item: Value| {
        let mut record = value.clone();
        put(&mut record, &path, item);
        record
    };
    Ok(items.into_iter().filter(Value::is_object).map(of).collect())
}

fn taken(value: &mut Value, path: &[String]) -> Option<Value> {
    let found = path.iter().try_fold(value, |value, key| value.get_mut(key))?;
    Some(found.take())
}

fn put(value: &mut Value, path: &[String], item: Value) {
    if let Some(place) = path.iter().try_fold(value, |value, key| value.get_mut(key)) {
        *place = item;
    }
}

/// Drops other lists, which would be copied into each record, and objects that contained nothing
/// else.
fn without_lists(value: &mut Value) {
    if let Value::Object(map) = value {
        map.retain(|_, value| {
            let holds = value.as_object().is_some_and(|map| !map.is_empty());
            without_lists(value);
            let is_emptied = holds && value.as_object().is_some_and(Map::is_empty);
            !is_list(value) && !is_emptied
        });
    }
}

/// Whether the value is a list that contains objects.
pub fn is_list(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(Value::is_object))
}

/// Whether there is a list of objects at this name.
pub fn is_list_at(value: &Value, name: &str) -> bool {
    just_at(value, name).is_some_and(is_list)
}

/// Whether there is a value at this name that is a cell's text by itself.
pub fn has_text_at(value: &Value, name: &str) -> bool {
    just_at(value, name).is_some_and(|value| !printed(value).trim().is_empty())
}

fn just_at<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    name.split('.').try_fold(value, |value, key| value.get(key))
}

/// Names within lists of one object each (`Authors.name`); with several objects the first would
/// hide the others.
pub fn lone_names(values: &[Value]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut several: Vec<&str> = Vec::new();
    for (key, value) in values.iter().filter_map(Value::as_object).flatten() {
        let Some(items) = value.as_array().filter(|_| is_list(value)) else { continue };
        if items.len() > 1 {
            several.push(key);
        } else if items.iter().any(|item| item.get("name").is_some_and(Value::is_string)) {
            found.push(format!("{key}.name"));
        }
    }
    found.sort();
    found.dedup();
    found.retain(|name| !several.iter().any(|key| name.strip_prefix(key) == Some(".name")));
    found
}

/// The dotted names of a record's values; empty if it cannot be parsed.
pub fn names(text: &[u8]) -> Vec<String> {
    checked(text).map(|value| names_of(&value)).unwrap_or_default()
}

/// The dotted names of a record's values.
pub fn names_of(value: &Value) -> Vec<String> {
    let mut names = Vec::new();
    add_names(value, "", NAMED_DEPTH, &mut names);
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

/// Parses a document. Duplicate keys are allowed (the last wins), since scripts in pages have
/// them; numbers become strings, as printed.
///
/// # Errors
/// Why it is not JSON.
pub fn as_printed(text: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(&quote_numbers(text))
}

/// As [`as_printed`], but a duplicate key is an error.
///
/// # Errors
/// As `Record::parse`, except that any JSON value is accepted.
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

/// Puts quotes around numbers, so that they stay as printed.
fn quote_numbers(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut in_string = false;
    let mut escaped = false;
    let mut in_number = false;
    let mut bytes = text.iter().enumerate();
    while let Some((at, &b)) = bytes.next() {
        // Python's json.dump writes NaN for a missing number.
        if !in_string && b == b'N' && text[at..].starts_with(b"NaN") {
            out.extend_from_slice(b"null");
            bytes.nth(1);
            continue;
        }
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
        // A string where other records have an object.
        Value::String(_) if is_main(key) => Some(value),
        value => value.get(key),
    })
}

/// A list of different strings.
fn is_several(value: &Value) -> bool {
    let Some(items) = value.as_array().filter(|items| items.len() > 1) else { return false };
    let mut texts = items.iter().map(printed).filter(|text| !text.trim().is_empty());
    let first = texts.next();
    texts.any(|text| Some(text) != first)
}

/// Whether a key's value represents its whole object: `{"name": "Ann", "id": 3}`, and MongoDB's
/// `{"$date": "2020-01-01T00:00:00Z"}` and `{"$numberDouble": "4.5"}` (Extended JSON).
fn is_main(key: &str) -> bool {
    matches!(key, "name" | "value") || key.starts_with('$')
}

/// As [`printed`], but an object has the text of its main value, or of its only one.
fn text_of(value: &Value) -> String {
    let Value::Object(map) = value else { return printed(value) };
    let main = map.iter().find(|(key, _)| is_main(key));
    let only = map.iter().next().filter(|_| map.len() == 1);
    main.or(only).map(|(_, value)| text_of(value)).unwrap_or_default()
}

/// A value as a cell's text: a list is joined, an object is empty.
fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => {
            let parts: Vec<_> = items.iter().map(printed).filter(|part| !part.is_empty()).collect();
            parts.join("; ")
        }
        Value::Null | Value::Object(_) => String::new(),
    }
}

/// A `Value` that detects duplicate keys; serde_json silently lets the last win.
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
