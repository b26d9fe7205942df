//! Formats without a profile whose records have keys: JSON, and what is read as JSON.
//!
//! Owns: the list of them. Must never: read a dump; each does so itself.

use super::format::{Format, Probe, ReadOptions, Result, Text};
use super::json::any::{self as json, AnyJson, List};
use super::key_value::{self, KeyValue};
use super::sql::{self, AnySql};
use super::xml::any::{self as xml, AnyXml};

/// Each format, in no order: one alone claims a dump.
pub fn formats() -> [&'static dyn Format; 4] {
    [&AnyJson, &AnyXml, &AnySql, &KeyValue]
}

/// True of a format whose rejected records are JSON, one a line.
pub fn has_json_records(name: &str) -> bool {
    formats().iter().any(|format| format.name() == name)
}

/// The one whose notation a text has, whatever its records say.
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

/// The lists of a dump that the format of this name reads or asks about; `None` where it is
/// another.
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

/// The lists in a dump's beginning; none where it has none, which is all that an error says of a
/// beginning. The reading itself tells errors.
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
