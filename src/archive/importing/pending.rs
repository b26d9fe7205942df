//! Sightings of known reviews that wait to be stored in the order of these.
//!
//! Owns the wait. SQLite looks a sighting's review up when it is stored; a
//! million known reviews in another order are a million pages read here and
//! there, 22 % of such an import. Sorted by review they are read one after the
//! other. Must never: hold a sighting that anything else has to find, so only
//! those wait whose review has one with the same key (and id) already, and
//! whoever is about to ask for sightings calls [`Pending::store`] first.

use rusqlite::Connection;

use crate::archive::review_row::Sighting;

/// Sightings that wait at most, some 40 MB. A million in another order: 23.1 s with
/// a quarter of it, 22.8 with half, 22.3 with this, 22.3 with twice as many.
const MOST: usize = 1 << 18;

#[derive(Debug, Default)]
pub struct Pending(Vec<Sighting>);

impl Pending {
    pub fn push(&mut self, conn: &Connection, sighting: Sighting) -> rusqlite::Result<()> {
        self.0.push(sighting);
        if self.0.len() >= MOST { self.store(conn) } else { Ok(()) }
    }

    /// Stores all that wait.
    pub fn store(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        self.0.sort_unstable_by_key(|sighting| sighting.review_id);
        self.0.drain(..).try_for_each(|sighting| sighting.insert(conn))
    }
}
