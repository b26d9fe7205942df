//! The transaction: a group of whole dumps that become durable together.
//!
//! Owns BEGIN, COMMIT and ROLLBACK, and the full-text index of the group's rows.
//! Must never: commit with a dump half read.

use rusqlite::named_params;

use super::Importing;
use crate::fulltext::FullText;
use crate::{ArchiveError, changes, error::of_commit, sql::sql};

impl Importing<'_> {
    /// Takes the lock: from now on nobody else changes anything.
    ///
    /// # Errors
    /// What SQLite says, another writer included.
    pub fn begin(&mut self) -> Result<(), ArchiveError> {
        self.begin_group()
    }

    pub(super) fn begin_group(&mut self) -> Result<(), ArchiveError> {
        if self.in_group {
            return Ok(());
        }
        self.conn.execute_batch(sql("import/begin"))?;
        self.in_group = true;
        self.fulltext = FullText::in_step(self.conn)?;
        self.next_id = self.fulltext.indexed_to() + 1;
        Ok(())
    }

    /// Makes everything up to here durable: a group of whole dumps.
    pub fn commit_group(&mut self) -> Result<(), ArchiveError> {
        if !self.in_group {
            return Ok(());
        }
        if self.import_id.is_none() && !self.changed {
            // No whole dump: not even the order of the indexes is to change.
            self.conn.execute_batch("ROLLBACK")?;
            self.columns.forget();
            self.in_group = false;
            return Ok(());
        }
        changes::settle(self.conn, self.columns, &self.fulltext)?;
        if self.takes_back {
            self.conn.execute_batch(sql("undo/forget_words"))?;
        }
        self.conn.execute_batch("COMMIT").map_err(of_commit)?;
        self.in_group = false;
        self.committed = self.import_id.is_some();
        Ok(())
    }

    /// Ends the import: the last group becomes durable.
    pub fn finish(mut self, finished_at: &str) -> Result<Option<i64>, ArchiveError> {
        if let Some(id) = self.import_id {
            self.begin_group()?;
            self.conn.execute(
                sql("import/finish_import"),
                named_params! {":id": id, ":finished_at": finished_at},
            )?;
        }
        self.commit_group()?;
        Ok(self.import_id)
    }

    /// Leaves the archive as the last committed group left it.
    pub fn roll_back(mut self) -> Result<(), ArchiveError> {
        if self.in_group {
            self.conn.execute_batch("ROLLBACK")?;
            self.columns.forget();
            self.in_group = false;
        }
        Ok(())
    }
}

impl Drop for Importing<'_> {
    fn drop(&mut self) {
        // Reached with an open group only after an error. A failed rollback
        // here means that SQLite has rolled back already, or that closing the
        // connection will; either way the journal restores the file.
        if self.in_group && !self.conn.is_autocommit() {
            drop(self.conn.execute_batch("ROLLBACK"));
        }
        // Of a finished import there is nothing left to forget.
        self.columns.forget();
    }
}
