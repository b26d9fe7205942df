//! Which stored reviews a new record may be: by identity key, by a site's id.
//!
//! Owns the questions that every record asks, and the two ways to answer them:
//! from the sightings' indexes, or, in a bulk import, from memory; while much of what comes is
//! new, those indexes do not exist. Must never: answer from memory what memory cannot tell
//! ([`Lookup::use_indexes`] makes the indexes first).
//!
//! Measured on a million new reviews: keeping the two indexes in step with the
//! rows and asking them costs three times what building them afterwards and
//! asking two hash tables does. On a million known ones in another order, half
//! of the time went into reading each row to find that it says the same.

use rusqlite::{Connection, named_params};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::BuildHasher;

use crate::archive::review_row::Sighting;
use crate::archive::{ArchiveError, sql::sql};

/// Sightings that memory holds at most: two tables of 17 bytes an entry at
/// seven eighths of 2^21 places are 71 MB, and 8 bytes a review beside them. An
/// import past it goes on with the indexes, so that memory stays flat.
const MOST: usize = (1 << 21) / 8 * 7;

/// Negative: KiB and not pages, as SQLite takes the size of its page cache.
const SORTED_AT_ONCE_KIB: i64 = -8_192;

/// The outermost reviews that have a sighting with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    pub low: i64,
    pub high: i64,
    pub sites: Sites,
}

/// Whose ids the sightings with a key carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sites {
    /// All of this one, or none of any.
    One(Option<i64>),
    Several,
    /// Memory does not know it.
    Untold,
}

/// What a record meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    pub by_key: Option<Ends>,
    /// A review that has a sighting with this id of a site.
    pub by_id: Option<i64>,
    /// Lowest and highest review that has a sighting with this mark.
    pub by_mark: Option<(i64, i64)>,
}

impl Met {
    /// One of them.
    pub fn first(&self) -> Option<i64> {
        let by_mark = self.by_mark.map(|(low, _)| low);
        self.by_id.or(by_mark).or(self.by_key.map(|ends| ends.low))
    }

    /// The only one, where everything leads to it.
    pub fn only(&self) -> Option<i64> {
        let key = self.by_key?;
        let one = key.low == key.high && self.by_id.is_none_or(|id| id == key.low);
        (one && self.by_mark.is_none()).then_some(key.low)
    }

    /// The review that key and id alike lead to; none where either leads elsewhere.
    /// `has_id`: whether the record carries an id of a site.
    fn same(&self, has_id: bool) -> Option<i64> {
        let review_id = self.only()?;
        let by_id = if has_id { Some(review_id) } else { None };
        (self.by_id == by_id).then_some(review_id)
    }
}

/// Answers from the indexes until [`Lookup::remember`].
#[derive(Debug, Default)]
pub struct Lookup {
    memory: Option<Memory>,
    /// The indexes do not exist just now.
    dropped: bool,
    reviews: ReviewIndex,
    /// Sightings (dump, record) that are put into the indexes when these exist again.
    waiting: Vec<(i64, i64)>,
}

/// One of so many new sightings is put into the two indexes after these were made. An index
/// made in one go has no room on its pages, and each of the next import's entries would
/// part one of them; what comes afterwards parts them now, and leaves a quarter free.
const AFTERWARDS: i64 = 16;

/// The index by which a review finds its sightings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ReviewIndex {
    #[default]
    Kept,
    Dropped,
    /// It was asked for in this dump, and is not dropped again.
    Remade,
}

/// Review numbers by key, and by a hash of site and id; what the rows hold.
#[derive(Debug, Default)]
struct Memory {
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
    /// `None` where a table is full or says two things.
    fn note(&mut self, key: i64, id: Option<&(i64, String)>, review_id: i64) -> Option<()> {
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

    /// `None` where the number is past what memory should hold.
    fn note_row(&mut self, review_id: i64, hash: i64) -> Option<()> {
        let at = usize::try_from(review_id).ok().filter(|&at| at <= MOST)?;
        if self.rows.len() <= at {
            self.rows.resize(at + 1, UNTOLD);
        }
        *self.rows.get_mut(at)? = hash;
        Some(())
    }
}

/// Two ids that hash alike would be told as two reviews under one id, which
/// makes the import ask the indexes: slower, never wrong.
fn hash(site: i64, id: &str) -> u64 {
    FxBuildHasher.hash_one((site, id))
}

impl Lookup {
    /// Answers from memory from now on. Does nothing where the archive holds more than
    /// memory should.
    pub fn remember(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        self.memory = None;
        self.reviews = ReviewIndex::Kept;
        let mut memory = Memory::default();
        let mut statement = conn.prepare(sql("lookup/sightings"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let site: Option<i64> = row.get(1)?;
            let id = site.zip(row.get(2)?);
            if memory.note(row.get(0)?, id.as_ref(), row.get(3)?).is_none() {
                return Ok(());
            }
        }
        drop(rows);
        drop(statement);
        for text in ["lookup/rows", "lookup/reviews_of_several_keys"] {
            let mut statement = conn.prepare(sql(text))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if memory.note_row(row.get(0)?, row.get(1)?).is_none() {
                    return Ok(());
                }
            }
        }
        self.memory = Some(memory);
        Ok(())
    }

    /// Drops the indexes, where memory answers: many new sightings are about to come.
    pub fn drop_indexes(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        if self.memory.is_some() && !self.dropped {
            conn.execute_batch(sql("lookup/drop_indexes"))?;
            self.dropped = true;
        }
        Ok(())
    }

    /// The review of which a record meets all there is, and whose row is the
    /// very one that the record would make. `hash_as`: the hash of that row,
    /// were it the row of this review. Asks memory only: `None` says nothing.
    pub fn known_whole(
        &self,
        met: &Met,
        has_id: bool,
        hash_as: impl Fn(i64) -> i64,
    ) -> Option<i64> {
        let memory = self.memory.as_ref()?;
        let review_id = met.same(has_id)?;
        let &hash = memory.rows.get(usize::try_from(review_id).ok()?)?;
        (hash != UNTOLD && hash == hash_as(review_id)).then_some(review_id)
    }

    /// A row was written; `None` where its hash is not at hand.
    pub fn note_row(
        &mut self,
        conn: &Connection,
        review_id: i64,
        hash: Option<i64>,
    ) -> Result<(), ArchiveError> {
        let hash = hash.unwrap_or(UNTOLD);
        match self.memory.as_mut().map(|memory| memory.note_row(review_id, hash)) {
            Some(None) => self.use_indexes(conn),
            Some(Some(())) | None => Ok(()),
        }
    }

    /// Drops the index by which a review finds its sightings, where memory answers. A million
    /// known reviews in another order: 2.1 s for the sightings and the index made anew, 3.2
    /// for putting them into it, in batches in its order.
    pub fn drop_reviews(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        if self.memory.is_some() && self.reviews == ReviewIndex::Kept {
            conn.execute_batch(sql("lookup/drop_reviews"))?;
            self.reviews = ReviewIndex::Dropped;
        }
        Ok(())
    }

    /// Somebody is about to ask for a review's sightings.
    pub fn use_reviews(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        if self.reviews == ReviewIndex::Dropped {
            create(conn, sql("lookup/create_reviews"))?;
            self.reviews = ReviewIndex::Remade;
        }
        Ok(())
    }

    /// Answers from the indexes from now on, which are made anew where they were dropped.
    pub fn use_indexes(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        self.memory = None;
        self.use_reviews(conn)?;
        if std::mem::take(&mut self.dropped) {
            create(conn, sql("lookup/create_indexes"))?;
            let mut lead = conn.prepare_cached(sql("sighting/lead"))?;
            for (dump_id, record) in self.waiting.drain(..) {
                lead.execute([dump_id, record])?;
            }
        }
        Ok(())
    }

    /// What a record meets.
    pub fn meet(&self, conn: &Connection, record: &Sighting) -> Result<Met, ArchiveError> {
        let (key, id) = (record.key, record.id.as_ref());
        if let Some(memory) = &self.memory {
            let ends = |&low: &i64| Ends { low, high: low, sites: Sites::Untold };
            return Ok(Met {
                by_key: memory.keys.get(&key).map(ends),
                by_id: id.and_then(|(site, id)| memory.ids.get(&hash(*site, id)).copied()),
                by_mark: None,
            });
        }
        let by_key = reviews_with_key(conn, key)?;
        let by_mark = match record.mark {
            Some(mark) => {
                let ends: (Option<i64>, Option<i64>) = conn
                    .prepare_cached(sql("lookup/reviews_with_mark"))?
                    .query_row(named_params! {":mark": mark}, |r| Ok((r.get(0)?, r.get(1)?)))?;
                ends.0.zip(ends.1)
            }
            None => None,
        };
        let by_id = match id {
            Some((site, id)) => {
                let mut statement = conn.prepare_cached(sql("lookup/review_with_id"))?;
                let mut rows = statement.query(named_params! {":site_id": site, ":ext_id": id})?;
                rows.next()?.map(|row| row.get(0)).transpose()?
            }
            None => None,
        };
        Ok(Met { by_key, by_id, by_mark })
    }

    /// Stores a sighting of which nothing is known yet.
    pub fn insert(&mut self, conn: &Connection, sighting: &Sighting) -> Result<(), ArchiveError> {
        if self.dropped && sighting.record % AFTERWARDS == 0 {
            sighting.insert_to_lead(conn)?;
            self.waiting.push((sighting.dump_id, sighting.record));
        } else {
            sighting.insert(conn)?;
        }
        let (key, id, review_id) = (sighting.key, sighting.id.as_ref(), sighting.review_id);
        match self.memory.as_mut().map(|memory| memory.note(key, id, review_id)) {
            Some(None) => self.use_indexes(conn),
            Some(Some(())) | None => Ok(()),
        }
    }
}

fn reviews_with_key(conn: &Connection, key: i64) -> Result<Option<Ends>, ArchiveError> {
    let mut statement = conn.prepare_cached(sql("lookup/reviews_with_key"))?;
    let mut rows = statement.query(named_params! {":key": key})?;
    let mut ends: Option<Ends> = None;
    while let Some(row) = rows.next()? {
        let (site, review): (Option<i64>, i64) = (row.get(0)?, row.get(1)?);
        ends = Some(match ends {
            None => Ends { low: review, high: review, sites: Sites::One(site) },
            Some(first) if first.sites == Sites::One(site) => Ends { high: review, ..first },
            Some(first) => Ends { high: review, sites: Sites::Several, ..first },
        });
    }
    // By site and then by review: of several sites, these may not be the outermost.
    if let Some(ends) = ends.as_mut().filter(|ends| ends.sites == Sites::Several) {
        let (low, high): (i64, i64) = conn
            .prepare_cached(sql("lookup/ends_of_key"))?
            .query_row(named_params! {":key": key}, |row| Ok((row.get(0)?, row.get(1)?)))?;
        (ends.low, ends.high) = (low, high);
    }
    Ok(ends)
}

/// Makes indexes. SQLite sorts in memory what its page cache would hold; sorted in smaller parts
/// that fit the processor's cache, two million entries take 3.2 s instead of 4.5.
fn create(conn: &Connection, statements: &str) -> rusqlite::Result<()> {
    let cache: i64 = conn.pragma_query_value(None, "cache_size", |row| row.get(0))?;
    conn.pragma_update(None, "cache_size", SORTED_AT_ONCE_KIB)?;
    let created = conn.execute_batch(statements);
    conn.pragma_update(None, "cache_size", cache)?;
    created
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Archive, DumpMeta, ImportMeta, Importing};
    use crate::domain::{Audience, ExternalId, Review, WorkMention};

    fn review(byline: &str, id: &str) -> Review {
        Review {
            audience: Audience::Critic,
            work: WorkMention { title: Some("Rain".to_owned()), ..WorkMention::default() },
            byline: Some(byline.to_owned()),
            publication: None,
            date: None,
            score: None,
            score_text: None,
            quote: Some("A film about rain.".to_owned()),
            url: None,
            id: Some(ExternalId { site: "a".to_owned(), id: id.to_owned() }),
            truncated: false,
            language: None,
            verdict: None,
            tags: None,
        }
    }

    fn begin_bulk(importing: &mut Importing<'_>) {
        let meta = DumpMeta {
            size: 64 << 20,
            format: "test".to_owned(),
            options: "{}".to_owned(),
            path: "a".to_owned(),
            account: None,
            standing: false,
        };
        importing.begin_dump(&meta).expect("a dump begins");
        assert!(importing.lookup.memory.is_some());
        importing.lookup.drop_indexes(importing.conn).expect("dropped");
    }

    fn indexes(conn: &Connection) -> i64 {
        conn.query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'index'", [], |r| r.get(0))
            .expect("a count")
    }

    #[test]
    fn memory_gives_up_where_a_key_has_two_reviews() {
        let mut memory = Memory::default();
        let id = (1, "a".to_owned());
        assert_eq!(memory.note(7, Some(&id), 1), Some(()));
        assert_eq!(memory.note(7, Some(&id), 1), Some(()));
        assert_eq!(memory.note(8, Some(&id), 2), None);
        assert_eq!(memory.note(7, None, 2), None);
    }

    #[test]
    fn those_that_are_put_in_afterwards_are_found_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
        let meta = ImportMeta { command: String::new(), started_at: String::new() };
        let mut importing = archive.import(meta);
        begin_bulk(&mut importing);
        for n in 1..=40 {
            let review = review(&format!("Ann {n}"), &n.to_string());
            importing.review(n, n, review).expect("a review");
        }
        assert_eq!(importing.lookup.waiting, [(1, 16), (1, 32)]);
        importing.end_dump(&[0; 32], None, "UTF-8").expect("a dump ends");
        importing.finish("").expect("a commit");
        let found = |index: &str| -> i64 {
            let count = format!(
                "SELECT count(*) FROM sighting INDEXED BY {index} WHERE leads AND ext_id IS NOT NULL"
            );
            archive.connection().query_row(&count, [], |row| row.get(0)).expect("a count")
        };
        assert_eq!((found("sighting_by_key"), found("sighting_by_ext_id")), (40, 40));
        assert_eq!(archive.check().expect("a check").findings, []);
    }

    #[test]
    fn an_abandoned_dump_leaves_the_indexes_as_they_were() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
        let before = indexes(archive.connection());
        let meta = ImportMeta { command: String::new(), started_at: String::new() };
        let mut importing = archive.import(meta);
        begin_bulk(&mut importing);
        let take = |importing: &mut Importing<'_>, record, byline, id| {
            importing.review(record, record, review(byline, id)).expect("a review");
        };
        // One key and two ids: two reviews, which memory cannot tell.
        take(&mut importing, 1, "Ann Lee", "1");
        take(&mut importing, 2, "Ann Lee", "2");
        assert!(importing.lookup.memory.is_none());
        importing.abandon_dump().expect("it is gone");
        assert_eq!(indexes(importing.conn), before);
        begin_bulk(&mut importing);
        take(&mut importing, 1, "Bo Day", "3");
        importing.end_dump(&[0; 32], None, "UTF-8").expect("a dump ends");
        importing.finish("").expect("a commit");
        assert_eq!(indexes(archive.connection()), before);
    }
}
