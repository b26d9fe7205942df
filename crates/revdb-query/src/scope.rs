//! The reviews that a query covers: the ids that pass its filter.
//!
//! Statements see them through temporary views named `filtered`, `reviews` and `peers`, which hide
//! the archive's own; Rust code reads the sets. Nothing is copied into tables.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;

use super::ids::Ids;
use super::memory_table::{self, Table};
use revdb_sql::sql;

/// The reviews that pass and their peers; `None` is every review.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The reviews that pass; `None` is all.
    passing: Option<Arc<Ids>>,
    /// The reviews to compare with; `None` is all.
    peers: Option<Arc<Ids>>,
}

impl Scope {
    /// Only these reviews, compared with each other.
    pub fn of(passing: Ids) -> Self {
        let passing = Some(Arc::new(passing));
        Scope { peers: passing.clone(), passing }
    }

    /// The same reviews, compared with these peers; `None` is every review.
    #[must_use]
    pub fn among(self, peers: Option<Ids>) -> Self {
        Scope { peers: peers.map(Arc::new), ..self }
    }

    /// The reviews that pass; `None` for all.
    pub fn passing(&self) -> Option<&Ids> {
        self.passing.as_deref()
    }

    /// The reviews to compare with; `None` for all.
    pub(crate) fn peers(&self) -> Option<&Ids> {
        self.peers.as_deref()
    }

    /// Creates the temporary views, replacing those of an earlier scope.
    ///
    /// # Errors
    /// SQLite's error.
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
