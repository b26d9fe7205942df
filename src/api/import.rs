//! Importing dumps into an archive.

use std::path::{Path, PathBuf};

use revdb_formats::format::ReadOptions;
use revdb_model::{Audience, Kind};

use super::Error;
use crate::ingest::{self, Request};

/// An import of dumps: files, folders, archives of them. The options apply to each dump that does
/// not give the value itself.
#[derive(Debug)]
pub struct Import {
    paths: Vec<PathBuf>,
    options: ReadOptions,
    format: Option<String>,
    dry_run: bool,
}

/// The result of an import. The records of all dumps are new, changed, filled in, same, rejected
/// or skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The import's number, for undoing it; `None` if nothing was stored.
    pub import: Option<i64>,
    /// New reviews.
    pub new: u64,
    /// Records that contradicted stored values.
    pub changed: u64,
    /// Records that filled empty values.
    pub filled_in: u64,
    /// Records without new information.
    pub same: u64,
    /// Records that could not become a review; the archive has each with its reason.
    pub rejected: u64,
    /// Records that are not reviews.
    pub left_alone: u64,
    /// Refused dumps, each with the reason.
    pub refused: Vec<(String, String)>,
}

impl Import {
    /// An import of these files and folders.
    pub fn of(paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Self {
        let paths = paths.into_iter().map(|path| path.as_ref().to_owned()).collect();
        Import { paths, options: ReadOptions::default(), format: None, dry_run: false }
    }

    /// The work that a page is about.
    pub fn title(mut self, title: &str) -> Self {
        self.options.title = Some(title.to_owned());
        self
    }

    /// Its year.
    pub fn year(mut self, year: i16) -> Self {
        self.options.year = Some(year);
        self
    }

    /// Its kind.
    pub fn kind(mut self, kind: Kind) -> Self {
        self.options.kind = Some(kind);
        self
    }

    /// The audience of all reviews; overrides the dump.
    pub fn audience(mut self, audience: Audience) -> Self {
        self.options.audience = Some(audience);
        self
    }

    /// The byline of reviews without one.
    pub fn by(mut self, name: &str) -> Self {
        self.options.by = Some(name.to_owned());
        self
    }

    /// The name of the [`Format`](super::Format), instead of detecting it.
    pub fn format(mut self, name: &str) -> Self {
        self.format = Some(name.to_owned());
        self
    }

    /// Does everything except storing.
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    /// Imports into the archive at `path`, which is created if necessary. A dump is stored whole
    /// or not at all, and what is stored is durable when this returns.
    ///
    /// # Errors
    /// A path that does not exist; an archive that cannot be written.
    pub fn into_archive(self, path: impl AsRef<Path>) -> Result<Imported, Error> {
        let request = Request {
            options: self.options,
            format: self.format,
            dry_run: self.dry_run,
            command: concat!("a program, by revdb ", env!("CARGO_PKG_VERSION")).to_owned(),
            ..Request::new(path.as_ref(), self.paths)
        };
        let report = ingest::run(&request, &mut ())?;
        let total = report.total;
        Ok(Imported {
            import: report.import_id,
            new: total.new,
            changed: total.changed,
            filled_in: total.filled_in,
            same: total.same,
            rejected: total.rejected,
            left_alone: total.left_alone,
            refused: report.refused.into_iter().map(|it| (it.path, it.reason)).collect(),
        })
    }
}
