//! Listings of reviews: which orders there are, and the rows.
//!
//! The ids are put in order in memory (`order`) and given to SQLite as a table (`memory_table`);
//! each row is read when it is its turn. So the first rows of a million are there at once, and
//! one statement serves every order, with and without filters.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, Statement};

use super::ids::Ids;
use super::memory_table::{self, Table};
use revdb_sql::sql;
use revdb_store::{ArchiveError, cache, columns};

mod order;
mod parts;

pub(super) use order::ordered;
pub use parts::{PartedBy, parts};

/// Up to so many rows no page is likely to be wanted again. All of a million in a small cache take
/// twice as long as in a large one.
const FEW: usize = 1_000;

/// What a listing is ordered by, each in the direction that is asked for most.
/// Reviews without the value come last; equal ones in the order they came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Newest first.
    #[default]
    Date,
    /// Highest first.
    Score,
    /// A to Z, then newest first.
    Critic,
    Work,
    Publication,
    /// As imported.
    Id,
}

impl Sort {
    /// Every order by its name.
    pub const NAMES: [(&str, Sort); 6] = [
        ("date", Sort::Date),
        ("score", Sort::Score),
        ("critic", Sort::Critic),
        ("work", Sort::Work),
        ("publication", Sort::Publication),
        ("id", Sort::Id),
    ];

    /// Whether it begins with the greatest without being reversed.
    pub(crate) fn is_descending(self) -> bool {
        matches!(self, Sort::Date | Sort::Score)
    }
}

/// What is shown of each review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// What people read of it.
    Listed,
    /// The same with the verdict.
    Judged,
    /// The columns of the public view `reviews`, the work's id, and what is said of the work.
    Exported,
    /// The same, and the archive's ids, by which engines join rows.
    Typed,
    /// What a page to hand on shows.
    Paged,
}

impl Shown {
    /// Its columns, in order.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Shown::Listed => {
                &["id", "work", "audience", "critic", "publication", "date", "score", "quote"]
            }
            Shown::Judged => &[
                "id", "work", "audience", "critic", "publication", "date", "score", "verdict",
                "quote",
            ],
            Shown::Exported => &[
                "id", "work", "kind", "year", "audience", "critic", "byline", "publication",
                "date", "score", "score_text", "quote", "url", "verdict", "work_id", "tags",
                "authors", "contributors", "directors", "brands", "genres",
            ],
            Shown::Typed => &[
                "id", "work", "kind", "year", "audience", "critic", "byline", "publication",
                "date", "score", "score_text", "quote", "url", "verdict", "work_ext_id", "tags",
                "authors", "contributors", "directors", "brands", "genres", "work_id", "critic_id",
                "publication_id", "truncated", "language",
            ],
            Shown::Paged => &[
                "score", "as printed", "critic", "publication", "work", "audience", "date",
                "quote", "source", "number",
            ],
        }
    }

    fn statement(self) -> &'static str {
        match self {
            Shown::Listed => sql("listing/listed"),
            Shown::Judged => sql("listing/judged"),
            // Whoever names fewer columns than it has reads the first.
            Shown::Exported | Shown::Typed => sql("listing/exported"),
            Shown::Paged => sql("listing/paged"),
        }
    }
}

/// Whether one of the reviews has a verdict.
///
/// # Errors
/// What the archive says.
pub fn has_verdict(conn: &Connection, ids: &Ids) -> Result<bool, ArchiveError> {
    let states = columns::states(conn)?;
    Ok((0..).zip(states).any(|(id, state)| state.verdict().is_some() && ids.contains(id)))
}

/// The statement that shows `ids` in this order, of the first `most` of them.
///
/// # Errors
/// What the archive says.
pub fn prepare<'c>(
    conn: &'c Connection,
    ids: &Ids,
    (sort, reverse): (Sort, bool),
    shown: Shown,
    most: Option<usize>,
) -> Result<Statement<'c>, ArchiveError> {
    create_listed(conn, ids, (sort, reverse), most)?;
    Ok(conn.prepare(shown.statement())?)
}

/// The statement that shows these, in the order in which they stand.
///
/// # Errors
/// What the archive says.
pub fn prepare_ordered(
    conn: &Connection,
    ids: Vec<u32>,
    shown: Shown,
) -> Result<Statement<'_>, ArchiveError> {
    lay_ordered(conn, ids)?;
    Ok(conn.prepare(shown.statement())?)
}

/// Lays the table `listed` of the first `most` of `ids` in this order.
///
/// # Errors
/// What the archive says.
pub fn create_listed(
    conn: &Connection,
    ids: &Ids,
    (sort, reverse): (Sort, bool),
    most: Option<usize>,
) -> Result<(), ArchiveError> {
    lay_ordered(conn, ordered(conn, ids, sort, reverse, most)?)
}

fn lay_ordered(conn: &Connection, ids: Vec<u32>) -> Result<(), ArchiveError> {
    if ids.len() <= FEW {
        cache::make_small(conn)?;
    }
    let listed = Table::of(ids, 0);
    memory_table::make_known(conn, c"listing", HashMap::from([("listed", Arc::new(listed))]))?;
    conn.execute_batch(sql("listing/create"))?;
    Ok(())
}
