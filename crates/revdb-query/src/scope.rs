//! Which reviews a question is about: the ids that a filter leaves, handed on to whatever
//! answers the question.
//!
//! Statements see them through temporary views of the names `filtered`, `reviews` and `peers`
//! over the archive's own; everything written in Rust reads the sets. Nothing is copied into
//! tables.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;

use super::ids::Ids;
use super::memory_table::{self, Table};
use revdb_sql::sql;

/// What `filtered` and `peers` hold; `None` is every review.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    passing: Option<Arc<Ids>>,
    peers: Option<Arc<Ids>>,
}

impl Scope {
    /// Only these reviews, which are compared with each other.
    pub fn of(passing: Ids) -> Self {
        let passing = Some(Arc::new(passing));
        Scope { peers: passing.clone(), passing }
    }

    /// The same reviews, compared with these peers; with every review where there is `None`.
    #[must_use]
    pub fn among(self, peers: Option<Ids>) -> Self {
        Scope { peers: peers.map(Arc::new), ..self }
    }

    /// The reviews that pass; `None` where all do.
    pub fn passing(&self) -> Option<&Ids> {
        self.passing.as_deref()
    }

    /// What they are compared with; `None` where that is every review.
    pub(crate) fn peers(&self) -> Option<&Ids> {
        self.peers.as_deref()
    }

    /// Lays the views over the archive's own, in place of those of an earlier scope.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn create_views(&self, conn: &Connection) -> rusqlite::Result<()> {
        conn.execute_batch(sql("scope/remove"))?;
        let table = |ids: &Ids| Arc::new(Table::of(ids.iter().collect::<Vec<u32>>(), 1));
        let mut tables = HashMap::new();
        tables.extend(self.passing().map(|ids| ("passing", table(ids))));
        tables.extend(self.peers().map(|ids| ("passing_peers", table(ids))));
        memory_table::make_known(conn, c"scope", tables)?;
        if self.passing.is_some() {
            conn.execute_batch(sql("scope/create_passing"))?;
        }
        if self.peers.is_some() {
            conn.execute_batch(sql("scope/create_peers"))?;
        }
        Ok(())
    }
}
