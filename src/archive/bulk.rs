//! The bulk path of an import: report indexes built after the rows.
//!
//! Every index kept while rows come costs a random write per row; built
//! afterwards, each is one sort. The import falls into this path where the
//! dump could bring more rows than the archive has and most of its first
//! thousands are new, and only the five indexes that no import looks into are
//! dropped. All of it happens inside the group's transaction, so that a crash
//! leaves the indexes as they were.

use rusqlite::Connection;

use super::importing::Counts;
use super::{ArchiveError, sql::sql};

/// Below this, building indexes anew saves nothing that a person would notice.
const LEAST_BYTES: u64 = 4 << 20;

/// Bytes of dump per review, on the low side: column-shaped dumps of critics'
/// sentences have 250 to 350 (the real scrape: 403).
const BYTES_PER_REVIEW: u64 = 250;

/// New rows from which on it is looked at whether most are new. The rows before
/// are put into the indexes one by one.
const ENOUGH_NEW: u64 = 1_000;

/// Whether a dump of `bytes` into an archive of `reviews` is a bulk import.
pub fn pays(bytes: u64, reviews: i64) -> bool {
    bytes >= LEAST_BYTES && bytes / BYTES_PER_REVIEW > reviews.unsigned_abs()
}

/// Whether what the dump gave so far is new for the most part: with the million
/// known already, in another order, the indexes would be made anew for nothing, a
/// seventh of a first import's processor time.
pub fn brings_new(counts: &Counts) -> bool {
    counts.new >= ENOUGH_NEW && counts.new >= counts.changed + counts.filled_in + counts.same
}

pub fn begin(conn: &Connection) -> Result<(), ArchiveError> {
    Ok(conn.execute_batch(sql("bulk/drop_indexes"))?)
}

pub fn end(conn: &Connection) -> Result<(), ArchiveError> {
    Ok(conn.execute_batch(sql("bulk/create_indexes"))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;

    fn schema(conn: &Connection) -> Vec<(String, String)> {
        let mut statement = conn
            .prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
            .expect("a query");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }

    #[test]
    fn the_indexes_come_back_as_the_migration_made_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
        let before = schema(archive.connection());
        begin(archive.connection()).expect("dropped");
        assert!(schema(archive.connection()).len() + 5 == before.len());
        end(archive.connection()).expect("created");
        assert_eq!(schema(archive.connection()), before);
    }

    #[test]
    fn a_small_dump_into_a_large_archive_is_no_bulk() {
        for (bytes, reviews, bulk) in [
            (1 << 20, 0, false),
            (100 << 20, 0, true),
            (100 << 20, 1_000_000, false),
            (400 << 20, 1_000_000, true),
        ] {
            assert_eq!(pays(bytes, reviews), bulk, "{bytes} bytes, {reviews} reviews");
        }
    }
}
