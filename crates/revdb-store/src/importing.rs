//! One run of `revdb import`.
//!
//! Owns: the rows of imports and sources; in its submodules the transaction (`group`), the current
//! dump's savepoint (`dump`), the works that it names (`mentions`), and the outcome of each record
//! (`records`). Must never: leave part of a dump stored; dropping an unfinished [`Importing`]
//! rolls back what is not committed.

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
mod outcomes;
mod readings;
mod records;
mod repeats;
mod reread;
mod spilling;
mod touched;

pub use adopt::{Adopted, OtherDump, Record, Records};
use lookup::Lookup;
use outcomes::Outcomes;
pub use readings::{Reading, StoredOptions};
use repeats::Repeats;
pub use reread::{DumpReading, Reread, Revision};
use touched::Touched;

/// The import's row.
#[derive(Debug, Clone)]
pub struct ImportMeta {
    /// The arguments, for people.
    pub command: String,
    /// UTC, ISO 8601.
    pub started_at: String,
}

/// A dump's properties known before its records.
#[derive(Debug, Clone)]
pub struct DumpMeta {
    /// Decompressed size in bytes.
    pub size: u64,
    /// The format's name.
    pub format: String,
    /// JSON of the options that change the reading.
    pub options: String,
    /// The path to show.
    pub path: String,
    /// The site, if the dump is one account's own export.
    pub account: Option<String>,
    /// Whether its records are standing marks, one per work, which a later export changes.
    pub standing: bool,
}

/// An earlier reading of the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDump {
    /// The dump.
    pub dump_id: i64,
    /// The format's name.
    pub format: String,
    /// JSON of its options.
    pub options: String,
    /// Set if the file's name was used as the title.
    pub file_name: Option<String>,
    /// Whether its bytes are stored.
    pub has_raw_dump: bool,
}

/// Outcomes of a dump's records; they add up to the records read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Records that became new reviews.
    pub new: u64,
    /// Records that changed a review.
    pub changed: u64,
    /// Records that filled empty fields of a review.
    pub filled_in: u64,
    /// Records that added nothing.
    pub same: u64,
    /// Records that could not become reviews.
    pub rejected: u64,
    /// Records that the format skips.
    pub left_alone: u64,
    /// Records that describe a work and no review.
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

    /// The number of records that belong to a review.
    fn sightings(&self) -> i64 {
        (self.new + self.changed + self.filled_in + self.same).cast_signed()
    }

    /// Adds other counts.
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

/// The outcome of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It became a new review.
    New,
    /// It changed a review.
    Changed,
    /// It filled empty fields of a review.
    FilledIn,
    /// It added nothing.
    Same,
}

/// A page's claim about its reviews.
#[derive(Debug, Clone)]
pub struct StoredClaim {
    /// The audience that it is about.
    pub audience: Audience,
    /// metascore, user_score, critics, ratings, positive, mixed or negative.
    pub kind: Cow<'static, str>,
    /// The claimed number.
    pub value: f64,
    /// The maximum of the claimed number, if the page gives one.
    pub out_of: Option<f64>,
    /// The work that the page names.
    pub work: WorkMention,
}

/// The result of a dump.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DumpSummary {
    /// Outcomes of its records.
    pub counts: Counts,
    /// Records of a review that an earlier record of the dump also has.
    pub repeated: u64,
    /// The lines of the first of them.
    pub repeated_lines: Vec<u64>,
    /// Set if neither this dump nor one before at the same path names a reviewer: the number of
    /// works in common, and that dump's date.
    pub unnamed_before: Option<(u64, String)>,
    /// Set if most of its works have another title in a dump that numbers works by the same name.
    pub titled_otherwise: Option<TitledOtherwise>,
}

/// Works of two data sets under the same numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitledOtherwise {
    /// How many, among the first works.
    pub works: u64,
    /// The number of the first, with the name of its column.
    pub id: String,
    /// Its title in this dump.
    pub here: String,
    /// Its title in the other.
    pub there: String,
    /// The path of the other.
    pub path: String,
}

/// The most lines in `repeated_lines`.
const REPEATS_NAMED: usize = 5;

impl DumpSummary {
    fn note_repeat(&mut self, line: u64) {
        self.repeated += 1;
        if self.repeated_lines.len() < REPEATS_NAMED {
            self.repeated_lines.push(line);
        }
    }
}

/// The current dump.
struct InDump {
    id: i64,
    /// 0 during a reread.
    source_id: i64,
    /// The dump that this reading replaces.
    replaces: Option<i64>,
    account: Option<String>,
    standing: bool,
    repeats: Repeats,
    /// Reviews with a record of this dump.
    touched: Touched,
    /// Records that match one of several reviews, or one that already has a record of this dump:
    /// they are assigned provisionally and resolved at the dump's end.
    open: BTreeSet<i64>,
    outcomes: Outcomes,
    summary: DumpSummary,
    mentions: FxHashMap<WorkMention, (i64, i64)>,
    last_mention: i64,
    claims: i64,
    rejections: i64,
    changes: ChangeSet,
    /// Whether it may have more reviews than the archive.
    is_bulk: bool,
}

/// An import in progress.
pub struct Importing<'a> {
    conn: &'a Connection,
    columns: &'a ColumnMaintainer,
    listening: Arc<AtomicBool>,
    meta: ImportMeta,
    names: Names,
    import_id: Option<i64>,
    committed: bool,
    in_group: bool,
    /// Changes other than this import's own dumps must be committed.
    changed: bool,
    /// An import is undone: its words are also removed from the full-text index.
    takes_back: bool,
    fulltext: FullText,
    next_id: i64,
    lookup: Lookup,
    dump: Option<InDump>,
}

impl Archive {
    /// Starts an import. Nothing is written before the first dump.
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
    ///
    /// # Errors
    /// The archive's error.
    pub fn known(&mut self, sha256: &[u8; 32]) -> Result<Vec<KnownDump>, ArchiveError> {
        self.begin_group()?;
        let mut statement = self.conn.prepare_cached(sql("import/readings_of_content"))?;
        let rows = statement.query_map(named_params! {":sha256": sha256}, |row| {
            Ok(KnownDump {
                dump_id: row.get(0)?,
                format: row.get(1)?,
                options: row.get(2)?,
                file_name: row.get(3)?,
                has_raw_dump: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a stored dump has this size.
    ///
    /// # Errors
    /// The archive's error.
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

    /// The import's number, once a group of dumps was committed.
    pub fn committed_id(&self) -> Option<i64> {
        self.import_id.filter(|_| self.committed)
    }

    /// Records that a stored dump was met again. `words` is the JSON of the options given this
    /// time, which change nothing.
    ///
    /// # Errors
    /// The archive's error.
    pub fn record_known_dump(
        &mut self,
        dump_id: i64,
        path: &str,
        words: &str,
    ) -> Result<Counts, ArchiveError> {
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

    /// Sets whether a signal interrupts SQLite, which rolls back the transaction and with it the
    /// open group's dumps.
    pub fn listen(&mut self, listen: bool) {
        self.listening.store(listen, Ordering::Relaxed);
    }
}
