//! The keys of the archive's sightings in memory, for a bulk import.
//!
//! Must never: treat one of several reviews with a key as the only one, or grow with the import
//! beyond [`Spilling`]'s filters; it gives up instead.

use std::hash::BuildHasher;

use rusqlite::Connection;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Ends, Matches, Sites};
use crate::importing::spilling::Spilling;
use crate::sighting::Sighting;
use crate::{ArchiveError, sql::sql};

/// Entries of an in-memory table before it is written to a file: 17 bytes each, seven eighths of
/// 2^20 places, 18 MB.
const MOST: usize = (1 << 19) / 8 * 7;

/// Reviews whose row hash is known, 8 MB.
const MOST_ROWS: usize = 1 << 20;

/// The most keys with several reviews, which are rare.
const MOST_SHARED: usize = 1 << 17;

/// Review numbers by key and by hash of site and id; row hashes.
#[derive(Debug)]
pub(super) struct Memory {
    keys: Spilling,
    ids: Spilling,
    /// Keys with several reviews.
    shared: FxHashMap<i64, Ends>,
    /// By review: the hash of its row if all its records have one key, else [`UNKNOWN`]. A record
    /// that would produce the same row adds nothing.
    rows: Vec<i64>,
}

/// No known row hash. A row with this hash, one in 2^64, is read.
const UNKNOWN: i64 = 0;

impl Default for Memory {
    fn default() -> Self {
        let map = || Spilling::up_to(MOST);
        Self { keys: map(), ids: map(), shared: FxHashMap::default(), rows: Vec::new() }
    }
}

impl Memory {
    /// Loads the archive's keys; `None` if there are too many.
    ///
    /// # Errors
    /// SQLite's error.
    pub(super) fn of(conn: &Connection) -> Result<Option<Self>, ArchiveError> {
        let mut memory = Memory::default();
        let mut statement = conn.prepare(sql("lookup/sightings"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let site: Option<i64> = row.get(1)?;
            let id = site.zip(row.get(2)?);
            let (key, review_id) = (row.get(0)?, row.get(3)?);
            if memory.note(key, id.as_ref(), review_id, Sites::Several).is_none() {
                return Ok(None);
            }
        }
        drop(rows);
        drop(statement);
        for text in ["lookup/rows", "lookup/reviews_of_several_keys"] {
            let mut statement = conn.prepare(sql(text))?;
            let mut rows = statement.query([MOST_ROWS as i64])?;
            while let Some(row) = rows.next()? {
                memory.record_row_hash(row.get(0)?, Some(row.get(1)?));
            }
        }
        Ok(Some(memory))
    }

    /// Adds a sighting. `sites`: those of all sightings of the key, if other reviews have it too.
    /// `None` if memory is exhausted, an id leads to two reviews, or no temporary file is
    /// available.
    pub(super) fn note(
        &mut self,
        key: i64,
        id: Option<&(i64, String)>,
        review_id: i64,
        sites: Sites,
    ) -> Option<()> {
        let known = self.keys.get_or_insert(key.cast_unsigned(), review_id).ok()?;
        if let Some(ends) = self.shared.get_mut(&key) {
            *ends = ends.with(review_id, sites);
        } else if known != review_id {
            if self.shared.len() >= MOST_SHARED {
                return None;
            }
            let first = Ends { low: known, high: known, sites };
            self.shared.insert(key, first.with(review_id, sites));
        }
        match id {
            Some((site, id)) => {
                let known = self.ids.get_or_insert(hash(*site, id), review_id).ok()?;
                (known == review_id).then_some(())
            }
            None => Some(()),
        }
    }

    /// Sets a row's hash; `None` if it is not available.
    pub(super) fn record_row_hash(&mut self, review_id: i64, hash: Option<i64>) {
        let Some(at) = usize::try_from(review_id).ok().filter(|&at| at <= MOST_ROWS) else {
            return;
        };
        if self.rows.len() <= at {
            self.rows.resize(at + 1, UNKNOWN);
        }
        self.rows[at] = hash.unwrap_or(UNKNOWN);
    }

    /// The hash of a review's row, if known.
    pub(super) fn row(&self, review_id: i64) -> Option<i64> {
        let &hash = self.rows.get(usize::try_from(review_id).ok()?)?;
        (hash != UNKNOWN).then_some(hash)
    }

    /// The reviews that a record may be; `None` if a temporary file cannot be read.
    pub(super) fn matches(&self, record: &Sighting) -> Option<Matches> {
        let by_key = match self.shared.get(&record.key) {
            Some(ends) => Some(*ends),
            None => self.keys.get(record.key.cast_unsigned()).ok()?.map(|low| Ends {
                low,
                high: low,
                sites: Sites::Unknown,
            }),
        };
        let by_id = match &record.id {
            Some((site, id)) => self.ids.get(hash(*site, id)).ok()?,
            None => None,
        };
        Some(Matches { by_key, by_id, by_mark: None })
    }
}

/// Two ids with the same hash would look like two reviews with one id, which makes the import use
/// the indexes: slower, never wrong.
fn hash(site: i64, id: &str) -> u64 {
    FxBuildHasher.hash_one((site, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_have_several_reviews_and_an_id_may_not() {
        let mut memory = Memory::default();
        let id = (1, "a".to_owned());
        let one = Sites::One(Some(1));
        assert_eq!(memory.note(7, Some(&id), 2, one), Some(()));
        assert_eq!(memory.note(7, Some(&id), 2, Sites::Several), Some(()));
        assert_eq!(memory.shared.get(&7), None);
        assert_eq!(memory.note(7, Some(&(1, "b".to_owned())), 5, one), Some(()));
        assert_eq!(memory.note(7, Some(&(1, "c".to_owned())), 1, one), Some(()));
        assert_eq!(memory.shared.get(&7), Some(&Ends { low: 1, high: 5, sites: one }));
        assert_eq!(memory.note(7, None, 2, Sites::Several), Some(()));
        assert_eq!(memory.shared.get(&7), Some(&Ends { low: 1, high: 5, sites: Sites::Several }));
        assert_eq!(memory.note(8, Some(&id), 3, one), None);
    }
}
