//! Counts earlier records of a dump with the same content.
//!
//! Must never: use memory that grows with the dump; beyond [`MOST`] contents it counts in a
//! temporary table.

use rusqlite::{Connection, named_params};
use rustc_hash::FxHashMap;

use crate::{ArchiveError, sql::sql};
use revdb_model::{Review, identity};

/// Contents counted in memory: 17 bytes each.
const MOST: usize = (1 << 20) / 8 * 7;

/// Counts of one dump's contents.
#[derive(Debug)]
pub struct Repeats {
    said: FxHashMap<u64, i64>,
    most: usize,
    spilled: bool,
}

impl Default for Repeats {
    fn default() -> Self {
        Self::up_to(MOST)
    }
}

impl Repeats {
    fn up_to(most: usize) -> Self {
        Self { said: FxHashMap::default(), most, spilled: false }
    }

    /// Number of earlier records with the same content; 0 if something else distinguishes them.
    /// `standing`: the record is a standing mark, of which there is one.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn before(
        &mut self,
        conn: &Connection,
        review: &Review,
        standing: bool,
    ) -> Result<i64, ArchiveError> {
        match identity::content(review).filter(|_| !standing) {
            Some(content) => self.count(conn, content),
            None => Ok(0),
        }
    }

    fn count(&mut self, conn: &Connection, content: u64) -> Result<i64, ArchiveError> {
        if self.said.len() >= self.most {
            self.spill(conn)?;
        }
        if self.spilled {
            let params = named_params! {":content": content.cast_signed()};
            let mut statement = conn.prepare_cached(sql("import/count_repeat"))?;
            return Ok(statement.query_row(params, |row| row.get(0))?);
        }
        let said = self.said.entry(content).or_insert(0);
        *said += 1;
        Ok(*said - 1)
    }

    fn spill(&mut self, conn: &Connection) -> Result<(), ArchiveError> {
        conn.execute_batch(sql("import/make_repeats"))?;
        let mut statement = conn.prepare_cached(sql("import/insert_repeat"))?;
        for (content, said) in std::mem::take(&mut self.said) {
            statement.execute(named_params! {":content": content.cast_signed(), ":said": said})?;
        }
        self.spilled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_continues_beyond_memory() {
        let conn = Connection::open_in_memory().expect("a database");
        let (mut small, mut large) = (Repeats::up_to(3), Repeats::default());
        for content in [1, 2, 1, 3, 1, 4, 4, 2, 3, 5, 1] {
            let counts =
                [&mut small, &mut large].map(|r| r.count(&conn, content).expect("a count"));
            assert_eq!(counts[0], counts[1], "{content}");
        }
        assert!(small.spilled && !large.spilled);
    }
}
