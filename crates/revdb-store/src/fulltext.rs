//! The full-text index kept in step with the rows of one transaction.
//!
//! New rows are indexed in one statement before the commit, which was measured five times
//! faster than a trigger per row; a row that is indexed already is taken out and put in anew.
//! Where most of what comes is new, the whole index is built beside the storing, by
//! [`side`], and moved in before the commit: a third of an import's time goes on another core.
//!
//! Owns: the words of the reviews. Must never: be left out by whoever writes a row of
//! `review` (`review_row` tells of each), nor let the index be half of one state and half of another.

use std::cell::{Cell, RefCell};

use rusqlite::{Connection, named_params};

use super::{ArchiveError, sql::sql};
use side::Side;

mod side;

/// New rows from which on the index is built with a large hash.
const MANY_NEW: i64 = 20_000;

/// How the index comes up to the rows.
#[derive(Default)]
enum Way {
    /// Row by row, and the new ones at the end.
    #[default]
    Along,
    /// Anew on another thread, which is told of every row.
    Separate(Side),
    /// Anew from the rows, because what was built beside is of no use any more.
    Anew,
}

/// The index within one transaction.
#[derive(Default)]
pub struct FullText {
    indexed_to: Cell<i64>,
    way: RefCell<Way>,
}

impl FullText {
    /// At the beginning of a transaction, with the index in step.
    pub fn in_step(conn: &Connection) -> rusqlite::Result<Self> {
        let last = conn.query_row(sql("review/last_id"), [], |row| row.get(0))?;
        Ok(Self { indexed_to: Cell::new(last), way: RefCell::default() })
    }

    /// Rows past this one are not in the index yet.
    pub fn indexed_to(&self) -> i64 {
        self.indexed_to.get()
    }

    /// A row was inserted.
    pub(super) fn added(&self, id: i64, quote: Option<&str>) {
        if let Way::Separate(side) = &mut *self.way.borrow_mut() {
            side.add(id, quote);
        }
    }

    /// A row's quote was another before.
    pub(super) fn changed(
        &self,
        conn: &Connection,
        id: i64,
        old: Option<&str>,
        new: Option<&str>,
    ) -> rusqlite::Result<()> {
        match &mut *self.way.borrow_mut() {
            Way::Separate(side) => {
                side.remove(id, old);
                side.add(id, new);
            }
            Way::Along if id <= self.indexed_to() => {
                unindex(conn, id, old)?;
                conn.prepare_cached(sql("review/index_one"))?
                    .execute(named_params! {":id": id, ":quote": new})?;
            }
            Way::Along | Way::Anew => {}
        }
        Ok(())
    }

    /// A row is there again that was not for a while.
    pub(super) fn restored(
        &self,
        conn: &Connection,
        id: i64,
        quote: Option<&str>,
    ) -> rusqlite::Result<()> {
        self.added(id, quote);
        if matches!(*self.way.borrow(), Way::Along) && id <= self.indexed_to() {
            conn.prepare_cached(sql("review/index_one"))?
                .execute(named_params! {":id": id, ":quote": quote})?;
        }
        Ok(())
    }

    /// A row is about to be deleted.
    pub(super) fn removed(
        &self,
        conn: &Connection,
        id: i64,
        old: Option<&str>,
    ) -> rusqlite::Result<()> {
        match &mut *self.way.borrow_mut() {
            Way::Separate(side) => side.remove(id, old),
            Way::Along if id <= self.indexed_to() => unindex(conn, id, old)?,
            Way::Along | Way::Anew => {}
        }
        Ok(())
    }

    /// Builds the index anew on another thread from now on. Does nothing where it does so
    /// already, or where no thread or no temporary file can be had.
    pub fn build_beside(&self, conn: &Connection) -> Result<(), ArchiveError> {
        let mut way = self.way.borrow_mut();
        if matches!(*way, Way::Along)
            && let Some(side) = Side::start(conn)?
        {
            *way = Way::Separate(side);
        }
        Ok(())
    }

    /// What was written since a savepoint is rolled back: an index that is built beside
    /// has it already.
    pub fn rolled_back(&self) {
        let mut way = self.way.borrow_mut();
        if matches!(*way, Way::Separate(_)) {
            *way = Way::Anew;
        }
    }

    /// Brings the index up to the rows; `last` is the last of them.
    ///
    /// # Errors
    /// What SQLite says, an interruption included.
    pub fn settle(&self, conn: &Connection, last: i64) -> Result<(), ArchiveError> {
        let from = self.indexed_to();
        match self.way.take() {
            Way::Along if last - from <= MANY_NEW => index_new(conn, from)?,
            Way::Along => widely(conn, || index_new(conn, from))?,
            Way::Anew => widely(conn, || conn.execute_batch(sql("fulltext/rebuild")))?,
            Way::Separate(side) => match side.built(conn)? {
                Some(built) => side::move_in(conn, &built)?,
                // No room for temporary files, most likely. The rows are all here.
                None => widely(conn, || conn.execute_batch(sql("fulltext/rebuild")))?,
            },
        }
        self.indexed_to.set(last);
        Ok(())
    }
}

fn index_new(conn: &Connection, indexed_to: i64) -> rusqlite::Result<()> {
    conn.execute(sql("review/index_new"), named_params! {":indexed_to": indexed_to}).map(drop)
}

/// Gathers more words in memory than is usual before a segment of the index is written.
fn widely(conn: &Connection, index: impl FnOnce() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    conn.execute_batch(sql("fulltext/wide_hash"))?;
    index()?;
    conn.execute_batch(sql("fulltext/usual_hash"))
}

fn unindex(conn: &Connection, id: i64, quote: Option<&str>) -> rusqlite::Result<()> {
    conn.prepare_cached(sql("review/unindex_one"))?
        .execute(named_params! {":id": id, ":quote": quote})?;
    Ok(())
}

#[cfg(test)]
mod tests;
