//! Tables in JSON by columns or as rows of cells (pandas, Datasette, spreadsheets), and database
//! exports: converted to lists of records.
//!
//! Must never: take a record that contains lists for a table, or hold more than a dump's sample.

use std::io::{self, BufRead, Read as _};

use serde_json::{Map, Value};

use super::{is_json, joined};
use crate::format::{Probe, Text};
use crate::json::record::checked;
use crate::roles;

/// A dump, converted to a list of records if it is such a table.
pub(super) struct Unfolded<'a> {
    text: &'a mut dyn Text,
    records: Option<String>,
}

impl<'a> Unfolded<'a> {
    /// # Errors
    /// If the dump cannot be read.
    pub(super) fn of(text: &'a mut dyn Text) -> io::Result<Self> {
        let mut bytes = Vec::new();
        text.reader()?.take(Probe::LIMIT as u64).read_to_end(&mut bytes)?;
        let whole = bytes.len() < Probe::LIMIT;
        let records = if whole { records(&String::from_utf8_lossy(&bytes)) } else { None };
        Ok(Self { text, records })
    }
}

impl Text for Unfolded<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        match &self.records {
            Some(records) => Ok(Box::new(records.as_bytes())),
            None => self.text.reader(),
        }
    }
}

/// A complete document's records; `None` if no conversion is needed.
pub(super) fn records(document: &str) -> Option<String> {
    if !is_json(document) {
        return None;
    }
    let document = checked(document.trim_start_matches('\u{feff}').trim().as_bytes()).ok()?;
    let tables = joined::by_table(&document);
    let joined = joined::joined(tables.as_ref().unwrap_or(&document));
    let rows = joined.or(tables).or_else(|| rows(&document))?;
    Some(rows.to_string())
}

fn rows(document: &Value) -> Option<Value> {
    let rows = match document {
        Value::Array(rows) => under_a_header(rows)?,
        Value::Object(map) => split(map).or_else(|| by_number(map)).or_else(|| by_place(map))?,
        _ => return None,
    };
    Some(Value::Array(rows.into_iter().map(Value::Object).collect()))
}

type Rows = Vec<Map<String, Value>>;

/// `[["title", "score"], ["Tide", 4]]`, if a name in the first row is known.
fn under_a_header(rows: &[Value]) -> Option<Rows> {
    let (names, rows) = rows.split_first()?;
    let names = names_of(names)?;
    let known = names.iter().any(|name| roles::is_known(name));
    if known { of_cells(&names, rows) } else { None }
}

/// `{"columns": […], "data": [[…]]}` (pandas); Datasette has `rows`.
fn split(map: &Map<String, Value>) -> Option<Rows> {
    let rows = map.get("data").or_else(|| map.get("rows"))?;
    of_cells(&names_of(map.get("columns")?)?, rows.as_array()?)
}

/// `{"title": {"0": "Tide"}, "score": {"0": 4}}` (pandas).
fn by_number(map: &Map<String, Value>) -> Option<Rows> {
    let columns: Vec<(&String, &Map<String, Value>)> = map
        .iter()
        .map(|(name, column)| Some((name, column.as_object()?)))
        .collect::<Option<_>>()?;
    let (_, first) = columns.first().filter(|_| columns.len() > 1)?;
    let mut numbers: Vec<u64> = first.keys().map(|key| key.parse().ok()).collect::<Option<_>>()?;
    numbers.sort_unstable();
    let alike = |(_, column): &(&String, &Map<String, Value>)| {
        column.len() == first.len()
            && column.iter().all(|(key, value)| first.contains_key(key) && is_cell(value))
    };
    if numbers.is_empty() || !columns.iter().all(alike) {
        return None;
    }
    let row = |number: &u64| {
        let key = number.to_string();
        let cell = |(name, column): &(&String, &Map<String, Value>)| {
            Some(((*name).clone(), column.get(&key)?.clone()))
        };
        columns.iter().filter_map(cell).collect()
    };
    Some(numbers.iter().map(row).collect())
}

/// `{"title": ["Tide", "Fog"], "score": [4, 3]}`: all lists have the same length.
fn by_place(map: &Map<String, Value>) -> Option<Rows> {
    let columns: Vec<(&String, &Vec<Value>)> =
        map.iter().map(|(name, column)| Some((name, column.as_array()?))).collect::<Option<_>>()?;
    let (_, first) = columns.first().filter(|_| columns.len() > 1)?;
    let alike = |(_, column): &(&String, &Vec<Value>)| {
        column.len() == first.len() && column.iter().all(is_cell)
    };
    if first.len() < 2 || !columns.iter().all(alike) {
        return None;
    }
    let row = |at: usize| {
        let cell = |(name, column): &(&String, &Vec<Value>)| {
            Some(((*name).clone(), column.get(at)?.clone()))
        };
        columns.iter().filter_map(cell).collect()
    };
    Some((0..first.len()).map(row).collect())
}

/// Column names, if they are unique.
fn names_of(value: &Value) -> Option<Vec<String>> {
    let names: Vec<String> = value
        .as_array()?
        .iter()
        .map(|name| name.as_str().filter(|name| !name.is_empty()).map(str::to_owned))
        .collect::<Option<_>>()?;
    let twice = names.iter().enumerate().any(|(at, name)| names[..at].contains(name));
    (names.len() > 1 && !twice).then_some(names)
}

fn of_cells(names: &[String], rows: &[Value]) -> Option<Rows> {
    let row = |row: &Value| {
        let cells =
            row.as_array().filter(|it| it.len() == names.len() && it.iter().all(is_cell))?;
        Some(names.iter().cloned().zip(cells.iter().cloned()).collect())
    };
    let rows: Rows = rows.iter().map(row).collect::<Option<_>>()?;
    (!rows.is_empty()).then_some(rows)
}

fn is_cell(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

#[cfg(test)]
mod tests {
    use super::records;

    #[test]
    fn tables_by_columns_and_by_rows_are_records() {
        let wanted = r#"[{"score":"4","title":"Tide"},{"score":"3","title":"Fog"}]"#;
        for table in [
            r#"{"title":{"0":"Tide","1":"Fog"},"score":{"0":4,"1":3}}"#,
            r#"{"title":{"10":"Fog","9":"Tide"},"score":{"9":4,"10":3}}"#,
            r#"{"columns":["title","score"],"index":[0,1],"data":[["Tide",4],["Fog",3]]}"#,
            r#"{"ok":true,"rows":[["Tide",4],["Fog",3]],"columns":["title","score"]}"#,
            r#"[["title","score"],["Tide",4],["Fog",3]]"#,
            r#"{"title":["Tide","Fog"],"score":[4,3]}"#,
        ] {
            let found = records(table).unwrap_or_else(|| panic!("{table}"));
            let sorted: serde_json::Value = serde_json::from_str(&found).expect("JSON");
            let expected: serde_json::Value = serde_json::from_str(wanted).expect("JSON");
            assert_eq!(sorted, expected, "{table}");
        }
    }

    #[test]
    fn records_and_ragged_tables_are_unchanged() {
        for other in [
            r#"[{"title":"Tide"}]"#,
            r#"{"title":"Tide","genre":["a","b"]}"#,
            r#"{"title":["Tide","Fog"],"score":[4]}"#,
            r#"{"0":{"title":"Tide"},"1":{"title":"Fog"}}"#,
            r#"{"title":{"0":"Tide","1":"Fog"},"score":{"0":4}}"#,
            r#"[["Tide",4],["Fog",3]]"#,
            r#"[["title","score"],["Tide"]]"#,
            r#"{"columns":["title","score"],"data":[["Tide",{"a":1}]]}"#,
        ] {
            assert_eq!(records(other), None, "{other}");
        }
    }
}
