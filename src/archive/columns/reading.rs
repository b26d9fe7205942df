//! Whole columns, read at once.

use rusqlite::Connection;

use super::{CHUNK, Column, MOST_CHUNKS, Packed, State};
use crate::archive::{ArchiveError, sql::sql};

/// All columns. The place in each is the review's id; place 0 is nobody's.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    pub states: Vec<State>,
    pub works: Vec<u32>,
    pub critics: Vec<u32>,
    pub publications: Vec<u32>,
    pub dates: Vec<u32>,
    pub scores: Vec<f64>,
}

impl Columns {
    /// # Errors
    /// [`ArchiveError::Damaged`] where a chunk is not as long as it must be, and what SQLite says.
    pub fn read(conn: &Connection) -> Result<Self, ArchiveError> {
        let columns = Self {
            states: states(conn)?,
            works: numbers(conn, Column::Work)?,
            critics: numbers(conn, Column::Critic)?,
            publications: numbers(conn, Column::Publication)?,
            dates: numbers(conn, Column::Date)?,
            scores: scores(conn)?,
        };
        Ok(columns)
    }

    /// The facts of one review.
    pub(super) fn packed(&self, at: usize) -> Option<Packed> {
        Some(Packed {
            state: *self.states.get(at)?,
            work: *self.works.get(at)?,
            critic: *self.critics.get(at)?,
            publication: *self.publications.get(at)?,
            date: *self.dates.get(at)?,
            score: *self.scores.get(at)?,
        })
    }
}

/// A column of numbers: works, critics, publications or dates. As long as the states.
///
/// # Errors
/// As [`Columns::read`].
pub fn numbers(conn: &Connection, column: Column) -> Result<Vec<u32>, ArchiveError> {
    let value = |bytes: &[u8]| bytes.try_into().map_or(0, u32::from_le_bytes);
    read(conn, column, 4, value)
}

/// What there is of each review.
///
/// # Errors
/// As [`Columns::read`].
pub fn states(conn: &Connection) -> Result<Vec<State>, ArchiveError> {
    read(conn, Column::State, 1, |bytes| State(bytes.first().copied().unwrap_or(0)))
}

/// The scores, 0 where there is none.
///
/// # Errors
/// As [`Columns::read`].
pub fn scores(conn: &Connection) -> Result<Vec<f64>, ArchiveError> {
    let value = |bytes: &[u8]| bytes.try_into().map_or(0.0, f64::from_le_bytes);
    read(conn, Column::Score, 8, value)
}

fn read<T: Clone + Default>(
    conn: &Connection,
    column: Column,
    width: usize,
    value: impl Fn(&[u8]) -> T,
) -> Result<Vec<T>, ArchiveError> {
    let (first, last) = (column.row(0), column.row(MOST_CHUNKS - 1));
    let mut statement = conn.prepare_cached(sql("columns/chunks"))?;
    let mut rows = statement.query([first, last])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let chunk = row.get::<_, i64>(0)? - first;
        let bytes = row.get_ref(1)?.as_blob().unwrap_or_default();
        if column.width() != width || bytes.len() != CHUNK * width {
            return Err(damaged(column, chunk));
        }
        // Chunks come in order; between them may be some of which no review is there.
        let from = usize::try_from(chunk).map_err(|_| damaged(column, chunk))? * CHUNK;
        all.resize(from, T::default());
        all.extend(bytes.chunks_exact(width).map(&value));
    }
    Ok(all)
}

fn damaged(column: Column, chunk: i64) -> ArchiveError {
    ArchiveError::Damaged(format!("chunk {chunk} of the packed column {column:?} is cut off"))
}
