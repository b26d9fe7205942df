//! One run of `revdb import`, as the archive sees it.
//!
//! Owns: the rows of imports and sources; below it the transaction (`group`),
//! the savepoint of the dump in progress (`dump`), the works that it names
//! (`mentions`), and the classification of every record as new, changed, filled
//! in or same (`records`). Must never: leave part of a dump behind, whatever
//! stops it; dropping an unfinished [`Importing`] rolls back what is not committed.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, named_params};
use rustc_hash::FxHashMap;

use super::changes::ChangeSet;
use super::columns::ColumnMaintainer;
use super::fulltext::FullText;
use super::names::Names;
use super::{Archive, ArchiveError, sql::sql};
use revdb_model::{Audience, WorkMention};

mod adopt;
mod dump;
mod group;
#[cfg(test)]
mod growth;
mod lookup;
mod mentions;
mod readings;
mod records;
mod repeats;
mod reread;
mod touched;

pub use adopt::{Adopted, OtherDump, Record, Records};
use lookup::Lookup;
pub use readings::{Reading, Words};
use repeats::Repeats;
pub use reread::{DumpReading, Reread, Revision};
use touched::Touched;

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
    /// The site, where it is one account's own export.
    pub account: Option<String>,
    /// Its records are standing marks, one for each work: a later export changes them.
    pub standing: bool,
}

/// An earlier reading of the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub dump_id: i64,
    pub format: String,
    pub options: String,
    pub file_name: Option<String>,
    /// Its bytes are in the archive.
    pub kept: bool,
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
    fn of(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::New => &mut self.new,
            Outcome::Changed => &mut self.changed,
            Outcome::FilledIn => &mut self.filled_in,
            Outcome::Same => &mut self.same,
        }
    }

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
    pub kind: Cow<'static, str>,
    pub value: f64,
    pub out_of: Option<f64>,
    pub work: WorkMention,
}

/// What is known of a dump when its last record has been taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ended {
    pub counts: Counts,
    /// Records of reviews that an earlier record of the same dump holds, and the lines of the first of them.
    pub repeated: u64,
    pub repeated_lines: Vec<u64>,
    /// The dump names nobody, and neither does one at this path, which has so many of the same works.
    pub unnamed_before: Option<(u64, String)>,
}

/// Lines of repeated records that are named.
const REPEATS_NAMED: usize = 5;

impl Ended {
    fn note_repeat(&mut self, line: u64) {
        self.repeated += 1;
        if self.repeated_lines.len() < REPEATS_NAMED {
            self.repeated_lines.push(line);
        }
    }
}

/// What is counted of each record so far, by its number: what comes after it can make works one
/// or two, and its review another.
#[derive(Debug, Default)]
struct Outcomes(Vec<Option<(Outcome, bool)>>);

impl Outcomes {
    /// `is_repeat`: a record before it in the dump is of the same review.
    fn count(&mut self, ended: &mut Ended, (record, line): (i64, i64), found: (Outcome, bool)) {
        let at = usize::try_from(record).unwrap_or(0);
        if self.0.len() <= at {
            self.0.resize(at + 1, None);
        }
        let before = self.0[at].replace(found);
        if let Some((outcome, _)) = before {
            *ended.counts.of(outcome) -= 1;
        }
        *ended.counts.of(found.0) += 1;
        if found.1 && !before.is_some_and(|(_, is_repeat)| is_repeat) {
            ended.note_repeat(line.unsigned_abs());
        }
    }
}

/// The dump in progress.
struct InDump {
    id: i64,
    /// 0 while it is read again.
    source_id: i64,
    /// The dump whose reading this one is to take the place of.
    replaces: Option<i64>,
    account: Option<String>,
    standing: bool,
    repeats: Repeats,
    /// Reviews that a record of this dump is of.
    touched: Touched,
    /// Records that meet one of several reviews, or one that the dump holds already: they
    /// are put with one of these, and decided at the dump's end.
    open: BTreeSet<i64>,
    outcomes: Outcomes,
    ended: Ended,
    mentions: FxHashMap<WorkMention, (i64, i64)>,
    last_mention: i64,
    claims: i64,
    rejections: i64,
    changes: ChangeSet,
    /// Could bring more reviews than the archive has.
    is_bulk: bool,
}

/// An import under way.
pub struct Importing<'a> {
    conn: &'a Connection,
    columns: &'a ColumnMaintainer,
    listening: Arc<AtomicBool>,
    meta: ImportMeta,
    names: Names,
    import_id: Option<i64>,
    committed: bool,
    in_group: bool,
    /// Something is to be made durable beside this import's own dumps.
    changed: bool,
    /// An import is taken back: its words go from the full-text index, too.
    takes_back: bool,
    fulltext: FullText,
    next_id: i64,
    lookup: Lookup,
    dump: Option<InDump>,
}

impl Archive {
    /// Begins an import. Nothing is written before the first dump.
    pub fn import(&mut self, meta: ImportMeta) -> Importing<'_> {
        Importing {
            conn: &self.conn,
            columns: &self.columns,
            listening: Arc::clone(&self.listening),
            meta,
            names: Names::default(),
            import_id: None,
            committed: false,
            in_group: false,
            changed: false,
            takes_back: false,
            fulltext: FullText::default(),
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
                kept: row.get(4)?,
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

    /// Notes that a dump which the archive holds was met again. `words`, JSON: what was said
    /// of its reading this time, all of which holds already.
    pub fn again(&mut self, dump_id: i64, path: &str, words: &str) -> Result<Counts, ArchiveError> {
        self.begin_group()?;
        let source_id = self.source_row(dump_id, path, words)?;
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

    fn source_row(&mut self, dump_id: i64, path: &str, words: &str) -> Result<i64, ArchiveError> {
        let import_id = self.import_row()?;
        Ok(self.conn.query_row(
            sql("import/insert_source"),
            named_params! {":import_id": import_id, ":dump_id": dump_id, ":path": path, ":words": words},
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

    /// Whether a signal stops what SQLite is doing. SQLite takes back the whole
    /// transaction then, and with it the whole dumps of an open group.
    pub fn listen(&mut self, listen: bool) {
        self.listening.store(listen, Ordering::Relaxed);
    }
}
