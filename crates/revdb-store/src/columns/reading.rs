//! Reads packed columns, whole or for some reviews.

use std::ops::RangeInclusive;

use rusqlite::Connection;

use super::{CHUNK, Column, NARROW, Packed, State, bounds, place};
use crate::{ArchiveError, cache, sql::sql};

/// All columns. The index is the review's id; index 0 is unused.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// The states.
    pub states: Vec<State>,
    /// Works.
    pub works: Vec<u32>,
    /// Critics; 0 encodes NULL.
    pub critics: Vec<u32>,
    /// Publications; 0 encodes NULL.
    pub publications: Vec<u32>,
    /// Dates as of [`pack_date`](super::pack_date); 0 encodes NULL.
    pub dates: Vec<u32>,
    /// Scores; meaningful only where the state has one.
    pub scores: Vec<f64>,
}

impl Columns {
    /// Reads all columns.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] for a chunk of the wrong length; SQLite's error.
    pub fn read(conn: &Connection) -> Result<Self, ArchiveError> {
        let columns = Self {
            states: read_states(conn)?,
            works: read_numbers(conn, Column::Work)?,
            critics: read_numbers(conn, Column::Critic)?,
            publications: read_numbers(conn, Column::Publication)?,
            dates: read_numbers(conn, Column::Date)?,
            scores: read_scores(conn)?,
        };
        Ok(columns)
    }

    /// The values of one review.
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

/// A column of works, critics, publications or dates, as long as the states.
///
/// # Errors
/// As [`Columns::read`].
pub fn numbers(conn: &Connection, column: Column) -> Result<Vec<u32>, ArchiveError> {
    ensure_whole(conn, column)?;
    read_numbers(conn, column)
}

fn read_numbers(conn: &Connection, column: Column) -> Result<Vec<u32>, ArchiveError> {
    let mut all = Vec::with_capacity(room(conn)?);
    each_chunk(conn, column, |from, width, bytes| {
        all.resize(from, 0);
        // A loop per width lets the compiler vectorise.
        match width {
            NARROW => all.extend(bytes.chunks_exact(NARROW).map(number)),
            _ => all.extend(bytes.chunks_exact(4).map(number)),
        }
    })?;
    Ok(all)
}

/// A number of two or four bytes.
#[inline]
fn number(bytes: &[u8]) -> u32 {
    match bytes {
        [low, high] => u32::from(u16::from_le_bytes([*low, *high])),
        _ => bytes.try_into().map_or(0, u32::from_le_bytes),
    }
}

/// The states of all reviews.
///
/// # Errors
/// As [`Columns::read`].
pub fn states(conn: &Connection) -> Result<Vec<State>, ArchiveError> {
    ensure_whole(conn, Column::State)?;
    let states = read_states(conn)?;
    let last = last_id(conn)?;
    let is_there = usize::try_from(last).ok().and_then(|last| states.get(last));
    match last == 0 || is_there.is_some_and(|state| state.exists()) {
        true => Ok(states),
        false => Err(ArchiveError::Damaged(format!(
            "the packed columns do not know review {last}; `revdb check --rebuild-index` makes them anew"
        ))),
    }
}

fn read_states(conn: &Connection) -> Result<Vec<State>, ArchiveError> {
    read(conn, Column::State, |bytes| State(bytes.first().copied().unwrap_or(0)))
}

/// The scores of all reviews, 0 where there is none.
///
/// # Errors
/// As [`Columns::read`].
pub fn scores(conn: &Connection) -> Result<Vec<f64>, ArchiveError> {
    ensure_whole(conn, Column::Score)?;
    read_scores(conn)
}

fn read_scores(conn: &Connection) -> Result<Vec<f64>, ArchiveError> {
    let value = |bytes: &[u8]| bytes.try_into().map_or(0.0, f64::from_le_bytes);
    read(conn, Column::Score, value)
}

/// The most chunks to allocate in advance, since a damaged id could ask for gigabytes.
const MOST_ROOM: usize = 8_000;

/// Numbers compared together before each by itself.
const BLOCK: usize = 50;

/// Calls `show` with every number of a column within a range and its review's id, in ascending
/// order; 0 also for missing reviews.
///
/// Stores nothing: filters keep few numbers, and allocating for all takes as long as reading them.
/// Blocks without a match are skipped with vectorised comparisons.
///
/// # Errors
/// As [`Columns::read`].
pub fn each_number(
    conn: &Connection,
    column: Column,
    within: RangeInclusive<u32>,
    mut show: impl FnMut(u32, u32),
) -> Result<(), ArchiveError> {
    let Some(span) = within.end().checked_sub(*within.start()) else { return Ok(()) };
    ensure_whole(conn, column)?;
    let first = *within.start();
    let is_within = |number: u32| number.wrapping_sub(first) <= span;
    each_chunk(conn, column, |from, width, bytes| match width {
        NARROW => each_of_chunk::<NARROW>(from, bytes, is_within, &mut show),
        _ => each_of_chunk::<4>(from, bytes, is_within, &mut show),
    })
}

fn each_of_chunk<const WIDTH: usize>(
    from: usize,
    bytes: &[u8],
    is_within: impl Fn(u32) -> bool,
    mut show: impl FnMut(u32, u32),
) {
    let ids = (u32::try_from(from).unwrap_or(u32::MAX)..).step_by(BLOCK);
    for (id, block) in ids.zip(bytes.chunks(BLOCK * WIDTH)) {
        let numbers = || block.chunks_exact(WIDTH).map(number);
        if numbers().fold(false, |any, number| any | is_within(number)) {
            let shown = (id..).zip(numbers()).filter(|(_, number)| is_within(*number));
            shown.for_each(|(id, number)| show(id, number));
        }
    }
}

/// The numbers of some reviews, given in ascending order; reads only their chunks.
///
/// # Errors
/// As [`Columns::read`].
pub fn numbers_of(
    conn: &Connection,
    column: Column,
    ids: &[u32],
) -> Result<Vec<u32>, ArchiveError> {
    read_of(conn, column, ids, number)
}

/// The states of some reviews; as [`numbers_of`].
///
/// # Errors
/// As [`Columns::read`].
pub fn states_of(conn: &Connection, ids: &[u32]) -> Result<Vec<State>, ArchiveError> {
    read_of(conn, Column::State, ids, |bytes| State(bytes.first().copied().unwrap_or(0)))
}

/// The scores of some reviews; as [`numbers_of`].
///
/// # Errors
/// As [`Columns::read`].
pub fn scores_of(conn: &Connection, ids: &[u32]) -> Result<Vec<f64>, ArchiveError> {
    let value = |bytes: &[u8]| bytes.try_into().map_or(0.0, f64::from_le_bytes);
    read_of(conn, Column::Score, ids, value)
}

fn read_of<T: Clone + Default>(
    conn: &Connection,
    column: Column,
    ids: &[u32],
    value: impl Fn(&[u8]) -> T,
) -> Result<Vec<T>, ArchiveError> {
    let mut all = Vec::with_capacity(ids.len());
    let _small = cache::Small::of(conn)?;
    let mut statement = conn.prepare_cached(sql("columns/chunk"))?;
    for ids in ids.chunk_by(|a, b| *a as usize / CHUNK == *b as usize / CHUNK) {
        let Some((chunk, _)) = ids.first().and_then(|&id| place(i64::from(id))) else { continue };
        let mut rows = statement.query([column.row(chunk)])?;
        // The ids are those of existing reviews, so the chunk must exist.
        let row = rows.next()?.ok_or_else(|| damaged(column, chunk))?;
        // A value other than a blob has the wrong length too.
        let bytes = row.get_ref(0)?.as_blob().unwrap_or_default();
        let width = width(column, bytes).ok_or_else(|| damaged(column, chunk))?;
        let at = |&id: &u32| bytes.get(id as usize % CHUNK * width..).and_then(|b| b.get(..width));
        all.extend(ids.iter().map(|id| at(id).map_or_else(T::default, &value)));
    }
    Ok(all)
}

fn read<T: Clone + Default>(
    conn: &Connection,
    column: Column,
    value: impl Fn(&[u8]) -> T,
) -> Result<Vec<T>, ArchiveError> {
    let mut all = Vec::with_capacity(room(conn)?);
    each_chunk(conn, column, |from, width, bytes| {
        all.resize(from, T::default());
        all.extend(bytes.chunks_exact(width).map(&value));
    })?;
    Ok(all)
}

/// Estimated number of reviews, from the number of chunks.
///
/// # Errors
/// SQLite's error.
pub fn about(conn: &Connection) -> Result<usize, ArchiveError> {
    Ok(usize::try_from(last_id(conn)?).unwrap_or(0))
}

/// Length of a column in whole chunks, to allocate at once.
fn room(conn: &Connection) -> Result<usize, ArchiveError> {
    let chunks = place(last_id(conn)?).map_or(0, |(chunk, _)| chunk + 1);
    Ok(usize::try_from(chunks).unwrap_or(0).min(MOST_ROOM) * CHUNK)
}

fn last_id(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached(sql("columns/last_review"))?.query_row([], |row| row.get(0))
}

/// Bytes per review in a chunk of this column; `None` if its length is wrong.
pub(super) fn width(column: Column, chunk: &[u8]) -> Option<usize> {
    let is_narrow = column.may_be_narrow() && chunk.len() == CHUNK * NARROW;
    let width = if is_narrow { NARROW } else { column.width() };
    (chunk.len() == CHUNK * width).then_some(width)
}

/// Calls `show` with each chunk, the id of its first review and its width, in order; chunks
/// without reviews may be missing.
fn each_chunk(
    conn: &Connection,
    column: Column,
    mut show: impl FnMut(usize, usize, &[u8]),
) -> Result<(), ArchiveError> {
    let first = column.row(0);
    // Chunks beyond the last review are ignored: a flipped bit in a chunk's number would otherwise
    // ask for gigabytes.
    let last = last_id(conn)?;
    let Some((chunk, _)) = place(last) else { return Ok(()) };
    bounds::of_reviews(conn, last, 0)?;
    let last = column.row(chunk);
    let _small = cache::Small::of(conn)?;
    let mut statement = conn.prepare_cached(sql("columns/chunks"))?;
    let mut rows = statement.query([first, last])?;
    while let Some(row) = rows.next()? {
        let chunk = row.get::<_, i64>(0)? - first;
        // A value other than a blob has the wrong length too.
        let bytes = row.get_ref(1)?.as_blob().unwrap_or_default();
        let width = width(column, bytes).ok_or_else(|| damaged(column, chunk))?;
        show(usize::try_from(chunk).map_err(|_| damaged(column, chunk))? * CHUNK, width, bytes);
    }
    Ok(())
}

/// Checks that a column has the chunk of the last review; emptied columns would look like an empty
/// archive. [`check`](super::check) reads what there is regardless.
fn ensure_whole(conn: &Connection, column: Column) -> Result<(), ArchiveError> {
    let last_id = last_id(conn)?;
    let Some((chunk, _)) = place(last_id) else {
        let past = format!("review {last_id} is past what the columns hold");
        return Err(ArchiveError::Damaged(past));
    };
    let is_there = || conn.prepare_cached(sql("columns/chunk"))?.exists([column.row(chunk)]);
    match last_id == 0 || is_there()? {
        true => Ok(()),
        false => Err(ArchiveError::Damaged(format!(
            "the packed column {column:?} ends before review {last_id}; `revdb check --rebuild-index` makes it anew"
        ))),
    }
}

pub(super) fn damaged(column: Column, chunk: i64) -> ArchiveError {
    ArchiveError::Damaged(format!(
        "chunk {chunk} of the packed column {column:?} is missing or cut off"
    ))
}
