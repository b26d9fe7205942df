//! `format_score`: which formats gave scores, and the least and the most that each gave.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::Connection;

use super::Narrowing;
use super::source::{Source, audiences};
use crate::archive::ArchiveError;
use crate::archive::sql::sql;
use crate::query::ids::Ids;
use crate::query::laid::{Cells, Texts};

/// The scored reviews of one format and audience.
struct Scores {
    seen: Ids,
    n: u32,
    lowest: f64,
    highest: f64,
}

impl Scores {
    fn none() -> Self {
        Scores { seen: Ids::default(), n: 0, lowest: f64::INFINITY, highest: f64::NEG_INFINITY }
    }

    /// A review counts once, however many dumps of the format held it.
    fn add(&mut self, id: u32, score: f64) {
        if !self.seen.contains(id) {
            self.seen.insert(id);
            self.n += 1;
            (self.lowest, self.highest) = (self.lowest.min(score), self.highest.max(score));
        }
    }
}

pub fn format_score(
    conn: &Connection,
    source: &Source,
    _: &Narrowing,
) -> Result<Vec<Cells>, ArchiveError> {
    let dumps = formats(conn)?;
    let mut found: BTreeMap<(&str, bool), Scores> = BTreeMap::new();
    let facts = &source.facts;
    let mut take = |format, id: u32| {
        let state = facts.filtered().get(id as usize).filter(|state| state.has_score());
        if let (Some(state), Some(score)) = (state, facts.scores().get(id as usize)) {
            let of_format = found.entry((format, state.is_user()));
            of_format.or_insert_with(Scores::none).add(id, *score);
        }
    };
    let mut different = dumps.values().collect::<Vec<_>>();
    different.dedup();
    match different.as_slice() {
        // Every review has a sighting (`check` asks for it), and all are of this format.
        [only] => (0..).take(facts.all().len()).for_each(|id| take(only.as_str(), id)),
        _ => {
            let mut statement = conn.prepare(sql("computed/sightings"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let Some(format) = dumps.get(&row.get::<_, i64>(0)?) {
                    take(format, row.get(1)?);
                }
            }
        }
    }
    let mut texts = Texts::default();
    found.keys().for_each(|(format, _)| texts.push(format));
    Ok(vec![
        Cells::Text(Arc::new(texts), (0..).take(found.len()).collect()),
        audiences(found.keys().map(|(_, is_user)| u8::from(*is_user))),
        Cells::Count(found.values().map(|of| of.n).collect()),
        Cells::Real(found.values().map(|of| of.lowest).collect()),
        Cells::Real(found.values().map(|of| of.highest).collect()),
    ])
}

/// The format of each dump.
fn formats(conn: &Connection) -> rusqlite::Result<BTreeMap<i64, String>> {
    let mut statement = conn.prepare(sql("computed/formats"))?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
