//! Generic keyed formats (no profile): JSON, and formats converted to JSON.
//!
//! Owns: the list of these formats. Must never: read a dump; each format does that itself.

use super::format::{Format, Probe, ReadOptions, Result, Text};
use super::json::any::{self as json, AnyJson, List};
use super::key_value::{self, KeyValue};
use super::sql::{self, AnySql};
use super::xml::any::{self as xml, AnyXml};

/// The formats; order does not matter, since at most one may claim a dump.
pub fn formats() -> [&'static dyn Format; 4] {
    [&AnyJson, &AnyXml, &AnySql, &KeyValue]
}

/// Whether rejected records of this format are stored as JSON, one per line.
pub fn has_json_records(name: &str) -> bool {
    formats().iter().any(|format| format.name() == name)
}

/// The format whose syntax the text has, independently of its records' content.
pub fn notation_of(probe: &Probe<'_>) -> Option<&'static str> {
    if json::is_json(probe.head) {
        return Some(json::NAME);
    }
    if xml::is_xml(probe.head) {
        return Some(xml::NAME);
    }
    if sql::is_sql(probe.head) {
        return Some(sql::NAME);
    }
    key_value::head_as_json(probe).map(|_| key_value::NAME)
}

/// The lists in a dump that the named format reads or asks about; `None` for any other format.
pub fn lists_of(
    name: &str,
    text: &mut dyn Text,
    options: &ReadOptions,
) -> Option<Result<Vec<List>>> {
    match name {
        json::NAME => Some(json::lists_of(text, options)),
        xml::NAME => Some(xml::lists_of(text, options)),
        sql::NAME => Some(sql::lists_of(text, options)),
        key_value::NAME => Some(key_value::lists_of(text, options)),
        _ => None,
    }
}

/// The lists found at the beginning of a dump. Empty on error: errors are reported when the dump
/// is read.
pub fn lists_in(probe: &Probe<'_>, options: &ReadOptions) -> Vec<List> {
    let json = match notation_of(probe) {
        Some(json::NAME) => return json::lists_in(probe, options).unwrap_or_default(),
        Some(xml::NAME) => xml::head_as_json(probe.head),
        Some(sql::NAME) => sql::head_as_json(probe.head),
        Some(_) => key_value::head_as_json(probe).unwrap_or_default(),
        None => return Vec::new(),
    };
    json::lists_in(&Probe::new(probe.name, &json, probe.whole), options).unwrap_or_default()
}
