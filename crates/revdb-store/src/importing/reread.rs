//! Reads a stored dump again, with other options or newer rules.
//!
//! The new reading is imported next to the old one, in its place in the order of dumps, and then
//! the old one is undone; so the decisions are those of an import and an undo. A review keeps its
//! number while one of its records stays. Must never: touch what other dumps say, or write if both
//! readings are equal.

use std::collections::BTreeSet;

use rusqlite::{Connection, named_params};

use super::{Counts, DumpMeta, Importing, InDump, Lookup};
use crate::changes;
use crate::fulltext::FullText;
use crate::recluster::{Affected, next_id};
use crate::undo::{self, Undone};
use crate::{ArchiveError, sql::sql, tally};

mod revisions;

use revisions::Pairs;

/// A difference between two readings of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The record.
    pub record: i64,
    /// The review it belongs to; `None` if it had none before.
    pub review: Option<i64>,
    /// The field; `review` if the record became a review or ceased to be one.
    pub field: &'static str,
    /// The old reading's value.
    pub old: Option<String>,
    /// The new reading's value.
    pub new: Option<String>,
}

/// The result of reading a dump again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reread {
    /// The dump's number from now on.
    pub dump_id: i64,
    /// The differences.
    pub revisions: Vec<Revision>,
    /// Records read.
    pub records: u64,
    /// Records rejected.
    pub rejected: u64,
    /// Records skipped by the format.
    pub left_alone: u64,
    /// Records that describe works.
    pub works: u64,
}

impl Reread {
    /// The same as an import's counts.
    pub fn counts(&self) -> Counts {
        let of = |wanted: fn(&Revision) -> bool| -> u64 {
            let records: BTreeSet<i64> =
                self.revisions.iter().filter(|r| wanted(r)).map(|r| r.record).collect();
            records.len() as u64
        };
        let new = of(|revision| revision.review.is_none());
        let changed = of(|revision| revision.review.is_some() && revision.field != "review");
        Counts {
            new,
            changed,
            same: self.records.saturating_sub(new + changed),
            rejected: self.rejected,
            left_alone: self.left_alone,
            works: self.works,
            ..Counts::default()
        }
    }
}

/// How a dump is to be read from now on.
#[derive(Debug, Clone)]
pub struct DumpReading {
    /// The format's name.
    pub format: String,
    /// JSON of the options.
    pub options: String,
    /// The site, if it is one account's own export.
    pub account: Option<String>,
    /// Whether its records are standing marks.
    pub standing: bool,
}

/// The columns of a dump's row that its reading determines.
struct Held {
    sha256: [u8; 32],
    size: i64,
    place: i64,
    reading: DumpReading,
}

impl Held {
    fn read(conn: &Connection, id: i64) -> rusqlite::Result<Self> {
        conn.query_row(sql("reread/dump"), named_params! {":id": id}, |row| {
            let reading = DumpReading {
                format: row.get(3)?,
                options: row.get(4)?,
                account: row.get(5)?,
                standing: row.get(6)?,
            };
            Ok(Held { sha256: row.get(0)?, size: row.get(1)?, place: row.get(2)?, reading })
        })
    }
}

impl Importing<'_> {
    /// Starts reading a dump again, as before or as `reading` says; all its records follow.
    ///
    /// # Errors
    /// The archive's error.
    pub fn begin_reread(
        &mut self,
        id: i64,
        reading: Option<&DumpReading>,
    ) -> Result<(), ArchiveError> {
        self.begin_group()?;
        self.conn.execute_batch(sql("import/savepoint"))?;
        let held = Held::read(self.conn, id)?;
        let reading = reading.unwrap_or(&held.reading);
        let meta = DumpMeta {
            size: held.size.unsigned_abs(),
            format: reading.format.clone(),
            options: reading.options.clone(),
            path: String::new(),
            account: reading.account.clone(),
            standing: reading.standing,
        };
        // Memory is not used: some of the records it knows will be removed.
        self.lookup = Lookup::default();
        let new = self.dump_row(&meta, held.place)?;
        self.dump = Some(InDump { replaces: Some(id), ..InDump::new(new, 0, &meta) });
        Ok(())
    }

    /// Whether the dump had reviews before and has none now.
    ///
    /// # Errors
    /// The archive's error.
    pub fn has_lost_all(&mut self) -> Result<bool, ArchiveError> {
        let (new, old) = self.both();
        Ok(count(self.conn, old)? > 0 && count(self.conn, new)? == 0)
    }

    /// The new reading's dump, and the one it replaces.
    fn both(&mut self) -> (i64, i64) {
        let dump = self.dump();
        (dump.id, dump.replaces.unwrap_or(dump.id))
    }

    /// Replaces the old reading by the new one. `file_name` and `encoding` as in
    /// [`end_dump`](Self::end_dump).
    ///
    /// # Errors
    /// The archive's error.
    pub fn end_reread(
        &mut self,
        file_name: Option<&str>,
        encoding: &str,
    ) -> Result<Reread, ArchiveError> {
        let conn = self.conn;
        let (new, old) = self.both();
        let held = Held::read(conn, old)?;
        conn.prepare_cached(sql("import/end_dump"))?.execute(named_params! {
            ":id": new, ":sha256": held.sha256, ":file_name": file_name, ":encoding": encoding,
        })?;
        self.decide_open()?;
        let counts = self.dump().summary.counts;
        let now = count(conn, new)?;
        let mut reread = Reread {
            records: now.unsigned_abs(),
            rejected: counts.rejected,
            left_alone: counts.left_alone,
            works: counts.works,
            dump_id: old,
            revisions: Vec::new(),
        };
        let compared = named_params! {
            ":new": new, ":old": old,
            ":left_alone": counts.left_alone.cast_signed(), ":works": counts.works.cast_signed(),
        };
        if !conn.query_row(sql("reread/differ"), compared, |row| row.get(0))? {
            self.abandon_dump()?;
            return Ok(reread);
        }
        // All rows to be removed are in the index, as undo requires.
        changes::flush(conn, self.columns, &self.fulltext)?;
        let pairs = Pairs::read(conn, new, old)?;
        (reread.dump_id, reread.revisions) = (new, pairs.revisions(conn, new)?);
        let before = count(conn, old)?;
        self.replace(new, old, &pairs)?;
        conn.prepare_cached(sql("reread/count_sources"))?.execute(named_params! {
            ":dump_id": new, ":delta": now - before,
            ":rejected": counts.rejected.cast_signed(),
            ":left_alone": counts.left_alone.cast_signed(), ":works": counts.works.cast_signed(),
        })?;
        for revision in &reread.revisions {
            conn.prepare_cached(sql("reread/insert_revision"))?.execute(named_params! {
                ":dump_id": new, ":record": revision.record, ":field": revision.field,
                ":old": revision.old, ":new": revision.new, ":read_at": self.meta.started_at,
                ":version": env!("CARGO_PKG_VERSION"),
            })?;
        }
        tally::count_dump(conn, new, now)?;
        self.dump = None;
        self.changed = true;
        self.columns.flush(conn)?;
        conn.execute_batch(sql("import/release"))?;
        Ok(reread)
    }

    /// Undoes the old reading after its sources were moved to the new one.
    fn replace(&mut self, new: i64, old: i64, pairs: &Pairs) -> Result<(), ArchiveError> {
        let conn = self.conn;
        let both = named_params! {":new": new, ":old": old};
        // Before the new rows take over the old numbers: a name that only the old reading has must
        // be removed with it.
        let mut before = Affected::default();
        undo::note_names(conn, &mut before, (sql("reread/names_of_dump"), Some(old)))?;
        pairs.keep_numbers(conn, (new, old), &self.fulltext)?;
        for statement in ["reread/move_sources", "reread/move_revisions", "reread/delete_twins"] {
            conn.execute(sql(statement), both)?;
        }
        conn.execute_batch(sql("undo/make_tables"))?;
        conn.execute(sql("reread/doom"), named_params! {":old": old})?;
        let mut changes = undo::doomed(conn)?;
        changes.affected.critics.append(&mut before.critics);
        changes.affected.publications.append(&mut before.publications);
        undo::remove_doomed(conn)?;
        changes.decide(conn, self.columns, &mut self.names, &self.fulltext)?;
        conn.execute_batch(sql("undo/drop_tables"))?;
        self.names.forget();
        self.next_id = next_id(conn, &self.fulltext)?;
        Ok(())
    }

    /// Undoes import `id` within this transaction, as [`Archive::undo`](crate::Archive::undo).
    ///
    /// # Errors
    /// [`ArchiveError::NotFound`].
    pub fn undo(&mut self, id: i64) -> Result<Undone, ArchiveError> {
        // Undone data must be erased from the file as well.
        self.conn.execute_batch(sql("undo/overwrite"))?;
        self.begin_group()?;
        let undone = undo::undo(self.conn, self.columns, id)?;
        (self.changed, self.takes_back) = (true, true);
        self.fulltext = FullText::in_step(self.conn)?;
        self.next_id = next_id(self.conn, &self.fulltext)?;
        self.lookup = Lookup::default();
        self.names.forget();
        Ok(undone)
    }

    /// The number of reviews.
    ///
    /// # Errors
    /// The archive's error.
    pub fn reviews(&self) -> Result<i64, ArchiveError> {
        Ok(self.conn.query_row(sql("undo/count"), [], |row| row.get(0))?)
    }

    /// Records that this import's options changed how a dump is read.
    ///
    /// # Errors
    /// The archive's error.
    pub fn changed_reading(
        &mut self,
        dump_id: i64,
        path: &str,
        words: &str,
        read: &Reread,
    ) -> Result<Counts, ArchiveError> {
        let source_id = self.source_row(dump_id, path, words)?;
        let counts = read.counts();
        self.write_counts(source_id, &counts)?;
        Ok(counts)
    }
}

fn count(conn: &Connection, dump_id: i64) -> Result<i64, ArchiveError> {
    let of = named_params! {":dump_id": dump_id};
    Ok(conn.query_row(sql("reread/count_records"), of, |row| row.get(0))?)
}
