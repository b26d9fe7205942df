//! One run of `revdb import`, as the archive sees it.
//!
//! Owns: the transaction (groups of whole dumps), the savepoint of the dump
//! in progress, and the classification of every record as new, changed,
//! filled in or same. Must never: leave part of a dump behind, whatever stops
//! it; dropping an unfinished [`Importing`] rolls back what is not committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, named_params};
use rustc_hash::FxHashMap;

use super::bulk;
use super::names::{self, Names};
use super::recluster::{self, Affected, insert_change, key_of, next_id, resolve_row};
use super::review_row::{ReviewRow, Seen, Sighting, differs_json};
use super::{Archive, ArchiveError, sql::sql, works};
use crate::domain::merge::Values;
use crate::domain::{Audience, Review, WorkMention, name};

/// What the import's row says.
#[derive(Debug, Clone)]
pub struct ImportMeta {
    /// The arguments, for people.
    pub command: String,
    /// UTC, ISO 8601.
    pub started_at: String,
}

/// What is known of a dump before its records.
#[derive(Debug, Clone)]
pub struct DumpMeta {
    pub sha256: [u8; 32],
    /// Bytes.
    pub size: u64,
    pub format: String,
    /// JSON: the options that change the reading.
    pub options: String,
    /// Set where the file's name serves as the title.
    pub file_name: Option<String>,
    /// What was assumed, in words.
    pub encoding: String,
    pub path: String,
}

/// An earlier reading of the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub dump_id: i64,
    pub format: String,
    pub options: String,
    pub file_name: Option<String>,
}

/// What became of a dump's records. All of them together are the records read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    pub new: u64,
    pub changed: u64,
    pub filled_in: u64,
    pub same: u64,
    pub rejected: u64,
    pub left_alone: u64,
    /// Rows that describe a work and review nothing.
    pub works: u64,
}

impl Counts {
    pub fn add(&mut self, other: &Counts) {
        self.new += other.new;
        self.changed += other.changed;
        self.filled_in += other.filled_in;
        self.same += other.same;
        self.rejected += other.rejected;
        self.left_alone += other.left_alone;
        self.works += other.works;
    }
}

/// What one record was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    New,
    Changed,
    FilledIn,
    Same,
}

/// A claim ready to be stored.
#[derive(Debug, Clone)]
pub struct StoredClaim {
    pub audience: Audience,
    /// metascore, user_score, critics, ratings, positive, mixed or negative.
    pub kind: &'static str,
    pub value: f64,
    pub out_of: Option<f64>,
    pub work: WorkMention,
}

/// New rows from which on the full-text index is built with a large hash.
const MANY_NEW: i64 = 20_000;

/// Mentions remembered at most per dump; see `names::REMEMBERED`.
const REMEMBERED_MENTIONS: usize = 32_768;

/// The dump in progress.
struct InDump {
    id: i64,
    source_id: i64,
    counts: Counts,
    mentions: FxHashMap<WorkMention, (i64, i64)>,
    last_mention: i64,
    claims: i64,
    rejections: i64,
    affected: Affected,
}

/// An import under way.
pub struct Importing<'a> {
    conn: &'a Connection,
    listening: Arc<AtomicBool>,
    meta: ImportMeta,
    names: Names,
    import_id: Option<i64>,
    committed: bool,
    in_group: bool,
    indexed_to: i64,
    next_id: i64,
    /// The report indexes are dropped and to be built with the group's end.
    bulk: bool,
    dump: Option<InDump>,
}

impl Archive {
    /// Begins an import. Nothing is written before the first dump.
    pub fn import(&mut self, meta: ImportMeta) -> Importing<'_> {
        Importing {
            conn: &self.conn,
            listening: Arc::clone(&self.listening),
            meta,
            names: Names::default(),
            import_id: None,
            committed: false,
            in_group: false,
            indexed_to: 0,
            next_id: 1,
            bulk: false,
            dump: None,
        }
    }
}

impl Importing<'_> {
    /// Earlier readings of this content.
    pub fn known(&mut self, sha256: &[u8; 32]) -> Result<Vec<Known>, ArchiveError> {
        self.begin_group()?;
        let mut statement = self.conn.prepare_cached(sql("import/readings_of_content"))?;
        let rows = statement.query_map(named_params! {":sha256": sha256}, |row| {
            Ok(Known {
                dump_id: row.get(0)?,
                format: row.get(1)?,
                options: row.get(2)?,
                file_name: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn begin_group(&mut self) -> Result<(), ArchiveError> {
        if self.in_group {
            return Ok(());
        }
        self.conn.execute_batch(sql("import/begin"))?;
        self.in_group = true;
        self.indexed_to = self.conn.query_row(sql("review/last_id"), [], |row| row.get(0))?;
        self.next_id = self.indexed_to + 1;
        Ok(())
    }

    fn import_row(&mut self) -> Result<i64, ArchiveError> {
        if let Some(id) = self.import_id {
            return Ok(id);
        }
        let id = self.conn.query_row(
            sql("import/insert_import"),
            named_params! {
                ":started_at": self.meta.started_at, ":command": self.meta.command,
                ":version": env!("CARGO_PKG_VERSION"),
            },
            |row| row.get(0),
        )?;
        self.import_id = Some(id);
        Ok(id)
    }

    /// The import's number, once a dump was stored.
    pub fn id(&self) -> Option<i64> {
        self.import_id
    }

    /// The import's number, once a group of its dumps is durable.
    pub fn committed_id(&self) -> Option<i64> {
        self.import_id.filter(|_| self.committed)
    }

    /// Notes that a dump which the archive holds was met again.
    pub fn again(&mut self, dump_id: i64, path: &str) -> Result<Counts, ArchiveError> {
        self.begin_group()?;
        let source_id = self.source_row(dump_id, path)?;
        let counts = self.conn.query_row(
            sql("import/count_dump"),
            named_params! {":dump_id": dump_id},
            |row| {
                let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
                Ok(Counts {
                    same: number(0)?,
                    rejected: number(1)?,
                    left_alone: number(2)?,
                    works: number(3)?,
                    ..Counts::default()
                })
            },
        )?;
        self.write_counts(source_id, &counts)?;
        Ok(counts)
    }

    fn source_row(&mut self, dump_id: i64, path: &str) -> Result<i64, ArchiveError> {
        let import_id = self.import_row()?;
        Ok(self.conn.query_row(
            sql("import/insert_source"),
            named_params! {":import_id": import_id, ":dump_id": dump_id, ":path": path},
            |row| row.get(0),
        )?)
    }

    fn write_counts(&self, source_id: i64, counts: &Counts) -> Result<(), ArchiveError> {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.conn.prepare_cached(sql("import/count_source"))?.execute(named_params! {
            ":id": source_id, ":new": number(counts.new), ":changed": number(counts.changed),
            ":filled_in": number(counts.filled_in), ":same": number(counts.same),
            ":rejected": number(counts.rejected), ":left_alone": number(counts.left_alone),
            ":works": number(counts.works),
        })?;
        Ok(())
    }

    /// Begins a dump; its records follow until [`end_dump`](Self::end_dump) or
    /// [`abandon_dump`](Self::abandon_dump).
    pub fn begin_dump(&mut self, meta: &DumpMeta) -> Result<(), ArchiveError> {
        self.begin_group()?;
        if !self.bulk && bulk::pays(meta.size, self.next_id - 1) {
            bulk::begin(self.conn)?;
            self.bulk = true;
        }
        self.conn.execute_batch(sql("import/savepoint"))?;
        let id: i64 = self.conn.query_row(
            sql("import/insert_dump"),
            named_params! {
                ":sha256": meta.sha256, ":size": i64::try_from(meta.size).unwrap_or(i64::MAX),
                ":format": meta.format, ":options": meta.options, ":file_name": meta.file_name,
                ":encoding": meta.encoding, ":place": 0,
            },
            |row| row.get(0),
        )?;
        let source_id = self.source_row(id, &meta.path)?;
        self.conn
            .execute(sql("import/set_place"), named_params! {":id": id, ":place": source_id})?;
        self.dump = Some(InDump {
            id,
            source_id,
            counts: Counts::default(),
            mentions: FxHashMap::default(),
            last_mention: 0,
            claims: 0,
            rejections: 0,
            affected: Affected::default(),
        });
        Ok(())
    }

    fn dump(&mut self) -> &mut InDump {
        match &mut self.dump {
            Some(dump) => dump,
            None => panic!("a record came outside of a dump"),
        }
    }

    /// The number of this mention within the dump, and its work.
    fn mention(&mut self, mention: &WorkMention) -> Result<(i64, i64), ArchiveError> {
        if let Some(&known) = self.dump().mentions.get(mention) {
            return Ok(known);
        }
        let conn = self.conn;
        let dump = self.dump();
        if dump.mentions.len() >= REMEMBERED_MENTIONS {
            dump.mentions.clear();
        }
        dump.last_mention += 1;
        let at = (dump.id, dump.last_mention);
        let mut affected = std::mem::take(&mut dump.affected);
        let work_id = works::mention(conn, &mut self.names, at, mention, &mut affected)?;
        let dump = self.dump();
        // Works were told apart anew: what was remembered may be stale.
        let moved = std::mem::take(&mut affected.moved);
        if moved.iter().any(|other| other.0 == at.0 && *other != at) {
            dump.mentions.clear();
        }
        dump.affected = affected;
        dump.mentions.insert(mention.clone(), (at.1, work_id));
        self.settle_moved()?;
        Ok((at.1, work_id))
    }

    /// Decides anew about records whose work was told apart from another.
    fn settle_moved(&mut self) -> Result<(), ArchiveError> {
        let (conn, indexed_to) = (self.conn, self.indexed_to);
        let mut affected = std::mem::take(&mut self.dump().affected);
        if !affected.records.is_empty() {
            recluster::recluster(conn, &mut self.names, &mut affected, indexed_to)?;
            self.next_id = next_id(conn, indexed_to)?;
        }
        self.dump().affected = affected;
        Ok(())
    }

    /// Takes in a row that only describes a work.
    pub fn work(&mut self, mention: &WorkMention) -> Result<(), ArchiveError> {
        self.mention(mention)?;
        self.dump().counts.works += 1;
        Ok(())
    }

    pub fn claim(&mut self, claim: &StoredClaim) -> Result<(), ArchiveError> {
        let (mention, _) = self.mention(&claim.work)?;
        let conn = self.conn;
        let dump = self.dump();
        dump.claims += 1;
        conn.prepare_cached(sql("import/insert_claim"))?.execute(named_params! {
            ":dump_id": dump.id, ":number": dump.claims, ":mention": mention,
            ":audience": claim.audience.as_str(), ":kind": claim.kind,
            ":value": claim.value, ":out_of": claim.out_of,
        })?;
        Ok(())
    }

    /// Keeps a record that could not become a review.
    pub fn reject(
        &mut self,
        record: u64,
        line: u64,
        reason: &str,
        raw: &str,
    ) -> Result<(), ArchiveError> {
        let conn = self.conn;
        let dump = self.dump();
        dump.rejections += 1;
        dump.counts.rejected += 1;
        conn.prepare_cached(sql("import/insert_rejection"))?.execute(named_params! {
            ":dump_id": dump.id, ":number": dump.rejections, ":record": record.cast_signed(),
            ":line": line.cast_signed(), ":reason": reason, ":raw": raw,
        })?;
        Ok(())
    }

    /// Counts a record that is no review by its format's own rule.
    pub fn left_alone(&mut self) {
        self.dump().counts.left_alone += 1;
    }

    /// Stores one review, or finds that it is there.
    pub fn review(
        &mut self,
        record: u64,
        line: u64,
        review: &Review,
    ) -> Result<Outcome, ArchiveError> {
        let (mention, work_id) = self.mention(&review.work)?;
        let conn = self.conn;
        let values = Values::of(review);
        let id = review.id.as_ref().map(|id| self.names.external(conn, id)).transpose()?;
        // The row first: it makes the names known that the key asks for.
        let row = resolve_row(conn, &mut self.names, work_id, review.audience, values)?;
        let key = key_of(conn, &mut self.names, row.audience, work_id, &row.values, id.as_ref())?;
        let sighting = Sighting {
            dump_id: self.dump().id,
            record: record.cast_signed(),
            line: line.cast_signed(),
            review_id: 0,
            mention,
            key,
            id,
            differs: None,
        };
        let id = sighting.id.as_ref();
        let candidate = match recluster::meets_standing(conn, &mut self.names, &row, id)? {
            None => self.candidate(&sighting, &row)?,
            Some(true) => Candidate::Several,
            Some(false) => Candidate::None,
        };
        let outcome = match candidate {
            Candidate::None => self.insert_new(sighting, &row)?,
            Candidate::One(review_id) => self.fold_in(sighting, review_id, row.values)?,
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
    fn candidate(&self, sighting: &Sighting, row: &ReviewRow) -> Result<Candidate, ArchiveError> {
        let conn = self.conn;
        let (low, high): (Option<i64>, Option<i64>) = conn
            .prepare_cached(sql("sighting/reviews_with_key"))?
            .query_row(named_params! {":key": sighting.key}, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let by_id: Option<i64> = match &sighting.id {
            Some((site, id)) => {
                let mut statement = conn.prepare_cached(sql("sighting/review_with_id"))?;
                let mut rows = statement.query(named_params! {":site_id": site, ":ext_id": id})?;
                rows.next()?.map(|row| row.get(0)).transpose()?
            }
            None => None,
        };
        if let (Some((site, _)), None, Some(_)) = (&sighting.id, by_id, low)
            && self.all_have_ids_of(*site, sighting.key)?
        {
            // Every other record with this key carries another id of the site.
            return Ok(Candidate::None);
        }
        let review_id = match (low, high, by_id) {
            (None, _, None) => return Ok(Candidate::None),
            (Some(low), Some(high), None) if low == high => low,
            (Some(low), Some(high), Some(id)) if low == high && low == id => id,
            _ => return Ok(Candidate::Several),
        };
        let exists = |statement: &str, site: Option<i64>| -> Result<bool, ArchiveError> {
            let mut statement = conn.prepare_cached(statement)?;
            Ok(match site {
                Some(site) => statement.query_row(
                    named_params! {":review_id": review_id, ":site_id": site},
                    |row| row.get(0),
                )?,
                None => statement.query_row(
                    named_params! {":review_id": review_id, ":key": sighting.key},
                    |row| row.get(0),
                )?,
            })
        };
        let known_id = by_id.is_some();
        if let (Some((site, _)), false) = (&sighting.id, known_id)
            && exists(sql("sighting/review_has_id_of_site"), Some(*site))?
        {
            return Ok(Candidate::Several);
        }
        let shown = ReviewRow::read(conn, review_id)?;
        let rival = match (&shown.values.publication, &row.values.publication) {
            (Some(a), Some(b)) => {
                shown.publication_id != row.publication_id && name::fold(a) != name::fold(b)
            }
            _ => false,
        };
        if rival || shown.work_id != row.work_id || !exists(sql("sighting/review_is_plain"), None)?
        {
            return Ok(Candidate::Several);
        }
        Ok(Candidate::One(review_id))
    }

    fn all_have_ids_of(&self, site: i64, key: i64) -> Result<bool, ArchiveError> {
        Ok(self
            .conn
            .prepare_cached(sql("sighting/all_have_ids_of"))?
            .query_row(named_params! {":key": key, ":site_id": site}, |row| row.get(0))?)
    }

    fn insert_new(&mut self, sighting: Sighting, row: &ReviewRow) -> Result<Outcome, ArchiveError> {
        let review_id = self.next_id;
        self.next_id += 1;
        row.insert(self.conn, review_id)?;
        Sighting { review_id, ..sighting }.insert(self.conn)?;
        Ok(Outcome::New)
    }

    /// The newest record of a review that is not in question.
    fn fold_in(
        &mut self,
        sighting: Sighting,
        review_id: i64,
        said: Values,
    ) -> Result<Outcome, ArchiveError> {
        let conn = self.conn;
        let old = ReviewRow::read(conn, review_id)?;
        let mut shown = old.values.clone();
        let effect = shown.take(&said);
        if shown != old.values {
            self.rewrite(review_id, &old, shown.clone())?;
        }
        let at = (sighting.dump_id, sighting.record);
        Sighting { review_id, differs: differs_json(&shown, &said)?, ..sighting }.insert(conn)?;
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
        row.update(conn, review_id, old, self.indexed_to)?;
        Ok(())
    }

    /// The record meets several: it is stored as a review of its own, and then
    /// all that hangs together is decided anew.
    fn decide(&mut self, sighting: Sighting, row: &ReviewRow) -> Result<Outcome, ArchiveError> {
        let at = (sighting.dump_id, sighting.record);
        let own = self.next_id;
        self.insert_new(sighting, row)?;
        let (conn, indexed_to) = (self.conn, self.indexed_to);
        let mut affected = std::mem::take(&mut self.dump().affected);
        affected.records.insert(at);
        let before = self.effects(at)?;
        recluster::recluster(conn, &mut self.names, &mut affected, indexed_to)?;
        self.dump().affected = affected;
        self.next_id = next_id(conn, indexed_to)?;
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

    /// Keeps the dump's bytes (already compressed) beside what was read from them.
    pub fn keep(
        &mut self,
        sha256: &[u8; 32],
        size: u64,
        compressed: &[u8],
    ) -> Result<(), ArchiveError> {
        self.conn.prepare_cached(sql("import/keep"))?.execute(named_params! {
            ":sha256": sha256, ":size": i64::try_from(size).unwrap_or(i64::MAX), ":bytes": compressed,
        })?;
        Ok(())
    }

    /// What was learnt of the dump while its records were read.
    pub fn describe_dump(
        &mut self,
        file_name: Option<&str>,
        encoding: &str,
    ) -> Result<(), ArchiveError> {
        let id = self.dump().id;
        self.conn.execute(
            sql("import/describe_dump"),
            named_params! {":id": id, ":file_name": file_name, ":encoding": encoding},
        )?;
        Ok(())
    }

    /// A second signal no longer stops what is left to do.
    pub fn stop_listening(&mut self) {
        self.listening.store(false, Ordering::Relaxed);
    }

    /// The dump is whole.
    pub fn end_dump(&mut self) -> Result<Counts, ArchiveError> {
        let Some(dump) = self.dump.take() else { return Ok(Counts::default()) };
        self.write_counts(dump.source_id, &dump.counts)?;
        works::sweep(self.conn, &dump.affected.works)?;
        if !dump.affected.critics.is_empty() || !dump.affected.publications.is_empty() {
            names::sweep(self.conn)?;
            // The spelling that named a critic may have been on a review that
            // is shown otherwise now; undo and merge would name it anew.
            let ids =
                |set: &std::collections::BTreeSet<i64>| set.iter().copied().collect::<Vec<_>>();
            names::refresh(
                self.conn,
                &ids(&dump.affected.critics),
                &ids(&dump.affected.publications),
            )?;
            self.names.forget();
        }
        self.conn.execute_batch(sql("import/release"))?;
        Ok(dump.counts)
    }

    /// The dump is refused: nothing of it stays.
    pub fn abandon_dump(&mut self) -> Result<(), ArchiveError> {
        if self.dump.take().is_some() {
            if self.conn.is_autocommit() {
                // SQLite takes the whole transaction back where a statement that
                // was writing is interrupted: the group's earlier dumps went too.
                self.in_group = false;
                self.import_id = self.committed_id();
                self.names.forget();
                return Ok(());
            }
            self.conn.execute_batch(sql("import/roll_back_dump"))?;
            self.conn.execute_batch(sql("import/release"))?;
            self.names.forget();
            self.next_id = next_id(self.conn, self.indexed_to)?;
            if !self.committed {
                self.import_id = self.conn.query_row(
                    sql("import/import_exists"),
                    named_params! {":id": self.import_id},
                    |row| row.get(0),
                )?;
            }
        }
        Ok(())
    }

    /// Makes everything up to here durable: a group of whole dumps.
    pub fn commit_group(&mut self) -> Result<(), ArchiveError> {
        if !self.in_group {
            return Ok(());
        }
        if self.import_id.is_none() {
            // No whole dump: not even the order of the indexes is to change.
            self.conn.execute_batch("ROLLBACK")?;
            (self.in_group, self.bulk) = (false, false);
            return Ok(());
        }
        self.index_new()?;
        self.conn.execute_batch("COMMIT")?;
        self.in_group = false;
        self.committed = self.import_id.is_some();
        Ok(())
    }

    /// Brings the indexes up to the rows of this group.
    fn index_new(&mut self) -> Result<(), ArchiveError> {
        let many = self.next_id - self.indexed_to > MANY_NEW;
        if many {
            self.conn.execute_batch(sql("bulk/wide_hash"))?;
        }
        self.conn
            .execute(sql("review/index_new"), named_params! {":indexed_to": self.indexed_to})?;
        if many {
            self.conn.execute_batch(sql("bulk/usual_hash"))?;
        }
        if std::mem::take(&mut self.bulk) {
            bulk::end(self.conn)?;
        }
        Ok(())
    }

    /// Ends the import: the last group becomes durable.
    pub fn finish(mut self, finished_at: &str) -> Result<Option<i64>, ArchiveError> {
        if let Some(id) = self.import_id {
            self.begin_group()?;
            self.conn.execute(
                sql("import/finish_import"),
                named_params! {":id": id, ":finished_at": finished_at},
            )?;
        }
        self.commit_group()?;
        Ok(self.import_id)
    }

    /// Leaves the archive as the last committed group left it.
    pub fn roll_back(mut self) -> Result<(), ArchiveError> {
        if self.in_group {
            self.conn.execute_batch("ROLLBACK")?;
            self.in_group = false;
        }
        Ok(())
    }
}

impl Drop for Importing<'_> {
    fn drop(&mut self) {
        // Reached with an open group only after an error. A failed rollback
        // here means that SQLite has rolled back already, or that closing the
        // connection will; either way the journal restores the file.
        if self.in_group && !self.conn.is_autocommit() {
            drop(self.conn.execute_batch("ROLLBACK"));
        }
    }
}

enum Candidate {
    None,
    One(i64),
    Several,
}
