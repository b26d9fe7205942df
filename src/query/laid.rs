//! Tables of columns in memory, laid over views of the archive.
//!
//! What revdb works out itself stands in columns of Rust. SQLite reads it where it stands, as
//! a virtual table: a temporary table takes 1 µs a row to be filled, more than working the rows out.
//! A table is worked out when it is first read, so that naming one in a branch that is not
//! taken costs nothing; comparisons of numbers are answered here, so that rows which do not
//! pass never become SQLite's; and an ORDER BY in the order of the rows needs no sorting.
//!
//! Must never: give another row, or another order, than was asked for. A comparison that is not
//! understood is SQLite's.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rusqlite::Connection;

use crate::archive::ArchiveError;

mod cells;
mod module;
mod test;

pub use cells::{Cell, Cells, Texts};

/// A table: how its columns are declared, and what makes them.
pub struct Table {
    /// `CREATE TABLE name (column TYPE, ...)`, from an `.sql` file.
    pub declared: &'static str,
    /// Rows ascend by so many of the first columns, one after the other; NULL is first.
    pub ascending: usize,
    /// About so many rows, for the planner: asked before they are made.
    pub about: usize,
    columns: OnceLock<Vec<Cells>>,
    make: Make,
}

type Make = Box<dyn Fn(&Connection) -> Result<Vec<Cells>, ArchiveError> + Send + Sync>;

impl Table {
    /// A table of rows that `make` makes when somebody reads it; once, unless it fails. It is
    /// shown the connection that reads.
    pub fn new(
        declared: &'static str,
        ascending: usize,
        about: usize,
        make: impl Fn(&Connection) -> Result<Vec<Cells>, ArchiveError> + Send + Sync + 'static,
    ) -> Self {
        Table { declared, ascending, about, columns: OnceLock::new(), make: Box::new(make) }
    }

    /// A table of these columns.
    pub fn of(declared: &'static str, ascending: usize, columns: Vec<Cells>) -> Self {
        let about = columns.first().map_or(0, Cells::len);
        let make: Make = Box::new(|_| Ok(Vec::new()));
        Table { declared, ascending, about, columns: OnceLock::from(columns), make }
    }

    fn is_made(&self) -> bool {
        self.columns.get().is_some()
    }

    fn make(&self, conn: &Connection) -> Result<(), ArchiveError> {
        let columns = (self.make)(conn)?;
        self.columns.get_or_init(|| columns);
        Ok(())
    }

    fn columns(&self) -> &[Cells] {
        self.columns.get().map_or(&[], Vec::as_slice)
    }

    fn len(&self) -> usize {
        self.columns().first().map_or(0, Cells::len)
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("declared", &self.declared).finish_non_exhaustive()
    }
}

/// Makes these tables known to the connection, by name. `CREATE VIRTUAL TABLE temp.name USING
/// laid` lays one of them. One that an earlier call made known stays where it is laid.
///
/// # Errors
/// What SQLite says.
pub fn make_known(
    conn: &Connection,
    tables: HashMap<&'static str, Arc<Table>>,
) -> rusqlite::Result<()> {
    conn.create_module(c"laid", module::module(), Some(tables))
}

#[cfg(test)]
mod tests;
