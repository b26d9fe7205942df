//! The transaction: a group of whole dumps that are committed together.
//!
//! Owns BEGIN, COMMIT and ROLLBACK, and the group's full-text index. Must never: commit in the
//! middle of a dump.

use rusqlite::named_params;

use super::Importing;
use crate::fulltext::FullText;
use crate::recluster::next_id;
use crate::{ArchiveError, changes, disk::commit, sql::sql};

impl Importing<'_> {
    /// Takes the write lock.
    ///
    /// # Errors
    /// SQLite's error, including another writer.
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
        self.next_id = next_id(self.conn, &self.fulltext)?;
        Ok(())
    }

    /// Commits all dumps so far.
    ///
    /// # Errors
    /// The archive's error.
    pub fn commit_group(&mut self) -> Result<(), ArchiveError> {
        if !self.in_group {
            return Ok(());
        }
        if self.import_id.is_none() && !self.changed {
            // No dump is complete, so nothing must change, not even the order of the indexes.
            self.conn.execute_batch("ROLLBACK")?;
            self.columns.forget();
            self.in_group = false;
            return Ok(());
        }
        changes::flush(self.conn, self.columns, &self.fulltext)?;
        if self.takes_back {
            self.conn.execute_batch(sql("undo/forget_words"))?;
        }
        commit(self.conn)?;
        self.in_group = false;
        self.committed = self.import_id.is_some();
        Ok(())
    }

    /// Ends the import and commits the last group. Returns its number, if something was stored.
    ///
    /// # Errors
    /// The archive's error.
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

    /// Rolls back to the last committed group.
    ///
    /// # Errors
    /// The archive's error.
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
        // Reached with an open group only after an error. If this rollback fails, SQLite has
        // rolled back already, or closing the connection will; either way the journal restores the
        // file.
        if self.in_group && !self.conn.is_autocommit() {
            drop(self.conn.execute_batch("ROLLBACK"));
        }
        // After a finished import there is nothing to forget.
        self.columns.forget();
    }
}
