//! What a text profile may say beyond the keys that all profiles have.
//!
//! Owns: the tables `[page]` and `[record]`, and every error in them at once,
//! each with its key. Must never: match anything.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Compiled;
use super::pattern::{PAGE_GROUPS, Pattern, RECORD_GROUPS};
use crate::profile::lenient;
use crate::profile::schema::{Profile, Shape};

/// Lines outside of the records.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PageSpec {
    /// Lines before which no record begins: the heading of a table.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub begin: Vec<String>,
    /// Patterns of lines that say something of the page; each alone.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub lines: Vec<String>,
    /// Lines behind which no record goes on: the page's foot.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub end: Vec<String>,
    /// Keys that there are not; told with all other errors.
    #[serde(flatten)]
    unknown: BTreeMap<String, toml::Value>,
}

/// The lines of one record.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RecordSpec {
    /// The first line; any one of several patterns.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub begin: Vec<String>,
    /// Lines directly behind it, in this order, each of which may be missing.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub lines: Vec<String>,
    /// Lines behind the words, in this order: the first must be there, the others may be missing.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub tail: Vec<String>,
    /// The last line. Where a profile has it, a record without its first line is one too.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub end: Vec<String>,
    /// Furniture: lines that stand anywhere and say nothing.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub skip: Vec<String>,
    /// Groups without which a first line begins no record.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub needs: Vec<String>,
    /// What the other lines of a record are.
    #[serde(default)]
    pub quote: Words,
    #[serde(flatten)]
    unknown: BTreeMap<String, toml::Value>,
    #[serde(skip)]
    pub compiled: Compiled,
}

/// What a record's lines are that no pattern takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Words {
    /// The review's words.
    #[default]
    Rest,
    /// Left over: the words are where a pattern says.
    None,
}

/// Every fault of a profile beyond what its types say, each with its key.
pub fn faults(profile: &Profile) -> Vec<(String, String)> {
    let mut faults = Faults::default();
    if profile.shape != Shape::Text {
        faults.foreign("page", profile.page.is_some());
        faults.foreign("record", profile.record.is_some());
        faults.foreign("detect.lines", !profile.detect.lines.is_empty());
        faults.foreign("detect.least", profile.detect.least.is_some());
        return faults.0;
    }
    let detect = &profile.detect;
    faults.patterns("detect.lines", &detect.lines, &[]);
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
            self.add(&format!("{table}.{key}"), format!("unknown key, expected one of {known}"));
        }
    }

    /// `groups`: the names that a pattern here may give to its parts.
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
                            known => format!("expected one of {}", known.join(", ")),
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
