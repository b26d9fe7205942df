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
use std::ffi::CStr;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::archive::ArchiveError;

mod cells;
mod module;
mod test;

pub use cells::{Cell, Cells, Texts};
pub use test::Compare;

/// Made for so many different narrowings at most; then once for all.
const MOST_NARROWINGS: usize = 4;

/// A table: how its columns are declared, and what makes them.
pub struct Table {
    /// `CREATE TABLE name (column TYPE, ...)`, from an `.sql` file.
    pub declared: &'static str,
    /// Rows ascend by so many of the first columns, one after the other; NULL is first.
    pub ascending: usize,
    /// About so many rows, for the planner: asked before they are made.
    pub about: usize,
    /// The columns whose comparisons `make` wants to know of.
    narrowing: &'static [usize],
    made: Mutex<Vec<Made>>,
    make: Make,
}

/// A comparison that SQLite hands down: no row that fails it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Handed {
    pub column: usize,
    pub compare: Compare,
    pub value: Value,
}

/// What was handed down when columns were made, and these.
type Made = (Vec<Handed>, Arc<Vec<Cells>>);

type Make = Box<dyn Fn(&Connection, &[Handed]) -> Result<Vec<Cells>, ArchiveError> + Send + Sync>;

impl Table {
    /// A table of rows that `make` makes when somebody reads it; once, unless it fails. It is
    /// shown the connection that reads.
    pub fn new(
        declared: &'static str,
        ascending: usize,
        about: usize,
        make: impl Fn(&Connection, &[Handed]) -> Result<Vec<Cells>, ArchiveError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let made = Mutex::default();
        Table { declared, ascending, about, narrowing: &[], made, make: Box::new(make) }
    }

    /// `make` is told how these columns are compared, and may leave out what does not pass. It is
    /// then asked once for each such narrowing.
    #[must_use]
    pub fn narrowed_by(self, narrowing: &'static [usize]) -> Self {
        Table { narrowing, ..self }
    }

    /// A table of these columns.
    pub fn of(declared: &'static str, ascending: usize, columns: Vec<Cells>) -> Self {
        let about = columns.first().map_or(0, Cells::len);
        let table = Table::new(declared, ascending, about, |_, _| Ok(Vec::new()));
        let made = Mutex::new(vec![(Vec::new(), Arc::new(columns))]);
        Table { made, ..table }
    }

    /// The columns that hold every row which passes `handed`, made now or before.
    fn columns(
        &self,
        conn: &Connection,
        handed: impl Iterator<Item = Handed>,
    ) -> Result<Arc<Vec<Cells>>, ArchiveError> {
        let mut handed: Vec<Handed> =
            handed.filter(|one| self.narrowing.contains(&one.column)).collect();
        let many = {
            let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            let serves =
                |(narrowed, _): &&Made| narrowed.iter().all(|narrowed| handed.contains(narrowed));
            if let Some((_, columns)) = made.iter().find(serves) {
                return Ok(Arc::clone(columns));
            }
            made.len() >= MOST_NARROWINGS
        };
        if many {
            handed.clear();
        }
        let columns = Arc::new((self.make)(conn, &handed)?);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.push((handed, Arc::clone(&columns)));
        Ok(columns)
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("declared", &self.declared).finish_non_exhaustive()
    }
}

/// Makes these tables known to the connection, by name. `CREATE VIRTUAL TABLE temp.name USING
/// module` lays one of them. One that an earlier call made known stays where it is laid.
///
/// # Errors
/// What SQLite says.
pub fn make_known(
    conn: &Connection,
    module: &'static CStr,
    tables: HashMap<&'static str, Arc<Table>>,
) -> rusqlite::Result<()> {
    conn.create_module(module, module::module(), Some(tables))
}

#[cfg(test)]
mod tests;
