//! One dump within an import, from its first record to its last.
//!
//! Owns the savepoint: a dump is stored whole or not at all. Must never: end without restoring
//! dropped indexes.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, named_params};
use rustc_hash::FxHashMap;

use super::{
    DumpMeta, DumpSummary, Importing, InDump, Lookup, Outcomes, Repeats, TitledOtherwise, Touched,
};
use crate::changes::ChangeSet;
use crate::recluster::next_id;
use crate::{ArchiveError, bulk, sql::sql, tally};

impl InDump {
    pub(super) fn new(id: i64, source_id: i64, meta: &DumpMeta) -> Self {
        InDump {
            id,
            source_id,
            replaces: None,
            account: meta.account.clone(),
            standing: meta.standing,
            repeats: Repeats::default(),
            touched: Touched::default(),
            open: BTreeSet::new(),
            outcomes: Outcomes::default(),
            summary: DumpSummary::default(),
            mentions: FxHashMap::default(),
            last_mention: 0,
            claims: 0,
            rejections: 0,
            changes: ChangeSet::default(),
            is_bulk: false,
        }
    }
}

impl Importing<'_> {
    /// Starts a dump; its records follow until [`end_dump`](Self::end_dump) or
    /// [`abandon_dump`](Self::abandon_dump).
    ///
    /// # Errors
    /// The archive's error.
    pub fn begin_dump(&mut self, meta: &DumpMeta) -> Result<(), ArchiveError> {
        self.begin_group()?;
        self.conn.execute_batch(sql("import/savepoint"))?;
        let is_bulk = bulk::is_bulk(meta.size, self.next_id - 1);
        if is_bulk {
            self.lookup.remember(self.conn)?;
        }
        let id = self.dump_row(meta, 0)?;
        let source_id = self.source_row(id, &meta.path, &meta.options)?;
        self.conn
            .execute(sql("import/set_place"), named_params! {":id": id, ":place": source_id})?;
        self.dump = Some(InDump { is_bulk, ..InDump::new(id, source_id, meta) });
        Ok(())
    }

    pub(super) fn dump_row(&self, meta: &DumpMeta, place: i64) -> Result<i64, ArchiveError> {
        Ok(self.conn.query_row(
            sql("import/insert_dump"),
            named_params! {
                ":sha256": [0_u8; 32], ":size": i64::try_from(meta.size).unwrap_or(i64::MAX),
                ":format": meta.format, ":options": meta.options, ":file_name": None::<&str>,
                ":encoding": "", ":place": place, ":account": meta.account, ":standing": meta.standing,
            },
            |row| row.get(0),
        )?)
    }

    pub(super) fn dump(&mut self) -> &mut InDump {
        match &mut self.dump {
            Some(dump) => dump,
            None => panic!("a record came outside of a dump"),
        }
    }

    /// In a bulk import with mostly new records: builds the full-text index in the background, and
    /// drops the two indexes that memory replaces.
    pub(super) fn expect_new(&mut self) -> Result<(), ArchiveError> {
        let dump = self.dump();
        if dump.is_bulk && bulk::brings_new(&dump.summary.counts) {
            dump.is_bulk = false;
            self.lookup.drop_indexes(self.conn)?;
            self.fulltext.build_in_background(self.conn)?;
        }
        Ok(())
    }

    /// In a bulk import with mostly known records: drops the index by which a review finds its
    /// sightings.
    pub(super) fn expect_known(&mut self) -> Result<(), ArchiveError> {
        if bulk::brings_known(&self.dump().summary.counts) {
            self.lookup.drop_reviews(self.conn)?;
        }
        Ok(())
    }

    /// Rebuilds the indexes that a bulk import dropped.
    pub(super) fn leave_bulk(&mut self) -> Result<(), ArchiveError> {
        let conn = self.conn;
        self.lookup.use_indexes(conn)
    }

    /// Stores a record that could not become a review.
    ///
    /// # Errors
    /// The archive's error.
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
        dump.summary.counts.rejected += 1;
        conn.prepare_cached(sql("import/insert_rejection"))?.execute(named_params! {
            ":dump_id": dump.id, ":number": dump.rejections, ":record": record.cast_signed(),
            ":line": line.cast_signed(), ":reason": reason, ":raw": raw,
        })?;
        Ok(())
    }

    /// Counts a record that the format skips.
    pub fn left_alone(&mut self) {
        self.dump().summary.counts.left_alone += 1;
    }

    /// Stores the dump's bytes, already compressed.
    ///
    /// # Errors
    /// The archive's error.
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

    /// Ends the dump. `sha256` is its content's hash; `file_name` is set if the file's name was
    /// used as the title; `encoding` is the assumed character encoding, in words.
    ///
    /// # Errors
    /// The archive's error.
    pub fn end_dump(
        &mut self,
        sha256: &[u8; 32],
        file_name: Option<&str>,
        encoding: &str,
    ) -> Result<DumpSummary, ArchiveError> {
        if self.dump.is_none() {
            return Ok(DumpSummary::default());
        }
        self.leave_bulk()?;
        self.conn.prepare_cached(sql("import/end_dump"))?.execute(named_params! {
            ":id": self.dump().id, ":sha256": sha256, ":file_name": file_name, ":encoding": encoding,
        })?;
        self.decide_open()?;
        let Some(mut dump) = self.dump.take() else { return Ok(DumpSummary::default()) };
        self.write_counts(dump.source_id, &dump.summary.counts)?;
        tally::count_dump(self.conn, dump.id, dump.summary.counts.sightings())?;
        self.columns.flush(self.conn)?;
        if dump.account.is_none() && dump.summary.counts.new > 0 {
            dump.summary.unnamed_before = self.unnamed_before(dump.id)?;
        }
        if dump.summary.counts.works > 0 {
            dump.summary.titled_otherwise = self.titled_otherwise(dump.id)?;
        }
        self.conn.execute_batch(sql("import/release"))?;
        Ok(dump.summary)
    }

    fn titled_otherwise(&self, id: i64) -> Result<Option<TitledOtherwise>, ArchiveError> {
        let found = self
            .conn
            .prepare_cached(sql("import/titled_otherwise"))?
            .query_row(named_params! {":id": id}, |row| {
                let count = |at| Ok::<u64, rusqlite::Error>(row.get::<_, i64>(at)?.unsigned_abs());
                let (shared, works) = (count(0)?, count(1)?);
                let (id, here, there, path) = (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
                Ok((shared, TitledOtherwise { works, id, here, there, path }))
            })
            .optional()?;
        // New titles of some works are corrections.
        Ok(found.filter(|(shared, other)| other.works * 2 > *shared).map(|(_, other)| other))
    }

    fn unnamed_before(&self, id: i64) -> Result<Option<(u64, String)>, ArchiveError> {
        let found = self
            .conn
            .prepare_cached(sql("import/unnamed_before"))?
            .query_row(named_params! {":id": id}, |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
            });
        Ok(found.optional()?)
    }

    /// Removes everything of the current dump.
    ///
    /// # Errors
    /// The archive's error.
    pub fn abandon_dump(&mut self) -> Result<(), ArchiveError> {
        if self.dump.take().is_some() {
            // The savepoint restores dropped indexes.
            self.lookup = Lookup::default();
            self.columns.forget();
            self.fulltext.rolled_back();
            if self.conn.is_autocommit() {
                // SQLite rolls back the whole transaction if a writing statement is interrupted:
                // the group's earlier dumps are gone too.
                self.in_group = false;
                self.import_id = self.committed_id();
                self.names.forget();
                return Ok(());
            }
            self.conn.execute_batch(sql("import/roll_back_dump"))?;
            self.conn.execute_batch(sql("import/release"))?;
            self.names.forget();
            self.next_id = next_id(self.conn, &self.fulltext)?;
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
}
