//! Loads records written by `revdb convert` into a temporary archive.
//!
//! Must never: process records of one dump out of order or interleaved with others, or dumps in
//! another order than that of their sources: which one is newer decides what is shown.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use revdb_model::{Audience, ExternalId, PartialDate, Review, WorkMention};
use revdb_store::{Archive, ArchiveError, DumpMeta, ImportMeta, Importing};
use serde::Deserialize;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::clock;

#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("line {line}: {message}")]
    Line { line: usize, message: String },
    #[error("cannot read the records: {0}")]
    Io(#[from] io::Error),
}

/// One line. Engines omit nulls.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct InputRow {
    dump: String,
    source: String,
    place: Option<u64>,
    path: String,
    format: String,
    account: Option<String>,
    standing: Value,
    record: Option<u64>,
    mention: Option<u64>,
    line: Option<u64>,
    title: Option<String>,
    kind: Option<String>,
    year: Option<i16>,
    work_ids: Option<String>,
    properties: Option<String>,
    audience: Option<String>,
    byline: Option<String>,
    publication: Option<String>,
    date: Option<String>,
    /// The partial date, since `date` holds complete dates only.
    date_text: Option<String>,
    score: Option<f64>,
    score_text: Option<String>,
    verdict: Option<String>,
    tags: Option<String>,
    quote: Option<String>,
    url: Option<String>,
    truncated: Value,
    language: Option<String>,
    site: Option<String>,
    ext_id: Option<String>,
}

/// True or 1, depending on the writer.
fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or(value.as_i64() == Some(1))
}

impl InputRow {
    /// Removes and returns the line's origin. The rest is the content, independent of the path.
    fn take_place(&mut self) -> Result<Place, String> {
        Ok(Place {
            sha256: self.sha256().ok_or("dump is no SHA-256")?,
            source: std::mem::take(&mut self.source),
            number: self.place.take().unwrap_or(0),
            path: std::mem::take(&mut self.path),
        })
    }

    fn sha256(&self) -> Option<[u8; 32]> {
        let pair = |at: usize| u8::from_str_radix(self.dump.get(2 * at..2 * at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..32).map(pair).collect();
        bytes?.try_into().ok()
    }

    fn work(&self) -> Result<WorkMention, String> {
        let pairs = |json: &Option<String>| -> Result<Vec<(String, String)>, String> {
            let json = json.as_deref().unwrap_or("[]");
            serde_json::from_str(json).map_err(|error| format!("{json}: {error}"))
        };
        let property = |(property, value): (String, String)| {
            property.parse().map(|property| (property, value))
        };
        Ok(WorkMention {
            title: self.title.clone(),
            kind: self.kind.as_deref().map(str::parse).transpose()?,
            year: self.year,
            ids: pairs(&self.work_ids)?
                .into_iter()
                .map(|(site, id)| ExternalId::new(site, id))
                .collect(),
            properties: pairs(&self.properties)?
                .into_iter()
                .map(property)
                .collect::<Result<_, _>>()?,
        })
    }

    /// The review; `None` for a line that only names a work.
    fn review(self) -> Result<Option<Review>, String> {
        let Some(audience) = &self.audience else { return Ok(None) };
        let work = self.work()?;
        let audience =
            Audience::parse(audience).ok_or_else(|| format!("no audience {audience}"))?;
        let date = self.date_text.as_deref().or(self.date.as_deref());
        let read = |date| PartialDate::from_iso(date).ok_or_else(|| format!("no date {date}"));
        let date = date.map(read).transpose()?;
        if let Some(score) = self.score.filter(|score| !(0.0..=100.0).contains(score)) {
            return Err(format!("no score {score}"));
        }
        Ok(Some(Review {
            audience,
            work,
            date,
            id: self.site.zip(self.ext_id).map(|(site, id)| ExternalId::new(site, id)),
            truncated: is_true(&self.truncated),
            byline: self.byline,
            publication: self.publication,
            score: self.score,
            score_text: self.score_text,
            verdict: self.verdict,
            quote: self.quote,
            url: self.url,
            language: self.language,
            tags: self.tags,
        }))
    }
}

/// Creates an archive at `path` from the records.
///
/// # Errors
/// An invalid line, dumps in another order than that of their sources, one content read in two
/// ways, and the archive's error.
pub fn records(
    lines: impl BufRead,
    path: &Path,
    interrupted: Arc<AtomicBool>,
) -> Result<Archive, SettleError> {
    let mut archive = Archive::open_or_create(path)?;
    archive.interrupt_when(interrupted)?;
    let meta = ImportMeta { command: String::new(), started_at: clock::second() };
    let mut importing = archive.import(meta);
    let mut taking = Taking::default();
    let mut last = 0;
    for (at, line) in (1..).zip(lines.lines()) {
        let wrong = |message: String| SettleError::Line { line: at, message };
        let line = line?;
        last = at;
        if line.trim().is_empty() {
            continue;
        }
        let mut row: InputRow =
            serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))?;
        let place = row.take_place().map_err(wrong)?;
        let is_new = taking.turn_to(&mut importing, place, &row).map_err(|turn| turn.at(at))?;
        if !is_new {
            continue;
        }
        let (record, first) = (row.record.unwrap_or(0), row.line.unwrap_or(0));
        let work = row.work().map_err(wrong)?;
        match row.review().map_err(wrong)? {
            Some(review) => importing.review(record, first, review)?,
            None => importing.work(&work)?,
        }
    }
    taking.end(&mut importing).map_err(|turn| turn.at(last))?;
    importing.finish(&clock::second())?;
    Ok(archive)
}

/// The origin of a record.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    sha256: [u8; 32],
    source: String,
    number: u64,
    path: String,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.source == self.path {
            true => f.write_str(&self.path),
            false => write!(f, "{} {}", self.source, self.path),
        }
    }
}

/// The dump whose records are being read.
struct Current {
    place: Place,
    /// Hash of all its records.
    hash: u64,
    /// The same content came before, at another path.
    is_copy: bool,
    /// Position of its last line.
    last: Order,
    /// Whether its lines so far are sorted by number, as `convert` writes them, and whether by
    /// work.
    sorted: (bool, bool),
}

/// The position of a line within its dump. A line that only names a work has no record.
#[derive(Clone, Copy, Default)]
struct Order {
    mention: Option<u64>,
    record: Option<u64>,
}

impl Current {
    /// Whether the lines are still in one of the two orders. Another order would give other
    /// spellings and newer values than an import of the dump.
    fn follows(&mut self, next: Order) -> bool {
        let last = std::mem::replace(&mut self.last, next);
        let by_record = last.record.zip(next.record).is_none_or(|(last, next)| last <= next);
        self.sorted.0 &= by_record;
        self.sorted.1 &= match last.mention.cmp(&next.mention) {
            Ordering::Less => true,
            Ordering::Equal => by_record,
            Ordering::Greater => false,
        };
        self.sorted.0 || self.sorted.1
    }
}

#[derive(Default)]
struct Taking {
    current: Option<Current>,
    /// Every completed content, with the hash of its records and its first path.
    ended: BTreeMap<[u8; 32], (u64, String)>,
}

enum Turn {
    Archive(ArchiveError),
    Wrong(String),
}

impl Turn {
    fn at(self, line: usize) -> SettleError {
        match self {
            Turn::Archive(error) => error.into(),
            Turn::Wrong(message) => SettleError::Line { line, message },
        }
    }
}

impl From<ArchiveError> for Turn {
    fn from(error: ArchiveError) -> Self {
        Turn::Archive(error)
    }
}

impl Taking {
    /// Whether to process the line: a copy of a dump at another path adds nothing, as in an
    /// archive.
    fn turn_to(
        &mut self,
        importing: &mut Importing<'_>,
        place: Place,
        row: &InputRow,
    ) -> Result<bool, Turn> {
        if self.current.as_ref().is_none_or(|current| current.place != place) {
            self.begin(importing, place, row)?;
        }
        let Some(current) = &mut self.current else { return Ok(false) };
        if !current.follows(Order { mention: row.mention, record: row.record }) {
            let message = format!("the records of {} are not sorted", current.place);
            return Err(Turn::Wrong(message));
        }
        current.hash = xxh3_64_with_seed(format!("{row:?}").as_bytes(), current.hash);
        Ok(!current.is_copy)
    }

    fn begin(
        &mut self,
        importing: &mut Importing<'_>,
        place: Place,
        row: &InputRow,
    ) -> Result<(), Turn> {
        if let Some(Current { place: last, .. }) = &self.current
            && (&place.source, place.number) < (&last.source, last.number)
        {
            return Err(Turn::Wrong(format!(
                "{place} comes behind {last}: the lines are not sorted"
            )));
        }
        self.end(importing)?;
        let is_copy = self.ended.contains_key(&place.sha256);
        if !is_copy {
            importing.begin_dump(&DumpMeta {
                size: 0,
                format: row.format.clone(),
                options: "{}".to_owned(),
                path: format!("{} {}", place.source, place.path),
                account: row.account.clone(),
                standing: is_true(&row.standing),
            })?;
        }
        self.current =
            Some(Current { place, hash: 0, is_copy, last: Order::default(), sorted: (true, true) });
        Ok(())
    }

    fn end(&mut self, importing: &mut Importing<'_>) -> Result<(), Turn> {
        let Some(Current { place, hash, is_copy, .. }) = self.current.take() else { return Ok(()) };
        if !is_copy {
            importing.end_dump(&place.sha256, None, "UTF-8")?;
            self.ended.insert(place.sha256, (hash, place.to_string()));
            return Ok(());
        }
        match self.ended.get(&place.sha256) {
            Some((first, path)) if *first != hash => Err(Turn::Wrong(format!(
                "{path} and {place} are one file that was read in two ways: leave one out"
            ))),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
