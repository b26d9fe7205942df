//! Another archive's dumps, taken as they are: not its bytes read again, but what was read.
//!
//! Each record goes the way that a record of a file goes, so that the same two decisions are
//! made of it (which work, which review). Must never: write to the other archive, or take its
//! numbers for ours.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Counts, DumpMeta, Importing, Known, StoredClaim};
use crate::review_row::{ReviewRow, Seen};
use crate::{Archive, ArchiveError, sql::sql};
use revdb_model::{Audience, ExternalId, PartialDate, Review, WorkMention};

/// A dump of another archive.
#[derive(Debug, Clone)]
pub struct OtherDump {
    id: i64,
    pub sha256: [u8; 32],
    /// Bytes.
    pub size: u64,
    pub format: String,
    /// JSON.
    pub options: String,
    file_name: Option<String>,
    encoding: String,
    pub account: Option<String>,
    pub standing: bool,
    /// Of its first source.
    pub path: String,
    left_alone: u64,
    works: u64,
}

impl Archive {
    /// The dumps, in the order in which they count.
    ///
    /// # Errors
    /// What the archive says.
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

/// What an archive holds of one of its dumps: each record as it was read.
pub struct Records<'a> {
    conn: &'a Connection,
    dump_id: i64,
    /// How the dump names works, by rising numbers from 1.
    pub mentions: Vec<WorkMention>,
}

/// A record as its dump said it.
#[derive(Debug, Clone)]
pub struct Record {
    pub record: u64,
    pub line: u64,
    /// The number of its work's mention.
    pub mention: usize,
    /// Records of the dump that said the same before.
    pub repeat: i64,
    pub review: Review,
}

impl Archive {
    /// # Errors
    /// What the archive says.
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

    /// The numbers of the records, in their order.
    ///
    /// # Errors
    /// What the archive says.
    pub fn numbers(&self) -> Result<Vec<i64>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("adopt/records"))?;
        let rows =
            statement.query_map(named_params! {":dump_id": self.dump_id}, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// # Errors
    /// What the archive says; a number that is none of its records'.
    pub fn read(&self, number: i64) -> Result<Record, ArchiveError> {
        let seen = Seen::read(self.conn, self.dump_id, number)?;
        let row = ReviewRow::read(self.conn, seen.sighting.review_id)?;
        let said = seen.values(&row.values)?;
        let id = seen.sighting.id.clone().map(|(site, id)| -> Result<_, ArchiveError> {
            let mut name = self.conn.prepare_cached(sql("adopt/site"))?;
            let site: String = name.query_row([site], |row| row.get(0))?;
            Ok(ExternalId::new(site, id))
        });
        let (mention, work) = self.named(seen.sighting.mention)?;
        let review = Review {
            audience: row.audience,
            work: work.clone(),
            byline: said.byline,
            publication: said.publication,
            date: said.date.as_deref().and_then(PartialDate::from_iso),
            score: said.score,
            score_text: said.score_text,
            verdict: said.verdict,
            tags: said.tags,
            quote: said.quote,
            url: said.url,
            id: id.transpose()?,
            truncated: said.truncated,
            language: said.language,
        };
        let line = seen.sighting.line.cast_unsigned();
        let repeat = seen.sighting.repeat;
        Ok(Record { record: number.cast_unsigned(), line, mention, repeat, review })
    }

    /// Record, line, reason and raw text of each.
    ///
    /// # Errors
    /// What the archive says.
    pub fn rejections(&self) -> Result<Vec<(i64, i64, String, String)>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("adopt/rejections"))?;
        let rows = statement.query_map(named_params! {":dump_id": self.dump_id}, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// What taking a dump from another archive came to.
#[derive(Debug, Clone)]
pub struct Adopted {
    pub counts: Counts,
    /// It was here before; read in this way.
    pub known: Option<Known>,
}

impl Importing<'_> {
    /// Takes a dump of another archive, or notes that it was met again. `path`: as it is to be
    /// shown here. `keeps`: its bytes, too, where they are there.
    pub fn adopt(
        &mut self,
        other: &Archive,
        dump: &OtherDump,
        path: &str,
        keeps: bool,
    ) -> Result<Adopted, ArchiveError> {
        if let Some(known) = self.known(&dump.sha256)?.into_iter().next() {
            let counts = self.again(known.dump_id, path, "{}")?;
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
            let kept: Option<(i64, Vec<u8>)> = statement
                .query_row(named_params! {":sha256": dump.sha256}, |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            if let Some((size, bytes)) = kept {
                self.keep(&dump.sha256, size.unsigned_abs(), &bytes)?;
            }
        }
        Ok(Adopted { counts: ended.counts, known: None })
    }

    fn adopt_records(&mut self, other: &Connection, dump: &OtherDump) -> Result<(), ArchiveError> {
        let records = Records::of(other, dump.id)?;
        // Mentions first, so that they have the numbers that they had.
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
        let counts = &mut self.dump().ended.counts;
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

/// How a dump names works, by rising numbers from 1.
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
