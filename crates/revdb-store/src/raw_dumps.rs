//! The dumps' own bytes: handed back, and held against their sha256.

use std::io::{self, Read, Write};

use rusqlite::{Connection, OptionalExtension, named_params};
use sha2::{Digest, Sha256};

use super::check::{Fault, Finding, damage};
use super::connect::MAX_VALUE_BYTES;
use super::{Archive, ArchiveError, sql::sql};

/// Longest packed dump, in bytes: what SQLite takes as a row, less 1 MiB, of
/// which the row's other columns need a hundred bytes.
pub const MOST_KEPT: usize = MAX_VALUE_BYTES as usize - (1 << 20);

/// Bytes moved at a time.
const CHUNK: usize = 64 << 10;

/// The dump that a source was, as far as it is needed to read it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawDump {
    pub sha256: [u8; 32],
    /// Bytes, decompressed.
    pub size: u64,
    compressed: Vec<u8>,
}

impl RawDump {
    /// Writes the dump's bytes and gives how many there were.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] where they are not those that were kept (what
    /// was written by then is wrong), or the writer's own.
    pub fn write_to(&self, out: &mut dyn Write) -> Result<u64, ArchiveError> {
        let damaged = |why: String| {
            ArchiveError::Damaged(format!("the kept dump {}: {why}", hex(&self.sha256)))
        };
        let mut reader = zstd::Decoder::new(self.compressed.as_slice())
            .map_err(|error| damaged(error.to_string()))?;
        let mut hash = Sha256::new();
        let mut chunk = vec![0; CHUNK];
        let mut written = 0;
        loop {
            let read = match reader.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(damaged(error.to_string())),
            };
            let part = chunk.get(..read).unwrap_or_default();
            hash.update(part);
            out.write_all(part)?;
            written += read as u64;
            if written > self.size {
                return Err(damaged("it is longer than it was".to_owned()));
            }
        }
        let sha256: [u8; 32] = hash.finalize().into();
        if sha256 != self.sha256 || written != self.size {
            return Err(damaged("its bytes are not those that were kept".to_owned()));
        }
        Ok(written)
    }
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Archive {
    /// The kept dump of a source; `None` where its bytes were not kept.
    ///
    /// # Errors
    /// [`ArchiveError::NotFound`] where there is no such source.
    pub fn kept_of_source(&self, source: i64) -> Result<Option<RawDump>, ArchiveError> {
        let found: Option<Vec<u8>> = self
            .conn
            .query_row(sql("raw_dump/sha256_of_source"), named_params! {":id": source}, |row| {
                row.get(0)
            })
            .optional()?;
        match found {
            Some(sha256) => kept(&self.conn, &sha256),
            None => Err(ArchiveError::NotFound(format!("there is no source {source}"))),
        }
    }
}

/// The kept dump with this content.
pub(super) fn kept(conn: &Connection, sha256: &[u8]) -> Result<Option<RawDump>, ArchiveError> {
    let found = conn
        .prepare_cached(sql("raw_dump/read"))?
        .query_row(named_params! {":sha256": sha256}, |row| {
            Ok(RawDump {
                sha256: row.get(0)?,
                size: row.get::<_, i64>(1)?.unsigned_abs(),
                compressed: row.get(2)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Holds every kept dump's bytes against its sha256 and size.
pub(super) fn check(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    let ended = (|| {
        let mut statement = conn.prepare(sql("raw_dump/contents"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let sha256 = row.get_ref(0)?.as_bytes_or_null()?.unwrap_or(b"").to_vec();
            let tried = kept(conn, &sha256).and_then(|kept| match kept {
                Some(kept) => kept.write_to(&mut io::sink()).map(drop),
                None => Err(ArchiveError::Damaged("it cannot be found by its own key".to_owned())),
            });
            match tried {
                Ok(()) => {}
                Err(ArchiveError::Damaged(told)) => {
                    let named = format!("sha256 {}", hex(&sha256));
                    findings.push(Finding::new(Fault::RawDump, "raw_dump", named, told));
                }
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(()))
    })();
    match ended {
        Ok(ended) => ended,
        Err(error) => {
            findings.push(Finding::new(Fault::File, "raw_dump", "", damage(error)?));
            Ok(())
        }
    }
}
