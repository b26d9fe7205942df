//! Which dumps there are to be read again, and how they were read.

use rusqlite::Connection;

use super::Importing;
use crate::raw_dumps::{RawDump, kept};
use crate::{ArchiveError, sql::sql};

/// A dump as an import met it.
#[derive(Debug, Clone)]
pub struct Reading {
    pub import_id: i64,
    pub path: String,
    pub dump_id: i64,
    pub format: String,
    /// JSON.
    pub options: String,
    pub file_name: Option<String>,
    pub sha256: [u8; 32],
    /// This import was the first to meet it.
    pub first: bool,
    pub kept: bool,
}

/// What was said of a dump's reading.
#[derive(Debug, Clone)]
pub struct Words {
    pub dump_id: i64,
    /// JSON: how it is read.
    pub options: String,
    /// JSON, one for each source, in their order.
    pub said: Vec<String>,
}

impl Importing<'_> {
    /// The kept dump with this content.
    pub fn kept(&self, sha256: &[u8; 32]) -> Result<Option<RawDump>, ArchiveError> {
        kept(self.conn, sha256)
    }

    /// Every dump that every import met, in order; nobody else changes them by now.
    pub fn readings(&self) -> Result<Vec<Reading>, ArchiveError> {
        readings(self.conn)
    }

    /// What was said of every dump.
    pub fn words(&self) -> Result<Vec<Words>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("reread/words"))?;
        let mut rows = statement.query([])?;
        let mut all: Vec<Words> = Vec::new();
        while let Some(row) = rows.next()? {
            let (dump_id, options, said) = (row.get(0)?, row.get(1)?, row.get(2)?);
            match all.last_mut().filter(|last| last.dump_id == dump_id) {
                Some(last) => last.said.push(said),
                None => all.push(Words { dump_id, options, said: vec![said] }),
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
            kept: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
