//! Keeps the full-text index in step with the rows of a transaction.
//!
//! New rows are indexed by one statement before the commit, five times faster than by a trigger
//! per row; a changed row is removed and indexed again. If most rows are new, the whole index is
//! built in the background and moved in before the commit, which takes a third of an import's time
//! to another core.
//!
//! Owns: the index's content. Must never: miss a written row of `review` (`review_row` reports
//! each), or mix two states.

use std::cell::{Cell, RefCell};

use rusqlite::{Connection, named_params};

use super::{ArchiveError, sql::sql};
use background::BackgroundIndex;

mod background;

/// From this many new rows on, the index is built with a large hash table.
const MANY_NEW: i64 = 20_000;

/// How the index is updated.
#[derive(Default)]
enum Mode {
    /// Row by row, new ones at the end.
    #[default]
    Incremental,
    /// Built on another thread, which receives every row.
    Background(BackgroundIndex),
    /// Rebuilt from the rows, because the background index is obsolete.
    Rebuild,
}

/// The index within one transaction.
#[derive(Default)]
pub struct FullText {
    /// The last row that the index contains.
    indexed_to: Cell<i64>,
    mode: RefCell<Mode>,
}

impl FullText {
    /// Starts a transaction; index and rows must agree.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn in_step(conn: &Connection) -> rusqlite::Result<Self> {
        let last = conn.query_row(sql("review/last_id"), [], |row| row.get(0))?;
        Ok(Self { indexed_to: Cell::new(last), mode: RefCell::default() })
    }

    /// Rows after this one are not in the index yet.
    pub fn indexed_to(&self) -> i64 {
        self.indexed_to.get()
    }

    /// Reports an inserted row.
    pub(super) fn added(&self, id: i64, quote: Option<&str>) {
        if let Mode::Background(index) = &mut *self.mode.borrow_mut() {
            index.add(id, quote);
        }
    }

    /// Reports a changed quote.
    pub(super) fn changed(
        &self,
        conn: &Connection,
        id: i64,
        old: Option<&str>,
        new: Option<&str>,
    ) -> rusqlite::Result<()> {
        match &mut *self.mode.borrow_mut() {
            Mode::Background(index) => {
                index.remove(id, old);
                index.add(id, new);
            }
            Mode::Incremental if id <= self.indexed_to() => {
                unindex(conn, id, old)?;
                conn.prepare_cached(sql("review/index_one"))?
                    .execute(named_params! {":id": id, ":quote": new})?;
            }
            Mode::Incremental | Mode::Rebuild => {}
        }
        Ok(())
    }

    /// Reports a row that exists again.
    pub(super) fn restored(
        &self,
        conn: &Connection,
        id: i64,
        quote: Option<&str>,
    ) -> rusqlite::Result<()> {
        self.added(id, quote);
        if matches!(*self.mode.borrow(), Mode::Incremental) && id <= self.indexed_to() {
            conn.prepare_cached(sql("review/index_one"))?
                .execute(named_params! {":id": id, ":quote": quote})?;
        }
        Ok(())
    }

    /// Reports a row that is about to be deleted.
    pub(super) fn removed(
        &self,
        conn: &Connection,
        id: i64,
        old: Option<&str>,
    ) -> rusqlite::Result<()> {
        match &mut *self.mode.borrow_mut() {
            Mode::Background(index) => index.remove(id, old),
            Mode::Incremental if id <= self.indexed_to() => unindex(conn, id, old)?,
            Mode::Incremental | Mode::Rebuild => {}
        }
        Ok(())
    }

    /// Builds the index on another thread from now on. No effect if it does so already, or if no
    /// thread or temporary file is available.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn build_in_background(&self, conn: &Connection) -> Result<(), ArchiveError> {
        let mut mode = self.mode.borrow_mut();
        if matches!(*mode, Mode::Incremental)
            && let Some(index) = BackgroundIndex::start(conn)?
        {
            *mode = Mode::Background(index);
        }
        Ok(())
    }

    /// Reports a rollback to a savepoint; a background index is then obsolete.
    pub fn rolled_back(&self) {
        let mut mode = self.mode.borrow_mut();
        if matches!(*mode, Mode::Background(_)) {
            *mode = Mode::Rebuild;
        }
    }

    /// Updates the index up to the row `last`.
    ///
    /// # Errors
    /// SQLite's error, including an interrupt.
    pub fn flush(&self, conn: &Connection, last: i64) -> Result<(), ArchiveError> {
        let from = self.indexed_to();
        match self.mode.take() {
            Mode::Incremental if last - from <= MANY_NEW => index_new(conn, from)?,
            Mode::Incremental => widely(conn, || index_new(conn, from))?,
            Mode::Rebuild => widely(conn, || conn.execute_batch(sql("fulltext/rebuild")))?,
            Mode::Background(index) => match index.built(conn)? {
                Some(built) => background::move_in(conn, &built)?,
                // Probably no space for temporary files. The rows are all in the archive.
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

/// Runs `index` with a larger hash table, so that fewer segments are written.
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
