//! Names that were typed, as the ids that have them.
//!
//! A typed text is part of a folded name, unless a name is exactly the text: then that one
//! is meant. `=Name` asks for the exact name, `~Name` for every name with that part, and a
//! work may be told with its year, as reports print it: "Up (2009)". Wildcards have no
//! meaning, so that % and _ are plain characters. A name that was merged into another one
//! still finds it.

use std::collections::BTreeSet;

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, named_params};

use super::FilterError;
use crate::ids::Ids;
use revdb_model::name::fold;
use revdb_sql::sql;
use revdb_store::columns::Column;

/// Below this likeness (Jaro-Winkler of folded names) a name is not offered:
/// `dargus` has 0.95 with `dargis`, unrelated names stay under 0.8.
const NEAR: f64 = 0.85;

/// So many names are given as examples, or offered.
const EXAMPLES: usize = 3;

/// What a filter takes by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Critic,
    Work,
    Publication,
    /// Of the work, as are director and genre.
    Author,
    Director,
    Genre,
    /// Of the review.
    Tag,
}

impl Named {
    /// In the order in which they are told.
    pub const ALL: [Named; 7] = [
        Named::Critic,
        Named::Work,
        Named::Publication,
        Named::Author,
        Named::Director,
        Named::Genre,
        Named::Tag,
    ];

    /// The word for one, which is its flag's too.
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

    /// The column of reviews that holds the ids found by name; `None` where these are the
    /// reviews' own.
    pub(super) fn column(self) -> Option<Column> {
        match self {
            Named::Critic => Some(Column::Critic),
            Named::Publication => Some(Column::Publication),
            Named::Work | Named::Author | Named::Director | Named::Genre => Some(Column::Work),
            Named::Tag => None,
        }
    }
}

/// A name that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFilter {
    pub what: Named,
    pub text: String,
    /// Reviews of it are left out.
    pub is_excluded: bool,
}

impl NameFilter {
    /// Only reviews of it pass.
    pub fn only(what: Named, text: impl Into<String>) -> Self {
        NameFilter { what, text: text.into(), is_excluded: false }
    }

    /// Every sort of name, and whether it is left out, in the order in which they are told.
    pub fn sorts() -> impl Iterator<Item = (Named, bool)> {
        [false, true].into_iter().flat_map(|out| Named::ALL.map(|what| (what, out)))
    }

    /// No review of it passes.
    pub fn not(what: Named, text: impl Into<String>) -> Self {
        NameFilter { is_excluded: true, ..Self::only(what, text) }
    }
}

/// What a typed name found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameMatch {
    pub what: Named,
    pub asked: String,
    /// Names that are taken.
    pub taken: usize,
    /// Names that have the text as a part and are not taken, as a name is exactly the text.
    pub only_parts: usize,
    /// The first of the names taken.
    pub examples: Vec<String>,
    /// Where nothing is taken: names like it, nearest first; may be empty.
    pub near: Vec<String>,
}

/// How a typed text is to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Exact,
    Part,
    /// Exactly, where a name is; else as a part.
    ExactFirst,
}

/// Names that have a text, and the ids that have these names.
#[derive(Debug, Default)]
struct Found {
    /// What tells two names apart.
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

/// The ids of whoever, or of the works or reviews of whoever, has one of the names. What each
/// name found goes to `matches`.
pub(super) fn wanted<'a>(
    conn: &Connection,
    what: Named,
    asked: impl Iterator<Item = &'a str>,
    matches: &mut Vec<NameMatch>,
) -> Result<Ids, FilterError> {
    let mut wanted = Ids::default();
    for text in asked {
        let (ids, found) = of_name(conn, what, text)?;
        ids.iter().for_each(|id| wanted.insert(id));
        matches.push(found);
    }
    Ok(wanted)
}

fn of_name(conn: &Connection, what: Named, asked: &str) -> Result<(Ids, NameMatch), FilterError> {
    let (mode, text) = match (asked.strip_prefix('='), asked.strip_prefix('~')) {
        (Some(text), _) => (Mode::Exact, text),
        (_, Some(text)) => (Mode::Part, text),
        _ => (Mode::ExactFirst, asked),
    };
    // "Up (2009)" is the work of that year, where there is one.
    let of_year = match with_year(text) {
        Some((title, year)) if what == Named::Work => find(conn, what, title, Some(year))?.0,
        _ => Found::default(),
    };
    let (exact, part) = match of_year.keys.is_empty() {
        true => find(conn, what, text, None)?,
        false => (of_year, Found::default()),
    };
    // A name may have the text as a part and an alias of it be the text.
    let only_parts = part.keys.difference(&exact.keys).count();
    let takes_exact = mode == Mode::Exact || (mode == Mode::ExactFirst && !exact.keys.is_empty());
    let mut matched = NameMatch {
        what,
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

/// Those whose name is the text, and those who have it as a part.
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

/// `fold(text)` as names are compared: of what the archive does not store folded.
fn know_fold(conn: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("fold", 1, flags, |context| Ok(fold(context.get_raw(0).as_str()?)))
}

/// A title and the year behind it in brackets.
fn with_year(text: &str) -> Option<(&str, i64)> {
    let (title, year) = text.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    (is_year && !title.trim().is_empty()).then_some((title, year.parse().ok()?))
}

/// The names most like `part`, nearest first.
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

/// Of the whole name, or of the run of its words that has as many as `part`.
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
    fn a_year_stands_behind_a_title_in_brackets() {
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
