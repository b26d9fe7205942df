//! Finds the stored reviews that a new record may be, by identity key and by site id.
//!
//! Owns both ways to answer: the sightings' indexes, or `memory` in a bulk import, during which
//! those indexes may not exist. Must never: answer from memory what memory does not know
//! ([`Lookup::use_indexes`] rebuilds the indexes first).
//!
//! For a million new reviews, updating and reading the two indexes costs three times what two hash
//! tables and building the indexes afterwards do.

mod memory;
#[cfg(test)]
mod tests;

use rusqlite::{Connection, named_params};

use crate::sighting::Sighting;
use crate::{ArchiveError, sql::sql};
use memory::Memory;

/// Negative: SQLite's unit for the page cache in KiB.
const SORTED_AT_ONCE_KIB: i64 = -8_192;

/// The lowest and highest review that have a sighting with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    pub low: i64,
    pub high: i64,
    pub sites: Sites,
}

impl Ends {
    /// Includes one more review.
    fn with(self, review: i64, sites: Sites) -> Self {
        let sites = if sites == self.sites { sites } else { Sites::Several };
        Ends { low: self.low.min(review), high: self.high.max(review), sites }
    }
}

/// The sites whose ids the sightings with a key have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sites {
    /// This site only, or no id at all.
    One(Option<i64>),
    Several,
    /// Not known in memory.
    Unknown,
}

/// The stored reviews that a record may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matches {
    pub by_key: Option<Ends>,
    /// A review with the same id of a site.
    pub by_id: Option<i64>,
    /// Lowest and highest review with the same standing mark.
    pub by_mark: Option<(i64, i64)>,
}

impl Matches {
    /// One of them.
    pub fn first(&self) -> Option<i64> {
        let by_mark = self.by_mark.map(|(low, _)| low);
        self.by_id.or(by_mark).or(self.by_key.map(|ends| ends.low))
    }

    /// The review, if there is exactly one.
    pub fn only(&self) -> Option<i64> {
        let key = self.by_key?;
        let one = key.low == key.high && self.by_id.is_none_or(|id| id == key.low);
        (one && self.by_mark.is_none()).then_some(key.low)
    }

    /// The review that both key and id lead to. `has_id`: the record has a site's id.
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
    /// The indexes do not exist at the moment.
    dropped: bool,
    reviews: ReviewIndex,
    /// Sightings (dump, record) to index once the indexes exist again.
    waiting: Vec<(i64, i64)>,
}

/// One of this many new sightings is added to the two indexes after these were built. A freshly
/// built index has full pages, and each later insert would split one; these inserts split nearly
/// all pages at once.
const AFTERWARDS: i64 = 128;

/// The index by which a review finds its sightings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ReviewIndex {
    #[default]
    Kept,
    Dropped,
    /// It was needed in this dump, and is not dropped again.
    Remade,
}

impl Lookup {
    /// Answers from memory from now on. No effect if memory cannot hold the archive's keys.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn remember(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        self.memory = None;
        self.reviews = ReviewIndex::Kept;
        self.memory = Memory::of(conn)?;
        Ok(())
    }

    /// Drops the indexes if memory answers, before many new sightings.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn drop_indexes(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        if self.memory.is_some() && !self.dropped {
            conn.execute_batch(sql("lookup/drop_indexes"))?;
            self.dropped = true;
        }
        Ok(())
    }

    /// The review that matches on everything and whose row equals the record's. `hash_as` is the
    /// hash of the record's row with that review's id. Uses memory only: `None` means unknown.
    pub fn same_row(
        &self,
        met: &Matches,
        has_id: bool,
        hash_as: impl Fn(i64) -> i64,
    ) -> Option<i64> {
        let memory = self.memory.as_ref()?;
        let review_id = met.same(has_id)?;
        (memory.row(review_id)? == hash_as(review_id)).then_some(review_id)
    }

    /// Reports a written row; `None` if its hash is not available.
    pub fn record_row_hash(&mut self, review_id: i64, hash: Option<i64>) {
        if let Some(memory) = &mut self.memory {
            memory.record_row_hash(review_id, hash);
        }
    }

    /// Drops the index by which a review finds its sightings, if memory answers.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn drop_reviews(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        if self.memory.is_some() && self.reviews == ReviewIndex::Kept {
            conn.execute_batch(sql("lookup/drop_reviews"))?;
            self.reviews = ReviewIndex::Dropped;
        }
        Ok(())
    }

    /// Rebuilds that index before a review's sightings are read.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn use_reviews(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        if self.reviews == ReviewIndex::Dropped {
            create(conn, sql("lookup/create_reviews"))?;
            self.reviews = ReviewIndex::Remade;
        }
        Ok(())
    }

    /// Answers from the indexes from now on, rebuilding dropped ones.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn use_indexes(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        self.memory = None;
        self.use_reviews(conn)?;
        if std::mem::take(&mut self.dropped) {
            create(conn, sql("lookup/create_indexes"))?;
            let mut lead = conn.prepare_cached(sql("sighting/make_representative"))?;
            for (dump_id, record) in self.waiting.drain(..) {
                lead.execute([dump_id, record])?;
            }
        }
        Ok(())
    }

    /// The stored reviews that a record may be.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn matches(
        &mut self,
        conn: &Connection,
        record: &Sighting,
    ) -> Result<Matches, ArchiveError> {
        if let Some(memory) = &self.memory {
            match memory.matches(record) {
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
        Ok(Matches { by_key, by_id, by_mark })
    }

    /// Stores a sighting. `sites`: those of all sightings with its key, if other reviews have it
    /// too.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn insert(
        &mut self,
        conn: &Connection,
        sighting: &Sighting,
        sites: Sites,
    ) -> Result<(), ArchiveError> {
        if self.dropped && sighting.record % AFTERWARDS == 0 {
            sighting.insert_unrepresentative(conn)?;
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
    // Ordered by site, then by review: with several sites, the first and last row may not be the
    // outermost reviews.
    if let Some(ends) = ends.as_mut().filter(|ends| ends.sites == Sites::Several) {
        let (low, high): (i64, i64) = conn
            .prepare_cached(sql("lookup/ends_of_key"))?
            .query_row(named_params! {":key": key}, |row| Ok((row.get(0)?, row.get(1)?)))?;
        (ends.low, ends.high) = (low, high);
    }
    Ok(ends)
}

/// Builds indexes. SQLite sorts in memory what fits its page cache; smaller runs that fit the
/// processor's cache sort faster.
fn create(conn: &Connection, statements: &str) -> rusqlite::Result<()> {
    let cache: i64 = conn.pragma_query_value(None, "cache_size", |row| row.get(0))?;
    conn.pragma_update(None, "cache_size", SORTED_AT_ONCE_KIB)?;
    let created = conn.execute_batch(statements);
    conn.pragma_update(None, "cache_size", cache)?;
    created
}
