//! JSON without a profile: its keys are read as a table's columns are.
//!
//! Owns: finding where the records stand and the sample for the roles. Must
//! never: take a document's own object for a record where it holds a list of
//! records.

use serde_json::Value;

use super::record::{self, Record, checked};
use super::{Cutter, read};
use crate::import::columns::mapped::{self, Judged};
use crate::import::format::{Format, Probe, ReadError, ReadOptions, Sink, Sureness, Text};
use crate::import::profile::{Shape, same_column};
use crate::import::roles::{self, Table};

/// The name typed after `--format`.
pub const NAME: &str = "json";

/// How deep in a document its list of records may stand.
const DEPTH: usize = 3;

/// Records of a sample.
const SAMPLED: usize = 50;

/// JSON that no profile knows.
pub struct AnyJson;

impl Format for AnyJson {
    fn name(&self) -> &str {
        NAME
    }

    fn describe(&self) -> &str {
        "any JSON records (a list, or one a line), by their keys or by --map field=key"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Sureness {
        let Some(table) = table_in(probe) else { return Sureness::No };
        match roles::read(&table, &ReadOptions::default(), Shape::Json, NAME) {
            Ok(reading) => mapped::sureness(&table, &reading),
            Err(_) => Sureness::No,
        }
    }

    fn read(
        &self,
        text: &mut dyn Text,
        options: &ReadOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ReadError> {
        let (table, paths) = sample(text)?;
        known_keys(&table, options)?;
        let mut reading = mapped::read_header(&table, options, Shape::Json, NAME)?;
        reading.profile.records = paths;
        for note in &reading.notes {
            sink.note(note.clone())?;
        }
        let mut sink = Judged::new(&reading, options, sink);
        read(&reading.profile, text, options, &mut sink)
    }
}

/// A key that no record of the sample has is a slip of the hand.
fn known_keys(table: &Table, options: &ReadOptions) -> Result<(), ReadError> {
    let unknown = options
        .map
        .iter()
        .find(|(_, key)| !key.is_empty() && !table.names.iter().any(|name| same_column(name, key)));
    let Some((_, key)) = unknown else { return Ok(()) };
    Err(ReadError::Malformed {
        message: format!("--map names the key '{key}', which the first records do not have"),
        line: None,
        help: Some(format!("their keys are: {}", table.names.join(", "))),
    })
}

/// The keys and first records of a dump, and the path to them.
///
/// # Errors
/// As the reading itself, and where there are no records.
pub fn sample(text: &mut dyn Text) -> Result<(Table, Vec<String>), ReadError> {
    let mut head = String::new();
    {
        use std::io::Read;
        let mut bytes = Vec::new();
        text.reader()?.take(Probe::LIMIT as u64).read_to_end(&mut bytes)?;
        head.push_str(&String::from_utf8_lossy(&bytes));
    }
    let whole = head.len() < Probe::LIMIT;
    let paths = paths(&head, whole);
    table_at(&head, &paths).map(|table| (table, paths)).ok_or_else(|| ReadError::Malformed {
        message: "no records are in this JSON".to_owned(),
        line: None,
        help: Some("a list of objects, or one object a line, is read".to_owned()),
    })
}

/// The keys and first records of a dump's beginning; `None` where it is no JSON
/// with records.
pub fn table_in(probe: &Probe<'_>) -> Option<Table> {
    let head = probe.head.trim_start_matches('\u{feff}');
    if !head.trim_start().starts_with(['{', '[']) {
        return None;
    }
    table_at(head, &paths(head, probe.whole))
}

/// The keys of a document's own object, for a refusal.
pub fn top_keys(probe: &Probe<'_>) -> Vec<String> {
    match checked(probe.head.trim().as_bytes()) {
        Ok(Value::Object(map)) => map.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Where the records stand: nothing for a list or one a line, else the path to
/// the longest list of objects in the document.
fn paths(head: &str, whole: bool) -> Vec<String> {
    if !whole || head.trim_start().starts_with('[') {
        return Vec::new();
    }
    let Ok(value @ Value::Object(_)) = checked(head.trim().as_bytes()) else {
        return Vec::new();
    };
    let mut lists = Vec::new();
    find_lists(&value, "", DEPTH, &mut lists);
    lists.sort_by_key(|(_, len)| std::cmp::Reverse(*len));
    lists.into_iter().next().map(|(path, _)| vec![format!("{path}[]")]).unwrap_or_default()
}

fn find_lists(value: &Value, path: &str, depth: usize, lists: &mut Vec<(String, usize)>) {
    match value {
        Value::Object(map) if depth > 0 => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                find_lists(value, &path, depth - 1, lists);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            lists.push((path.to_owned(), items.len()));
        }
        _ => {}
    }
}

fn table_at(head: &str, paths: &[String]) -> Option<Table> {
    let mut cutter = Cutter::new(head.as_bytes(), paths);
    let mut records = Vec::new();
    // The head may end within a record; what was whole before it is enough.
    while records.len() < SAMPLED
        && let Ok(Some(cut)) = cutter.next()
    {
        records.push(cut.text);
    }
    let mut names: Vec<String> = Vec::new();
    for record in &records {
        for name in record::names(record) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let objects: Vec<bool> =
        names.iter().map(|name| names.iter().any(|other| super::within(other, name))).collect();
    let mut objects = objects.into_iter();
    names.retain(|_| !objects.next().unwrap_or(false));
    let keys: Vec<Vec<String>> =
        names.iter().map(|name| name.split('.').map(str::to_owned).collect()).collect();
    let row = |record: &Vec<u8>| {
        let record = Record::parse(record, &keys).ok()?;
        use crate::import::profile::Row;
        Some((0..names.len()).map(|slot| record.cell(slot).to_owned()).collect())
    };
    let rows: Vec<Vec<String>> = records.iter().filter_map(row).collect();
    (!rows.is_empty() && !names.is_empty()).then_some(Table { names, rows, header_line: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::columns::tests::{Bytes, Collected};
    use crate::import::record::Item;

    fn titles(text: &str, map: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let map = map.iter().map(|(f, c)| ((*f).to_owned(), (*c).to_owned())).collect();
        let options = ReadOptions { map, ..ReadOptions::default() };
        let mut sink = Collected::default();
        AnyJson
            .read(&mut Bytes(text.as_bytes().to_vec()), &options, &mut sink)
            .map_err(|error| error.to_string())?;
        let of = |item: Item| match item {
            Item::Review(review) => review.work.title.unwrap_or_default(),
            other => format!("{other:?}"),
        };
        Ok(sink.0.into_iter().map(|(_, _, item)| of(item)).collect())
    }

    #[test]
    fn lists_lines_and_lists_within_a_document() {
        let record = r#"{"film":"Tide","critic":"Ann","rating":"3/4","review":"Slow."}"#;
        for text in [
            format!("[{record}]"),
            format!("{record}\n{record}\n"),
            format!("{{\"count\":1,\"data\":{{\"items\":[{record}]}}}}"),
        ] {
            let found = titles(&text, &[]).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(found[0], "Tide", "{text}");
        }
    }

    #[test]
    fn keys_may_be_mapped_and_must_be_there() {
        let text = r#"[{"what":{"called":"Tide"},"mine":4}]"#;
        assert_eq!(
            titles(text, &[("title", "what.called"), ("score", "mine")]),
            Ok(vec!["Tide".to_owned()])
        );
        assert!(titles(text, &[("title", "called")]).is_err_and(|e| e.contains("'called'")));
        assert!(titles("{\"a\":1}", &[]).is_err());
    }
}
