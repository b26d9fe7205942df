//! Ranked search: which statement answers a filter that has words.

use rusqlite::{Connection, Statement};

use super::Scope;
use super::filter::{Filter, FilterError};
use super::ranking;
use crate::archive::cache;
use crate::archive::sql::sql;

/// The columns of every search, in order: those of the SELECTs of `search.sql`.
pub const COLUMNS: [&str; 7] = ["id", "work", "audience", "critic", "date", "score", "snippet"];

/// Up to so many the best are picked out of all matches; beyond, all are sorted, which then
/// costs less than asking the index anew for each snippet.
const FEW: u64 = 1_000;

/// The statement for a filter whose scope is laid on `conn`, bound. Best match
/// first (BM25); where no word is in the index, newest first.
///
/// `marks` stand around a match in the snippet.
pub fn prepare<'c>(
    conn: &'c Connection,
    (filter, scope): (&Filter, &Scope),
    marks: (char, char),
    limit: Option<u64>,
) -> Result<Statement<'c>, FilterError> {
    let words = filter.words.as_ref().and_then(|words| words.fts.as_deref());
    let text = match (words, limit) {
        (None, _) => sql("search/unranked"),
        (Some(_), Some(0..=FEW)) => sql("search/best"),
        (Some(_), _) if only_fts(filter) => sql("search/ranked"),
        (Some(_), _) => sql("search/ranked_filtered"),
    };
    if limit.is_some_and(|limit| limit <= FEW) {
        cache::make_small(conn)?;
    }
    let mut statement = conn.prepare(text)?;
    // A negative limit is none.
    let limit = limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
    for index in 1..=statement.parameter_count() {
        match statement.parameter_name(index) {
            Some(":words") => statement.raw_bind_parameter(index, words)?,
            Some(":best") => {
                statement.raw_bind_parameter(index, best(conn, scope, words, limit)?)?
            }
            Some(":start") => statement.raw_bind_parameter(index, marks.0.to_string())?,
            Some(":end") => statement.raw_bind_parameter(index, marks.1.to_string())?,
            _ => statement.raw_bind_parameter(index, limit)?,
        }
    }
    Ok(statement)
}

/// The ids of the best matches, as a JSON array.
fn best(
    conn: &Connection,
    scope: &Scope,
    words: Option<&str>,
    limit: i64,
) -> Result<String, FilterError> {
    let limit = usize::try_from(limit).unwrap_or(0);
    let best = ranking::best(conn, words.unwrap_or_default(), limit, scope.passing())?;
    let ids: Vec<i64> = best.into_iter().map(|weighed| weighed.id).collect();
    Ok(serde_json::json!(ids).to_string())
}

/// Nothing but words of the index is asked for, which need no set of ids.
pub fn only_fts(filter: &Filter) -> bool {
    let rest = Filter { words: None, ..filter.clone() };
    rest.is_off() && filter.words.as_ref().is_some_and(|words| words.parts.is_empty())
}
