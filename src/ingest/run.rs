//! Runs an import: from the request to the report.
//!
//! Owns: the request and the errors of an import as a whole, opening the archive, and not creating
//! one if there is nothing to store. Must never: process a dump itself; that is `pipeline`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::adopt::{self, Other};
use super::choose::{first_readable, formats, own_profile};
use super::pipeline::Import;
use super::prefetch::Prefetcher;
use super::report::{ImportReport, Listener};
use crate::clock;
use revdb_formats::container::{self, Limits, PathError};
use revdb_formats::format::{Format, ReadOptions};
use revdb_formats::letterboxd::{self, Unit};
use revdb_model::PartialDate;
use revdb_store::{AdoptedDecisions, Archive, ArchiveError, ImportMeta};
use revdb_system::files;

/// The request.
#[derive(Debug)]
pub struct Request<'a> {
    pub archive: &'a Path,
    pub paths: Vec<PathBuf>,
    pub limits: Limits,
    /// The sheet of workbooks, instead of the first.
    pub sheet: Option<String>,
    pub options: ReadOptions,
    /// A format's name, instead of detection.
    pub format: Option<String>,
    /// The user's profile: file name and text.
    pub profile: Option<(String, String)>,
    /// Do everything except storing.
    pub dry_run: bool,
    /// If anything is rejected or refused, store nothing at all.
    pub strict: bool,
    pub keep: Keep,
    /// The arguments, for the archive's history.
    pub command: String,
    /// Set by a signal handler; checked between batches and inside SQLite.
    pub interrupted: Arc<AtomicBool>,
}

impl<'a> Request<'a> {
    /// An import of these paths into the archive, without options.
    pub fn new(archive: &'a Path, paths: Vec<PathBuf>) -> Self {
        Request {
            archive,
            paths,
            limits: Limits::default(),
            sheet: None,
            options: ReadOptions::default(),
            format: None,
            profile: None,
            dry_run: false,
            strict: false,
            keep: Keep::UpToLimit,
            command: String::new(),
            interrupted: Arc::default(),
        }
    }
}

/// Whether the dump's bytes are stored in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Always,
    Never,
    /// Up to `KEEP_LIMIT`.
    UpToLimit,
}

/// The result of an import, or of a step of one.
pub type Result<T = (), E = ImportError> = std::result::Result<T, E>;

/// Why an import failed as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Path(#[from] PathError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("{message}")]
    Usage { message: String, help: Option<String> },
    /// `stored`: the import under which dumps were completed before.
    #[error("interrupted")]
    Interrupted { path: Option<String>, stored: Option<i64> },
    /// The archive failed after dumps were stored under the import `stored`.
    #[error("{error}")]
    CutOff { error: ArchiveError, stored: i64 },
    /// `--strict`: nothing was stored; the report says what was rejected.
    #[error("records were rejected, and --strict stores nothing then")]
    Strict(Box<ImportReport>),
}

impl ImportError {
    /// The request is invalid; `help`: advice.
    pub(super) fn usage(message: impl std::fmt::Display, help: &str) -> Self {
        ImportError::Usage { message: message.to_string(), help: Some(help.to_owned()) }
    }
}

/// Runs an import.
///
/// # Errors
/// [`ImportError`]; dumps that are refused individually are in the report instead.
pub fn run(request: &Request<'_>, listener: &mut dyn Listener) -> Result<ImportReport> {
    // Before anything is opened: the archive may be in a folder that is walked.
    let _claim = files::claim(request.archive);
    let own = own_profile(request.profile.as_ref())?;
    let formats = match &own {
        Some(profile) => {
            let mut all = vec![profile as &dyn Format];
            all.extend(formats(None)?);
            all
        }
        None => formats(request.format.as_deref())?,
    };
    let (archives, paths) = adopt::part(&request.paths);
    let others = archives.iter().map(|path| Other::open(path)).collect::<Result<Vec<_>, _>>()?;
    let walk = container::find(&paths, request.limits)?.with_sheet(request.sheet.clone());
    let mut units = letterboxd::unite(walk);
    let mut report = ImportReport::default();
    let mut first = None;
    if !request.archive.exists() && others.is_empty() {
        first = first_readable(request, &formats, &mut units, &mut report);
        if first.is_none() {
            if request.interrupted.load(Ordering::Relaxed) {
                return Err(ImportError::Interrupted { path: None, stored: None });
            }
            return if request.strict && !report.refused.is_empty() {
                Err(ImportError::Strict(Box::new(report)))
            } else {
                Ok(report)
            };
        }
    }
    let mut scratch = None;
    let mut archive = open(request, &mut scratch)?;
    let units = first.into_iter().chain(units);
    let stored = store(request, &mut archive, (&formats, listener), (&others, units), report);
    if let Err(ImportError::Interrupted { .. }) = &stored {
        // If the file cannot be locked, somebody else uses it.
        drop(archive.close_used());
    }
    stored
}

/// Imports other archives, then dumps.
fn store(
    request: &Request<'_>,
    archive: &mut Archive,
    (formats, listener): (&[&dyn Format], &mut dyn Listener),
    (others, units): (&[Other], impl Iterator<Item = Unit>),
    report: ImportReport,
) -> Result<ImportReport> {
    archive.interrupt_when(Arc::clone(&request.interrupted))?;
    if !request.dry_run {
        archive.in_one_file()?;
    }
    let meta = ImportMeta { command: request.command.clone(), started_at: clock::second() };
    let mut import = Import::new(request, formats, listener, archive.import(meta), report);
    for other in others {
        import.adopt(other)?;
    }
    let mut report = std::thread::scope(|scope| {
        import.through(Prefetcher::new(scope, request, formats, units))
    })?;
    let stored = report.import_id.filter(|_| !request.dry_run);
    for (other, id) in others.iter().zip(std::iter::repeat(stored)) {
        let Some(id) = id else { continue };
        let AdoptedDecisions { made, left } = archive
            .adopt_decisions(&other.archive, id)
            .map_err(|error| ImportError::CutOff { error, stored: id })?;
        report.decisions.made += made;
        report.decisions.left.extend(left);
    }
    // Everything is stored by now, so errors here do not matter.
    report.in_log = !request.dry_run && !archive.in_one_file().unwrap_or(false);
    Ok(report)
}

/// A dry run without an existing archive uses a temporary file; one that cannot be written is
/// copied.
fn open(request: &Request<'_>, scratch: &mut Option<tempfile::TempDir>) -> Result<Archive> {
    let is_empty = std::fs::metadata(request.archive).is_ok_and(|file| file.len() == 0);
    if request.dry_run && (is_empty || !request.archive.exists()) {
        let folder = tempfile::tempdir().map_err(ArchiveError::from)?;
        let archive = Archive::open_or_create(&folder.path().join("dry-run.db"))?;
        *scratch = Some(folder);
        return Ok(archive);
    }
    if request.dry_run {
        match Archive::open_to_try(request.archive) {
            Err(ArchiveError::Older { .. }) => {}
            opened => return Ok(opened?),
        }
    }
    Ok(Archive::open_or_create(request.archive)?)
}

/// The first day that has not begun anywhere: later dates are in the future.
pub(super) fn tomorrow() -> Option<PartialDate> {
    let day = clock::today().next_day()?;
    PartialDate::new(i16::try_from(day.year()).ok()?, Some(day.month().into()), Some(day.day()))
}
