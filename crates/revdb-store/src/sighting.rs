//! Reads and writes single rows of `sighting`.

use rusqlite::{Connection, named_params, params};

use super::rowhash::RowHash;
use super::{ArchiveError, sql::sql};
use revdb_model::merge::{Differs, Values};

/// A record of a dump and the review that it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// The dump.
    pub dump_id: i64,
    /// The record's number.
    pub record: i64,
    /// The line.
    pub line: i64,
    /// The review.
    pub review_id: i64,
    /// The number of the mention of its work.
    pub mention: i64,
    /// See [`identity::key`](revdb_model::identity::key).
    pub key: i64,
    /// Site and id.
    pub id: Option<(i64, String)>,
    /// See [`identity::mark`](revdb_model::identity::mark).
    pub mark: Option<i64>,
    /// See [`identity::content`](revdb_model::identity::content).
    pub repeat: i64,
    /// JSON of the fields in which it differs from the review.
    pub differs: Option<String>,
    /// Whether the indexes of key and id contain it, rather than another sighting of the review
    /// with the same.
    pub is_representative: bool,
}

impl Sighting {
    fn hash(&self, is_representative: bool) -> i64 {
        let mut hash = RowHash::default();
        for number in [self.dump_id, self.record, self.line, self.review_id, self.mention, self.key]
        {
            hash.put_integer(Some(number));
        }
        hash.put_integer(self.id.as_ref().map(|(site, _)| *site));
        hash.put_text(self.id.as_ref().map(|(_, id)| id.as_str()));
        hash.put_integer(self.mark);
        hash.put_integer(Some(self.repeat));
        hash.put_text(self.differs.as_deref());
        hash.put_integer(Some(i64::from(is_representative)));
        hash.finish()
    }

    /// Inserts the sighting.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn insert(&self, conn: &Connection) -> rusqlite::Result<()> {
        self.put(conn, self.is_representative)
    }

    /// Inserts it as not representative; `sighting/make_representative` changes that.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn insert_unrepresentative(&self, conn: &Connection) -> rusqlite::Result<()> {
        self.put(conn, false)
    }

    fn put(&self, conn: &Connection, is_representative: bool) -> rusqlite::Result<()> {
        let params = params![
            self.dump_id,
            self.record,
            self.line,
            self.review_id,
            self.mention,
            self.key,
            self.id.as_ref().map(|(site, _)| *site),
            self.id.as_ref().map(|(_, id)| id),
            self.mark,
            self.repeat,
            self.differs,
            is_representative,
            self.hash(self.is_representative),
        ];
        conn.prepare_cached(sql("sighting/insert"))?.execute(params).map(drop)
    }

    /// Updates the sighting.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn update(&self, conn: &Connection) -> rusqlite::Result<()> {
        conn.prepare_cached(sql("sighting/update"))?.execute(named_params! {
            ":review_id": self.review_id, ":key": self.key, ":mark": self.mark, ":differs": self.differs,
            ":hash": self.hash(true), ":dump_id": self.dump_id, ":record": self.record,
        })?;
        Ok(())
    }
}

/// A sighting with the properties of its dump and its work.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The sighting.
    pub sighting: Sighting,
    /// The work that its mention is resolved to.
    pub work_id: i64,
    /// The dump's place in the order of dumps.
    pub place: i64,
    /// The dump's site, if it is one account's own export.
    pub account: Option<String>,
    /// Whether the dump's records are standing marks.
    pub standing: bool,
}

impl Seen {
    /// Reads a sighting.
    ///
    /// # Errors
    /// The archive's error.
    pub fn read(conn: &Connection, dump_id: i64, record: i64) -> Result<Self, ArchiveError> {
        let mut statement = conn.prepare_cached(sql("sighting/read"))?;
        let seen =
            statement.query_row(named_params! {":dump_id": dump_id, ":record": record}, |row| {
                let site: Option<i64> = row.get(4)?;
                let ext_id: Option<String> = row.get(5)?;
                Ok(Seen {
                    sighting: Sighting {
                        dump_id,
                        record,
                        line: row.get(0)?,
                        review_id: row.get(1)?,
                        mention: row.get(2)?,
                        key: row.get(3)?,
                        id: site.zip(ext_id),
                        mark: row.get(6)?,
                        repeat: row.get(7)?,
                        differs: row.get(8)?,
                        is_representative: row.get(9)?,
                    },
                    work_id: row.get(10)?,
                    place: row.get(11)?,
                    account: row.get(12)?,
                    standing: row.get(13)?,
                })
            })?;
        Ok(seen)
    }

    /// The record's own values, given the review's.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`].
    pub fn values(&self, shown: &Values) -> Result<Values, ArchiveError> {
        values_of(self.sighting.differs.as_deref(), shown, &self.sighting)
    }
}

fn values_of(differs: Option<&str>, shown: &Values, at: &Sighting) -> Result<Values, ArchiveError> {
    let Some(json) = differs else { return Ok(shown.clone()) };
    let differs: Differs = serde_json::from_str(json).map_err(|error| {
        ArchiveError::Damaged(format!(
            "record {} of dump {} cannot be read: {error}",
            at.record, at.dump_id
        ))
    })?;
    Ok(differs.apply(shown))
}

/// The difference of two sets of values as stored; `None` if they are equal.
///
/// # Errors
/// The JSON cannot be written.
pub fn differs_json(shown: &Values, record: &Values) -> Result<Option<String>, ArchiveError> {
    Differs::between(shown, record)
        .map(|differs| serde_json::to_string(&differs))
        .transpose()
        .map_err(|error| {
            ArchiveError::Damaged(format!("a record's values cannot be written: {error}"))
        })
}
