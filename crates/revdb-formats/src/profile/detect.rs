//! How a dump of a profile's format is known, and which column names are the same.
//!
//! Must never: look at values, or choose between profiles that fit alike.

use serde::Deserialize;

use super::lenient;
use crate::format::Probe;

/// How a dump of this format is known; [`same_column`] says which names are the same.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Detect {
    /// Sets of columns, one for each generation of the format; every column
    /// of one set must be there. A flat list is one set.
    #[serde(default, deserialize_with = "lenient::sets")]
    pub columns: Vec<Vec<String>>,
    /// Text only: patterns, each of which must match some line.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub lines: Vec<String>,
    /// Text only: so many lines must match the first of them.
    pub least: Option<usize>,
    /// Text only: false where its marks could be another's as well, who then has it.
    #[serde(default = "lenient::yes")]
    pub certain: bool,
    /// Columns (of a text, lines) that must not be there: they belong to another format.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub without: Vec<String>,
    /// Columns of the format that are no review's though they are called so: a table that has
    /// others of a review than the profile reads is not the format's.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub unread: Vec<String>,
    /// Where the columns alone could be anybody's: a part of the file's name that must be there.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub name_has: Vec<String>,
}

impl Default for Detect {
    fn default() -> Self {
        let (columns, lines, without, unread, name_has) = Default::default();
        Self { columns, lines, without, unread, name_has, least: None, certain: true }
    }
}

impl Detect {
    /// A quick look, before a header is parsed: is every name of a set anywhere in the text?
    pub fn sets_could_fit(&self, probe: &Probe<'_>) -> bool {
        let head = probe.folded_sample();
        let stands = |name: &String| head.contains(&folded(last_key(name)).collect::<String>());
        self.columns.iter().any(|set| set.iter().all(stands))
    }

    /// True where `names` and the file's name are of this format.
    pub fn fits(&self, names: &[String], file: &str) -> bool {
        let has = |wanted: &String| names.iter().any(|name| same_column(name, wanted));
        self.columns.iter().any(|set| set.iter().all(has))
            && !self.without.iter().any(has)
            && (self.name_has.is_empty()
                || self.name_has.iter().any(|part| file.contains(part.as_str())))
    }
}

/// Of a dotted path only the last key stands in a JSON text as it is.
fn last_key(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name).trim_start_matches('@')
}

/// Column names are compared without regard to case and to what stands between their words:
/// spreadsheets, databases and data frames write `My Rating`, `my_rating` and `myRating`.
pub fn same_column(a: &str, b: &str) -> bool {
    folded(a).eq(folded(b))
}

/// A name's letters and signs, as [`same_column`] compares them.
pub fn folded(name: &str) -> impl Iterator<Item = char> {
    let between = |c: &char| !(c.is_whitespace() || matches!(c, '_' | '-' | '.' | '\u{feff}'));
    name.chars().filter(between).flat_map(char::to_lowercase)
}
