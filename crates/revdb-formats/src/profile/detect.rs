//! How a dump of a profile's format is recognised, and which column names are equal.
//!
//! Must never: look at values, or choose between profiles that fit equally well.

use serde::Deserialize;

use super::lenient;
use crate::format::Probe;

/// How a dump of this format is recognised; [`same_column`] compares names.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Detect {
    /// Sets of columns, one per version of the format; all columns of one set are required. A flat
    /// list is one set.
    #[serde(default, deserialize_with = "lenient::sets")]
    pub columns: Vec<Vec<String>>,
    /// Text only: patterns that must each match some line.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub lines: Vec<String>,
    /// Text only: the first of them must match at least this many lines.
    pub least: Option<usize>,
    /// Text only: false if another format may have the same features; that format then takes
    /// precedence.
    #[serde(default = "lenient::yes")]
    pub certain: bool,
    /// Text only: lines that leave no doubt. If there are any patterns and none matches, a note says
    /// that the format was assumed.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub sure: Vec<String>,
    /// Columns (for text: lines) that must be absent, because they belong to another format.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub without: Vec<String>,
    /// Columns of the format that are not part of a review despite their names. A table with other
    /// review columns than the profile reads is not of this format.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub unread: Vec<String>,
    /// A required part of the file name, if the columns alone are too general.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub name_has: Vec<String>,
}

impl Default for Detect {
    fn default() -> Self {
        let (columns, lines, sure, without, unread, name_has) = Default::default();
        Self { columns, lines, sure, without, unread, name_has, least: None, certain: true }
    }
}

impl Detect {
    /// A quick check before a header is parsed: whether every name of some set occurs in the text.
    pub fn sets_could_fit(&self, probe: &Probe<'_>) -> bool {
        let head = probe.folded_sample();
        let stands = |name: &String| head.contains(&folded(last_key(name)).collect::<String>());
        self.columns.iter().any(|set| set.iter().all(stands))
    }

    /// Whether `names` and the file name match this format.
    pub fn fits(&self, names: &[String], file: &str) -> bool {
        let has = |wanted: &String| names.iter().any(|name| same_column(name, wanted));
        self.columns.iter().any(|set| set.iter().all(has))
            && !self.without.iter().any(has)
            && (self.name_has.is_empty()
                || self.name_has.iter().any(|part| file.contains(part.as_str())))
    }
}

/// Only the last key of a dotted path occurs literally in JSON text.
fn last_key(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name).trim_start_matches('@')
}

/// Compares column names ignoring case and word separators: spreadsheets, databases and data
/// frames write `My Rating`, `my_rating` and `myRating`.
pub fn same_column(a: &str, b: &str) -> bool {
    folded(a).eq(folded(b))
}

/// A name as [`same_column`] compares it.
pub fn folded(name: &str) -> impl Iterator<Item = char> {
    let between = |c: &char| !(c.is_whitespace() || matches!(c, '_' | '-' | '.' | '\u{feff}'));
    name.chars().filter(between).flat_map(char::to_lowercase)
}
