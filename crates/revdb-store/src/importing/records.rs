//! The outcome of a record that is a review: new, changed, filled in or same.
//!
//! Owns: the short cut (a record with no match, or exactly one that nothing else is linked to) and
//! the meaning of the counts. Must never: decide about a record that is linked to several reviews
//! or to a review that this dump contains already; such records are assigned provisionally and
//! resolved by [`recluster`] at the dump's end, all at once.

use std::collections::BTreeMap;

use rusqlite::named_params;

use super::lookup::{Matches, Sites};
use super::{Importing, Outcome};
use crate::names::Space;
use crate::recluster::{KeyFields, insert_change, next_id, resolve_row};
use crate::review_row::ReviewRow;
use crate::sighting::{Seen, Sighting, differs_json};
use crate::{ArchiveError, corrections, sql::sql};
use revdb_model::merge::Values;
use revdb_model::{Review, name};

enum Candidate {
    None,
    /// This review, whose row equals the record's.
    Same(i64),
    /// This review and its current row.
    One(i64, Box<ReviewRow>),
    /// To be resolved at the dump's end; provisionally this review.
    Open(i64),
}

/// Whether a review has this id of a site.
#[derive(PartialEq, Eq)]
enum Has {
    This,
    Another,
    None,
}

impl Importing<'_> {
    /// Stores one review or finds it stored; the outcome is counted at the dump's end.
    ///
    /// # Errors
    /// The archive's error.
    pub fn review(&mut self, record: u64, line: u64, review: Review) -> Result<(), ArchiveError> {
        let (mention, work_id) = self.mention(&review.work)?;
        let conn = self.conn;
        let space = Space::Reviews(review.audience);
        let id = review.id.as_ref().map(|id| self.names.external(conn, space, id)).transpose()?;
        let audience = review.audience;
        let dump = self.dump();
        let standing = dump.standing;
        let repeat = dump.repeats.before(&review, standing)?;
        let corrections = self.names.corrections(conn)?;
        let is_corrected = !corrections.is_empty()
            && !corrections.of(&[corrections::of_review(&review, repeat)]).is_empty();
        if is_corrected {
            // The values to show are resolved at the dump's end.
            let at = (self.dump().id, record.cast_signed());
            self.dump().changes.affected.records.insert(at);
        }
        let values = Values::from(review);
        // The row first: it creates the names that the key refers to.
        let row = resolve_row(conn, &mut self.names, work_id, audience, values)?;
        let account = self.dump.as_ref().and_then(|dump| dump.account.as_deref());
        let fields = KeyFields { audience, work: work_id, values: &row.values, repeat, account };
        let (key, mark) = fields.keys(conn, &self.names)?;
        let sighting = Sighting {
            dump_id: self.dump().id,
            record: record.cast_signed(),
            line: line.cast_signed(),
            review_id: 0,
            mention,
            key,
            id,
            mark,
            repeat,
            differs: None,
            is_representative: true,
        };
        let at = (sighting.record, sighting.line);
        let outcome = match self.candidate(&sighting, &row)? {
            Candidate::None => self.insert_new(sighting, &row)?,
            Candidate::Same(review_id) => {
                // Found by the index that memory replaces.
                self.expect_known()?;
                Sighting { review_id, is_representative: false, ..sighting }.insert(self.conn)?;
                self.dump().touched.insert(review_id);
                Outcome::Same
            }
            Candidate::One(review_id, old) => {
                self.fold_in(sighting, review_id, &old, row.values)?
            }
            Candidate::Open(review_id) => {
                self.leave_open(sighting, review_id, &row)?;
                return Ok(());
            }
        };
        let dump = self.dump();
        dump.outcomes.count(&mut dump.summary, at, (outcome, false));
        Ok(())
    }

    /// The cheap part of the decision: a record without a match, or with exactly one review that
    /// nothing else is linked to. All others are postponed.
    fn candidate(
        &mut self,
        sighting: &Sighting,
        row: &ReviewRow,
    ) -> Result<Candidate, ArchiveError> {
        if sighting.mark.is_some() {
            // Memory does not contain marks.
            self.leave_bulk()?;
        }
        let met = self.lookup.matches(self.conn, sighting)?;
        let has_id = sighting.id.is_some();
        if let Some(same) = self.lookup.same_row(&met, has_id, |id| row.hash(id)) {
            return Ok(match self.dump().touched.has(same) {
                true => Candidate::Open(same),
                false => Candidate::Same(same),
            });
        }
        let Some(first) = met.first() else { return Ok(Candidate::None) };
        self.lookup.use_reviews(self.conn)?;
        if met.by_id.is_none() && met.by_mark.is_none() && self.all_have_ids(sighting, &met)? {
            // Every other record with this key has another id of the site.
            return Ok(Candidate::None);
        }
        let Some(review_id) = met.only() else { return Ok(Candidate::Open(first)) };
        if self.dump().touched.has(review_id) {
            return Ok(Candidate::Open(review_id));
        }
        if let Some((site, id)) = &sighting.id
            && (self.has_id(review_id, *site, id)? == Has::Another)
        {
            return Ok(Candidate::Open(review_id));
        }
        let shown = ReviewRow::read(self.conn, review_id)?;
        // A reread dump is not the last one; the shortcut only applies if it changes nothing.
        let comes_between = self.dump().replaces.is_some() && shown != *row;
        if shown.hidden || comes_between || self.is_corrected(review_id)? {
            return Ok(Candidate::Open(review_id));
        }
        let rival = match (&shown.values.publication, &row.values.publication) {
            (Some(a), Some(b)) => {
                shown.publication_id != row.publication_id && name::fold(a) != name::fold(b)
            }
            _ => false,
        };
        if rival || shown.work_id != row.work_id || !self.is_plain(review_id, sighting)? {
            return Ok(Candidate::Open(review_id));
        }
        Ok(Candidate::One(review_id, Box::new(shown)))
    }

    fn is_corrected(&mut self, review_id: i64) -> Result<bool, ArchiveError> {
        if self.names.corrections(self.conn)?.is_empty() {
            return Ok(false);
        }
        let mut statement = self.conn.prepare_cached(sql("corrections/is_corrected"))?;
        Ok(statement.query_row(named_params! {":review_id": review_id}, |row| row.get(0))?)
    }

    /// Whether every record with this key has an id of the record's own site.
    fn all_have_ids(&self, sighting: &Sighting, met: &Matches) -> Result<bool, ArchiveError> {
        let (Some((site, _)), Some(ends)) = (&sighting.id, &met.by_key) else { return Ok(false) };
        match ends.sites {
            Sites::One(all) => return Ok(all == Some(*site)),
            Sites::Several => return Ok(false),
            Sites::Unknown => {}
        }
        Ok(self.conn.prepare_cached(sql("sighting/all_have_ids_of"))?.query_row(
            named_params! {":review_id": ends.low, ":key": sighting.key, ":site_id": site},
            |row| row.get(0),
        )?)
    }

    fn has_id(&self, review_id: i64, site: i64, id: &str) -> Result<Has, ArchiveError> {
        let (this, another): (bool, bool) =
            self.conn.prepare_cached(sql("sighting/ids_of_review"))?.query_row(
                named_params! {":review_id": review_id, ":site_id": site, ":ext_id": id},
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
        Ok(match (this, another) {
            (true, _) => Has::This,
            (false, true) => Has::Another,
            (false, false) => Has::None,
        })
    }

    /// Whether all the review's records have this key, and this mark or none.
    fn is_plain(&self, review_id: i64, sighting: &Sighting) -> Result<bool, ArchiveError> {
        let ends: (Option<i64>, Option<i64>) = self
            .conn
            .prepare_cached(sql("sighting/keys_of_review"))?
            .query_row(named_params! {":review_id": review_id}, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        Ok(ends == (Some(sighting.key), Some(sighting.key)) && sighting.mark.is_none())
    }

    fn insert_sighting(&mut self, sighting: &Sighting, sites: Sites) -> Result<(), ArchiveError> {
        self.dump().touched.insert(sighting.review_id);
        self.lookup.insert(self.conn, sighting, sites)
    }

    /// Assigns a record provisionally to a matching review, until the dump's end.
    fn leave_open(
        &mut self,
        sighting: Sighting,
        review_id: i64,
        row: &ReviewRow,
    ) -> Result<(), ArchiveError> {
        let shown = ReviewRow::read(self.conn, review_id)?;
        let differs = differs_json(&shown.values, &row.values)?;
        let dump = self.dump();
        dump.open.insert(sighting.record);
        // The critic exists by now, but may not be shown anywhere.
        dump.changes.affected.critics.extend(row.critic_id);
        dump.changes.affected.publications.extend(row.publication_id);
        self.insert_sighting(&Sighting { review_id, differs, ..sighting }, Sites::Several)
    }

    /// Resolves the works, the postponed records, and records whose work turns out to be another.
    pub(super) fn decide_open(&mut self) -> Result<(), ArchiveError> {
        let conn = self.conn;
        let dump = self.dump();
        let (id, open) = (dump.id, std::mem::take(&mut dump.open));
        let mut changes = std::mem::take(&mut dump.changes);
        changes.affected.records.extend(open.iter().map(|record| (id, *record)));
        if !self.names.corrections(conn)?.is_empty() {
            changes.affected.records.extend(corrections::records_in_place(conn, id)?);
        }
        changes.affected.outcomes = Some((id, BTreeMap::new()));
        changes.decide(conn, self.columns, &mut self.names, &self.fulltext)?;
        self.next_id = next_id(conn, &self.fulltext)?;
        let outcomes =
            changes.affected.outcomes.take().map(|(_, outcomes)| outcomes).unwrap_or_default();
        let dump = self.dump();
        for (record, found) in outcomes {
            let line = found.line;
            let found = (found.outcome, found.repeats);
            dump.outcomes.count(&mut dump.summary, (record, line), found);
        }
        Ok(())
    }

    fn insert_new(&mut self, sighting: Sighting, row: &ReviewRow) -> Result<Outcome, ArchiveError> {
        let review_id = self.next_id;
        self.next_id += 1;
        self.expect_new()?;
        let hash = row.insert(self.conn, review_id, &self.fulltext)?;
        if self.columns.record(review_id, row.packed()?) {
            self.columns.flush(self.conn)?;
        }
        self.lookup.record_row_hash(review_id, Some(hash));
        // If its key belongs to another review, every record with the key has an id of this site.
        let sites = Sites::One(sighting.id.as_ref().map(|(site, _)| *site));
        self.insert_sighting(&Sighting { review_id, ..sighting }, sites)?;
        Ok(Outcome::New)
    }

    /// Adds a newer record to a review that is not in question.
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
        self.insert_sighting(&Sighting { review_id, differs, ..sighting }, Sites::Several)?;
        for change in &effect.changes {
            insert_change(conn, review_id, at, change)?;
        }
        Ok(match effect {
            effect if !effect.changes.is_empty() => Outcome::Changed,
            effect if effect.filled => Outcome::FilledIn,
            _ => Outcome::Same,
        })
    }

    /// Changes the values shown; earlier records keep their own.
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
        let affected = &mut self.dump().changes.affected;
        // Most rewrites only fill in a date and leave all names unchanged.
        if row.critic_id != old.critic_id || row.values.byline != old.values.byline {
            affected.critics.extend(old.critic_id);
        }
        if row.publication_id != old.publication_id
            || row.values.publication != old.values.publication
        {
            affected.publications.extend(old.publication_id);
        }
        row.update(conn, review_id, old, &self.fulltext)?;
        self.lookup.record_row_hash(review_id, None);
        Ok(())
    }
}
