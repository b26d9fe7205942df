//! Read-only listings of imports, sources and rejections, and the origin of a review.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, named_params};

use super::corrections::{self, FieldChange};
use super::recluster::{self, AsRead};
use super::{Archive, ArchiveError, Numbered, importing::Counts, sql::sql};
use revdb_model::merge::Values;

/// One run of `revdb import`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Its number.
    pub id: i64,
    /// UTC, ISO 8601.
    pub started_at: String,
    /// UTC, ISO 8601; `None` if interrupted between two groups of dumps.
    pub finished_at: Option<String>,
    /// The command line.
    pub command: String,
    /// Number of sources.
    pub sources: i64,
    /// Outcomes of all its records.
    pub counts: Counts,
}

/// One dump met by one import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// Its number.
    pub id: i64,
    /// The import.
    pub import_id: i64,
    /// The path as given.
    pub path: String,
    /// The format's name.
    pub format: String,
    /// Decompressed size in bytes.
    pub size: i64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// The character encoding, in words.
    pub encoding: String,
    /// Outcomes of its records.
    pub counts: Counts,
    /// Whether the dump's bytes are stored.
    pub has_raw_dump: bool,
}

/// A record that could not become a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectionRow {
    /// The import.
    pub import_id: i64,
    /// The source.
    pub source_id: i64,
    /// The source's path.
    pub path: String,
    /// The record's number, from 1.
    pub record: i64,
    /// The line, from 1.
    pub line: i64,
    /// Why it was rejected.
    pub reason: String,
    /// The record as in the dump.
    pub raw: String,
}

/// A record of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SightingRow {
    /// The import.
    pub import_id: i64,
    /// The source.
    pub source_id: i64,
    /// The source's path.
    pub path: String,
    /// The format's name.
    pub format: String,
    /// The record's number, from 1.
    pub record: i64,
    /// The line, from 1.
    pub line: i64,
    /// Site and id: "metacritic 12345".
    pub external_id: Option<String>,
    /// JSON of the fields in which the record differs from the review.
    pub differs: Option<String>,
}

/// A review with its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// Column names and values of the public view, in order.
    pub fields: Vec<(String, Value)>,
    /// Whether the source truncated the quote.
    pub truncated: bool,
    /// The quote's language, if known.
    pub language: Option<String>,
    /// Its records.
    pub sightings: Vec<SightingRow>,
    /// Contradictions between its records.
    pub changes: Vec<ChangeRow>,
    /// Corrections in the order of creation.
    pub corrected: Vec<Corrected>,
}

/// A correction of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// The corrected fields.
    pub changes: Vec<FieldChange>,
    /// Whether it hides the review.
    pub hides: bool,
    /// The person's reason.
    pub reason: String,
    /// UTC, ISO 8601.
    pub created_at: String,
}

/// A contradiction between two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// The field's name.
    pub field: String,
    /// The earlier value.
    pub old: Option<String>,
    /// The later value, which is shown.
    pub new: Option<String>,
    /// The path of the dump with the later value.
    pub path: String,
    /// The record with the later value.
    pub record: i64,
}

/// The fields of a hidden review, which has no row.
fn fields_of(id: i64, work: Vec<(String, Value)>, read: &AsRead) -> Vec<(String, Value)> {
    let fields = Values::NAMES.into_iter().zip(read.values.pieces());
    let fields = fields
        // Shown only if they have a value.
        .filter(|(name, _)| !["truncated", "language"].contains(name))
        .map(|(name, piece)| match name {
            "score" => (name.to_owned(), read.values.score.into()),
            _ => (name.to_owned(), piece.text().into()),
        });
    let audience = read.audience.as_str().to_owned();
    std::iter::once(("id".to_owned(), id.into()))
        .chain(work)
        .chain([("audience".to_owned(), audience.into())])
        .chain(fields)
        .collect()
}

fn counts_at(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Counts> {
    let number = |index: usize| row.get::<_, i64>(first + index).map(i64::unsigned_abs);
    Ok(Counts {
        new: number(0)?,
        changed: number(1)?,
        filled_in: number(2)?,
        same: number(3)?,
        rejected: number(4)?,
        left_alone: number(5)?,
        works: 0,
    })
}

impl Archive {
    /// Every import, oldest first.
    ///
    /// # Errors
    /// The archive's error.
    pub fn imports(&self) -> Result<Vec<ImportRow>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("history/imports"))?;
        let rows = statement.query_map([], |row| {
            Ok(ImportRow {
                id: row.get(0)?,
                started_at: row.get(1)?,
                finished_at: row.get(2)?,
                command: row.get(3)?,
                sources: row.get(4)?,
                counts: counts_at(row, 5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The sources of one import, or of all.
    ///
    /// # Errors
    /// The archive's error.
    pub fn sources(&self, import: Option<i64>) -> Result<Vec<SourceRow>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("history/sources"))?;
        let rows = statement.query_map(named_params! {":import": import}, |row| {
            Ok(SourceRow {
                id: row.get(0)?,
                import_id: row.get(1)?,
                path: row.get(2)?,
                format: row.get(3)?,
                size: row.get(4)?,
                sha256: row.get(5)?,
                encoding: row.get(6)?,
                counts: counts_at(row, 7)?,
                has_raw_dump: row.get(13)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The rejections of one import, or of all.
    ///
    /// # Errors
    /// The archive's error.
    pub fn rejections(&self, import: Option<i64>) -> Result<Vec<RejectionRow>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("history/rejections"))?;
        let rows = statement.query_map(named_params! {":import": import}, |row| {
            Ok(RejectionRow {
                import_id: row.get(0)?,
                path: row.get(1)?,
                record: row.get(2)?,
                line: row.get(3)?,
                reason: row.get(4)?,
                raw: row.get(5)?,
                source_id: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The format of a source's dump, and its options as JSON.
    ///
    /// # Errors
    /// SQLite's error, also for an unknown source.
    pub fn reading_of_source(&self, source: i64) -> Result<(String, String), ArchiveError> {
        let named = named_params! {":id": source};
        Ok(self.conn.query_row(sql("history/reading_of_source"), named, |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?)
    }

    /// Column names and values of a statement's single row.
    fn named_values(
        &self,
        select: &str,
        id: i64,
    ) -> Result<Option<Vec<(String, Value)>>, ArchiveError> {
        let mut statement = self.conn.prepare(select)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let row = statement.query_row(named_params! {":id": id}, |row| {
            names.iter().enumerate().map(|(i, name)| Ok((name.clone(), row.get(i)?))).collect()
        });
        Ok(row.optional()?)
    }

    /// One review with its records.
    ///
    /// # Errors
    /// [`ArchiveError::NotFound`] if there is no such review.
    pub fn detail(&self, id: i64) -> Result<Detail, ArchiveError> {
        let fields = self.named_values(sql("history/review"), id)?;
        let read = recluster::as_read(&self.conn, id)?
            .ok_or_else(|| ArchiveError::NotFound { what: Numbered::Review, id })?;
        // A hidden review is in no view.
        let mut fields = match fields {
            Some(fields) => fields,
            None => {
                let work = self.named_values(sql("history/work"), read.work_id)?;
                fields_of(id, work.unwrap_or_default(), &read)
            }
        };
        // Few works have such values; empty ones are not shown.
        let of_work = self.named_values(sql("history/work_of_review"), id)?.unwrap_or_default();
        fields.extend(of_work.into_iter().filter(|(_, value)| *value != Value::Null));
        let corrected = self.corrected(id, read.values)?;
        let (mut truncated, mut language) = (false, None);
        let mut sightings = Vec::new();
        let mut statement = self.conn.prepare(sql("history/sightings"))?;
        let mut rows = statement.query(named_params! {":id": id})?;
        while let Some(row) = rows.next()? {
            truncated = row.get(9)?;
            language = row.get(10)?;
            let (site, ext_id): (Option<String>, Option<String>) = (row.get(6)?, row.get(7)?);
            sightings.push(SightingRow {
                import_id: row.get(0)?,
                source_id: row.get(1)?,
                path: row.get(2)?,
                format: row.get(3)?,
                record: row.get(4)?,
                line: row.get(5)?,
                external_id: site.zip(ext_id).map(|(site, id)| format!("{site} {id}")),
                differs: row.get(8)?,
            });
        }
        let mut statement = self.conn.prepare(sql("history/changes"))?;
        let changes = statement
            .query_map(named_params! {":id": id}, |row| {
                Ok(ChangeRow {
                    field: row.get(0)?,
                    old: row.get(1)?,
                    new: row.get(2)?,
                    path: row.get(3)?,
                    record: row.get(4)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(Detail { fields, truncated, language, sightings, changes, corrected })
    }

    fn corrected(&self, id: i64, mut values: Values) -> Result<Vec<Corrected>, ArchiveError> {
        let mut all = Vec::new();
        for made in corrections::made(&self.conn, id)? {
            let now = corrections::values(&made.corrected)?.apply(&values);
            let changes = corrections::changes(&values, &now);
            let (reason, created_at) = (made.reason, made.created_at);
            all.push(Corrected { changes, hides: made.hides, reason, created_at });
            values = now;
        }
        Ok(all)
    }
}
