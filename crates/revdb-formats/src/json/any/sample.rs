//! The sample of a JSON dump: its first records, and later ones with further keys.
//!
//! Must never: hold more of a dump than that, or interpret a key.

use std::io::Read;

use serde_json::Value;

use super::{WHOLE, names};
use crate::json::keys::Keys;
use crate::json::record::{self, Record};
use crate::json::{Cutter, within};
use crate::profile::Row as _;
use crate::roles::Table;

/// Number of first records.
const SAMPLED: usize = 50;

/// Number of later records with rare keys.
pub(super) const LATE: usize = 250;

/// The note if more records have rare keys.
pub(super) const ENDS_EARLY: &str =
    "its records have ever other keys: those that only the last have may not be read";

/// The sample of a list of records.
pub(super) struct Sampled {
    pub(super) table: Table,
    /// Nested lists of objects that are not read.
    pub(super) lists: Vec<String>,
    /// Keys of its only record that hold several values.
    pub(super) several: Vec<String>,
}

/// The first records, and later ones with a rare key.
fn sample(from: impl Read, records: &[String], each: Option<&str>) -> (Vec<Value>, Vec<String>) {
    let mut cutter = Cutter::new(from, records);
    let (mut keys, mut keys_within) = (Keys::default(), Keys::default());
    let (mut values, mut around) = (Vec::new(), Vec::new());
    // The sample may end within a record.
    while values.len() < SAMPLED + LATE
        && let Ok(Some(cut)) = cutter.next()
    {
        let rare = keys.has_rare(&cut.text);
        if !rare && values.len() >= SAMPLED {
            continue;
        }
        // In JSON lines, a broken record does not affect the others.
        let Ok(found) = record::values(&cut, each) else { continue };
        if each.is_some() && around.len() < SAMPLED {
            around.extend(record::values(&cut, None).into_iter().flatten());
        }
        for value in found {
            let rare = each.is_none() || keys_within.has_rare(value.to_string().as_bytes());
            if rare || values.len() < SAMPLED {
                values.push(value);
            }
        }
    }
    values.truncate(SAMPLED + LATE);
    let lists = names::of_lists(if each.is_some() { &around } else { &values }, each);
    (values, lists)
}

/// The sample as a table of its keys; `None` if there is no record.
pub(super) fn table_of(from: impl Read, records: &[String], each: Option<&str>) -> Option<Sampled> {
    let (values, mut lists) = sample(from, records, each);
    // A list next to the single record is a list of the document.
    if let Some(each) = each.filter(|_| records == [WHOLE]) {
        lists.retain(|name| within(name, each));
    }
    let names = names::of_columns(&values);
    let keys: Vec<Vec<String>> = names.iter().map(|name| record::path(name)).collect();
    let row = |value: &Value| {
        let record = Record::of(value, &keys);
        (0..names.len()).map(|slot| record.cell(slot).to_owned()).collect()
    };
    let rows: Vec<Vec<String>> = values.iter().map(row).collect();
    let each = each.map(str::to_owned);
    let late = rows.len().saturating_sub(SAMPLED);
    let table = Table { names, rows, late, each, ..Table::default() };
    let has_records = !table.rows.is_empty() && !table.names.is_empty();
    let several = several_values(&values);
    has_records.then_some(Sampled { table, lists, several })
}

/// Keys of a single record that hold lists of values, all of one length.
fn several_values(values: &[Value]) -> Vec<String> {
    let [Value::Object(record)] = values else { return Vec::new() };
    let length = |value: &Value| match value {
        Value::Array(items) if items.iter().all(|it| !it.is_array() && !it.is_object()) => {
            Some(items.len()).filter(|length| *length > 1)
        }
        _ => None,
    };
    let mut found = record.iter().filter_map(|(key, value)| Some((key, length(value)?)));
    let Some((first, length)) = found.next() else { return Vec::new() };
    let same = found.filter(|(_, other)| *other == length).map(|(key, _)| key);
    std::iter::once(first).chain(same).cloned().collect()
}
