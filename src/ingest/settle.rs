//! Records that `revdb convert` wrote, taken into an archive that lasts as long as it takes.
//!
//! Must never: take records of one dump apart, whose order counts; they come one behind the other.

use std::collections::BTreeSet;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use revdb_model::{Audience, ExternalId, PartialDate, Review, WorkMention};
use revdb_store::{Archive, ArchiveError, DumpMeta, ImportMeta, Importing};
use serde::Deserialize;
use serde_json::Value;

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

/// One line. An engine leaves out what is null.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    dump: String,
    source: String,
    path: String,
    format: String,
    account: Option<String>,
    standing: Value,
    record: Option<u64>,
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
    /// Beside a `date` that holds whole days alone.
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

/// True or 1, whoever wrote it.
fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or(value.as_i64() == Some(1))
}

impl Said {
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

    /// The review; `None` of a line that only names a work.
    fn review(self) -> Result<Option<Review>, String> {
        let Some(audience) = &self.audience else { return Ok(None) };
        let work = self.work()?;
        let audience =
            Audience::parse(audience).ok_or_else(|| format!("no audience {audience}"))?;
        let date = self.date_text.as_deref().or(self.date.as_deref());
        Ok(Some(Review {
            audience,
            work,
            date: date.and_then(PartialDate::from_iso),
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

/// Makes an archive at `path` of the records.
///
/// # Errors
/// A line that is no record, a dump that comes again, and what the archive says.
pub fn records(
    lines: impl BufRead,
    path: &Path,
    interrupted: Arc<AtomicBool>,
) -> Result<Archive, SettleError> {
    let mut archive = Archive::open_or_create(path)?;
    archive.interrupt_when(interrupted)?;
    let meta = ImportMeta { command: String::new(), started_at: clock::second() };
    let mut importing = archive.import(meta);
    let mut taking = Taking { current: None, ended: BTreeSet::new() };
    for (at, line) in (1..).zip(lines.lines()) {
        let wrong = |message: String| SettleError::Line { line: at, message };
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let said: Said = serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))?;
        taking.turn_to(&mut importing, &said).map_err(|error| match error {
            Turn::Archive(error) => error.into(),
            Turn::Wrong(message) => wrong(message),
        })?;
        let (record, first) = (said.record.unwrap_or(0), said.line.unwrap_or(0));
        let work = said.work().map_err(wrong)?;
        match said.review().map_err(wrong)? {
            Some(review) => importing.review(record, first, review)?,
            None => importing.work(&work)?,
        }
    }
    taking.end(&mut importing)?;
    importing.finish(&clock::second())?;
    Ok(archive)
}

/// The dump whose records come.
struct Taking {
    current: Option<[u8; 32]>,
    ended: BTreeSet<[u8; 32]>,
}

enum Turn {
    Archive(ArchiveError),
    Wrong(String),
}

impl From<ArchiveError> for Turn {
    fn from(error: ArchiveError) -> Self {
        Turn::Archive(error)
    }
}

impl Taking {
    fn turn_to(&mut self, importing: &mut Importing<'_>, said: &Said) -> Result<(), Turn> {
        let sha256 = said.sha256().ok_or_else(|| Turn::Wrong("dump is no SHA-256".to_owned()))?;
        if self.current == Some(sha256) {
            return Ok(());
        }
        self.end(importing)?;
        if !self.ended.insert(sha256) {
            return Err(Turn::Wrong(format!(
                "records of {} {} came before",
                said.source, said.path
            )));
        }
        importing.begin_dump(&DumpMeta {
            size: 0,
            format: said.format.clone(),
            options: "{}".to_owned(),
            path: format!("{} {}", said.source, said.path),
            account: said.account.clone(),
            standing: is_true(&said.standing),
        })?;
        self.current = Some(sha256);
        Ok(())
    }

    fn end(&mut self, importing: &mut Importing<'_>) -> Result<(), ArchiveError> {
        if let Some(sha256) = self.current.take() {
            importing.end_dump(&sha256, None, "UTF-8")?;
        }
        Ok(())
    }
}
