//! What a bulk import knows of the archive's sightings by heart.
//!
//! Must never: take one of a key's reviews for the only one, or grow with what is imported, but for
//! what [`Spilling`] keeps of its files; it gives up instead.

use std::hash::BuildHasher;

use rusqlite::Connection;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::spilling::Spilling;
use super::{Ends, Met, Sites};
use crate::review_row::Sighting;
use crate::{ArchiveError, sql::sql};

/// Keys, and ids, that stand in a table in memory before they go into a file: 17 bytes an entry at seven
/// eighths of 2^19 places are 9 MB, and as much while a full table is written.
const MOST: usize = (1 << 19) / 8 * 7;

/// Reviews whose row's hash is known, 16 MB.
const MOST_ROWS: usize = 1 << 21;

/// Keys that several reviews have, at most: the same words twice under two ids are rare.
const MOST_SHARED: usize = 1 << 17;

/// Review numbers by key, and by a hash of site and id; what the rows hold.
#[derive(Debug)]
pub(super) struct Memory {
    keys: Spilling,
    ids: Spilling,
    /// The keys that several reviews have.
    shared: FxHashMap<i64, Ends>,
    /// By review number: the hash of its row, where all its records have one
    /// key; else [`UNTOLD`]. So a record that would make the very same row is
    /// known to say nothing new without reading it.
    rows: Vec<i64>,
}

/// No row's hash is known. One in 2^64 rows has it, and is read.
const UNTOLD: i64 = 0;

impl Default for Memory {
    fn default() -> Self {
        let map = || Spilling::up_to(MOST);
        Self { keys: map(), ids: map(), shared: FxHashMap::default(), rows: Vec::new() }
    }
}

impl Memory {
    /// What the archive holds; `None` where that is more than memory should hold.
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
                memory.note_row(row.get(0)?, Some(row.get(1)?));
            }
        }
        Ok(Some(memory))
    }

    /// `sites`: of all the key's sightings, where another review has it, too. Answers `None`
    /// where memory should hold no more, an id leads to two reviews, or no temporary file can be had.
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

    /// `hash`: none where it is not at hand. Rows past what memory should hold are read.
    pub(super) fn note_row(&mut self, review_id: i64, hash: Option<i64>) {
        let Some(at) = usize::try_from(review_id).ok().filter(|&at| at <= MOST_ROWS) else {
            return;
        };
        if self.rows.len() <= at {
            self.rows.resize(at + 1, UNTOLD);
        }
        self.rows[at] = hash.unwrap_or(UNTOLD);
    }

    /// The hash of a review's row, where it is known.
    pub(super) fn row(&self, review_id: i64) -> Option<i64> {
        let &hash = self.rows.get(usize::try_from(review_id).ok()?)?;
        (hash != UNTOLD).then_some(hash)
    }

    /// What a record meets; `None` where a temporary file cannot be read.
    pub(super) fn meet(&self, record: &Sighting) -> Option<Met> {
        let by_key = match self.shared.get(&record.key) {
            Some(ends) => Some(*ends),
            None => self.keys.get(record.key.cast_unsigned()).ok()?.map(|low| Ends {
                low,
                high: low,
                sites: Sites::Untold,
            }),
        };
        let by_id = match &record.id {
            Some((site, id)) => self.ids.get(hash(*site, id)).ok()?,
            None => None,
        };
        Some(Met { by_key, by_id, by_mark: None })
    }
}

/// Two ids that hash alike would be told as two reviews under one id, which
/// makes the import ask the indexes: slower, never wrong.
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
