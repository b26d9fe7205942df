//! Names that were typed, as the ids that have them.
//!
//! A typed text is a part of a folded name; instr() knows no wildcards, so that % and _ are
//! plain characters. A name that was merged into another one still finds it.

use rusqlite::{Connection, named_params};

use super::{FilterError, Unmatched};
use crate::archive::sql::sql;
use crate::domain::name::fold;
use crate::query::ids::Ids;

/// Below this likeness (Jaro-Winkler of folded names) a name is not offered:
/// `dargus` has 0.95 with `dargis`, unrelated names stay under 0.8.
const NEAR: f64 = 0.85;

/// So many near names are offered.
const OFFERED: usize = 3;

/// A sort of name and its statements.
pub(super) struct Sort {
    what: &'static str,
    wanted: &'static str,
    names: &'static str,
}

pub(super) fn critics() -> Sort {
    let (wanted, names) = (sql("filter/wanted_critics"), sql("filter/critic_names"));
    Sort { what: "critic", wanted, names }
}

pub(super) fn works() -> Sort {
    let (wanted, names) = (sql("filter/wanted_works"), sql("filter/work_names"));
    Sort { what: "work", wanted, names }
}

pub(super) fn publications() -> Sort {
    let (wanted, names) = (sql("filter/wanted_publications"), sql("filter/publication_names"));
    Sort { what: "publication", wanted, names }
}

impl Sort {
    /// The ids of whoever has one of the names; `None` where no name was asked for. What
    /// nothing has goes to `unmatched`.
    pub fn wanted(
        &self,
        conn: &Connection,
        asked: &[String],
        unmatched: &mut Vec<Unmatched>,
    ) -> Result<Option<Ids>, FilterError> {
        let mut wanted = Ids::default();
        for name in asked {
            let part = fold(name);
            let mut statement = conn.prepare_cached(self.wanted)?;
            let found = statement.query_map(named_params! {":part": part}, |row| row.get(0))?;
            let found = found.collect::<Result<Vec<u32>, _>>()?;
            if found.is_empty() {
                let near = near(conn, self.names, &part)?;
                unmatched.push(Unmatched { what: self.what, asked: name.clone(), near });
            }
            found.into_iter().for_each(|id| wanted.insert(id));
        }
        Ok((!asked.is_empty()).then_some(wanted))
    }
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
            best.truncate(OFFERED);
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
