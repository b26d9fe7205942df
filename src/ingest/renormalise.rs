//! The kept dumps read again with today's rules, so that a parser mended in
//! two years mends what was imported today.
//!
//! Must never: read a dump in another way than an import of the same bytes
//! would; tables of one export are read together here too. Dumps whose bytes
//! were not kept are left as they are, and counted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;

use super::options::options_of_json;
use super::reader::{self, Ended, Message};
use super::run::{ImportError, now};
use crate::archive::{Again, Archive, ArchiveError, Reading, Revision};
use crate::import::container::{Dump, Found};
use crate::import::detect;
use crate::import::format::Format;
use crate::import::letterboxd::{self, Unit};
use crate::system::thread::{self, NoThread};

/// One thing that a record says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revised {
    pub path: String,
    pub revision: Revision,
}

/// What reading again came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renormalised {
    /// Dumps read again.
    pub read: u64,
    /// Dumps whose bytes were not kept.
    pub not_kept: u64,
    /// Dumps that stay as they are, and why.
    pub left: Vec<(String, String)>,
    pub revised: Vec<Revised>,
}

/// Reads every kept dump again, in one transaction. Unless `really`, it is
/// rolled back and only the report stays.
///
/// # Errors
/// As an import; the archive is as before then.
pub fn renormalise(
    path: &Path,
    really: bool,
    interrupted: &Arc<AtomicBool>,
) -> Result<Renormalised, ImportError> {
    let mut archive = Archive::open_to_change(path)?;
    archive.interrupt_when(Arc::clone(interrupted))?;
    let formats = detect::formats()
        .map_err(|error| ImportError::Usage { message: error.to_string(), help: None })?;
    if really {
        archive.in_one_file()?;
    }
    let again = archive.again(&now())?;
    let mut imports: BTreeMap<i64, Vec<Reading>> = BTreeMap::new();
    for reading in again.readings()? {
        imports.entry(reading.import_id).or_default().push(reading);
    }
    let mut run = Run { again, formats, interrupted, report: Renormalised::default() };
    for readings in imports.into_values() {
        run.import(readings)?;
    }
    if really {
        run.again.commit()?;
    }
    Ok(run.report)
}

struct Run<'a> {
    again: Again<'a>,
    formats: Vec<&'static dyn Format>,
    interrupted: &'a AtomicBool,
    report: Renormalised,
}

impl Run<'_> {
    /// The dumps of one import, put together as that import did.
    fn import(&mut self, readings: Vec<Reading>) -> Result<(), ImportError> {
        // A table of an export is read beside the others, or not at all.
        let missing: BTreeSet<String> = readings
            .iter()
            .filter(|r| !r.kept && of_letterboxd(r))
            .map(|r| folder(&r.path).to_owned())
            .collect();
        let mut known: BTreeMap<i64, Reading> = BTreeMap::new();
        let mut found = Vec::new();
        for reading in readings {
            if !reading.kept {
                self.report.not_kept += u64::from(reading.first);
                continue;
            }
            if of_letterboxd(&reading) && missing.contains(folder(&reading.path)) {
                if reading.first {
                    let why = "a table of the same export was not kept".to_owned();
                    self.report.left.push((reading.path, why));
                }
                continue;
            }
            if (reading.first || of_letterboxd(&reading)) && !known.contains_key(&reading.dump_id) {
                found.push(Found::Dump(self.unpack(&reading)?));
                known.insert(reading.dump_id, reading);
            }
        }
        for unit in letterboxd::unite(found.into_iter()) {
            match unit {
                Unit::One(Found::Dump(dump)) => self.dump(dump, &known, None)?,
                Unit::One(_) => {}
                Unit::Letterboxd(tables) => match letterboxd::formats(&tables) {
                    Ok(united) => {
                        for (table, format) in tables.into_iter().zip(&united) {
                            self.dump(table, &known, Some(format))?;
                        }
                    }
                    Err(error) => {
                        self.report.left.extend(
                            tables.into_iter().map(|table| (table.path, error.to_string())),
                        );
                    }
                },
            }
        }
        Ok(())
    }

    fn unpack(&self, reading: &Reading) -> Result<Dump, ArchiveError> {
        let gone =
            || ArchiveError::Damaged(format!("the kept dump of {} is not there", reading.path));
        let kept = self.again.kept(&reading.sha256)?.ok_or_else(gone)?;
        let mut dump = Dump::written(&reading.path, |out| kept.write_to(out).map(drop))?;
        dump.stored_as = Some(reading.dump_id);
        Ok(dump)
    }

    fn dump(
        &mut self,
        dump: Dump,
        known: &BTreeMap<i64, Reading>,
        told: Option<&dyn Format>,
    ) -> Result<(), ImportError> {
        let reading = dump.stored_as.and_then(|id| known.get(&id));
        let Some(reading) = reading.filter(|reading| reading.first) else {
            return Ok(());
        };
        let named = self.formats.iter().find(|format| format.name() == reading.format).copied();
        let format = match told.or(named.map(|format| format as &dyn Format)) {
            Some(format) => format,
            None => {
                let why = format!("this revdb has no format {}", reading.format);
                self.report.left.push((dump.path, why));
                return Ok(());
            }
        };
        self.again.begin_dump(reading.dump_id)?;
        let path = dump.path.clone();
        let title = reading.file_name.clone().unwrap_or_else(|| dump.stem().to_owned());
        match self.pump(dump, format, reading, &title)? {
            Ok(ended) => {
                let file_name = ended.titled_by_file.then_some(title.as_str());
                let encoding = ended.encoding.as_deref().unwrap_or("UTF-8");
                let revisions = self.again.end_dump(file_name, encoding)?;
                self.report.read += 1;
                let revised =
                    revisions.into_iter().map(|revision| Revised { path: path.clone(), revision });
                self.report.revised.extend(revised);
            }
            Err(why) => {
                self.again.abandon_dump()?;
                self.report.left.push((path, why));
            }
        }
        Ok(())
    }

    /// Reads on another thread, stores on this one; the inner error is why the
    /// dump stays as it is.
    fn pump(
        &mut self,
        dump: Dump,
        format: &dyn Format,
        reading: &Reading,
        title: &str,
    ) -> Result<Result<Ended, String>, ImportError> {
        let options = match options_of_json(&reading.options) {
            Ok(options) => options,
            Err(why) => return Ok(Err(why)),
        };
        let progress = AtomicU64::new(0);
        std::thread::scope(|scope| {
            let (to, from) = sync_channel(4);
            let (progress, options) = (&progress, &options);
            let read = move |dump: Dump| reader::read(&dump, format, options, title, progress, to);
            let reader = match thread::spawn(scope, dump, read) {
                Ok(reader) => reader,
                Err(NoThread { error, .. }) => return Err(ArchiveError::from(error).into()),
            };
            let mut stored = Ok(());
            for batch in &from {
                stored = batch.into_iter().try_for_each(|message| self.store(message));
                if stored.is_err() || self.interrupted.load(Ordering::Relaxed) {
                    break;
                }
            }
            drop(from);
            let ended = reader.join();
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(ImportError::Interrupted { path: None, stored: None });
            }
            stored?;
            Ok(ended.map_err(|error| error.to_string()))
        })
    }

    fn store(&mut self, message: Message) -> Result<(), ArchiveError> {
        match message {
            Message::Review(at, review) => self.again.review(at.record, at.line, &review)?,
            Message::Work(work) => self.again.work(&work)?,
            Message::Claim(claim) => self.again.claim(claim)?,
            Message::Rejected { at, reason, raw } => {
                self.again.reject(at.record, at.line, reason, raw)
            }
            Message::LeftAlone(_) => self.again.left_alone(),
            Message::Note(_) => {}
        }
        Ok(())
    }
}

fn of_letterboxd(reading: &Reading) -> bool {
    reading.format.starts_with("letterboxd-")
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
