//! Ranked full-text search: the statement for a filter that has words.

use rusqlite::{Connection, Statement};

use super::Scope;
use super::filter::{Filter, FilterError};
use super::ids::Ids;
use super::listing::{self, Sort};
use super::sqlite_rules::bm25;
use revdb_sql::sql;
use revdb_store::cache;

/// The columns of every search, in order, as in `search.sql`.
pub const COLUMNS: [&str; 8] =
    ["id", "work", "audience", "critic", "publication", "date", "score", "snippet"];

/// Up to this many, the best matches are selected from all; beyond, SQLite sorts all, which is
/// then cheaper than searching again for each snippet.
const FEW: u64 = 1_000;

/// The order of the matches.
pub enum Order<'i> {
    /// Best match first (BM25).
    Relevance,
    /// These ids, in the order of a listing.
    By(&'i Ids, Sort, bool),
}

/// The bound statement for a filter whose scope was created on `conn`, with at most `limit` rows.
/// `marks` surround a match in the snippet.
///
/// # Errors
/// The archive's error.
pub fn prepare<'c>(
    conn: &'c Connection,
    (filter, scope): (&Filter, &Scope),
    marks: (char, char),
    order: &Order<'_>,
    limit: Option<u64>,
) -> Result<Statement<'c>, FilterError> {
    let words = filter.words.as_ref().and_then(|words| words.fts.as_deref());
    let text = match (order, limit) {
        (Order::By(..), _) | (_, Some(0..=FEW)) => sql("search/best"),
        _ if only_fts(filter) => sql("search/ranked"),
        _ => sql("search/ranked_filtered"),
    };
    if limit.is_some_and(|limit| limit <= FEW) {
        cache::make_small(conn)?;
    }
    let mut statement = conn.prepare(text)?;
    let most = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    for index in 1..=statement.parameter_count() {
        match statement.parameter_name(index) {
            Some(":words") => statement.raw_bind_parameter(index, words)?,
            Some(":best") => {
                let ids = ids(conn, (words, scope), order, most)?;
                statement.raw_bind_parameter(index, ids)?
            }
            Some(":start") => statement.raw_bind_parameter(index, marks.0.to_string())?,
            Some(":end") => statement.raw_bind_parameter(index, marks.1.to_string())?,
            // A negative limit means none.
            _ => {
                let limit = limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
                statement.raw_bind_parameter(index, limit)?
            }
        }
    }
    Ok(statement)
}

/// The ids in their order, as a JSON array.
fn ids(
    conn: &Connection,
    (words, scope): (Option<&str>, &Scope),
    order: &Order<'_>,
    most: Option<usize>,
) -> Result<String, FilterError> {
    let ids = match order {
        Order::By(ids, sort, reverse) => {
            serde_json::json!(listing::ordered(conn, ids, *sort, *reverse, most)?)
        }
        Order::Relevance => {
            let most = most.unwrap_or(usize::MAX);
            let best = bm25::best(conn, words.unwrap_or_default(), most, scope.passing())?;
            serde_json::json!(best.into_iter().map(|weighed| weighed.id).collect::<Vec<_>>())
        }
    };
    Ok(ids.to_string())
}

/// Whether the filter has only words of the index, so that no set of ids is needed.
pub fn only_fts(filter: &Filter) -> bool {
    let rest = Filter { words: None, ..filter.clone() };
    rest.is_off() && filter.words.as_ref().is_some_and(|words| words.parts.is_empty())
}
