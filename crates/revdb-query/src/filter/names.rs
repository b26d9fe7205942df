//! Resolves names from the command line to ids.
//!
//! The text is compared folded with part of a name, unless it equals a whole name. `=Name` matches
//! whole names only, `~Name` always parts; a work may be called as reports print it: "Up (2009)",
//! or "Up (2009), game" where there is a film of that year too. There are no wildcards. A name that was merged into another one still matches.

use std::collections::BTreeSet;

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, named_params};

use super::FilterError;
use crate::engine::namesakes;
use crate::ids::Ids;
use revdb_model::name::fold;
use revdb_sql::sql;
use revdb_store::columns::Column;

/// The least Jaro-Winkler similarity of a suggestion: `dargus` has 0.95 with `dargis`, unrelated
/// names stay under 0.8.
const NEAR: f64 = 0.85;

/// The most examples or suggestions.
const EXAMPLES: usize = 3;

/// What a filter selects by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// The critic, or a byline without one.
    Critic,
    /// The work's title.
    Work,
    /// The publication.
    Publication,
    /// An author of the work.
    Author,
    /// A director of the work.
    Director,
    /// A genre of the work.
    Genre,
    /// A tag of the review.
    Tag,
}

impl Named {
    /// All sorts, in the order of messages.
    pub const ALL: [Named; 7] = [
        Named::Critic,
        Named::Work,
        Named::Publication,
        Named::Author,
        Named::Director,
        Named::Genre,
        Named::Tag,
    ];

    /// The word for one, which is also the flag's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Named::Critic => "critic",
            Named::Work => "work",
            Named::Publication => "publication",
            Named::Author => "author",
            Named::Director => "director",
            Named::Genre => "genre",
            Named::Tag => "tag",
        }
    }

    /// The packed column of the ids found by name; `None` if these are reviews.
    pub(super) fn column(self) -> Option<Column> {
        match self {
            Named::Critic => Some(Column::Critic),
            Named::Publication => Some(Column::Publication),
            Named::Work | Named::Author | Named::Director | Named::Genre => Some(Column::Work),
            Named::Tag => None,
        }
    }
}

/// A name from the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFilter {
    /// The sort of name.
    pub what: Named,
    /// The text as typed.
    pub text: String,
    /// Whether matching reviews are excluded.
    pub is_excluded: bool,
}

impl NameFilter {
    /// Only matching reviews pass.
    pub fn only(what: Named, text: impl Into<String>) -> Self {
        NameFilter { what, text: text.into(), is_excluded: false }
    }

    /// Every sort, included and excluded, in the order of messages.
    pub fn sorts() -> impl Iterator<Item = (Named, bool)> {
        [false, true].into_iter().flat_map(|out| Named::ALL.map(|what| (what, out)))
    }

    /// Matching reviews do not pass.
    pub fn not(what: Named, text: impl Into<String>) -> Self {
        NameFilter { is_excluded: true, ..Self::only(what, text) }
    }
}

/// The result of resolving a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameMatch {
    /// The sort of name.
    pub what: Named,
    /// Whether matching reviews are excluded.
    pub is_excluded: bool,
    /// The text as typed.
    pub asked: String,
    /// Number of names that match.
    pub taken: usize,
    /// Number of names that contain the text and do not match, because another equals it.
    pub only_parts: usize,
    /// The first matching names.
    pub examples: Vec<String>,
    /// If none match: similar names, best first; may be empty.
    pub near: Vec<String>,
}

/// How a text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Exact,
    Part,
    /// With whole names; if none match, with parts.
    ExactFirst,
}

/// Matching names and the ids that have them.
#[derive(Debug, Default)]
struct Found {
    /// Identifies each name.
    keys: BTreeSet<String>,
    ids: Ids,
    examples: Vec<String>,
}

impl Found {
    fn add(&mut self, id: u32, key: String, label: String) {
        self.ids.insert(id);
        if self.keys.insert(key) && self.examples.len() < EXAMPLES {
            self.examples.push(label);
        }
    }
}

/// The ids with one of the names. The result of each name is added to `matches`.
pub(super) fn wanted<'a>(
    conn: &Connection,
    (what, is_excluded): (Named, bool),
    asked: impl Iterator<Item = &'a str>,
    matches: &mut Vec<NameMatch>,
) -> Result<Ids, FilterError> {
    let mut wanted = Ids::default();
    for text in asked {
        let (ids, found) = of_name(conn, what, text)?;
        ids.iter().for_each(|id| wanted.insert(id));
        matches.push(NameMatch { is_excluded, ..found });
    }
    Ok(wanted)
}

fn of_name(conn: &Connection, what: Named, asked: &str) -> Result<(Ids, NameMatch), FilterError> {
    let (mode, text) = match (asked.strip_prefix('='), asked.strip_prefix('~')) {
        (Some(text), _) => (Mode::Exact, text),
        (_, Some(text)) => (Mode::Part, text),
        _ => (Mode::ExactFirst, asked),
    };
    let printed = match what {
        Named::Work => as_printed(conn, text)?,
        _ => Found::default(),
    };
    let (exact, part) = match printed.keys.is_empty() {
        true => find(conn, what, text, None)?,
        false => (printed, Found::default()),
    };
    // A name may contain the text while one of its aliases equals it.
    let only_parts = part.keys.difference(&exact.keys).count();
    let takes_exact = mode == Mode::Exact || (mode == Mode::ExactFirst && !exact.keys.is_empty());
    let mut matched = NameMatch {
        what,
        is_excluded: false,
        asked: asked.to_owned(),
        taken: exact.keys.len(),
        only_parts: if mode == Mode::ExactFirst { only_parts } else { 0 },
        examples: exact.examples,
        near: Vec::new(),
    };
    let mut ids = exact.ids;
    if !takes_exact {
        part.ids.iter().for_each(|id| ids.insert(id));
        matched.taken += only_parts;
        matched.only_parts = 0;
        let others = part.examples.into_iter().filter(|label| !matched.examples.contains(label));
        let others: Vec<String> = others.collect();
        matched.examples.extend(others);
        matched.examples.truncate(EXAMPLES);
    }
    if matched.taken == 0 {
        matched.near = near(conn, what, &fold(text))?;
    }
    Ok((ids, matched))
}

/// Works by the label that reports print: "Up (2009), game" if several works share title and year,
/// otherwise "Up (2009)" matches every such work.
fn as_printed(conn: &Connection, text: &str) -> Result<Found, FilterError> {
    know_fold(conn)?;
    namesakes::tell_apart(conn)?;
    let mut statement = conn.prepare(sql("filter/told_apart"))?;
    let mut rows = statement.query(named_params! {":part": fold(text)})?;
    let mut found = Found::default();
    while let Some(row) = rows.next()? {
        found.add(row.get(0)?, row.get(1)?, row.get(2)?);
    }
    match with_year(text) {
        Some((title, year)) if found.keys.is_empty() => {
            Ok(find(conn, Named::Work, title, Some(year))?.0)
        }
        _ => Ok(found),
    }
}

/// Names that equal the text, and names that contain it.
fn find(
    conn: &Connection,
    what: Named,
    text: &str,
    year: Option<i64>,
) -> Result<(Found, Found), FilterError> {
    know_fold(conn)?;
    let mut statement = conn.prepare_cached(sql("filter/wanted"))?;
    let mut rows = statement.query(named_params! {
        ":what": what.as_str(), ":part": fold(text), ":year": year,
    })?;
    let (mut exact, mut part) = (Found::default(), Found::default());
    while let Some(row) = rows.next()? {
        let found = if row.get(1)? { &mut exact } else { &mut part };
        found.add(row.get(0)?, row.get(2)?, row.get(3)?);
    }
    Ok((exact, part))
}

/// Registers `fold(text)` for names that the archive does not store folded.
fn know_fold(conn: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("fold", 1, flags, |context| Ok(fold(context.get_raw(0).as_str()?)))
}

/// A title and the year in brackets after it.
fn with_year(text: &str) -> Option<(&str, i64)> {
    let (title, year) = text.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    (is_year && !title.trim().is_empty()).then_some((title, year.parse().ok()?))
}

/// The most similar names, best first.
fn near(conn: &Connection, what: Named, part: &str) -> Result<Vec<String>, FilterError> {
    let mut statement = conn.prepare(sql("filter/names"))?;
    let mut rows = statement.query(named_params! {":what": what.as_str()})?;
    let mut best: Vec<(f64, String)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (name, folded): (String, String) = (row.get(0)?, row.get(1)?);
        let likeness = likeness(part, &folded);
        if likeness >= NEAR {
            best.push((likeness, name));
            best.sort_by(|a, b| b.0.total_cmp(&a.0));
            best.truncate(EXAMPLES);
        }
    }
    Ok(best.into_iter().map(|(_, name)| name).collect())
}

/// Similarity with the whole name, or with the part of it that has as many words.
fn likeness(part: &str, folded: &str) -> f64 {
    let count = part.split(' ').count();
    let words: Vec<&str> = folded.split(' ').collect();
    let whole = strsim::jaro_winkler(part, folded);
    words
        .windows(count.min(words.len()).max(1))
        .map(|run| strsim::jaro_winkler(part, &run.join(" ")))
        .fold(whole, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_may_follow_a_title_in_brackets() {
        for (text, expected) in [
            ("Up (2009)", Some(("Up ", 2009))),
            ("Up (2009) ", Some(("Up ", 2009))),
            ("Up (Director's Cut) (2009)", Some(("Up (Director's Cut) ", 2009))),
            ("Up", None),
            ("(2009)", None),
            ("Up (09)", None),
            ("Up (2009", None),
        ] {
            assert_eq!(with_year(text), expected, "{text}");
        }
    }
}
