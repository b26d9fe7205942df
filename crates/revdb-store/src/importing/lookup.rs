//! Which stored reviews a new record may be: by identity key, by a site's id.
//!
//! Owns the questions that every record asks, and the two ways to answer them:
//! from the sightings' indexes, or, in a bulk import, from `memory`; while much of what comes is
//! new, those indexes do not exist. Must never: answer from memory what memory cannot tell
//! ([`Lookup::use_indexes`] makes the indexes first).
//!
//! Measured on a million new reviews: keeping the two indexes in step with the
//! rows and asking them costs three times what building them afterwards and
//! asking two hash tables does. On a million known ones in another order, half
//! of the time went into reading each row to find that it says the same.

mod memory;
mod spilling;
#[cfg(test)]
mod tests;

use rusqlite::{Connection, named_params};

use crate::review_row::Sighting;
use crate::{ArchiveError, sql::sql};
use memory::Memory;

/// Negative: KiB and not pages, as SQLite takes the size of its page cache.
const SORTED_AT_ONCE_KIB: i64 = -8_192;

/// The outermost reviews that have a sighting with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    pub low: i64,
    pub high: i64,
    pub sites: Sites,
}

impl Ends {
    /// With one more review, which says so of the sites.
    fn with(self, review: i64, sites: Sites) -> Self {
        let sites = if sites == self.sites { sites } else { Sites::Several };
        Ends { low: self.low.min(review), high: self.high.max(review), sites }
    }
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
/// part one of them. A page has some 700 entries, so that five come to each now, and nearly all are parted;
/// of more the last ones would be as dear as all others together, once the indexes outgrow the page cache.
const AFTERWARDS: i64 = 128;

/// The index by which a review finds its sightings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ReviewIndex {
    #[default]
    Kept,
    Dropped,
    /// It was asked for in this dump, and is not dropped again.
    Remade,
}

impl Lookup {
    /// Answers from memory from now on. Does nothing where that cannot tell what the archive holds.
    pub fn remember(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        self.memory = None;
        self.reviews = ReviewIndex::Kept;
        self.memory = Memory::of(conn)?;
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
        (memory.row(review_id)? == hash_as(review_id)).then_some(review_id)
    }

    /// A row was written; `None` where its hash is not at hand.
    pub fn note_row(&mut self, review_id: i64, hash: Option<i64>) {
        if let Some(memory) = &mut self.memory {
            memory.note_row(review_id, hash);
        }
    }

    /// Drops the index by which a review finds its sightings, where memory answers: making it
    /// anew at the end is faster than inserting into it (docs/performance.md).
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
    pub fn meet(&mut self, conn: &Connection, record: &Sighting) -> Result<Met, ArchiveError> {
        if let Some(memory) = &self.memory {
            match memory.meet(record) {
                Some(met) => return Ok(met),
                None => self.use_indexes(conn)?,
            }
        }
        let (key, id) = (record.key, record.id.as_ref());
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

    /// Stores a sighting. `sites`: of all that have its key, where other reviews have it, too.
    pub fn insert(
        &mut self,
        conn: &Connection,
        sighting: &Sighting,
        sites: Sites,
    ) -> Result<(), ArchiveError> {
        if self.dropped && sighting.record % AFTERWARDS == 0 {
            sighting.insert_to_lead(conn)?;
            self.waiting.push((sighting.dump_id, sighting.record));
        } else {
            sighting.insert(conn)?;
        }
        let (key, id, review_id) = (sighting.key, sighting.id.as_ref(), sighting.review_id);
        match self.memory.as_mut().map(|memory| memory.note(key, id, review_id, sites)) {
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

/// Makes indexes. SQLite sorts in memory what its page cache would hold; smaller parts fit the
/// processor's cache and are faster (docs/performance.md).
fn create(conn: &Connection, statements: &str) -> rusqlite::Result<()> {
    let cache: i64 = conn.pragma_query_value(None, "cache_size", |row| row.get(0))?;
    conn.pragma_update(None, "cache_size", SORTED_AT_ONCE_KIB)?;
    let created = conn.execute_batch(statements);
    conn.pragma_update(None, "cache_size", cache)?;
    created
}
