//! Ids are places of arrays, so a single huge one must not ask for gigabytes of nobody.
//!
//! Ids are given in order and never again, so they run ahead of the rows by what was undone,
//! and by nothing else: how far they may is the one rule here. Must never: count
//! rows where the highest id alone shows that all is well.

use rusqlite::Connection;

use super::{CHUNK, Column, MOST_CHUNKS};
use crate::{ArchiveError, sql::sql};

/// Ids up to here are fine however few rows there are: all arrays of reviews take 250 MB.
const SPARE: i64 = 10_000_000;

/// Past that, so many ids for each row.
const IDS_A_ROW: i64 = 64;

/// # Errors
/// [`ArchiveError::Damaged`] where `last` is out of all proportion to `count` rows.
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

/// Whether columns that reach to review `last` have about as many rows. Of those that are
/// packed only the chunks are counted; `beside` are about to be.
///
/// # Errors
/// As [`within`], and what SQLite says.
pub fn of_reviews(conn: &Connection, last: i64, beside: usize) -> Result<(), ArchiveError> {
    within("review", last, || {
        let (first, end) = (Column::State.row(0), Column::State.row(MOST_CHUNKS - 1));
        let chunks: i64 = conn
            .prepare_cached(sql("columns/count_chunks"))?
            .query_row([first, end], |row| row.get(0))?;
        let packed = chunks.saturating_mul(i64::try_from(CHUNK).unwrap_or(i64::MAX));
        Ok(packed.saturating_add(i64::try_from(beside).unwrap_or(i64::MAX)))
    })
}

/// The same of what reviews refer to, whose ids are places too.
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
    fn ids_run_ahead_of_rows_by_what_was_undone_only() {
        let never = || panic!("rows are counted though the id is low");
        assert!(within("review", SPARE, never).is_ok());
        assert!(within("review", 1 << 31, || Ok(50)).is_err());
        assert!(within("review", 50_000_000, || Ok(1_000_000)).is_ok());
        assert!(within("review", i64::MAX, || Ok(1 << 32)).is_err());
    }
}
