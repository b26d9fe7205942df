//! A record that reads otherwise: out of its review, and into one again.
//!
//! Must never: delete a review. One that has lost its records waits among the
//! emptied ones until the dump's end, for another record may be of it.

use rusqlite::{Connection, named_params};
use rustc_hash::FxHashSet;

use super::Again;
use crate::archive::recluster::{At, Identified, next_id, records, resolve_row};
use crate::archive::review_row::{ReviewRow, Sighting};
use crate::archive::{ArchiveError, sql::sql};
use crate::domain::Audience;
use crate::domain::merge::Values;

/// What the neighbours of records that go were asked for by. Once is enough, however many
/// records share it.
#[derive(Default)]
pub(super) struct Asked {
    reviews: FxHashSet<i64>,
    keys: FxHashSet<i64>,
    ids: FxHashSet<(i64, String)>,
    marks: FxHashSet<i64>,
}

impl Asked {
    /// Records that share the review, key, id or mark, as far as that was not asked for yet.
    fn beside(&mut self, conn: &Connection, gone: &Sighting) -> Result<Vec<At>, ArchiveError> {
        let mut beside = Vec::new();
        if self.reviews.insert(gone.review_id) {
            let params = named_params! {":review_id": gone.review_id};
            beside.extend(records(conn, sql("sighting/of_review"), params)?);
        }
        if self.keys.insert(gone.key) {
            let params = named_params! {":key": gone.key};
            beside.extend(records(conn, sql("sighting/same_key"), params)?);
        }
        if let Some((site, id)) = gone.id.clone().filter(|id| self.ids.insert(id.clone())) {
            let params = named_params! {":site_id": site, ":ext_id": id};
            beside.extend(records(conn, sql("sighting/same_id"), params)?);
        }
        if let Some(mark) = gone.mark.filter(|mark| self.marks.insert(*mark)) {
            beside.extend(records(conn, sql("sighting/same_mark"), named_params! {":mark": mark})?);
        }
        Ok(beside)
    }
}

impl Again<'_> {
    /// Puts the record into a review: the one that was its alone, else one of
    /// its own. Which it belongs to is decided at the dump's end.
    pub(super) fn insert(
        &mut self,
        sighting: Sighting,
        audience: Audience,
        said: Values,
        home: Option<i64>,
    ) -> Result<(), ArchiveError> {
        let conn = self.conn;
        let at = (sighting.dump_id, sighting.record);
        let work_id: i64 = conn
            .prepare_cached(sql("again/work_of_mention"))?
            .query_row(named_params! {":dump_id": at.0, ":number": sighting.mention}, |row| {
                row.get(0)
            })?;
        let account = self.dump.as_ref().and_then(|dump| dump.account.as_deref());
        let repeat = sighting.repeat;
        let told = Identified { audience, work: work_id, values: &said, repeat, account };
        let (key, mark) = told.by(conn, &self.names)?;
        let row = resolve_row(conn, &mut self.names, work_id, audience, said)?;
        let home = match home {
            Some(id) if self.take_over(id, &row)? => Some(id),
            _ => None,
        };
        let review_id = match home {
            Some(id) => id,
            None => {
                let id = next_id(conn, &self.fulltext)?;
                row.insert(conn, id, &self.fulltext)?;
                id
            }
        };
        // The row says what the record says, so they do not differ yet.
        Sighting { review_id, key, mark, differs: None, ..sighting }.insert(conn)?;
        self.dump().affected.records.insert(at);
        Ok(())
    }

    /// Gives a review that has lost its only record to the record's new values.
    pub(super) fn take_over(&mut self, id: i64, row: &ReviewRow) -> Result<bool, ArchiveError> {
        let conn = self.conn;
        if !self.dump().emptied.contains(&id) {
            return Ok(false);
        }
        let old = ReviewRow::read(conn, id)?;
        row.update(conn, id, &old, &self.fulltext)?;
        conn.prepare_cached(sql("review/delete_changes"))?
            .execute(named_params! {":review_id": id})?;
        let dump = self.dump();
        dump.emptied.remove(&id);
        dump.affected.critics.extend(old.critic_id);
        dump.affected.publications.extend(old.publication_id);
        Ok(true)
    }

    pub(super) fn is_seen(&self, review_id: i64) -> Result<bool, ArchiveError> {
        let mut statement = self.conn.prepare_cached(sql("again/is_seen"))?;
        Ok(statement.query_row(named_params! {":review_id": review_id}, |row| row.get(0))?)
    }

    /// Takes a record away; its neighbours are decided again without it.
    pub(super) fn remove(&mut self, sighting: &Sighting) -> Result<(), ArchiveError> {
        let conn = self.conn;
        let at = (sighting.dump_id, sighting.record);
        let beside = self.dump().asked.beside(conn, sighting)?;
        self.dump().affected.records.extend(beside);
        self.dump().affected.records.remove(&at);
        conn.prepare_cached(sql("again/delete_sighting"))?
            .execute(named_params! {":dump_id": at.0, ":record": at.1})?;
        if !self.is_seen(sighting.review_id)? {
            self.dump().emptied.insert(sighting.review_id);
        }
        Ok(())
    }
}
