//! The packed columns of all reviews, and which reviews are in a scope.
//!
//! What a report groups and counts is worked out from these columns: of a million reviews
//! each is read in some milliseconds, where stepping their rows takes SQLite 80 ns each.
//! All columns are of one length, which is made sure of when they are read, so going
//! through several at once skips nothing.
//!
//! Must never: read a column that nobody asks for, or let a review pass that the scope does not
//! have.

use std::sync::OnceLock;

use rusqlite::Connection;

use super::Scope;
use super::ids::Ids;
use revdb_model::PartialDate;
use revdb_sql::sql;
use revdb_store::ArchiveError;
use revdb_store::columns::{self, Column, State};

/// The columns, each read when it is first asked for. The place in each is the review's id; place 0
/// is nobody's.
#[derive(Debug)]
pub struct ColumnSet {
    all: Vec<State>,
    /// `None` where every review passes.
    passing: Option<Vec<State>>,
    peers: Option<Vec<State>>,
    works: OnceLock<Vec<u32>>,
    critics: OnceLock<Vec<u32>>,
    publications: OnceLock<Vec<u32>>,
    dates: OnceLock<Vec<u32>>,
    scores: OnceLock<Vec<f64>>,
}

impl ColumnSet {
    /// Reads the states, and notes which reviews are in the scope.
    ///
    /// # Errors
    /// What SQLite says, and [`ArchiveError::Damaged`].
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

    /// Those that pass: what does not is not there.
    pub fn passing(&self) -> &[State] {
        self.passing.as_ref().unwrap_or(&self.all)
    }

    /// Those that they are compared with.
    pub fn peers(&self) -> &[State] {
        self.peers.as_ref().unwrap_or(&self.all)
    }

    /// Whether the two are the same.
    pub fn are_all_peers(&self) -> bool {
        self.peers() == self.passing()
    }

    /// Works, critics, publications (0 where there is none) or dates, as [`columns::pack_date`].
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] where the column is not as long as the states or holds what
    /// there is not, and what SQLite says.
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

    /// Scores, which mean something only where the state has one.
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

/// What a cell holds, made where nobody has made it yet.
///
/// # Errors
/// As `make`.
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

/// Numbers are places of arrays: a changed bit must not ask for gigabytes.
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

/// The states of these ids; nobody else is there.
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
