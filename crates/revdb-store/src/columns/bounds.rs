//! Bounds ids, which are array indexes, so that a single damaged one cannot allocate gigabytes.
//!
//! Ids ascend and are not reused, so they exceed the number of rows only by what was undone. Must
//! never: count rows where the highest id suffices.

use rusqlite::Connection;

use super::{CHUNK, Column, MOST_CHUNKS};
use crate::{ArchiveError, sql::sql};

/// Ids up to here are always accepted: all arrays together take 250 MB.
const SPARE: i64 = 10_000_000;

/// Beyond that, the most ids per row.
const IDS_A_ROW: i64 = 64;

/// # Errors
/// [`ArchiveError::Damaged`] if `last` is out of proportion to `count` rows.
fn within(
    table: &str,
    last: i64,
    count: impl FnOnce() -> rusqlite::Result<i64>,
) -> Result<(), ArchiveError> {
    if last <= SPARE {
        return Ok(());
    }
    let count = count()?;
    if last <= SPARE.saturating_add(count.saturating_mul(IDS_A_ROW)) {
        return Ok(());
    }
    Err(ArchiveError::Damaged(format!(
        "{table} {last} is far past the others: there are {count} or fewer, and numbers are given in order"
    )))
}

/// Checks the highest review id. Packed reviews are counted by chunks; `pending` reviews are not
/// packed yet.
///
/// # Errors
/// As [`within`], and SQLite's error.
pub fn of_reviews(conn: &Connection, last: i64, pending: usize) -> Result<(), ArchiveError> {
    within("review", last, || {
        let (first, end) = (Column::State.row(0), Column::State.row(MOST_CHUNKS - 1));
        let chunks: i64 = conn
            .prepare_cached(sql("columns/count_chunks"))?
            .query_row([first, end], |row| row.get(0))?;
        let packed = chunks.saturating_mul(i64::try_from(CHUNK).unwrap_or(i64::MAX));
        Ok(packed.saturating_add(i64::try_from(pending).unwrap_or(i64::MAX)))
    })
}

/// Checks the highest ids of works, critics and publications.
///
/// # Errors
/// As `of_reviews`.
pub fn of_names(conn: &Connection) -> Result<(), ArchiveError> {
    let tables = [
        ("work", "columns/last_work", "columns/count_works"),
        ("critic", "columns/last_critic", "columns/count_critics"),
        ("publication", "columns/last_publication", "columns/count_publications"),
    ];
    for (table, last, count) in tables {
        let number = |statement| conn.query_row(sql(statement), [], |row| row.get(0));
        within(table, number(last)?, || number(count))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_out_of_proportion_are_damage() {
        let never = || panic!("rows are counted though the id is low");
        assert!(within("review", SPARE, never).is_ok());
        assert!(within("review", 1 << 31, || Ok(50)).is_err());
        assert!(within("review", 50_000_000, || Ok(1_000_000)).is_ok());
        assert!(within("review", i64::MAX, || Ok(1 << 32)).is_err());
    }
}
