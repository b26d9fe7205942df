//! The course of an import: one dump after another, in the order of the walk.
//!
//! Owns: what is refused, which dumps make up one transaction, and how an import ends or is
//! stopped. Must never: recognise known dumps (`known_dumps` does), read a dump or store a record
//! (`storing` does), or depend on how far `prefetch` has read: every decision is made in walk
//! order, so the archive and the report are the same with and without prefetching.

use std::sync::atomic::Ordering;

use super::choose::{choose, own_knows};
use super::known_dumps::{Looked, Met};
use super::prefetch::{Early, Next, Prefetcher};
use super::report::{Event, ImportReport, LeftAlone, Listener, Refused, SourceReport};
use super::run::{ImportError, Request, Result};
use super::stored_paths::StoredPaths;
use crate::clock;
use revdb_formats::container::{Dump, Found};
use revdb_formats::format::Format;
use revdb_formats::letterboxd::{self, Unit};
use revdb_store::{ArchiveError, Importing};

/// A group of dumps is committed at this size. Large enough that a folder of small pages needs few
/// syncs, small enough that little is read again after a crash.
const GROUP_BYTES: u64 = 64 << 20;

/// A dump of at least 4 MiB begins its own group: it may take a second, and the preceding commit
/// only a few milliseconds.
const LONG_DUMP: u64 = 4 << 20;

/// A dump's description without its bytes.
pub(super) struct Label {
    pub(super) path: String,
    pub(super) stem: String,
    /// Size in bytes.
    pub(super) size: u64,
    pub(super) warning: Option<String>,
}

impl Label {
    pub(super) fn of(dump: &Dump) -> Self {
        Self {
            path: dump.path.clone(),
            stem: dump.stem().to_owned(),
            size: dump.size(),
            warning: dump.warning.clone(),
        }
    }
}

/// An import in progress.
pub(super) struct Import<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) formats: &'a [&'a dyn Format],
    pub(super) listener: &'a mut dyn Listener,
    pub(super) importing: Importing<'a>,
    pub(super) report: ImportReport,
    /// Bytes of completed dumps that wait for their group's commit.
    pub(super) group_bytes: u64,
    pub(super) stored_paths: StoredPaths,
    /// Items in all dumps so far.
    pub(super) items: u64,
    /// The other owner given earlier for the current dump's bytes.
    pub(super) also_of: Option<String>,
}

impl<'a> Import<'a> {
    /// `report`: entries from before there was an archive.
    pub(super) fn new(
        request: &'a Request<'a>,
        formats: &'a [&'a dyn Format],
        listener: &'a mut dyn Listener,
        importing: Importing<'a>,
        report: ImportReport,
    ) -> Self {
        let stored_paths = StoredPaths::of(&request.paths);
        let (group_bytes, items, also_of) = (0, 0, None);
        Self {
            request,
            formats,
            listener,
            importing,
            report,
            group_bytes,
            stored_paths,
            items,
            also_of,
        }
    }

    /// Processes the rest of the walk.
    pub(super) fn through(
        mut self,
        mut ahead: Prefetcher<'_, '_, impl Iterator<Item = Unit>>,
    ) -> Result<ImportReport> {
        while let Some(next) = ahead.next(&mut self.importing).map_err(|e| self.cut_off(e, None))? {
            match next {
                Next::Unit(Unit::One(found)) => self.found(found)?,
                Next::Unit(Unit::Letterboxd(tables)) => self.letterboxd(tables)?,
                Next::Hashed(dump, sha256) => self.dump_as(dump, Some(sha256), None)?,
                Next::Early(early) => self.early(early)?,
            }
        }
        if self.is_interrupted() {
            self.stop(None)?;
        }
        self.finish()
    }

    fn found(&mut self, found: Found) -> Result {
        match found {
            Found::Dump(dump) => self.dump_as(dump, None, None),
            Found::LeftAlone { path, reason } => {
                self.report.left_alone.push(LeftAlone { path, reason });
                Ok(())
            }
            Found::Refused { path, reason } => {
                self.refuse(path, reason, None, None);
                Ok(())
            }
        }
    }

    pub(super) fn refuse(
        &mut self,
        path: String,
        reason: String,
        line: Option<u64>,
        help: Option<String>,
    ) {
        self.report.refused.push(Refused { path, line, reason, help, shown: None });
    }

    /// The tables of one export: rows covered by one table are skipped in another.
    fn letterboxd(&mut self, tables: Vec<Dump>) -> Result {
        if self.request.format.is_some() || own_knows(self.request, self.formats, &tables) {
            return tables.into_iter().try_for_each(|table| self.dump_as(table, None, None));
        }
        let united = match letterboxd::formats(&tables) {
            Ok(united) => united,
            Err(error) => {
                for table in tables {
                    self.refuse(table.path, error.to_string(), None, None);
                }
                return Ok(());
            }
        };
        for (table, format) in tables.into_iter().zip(&united) {
            self.dump_as(table, None, Some(format))?;
        }
        Ok(())
    }

    fn dump_as(
        &mut self,
        dump: Dump,
        sha256: Option<[u8; 32]>,
        explicit: Option<&dyn Format>,
    ) -> Result {
        let (path, bytes) = (dump.path.clone(), dump.size());
        self.turn(path, bytes, |import| import.one(dump, sha256, explicit))
    }

    fn early(&mut self, early: Early<'_, '_>) -> Result {
        let (path, bytes) = (early.label.path.clone(), early.label.size);
        self.turn(path, bytes, |import| import.one_early(early))
    }

    /// Processes one dump by `take`, reports its begin and end, and commits large groups.
    pub(super) fn turn(
        &mut self,
        path: String,
        bytes: u64,
        take: impl FnOnce(&mut Self) -> Result,
    ) -> Result {
        if self.is_interrupted() {
            return self.stop(None);
        }
        self.listener.hear(Event::Begin { path: &path, bytes });
        match take(self) {
            Err(ImportError::Archive(error)) => return Err(self.cut_off(error, Some(path))),
            taken => taken?,
        }
        self.listener.hear(Event::End { path: &path });
        if self.group_bytes >= GROUP_BYTES && self.commits_in_groups() {
            self.commit_group(path)?;
        }
        Ok(())
    }

    fn commits_in_groups(&self) -> bool {
        !self.request.strict && !self.request.dry_run
    }

    fn commit_group(&mut self, path: String) -> Result {
        self.listener.hear(Event::Committing);
        self.importing.commit_group().map_err(|error| self.cut_off(error, Some(path)))?;
        self.group_bytes = 0;
        Ok(())
    }

    /// Protects completed but uncommitted dumps from being rolled back when the next dump is
    /// interrupted: before a long dump they are committed; during a short one signals are handled
    /// between batches only.
    pub(super) fn spare_whole_dumps(&mut self, next: &Label) -> Result {
        if self.commits_in_groups() && self.group_bytes > 0 && next.size >= LONG_DUMP {
            self.commit_group(next.path.clone())?;
        }
        self.importing.listen(self.group_bytes == 0 || !self.commits_in_groups());
        Ok(())
    }

    /// Converts an interruption inside SQLite. Uncommitted data are rolled back when the import is
    /// dropped.
    fn cut_off(&self, error: ArchiveError, path: Option<String>) -> ImportError {
        match error {
            ArchiveError::Interrupted => {
                ImportError::Interrupted { path, stored: self.importing.committed_id() }
            }
            error => match self.importing.committed_id() {
                Some(stored) => ImportError::CutOff { error, stored },
                None => error.into(),
            },
        }
    }

    fn one(
        &mut self,
        dump: Dump,
        sha256: Option<[u8; 32]>,
        explicit: Option<&dyn Format>,
    ) -> Result {
        let hash = match self.hash(&dump, sha256)? {
            Looked::New(hash) => hash,
            Looked::Done => return Ok(()),
            Looked::OtherOptions(sha256, known) => {
                return self.reread(dump, sha256, known, explicit);
            }
        };
        let chosen = match explicit {
            Some(format) => Ok(format),
            None => choose(self.request, self.formats, &dump),
        };
        match chosen {
            Ok(format) => self.read(dump, hash, format),
            Err(unread) => {
                unread.note(&mut self.report);
                Ok(())
            }
        }
    }

    /// A dump that `prefetch` has begun to read. Its records are discarded if the dump is known by
    /// now.
    fn one_early(&mut self, early: Early<'_, '_>) -> Result {
        match early.opened() {
            None => drop(early.thread.join()),
            Some(Err(error)) => self.refuse(early.label.path, error.to_string(), None, None),
            Some(Ok(opened)) => {
                match self.known_as(&early.label, false, &opened.sha256)? {
                    Met::Never => {}
                    Met::SameOptions => return Ok(()),
                    Met::OtherOptions(known) => {
                        drop(early.batches);
                        let dump = early.thread.join().dump;
                        return self.reread(dump, opened.sha256, known, None);
                    }
                }
                match opened.format {
                    Ok(format) => return self.store_early(early, format),
                    Err(unread) => unread.note(&mut self.report),
                }
            }
        }
        Ok(())
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.request.interrupted.load(Ordering::Relaxed)
    }

    pub(super) fn add(&mut self, source: SourceReport) {
        self.report.total.add(&source.counts);
        self.report.sources.push(source);
    }

    /// Interrupted: completed dumps are kept, except with all-or-nothing.
    pub(super) fn stop(&mut self, path: Option<String>) -> Result {
        let mut stored = None;
        if !self.request.strict && !self.request.dry_run {
            self.importing.listen(false);
            self.importing.commit_group()?;
            stored = self.importing.id();
        }
        Err(ImportError::Interrupted { path, stored })
    }

    fn finish(mut self) -> Result<ImportReport> {
        let bad = self.report.total.rejected > 0 || !self.report.refused.is_empty();
        if self.request.strict && bad {
            self.importing.roll_back()?;
            return Err(ImportError::Strict(Box::new(self.report)));
        }
        if self.request.dry_run {
            self.importing.roll_back()?;
            return Ok(self.report);
        }
        if !self.report.sources.is_empty() {
            self.listener.hear(Event::Committing);
        }
        let only = match self.report.sources.as_slice() {
            [source] => Some(source.path.clone()),
            _ => None,
        };
        let stored = self.importing.committed_id();
        self.report.import_id = match self.importing.finish(&clock::second()) {
            Err(ArchiveError::Interrupted) => {
                return Err(ImportError::Interrupted { path: only, stored });
            }
            Err(error) => {
                return Err(match stored {
                    Some(stored) => ImportError::CutOff { error, stored },
                    None => error.into(),
                });
            }
            Ok(id) => id,
        };
        Ok(self.report)
    }
}
