//! Listings of reviews: their orders, their columns, and the rows.
//!
//! Ids are sorted in memory (`order`) and given to SQLite as a table (`memory_table`); each row is
//! read when it is its turn. So the first rows of a million come at once, and one statement serves
//! every order and filter.

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
pub use parts::{PartitionBy, parts};

/// Up to this many rows, a small page cache is faster, as no page is likely to be read twice.
const FEW: usize = 1_000;

/// The order of a listing, in its usual direction. Reviews without the value come last; equal ones
/// in the order of import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Newest first.
    #[default]
    Date,
    /// Highest first.
    Score,
    /// A to Z, then newest first.
    Critic,
    /// A to Z, then newest first.
    Work,
    /// A to Z, then newest first.
    Publication,
    /// In the order of import.
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

    /// Whether the usual direction is descending.
    pub(crate) fn is_descending(self) -> bool {
        matches!(self, Sort::Date | Sort::Score)
    }
}

/// The columns of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// For people.
    Short,
    /// As [`Columns::Short`], with the verdict.
    WithVerdict,
    /// The public view `reviews`, the work's external id, and properties of the work.
    Exported,
    /// As [`Columns::Exported`], with the archive's ids, which query engines join by.
    WithIds,
    /// For the HTML page.
    Page,
}

impl Columns {
    /// Their names, in order.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Columns::Short => {
                &["id", "work", "audience", "critic", "publication", "date", "score", "quote"]
            }
            Columns::WithVerdict => &[
                "id", "work", "audience", "critic", "publication", "date", "score", "verdict",
                "quote",
            ],
            Columns::Exported => &[
                "id", "work", "kind", "year", "audience", "critic", "byline", "publication",
                "date", "score", "score_text", "quote", "url", "verdict", "work_id", "tags",
                "authors", "contributors", "directors", "brands", "genres",
            ],
            Columns::WithIds => &[
                "id", "work", "kind", "year", "audience", "critic", "byline", "publication",
                "date", "score", "score_text", "quote", "url", "verdict", "work_ext_id", "tags",
                "authors", "contributors", "directors", "brands", "genres", "work_id", "critic_id",
                "publication_id", "truncated", "language",
            ],
            Columns::Page => &[
                "score", "as printed", "critic", "publication", "work", "audience", "date",
                "quote", "source", "number",
            ],
        }
    }

    fn statement(self) -> &'static str {
        match self {
            Columns::Short => sql("listing/listed"),
            Columns::WithVerdict => sql("listing/judged"),
            // The shorter list of columns is a prefix of the longer.
            Columns::Exported | Columns::WithIds => sql("listing/exported"),
            Columns::Page => sql("listing/paged"),
        }
    }
}

/// Whether one of the reviews has a verdict.
///
/// # Errors
/// The archive's error.
pub fn has_verdict(conn: &Connection, ids: &Ids) -> Result<bool, ArchiveError> {
    let states = columns::states(conn)?;
    Ok((0..).zip(states).any(|(id, state)| state.verdict().is_some() && ids.contains(id)))
}

/// The statement that lists the first `most` of `ids` in this order.
///
/// # Errors
/// The archive's error.
pub fn prepare<'c>(
    conn: &'c Connection,
    ids: &Ids,
    (sort, reverse): (Sort, bool),
    columns: Columns,
    most: Option<usize>,
) -> Result<Statement<'c>, ArchiveError> {
    create_listed(conn, ids, (sort, reverse), most)?;
    Ok(conn.prepare(columns.statement())?)
}

/// The statement that lists these ids in the given order.
///
/// # Errors
/// The archive's error.
pub fn prepare_ordered(
    conn: &Connection,
    ids: Vec<u32>,
    columns: Columns,
) -> Result<Statement<'_>, ArchiveError> {
    create_ordered(conn, ids)?;
    Ok(conn.prepare(columns.statement())?)
}

/// Creates the table `listed` with the first `most` of `ids` in this order.
///
/// # Errors
/// The archive's error.
pub(crate) fn create_listed(
    conn: &Connection,
    ids: &Ids,
    (sort, reverse): (Sort, bool),
    most: Option<usize>,
) -> Result<(), ArchiveError> {
    create_ordered(conn, ordered(conn, ids, sort, reverse, most)?)
}

fn create_ordered(conn: &Connection, ids: Vec<u32>) -> Result<(), ArchiveError> {
    if ids.len() <= FEW {
        cache::make_small(conn)?;
    }
    let listed = Table::of(ids, 0);
    memory_table::make_known(conn, c"listing", HashMap::from([("listed", Arc::new(listed))]))?;
    conn.execute_batch(sql("listing/create"))?;
    Ok(())
}
