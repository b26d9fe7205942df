//! Which corrections apply to a review's records.
//!
//! Must never: write a value; those are written with the review.

use std::collections::BTreeSet;

use rusqlite::{Connection, named_params};

use super::{Fact, read_fact, records, shown};
use crate::check::{Fault, Finding};
use crate::names::Names;
use crate::review_row::ReviewRow;
use crate::{ArchiveError, corrections, sql::sql};
use revdb_model::Audience;
use revdb_model::merge::Values;

/// The corrections of these records.
pub(super) fn applied(
    conn: &Connection,
    names: &mut Names,
    facts: &[Fact],
) -> Result<BTreeSet<i64>, ArchiveError> {
    let made = names.corrections(conn)?;
    if made.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut anchors = Vec::new();
    for fact in facts {
        let at = (fact.seen.sighting.dump_id, fact.seen.sighting.record);
        let (said, places) = corrections::of_record(conn, at, fact.audience, &fact.values)?;
        anchors.push(said);
        anchors.extend(places.iter().map(|place| place.anchor));
    }
    Ok(made.of(&anchors))
}

/// Stores which corrections a review shows.
pub(super) fn note(
    conn: &Connection,
    review_id: i64,
    corrections: &BTreeSet<i64>,
) -> Result<(), ArchiveError> {
    conn.prepare_cached(sql("corrections/delete_corrected"))?
        .execute(named_params! {":review_id": review_id})?;
    for correction in corrections {
        conn.prepare_cached(sql("corrections/insert_corrected"))?
            .execute(named_params! {":review_id": review_id, ":correction_id": correction})?;
    }
    Ok(())
}

/// A review without corrections.
#[derive(Debug, Clone, PartialEq)]
pub struct AsRead {
    /// The work.
    pub work_id: i64,
    /// The audience.
    pub audience: Audience,
    /// The values merged from its records.
    pub values: Values,
}

/// A review without corrections; `None` if it does not exist.
///
/// # Errors
/// The archive's error.
pub fn as_read(conn: &Connection, review_id: i64) -> Result<Option<AsRead>, ArchiveError> {
    let facts = facts(conn, &mut Names::default(), review_id)?;
    let Some(audience) = facts.first().map(|fact| fact.audience) else { return Ok(None) };
    let shown = shown::shown(conn, &facts)?;
    Ok(shown.map(|shown| AsRead { work_id: shown.work_id, audience, values: shown.values }))
}

fn facts(conn: &Connection, names: &mut Names, id: i64) -> Result<Vec<Fact>, ArchiveError> {
    let at = records(conn, sql("sighting/of_review"), named_params! {":review_id": id})?;
    let mut facts =
        at.into_iter().map(|at| read_fact(conn, names, at)).collect::<Result<Vec<_>, _>>()?;
    facts.sort_by_key(Fact::order);
    Ok(facts)
}

/// Verifies every corrected review against its records and corrections.
///
/// # Errors
/// As `check::damage`.
pub fn check_corrected(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    if let Err(error) = compare(conn, findings) {
        let message = match error {
            ArchiveError::Damaged(message) => message,
            ArchiveError::Sqlite(error) => error.to_string(),
            other => return Err(other),
        };
        findings.push(Finding::new(Fault::Broken, "corrected", "", message));
    }
    Ok(())
}

fn compare(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    let mut names = Names::default();
    let made = names.corrections(conn)?;
    let mut statement = conn.prepare(sql("corrections/reviews"))?;
    let reviews: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for id in reviews {
        let facts = facts(conn, &mut names, id)?;
        let applied = applied(conn, &mut names, &facts)?;
        let mut statement = conn.prepare_cached(sql("corrections/of_review"))?;
        let noted: BTreeSet<i64> = statement
            .query_map(named_params! {":review_id": id}, |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let row = ReviewRow::read(conn, id)?;
        let wanted = shown::shown(conn, &facts)?.map(|shown| made.apply(&applied, shown.values));
        let shows = wanted.is_some_and(|(values, hidden)| {
            hidden == row.hidden && (hidden || values == row.values)
        });
        if applied != noted || !shows {
            let said = "it does not show what its records and corrections come to";
            findings.push(Finding::new(Fault::Changed, "corrected", format!("review {id}"), said));
        }
    }
    Ok(())
}
