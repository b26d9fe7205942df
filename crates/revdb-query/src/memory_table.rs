//! Virtual tables over rows in memory.
//!
//! Filling a temporary table takes SQLite 1 µs per row, more than computing the rows. Rows are
//! computed when a statement first reads them. SQLite checks every constraint itself; the
//! constraints that it passes down only reduce the rows that are computed or visited.
//!
//! Must never: omit a row that SQLite asks for, or return rows in another order than declared.

use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::types::Value;

use revdb_store::ArchiveError;

mod cell;
mod module;

pub use cell::{Cell, Column, Record, Rows, Type};

/// After this many different requests, the rows are computed once for all.
const MOST_REQUESTS: usize = 4;

/// A table's declaration and the function that computes its rows.
pub struct Table {
    /// Each column's name and type.
    pub columns: Vec<(&'static str, Type)>,
    /// Rows are sorted by this many of the first columns; NULL is first.
    pub ascending: usize,
    /// This many of the first columns identify a row, or nearly.
    pub key: usize,
    /// Estimated number of rows, for the planner.
    pub about: usize,
    /// Columns whose constraints `make` uses.
    pub pushdown: Vec<usize>,
    /// Bits of the columns that are computed only if they are read.
    pub costly: u64,
    plans: Mutex<Vec<Plan>>,
    made: Mutex<Vec<Made>>,
    make: Make,
}

/// The operator of a constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// `=`.
    Equal,
    /// `>=`, or `>`, which SQLite checks itself.
    AtLeast,
}

/// A constraint that SQLite passes down. Rows that violate it are not needed.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// Index of the column.
    pub column: usize,
    /// The operator.
    pub compare: Compare,
    /// The right-hand side.
    pub value: Value,
}

/// The rows and columns that a statement needs.
#[derive(Debug, Clone, Default)]
pub struct Request {
    constraints: Vec<Constraint>,
    /// Bits of the columns that are read.
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
    /// The text that the column must equal; `None` if it is not constrained.
    pub fn text(&self, column: usize) -> Option<&str> {
        self.constraints.iter().find_map(|one| match (&one.value, one.compare) {
            (Value::Text(text), Compare::Equal) if one.column == column => Some(text.as_str()),
            _ => None,
        })
    }

    /// The lower bound of the column; `None` if there is none.
    pub fn at_least(&self, column: usize) -> Option<f64> {
        let is_floor = |one: &&Constraint| (one.column, one.compare) == (column, Compare::AtLeast);
        let floors = self.constraints.iter().filter(is_floor).filter_map(|one| match one.value {
            Value::Integer(int) => Some(int as f64),
            Value::Real(real) => Some(real),
            _ => None,
        });
        floors.reduce(f64::max)
    }

    /// Whether one of these columns (bits) is read.
    pub fn reads(&self, columns: u64) -> bool {
        self.columns & columns != 0
    }

    /// Whether rows computed for this request include those for `other`.
    fn serves(&self, other: &Request) -> bool {
        other.columns & !self.columns == 0
            && self.constraints.iter().all(|one| other.constraints.contains(one))
    }
}

impl Table {
    /// A table whose rows are computed by `make` on first use, once per request unless it fails.
    /// `make` gets the connection that reads.
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
            pushdown: Vec::new(),
            costly: 0,
            plans: Mutex::default(),
            made: Mutex::default(),
            make: Box::new(make),
        }
    }

    /// A table of these rows, sorted by this many columns.
    pub fn of<R: Record>(rows: Vec<R>, ascending: usize) -> Self {
        let about = rows.len();
        let rows: Arc<dyn Rows> = Arc::new(rows);
        let table = Table::new(R::columns(), move |_, _| Ok(Arc::clone(&rows)));
        Table { ascending, key: ascending, about, ..table }
    }

    /// Rows that include all requested ones, computed now or before.
    fn rows(&self, conn: &Connection, mut asked: Request) -> Result<Arc<dyn Rows>, ArchiveError> {
        asked.constraints.retain(|one| self.pushdown.contains(&one.column));
        asked.columns &= self.costly;
        let many = {
            let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, rows)) = made.iter().find(|(request, _)| request.serves(&asked)) {
                return Ok(Arc::clone(rows));
            }
            made.len() >= MOST_REQUESTS
        };
        if many {
            asked = Request { constraints: Vec::new(), columns: self.costly };
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

/// Registers these tables with the connection under a module name. `CREATE VIRTUAL TABLE temp.name
/// USING module` creates one of them; tables that were created earlier stay valid.
///
/// # Errors
/// SQLite's error.
pub fn make_known(
    conn: &Connection,
    module: &'static CStr,
    tables: HashMap<&'static str, Arc<Table>>,
) -> rusqlite::Result<()> {
    conn.create_module(module, module::module(), Some(tables))
}

#[cfg(test)]
mod tests;
