//! `peer_score`: number, least and greatest score of the scored peers of each work.

use super::groups::{keyed, of_slot, slots};
use super::source::Source;
use super::{View, audience, rows};
use crate::memory_table::{Cell, Column, Record};
use revdb_store::ArchiveError;

pub const VIEW: View = View {
    ascending: 2,
    key: 2,
    reviews_a_row: 50,
    ..View::new("peer_score", Scores::columns, |source, _| rows(make(source)))
};

/// The scores of one work and audience.
struct Scores {
    work: u32,
    is_user: bool,
    n: u32,
    min: f64,
    max: f64,
}

impl Record for Scores {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::integer("work_id", |row| Cell::id(row.work)),
        Column::text("audience", |row| audience(row.is_user)),
        Column::integer("n", |row| row.n.into()),
        Column::real("min", |row| row.min.into()),
        Column::real("max", |row| row.max.into()),
    ];
}

/// Sorted by work, critics before users.
fn make(source: &Source<'_>) -> Result<Vec<Scores>, ArchiveError> {
    let works = source.works()?;
    let mut found = vec![(0, f64::INFINITY, f64::NEG_INFINITY); slots(works)];
    for review in keyed(source.set()?.peers(), works, source.scores()?) {
        if let Some(score) = review.score() {
            let (n, min, max) = &mut found[review.slot];
            (*n, *min, *max) = (*n + 1, min.min(score), max.max(score));
        }
    }
    let scored = found.into_iter().enumerate().filter(|(_, (n, ..))| *n > 0);
    let scores = scored.map(|(slot, (n, min, max))| {
        let (work, is_user) = of_slot(slot);
        Scores { work, is_user, n, min, max }
    });
    Ok(scores.collect())
}
