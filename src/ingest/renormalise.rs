//! Reads the stored dumps again with today's rules, so that a parser fixed in two years fixes what
//! was imported today.
//!
//! Must never: read a dump in another way than an import of the same bytes would; tables of one
//! export are combined here too. Dumps whose bytes were not stored are unchanged, and counted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::choose::{formats, own_profile};
use super::options::{DumpOptions, effective};
use super::reread::{Work, reading_of, reread_dump};
use super::run::Result;
use crate::clock;
use revdb_formats::container::{Dump, Found};
use revdb_formats::detect;
use revdb_formats::format::Format;
use revdb_formats::letterboxd::{self, Unit};
use revdb_store::{Archive, ArchiveError, ImportMeta, Importing, Reading, Revision, Undone};

/// A field that a record has differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revised {
    pub path: String,
    pub revision: Revision,
}

/// The result of rereading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renormalised {
    /// Dumps read again.
    pub read: u64,
    /// Dumps whose bytes were not stored.
    pub not_kept: u64,
    /// Unchanged dumps, and why.
    pub left: Vec<(String, String)>,
    pub revised: Vec<Revised>,
}

/// The stored dumps read again, in a transaction that is rolled back unless it is stored.
pub struct ReadAgain<'a>(Importing<'a>);

impl ReadAgain<'_> {
    /// # Errors
    /// The archive's error; the archive is then unchanged.
    pub fn store(mut self) -> Result<(), ArchiveError> {
        self.0.commit_group()
    }
}

/// Reads every stored dump again. The result can be printed before it is stored.
///
/// # Errors
/// As for an import; the archive is then unchanged.
pub fn renormalise<'a>(
    archive: &'a mut Archive,
    interrupted: &Arc<AtomicBool>,
) -> Result<(Renormalised, ReadAgain<'a>)> {
    let mut run = Run::new(begun(archive)?, None, interrupted)?;
    run.imports()?;
    Ok((run.report, ReadAgain(run.importing)))
}

/// Undoes import `id`. Dumps whose reading it changed by its options are read again with the
/// remaining options. Unless `really`, everything is rolled back. The second result: unchanged
/// dumps, and why.
///
/// # Errors
/// As for an import; the archive is then unchanged.
pub fn undo(
    archive: &mut Archive,
    id: i64,
    really: bool,
    interrupted: &Arc<AtomicBool>,
) -> Result<(Undone, Vec<(String, String)>)> {
    let mut importing = begun(archive)?;
    let mut undone = importing.undo(id)?;
    let mut only = BTreeMap::new();
    for words in importing.stored_options()? {
        let read = effective(words.given.iter().map(String::as_str))
            .map_err(|why| ArchiveError::Damaged(format!("dump {}: {why}", words.dump_id)))?;
        if read != words.options {
            only.insert(words.dump_id, read);
        }
    }
    let mut run = Run::new(importing, Some(only), interrupted)?;
    run.imports()?;
    undone.reviews_after = run.importing.reviews()?;
    if really {
        run.importing.commit_group()?;
    }
    Ok((undone, run.report.left))
}

/// Begins a transaction that belongs to no import.
fn begun(archive: &mut Archive) -> Result<Importing<'_>, ArchiveError> {
    let meta = ImportMeta { command: String::new(), started_at: clock::second() };
    let mut importing = archive.import(meta);
    importing.begin()?;
    Ok(importing)
}

struct Run<'a, 'i> {
    importing: Importing<'a>,
    formats: Vec<&'static dyn Format>,
    interrupted: &'i AtomicBool,
    /// Only these dumps, each with its options as JSON.
    only: Option<BTreeMap<i64, String>>,
    report: Renormalised,
}

impl<'a, 'i> Run<'a, 'i> {
    fn new(
        importing: Importing<'a>,
        only: Option<BTreeMap<i64, String>>,
        interrupted: &'i AtomicBool,
    ) -> Result<Self> {
        let report = Renormalised::default();
        Ok(Run { importing, formats: formats(None)?, interrupted, only, report })
    }

    /// All imports, or those that have one of the requested dumps.
    fn imports(&mut self) -> Result {
        let mut imports: BTreeMap<i64, Vec<Reading>> = BTreeMap::new();
        for reading in self.importing.readings()? {
            imports.entry(reading.import_id).or_default().push(reading);
        }
        if let Some(only) = &self.only {
            imports.retain(|_, met| met.iter().any(|reading| only.contains_key(&reading.dump_id)));
        }
        imports.into_values().try_for_each(|readings| self.import(readings))
    }

    /// The dumps of one import, grouped as in that import.
    fn import(&mut self, readings: Vec<Reading>) -> Result {
        // A table of an export is read together with the others, or not at all.
        let missing: BTreeSet<String> = readings
            .iter()
            .filter(|r| !r.has_raw_dump && of_letterboxd(r))
            .map(|r| folder(&r.path).to_owned())
            .collect();
        let mut known: BTreeMap<i64, Reading> = BTreeMap::new();
        let mut found = Vec::new();
        for reading in readings {
            if !reading.has_raw_dump {
                if self.only.as_ref().is_some_and(|only| only.contains_key(&reading.dump_id)) {
                    let why = "its bytes are not kept; import it again".to_owned();
                    self.report.left.push((reading.path.clone(), why));
                }
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

    /// The format given, else the one used before; or detects it, if it is to be read as if
    /// nothing had been given.
    fn format(
        &self,
        words: &DumpOptions,
        reading: &Reading,
        dump: &Dump,
    ) -> Option<&'static dyn Format> {
        let by_name =
            |name: &str| self.formats.iter().find(|format| format.name() == name).copied();
        match (&words.format, &self.only) {
            (Some(name), _) => by_name(name),
            (None, None) => by_name(&reading.format),
            (None, Some(_)) => match detect::look(dump, &words.options) {
                Ok(Ok(head)) => {
                    detect::choose(&head.probe().with_options(&words.options), &self.formats).ok()
                }
                _ => None,
            }
            .or_else(|| by_name(&reading.format)),
        }
    }

    fn unpack(&self, reading: &Reading) -> Result<Dump, ArchiveError> {
        let gone =
            || ArchiveError::Damaged(format!("the kept dump of {} is not there", reading.path));
        let kept = self.importing.raw_dump(&reading.sha256)?.ok_or_else(gone)?;
        let mut dump = Dump::written(&reading.path, |out| kept.write_to(out).map(drop))?;
        dump.stored_as = Some(reading.dump_id);
        Ok(dump)
    }

    fn dump(
        &mut self,
        dump: Dump,
        known: &BTreeMap<i64, Reading>,
        explicit: Option<&dyn Format>,
    ) -> Result {
        let reading = dump.stored_as.and_then(|id| known.get(&id));
        let Some(reading) = reading.filter(|reading| reading.first) else {
            return Ok(());
        };
        let words_json = match &self.only {
            Some(only) => match only.get(&reading.dump_id) {
                Some(words) => words.clone(),
                None => return Ok(()),
            },
            None => reading.options.clone(),
        };
        let found = DumpOptions::of_json(&words_json).and_then(|words| {
            let own = own_profile(words.profile.as_ref()).map_err(|error| error.to_string())?;
            Ok((words, own))
        });
        let (words, own) = match found {
            Ok(found) => found,
            Err(why) => {
                self.report.left.push((dump.path, why));
                return Ok(());
            }
        };
        let format = match (explicit, &own) {
            (Some(format), _) => format,
            (None, Some(profile)) => profile as &dyn Format,
            (None, None) => match self.format(&words, reading, &dump) {
                Some(format) => format,
                None => {
                    let why = format!("this revdb has no format {}", reading.format);
                    self.report.left.push((dump.path, why));
                    return Ok(());
                }
            },
        };
        let path = dump.path.clone();
        let title = reading.file_name.clone().unwrap_or_else(|| dump.stem().to_owned());
        let as_said = self.only.is_some().then(|| reading_of(format, words_json));
        let work = Work { dump_id: reading.dump_id, reading: as_said.as_ref() };
        let with = (&words.options, title.as_str());
        let (importing, interrupted) = (&mut self.importing, self.interrupted);
        match reread_dump(importing, dump, format, with, work, interrupted, &mut Vec::new())?.1 {
            Ok(read) => {
                self.report.read += 1;
                let revised = read
                    .revisions
                    .into_iter()
                    .map(|revision| Revised { path: path.clone(), revision });
                self.report.revised.extend(revised);
            }
            Err(error) => self.report.left.push((path, error.to_string())),
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
