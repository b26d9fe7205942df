//! Counts reviews that a filter excludes only because they lack a date, a score or a kind.
//!
//! Whether such a review satisfies the condition is unknown. It is excluded, and the count is
//! printed with the result.

use rusqlite::Connection;

use super::filter::{FilterError, Part, Selection, ids, with_number, with_number_in, with_state};
use super::ids::Ids;
use revdb_model::Audience;
use revdb_sql::sql;
use revdb_store::columns::Column;

/// Numbers of excluded reviews that pass every other condition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Without a date, under a condition on dates.
    pub undated: u64,
    /// Without a score, under a condition on scores.
    pub unscored: u64,
    /// Without either, under conditions on both; not counted in the two above.
    pub neither: u64,
    /// With a work of unknown kind, under a condition on kinds.
    pub of_unknown_kind: u64,
}

impl LeftOut {
    /// Counts them, optionally for one audience only.
    ///
    /// # Errors
    /// As [`Filter::select`](super::Filter::select).
    pub fn count(
        selection: &Selection,
        conn: &Connection,
        audience: Option<Audience>,
    ) -> Result<Self, FilterError> {
        let speakers = audience
            .map(|by| with_state(conn, |state| state.is_user() == (by == Audience::User)))
            .transpose()?;
        let mut left_out = Self::default();
        if selection.of(Part::Kind).is_some() {
            left_out.of_unknown_kind = of_unknown_kind(selection, conn, speakers.as_ref())?;
        }
        let (in_period, in_bounds) = (selection.of(Part::Period), selection.of(Part::Scores));
        if in_period.is_none() && in_bounds.is_none() {
            return Ok(left_out);
        }
        let others = selection.without(conn, &[Part::Period, Part::Scores])?;
        let undated = with_number(conn, Column::Date, 0..=0, |_| true)?;
        let unscored = with_state(conn, |state| !state.has_score())?;
        // A review without a condition on it passes, and is not left out.
        let count = |parts: [Option<&Ids>; 2]| {
            let mut ids = others.clone();
            parts.into_iter().chain([speakers.as_ref()]).flatten().for_each(|part| ids.keep(part));
            u64::try_from(ids.len()).unwrap_or(u64::MAX)
        };
        if in_period.is_some() {
            left_out.undated = count([Some(&undated), in_bounds]);
        }
        if in_bounds.is_some() {
            left_out.unscored = count([Some(&unscored), in_period]);
        }
        if in_period.is_some() && in_bounds.is_some() {
            left_out.neither = count([Some(&undated), Some(&unscored)]);
        }
        Ok(left_out)
    }

    /// The note below a result; `None` if all counts are 0.
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

/// Number of reviews that pass every condition but the kind, because their work's kind is unknown.
pub(super) fn of_unknown_kind(
    selection: &Selection,
    conn: &Connection,
    speakers: Option<&Ids>,
) -> Result<u64, FilterError> {
    let mut passing = selection.without(conn, &[Part::Kind])?;
    let works = ids(conn, sql("filter/works_without_kind"), &[])?;
    passing.keep(&with_number_in(conn, Column::Work, &works)?);
    if let Some(speakers) = speakers {
        passing.keep(speakers);
    }
    Ok(u64::try_from(passing.len()).unwrap_or(u64::MAX))
}
