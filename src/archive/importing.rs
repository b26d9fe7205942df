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
use super::recluster::{self, Affected, next_id};
use super::{Archive, ArchiveError, sql::sql, works};
use crate::domain::{Audience, WorkMention};

mod lookup;
mod pending;
mod records;

use lookup::Lookup;
use pending::Pending;

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
    /// Bytes.
    pub size: u64,
    pub format: String,
    /// JSON: the options that change the reading.
    pub options: String,
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
    report_indexes: ReportIndexes,
    pending: Pending,
}

/// What becomes of the report indexes while a dump is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReportIndexes {
    /// They are kept in step with the rows.
    Kept,
    /// Likewise until the dump has shown that it brings many new rows.
    KeptYet,
    /// They are made anew when the dump ends.
    Dropped,
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
    lookup: Lookup,
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
            lookup: Lookup::default(),
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

    /// Whether any stored content has this length in bytes.
    pub fn size_is_known(&mut self, size: u64) -> Result<bool, ArchiveError> {
        self.begin_group()?;
        Ok(self
            .conn
            .prepare_cached(sql("import/size_is_known"))?
            .query_row(named_params! {":size": i64::try_from(size).unwrap_or(i64::MAX)}, |row| {
                row.get(0)
            })?)
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
        self.conn.execute_batch(sql("import/savepoint"))?;
        let mut report_indexes = ReportIndexes::Kept;
        if bulk::pays(meta.size, self.next_id - 1) {
            report_indexes = ReportIndexes::KeptYet;
            self.lookup.remember(self.conn)?;
        }
        let id: i64 = self.conn.query_row(
            sql("import/insert_dump"),
            named_params! {
                ":sha256": [0_u8; 32], ":size": i64::try_from(meta.size).unwrap_or(i64::MAX),
                ":format": meta.format, ":options": meta.options, ":file_name": None::<&str>,
                ":encoding": "", ":place": 0,
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
            report_indexes,
            pending: Pending::default(),
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
        // Works were told apart anew: what was remembered may be stale, and
        // sightings that still waited were not found.
        let mut moved = std::mem::take(&mut affected.moved);
        moved.retain(|other| other.0 == at.0 && *other != at);
        if !moved.is_empty() {
            dump.mentions.clear();
            dump.pending.store(conn)?;
            moved.into_iter().try_for_each(|other| affected.gather_records(conn, other))?;
        }
        dump.affected = affected;
        dump.mentions.insert(mention.clone(), (at.1, work_id));
        self.settle_moved()?;
        Ok((at.1, work_id))
    }

    fn store_pending(&mut self) -> Result<(), ArchiveError> {
        let conn = self.conn;
        Ok(self.dump().pending.store(conn)?)
    }

    /// Decides anew about records whose work was told apart from another.
    fn settle_moved(&mut self) -> Result<(), ArchiveError> {
        let (conn, indexed_to) = (self.conn, self.indexed_to);
        let mut affected = std::mem::take(&mut self.dump().affected);
        if !affected.records.is_empty() {
            self.lookup.use_indexes(conn)?;
            recluster::recluster(conn, &mut self.names, &mut affected, indexed_to)?;
            self.next_id = next_id(conn, indexed_to)?;
        }
        self.dump().affected = affected;
        Ok(())
    }

    /// Drops the report indexes once most of what a bulk import brings is new.
    fn drop_report_indexes(&mut self) -> Result<(), ArchiveError> {
        let (conn, dump) = (self.conn, self.dump());
        if dump.report_indexes == ReportIndexes::KeptYet && bulk::brings_new(&dump.counts) {
            bulk::begin(conn)?;
            dump.report_indexes = ReportIndexes::Dropped;
        }
        Ok(())
    }

    /// Makes the indexes that a bulk import does without until its end.
    fn leave_bulk(&mut self) -> Result<(), ArchiveError> {
        let conn = self.conn;
        self.store_pending()?;
        self.lookup.use_indexes(conn)?;
        let indexes = &mut self.dump().report_indexes;
        if std::mem::replace(indexes, ReportIndexes::Kept) == ReportIndexes::Dropped {
            bulk::end(conn)?;
        }
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

    /// Whether a signal stops what SQLite is doing. SQLite takes back the whole
    /// transaction then, and with it the whole dumps of an open group.
    pub fn listen(&mut self, listen: bool) {
        self.listening.store(listen, Ordering::Relaxed);
    }

    /// The dump is whole. `sha256` is its content's; `file_name` is set where
    /// the file's name served as the title; `encoding` is what was assumed, in
    /// words.
    pub fn end_dump(
        &mut self,
        sha256: &[u8; 32],
        file_name: Option<&str>,
        encoding: &str,
    ) -> Result<Counts, ArchiveError> {
        if self.dump.is_none() {
            return Ok(Counts::default());
        }
        self.leave_bulk()?;
        let Some(dump) = self.dump.take() else { return Ok(Counts::default()) };
        self.conn.prepare_cached(sql("import/end_dump"))?.execute(named_params! {
            ":id": dump.id, ":sha256": sha256, ":file_name": file_name, ":encoding": encoding,
        })?;
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
            // The savepoint brings back whatever indexes were dropped.
            self.lookup = Lookup::default();
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
            self.in_group = false;
            return Ok(());
        }
        self.index_new()?;
        self.conn.execute_batch("COMMIT")?;
        self.in_group = false;
        self.committed = self.import_id.is_some();
        Ok(())
    }

    /// Brings the full-text index up to the rows of this group.
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
