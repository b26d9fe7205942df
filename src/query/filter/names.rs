//! Names that were typed, as the ids that have them.
//!
//! A typed text is part of a folded name, unless a name is exactly the text: then that one
//! is meant. `=Name` asks for the exact name, `~Name` for every name with that part, and a
//! work may be told with its year, as reports print it: "Up (2009)". Wildcards have no
//! meaning, so that % and _ are plain characters. A name that was merged into another one
//! still finds it.

use rusqlite::{Connection, named_params};

use super::FilterError;
use crate::archive::sql::sql;
use crate::domain::name::fold;
use crate::query::ids::Ids;

/// Below this likeness (Jaro-Winkler of folded names) a name is not offered:
/// `dargus` has 0.95 with `dargis`, unrelated names stay under 0.8.
const NEAR: f64 = 0.85;

/// So many names are given as examples, or offered.
const EXAMPLES: usize = 3;

/// What a typed name found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameMatch {
    /// "critic", "work" or "publication".
    pub what: &'static str,
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

/// Critics, works or publications, and their statements.
pub(super) struct Names {
    what: &'static str,
    wanted: &'static str,
    label: &'static str,
    all: &'static str,
}

pub(super) fn critics() -> Names {
    Names {
        what: "critic",
        wanted: sql("filter/wanted_critics"),
        label: sql("filter/critic_label"),
        all: sql("filter/critic_names"),
    }
}

pub(super) fn works() -> Names {
    Names {
        what: "work",
        wanted: sql("filter/wanted_works"),
        label: sql("filter/work_label"),
        all: sql("filter/work_names"),
    }
}

pub(super) fn publications() -> Names {
    Names {
        what: "publication",
        wanted: sql("filter/wanted_publications"),
        label: sql("filter/publication_label"),
        all: sql("filter/publication_names"),
    }
}

/// How a typed text is to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Exact,
    Part,
    /// Exactly, where a name is; else as a part.
    ExactFirst,
}

/// The names that have the text, by how.
#[derive(Debug, Default)]
struct Found {
    exact: Ids,
    part: Ids,
}

impl Names {
    /// The ids of whoever has one of the names; `None` where no name was asked for. What
    /// each name found goes to `matches`.
    pub fn wanted(
        &self,
        conn: &Connection,
        asked: &[String],
        matches: &mut Vec<NameMatch>,
    ) -> Result<Option<Ids>, FilterError> {
        let mut wanted = Ids::default();
        for name in asked {
            let (ids, found) = self.of_name(conn, name)?;
            ids.iter().for_each(|id| wanted.insert(id));
            matches.push(found);
        }
        Ok((!asked.is_empty()).then_some(wanted))
    }

    fn of_name(&self, conn: &Connection, asked: &str) -> Result<(Ids, NameMatch), FilterError> {
        let (mode, text) = match (asked.strip_prefix('='), asked.strip_prefix('~')) {
            (Some(text), _) => (Mode::Exact, text),
            (_, Some(text)) => (Mode::Part, text),
            _ => (Mode::ExactFirst, asked),
        };
        // "Up (2009)" is the work of that year, where there is one.
        let of_year = match with_year(text) {
            Some((title, year)) => self.find(conn, title, Some(year))?.exact,
            None => Ids::default(),
        };
        let found = match of_year.is_empty() {
            true => self.find(conn, text, None)?,
            false => Found { exact: of_year, part: Ids::default() },
        };
        let mut only_parts = 0;
        let ids = match mode {
            Mode::Exact => found.exact,
            Mode::ExactFirst if !found.exact.is_empty() => {
                only_parts = found.part.len();
                found.exact
            }
            _ => Ids::from_iter(found.exact.iter().chain(found.part.iter())),
        };
        let mut matched = NameMatch {
            what: self.what,
            asked: asked.to_owned(),
            taken: ids.len(),
            only_parts,
            ..NameMatch::default()
        };
        if ids.is_empty() {
            matched.near = near(conn, self.all, &fold(text))?;
        } else {
            matched.examples = self.labels(conn, &ids)?;
        }
        Ok((ids, matched))
    }

    fn find(&self, conn: &Connection, text: &str, year: Option<i64>) -> Result<Found, FilterError> {
        let mut statement = conn.prepare_cached(self.wanted)?;
        let mut rows = statement.query(named_params! {":part": fold(text), ":year": year})?;
        let mut found = Found::default();
        while let Some(row) = rows.next()? {
            let (id, exact) = (row.get(0)?, row.get(1)?);
            if exact {
                found.exact.insert(id);
            } else {
                found.part.insert(id);
            }
        }
        // A name may have the text as a part and an alias of it be the text.
        found.part.remove(&found.exact);
        Ok(found)
    }

    fn labels(&self, conn: &Connection, ids: &Ids) -> Result<Vec<String>, FilterError> {
        let mut statement = conn.prepare_cached(self.label)?;
        let few = ids.iter().take(EXAMPLES);
        let labels = few.map(|id| statement.query_row(named_params! {":id": id}, |row| row.get(0)));
        Ok(labels.collect::<Result<_, _>>()?)
    }
}

/// A title and the year behind it in brackets.
fn with_year(text: &str) -> Option<(&str, i64)> {
    let (title, year) = text.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    (is_year && !title.trim().is_empty()).then_some((title, year.parse().ok()?))
}

/// The names most like `part`, nearest first.
fn near(conn: &Connection, names: &str, part: &str) -> Result<Vec<String>, FilterError> {
    let mut statement = conn.prepare(names)?;
    let mut rows = statement.query([])?;
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
