//! What a bulk import knows of the archive's sightings by heart.
//!
//! Must never: tell of one review where a key or an id has two, or grow past [`MOST`]; it
//! gives up instead.

use std::hash::BuildHasher;

use rusqlite::Connection;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Ends, Met, Sites};
use crate::{ArchiveError, sql::sql};

/// Sightings that memory holds at most: two tables of 17 bytes an entry at
/// seven eighths of 2^21 places are 71 MB, and 8 bytes a review beside them. An
/// import past it goes on with the indexes, so that memory stays flat.
const MOST: usize = (1 << 21) / 8 * 7;

/// Review numbers by key, and by a hash of site and id; what the rows hold.
#[derive(Debug, Default)]
pub(super) struct Memory {
    keys: FxHashMap<i64, i64>,
    ids: FxHashMap<u64, i64>,
    /// By review number: the hash of its row, where all its records have one
    /// key; else [`UNTOLD`]. So a record that would make the very same row is
    /// known to say nothing new without reading it.
    rows: Vec<i64>,
}

/// No row's hash is known. One in 2^64 rows has it, and is read.
const UNTOLD: i64 = 0;

impl Memory {
    /// What the archive holds; `None` where that is more than memory should hold.
    pub(super) fn of(conn: &Connection) -> Result<Option<Self>, ArchiveError> {
        let mut memory = Memory::default();
        let mut statement = conn.prepare(sql("lookup/sightings"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let site: Option<i64> = row.get(1)?;
            let id = site.zip(row.get(2)?);
            if memory.note(row.get(0)?, id.as_ref(), row.get(3)?).is_none() {
                return Ok(None);
            }
        }
        drop(rows);
        drop(statement);
        for text in ["lookup/rows", "lookup/reviews_of_several_keys"] {
            let mut statement = conn.prepare(sql(text))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if memory.note_row(row.get(0)?, Some(row.get(1)?)).is_none() {
                    return Ok(None);
                }
            }
        }
        Ok(Some(memory))
    }

    /// `None` where a table is full or says two things.
    pub(super) fn note(
        &mut self,
        key: i64,
        id: Option<&(i64, String)>,
        review_id: i64,
    ) -> Option<()> {
        if self.keys.len() >= MOST || self.ids.len() >= MOST {
            return None;
        }
        let same = |known: &mut i64| (*known == review_id).then_some(());
        same(self.keys.entry(key).or_insert(review_id))?;
        match id {
            Some((site, id)) => same(self.ids.entry(hash(*site, id)).or_insert(review_id)),
            None => Some(()),
        }
    }

    /// `hash`: none where it is not at hand. Answers `None` where the number is past what
    /// memory should hold.
    pub(super) fn note_row(&mut self, review_id: i64, hash: Option<i64>) -> Option<()> {
        let at = usize::try_from(review_id).ok().filter(|&at| at <= MOST)?;
        if self.rows.len() <= at {
            self.rows.resize(at + 1, UNTOLD);
        }
        *self.rows.get_mut(at)? = hash.unwrap_or(UNTOLD);
        Some(())
    }

    /// The hash of a review's row, where it is known.
    pub(super) fn row(&self, review_id: i64) -> Option<i64> {
        let &hash = self.rows.get(usize::try_from(review_id).ok()?)?;
        (hash != UNTOLD).then_some(hash)
    }

    /// What a record with this key and id of a site meets.
    pub(super) fn meet(&self, key: i64, id: Option<&(i64, String)>) -> Met {
        let ends = |&low: &i64| Ends { low, high: low, sites: Sites::Untold };
        Met {
            by_key: self.keys.get(&key).map(ends),
            by_id: id.and_then(|(site, id)| self.ids.get(&hash(*site, id)).copied()),
            by_mark: None,
        }
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
    fn memory_gives_up_where_a_key_has_two_reviews() {
        let mut memory = Memory::default();
        let id = (1, "a".to_owned());
        assert_eq!(memory.note(7, Some(&id), 1), Some(()));
        assert_eq!(memory.note(7, Some(&id), 1), Some(()));
        assert_eq!(memory.note(8, Some(&id), 2), None);
        assert_eq!(memory.note(7, None, 2), None);
    }
}
