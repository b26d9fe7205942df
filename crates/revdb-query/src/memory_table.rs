//! Tables whose rows stand in memory, read by SQLite where they stand.
//!
//! What revdb computes itself is a virtual table: filling a temporary table would take longer
//! than computing the rows. Rows are made when a statement first reads them, so naming a
//! table in a branch that is not taken costs nothing. SQLite looks at every comparison
//! itself; what it hands down only narrows which rows are made, or looked at.
//!
//! Must never: leave out a row that SQLite asked for, or give rows in another order than it
//! was told.

use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::types::Value;

use revdb_store::ArchiveError;

mod cell;
mod module;

pub use cell::{Cell, Column, Record, Rows, Type};

/// Made for so many different requests at most; then once for all.
const MOST_REQUESTS: usize = 4;

/// How a table is read: what SQLite knows of it, and what makes its rows.
pub struct Table {
    /// Each column's name and type.
    pub columns: Vec<(&'static str, Type)>,
    /// Rows ascend by so many of the first columns, one after the other; NULL is first.
    pub ascending: usize,
    /// So many of the first columns tell a row, or nearly.
    pub key: usize,
    /// About so many rows, for the planner: asked before they are made.
    pub about: usize,
    /// Columns whose comparisons `make` wants to know of.
    pub narrowing: Vec<usize>,
    /// Columns, a bit each, that cost much and are made only where they are read.
    pub costly: u64,
    plans: Mutex<Vec<Plan>>,
    made: Mutex<Vec<Made>>,
    make: Make,
}

/// How a column is compared, where that is made use of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Equal,
    /// `>=`, and `>`, which is narrower: SQLite looks again.
    AtLeast,
}

/// A comparison that SQLite hands down: no row that fails it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Handed {
    pub column: usize,
    pub compare: Compare,
    pub value: Value,
}

/// Which rows and columns are asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    handed: Vec<Handed>,
    /// Columns that are read, a bit each.
    columns: u64,
}

/// One way in which a statement reads the table.
#[derive(Debug, Clone, Default)]
struct Plan {
    compared: Vec<(usize, Compare)>,
    columns: u64,
}

type Made = (Request, Arc<dyn Rows>);

type Make = Box<dyn Fn(&Connection, &Request) -> Result<Arc<dyn Rows>, ArchiveError> + Send + Sync>;

impl Request {
    /// The text that a column must be; `None` where it may be any.
    pub fn text(&self, column: usize) -> Option<&str> {
        self.handed.iter().find_map(|handed| match (&handed.value, handed.compare) {
            (Value::Text(text), Compare::Equal) if handed.column == column => Some(text.as_str()),
            _ => None,
        })
    }

    /// The number that a column must have at least; `None` where it may have any.
    pub fn at_least(&self, column: usize) -> Option<f64> {
        let of_column = |handed: &&Handed| handed.column == column;
        let floors = self.handed.iter().filter(of_column).filter_map(|handed| match handed.value {
            Value::Integer(int) if handed.compare == Compare::AtLeast => Some(int as f64),
            Value::Real(real) if handed.compare == Compare::AtLeast => Some(real),
            _ => None,
        });
        floors.reduce(f64::max)
    }

    /// Whether one of these columns, a bit each, is read.
    pub fn reads(&self, columns: u64) -> bool {
        self.columns & columns != 0
    }

    /// Whether rows that were made for this are all that `other` asks for.
    fn serves(&self, other: &Request) -> bool {
        other.columns & !self.columns == 0
            && self.handed.iter().all(|handed| other.handed.contains(handed))
    }
}

impl Table {
    /// A table of rows that `make` makes when somebody reads it, once for each request unless it
    /// fails. It is shown the connection that reads.
    pub fn new(
        columns: Vec<(&'static str, Type)>,
        make: impl Fn(&Connection, &Request) -> Result<Arc<dyn Rows>, ArchiveError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Table {
            columns,
            ascending: 0,
            key: 0,
            about: 1_000,
            narrowing: Vec::new(),
            costly: 0,
            plans: Mutex::default(),
            made: Mutex::default(),
            make: Box::new(make),
        }
    }

    /// A table of these rows, which ascend by so many columns.
    pub fn of<R: Record>(rows: Vec<R>, ascending: usize) -> Self {
        let about = rows.len();
        let rows: Arc<dyn Rows> = Arc::new(rows);
        let table = Table::new(R::columns(), move |_, _| Ok(Arc::clone(&rows)));
        Table { ascending, key: ascending, about, ..table }
    }

    /// The rows that hold every one which is asked for, made now or before.
    fn rows(&self, conn: &Connection, mut asked: Request) -> Result<Arc<dyn Rows>, ArchiveError> {
        asked.handed.retain(|handed| self.narrowing.contains(&handed.column));
        asked.columns &= self.costly;
        let many = {
            let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, rows)) = made.iter().find(|(request, _)| request.serves(&asked)) {
                return Ok(Arc::clone(rows));
            }
            made.len() >= MOST_REQUESTS
        };
        if many {
            asked = Request { handed: Vec::new(), columns: self.costly };
        }
        let rows = (self.make)(conn, &asked)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.push((asked, Arc::clone(&rows)));
        Ok(rows)
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// Makes these tables known to the connection, by name. `CREATE VIRTUAL TABLE temp.name USING
/// module` creates one of them. One that an earlier call made known stays where it was created.
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
