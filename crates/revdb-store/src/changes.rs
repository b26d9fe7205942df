//! Applies changes of mentions, records, names or decisions to everything derived from them.
//!
//! Owns the order: works, reviews, removal of unreferenced rows, names, and at the end of a
//! transaction the full-text index and the packed columns. Must never: be bypassed by code that
//! writes a row.

use rusqlite::Connection;

use super::columns::ColumnMaintainer;
use super::fulltext::FullText;
use super::names::{self, Names};
use super::recluster::{self, Affected, At};
use super::{ArchiveError, sql::sql, tally, works};

/// What is to be resolved again.
#[derive(Debug, Default)]
pub struct ChangeSet {
    /// Records, works and names to be resolved.
    pub affected: Affected,
    /// Mentions whose works are to be resolved.
    pub mentions: Vec<At>,
    /// Whether reviews in `temp.touched` may have lost their last record.
    pub empties_reviews: bool,
}

impl ChangeSet {
    /// Resolves works and reviews, and removes unreferenced rows.
    ///
    /// # Errors
    /// SQLite's error, or damage.
    pub fn decide(
        &mut self,
        conn: &Connection,
        columns: &ColumnMaintainer,
        names: &mut Names,
        fulltext: &FullText,
    ) -> Result<(), ArchiveError> {
        let affected = &mut self.affected;
        works::resolve(conn, &std::mem::take(&mut self.mentions), affected)?;
        recluster::recluster(conn, names, affected, fulltext)?;
        if self.empties_reviews {
            remove_empty_reviews(conn)?;
        }
        works::prune_unused(conn, &affected.works)?;
        if !affected.critics.is_empty() || !affected.publications.is_empty() {
            // The critic's spelling may come from a review that now shows another name.
            names::prune_unused(conn, columns, affected)?;
            names.forget();
        }
        Ok(())
    }

    /// Resolves everything and updates the full-text index and the packed columns; the transaction
    /// may end then.
    ///
    /// # Errors
    /// SQLite's error, or damage.
    pub fn commit(
        &mut self,
        conn: &Connection,
        columns: &ColumnMaintainer,
        fulltext: &FullText,
    ) -> Result<(), ArchiveError> {
        self.decide(conn, columns, &mut Names::default(), fulltext)?;
        conn.execute(sql("undo/delete_unused_sites"), [])?;
        flush(conn, columns, fulltext)
    }
}

/// Updates the full-text index, the packed columns and the numbers of rows from the changed rows.
///
/// # Errors
/// SQLite's error, or damage.
pub fn flush(
    conn: &Connection,
    columns: &ColumnMaintainer,
    fulltext: &FullText,
) -> Result<(), ArchiveError> {
    fulltext.flush(conn, recluster::next_id(conn, fulltext)? - 1)?;
    columns.flush(conn)?;
    tally::count_tables(conn)
}

fn remove_empty_reviews(conn: &Connection) -> Result<(), ArchiveError> {
    for statement in [
        "undo/unindex_empty_reviews",
        "undo/delete_changes_of_empty_reviews",
        "undo/delete_empty_reviews",
        "undo/delete_empty_hidden",
        "undo/delete_empty_corrected",
    ] {
        conn.execute(sql(statement), [])?;
    }
    Ok(())
}
