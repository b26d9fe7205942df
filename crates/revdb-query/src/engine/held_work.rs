//! `held_work`: the works that have a review, whatever the filters.

use super::source::Source;
use super::{View, rows};
use crate::memory_table::{Cell, Column, Record};
use revdb_store::ArchiveError;

pub const VIEW: View = View {
    ascending: 1,
    key: 1,
    reviews_a_row: 50,
    ..View::new("held_work", Work::columns, |source, _| rows(make(source)))
};

struct Work(u32);

impl Record for Work {
    const COLUMNS: &'static [Column<Self>] =
        &[Column::integer("work_id", |Work(work)| Cell::id(*work))];
}

/// In the order of ids.
fn make(source: &Source<'_>) -> Result<Vec<Work>, ArchiveError> {
    let reviews = source.set()?.all().iter().zip(source.works()?);
    let mut works: Vec<u32> =
        reviews.filter(|(state, _)| state.exists()).map(|(_, work)| *work).collect();
    works.sort_unstable();
    works.dedup();
    Ok(works.into_iter().map(Work).collect())
}
