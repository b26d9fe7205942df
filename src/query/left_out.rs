//! What a filter on dates or scores leaves out for want of a date or a score.
//!
//! Such a review may be inside or outside of what is asked for; nobody knows. So it is left
//! out, and counted: the count must be told wherever the filtered rows are shown.

use rusqlite::Connection;

use super::filter::{Filter, FilterError, with_number, with_state};
use super::ids::Ids;
use crate::archive::columns::Column;

/// Reviews that pass every other filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Without a date, where one was asked for.
    pub undated: u64,
    /// Without a score, where one was asked for.
    pub unscored: u64,
    /// Without either, where both were asked for; not among the two above.
    pub neither: u64,
    /// Of a work of unknown kind, where a kind was asked for.
    pub of_unknown_kind: u64,
}

impl LeftOut {
    /// Counts.
    ///
    /// # Errors
    /// As [`Filter::passing`].
    pub fn count(filter: &Filter, conn: &Connection) -> Result<Self, FilterError> {
        let mut left_out = Self::default();
        if filter.kind.is_some() {
            let of_any_kind = Filter { kind: None, ..filter.clone() };
            left_out.of_unknown_kind = super::empty::unknown_kinds(&of_any_kind, conn)?;
        }
        let (in_period, in_bounds) = (filter.of_period(conn)?, filter.of_scores(conn)?);
        if in_period.is_none() && in_bounds.is_none() {
            return Ok(left_out);
        }
        let others =
            Filter { since: None, until: None, min_score: None, max_score: None, ..filter.clone() };
        let others = others.passing(conn)?.ids;
        let undated = with_number(conn, Column::Date, 0..=0, |_| true)?;
        let unscored = with_state(conn, |state| !state.has_score())?;
        // What nothing is asked of passes, and is not left out.
        let count = |parts: [Option<&Ids>; 2]| {
            let mut ids = others.clone();
            parts.into_iter().flatten().for_each(|part| ids.keep(part));
            u64::try_from(ids.len()).unwrap_or(u64::MAX)
        };
        if in_period.is_some() {
            left_out.undated = count([Some(&undated), in_bounds.as_ref()]);
        }
        if in_bounds.is_some() {
            left_out.unscored = count([Some(&unscored), in_period.as_ref()]);
        }
        if in_period.is_some() && in_bounds.is_some() {
            left_out.neither = count([Some(&undated), Some(&unscored)]);
        }
        Ok(left_out)
    }

    /// The sentence under a result; None where nothing was left out so.
    pub fn sentence(&self) -> Option<String> {
        let parts: Vec<String> = [
            (self.undated, "undated"),
            (self.unscored, "unscored"),
            (self.neither, "neither dated nor scored"),
            (self.of_unknown_kind, "of a work whose kind no dump tells"),
        ]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        (!parts.is_empty()).then(|| format!("left out by the filter: {}", parts.join(", ")))
    }
}
