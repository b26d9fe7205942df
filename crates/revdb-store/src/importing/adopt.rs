//! Imports another archive's dumps as they were read there, not from their bytes.
//!
//! Each record is imported as a file's record is, so works and reviews are resolved the same way.
//! Must never: write to the other archive, or reuse its row numbers.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Counts, DumpMeta, Importing, KnownDump, StoredClaim};
use crate::review_row::ReviewRow;
use crate::sighting::Seen;
use crate::{Archive, ArchiveError, sql::sql};
use revdb_model::{Audience, ExternalId, PartialDate, Review, WorkMention};

/// A dump of another archive.
#[derive(Debug, Clone)]
pub struct OtherDump {
    id: i64,
    /// The content's hash.
    pub sha256: [u8; 32],
    /// Decompressed size in bytes.
    pub size: u64,
    /// The format's name.
    pub format: String,
    /// JSON of the options.
    pub options: String,
    file_name: Option<String>,
    encoding: String,
    /// The site, if it is one account's own export.
    pub account: Option<String>,
    /// Whether its records are standing marks.
    pub standing: bool,
    /// The path of its first source.
    pub path: String,
    left_alone: u64,
    works: u64,
}

impl Archive {
    /// The dumps in their order of precedence.
    ///
    /// # Errors
    /// The archive's error.
    pub fn dumps(&self) -> Result<Vec<OtherDump>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("adopt/dumps"))?;
        let count = |row: &Row<'_>, at| row.get::<_, i64>(at).map(i64::unsigned_abs);
        let rows = statement.query_map([], |row| {
            Ok(OtherDump {
                id: row.get(0)?,
                sha256: row.get(1)?,
                size: count(row, 2)?,
                format: row.get(3)?,
                options: row.get(4)?,
                file_name: row.get(5)?,
                encoding: row.get(6)?,
                account: row.get(7)?,
                standing: row.get(8)?,
                path: row.get(9)?,
                left_alone: count(row, 10)?,
                works: count(row, 11)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The records of a dump as they were read.
pub struct Records<'a> {
    conn: &'a Connection,
    dump_id: i64,
    /// The works that the dump names, numbered from 1.
    pub mentions: Vec<WorkMention>,
}

/// One record.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its number, from 1.
    pub record: u64,
    /// The line, from 1.
    pub line: u64,
    /// The number of its work's mention.
    pub mention: usize,
    /// Number of earlier records of the dump with the same content.
    pub repeat: i64,
    /// The review.
    pub review: Review,
}

impl Archive {
    /// The records of a dump.
    ///
    /// # Errors
    /// The archive's error.
    pub fn records(&self, dump: &OtherDump) -> Result<Records<'_>, ArchiveError> {
        Records::of(&self.conn, dump.id)
    }
}

impl<'a> Records<'a> {
    fn of(conn: &'a Connection, dump_id: i64) -> Result<Self, ArchiveError> {
        Ok(Records { conn, dump_id, mentions: mentions(conn, dump_id)? })
    }

    fn named(&self, number: i64) -> Result<(usize, &WorkMention), ArchiveError> {
        let at = usize::try_from(number).ok();
        let found = at.and_then(|at| Some((at, self.mentions.get(at.checked_sub(1)?)?)));
        found.ok_or_else(|| {
            let dump = self.dump_id;
            ArchiveError::Damaged(format!("dump {dump}: mention {number} is not there"))
        })
    }

    /// The numbers of the records, in order.
    ///
    /// # Errors
    /// The archive's error.
    pub fn numbers(&self) -> Result<Vec<i64>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("adopt/records"))?;
        let rows =
            statement.query_map(named_params! {":dump_id": self.dump_id}, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One record.
    ///
    /// # Errors
    /// The archive's error, also for an unknown number.
    pub fn read(&self, number: i64) -> Result<Record, ArchiveError> {
        let seen = Seen::read(self.conn, self.dump_id, number)?;
        let row = ReviewRow::read(self.conn, seen.sighting.review_id)?;
        let values = seen.values(&row.values)?;
        let id = seen.sighting.id.clone().map(|(site, id)| -> Result<_, ArchiveError> {
            let mut name = self.conn.prepare_cached(sql("adopt/site"))?;
            let site: String = name.query_row([site], |row| row.get(0))?;
            Ok(ExternalId::new(site, id))
        });
        let (mention, work) = self.named(seen.sighting.mention)?;
        let review = Review {
            audience: row.audience,
            work: work.clone(),
            byline: values.byline,
            publication: values.publication,
            date: values.date.as_deref().and_then(PartialDate::from_iso),
            score: values.score,
            score_text: values.score_text,
            verdict: values.verdict,
            tags: values.tags,
            quote: values.quote,
            url: values.url,
            id: id.transpose()?,
            truncated: values.truncated,
            language: values.language,
        };
        let line = seen.sighting.line.cast_unsigned();
        let repeat = seen.sighting.repeat;
        Ok(Record { record: number.cast_unsigned(), line, mention, repeat, review })
    }

    /// Record, line, reason and raw text of each rejection.
    ///
    /// # Errors
    /// The archive's error.
    pub fn rejections(&self) -> Result<Vec<(i64, i64, String, String)>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("adopt/rejections"))?;
        let rows = statement.query_map(named_params! {":dump_id": self.dump_id}, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The result of adopting a dump.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// Outcomes of its records.
    pub counts: Counts,
    /// Set if the archive had the dump before.
    pub known: Option<KnownDump>,
}

impl Importing<'_> {
    /// Imports a dump of another archive, or records that it was met again. `path` is the path to
    /// show; `keeps` copies its bytes, if stored.
    ///
    /// # Errors
    /// The error of either archive.
    pub fn adopt(
        &mut self,
        other: &Archive,
        dump: &OtherDump,
        path: &str,
        keeps: bool,
    ) -> Result<Adopted, ArchiveError> {
        if let Some(known) = self.known(&dump.sha256)?.into_iter().next() {
            let counts = self.record_known_dump(known.dump_id, path, "{}")?;
            return Ok(Adopted { counts, known: Some(known) });
        }
        self.begin_dump(&DumpMeta {
            size: dump.size,
            format: dump.format.clone(),
            options: dump.options.clone(),
            path: path.to_owned(),
            account: dump.account.clone(),
            standing: dump.standing,
        })?;
        self.adopt_records(&other.conn, dump)?;
        let ended = self.end_dump(&dump.sha256, dump.file_name.as_deref(), &dump.encoding)?;
        if keeps {
            let mut statement = other.conn.prepare_cached(sql("adopt/raw_dump"))?;
            let raw: Option<(i64, Vec<u8>)> = statement
                .query_row(named_params! {":sha256": dump.sha256}, |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            if let Some((size, bytes)) = raw {
                self.keep(&dump.sha256, size.unsigned_abs(), &bytes)?;
            }
        }
        Ok(Adopted { counts: ended.counts, known: None })
    }

    fn adopt_records(&mut self, other: &Connection, dump: &OtherDump) -> Result<(), ArchiveError> {
        let records = Records::of(other, dump.id)?;
        // Mentions first, so that they keep their numbers.
        for mention in &records.mentions {
            self.mention(mention)?;
        }
        for number in records.numbers()? {
            let Record { record, line, review, .. } = records.read(number)?;
            self.review(record, line, review)?;
        }
        self.adopt_claims(&records)?;
        for (record, line, reason, raw) in records.rejections()? {
            self.reject(record.cast_unsigned(), line.cast_unsigned(), &reason, &raw)?;
        }
        let counts = &mut self.dump().summary.counts;
        (counts.left_alone, counts.works) = (dump.left_alone, dump.works);
        Ok(())
    }

    fn adopt_claims(&mut self, records: &Records<'_>) -> Result<(), ArchiveError> {
        let dump_id = records.dump_id;
        let mut statement = records.conn.prepare(sql("adopt/claims"))?;
        let mut rows = statement.query(named_params! {":dump_id": dump_id})?;
        while let Some(row) = rows.next()? {
            let (audience, kind): (String, String) = (row.get(0)?, row.get(1)?);
            let unknown =
                || ArchiveError::Damaged(format!("dump {dump_id}: a claim of {audience}"));
            let claim = StoredClaim {
                audience: Audience::parse(&audience).ok_or_else(unknown)?,
                kind: kind.into(),
                value: row.get(2)?,
                out_of: row.get(3)?,
                work: records.named(row.get(4)?)?.1.clone(),
            };
            self.claim(&claim)?;
        }
        Ok(())
    }
}

/// The works that a dump names, numbered from 1.
fn mentions(conn: &Connection, dump_id: i64) -> Result<Vec<WorkMention>, ArchiveError> {
    let mut statement = conn.prepare(sql("adopt/mentions"))?;
    let mut rows = statement.query(named_params! {":dump_id": dump_id})?;
    let mut mentions = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: Option<String> = row.get(2)?;
        let pairs = |at: usize| -> Result<Vec<(String, String)>, ArchiveError> {
            serde_json::from_str(&row.get::<_, String>(at)?)
                .map_err(|error| ArchiveError::Damaged(error.to_string()))
        };
        let property = |(property, value): (String, String)| {
            property.parse().map(|property| (property, value)).map_err(ArchiveError::Damaged)
        };
        mentions.push(WorkMention {
            title: row.get(1)?,
            kind: kind.and_then(|kind| kind.parse().ok()),
            year: row.get(3)?,
            ids: pairs(4)?.into_iter().map(|(site, id)| ExternalId::new(site, id)).collect(),
            properties: pairs(5)?.into_iter().map(property).collect::<Result<_, _>>()?,
        });
    }
    Ok(mentions)
}
