//! What came in, and where a review comes from: read-only listings.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, named_params};

use super::corrections::{self, FieldChange};
use super::recluster::{self, AsRead};
use super::{Archive, ArchiveError, importing::Counts, sql::sql};
use revdb_model::merge::Values;

/// One run of `revdb import`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    pub id: i64,
    pub started_at: String,
    /// `None`: cut off between two groups of dumps.
    pub finished_at: Option<String>,
    pub command: String,
    pub sources: i64,
    pub counts: Counts,
}

/// One dump met by one import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    pub id: i64,
    pub import_id: i64,
    pub path: String,
    pub format: String,
    /// Bytes.
    pub size: i64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub encoding: String,
    pub counts: Counts,
    /// The dump's bytes are in the archive.
    pub kept: bool,
}

/// A record that could not become a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectionRow {
    pub import_id: i64,
    pub source_id: i64,
    pub path: String,
    pub record: i64,
    pub line: i64,
    pub reason: String,
    pub raw: String,
}

/// Where a review was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SightingRow {
    pub import_id: i64,
    pub source_id: i64,
    pub path: String,
    pub format: String,
    pub record: i64,
    pub line: i64,
    /// "metacritic 12345".
    pub external_id: Option<String>,
    /// JSON of the fields in which this record differs from what is shown.
    pub differs: Option<String>,
}

/// One review whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// Column name and value of the public view, in its order.
    pub fields: Vec<(String, Value)>,
    pub truncated: bool,
    pub language: Option<String>,
    pub sightings: Vec<SightingRow>,
    pub changes: Vec<ChangeRow>,
    /// What a person corrected, in the order in which it was.
    pub corrected: Vec<Corrected>,
}

/// A correction of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    pub changes: Vec<FieldChange>,
    /// It hides the review from every question.
    pub hides: bool,
    pub reason: String,
    pub created_at: String,
}

/// A contradiction, and who brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
    /// The dump that said `new`.
    pub path: String,
    pub record: i64,
}

/// What there is to say of a review without a row.
fn fields_of(id: i64, read: &AsRead) -> Vec<(String, rusqlite::types::Value)> {
    let said = Values::NAMES.into_iter().zip(read.values.pieces());
    let said = said.map(|(name, piece)| (name.to_owned(), piece.text().into()));
    let audience = read.audience.as_str().to_owned();
    [("id".to_owned(), id.into()), ("audience".to_owned(), audience.into())]
        .into_iter()
        .chain(said)
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
                kept: row.get(13)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What one import rejected, or all of them.
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

    /// The format that a source's dump is read as, and what was said of it, as JSON.
    ///
    /// # Errors
    /// What SQLite says, no such source included.
    pub fn reading_of_source(&self, source: i64) -> Result<(String, String), ArchiveError> {
        let named = named_params! {":id": source};
        Ok(self.conn.query_row(sql("history/reading_of_source"), named, |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?)
    }

    /// The columns and values of a statement's one row.
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

    /// One review with every source that held it.
    ///
    /// # Errors
    /// [`ArchiveError::NotFound`] where there is no such review.
    pub fn detail(&self, id: i64) -> Result<Detail, ArchiveError> {
        let fields = self.named_values(sql("history/review"), id)?;
        let read = recluster::as_read(&self.conn, id)?
            .ok_or_else(|| ArchiveError::NotFound(format!("there is no review {id}")))?;
        // A hidden review is in no view.
        let mut fields = fields.unwrap_or_else(|| fields_of(id, &read));
        // Few works have such; those that have none are not told of it.
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
            let now = corrections::values(&made.said)?.apply(&values);
            let changes = corrections::changes(&values, &now);
            let (reason, created_at) = (made.reason, made.created_at);
            all.push(Corrected { changes, hides: made.hides, reason, created_at });
            values = now;
        }
        Ok(all)
    }
}
