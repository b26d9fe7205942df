//! What a filter on dates or scores leaves out for want of a date or a score.
//!
//! Such a review may be inside or outside of what is asked for; nobody knows. So it is left
//! out, and counted: the count must be told wherever the filtered rows are shown.

use rusqlite::Connection;

use super::filter::{Filter, FilterError};
use crate::archive::sql::sql;

/// Reviews that pass every other filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Without a date, where one was asked for.
    pub undated: u64,
    /// Without a score, where one was asked for.
    pub unscored: u64,
    /// Without either, where both were asked for; not among the two above.
    pub neither: u64,
}

impl LeftOut {
    /// Counts. Lays filters of its own over the connection: the filter itself is to be
    /// applied after this.
    ///
    /// # Errors
    /// As [`Filter::apply`].
    pub fn count(filter: &Filter, conn: &Connection) -> Result<Self, FilterError> {
        let dated = filter.since.is_some() || filter.until.is_some();
        let scored = filter.min_score.is_some() || filter.max_score.is_some();
        let no_dates = Filter { since: None, until: None, ..filter.clone() };
        let no_scores =
            |filter: &Filter| Filter { min_score: None, max_score: None, ..filter.clone() };
        let count = |wanted: bool, relaxed: &Filter, statement| -> Result<u64, FilterError> {
            if !wanted {
                return Ok(0);
            }
            relaxed.apply(conn)?;
            let count: i64 = conn.query_row(statement, [], |row| row.get(0))?;
            Ok(u64::try_from(count).unwrap_or(0))
        };
        // The widest first: a filter that is off lays nothing over what an earlier one laid.
        let neither = count(dated && scored, &no_scores(&no_dates), sql("filter/count_neither"))?;
        Ok(LeftOut {
            undated: count(dated, &no_dates, sql("filter/count_undated"))?,
            unscored: count(scored, &no_scores(filter), sql("filter/count_unscored"))?,
            neither,
        })
    }

    /// The sentence under a result; None where nothing was left out so.
    pub fn sentence(&self) -> Option<String> {
        let parts: Vec<String> = [
            (self.undated, "undated"),
            (self.unscored, "unscored"),
            (self.neither, "neither dated nor scored"),
        ]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        (!parts.is_empty()).then(|| format!("left out by the filter: {}", parts.join(", ")))
    }
}
