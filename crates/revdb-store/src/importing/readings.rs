//! The stored dumps and their options, for reading them again.

use rusqlite::Connection;

use super::Importing;
use crate::raw_dumps::{self, RawDump};
use crate::{ArchiveError, sql::sql};

/// A dump as one import met it.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The import.
    pub import_id: i64,
    /// The source's path.
    pub path: String,
    /// The dump.
    pub dump_id: i64,
    /// The format's name.
    pub format: String,
    /// JSON of the options.
    pub options: String,
    /// Set if the file's name was used as the title.
    pub file_name: Option<String>,
    /// The content's hash.
    pub sha256: [u8; 32],
    /// Whether this import was the first to meet it.
    pub first: bool,
    /// Whether its bytes are stored.
    pub has_raw_dump: bool,
}

/// The options given for a dump.
#[derive(Debug, Clone)]
pub struct StoredOptions {
    /// The dump.
    pub dump_id: i64,
    /// JSON of the options in effect.
    pub options: String,
    /// JSON of the options given for each source, in order.
    pub given: Vec<String>,
}

impl Importing<'_> {
    /// The stored bytes of the dump with this content, if any.
    ///
    /// # Errors
    /// The archive's error.
    pub fn raw_dump(&self, sha256: &[u8; 32]) -> Result<Option<RawDump>, ArchiveError> {
        raw_dumps::find(self.conn, sha256)
    }

    /// Every dump that every import met, in order. The write lock is held, so that they cannot
    /// change.
    ///
    /// # Errors
    /// The archive's error.
    pub fn readings(&self) -> Result<Vec<Reading>, ArchiveError> {
        readings(self.conn)
    }

    /// The options given for every dump.
    ///
    /// # Errors
    /// The archive's error.
    pub fn stored_options(&self) -> Result<Vec<StoredOptions>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("reread/words"))?;
        let mut rows = statement.query([])?;
        let mut all: Vec<StoredOptions> = Vec::new();
        while let Some(row) = rows.next()? {
            let (dump_id, options, given) = (row.get(0)?, row.get(1)?, row.get(2)?);
            match all.last_mut().filter(|last| last.dump_id == dump_id) {
                Some(last) => last.given.push(given),
                None => all.push(StoredOptions { dump_id, options, given: vec![given] }),
            }
        }
        Ok(all)
    }
}

fn readings(conn: &Connection) -> Result<Vec<Reading>, ArchiveError> {
    let mut statement = conn.prepare(sql("reread/sources"))?;
    let rows = statement.query_map([], |row| {
        Ok(Reading {
            import_id: row.get(0)?,
            path: row.get(1)?,
            dump_id: row.get(2)?,
            format: row.get(3)?,
            options: row.get(4)?,
            file_name: row.get(5)?,
            sha256: row.get(6)?,
            first: row.get(7)?,
            has_raw_dump: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
