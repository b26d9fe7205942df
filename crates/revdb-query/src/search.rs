//! Ranked search: which statement answers a filter that has words.

use rusqlite::{Connection, Statement};

use super::Scope;
use super::filter::{Filter, FilterError};
use super::ids::Ids;
use super::listing::{self, Sort};
use super::sqlite_rules::bm25;
use revdb_sql::sql;
use revdb_store::cache;

/// The columns of every search, in order: those of the SELECTs of `search.sql`.
pub const COLUMNS: [&str; 8] =
    ["id", "work", "audience", "critic", "publication", "date", "score", "snippet"];

/// Up to so many the best are picked out of all matches; beyond, all are sorted, which then
/// costs less than asking the index anew for each snippet.
const FEW: u64 = 1_000;

/// In which order matches are shown.
pub enum Order<'i> {
    /// Best match first (BM25).
    Relevance,
    /// These, in an order of listings.
    By(&'i Ids, Sort, bool),
}

/// The statement for a filter whose scope was created on `conn`, bound, of at most `limit` rows.
///
/// `marks` stand around a match in the snippet.
///
/// # Errors
/// What the archive says.
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
            // A negative limit is none.
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

/// Nothing but words of the index is asked for, which need no set of ids.
pub fn only_fts(filter: &Filter) -> bool {
    let rest = Filter { words: None, ..filter.clone() };
    rest.is_off() && filter.words.as_ref().is_some_and(|words| words.parts.is_empty())
}
