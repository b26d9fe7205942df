//! The records in which two readings of a dump differ, and the resulting review numbers.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, named_params};

use super::Revision;
use crate::fulltext::FullText;
use crate::recluster::{At, records};
use crate::review_row::{self, ReviewRow};
use crate::sighting::Seen;
use crate::{ArchiveError, sql::sql};
use revdb_model::merge::Values;

/// Records in which the two readings differ, old and new, in order.
pub(super) struct Pairs(BTreeMap<i64, (Option<At>, Option<At>)>);

impl Pairs {
    pub(super) fn read(conn: &Connection, new: i64, old: i64) -> Result<Self, ArchiveError> {
        let mut statement = conn.prepare(sql("reread/pairs"))?;
        let rows = statement.query_map(named_params! {":new": new, ":old": old}, |row| {
            let record: i64 = row.get(0)?;
            let at = |there: bool, dump: i64| there.then_some((dump, record));
            Ok((record, (at(row.get(1)?, old), at(row.get(2)?, new))))
        })?;
        Ok(Pairs(rows.collect::<Result<_, _>>()?))
    }

    pub(super) fn revisions(
        &self,
        conn: &Connection,
        new_dump: i64,
    ) -> Result<Vec<Revision>, ArchiveError> {
        let mut revisions = Vec::new();
        for (&record, &(old, new)) in &self.0 {
            let old = old.map(|at| RecordValues::read(conn, at)).transpose()?;
            let new = new.map(|at| RecordValues::read(conn, at)).transpose()?;
            let review = old.as_ref().map(|old| old.review_id);
            let fields = match (old, new) {
                (Some(old), Some(new)) => old.against(new),
                (Some(old), None) => {
                    let at = named_params! {":dump_id": new_dump, ":record": record};
                    let mut reason = conn.prepare_cached(sql("reread/reason"))?;
                    let reason = reason.query_row(at, |row| row.get(0)).optional()?;
                    vec![("review", Some(format!("review {}", old.review_id)), reason)]
                }
                (None, Some(new)) => {
                    let text = new.values.quote.or(new.values.score_text);
                    vec![("review", None, Some(text.unwrap_or_else(|| "a review".to_owned())))]
                }
                (None, None) => Vec::new(),
            };
            revisions.extend(fields.into_iter().map(|(field, old, new)| Revision {
                record,
                review,
                field,
                old,
                new,
            }));
        }
        Ok(revisions)
    }

    /// Gives a review that only the new reading has the number of the review that its record had
    /// before, if no other record has that one.
    pub(super) fn keep_numbers(
        &self,
        conn: &Connection,
        (new, old): (i64, i64),
        fulltext: &FullText,
    ) -> Result<(), ArchiveError> {
        let mut taken = BTreeSet::new();
        for pair in self.0.values() {
            let (Some(was), Some(is)) = *pair else { continue };
            let was = Seen::read(conn, was.0, was.1)?.sighting.review_id;
            let is = Seen::read(conn, is.0, is.1)?.sighting.review_id;
            if was == is || taken.contains(&was) || taken.contains(&is) {
                continue;
            }
            let only = |review: i64, dump: i64| -> Result<bool, ArchiveError> {
                let of = named_params! {":review_id": review, ":dump_id": dump};
                Ok(conn
                    .prepare_cached(sql("reread/is_only_of"))?
                    .query_row(of, |row| row.get(0))?)
            };
            if only(was, old)? && only(is, new)? {
                renumber(conn, is, was, fulltext)?;
                taken.insert(was);
            }
        }
        Ok(())
    }
}

/// Moves a review with its records to the number of a review whose records are all removed.
fn renumber(
    conn: &Connection,
    from: i64,
    to: i64,
    fulltext: &FullText,
) -> Result<(), ArchiveError> {
    let (row, old) = (ReviewRow::read(conn, from)?, ReviewRow::read(conn, to)?);
    let this = named_params! {":review_id": to};
    conn.prepare_cached(sql("review/delete_changes"))?.execute(this)?;
    conn.prepare_cached(sql("corrections/delete_corrected"))?.execute(this)?;
    row.update(conn, to, &old, fulltext)?;
    for at in records(conn, sql("sighting/of_review"), named_params! {":review_id": from})? {
        let mut seen = Seen::read(conn, at.0, at.1)?;
        seen.sighting.review_id = to;
        seen.sighting.update(conn)?;
    }
    let both = named_params! {":from": from, ":to": to};
    conn.prepare_cached(sql("reread/move_changes"))?.execute(both)?;
    conn.prepare_cached(sql("reread/move_corrected"))?.execute(both)?;
    review_row::delete(conn, from, fulltext)
}

/// A record's values, for the list of revisions.
struct RecordValues {
    review_id: i64,
    audience: &'static str,
    title: Option<String>,
    values: Values,
}

type Field = (&'static str, Option<String>, Option<String>);

impl RecordValues {
    fn read(conn: &Connection, at: At) -> Result<Self, ArchiveError> {
        let seen = Seen::read(conn, at.0, at.1)?;
        let row = ReviewRow::read(conn, seen.sighting.review_id)?;
        let of = named_params! {":dump_id": at.0, ":number": seen.sighting.mention};
        let title = conn.prepare_cached(sql("reread/title"))?.query_row(of, |row| row.get(0))?;
        let (review_id, audience) = (seen.sighting.review_id, row.audience.as_str());
        Ok(RecordValues { review_id, audience, title, values: seen.values(&row.values)? })
    }

    /// The fields in which `new` differs.
    fn against(self, new: RecordValues) -> Vec<Field> {
        let pieces = Values::NAMES.into_iter().zip(self.values.pieces()).zip(new.values.pieces());
        let values = pieces.map(|((field, old), new)| (field, old.text(), new.text()));
        let word = |audience: &str| Some(audience.to_owned());
        let others = [
            ("work", self.title, new.title),
            ("audience", word(self.audience), word(new.audience)),
        ];
        values.chain(others).filter(|(_, old, new)| old != new).collect()
    }
}
