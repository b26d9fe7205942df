//! One import from its paths to its report.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread::ScopedJoinHandle;

use super::choose::{choose, first_readable, formats, nothing_found, own_knows, own_profile};
use super::keep;
use super::options::options_json;
use super::reader::{self, Ended, Message};
use super::report::{
    Event, ImportReport, LeftAlone, Listener, REJECTIONS_NAMED, Refused, RejectionNote,
    SourceReport,
};
use crate::archive::{Archive, ArchiveError, DumpMeta, ImportMeta, Importing};
use crate::import::columns::mapped;
use crate::import::container::{self, Dump, Found, Limits, PathError};
use crate::import::detect::DumpText;
use crate::import::format::{Format, ReadError, ReadOptions};
use crate::import::letterboxd::{self, Unit};
use crate::import::{explain, normalise};

/// What is wanted.
#[derive(Debug)]
pub struct Request<'a> {
    pub archive: &'a Path,
    pub paths: Vec<PathBuf>,
    pub limits: Limits,
    pub options: ReadOptions,
    /// A format's name, instead of detection.
    pub format: Option<String>,
    /// A profile of the person's own: its file and its text.
    pub profile: Option<(String, String)>,
    /// Do everything but store.
    pub dry_run: bool,
    /// Any rejection or refusal stores nothing at all.
    pub strict: bool,
    pub keep: Keep,
    /// The arguments, for the archive's history.
    pub command: String,
    /// Set from a signal handler; looked at between batches and inside SQLite.
    pub interrupted: Arc<AtomicBool>,
}

/// Whether the dump's own bytes go into the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Always,
    Never,
    /// Up to `KEEP_LIMIT`.
    UpToLimit,
}

/// Dumps up to 16 MiB are kept by default: every saved page and personal
/// export known is smaller, and data sets that can be had again are larger.
pub const KEEP_LIMIT: u64 = 16 << 20;

/// A group of dumps is committed once it has this many bytes. Large enough
/// that a folder of small pages pays for few syncs, small enough that little
/// is read again after a crash.
const GROUP_BYTES: u64 = 64 << 20;

/// A dump of this many bytes, 4 MiB, begins a group of its own: it may take a
/// second, and the commit before it a few milliseconds.
const LONG_DUMP: u64 = 4 << 20;

/// Dumps of this many bytes, 1 MiB, are hashed while they are read: below it, a
/// thread and a walk over the lengths of all dumps cost more than the hash.
const HASHED_BESIDE: u64 = 1 << 20;

/// Why an import failed as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Path(#[from] PathError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("{message}")]
    Usage { message: String, help: Option<String> },
    /// `stored`: the import under which whole dumps were stored before it.
    #[error("interrupted")]
    Interrupted { path: Option<String>, stored: Option<i64> },
    /// `--strict`: nothing was stored; the report says what was rejected.
    #[error("records were rejected, and --strict stores nothing then")]
    Strict(Box<ImportReport>),
}

/// Imports.
///
/// # Errors
/// [`ImportError`]; dumps that are refused one by one are in the report instead.
pub fn run(
    request: &Request<'_>,
    listener: &mut dyn Listener,
) -> Result<ImportReport, ImportError> {
    let own = own_profile(request.profile.as_ref())?;
    let formats = match &own {
        Some(profile) => {
            let mut all = vec![profile as &dyn Format];
            all.extend(formats(None)?);
            all
        }
        None => formats(request.format.as_deref())?,
    };
    let walk = container::find(&request.paths, request.limits)?;
    let mut units = letterboxd::unite(walk);
    let mut report = ImportReport::default();
    let mut first = None;
    if !request.archive.exists() {
        first = first_readable(request, &formats, &mut units, &mut report);
        if first.is_none() {
            return if request.strict && !report.refused.is_empty() {
                Err(ImportError::Strict(Box::new(report)))
            } else {
                Ok(report)
            };
        }
    }
    let mut scratch = None;
    let mut archive = open(request, &mut scratch)?;
    archive.interrupt_when(Arc::clone(&request.interrupted))?;
    let meta = ImportMeta { command: request.command.clone(), started_at: now() };
    let mut import = Import {
        request,
        formats,
        listener,
        importing: archive.import(meta),
        report,
        group_bytes: 0,
        items: 0,
    };
    for unit in first.into_iter().chain(units) {
        match unit {
            Unit::One(found) => import.found(found)?,
            Unit::Letterboxd(tables) => import.letterboxd(tables)?,
        }
    }
    import.finish()
}

/// A dry run of an archive that is not there yet works on a scratch file.
fn open(
    request: &Request<'_>,
    scratch: &mut Option<tempfile::TempDir>,
) -> Result<Archive, ImportError> {
    let is_empty = std::fs::metadata(request.archive).is_ok_and(|file| file.len() == 0);
    if request.dry_run && (is_empty || !request.archive.exists()) {
        let folder = tempfile::tempdir().map_err(ArchiveError::from)?;
        let archive = Archive::open_or_create(&folder.path().join("dry-run.db"))?;
        *scratch = Some(folder);
        return Ok(archive);
    }
    Ok(Archive::open_or_create(request.archive)?)
}

/// UTC to the second, ISO 8601.
pub(super) fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

/// The content's SHA-256, or how to come by it.
enum Hash {
    Known([u8; 32]),
    Beside(Box<dyn FnOnce() -> io::Result<[u8; 32]> + Send>),
}

impl Hash {
    fn compute(self) -> io::Result<[u8; 32]> {
        match self {
            Hash::Known(sha256) => Ok(sha256),
            Hash::Beside(compute) => compute(),
        }
    }
}

/// How a dump ended and its content's hash, or why it did not.
type Pumped = Result<(Ended, [u8; 32]), ReadError>;

/// What a thread returns; its panic is this thread's.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

struct Import<'a> {
    request: &'a Request<'a>,
    formats: Vec<&'a dyn Format>,
    listener: &'a mut dyn Listener,
    importing: Importing<'a>,
    report: ImportReport,
    group_bytes: u64,
    /// Items found in all dumps so far.
    items: u64,
}

impl<'a> Import<'a> {
    fn found(&mut self, found: Found) -> Result<(), ImportError> {
        match found {
            Found::Dump(dump) => self.dump(dump),
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

    fn refuse(&mut self, path: String, reason: String, line: Option<u64>, help: Option<String>) {
        self.report.refused.push(Refused { path, line, reason, help });
    }

    /// The tables of one export: what one of them says better, another leaves alone.
    fn letterboxd(&mut self, tables: Vec<Dump>) -> Result<(), ImportError> {
        if self.request.format.is_some() || own_knows(self.request, &self.formats, &tables) {
            return tables.into_iter().try_for_each(|table| self.dump(table));
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
            self.dump_as(table, Some(format))?;
        }
        Ok(())
    }

    fn dump(&mut self, dump: Dump) -> Result<(), ImportError> {
        self.dump_as(dump, None)
    }

    fn dump_as(&mut self, dump: Dump, told: Option<&dyn Format>) -> Result<(), ImportError> {
        if self.is_interrupted() {
            return self.stop(None);
        }
        self.listener.hear(Event::Begin { path: &dump.path, bytes: dump.size() });
        let path = dump.path.clone();
        self.one(dump, told).map_err(|error| self.cut_off(error, Some(path.clone())))?;
        self.listener.hear(Event::End { path: &path });
        if self.group_bytes >= GROUP_BYTES && self.commits_in_groups() {
            self.commit_group(path)?;
        }
        Ok(())
    }

    fn commits_in_groups(&self) -> bool {
        !self.request.strict && !self.request.dry_run
    }

    fn commit_group(&mut self, path: String) -> Result<(), ImportError> {
        self.listener.hear(Event::Committing);
        self.importing
            .commit_group()
            .map_err(ImportError::from)
            .map_err(|error| self.cut_off(error, Some(path)))?;
        self.group_bytes = 0;
        Ok(())
    }

    /// Keeps whole dumps that wait for their group's commit from being taken
    /// back when the next dump is interrupted: before a long one they are made
    /// durable; during a short one a signal is heard between batches only.
    fn spare_whole_dumps(&mut self, next: &Dump) -> Result<(), ImportError> {
        if self.commits_in_groups() && self.group_bytes > 0 && next.size() >= LONG_DUMP {
            self.commit_group(next.path.clone())?;
        }
        self.importing.listen(self.group_bytes == 0 || !self.commits_in_groups());
        Ok(())
    }

    /// An interruption inside SQLite, told as what it is. What is not committed
    /// is rolled back when the import is dropped.
    fn cut_off(&self, error: ImportError, path: Option<String>) -> ImportError {
        match error {
            ImportError::Archive(ArchiveError::Interrupted) => {
                ImportError::Interrupted { path, stored: self.importing.committed_id() }
            }
            other => other,
        }
    }

    fn one(&mut self, dump: Dump, told: Option<&dyn Format>) -> Result<(), ImportError> {
        // Content of a length that no stored dump has is new: its hash can wait
        // until the reading is done, and is computed beside it.
        let beside = if dump.size() < HASHED_BESIDE || self.importing.size_is_known(dump.size())? {
            None
        } else {
            dump.hash_beside()
        };
        let hash = match beside {
            Some(beside) => Hash::Beside(Box::new(beside)),
            None => match dump.sha256() {
                Ok(sha256) if self.met_again(&dump, &sha256)? => return Ok(()),
                Ok(sha256) => Hash::Known(sha256),
                Err(error) => {
                    self.refuse(dump.path, error.to_string(), None, None);
                    return Ok(());
                }
            },
        };
        let chosen = match told {
            Some(format) => Some(format),
            None => choose(self.request, &self.formats, &mut self.report, &dump),
        };
        match chosen {
            Some(format) => self.read(dump, hash, format),
            None => Ok(()),
        }
    }

    fn is_interrupted(&self) -> bool {
        self.request.interrupted.load(Ordering::Relaxed)
    }

    /// The same bytes, read in the same way before, are not read again.
    fn met_again(&mut self, dump: &Dump, sha256: &[u8; 32]) -> Result<bool, ImportError> {
        let options = options_json(&self.request.options);
        let stem = dump.stem();
        let own = own_knows(self.request, &self.formats, std::slice::from_ref(dump));
        let own = self.formats.first().filter(|_| own).map(|format| format.name());
        let wanted = self.request.format.as_deref().or(own);
        let known = self.importing.known(sha256)?.into_iter().find(|known| {
            known.options == options
                && known
                    .file_name
                    .as_deref()
                    .is_none_or(|name| name.to_lowercase() == stem.to_lowercase())
                && wanted.is_none_or(|format| format == known.format)
        });
        let Some(known) = known else { return Ok(false) };
        let counts = self.importing.again(known.dump_id, &dump.path)?;
        self.add(SourceReport {
            path: dump.path.clone(),
            format: known.format,
            counts,
            again: true,
            ..SourceReport::default()
        });
        Ok(true)
    }

    fn add(&mut self, source: SourceReport) {
        self.report.total.add(&source.counts);
        self.report.sources.push(source);
    }

    fn read(&mut self, dump: Dump, hash: Hash, format: &dyn Format) -> Result<(), ImportError> {
        let stem = dump.stem().to_owned();
        let size = dump.size();
        self.spare_whole_dumps(&dump)?;
        self.importing.begin_dump(&DumpMeta {
            size,
            format: format.name().to_owned(),
            options: options_json(&self.request.options),
            path: dump.path.clone(),
        })?;
        let mut source = SourceReport {
            path: dump.path.clone(),
            format: format.name().to_owned(),
            warning: dump.warning.clone(),
            ..SourceReport::default()
        };
        let before = self.items;
        let (dump, outcome) = self.pump(dump, hash, format, &stem, &mut source)?;
        let is_empty = self.request.format.is_some() && self.items == before;
        let outcome =
            if is_empty && outcome.is_ok() { Err(nothing_found(format)) } else { outcome };
        match outcome {
            Ok((ended, sha256)) => {
                source.encoding.clone_from(&ended.encoding);
                source.titled_by_file =
                    ended.titled_by_file.then(|| normalise::title_of_file(&stem).0);
                let file_name = ended.titled_by_file.then_some(stem.as_str());
                let encoding = ended.encoding.as_deref().unwrap_or("UTF-8");
                self.keep(&dump, &sha256, &mut source)?;
                source.unused_columns = self.unused_columns(&dump, format)?;
                source.counts = self.importing.end_dump(&sha256, file_name, encoding)?;
                self.group_bytes += size;
                self.add(source);
                Ok(())
            }
            Err(ReadError::Stopped) => {
                // What stopped the reading must not stop the rolling back.
                self.importing.listen(false);
                self.importing.abandon_dump()?;
                self.stop(Some(dump.path))
            }
            Err(error) => {
                self.importing.abandon_dump()?;
                let (line, help) = match &error {
                    ReadError::Malformed { line, help, .. } => (*line, help.clone()),
                    _ => (None, None),
                };
                self.refuse(dump.path, error.to_string(), line, help);
                Ok(())
            }
        }
    }

    /// Columns that feed no field, once for each shape of table. A profile
    /// leaves out what it does by decision; only a table read by its header is told of.
    fn unused_columns(&self, dump: &Dump, format: &dyn Format) -> Result<Vec<String>, ImportError> {
        if format.name() != mapped::NAME {
            return Ok(Vec::new());
        }
        let uses = explain::columns_of(format, &mut DumpText::new(dump), &self.request.options)
            .map_err(|error| ArchiveError::from(std::io::Error::other(error.to_string())))?;
        let unused: Vec<String> = uses
            .into_iter()
            .filter(|used| used.fields.is_empty())
            .map(|used| used.column)
            .collect();
        let told = self.report.sources.iter().any(|source| source.unused_columns == unused);
        Ok(if told { Vec::new() } else { unused })
    }

    /// Reads on another thread and stores on this one until the dump ends.
    fn pump(
        &mut self,
        dump: Dump,
        hash: Hash,
        format: &dyn Format,
        stem: &str,
        source: &mut SourceReport,
    ) -> Result<(Dump, Pumped), ImportError> {
        let progress = AtomicU64::new(0);
        let options = &self.request.options;
        std::thread::scope(|scope| {
            let (to, from) = sync_channel(4);
            let progress = &progress;
            let reader = scope.spawn(move || {
                let outcome = reader::read(&dump, format, options, stem, progress, to);
                (dump, outcome)
            });
            let hasher = scope.spawn(move || hash.compute());
            let mut stored = Ok(());
            for batch in &from {
                stored = batch.into_iter().try_for_each(|message| self.store(message, source));
                self.listener.hear(Event::Read { bytes: progress.load(Ordering::Relaxed) });
                if stored.is_err() || self.is_interrupted() {
                    break;
                }
            }
            // Dropping the receiver stops a reader that is still sending.
            drop(from);
            let (dump, outcome) = joined(reader);
            let outcome = outcome.and_then(|ended| Ok((ended, joined(hasher)?)));
            match stored {
                Err(ArchiveError::Interrupted) => Ok((dump, Err(ReadError::Stopped))),
                Err(error) => Err(error.into()),
                Ok(()) if self.is_interrupted() => Ok((dump, Err(ReadError::Stopped))),
                Ok(()) => Ok((dump, outcome)),
            }
        })
    }

    fn store(&mut self, message: Message, source: &mut SourceReport) -> Result<(), ArchiveError> {
        self.items += 1;
        match message {
            Message::Review(at, review) => {
                self.importing.review(at.record, at.line, *review).map(drop)
            }
            Message::Work(work) => self.importing.work(&work),
            Message::Claim(claim) => self.importing.claim(&claim),
            Message::Rejected { at, reason, raw } => {
                self.importing.reject(at.record, at.line, &reason, &raw)?;
                if source.rejections.len() < REJECTIONS_NAMED {
                    source.rejections.push(RejectionNote { line: at.line, reason });
                }
                Ok(())
            }
            Message::LeftAlone(reason) => {
                self.importing.left_alone();
                match source.left_alone.iter_mut().find(|(known, _)| known == reason) {
                    Some((_, count)) => *count += 1,
                    None => source.left_alone.push((reason.to_owned(), 1)),
                }
                Ok(())
            }
        }
    }

    fn keep(
        &mut self,
        dump: &Dump,
        sha256: &[u8; 32],
        source: &mut SourceReport,
    ) -> Result<(), ImportError> {
        let wanted = match self.request.keep {
            Keep::Always => true,
            Keep::Never => false,
            Keep::UpToLimit => dump.size() <= KEEP_LIMIT,
        };
        if !wanted || self.request.dry_run {
            return Ok(());
        }
        match dump.open().and_then(keep::packed).map_err(ArchiveError::from)? {
            Some(bytes) => self.importing.keep(sha256, dump.size(), &bytes)?,
            None => source.warning = Some(keep::too_long()),
        }
        Ok(())
    }

    /// Interrupted: whole dumps before this one stay, unless all or nothing was asked.
    fn stop(&mut self, path: Option<String>) -> Result<(), ImportError> {
        let mut stored = None;
        if !self.request.strict && !self.request.dry_run {
            self.importing.listen(false);
            self.importing.commit_group()?;
            stored = self.importing.id();
        }
        Err(ImportError::Interrupted { path, stored })
    }

    fn finish(mut self) -> Result<ImportReport, ImportError> {
        let bad = self.report.total.rejected > 0 || !self.report.refused.is_empty();
        if self.request.strict && bad {
            self.importing.roll_back()?;
            return Err(ImportError::Strict(Box::new(self.report)));
        }
        if self.request.dry_run {
            self.importing.roll_back()?;
            return Ok(self.report);
        }
        self.listener.hear(Event::Committing);
        let only = match self.report.sources.as_slice() {
            [source] => Some(source.path.clone()),
            _ => None,
        };
        let stored = self.importing.committed_id();
        self.report.import_id = match self.importing.finish(&now()) {
            Err(ArchiveError::Interrupted) => {
                return Err(ImportError::Interrupted { path: only, stored });
            }
            finished => finished?,
        };
        Ok(self.report)
    }
}
