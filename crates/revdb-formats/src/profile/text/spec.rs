//! Keys of a text profile in addition to those of all profiles.
//!
//! Owns: the tables `[page]` and `[record]`, and reporting all errors in them at once, each with
//! its key. Must never: match anything.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Compiled;
use super::pattern::{PAGE_GROUPS, Pattern, RECORD_GROUPS};
use crate::profile::lenient;
use crate::profile::schema::{Profile, Shape};

/// Lines outside the records.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PageSpec {
    /// Lines before which no record begins: the heading of a list.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub begin: Vec<String>,
    /// Patterns of lines about the page, each independent.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub lines: Vec<String>,
    /// Lines that end the last record: the page's footer.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub end: Vec<String>,
    /// Unknown keys, reported with all other errors.
    #[serde(flatten)]
    unknown: BTreeMap<String, toml::Value>,
}

/// The lines of one record.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RecordSpec {
    /// The first line; any of several patterns.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub begin: Vec<String>,
    /// Lines directly after it, in this order, each optional.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub lines: Vec<String>,
    /// Lines after the words, in this order: the first is required, the others are optional.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub tail: Vec<String>,
    /// The last line. With it, a record whose first line is missing is also a record.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub end: Vec<String>,
    /// Boilerplate lines, which may occur anywhere.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub skip: Vec<String>,
    /// Groups that a first line requires.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub needs: Vec<String>,
    /// The meaning of a record's other lines.
    #[serde(default)]
    pub quote: Words,
    #[serde(flatten)]
    unknown: BTreeMap<String, toml::Value>,
    #[serde(skip)]
    pub compiled: Compiled,
}

/// The meaning of a record's unmatched lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Words {
    /// They are the review's words.
    #[default]
    Rest,
    /// They are left over: a pattern matches the words.
    None,
}

/// Every error in a profile beyond type errors, each with its key.
pub fn faults(profile: &Profile) -> Vec<(String, String)> {
    let mut faults = Faults::default();
    if profile.shape != Shape::Text {
        faults.foreign("page", profile.page.is_some());
        faults.foreign("record", profile.record.is_some());
        faults.foreign("detect.lines", !profile.detect.lines.is_empty());
        faults.foreign("detect.least", profile.detect.least.is_some());
        faults.foreign("detect.sure", !profile.detect.sure.is_empty());
        return faults.0;
    }
    let detect = &profile.detect;
    faults.patterns("detect.lines", &detect.lines, &[]);
    faults.patterns("detect.sure", &detect.sure, &[]);
    faults.patterns("detect.without", &detect.without, &[]);
    if !detect.columns.is_empty() {
        faults.add("detect.columns", "a text has no columns; `lines` are its marks");
    }
    if let Some(page) = &profile.page {
        faults.unknown("page", &page.unknown, "`begin`, `lines`, `end`");
        faults.patterns("page.begin", &page.begin, &[]);
        faults.patterns("page.lines", &page.lines, &PAGE_GROUPS);
        faults.patterns("page.end", &page.end, &[]);
    }
    match &profile.record {
        Some(record) => faults.record(record),
        None => faults.add("record", "missing table: it says how a review looks"),
    }
    faults.0
}

#[derive(Default)]
struct Faults(Vec<(String, String)>);

impl Faults {
    fn add(&mut self, key: &str, fault: impl Into<String>) {
        self.0.push((key.to_owned(), fault.into()));
    }

    fn foreign(&mut self, key: &str, there: bool) {
        if there {
            self.add(key, "only a profile with shape = \"text\" has it");
        }
    }

    fn unknown(&mut self, table: &str, keys: &BTreeMap<String, toml::Value>, known: &str) {
        for key in keys.keys() {
            let fault = format!("unknown key `{key}`, expected one of {known}");
            self.add(&format!("{table}.{key}"), fault);
        }
    }

    /// `groups`: the group names allowed here.
    fn patterns(&mut self, key: &str, patterns: &[String], groups: &[&str]) {
        for (number, pattern) in patterns.iter().enumerate() {
            let key = match patterns.len() {
                1 => key.to_owned(),
                _ => format!("{key}[{number}]"),
            };
            match Pattern::new(pattern) {
                Err(fault) => self.add(&key, fault),
                Ok(pattern) => {
                    for group in pattern.groups().filter(|name| !groups.contains(name)) {
                        let known = match groups {
                            [] => "a pattern here names none".to_owned(),
                            known => format!("expected one of `{}`", known.join("`, `")),
                        };
                        self.add(&key, format!("unknown group `{group}`, {known}"));
                    }
                }
            }
        }
    }

    fn record(&mut self, record: &RecordSpec) {
        const KEYS: &str = "`begin`, `lines`, `tail`, `end`, `skip`, `needs`, `quote`";
        self.unknown("record", &record.unknown, KEYS);
        if record.begin.is_empty() {
            self.add("record.begin", "missing: it says how a review begins");
        }
        let parts = [
            ("record.begin", &record.begin),
            ("record.lines", &record.lines),
            ("record.tail", &record.tail),
            ("record.end", &record.end),
        ];
        for (key, patterns) in parts {
            self.patterns(key, patterns, &RECORD_GROUPS);
        }
        self.patterns("record.skip", &record.skip, &[]);
        let named = |group: &String| {
            parts
                .iter()
                .flat_map(|(_, patterns)| patterns.iter())
                .any(|pattern| Pattern::new(pattern).is_ok_and(|pattern| pattern.names(group)))
        };
        for group in record.needs.iter().filter(|group| !named(group)) {
            self.add("record.needs", format!("no pattern of the record names `{group}`"));
        }
    }
}
