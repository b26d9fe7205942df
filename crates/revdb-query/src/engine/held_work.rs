//! `held_work`: how many reviews each audience has of a work, independent of filters.

use super::source::Source;
use super::{View, audience, rows};
use crate::memory_table::{Cell, Column, Record};
use revdb_store::ArchiveError;

pub const VIEW: View = View {
    ascending: 1,
    key: 2,
    reviews_a_row: 50,
    ..View::new("held_work", Held::columns, |source, _| rows(make(source)))
};

struct Held {
    work: u32,
    is_user: bool,
    reviews: u32,
}

impl Record for Held {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::integer("work_id", |row| Cell::id(row.work)),
        Column::text("audience", |row| audience(row.is_user)),
        Column::integer("reviews", |row| row.reviews.into()),
    ];
}

/// Sorted by work, critics before users.
fn make(source: &Source<'_>) -> Result<Vec<Held>, ArchiveError> {
    let reviews = source.set()?.all().iter().zip(source.works()?);
    let reviews = reviews.filter(|(state, _)| state.exists());
    let mut works: Vec<(u32, bool)> =
        reviews.map(|(state, work)| (*work, state.is_user())).collect();
    works.sort_unstable();
    let held = works.chunk_by(|a, b| a == b).filter_map(|run| {
        let &(work, is_user) = run.first()?;
        Some(Held { work, is_user, reviews: u32::try_from(run.len()).unwrap_or(u32::MAX) })
    });
    Ok(held.collect())
}
