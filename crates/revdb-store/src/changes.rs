//! The one door for changes: what follows for all that is stored when mentions, records,
//! names or decisions have come or gone.
//!
//! Owns the order of it: works, then the reviews of their records, then the rows that nothing
//! refers to any more, then names, and at the end of a transaction the full-text index and the
//! packed columns. Must never: be gone around by a verb that writes a row.

use rusqlite::Connection;

use super::columns::ColumnMaintainer;
use super::fulltext::FullText;
use super::names::{self, Names};
use super::recluster::{self, Affected, At};
use super::{ArchiveError, sql::sql, works};

/// What is to be decided anew.
#[derive(Debug, Default)]
pub struct ChangeSet {
    pub affected: Affected,
    /// Mentions whose works are to be told apart.
    pub mentions: Vec<At>,
    /// Reviews in `temp.touched` may have lost their last record.
    pub empties_reviews: bool,
}

impl ChangeSet {
    /// Decides works and reviews, and removes what nothing refers to any more.
    pub fn decide(
        &mut self,
        conn: &Connection,
        columns: &ColumnMaintainer,
        names: &mut Names,
        fulltext: &FullText,
    ) -> Result<(), ArchiveError> {
        let affected = &mut self.affected;
        works::settle(conn, &std::mem::take(&mut self.mentions), affected)?;
        recluster::recluster(conn, names, affected, fulltext)?;
        if self.empties_reviews {
            remove_empty_reviews(conn)?;
        }
        works::prune_unused(conn, &affected.works)?;
        if !affected.critics.is_empty() || !affected.publications.is_empty() {
            // The spelling that named a critic may have been on a review that is shown
            // otherwise now.
            names::prune_unused(conn, columns, affected)?;
            names.forget();
        }
        Ok(())
    }

    /// Decides, and brings the full-text index and the packed columns up to the rows; the
    /// transaction may end then.
    pub fn commit(
        &mut self,
        conn: &Connection,
        columns: &ColumnMaintainer,
        fulltext: &FullText,
    ) -> Result<(), ArchiveError> {
        self.decide(conn, columns, &mut Names::default(), fulltext)?;
        conn.execute(sql("undo/delete_unused_sites"), [])?;
        settle(conn, columns, fulltext)
    }
}

/// Brings the full-text index and the packed columns up to the rows.
pub fn settle(
    conn: &Connection,
    columns: &ColumnMaintainer,
    fulltext: &FullText,
) -> Result<(), ArchiveError> {
    fulltext.settle(conn, recluster::next_id(conn, fulltext)? - 1)?;
    columns.flush(conn)
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
