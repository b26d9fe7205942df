//! The packed columns of all reviews, and which reviews are in a scope.
//!
//! The engine groups and counts these columns: reading one of a million reviews takes
//! milliseconds, where SQLite takes 80 ns per row. All columns have the same length, checked when
//! they are read, so iterating over several skips nothing.
//!
//! Must never: read a column that is not needed, or let a review outside of the scope pass.

use std::sync::OnceLock;

use rusqlite::Connection;

use super::Scope;
use super::ids::Ids;
use revdb_model::PartialDate;
use revdb_sql::sql;
use revdb_store::ArchiveError;
use revdb_store::columns::{self, Column, State};

/// The columns, each read on first use. The index is the review's id; index 0 is unused.
#[derive(Debug)]
pub struct ColumnSet {
    /// The states of all reviews.
    all: Vec<State>,
    /// The states of the reviews in the scope; others do not exist.
    passing: Option<Vec<State>>,
    /// The states of the reviews to compare with.
    peers: Option<Vec<State>>,
    works: OnceLock<Vec<u32>>,
    critics: OnceLock<Vec<u32>>,
    publications: OnceLock<Vec<u32>>,
    dates: OnceLock<Vec<u32>>,
    /// Scores; only meaningful where the state has one.
    ///
    /// # Errors
    /// As [`numbers`](Self::numbers).
    scores: OnceLock<Vec<f64>>,
}

impl ColumnSet {
    /// Reads the states and marks the reviews in the scope.
    ///
    /// # Errors
    /// SQLite's error, or [`ArchiveError::Damaged`].
    pub fn read(conn: &Connection, scope: &Scope) -> Result<Self, ArchiveError> {
        columns::names_within_reach(conn)?;
        let all = columns::states(conn)?;
        Ok(ColumnSet {
            passing: scope.passing().map(|ids| states_of(ids, &all)).transpose()?,
            peers: scope.peers().map(|ids| states_of(ids, &all)).transpose()?,
            all,
            works: OnceLock::new(),
            critics: OnceLock::new(),
            publications: OnceLock::new(),
            dates: OnceLock::new(),
            scores: OnceLock::new(),
        })
    }

    /// Every review of the archive.
    pub fn all(&self) -> &[State] {
        &self.all
    }

    /// The states of reviews in the scope; others do not exist.
    pub fn passing(&self) -> &[State] {
        self.passing.as_ref().unwrap_or(&self.all)
    }

    /// The states of the peers.
    pub fn peers(&self) -> &[State] {
        self.peers.as_ref().unwrap_or(&self.all)
    }

    /// Whether scope and peers are the same reviews.
    pub fn are_all_peers(&self) -> bool {
        self.peers() == self.passing()
    }

    /// Ids of works, critics or publications (0 encodes NULL), or dates as [`columns::pack_date`]
    /// encodes them.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] if the column's length differs or it refers to a row that does
    /// not exist; SQLite's error.
    pub fn numbers(&self, conn: &Connection, column: Column) -> Result<&[u32], ArchiveError> {
        let into = match column {
            Column::Work => &self.works,
            Column::Critic => &self.critics,
            Column::Publication => &self.publications,
            Column::Date => &self.dates,
            Column::State | Column::Score => return Err(uneven()),
        };
        let numbers = once(into, || {
            let numbers = self.of_length(columns::numbers(conn, column)?)?;
            within(conn, column, numbers)
        })?;
        Ok(numbers)
    }

    /// Scores, meaningful only where the state has one.
    ///
    /// # Errors
    /// As [`numbers`](Self::numbers).
    pub fn scores(&self, conn: &Connection) -> Result<&[f64], ArchiveError> {
        Ok(once(&self.scores, || self.of_length(columns::scores(conn)?))?)
    }

    fn of_length<T>(&self, column: Vec<T>) -> Result<Vec<T>, ArchiveError> {
        if column.len() == self.all.len() { Ok(column) } else { Err(uneven()) }
    }
}

/// The content of a cell, computed on first use.
///
/// # Errors
/// The error of `make`.
pub fn once<T, E>(cell: &OnceLock<T>, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
    if let Some(made) = cell.get() {
        return Ok(made);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}

fn uneven() -> ArchiveError {
    ArchiveError::Damaged("the packed columns are not of one length".to_owned())
}

/// Checks ids against the highest one. They are array indexes, so a damaged one could allocate
/// gigabytes.
fn within(conn: &Connection, column: Column, found: Vec<u32>) -> Result<Vec<u32>, ArchiveError> {
    let last_id = |statement| conn.query_row(statement, [], |row| row.get(0));
    let last: u32 = match column {
        Column::Work => last_id(sql("column_set/last_work"))?,
        Column::Critic => last_id(sql("column_set/last_critic"))?,
        Column::Publication => last_id(sql("column_set/last_publication"))?,
        _ => PartialDate::new(9999, Some(12), Some(31)).map_or(0, columns::pack_date),
    };
    match found.iter().max() {
        Some(most) if *most > last => Err(ArchiveError::Damaged(format!(
            "the packed column {column:?} holds {most}, which is past the last one there is"
        ))),
        _ => Ok(found),
    }
}

/// The states of these ids; other reviews do not exist.
fn states_of(ids: &Ids, all: &[State]) -> Result<Vec<State>, ArchiveError> {
    let mut states = vec![State::default(); all.len()];
    for id in ids.iter() {
        let (into, state) = (states.get_mut(id as usize), all.get(id as usize));
        let (Some(into), Some(state)) = (into, state) else { return Err(uneven()) };
        *into = *state;
    }
    Ok(states)
}

#[cfg(test)]
mod tests;
