//! `format_score`: the lowest and highest score that each format gave.

use std::collections::BTreeMap;

use super::source::Source;
use super::{View, audience, rows};
use crate::ids::Ids;
use crate::memory_table::{Column, Record};
use revdb_sql::sql;
use revdb_store::ArchiveError;

pub const VIEW: View = View {
    reviews_a_row: 100_000,
    ..View::new("format_score", Scores::columns, |source, _| rows(make(source)))
};

/// The scored reviews of one format and audience.
struct Scores {
    format: String,
    is_user: bool,
    seen: Ids,
    n: u32,
    lowest: f64,
    highest: f64,
}

impl Record for Scores {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("format", |row| row.format.as_str().into()),
        Column::text("audience", |row| audience(row.is_user)),
        Column::integer("n", |row| row.n.into()),
        Column::real("lowest", |row| row.lowest.into()),
        Column::real("highest", |row| row.highest.into()),
    ];
}

impl Scores {
    fn none(format: &str, is_user: bool) -> Self {
        let (lowest, highest) = (f64::INFINITY, f64::NEG_INFINITY);
        Scores { format: format.to_owned(), is_user, seen: Ids::default(), n: 0, lowest, highest }
    }

    /// Counts a review once, however many dumps of the format contain it.
    fn add(&mut self, id: u32, score: f64) {
        if !self.seen.contains(id) {
            self.seen.insert(id);
            self.n += 1;
            (self.lowest, self.highest) = (self.lowest.min(score), self.highest.max(score));
        }
    }
}

fn make(source: &Source<'_>) -> Result<Vec<Scores>, ArchiveError> {
    let (passing, scores) = (source.passing()?, source.scores()?);
    let mut statement = source.conn.prepare(sql("engine/formats"))?;
    let dumps = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let dumps: BTreeMap<i64, String> = dumps.collect::<Result<_, _>>()?;
    let mut found: BTreeMap<(&str, bool), Scores> = BTreeMap::new();
    let mut take = |format, id: u32| {
        let review = passing.get(id as usize).zip(scores.get(id as usize));
        let Some((state, score)) = review else {
            return Err(ArchiveError::Damaged(format!(
                "a dump held review {id}, which is not there"
            )));
        };
        if state.has_score() {
            let of_format = found.entry((format, state.is_user()));
            of_format.or_insert_with(|| Scores::none(format, state.is_user())).add(id, *score);
        }
        Ok(())
    };
    let mut different: Vec<&String> = dumps.values().collect();
    different.dedup();
    match different.as_slice() {
        // Every review has a sighting (verified by `check`), and all are of this format.
        [only] => (0..).take(passing.len()).try_for_each(|id| take(only.as_str(), id))?,
        _ => {
            let mut statement = source.conn.prepare(sql("engine/sightings"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let Some(format) = dumps.get(&row.get::<_, i64>(0)?) {
                    take(format, row.get(1)?)?;
                }
            }
        }
    }
    Ok(found.into_values().collect())
}
