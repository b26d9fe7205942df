//! One import from its paths to its report.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;

use super::reader::{self, Ended, Message};
use super::report::{
    Event, ImportReport, LeftAlone, Listener, REJECTIONS_NAMED, Refused, RejectionNote,
    SourceReport,
};
use crate::archive::{Archive, ArchiveError, DumpMeta, ImportMeta, Importing};
use crate::domain::{DateOrder, Scale};
use crate::import::columns::mapped;
use crate::import::container::{self, Dump, Found, Limits, PathError};
use crate::import::detect::{self, DumpText, Undecided};
use crate::import::format::{Format, ReadError, ReadOptions, Sink, Stop};
use crate::import::letterboxd::{self, Unit};
use crate::import::profile::Profile;
use crate::import::record::{Item, Position};
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
        Some(profile) => vec![profile as &dyn Format],
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
    };
    for unit in first.into_iter().chain(units) {
        match unit {
            Unit::One(found) => import.found(found)?,
            Unit::Letterboxd(tables) => import.letterboxd(tables)?,
        }
    }
    import.finish()
}

/// Goes on to the first dump that can be read, so that no archive is created
/// where there is nothing to put into it.
fn first_readable(
    request: &Request<'_>,
    formats: &[&dyn Format],
    units: &mut impl Iterator<Item = Unit>,
    report: &mut ImportReport,
) -> Option<Unit> {
    for unit in units {
        match unit {
            Unit::One(Found::Dump(dump)) => {
                if let Some(format) = choose(request, formats, report, &dump)
                    && begins(format, &dump, &request.options, report)
                {
                    return Some(Unit::One(Found::Dump(dump)));
                }
            }
            Unit::One(Found::LeftAlone { path, reason }) => {
                report.left_alone.push(LeftAlone { path, reason });
            }
            Unit::One(Found::Refused { path, reason }) => {
                report.refused.push(Refused { path, line: None, reason, help: None });
            }
            tables => return Some(tables),
        }
    }
    None
}

/// Reads up to the first record: a dump that is refused for its header is so
/// refused before there is an archive.
fn begins(
    format: &dyn Format,
    dump: &Dump,
    options: &ReadOptions,
    report: &mut ImportReport,
) -> bool {
    struct First;
    impl Sink for First {
        fn item(&mut self, _: Position, _: &dyn Fn() -> String, _: Item) -> Result<(), Stop> {
            Err(Stop)
        }
    }
    let (line, help, reason) = match format.read(&mut DumpText::new(dump), options, &mut First) {
        Ok(()) | Err(ReadError::Stopped) => return true,
        Err(ReadError::Malformed { message, line, help }) => (line, help, message),
        Err(error) => (None, None, error.to_string()),
    };
    report.refused.push(Refused { path: dump.path.clone(), line, reason, help });
    false
}

/// The dump's format; `None` where it was refused or left alone, and noted so.
fn choose<'f>(
    request: &Request<'_>,
    formats: &[&'f dyn Format],
    report: &mut ImportReport,
    dump: &Dump,
) -> Option<&'f dyn Format> {
    let path = dump.path.clone();
    let looked = match detect::look(dump) {
        Ok(looked) => looked,
        Err(error) => {
            let reason = error.to_string();
            report.refused.push(Refused { path, line: None, reason, help: None });
            return None;
        }
    };
    let explicit = request.paths.iter().any(|given| given.as_os_str() == dump.path.as_str());
    let told = request.format.is_some() || request.profile.is_some();
    let undecided = match looked {
        Err(reason) => Undecided::Unsupported(reason),
        Ok(_) if told => return formats.first().copied(),
        Ok(head) => match detect::choose(&head.probe(), formats) {
            Ok(format) => return Some(format),
            // Whoever maps columns says that it is a table.
            Err(Undecided::Nobody) if !request.options.map.is_empty() => {
                let table = formats.iter().find(|format| format.name() == mapped::NAME);
                match table {
                    Some(format) => return Some(*format),
                    None => Undecided::Nobody,
                }
            }
            Err(undecided) => undecided,
        },
    };
    let (reason, help) = explain_undecided(&undecided);
    if explicit || told {
        report.refused.push(Refused { path, line: None, reason, help });
    } else {
        report.left_alone.push(LeftAlone { path, reason });
    }
    None
}

/// `--profile` (its file's name and text): the person's own format, which is then the only one.
///
/// # Errors
/// [`ImportError::Usage`] where it does not parse.
pub fn own_profile(told: Option<&(String, String)>) -> Result<Option<Profile>, ImportError> {
    let Some((file, text)) = told else { return Ok(None) };
    match Profile::parse(file, text) {
        Ok(profile) => Ok(Some(profile)),
        Err(error) => Err(ImportError::Usage { message: error.to_string(), help: None }),
    }
}

/// Every format, or the one that was named.
///
/// # Errors
/// [`ImportError::Usage`] where none has that name.
pub fn formats(wanted: Option<&str>) -> Result<Vec<&'static dyn Format>, ImportError> {
    let all = detect::formats()
        .map_err(|error| ImportError::Usage { message: error.to_string(), help: None })?;
    let Some(wanted) = wanted else { return Ok(all) };
    let names: Vec<String> = all.iter().map(|format| format.name().to_owned()).collect();
    let chosen: Vec<_> = all.into_iter().filter(|format| format.name() == wanted).collect();
    if chosen.is_empty() {
        let message = format!("there is no format named {wanted}");
        let help = Some(format!("the formats are {}", names.join(", ")));
        return Err(ImportError::Usage { message, help });
    }
    Ok(chosen)
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

struct Import<'a> {
    request: &'a Request<'a>,
    formats: Vec<&'a dyn Format>,
    listener: &'a mut dyn Listener,
    importing: Importing<'a>,
    report: ImportReport,
    group_bytes: u64,
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
        if self.request.format.is_some() || self.request.profile.is_some() {
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
        let sha256 = match dump.sha256() {
            Ok(sha256) => sha256,
            Err(error) => {
                self.refuse(path, error.to_string(), None, None);
                return Ok(());
            }
        };
        self.one(dump, &sha256, told).map_err(|error| self.cut_off(error, Some(path.clone())))?;
        self.listener.hear(Event::End { path: &path });
        if self.group_bytes >= GROUP_BYTES && !self.request.strict && !self.request.dry_run {
            self.listener.hear(Event::Committing);
            self.importing
                .commit_group()
                .map_err(ImportError::from)
                .map_err(|error| self.cut_off(error, Some(path)))?;
            self.group_bytes = 0;
        }
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

    fn one(
        &mut self,
        dump: Dump,
        sha256: &[u8; 32],
        told: Option<&dyn Format>,
    ) -> Result<(), ImportError> {
        if !self.met_again(&dump, sha256)? {
            let chosen = match told {
                Some(format) => Some(format),
                None => choose(self.request, &self.formats, &mut self.report, &dump),
            };
            if let Some(format) = chosen {
                self.read(dump, *sha256, format)?;
            }
        }
        Ok(())
    }

    fn is_interrupted(&self) -> bool {
        self.request.interrupted.load(Ordering::Relaxed)
    }

    /// The same bytes, read in the same way before, are not read again.
    fn met_again(&mut self, dump: &Dump, sha256: &[u8; 32]) -> Result<bool, ImportError> {
        let options = options_json(&self.request.options);
        let stem = dump.stem();
        let wanted = self.request.format.as_deref();
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

    fn read(
        &mut self,
        dump: Dump,
        sha256: [u8; 32],
        format: &dyn Format,
    ) -> Result<(), ImportError> {
        let stem = dump.stem().to_owned();
        let size = dump.size();
        self.importing.begin_dump(&DumpMeta {
            sha256,
            size,
            format: format.name().to_owned(),
            options: options_json(&self.request.options),
            file_name: None,
            encoding: String::new(),
            path: dump.path.clone(),
        })?;
        let mut source = SourceReport {
            path: dump.path.clone(),
            format: format.name().to_owned(),
            warning: dump.warning.clone(),
            ..SourceReport::default()
        };
        let (dump, outcome) = self.pump(dump, format, &stem, &mut source)?;
        match outcome {
            Ok(ended) => {
                source.encoding.clone_from(&ended.encoding);
                source.titled_by_file =
                    ended.titled_by_file.then(|| normalise::title_of_file(&stem).0);
                let file_name = ended.titled_by_file.then_some(stem.as_str());
                self.importing
                    .describe_dump(file_name, ended.encoding.as_deref().unwrap_or("UTF-8"))?;
                self.keep(&dump, &sha256)?;
                source.unused_columns = self.unused_columns(&dump, format)?;
                source.counts = self.importing.end_dump()?;
                self.group_bytes += size;
                self.add(source);
                Ok(())
            }
            Err(ReadError::Stopped) => {
                // What stopped the reading must not stop the rolling back.
                self.importing.stop_listening();
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
        format: &dyn Format,
        stem: &str,
        source: &mut SourceReport,
    ) -> Result<(Dump, Result<Ended, ReadError>), ImportError> {
        let progress = AtomicU64::new(0);
        let options = &self.request.options;
        std::thread::scope(|scope| {
            let (to, from) = sync_channel(4);
            let progress = &progress;
            let reader = scope.spawn(move || {
                let outcome = reader::read(&dump, format, options, stem, progress, to);
                (dump, outcome)
            });
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
            let (dump, outcome) = match reader.join() {
                Ok(read) => read,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            match stored {
                Err(ArchiveError::Interrupted) => Ok((dump, Err(ReadError::Stopped))),
                Err(error) => Err(error.into()),
                Ok(()) if self.is_interrupted() => Ok((dump, Err(ReadError::Stopped))),
                Ok(()) => Ok((dump, outcome)),
            }
        })
    }

    fn store(&mut self, message: Message, source: &mut SourceReport) -> Result<(), ArchiveError> {
        match message {
            Message::Review(at, review) => {
                self.importing.review(at.record, at.line, &review).map(drop)
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

    fn keep(&mut self, dump: &Dump, sha256: &[u8; 32]) -> Result<(), ImportError> {
        let wanted = match self.request.keep {
            Keep::Always => true,
            Keep::Never => false,
            Keep::UpToLimit => dump.size() <= KEEP_LIMIT,
        };
        if !wanted || self.request.dry_run {
            return Ok(());
        }
        let bytes = dump
            .open()
            .and_then(|reader| zstd::encode_all(reader, zstd::DEFAULT_COMPRESSION_LEVEL))
            .map_err(ArchiveError::from)?;
        self.importing.keep(sha256, dump.size(), &bytes)?;
        Ok(())
    }

    /// Interrupted: whole dumps before this one stay, unless all or nothing was asked.
    fn stop(&mut self, path: Option<String>) -> Result<(), ImportError> {
        let mut stored = None;
        if !self.request.strict && !self.request.dry_run {
            self.importing.stop_listening();
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

/// Why no format was chosen, as a clause, and what to do.
pub fn explain_undecided(undecided: &Undecided) -> (String, Option<String>) {
    match undecided {
        Undecided::Unsupported(reason) => (reason.clone(), None),
        Undecided::Nobody => (
            "no format knows it".to_owned(),
            Some("`revdb formats` lists what can be read; --format names one, --map field=column maps a table".to_owned()),
        ),
        Undecided::Several(names) => (
            format!("it could be {}", names.join(" or ")),
            Some(format!("say --format {}", names.join(" or --format "))),
        ),
    }
}

/// The options that change a reading, as the archive keeps them.
pub(super) fn options_json(options: &ReadOptions) -> String {
    let scale = options.scale.map(|scale| [scale.worst, scale.best]);
    let mut said = serde_json::Map::new();
    let mut put = |name: &str, value: Option<serde_json::Value>| {
        if let Some(value) = value {
            said.insert(name.to_owned(), value);
        }
    };
    put("title", options.title.as_deref().map(Into::into));
    put("kind", options.kind.map(|kind| kind.as_str().into()));
    put("year", options.year.map(Into::into));
    put("scale", scale.map(|[worst, best]| serde_json::json!([worst, best])));
    let order = |order| match order {
        DateOrder::DayFirst => "day-first",
        DateOrder::MonthFirst => "month-first",
    };
    put("date_order", options.date_order.map(|o| order(o).into()));
    let map: Vec<String> =
        options.map.iter().map(|(field, column)| format!("{field}={column}")).collect();
    put("map", (!map.is_empty()).then(|| map.into()));
    serde_json::Value::Object(said).to_string()
}

/// The other way round.
///
/// # Errors
/// What cannot be understood: an archive of a revdb that knew more options.
pub(super) fn options_of_json(json: &str) -> Result<ReadOptions, String> {
    let said: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(json).map_err(|error| error.to_string())?;
    let mut options = ReadOptions::default();
    for (name, value) in said {
        let bad = || format!("the option {name} cannot be understood: {value}");
        match name.as_str() {
            "title" => options.title = Some(value.as_str().ok_or_else(bad)?.to_owned()),
            "kind" => {
                options.kind =
                    Some(value.as_str().and_then(|kind| kind.parse().ok()).ok_or_else(bad)?)
            }
            "year" => {
                options.year =
                    Some(value.as_i64().and_then(|year| year.try_into().ok()).ok_or_else(bad)?)
            }
            "scale" => {
                let ends: (f64, f64) = serde_json::from_value(value.clone()).map_err(|_| bad())?;
                options.scale = Some(Scale { worst: ends.0, best: ends.1 });
            }
            "date_order" => {
                options.date_order = Some(match value.as_str() {
                    Some("day-first") => DateOrder::DayFirst,
                    Some("month-first") => DateOrder::MonthFirst,
                    _ => return Err(bad()),
                });
            }
            "map" => {
                let pairs: Vec<String> =
                    serde_json::from_value(value.clone()).map_err(|_| bad())?;
                for pair in pairs {
                    let (field, column) = pair.split_once('=').ok_or_else(bad)?;
                    options.map.push((field.to_owned(), column.to_owned()));
                }
            }
            _ => return Err(bad()),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_come_back_from_the_archive_as_they_went_in() {
        let all = ReadOptions {
            title: Some("T".to_owned()),
            kind: Some(crate::domain::Kind::Game),
            year: Some(1999),
            scale: Some(Scale { worst: 1.0, best: 5.0 }),
            date_order: Some(DateOrder::DayFirst),
            map: vec![("byline".to_owned(), "Who=wrote".to_owned())],
        };
        for options in [ReadOptions::default(), all] {
            assert_eq!(options_of_json(&options_json(&options)), Ok(options));
        }
        assert!(options_of_json(r#"{"colour":"red"}"#).is_err());
    }
}
