//! What becomes of a record that is a review: new, changed, filled in or same.
//!
//! Owns: the cheap decision (a record that meets no other, or exactly one
//! review that nothing else pulls at) and the counts' meaning. Must never:
//! decide what hangs together with more than one review; that is
//! [`recluster`]'s.

use rusqlite::named_params;

use super::{Importing, Outcome};
use crate::archive::recluster::{self, insert_change, key_of, next_id, resolve_row};
use crate::archive::review_row::{ReviewRow, Seen, Sighting, differs_json};
use crate::archive::{ArchiveError, sql::sql};
use crate::domain::merge::Values;
use crate::domain::{Review, name};

enum Candidate {
    None,
    /// This review, whose row is the very one that the record would make.
    Same(i64),
    /// The review and its row as it is.
    One(i64, Box<ReviewRow>),
    Several,
}

/// Whether a review has this id of a site.
#[derive(PartialEq, Eq)]
enum Identified {
    ByThis,
    ByAnother,
    Not,
}

impl Importing<'_> {
    /// Stores one review, or finds that it is there.
    pub fn review(
        &mut self,
        record: u64,
        line: u64,
        review: Review,
    ) -> Result<Outcome, ArchiveError> {
        let (mention, work_id) = self.mention(&review.work)?;
        let conn = self.conn;
        let id = review.id.as_ref().map(|id| self.names.external(conn, id)).transpose()?;
        let audience = review.audience;
        let values = Values::from(review);
        // The row first: it makes the names known that the key asks for.
        let row = resolve_row(conn, &mut self.names, work_id, audience, values)?;
        let key = key_of(conn, &mut self.names, audience, work_id, &row.values, id.as_ref())?;
        let sighting = Sighting {
            dump_id: self.dump().id,
            record: record.cast_signed(),
            line: line.cast_signed(),
            review_id: 0,
            mention,
            key,
            id,
            differs: None,
            leads: true,
        };
        let outcome = match self.candidate(&sighting, &row)? {
            Candidate::None => self.insert_new(sighting, &row)?,
            Candidate::Same(review_id) => {
                // Found through the one that memory has.
                self.expect_known()?;
                Sighting { review_id, leads: false, ..sighting }.insert(self.conn)?;
                Outcome::Same
            }
            Candidate::One(review_id, old) => {
                self.fold_in(sighting, review_id, &old, row.values)?
            }
            Candidate::Several => self.decide(sighting, &row)?,
        };
        let counts = &mut self.dump().counts;
        match outcome {
            Outcome::New => counts.new += 1,
            Outcome::Changed => counts.changed += 1,
            Outcome::FilledIn => counts.filled_in += 1,
            Outcome::Same => counts.same += 1,
        }
        Ok(outcome)
    }

    /// The cheap part of the decision: a record that meets no other, or exactly
    /// one that nothing else pulls at. All else goes to [`recluster`].
    fn candidate(
        &mut self,
        sighting: &Sighting,
        row: &ReviewRow,
    ) -> Result<Candidate, ArchiveError> {
        let id = sighting.id.as_ref();
        if recluster::is_of_standing_ratings(self.conn, &mut self.names, row, id)? {
            // They are looked for by work, and by a key that several reviews share.
            self.leave_bulk()?;
            match recluster::meets_standing(self.conn, &mut self.names, row, id)? {
                None => {}
                Some(true) => return Ok(Candidate::Several),
                Some(false) => return Ok(Candidate::None),
            }
        }
        let met = self.lookup.meet(self.conn, sighting.key, sighting.id.as_ref())?;
        if let Some(same) = self.lookup.known_whole(&met, id.is_some(), |id| row.hash(id)) {
            return Ok(Candidate::Same(same));
        }
        if (met.by_key, met.by_id) != (None, None) {
            self.lookup.use_reviews(self.conn)?;
        }
        if let (Some((site, _)), None, Some(ends)) = (&sighting.id, met.by_id, met.by_key)
            && self.all_have_ids_of(*site, sighting.key, ends)?
        {
            // Every other record with this key carries another id of the site.
            return Ok(Candidate::None);
        }
        let review_id = match (met.by_key, met.by_id) {
            (None, None) => return Ok(Candidate::None),
            (Some((low, high)), None) if low == high => low,
            (Some((low, high)), Some(id)) if low == high && low == id => id,
            _ => return Ok(Candidate::Several),
        };
        if let Some((site, id)) = &sighting.id
            && (self.identified(review_id, *site, id)? == Identified::ByAnother)
        {
            return Ok(Candidate::Several);
        }
        let shown = ReviewRow::read(self.conn, review_id)?;
        let rival = match (&shown.values.publication, &row.values.publication) {
            (Some(a), Some(b)) => {
                shown.publication_id != row.publication_id && name::fold(a) != name::fold(b)
            }
            _ => false,
        };
        if rival || shown.work_id != row.work_id || !self.is_plain(review_id, sighting.key)? {
            return Ok(Candidate::Several);
        }
        Ok(Candidate::One(review_id, Box::new(shown)))
    }

    /// Whether every record with this key, which these are the outermost
    /// reviews of, carries an id of the site.
    fn all_have_ids_of(
        &self,
        site: i64,
        key: i64,
        (low, high): (i64, i64),
    ) -> Result<bool, ArchiveError> {
        let conn = self.conn;
        Ok(if low == high {
            conn.prepare_cached(sql("sighting/all_have_ids_of"))?.query_row(
                named_params! {":review_id": low, ":key": key, ":site_id": site},
                |row| row.get(0),
            )?
        } else {
            conn.prepare_cached(sql("sighting/all_with_key_have_ids_of"))?
                .query_row(named_params! {":key": key, ":site_id": site}, |row| row.get(0))?
        })
    }

    fn identified(&self, review_id: i64, site: i64, id: &str) -> Result<Identified, ArchiveError> {
        let (this, another): (bool, bool) =
            self.conn.prepare_cached(sql("sighting/ids_of_review"))?.query_row(
                named_params! {":review_id": review_id, ":site_id": site, ":ext_id": id},
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
        Ok(match (this, another) {
            (true, _) => Identified::ByThis,
            (false, true) => Identified::ByAnother,
            (false, false) => Identified::Not,
        })
    }

    /// Whether this is the one key of all the review's records.
    fn is_plain(&self, review_id: i64, key: i64) -> Result<bool, ArchiveError> {
        let ends: (Option<i64>, Option<i64>) = self
            .conn
            .prepare_cached(sql("sighting/keys_of_review"))?
            .query_row(named_params! {":review_id": review_id}, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        Ok(ends == (Some(key), Some(key)))
    }

    fn insert_sighting(&mut self, sighting: &Sighting) -> Result<(), ArchiveError> {
        self.lookup.insert(self.conn, sighting)
    }

    fn insert_new(&mut self, sighting: Sighting, row: &ReviewRow) -> Result<Outcome, ArchiveError> {
        let review_id = self.next_id;
        self.next_id += 1;
        self.expect_new()?;
        let hash = row.insert(self.conn, review_id, &self.fulltext)?;
        if self.columns.tell(review_id, row.packed()?) {
            self.columns.settle(self.conn)?;
        }
        self.lookup.note_row(self.conn, review_id, Some(hash))?;
        self.insert_sighting(&Sighting { review_id, ..sighting })?;
        Ok(Outcome::New)
    }

    /// The newest record of a review that is not in question.
    fn fold_in(
        &mut self,
        sighting: Sighting,
        review_id: i64,
        old: &ReviewRow,
        said: Values,
    ) -> Result<Outcome, ArchiveError> {
        let conn = self.conn;
        let mut shown = old.values.clone();
        let effect = shown.take(&said);
        if shown != old.values {
            self.rewrite(review_id, old, shown.clone())?;
        }
        let at = (sighting.dump_id, sighting.record);
        let differs = differs_json(&shown, &said)?;
        self.insert_sighting(&Sighting { review_id, differs, ..sighting })?;
        for change in &effect.changes {
            insert_change(conn, review_id, at, change)?;
        }
        Ok(match effect {
            effect if !effect.changes.is_empty() => Outcome::Changed,
            effect if effect.filled => Outcome::FilledIn,
            _ => Outcome::Same,
        })
    }

    /// Shows other values; the earlier records keep their own.
    fn rewrite(
        &mut self,
        review_id: i64,
        old: &ReviewRow,
        shown: Values,
    ) -> Result<(), ArchiveError> {
        let conn = self.conn;
        let earlier = {
            let mut statement = conn.prepare_cached(sql("sighting/of_review"))?;
            let rows = statement.query_map(named_params! {":review_id": review_id}, |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
            })?;
            rows.collect::<Result<Vec<_>, _>>()?
        };
        for (dump_id, record) in earlier {
            let mut seen = Seen::read(conn, dump_id, record)?;
            seen.sighting.differs = differs_json(&shown, &seen.values(&old.values)?)?;
            seen.sighting.update(conn)?;
        }
        let row = resolve_row(conn, &mut self.names, old.work_id, old.audience, shown)?;
        let affected = &mut self.dump().affected;
        // Filling in a date leaves every name as it is; most rewrites do no more.
        if row.critic_id != old.critic_id || row.values.byline != old.values.byline {
            affected.critics.extend(old.critic_id);
        }
        if row.publication_id != old.publication_id
            || row.values.publication != old.values.publication
        {
            affected.publications.extend(old.publication_id);
        }
        row.update(conn, review_id, old, &self.fulltext)?;
        self.lookup.note_row(conn, review_id, None)
    }

    /// The record meets several: it is stored as a review of its own, and then
    /// all that hangs together is decided anew.
    fn decide(&mut self, sighting: Sighting, row: &ReviewRow) -> Result<Outcome, ArchiveError> {
        let at = (sighting.dump_id, sighting.record);
        let own = self.next_id;
        self.lookup.use_indexes(self.conn)?;
        self.insert_new(sighting, row)?;
        let conn = self.conn;
        let mut affected = std::mem::take(&mut self.dump().affected);
        affected.records.insert(at);
        let before = self.effects(at)?;
        recluster::recluster(conn, &mut self.names, &mut affected, &self.fulltext)?;
        self.dump().affected = affected;
        self.next_id = next_id(conn, &self.fulltext)?;
        let seen = Seen::read(conn, at.0, at.1)?;
        if seen.sighting.review_id == own {
            return Ok(Outcome::New);
        }
        let after = self.effects(at)?;
        let shown = ReviewRow::read(conn, seen.sighting.review_id)?;
        let said = seen.values(&shown.values)?;
        let filled = after == before && self.is_source_of(&seen, &said, &shown)?;
        Ok(match (after > before, filled) {
            (true, _) => Outcome::Changed,
            (false, true) => Outcome::FilledIn,
            (false, false) => Outcome::Same,
        })
    }

    /// Changes listed for this record.
    fn effects(&self, at: (i64, i64)) -> Result<i64, ArchiveError> {
        Ok(self
            .conn
            .prepare_cached(sql("import/count_changes"))?
            .query_row(named_params! {":dump_id": at.0, ":record": at.1}, |row| row.get(0))?)
    }

    /// Says whether the record gave the row something that no other record of it says.
    /// A standing rating beside an entry gives nothing.
    fn is_source_of(
        &mut self,
        seen: &Seen,
        said: &Values,
        shown: &ReviewRow,
    ) -> Result<bool, ArchiveError> {
        let conn = self.conn;
        if recluster::is_standing_rating(conn, &mut self.names, seen)? {
            return Ok(false);
        }
        let mut without = Values::default();
        let mut statement = conn.prepare_cached(sql("sighting/of_review"))?;
        let mut rows = statement.query(named_params! {":review_id": seen.sighting.review_id})?;
        while let Some(row) = rows.next()? {
            let at: (i64, i64) = (row.get(0)?, row.get(1)?);
            let other = Seen::read(conn, at.0, at.1)?;
            if at != (seen.sighting.dump_id, seen.sighting.record)
                && !recluster::is_standing_rating(conn, &mut self.names, &other)?
            {
                without.take(&other.values(&shown.values)?);
            }
        }
        Ok(without.take(said).filled)
    }
}
