//! The column names of a list of records.
//!
//! Owns: which keys of the records are values; keys that hold a string in one record and an object
//! in another; and nested lists, which are not values. Must never: interpret a name.

use serde_json::Value;

use crate::json::record::{self, Record};
use crate::json::within;
use crate::profile::Row as _;

/// Whether a list's name means reviews and not works.
pub(super) fn is_of_reviews(list: &str) -> bool {
    const WORDS: [&str; 9] = [
        "review", "comment", "rating", "critic", "critique", "opinion", "feedback", "user", "avis",
    ];
    let last = list.rsplit('.').next().unwrap_or(list).to_lowercase();
    WORDS.iter().any(|word| last.contains(word))
}

/// The dotted names of the records' values.
pub(super) fn of_columns(values: &[Value]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in values.iter().flat_map(record::names_of) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let is_object = |name: &str| all.iter().any(|other| within(other, name));
    let has_text = |name: &str| values.iter().any(|value| record::has_text_at(value, name));
    let mixed: Vec<&String> = all.iter().filter(|name| is_object(name) && has_text(name)).collect();
    // An object's values are separate columns, except for the one that represents the object.
    let is_column = |name: &&String| {
        (!is_object(name) || mixed.contains(name))
            && !mixed.iter().any(|of| within(name, of) && represents(values, of, name))
    };
    let mut names: Vec<String> = all.iter().filter(is_column).cloned().collect();
    names.extend(record::lone_names(values));
    // A list of objects is not a value.
    let is_list = |name: &str| values.iter().any(|value| record::is_list_at(value, name));
    names.retain(|name| !is_list(name) || has_text(name));
    names
}

/// Whether the value at `name` is always the one that represents its object.
fn represents(values: &[Value], object: &str, name: &str) -> bool {
    let paths = [record::path(object), record::path(name)];
    values.iter().all(|value| {
        let record = Record::of(value, &paths);
        record.cell(1).is_empty() || record.cell(0) == record.cell(1)
    })
}

/// The names of nested lists of objects, except those that are read or are a column.
pub(super) fn of_lists(values: &[Value], each: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    values.iter().for_each(|value| add_lists(value, "", &mut found));
    // Values next to the list being read are not columns.
    let lone = each.map_or_else(|| record::lone_names(values), |_| Vec::new());
    let is_read = |name: &str| {
        each == Some(name) || lone.iter().any(|read| read.strip_suffix(".name") == Some(name))
    };
    let has_text = |name: &str| values.iter().any(|value| record::has_text_at(value, name));
    found.retain(|name| !is_read(name) && !has_text(name));
    found
}

fn add_lists(value: &Value, above: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| add_lists(item, above, found)),
        Value::Object(map) => {
            for (key, value) in map {
                let name = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
                if record::is_list(value) && !found.contains(&name) {
                    found.push(name.clone());
                }
                add_lists(value, &name, found);
            }
        }
        _ => {}
    }
}
