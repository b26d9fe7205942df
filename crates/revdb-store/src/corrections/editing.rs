//! Creates, lists and removes corrections.

use std::collections::BTreeSet;

use rusqlite::{Connection, TransactionBehavior, named_params};

use super::{Place, of_record};
use crate::changes::ChangeSet;
use crate::columns::ColumnMaintainer;
use crate::disk::commit;
use crate::fulltext::FullText;
use crate::recluster::{At, records};
use crate::review_row::ReviewRow;
use crate::sighting::Seen;
use crate::{Archive, ArchiveError, sql::sql};
use revdb_model::merge::{Differs, Values};

/// The most records of one line (in a dump without line ends) among which a place must be unique.
const MOST_AT_A_LINE: i64 = 1_000;

/// A field with its old and new value as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name.
    pub field: &'static str,
    /// The value before.
    pub old: Option<String>,
    /// The value after.
    pub new: Option<String>,
}

/// A stored correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionRow {
    /// Its number.
    pub id: i64,
    /// The review in words, as of then.
    pub review: String,
    /// JSON of the corrected fields.
    pub corrected: String,
    /// Whether it hides the review.
    pub hides: bool,
    /// The person's reason.
    pub reason: String,
    /// UTC, ISO 8601.
    pub created_at: String,
    /// The ids of the reviews that show it, separated by commas; `None` if their dumps were
    /// undone.
    pub reviews: Option<String>,
}

/// Why a correction is not created or removed.
#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    /// There is no such review.
    #[error("there is no review {0}")]
    NoReview(i64),
    /// The review is hidden.
    #[error("review {0} is hidden")]
    Hidden(i64),
    /// The review has these values already.
    #[error("review {0} has these values already")]
    SaysSo(i64),
    /// There is no such correction.
    #[error("review {id} is not {what}")]
    NotMade {
        /// The review.
        id: i64,
        /// What was to be taken back.
        what: &'static str,
    },
    /// The archive's error.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl From<rusqlite::Error> for CorrectError {
    fn from(error: rusqlite::Error) -> Self {
        CorrectError::Archive(error.into())
    }
}

/// Reason and time of a correction.
#[derive(Debug, Clone, Copy)]
pub struct CorrectionMeta<'a> {
    /// The person's reason.
    pub reason: &'a str,
    /// UTC, ISO 8601.
    pub created_at: &'a str,
}

impl Archive {
    /// Corrects a review's values, or only returns the changes unless `really`.
    ///
    /// # Errors
    /// [`CorrectError`]; the archive is then unchanged.
    pub fn correct(
        &mut self,
        id: i64,
        change: impl FnOnce(&mut Values),
        because: CorrectionMeta<'_>,
        really: bool,
    ) -> Result<Vec<FieldChange>, CorrectError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let shown = row(&tx, id)?.values;
        let mut wanted = shown.clone();
        change(&mut wanted);
        let differs = Differs::between(&shown, &wanted).ok_or(CorrectError::SaysSo(id))?;
        let corrected = serde_json::to_string(&differs)
            .map_err(|error| ArchiveError::Damaged(error.to_string()))?;
        make(&tx, id, (&corrected, false), because)?;
        decide_again(&tx, &self.columns, of_review(&tx, id)?)?;
        if really {
            commit(&tx)?;
        }
        Ok(changes(&shown, &wanted))
    }

    /// Hides a review from all queries.
    ///
    /// # Errors
    /// [`CorrectError`]; the archive is then unchanged.
    pub fn hide(
        &mut self,
        id: i64,
        because: CorrectionMeta<'_>,
        really: bool,
    ) -> Result<(), CorrectError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        row(&tx, id)?;
        make(&tx, id, ("{}", true), because)?;
        decide_again(&tx, &self.columns, of_review(&tx, id)?)?;
        if really {
            commit(&tx)?;
        }
        Ok(())
    }

    /// Removes all corrections of a review, or (`hides`) makes it visible again; returns their
    /// number.
    ///
    /// # Errors
    /// [`CorrectError`]; the archive is then unchanged.
    pub fn take_back_corrections(
        &mut self,
        id: i64,
        hides: bool,
        really: bool,
    ) -> Result<usize, CorrectError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let made = made(&tx, id)?;
        let made: Vec<i64> = made.iter().filter(|c| c.hides == hides).map(|c| c.id).collect();
        if made.is_empty() {
            let what = if hides { "hidden" } else { "corrected" };
            return Err(CorrectError::NotMade { id, what });
        }
        remove(&tx, &self.columns, &made)?;
        if really {
            commit(&tx)?;
        }
        Ok(made.len())
    }

    /// Every correction, oldest first.
    ///
    /// # Errors
    /// The archive's error.
    pub fn corrections(&self) -> Result<Vec<CorrectionRow>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("corrections/list"))?;
        let rows = statement.query_map([], |row| {
            Ok(CorrectionRow {
                id: row.get(0)?,
                review: row.get(1)?,
                corrected: row.get(2)?,
                hides: row.get(3)?,
                reason: row.get(4)?,
                created_at: row.get(5)?,
                reviews: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Removes these corrections, in the caller's transaction.
pub(crate) fn remove(
    conn: &Connection,
    columns: &ColumnMaintainer,
    corrections: &[i64],
) -> Result<(), ArchiveError> {
    let mut affected = BTreeSet::new();
    for correction in corrections {
        let this = named_params! {":id": correction};
        affected.extend(records(conn, sql("corrections/records_shown"), this)?);
        for statement in ["delete_shown", "delete_anchors", "delete"] {
            conn.execute(sql(&format!("corrections/{statement}")), this)?;
        }
    }
    decide_again(conn, columns, affected)
}

/// The number of hidden reviews.
///
/// # Errors
/// The archive's error.
pub fn hidden(conn: &Connection) -> Result<i64, ArchiveError> {
    Ok(conn.query_row(sql("corrections/count_hidden"), [], |row| row.get(0))?)
}

/// A correction that a review shows.
pub struct Made {
    /// Its number.
    pub id: i64,
    /// Whether it hides the review.
    pub hides: bool,
    /// JSON of the corrected fields.
    pub corrected: String,
    /// The person's reason.
    pub reason: String,
    /// UTC, ISO 8601.
    pub created_at: String,
}

/// The corrections that a review shows, in the order of creation.
///
/// # Errors
/// The archive's error.
pub fn made(conn: &Connection, review_id: i64) -> Result<Vec<Made>, ArchiveError> {
    let mut statement = conn.prepare_cached(sql("corrections/of_review"))?;
    let rows = statement.query_map(named_params! {":review_id": review_id}, |row| {
        Ok(Made {
            id: row.get(0)?,
            hides: row.get(1)?,
            corrected: row.get(2)?,
            reason: row.get(3)?,
            created_at: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn row(conn: &Connection, id: i64) -> Result<ReviewRow, CorrectError> {
    let is_there = !of_review(conn, id)?.is_empty();
    if !is_there {
        return Err(CorrectError::NoReview(id));
    }
    let row = ReviewRow::read(conn, id)?;
    if row.hidden { Err(CorrectError::Hidden(id)) } else { Ok(row) }
}

fn of_review(conn: &Connection, id: i64) -> Result<BTreeSet<At>, ArchiveError> {
    let of = named_params! {":review_id": id};
    Ok(records(conn, sql("sighting/of_review"), of)?.into_iter().collect())
}

/// The fields in which two sets of values differ.
pub fn changes(old: &Values, new: &Values) -> Vec<FieldChange> {
    let pieces = Values::NAMES.into_iter().zip(old.pieces()).zip(new.pieces());
    pieces
        .filter(|((_, old), new)| old != new)
        .map(|((field, old), new)| FieldChange { field, old: old.text(), new: new.text() })
        .collect()
}

/// Stores a correction with the anchors of its review's records.
fn make(
    conn: &Connection,
    id: i64,
    (corrected, hides): (&str, bool),
    because: CorrectionMeta<'_>,
) -> Result<(), ArchiveError> {
    let review: String =
        conn.query_row(sql("corrections/label"), named_params! {":id": id}, |row| row.get(0))?;
    let correction: i64 = conn.query_row(
        sql("corrections/insert"),
        named_params! {
            ":review": review, ":corrected": corrected, ":hides": hides,
            ":reason": because.reason, ":created_at": because.created_at, ":imports": None::<String>,
        },
        |row| row.get(0),
    )?;
    for at in of_review(conn, id)? {
        let (anchor, places) = anchors(conn, at)?;
        insert_anchor(conn, correction, anchor, None)?;
        for place in &places {
            if is_only(conn, at, place)? {
                insert_anchor(conn, correction, place.anchor, Some(place))?;
            }
        }
    }
    Ok(())
}

fn insert_anchor(
    conn: &Connection,
    correction: i64,
    anchor: i64,
    place: Option<&Place>,
) -> Result<(), ArchiveError> {
    conn.prepare_cached(sql("corrections/insert_anchor"))?.execute(named_params! {
        ":correction_id": correction, ":anchor": anchor,
        ":sha256": place.map(|place| place.sha256), ":line": place.map(|place| place.line),
    })?;
    Ok(())
}

fn anchors(conn: &Connection, at: At) -> Result<(i64, Vec<Place>), ArchiveError> {
    let seen = Seen::read(conn, at.0, at.1)?;
    let row = ReviewRow::read(conn, seen.sighting.review_id)?;
    of_record(conn, at, row.audience, &seen.values(&row.values)?)
}

/// Whether no other record of the dump has this place.
fn is_only(conn: &Connection, at: At, place: &Place) -> Result<bool, ArchiveError> {
    let most = MOST_AT_A_LINE + 1;
    let here = named_params! {":dump_id": at.0, ":line": place.line, ":most": most};
    let here = records(conn, sql("corrections/records_at_line"), here)?;
    if i64::try_from(here.len()).is_ok_and(|here| here >= most) {
        return Ok(false);
    }
    for other in here.into_iter().filter(|other| *other != at) {
        if anchors(conn, other)?.1.contains(place) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn decide_again(
    conn: &Connection,
    columns: &ColumnMaintainer,
    records: BTreeSet<At>,
) -> Result<(), ArchiveError> {
    let fulltext = FullText::in_step(conn)?;
    let mut changes = ChangeSet::default();
    changes.affected.records = records;
    changes.commit(conn, columns, &fulltext)
}
