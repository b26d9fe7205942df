//! The transaction: a group of whole dumps that become durable together.
//!
//! Owns BEGIN, COMMIT and ROLLBACK, and the full-text index of the group's rows.
//! Must never: commit with a dump half read.

use rusqlite::named_params;

use super::Importing;
use crate::archive::{ArchiveError, sql::sql};

/// New rows from which on the full-text index is built with a large hash.
const MANY_NEW: i64 = 20_000;

impl Importing<'_> {
    pub(super) fn begin_group(&mut self) -> Result<(), ArchiveError> {
        if self.in_group {
            return Ok(());
        }
        self.conn.execute_batch(sql("import/begin"))?;
        self.in_group = true;
        self.indexed_to = self.conn.query_row(sql("review/last_id"), [], |row| row.get(0))?;
        self.next_id = self.indexed_to + 1;
        Ok(())
    }

    /// Makes everything up to here durable: a group of whole dumps.
    pub fn commit_group(&mut self) -> Result<(), ArchiveError> {
        if !self.in_group {
            return Ok(());
        }
        if self.import_id.is_none() {
            // No whole dump: not even the order of the indexes is to change.
            self.conn.execute_batch("ROLLBACK")?;
            self.columns.forget();
            self.in_group = false;
            return Ok(());
        }
        self.index_new()?;
        self.columns.settle(self.conn)?;
        self.conn.execute_batch("COMMIT")?;
        self.in_group = false;
        self.committed = self.import_id.is_some();
        Ok(())
    }

    /// Brings the full-text index up to the rows of this group.
    pub(super) fn index_new(&mut self) -> Result<(), ArchiveError> {
        let many = self.next_id - self.indexed_to > MANY_NEW;
        if many {
            self.conn.execute_batch(sql("bulk/wide_hash"))?;
        }
        self.conn
            .execute(sql("review/index_new"), named_params! {":indexed_to": self.indexed_to})?;
        if many {
            self.conn.execute_batch(sql("bulk/usual_hash"))?;
        }
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
            self.columns.forget();
        }
    }
}
