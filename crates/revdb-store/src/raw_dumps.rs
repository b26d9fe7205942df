//! The dumps' bytes: read back, and verified by sha256.

use std::io::{self, Read, Write};

use rusqlite::{Connection, OptionalExtension, named_params};
use sha2::{Digest, Sha256};

use super::check::{Fault, Finding, damage};
use super::connect::MAX_VALUE_BYTES;
use super::{Archive, ArchiveError, Numbered, sql::sql};

/// The longest compressed dump in bytes: SQLite's longest row less 1 MiB for its other columns.
pub const MAX_RAW_DUMP_BYTES: usize = MAX_VALUE_BYTES as usize - (1 << 20);

/// Buffer size.
const CHUNK: usize = 64 << 10;

/// A stored dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawDump {
    /// The content's hash.
    pub sha256: [u8; 32],
    /// Decompressed size in bytes.
    pub size: u64,
    compressed: Vec<u8>,
}

impl RawDump {
    /// Writes the dump's bytes and returns their number.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] if they do not match the hash (what was written so far is wrong),
    /// or the writer's error.
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
    /// The stored dump of a source; `None` if its bytes were not stored.
    ///
    /// # Errors
    /// [`ArchiveError::NotFound`] if there is no such source.
    pub fn raw_dump_of_source(&self, source: i64) -> Result<Option<RawDump>, ArchiveError> {
        let found: Option<Vec<u8>> = self
            .conn
            .query_row(sql("raw_dump/sha256_of_source"), named_params! {":id": source}, |row| {
                row.get(0)
            })
            .optional()?;
        match found {
            Some(sha256) => find(&self.conn, &sha256),
            None => Err(ArchiveError::NotFound { what: Numbered::Source, id: source }),
        }
    }
}

/// The stored dump with this content.
pub(super) fn find(conn: &Connection, sha256: &[u8]) -> Result<Option<RawDump>, ArchiveError> {
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

/// Verifies every stored dump by sha256 and size.
pub(super) fn check(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    let ended = (|| {
        let mut statement = conn.prepare(sql("raw_dump/contents"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let sha256 = row.get_ref(0)?.as_bytes_or_null()?.unwrap_or(b"").to_vec();
            let tried = find(conn, &sha256).and_then(|found| match found {
                Some(dump) => dump.write_to(&mut io::sink()).map(drop),
                None => Err(ArchiveError::Damaged("it cannot be found by its own key".to_owned())),
            });
            match tried {
                Ok(()) => {}
                Err(ArchiveError::Damaged(message)) => {
                    let named = format!("sha256 {}", hex(&sha256));
                    findings.push(Finding::new(Fault::RawDump, "raw_dump", named, message));
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
