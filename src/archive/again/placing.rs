//! A record that reads otherwise: out of its review, and into one again.
//!
//! Must never: delete a review. One that has lost its records waits among the
//! emptied ones until the dump's end, for another record may be of it.

use rusqlite::named_params;

use super::Again;
use crate::archive::recluster::{Identified, next_id, resolve_row};
use crate::archive::review_row::{ReviewRow, Sighting};
use crate::archive::{ArchiveError, sql::sql};
use crate::domain::Audience;
use crate::domain::merge::Values;

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
        let (site, ext_id) = match &sighting.id {
            Some((site, id)) => (Some(*site), Some(id.as_str())),
            None => (None, None),
        };
        let mut statement = conn.prepare_cached(sql("again/beside"))?;
        let beside = statement.query_map(
            named_params! {":review_id": sighting.review_id, ":key": sighting.key, ":site_id": site, ":ext_id": ext_id, ":mark": sighting.mark},
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        for other in beside {
            self.dump().affected.records.insert(other?);
        }
        self.dump().affected.records.remove(&at);
        conn.prepare_cached(sql("again/delete_sighting"))?
            .execute(named_params! {":dump_id": at.0, ":record": at.1})?;
        if !self.is_seen(sighting.review_id)? {
            self.dump().emptied.insert(sighting.review_id);
        }
        Ok(())
    }
}
