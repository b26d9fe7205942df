//! SQLite's interface to memory tables.
//!
//! Has unsafe code: rusqlite's traits for virtual tables require structs that begin as SQLite's
//! do, and rows are computed with a handle of the calling connection. The only other unsafe code
//! of this crate is `sqlite_rules::fts5`.

#![allow(unsafe_code)]

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_int};
use std::sync::{Arc, PoisonError};

use rusqlite::types::Value;
use rusqlite::vtab::{
    Context, CreateVTab, Filters, IndexConstraint, IndexConstraintOp, IndexInfo, Module, VTab,
    VTabConfig, VTabConnection, VTabCursor, VTabKind, sqlite3_vtab, sqlite3_vtab_cursor,
};
use rusqlite::{Connection, ffi};

use super::cell::{Cell, Rows, Type, date_text};
use super::{Compare, Constraint, Plan, Request, Table};
use revdb_store::ArchiveError;

/// Cost and rows of a key look-up, some twenty steps of a binary search.
const LOOK_UP: (f64, i64) = (20.0, 2);

pub fn module() -> &'static Module<'static, MemoryTable> {
    const MODULE: &Module<'static, MemoryTable> = &Module::read_only_module();
    MODULE
}

impl Table {
    /// The column declarations for SQLite.
    fn declaration(&self) -> String {
        let columns = self.columns.iter().map(|(name, kind)| {
            let kind = match kind {
                Type::Integer => "INTEGER",
                Type::Real => "REAL",
                Type::Text => "TEXT",
            };
            format!("\"{name}\" {kind}")
        });
        format!("CREATE TABLE t ({})", columns.collect::<Vec<_>>().join(", "))
    }

    /// The column and operator of a constraint that is used.
    fn taken(&self, constraint: &IndexConstraint<'_>) -> Option<(usize, Compare)> {
        let column =
            usize::try_from(constraint.column()).ok().filter(|_| constraint.is_usable())?;
        let compare = match constraint.operator() {
            IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_EQ => Compare::Equal,
            IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_GT
            | IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_GE => Compare::AtLeast,
            _ => return None,
        };
        let is_key = compare == Compare::Equal && column < self.ascending;
        (is_key || self.pushdown.contains(&column)).then_some((column, compare))
    }

    /// The rows whose first columns equal the constraints, by binary search while values have the
    /// columns' types.
    fn range(&self, rows: &dyn Rows, constraints: &[Constraint]) -> (usize, usize) {
        let equal = |column| {
            let is_it = |one: &&Constraint| one.column == column && one.compare == Compare::Equal;
            constraints.iter().find(is_it).map(|one| &one.value)
        };
        let (mut from, mut to) = (0, rows.count());
        for column in 0..self.ascending {
            let Some(value) = equal(column) else { break };
            let kind = self.columns.get(column).map(|(_, kind)| *kind);
            match (kind, value) {
                (Some(Type::Integer), Value::Integer(_)) | (Some(Type::Text), Value::Text(_)) => {}
                _ => break,
            }
            let first = |is_before: fn(std::cmp::Ordering) -> bool| {
                let (mut low, mut high) = (from, to);
                while low < high {
                    let middle = low + (high - low) / 2;
                    match rows.cell(middle, column).compare(value).is_some_and(is_before) {
                        true => low = middle + 1,
                        false => high = middle,
                    }
                }
                low
            };
            (from, to) = (first(std::cmp::Ordering::is_lt), first(std::cmp::Ordering::is_le));
        }
        (from, to)
    }
}

/// A table as created on a connection.
#[repr(C)]
pub struct MemoryTable {
    /// SQLite's part; only rusqlite and SQLite write to it.
    base: sqlite3_vtab,
    db: *mut ffi::sqlite3,
    table: Arc<Table>,
}

// SAFETY: the trait requires `#[repr(C)]` with `sqlite3_vtab` as the first field, as `MemoryTable`
// is declared above. Nothing here reads or writes that field.
unsafe impl<'vtab> VTab<'vtab> for MemoryTable {
    type Aux = HashMap<&'static str, Arc<Table>>;
    /// An iterator over the rows of a table.
    type Cursor = Cursor;

    fn connect(
        db: &mut VTabConnection,
        known: Option<&Self::Aux>,
        _module: &[u8],
        _database: &[u8],
        name: &[u8],
        _args: &[&[u8]],
    ) -> rusqlite::Result<(Cow<'static, CStr>, Self)> {
        let unknown = || rusqlite::Error::ModuleError("no table has this name".to_owned());
        let name = str::from_utf8(name)?;
        let table = known.and_then(|known| known.get(name)).ok_or_else(unknown)?;
        // It only reads memory of its own, so a temporary view may read it.
        db.config(VTabConfig::Innocuous)?;
        let declared = CString::new(table.declaration()).map_err(|_| unknown())?;
        // SAFETY: only used in `Cursor::made`.
        let db = unsafe { db.handle() };
        let table = Arc::clone(table);
        Ok((Cow::Owned(declared), MemoryTable { base: sqlite3_vtab::default(), db, table }))
    }

    fn best_index(&self, info: &mut IndexInfo) -> rusqlite::Result<bool> {
        let table = &self.table;
        let mut plan = Plan { compared: Vec::new(), columns: info.col_used() };
        for number in 0..info.constraints().count() {
            // This code compares texts bytewise, so the constraint must do so too.
            let by_letters = info.collation(number).is_ok_and(|name| name == "BINARY");
            let taken = info.constraints().nth(number).filter(|_| by_letters);
            let Some(taken) = taken.and_then(|constraint| table.taken(&constraint)) else {
                continue;
            };
            plan.compared.push(taken);
            let place = c_int::try_from(plan.compared.len()).unwrap_or(0);
            info.constraint_usage(number).set_argv_index(place);
        }
        let is_equal = |column: usize| plan.compared.contains(&(column, Compare::Equal));
        // A column that is equal in all rows does not affect the order.
        let mut order = (0..table.ascending).filter(|column| !is_equal(*column));
        let in_order = info
            .order_bys()
            .all(|by| !by.is_order_by_desc() && order.next() == usize::try_from(by.column()).ok());
        info.set_order_by_consumed(in_order);
        let (cost, rows) = match table.key > 0 && (0..table.key).all(is_equal) {
            true => LOOK_UP,
            false => (table.about as f64, i64::try_from(table.about).unwrap_or(i64::MAX)),
        };
        info.set_estimated_cost(cost);
        info.set_estimated_rows(rows);
        let mut plans = table.plans.lock().unwrap_or_else(PoisonError::into_inner);
        info.set_idx_num(c_int::try_from(plans.len()).unwrap_or(c_int::MAX));
        plans.push(plan);
        Ok(true)
    }

    fn open(&'vtab mut self) -> rusqlite::Result<Cursor> {
        Ok(Cursor {
            base: sqlite3_vtab_cursor::default(),
            db: self.db,
            table: Arc::clone(&self.table),
            rows: Arc::new(Vec::<u32>::new()),
            at: 0,
            end: 0,
        })
    }
}

impl CreateVTab<'_> for MemoryTable {
    const KIND: VTabKind = VTabKind::Default;
}

/// Iterates over the rows of a table.
#[repr(C)]
pub struct Cursor {
    base: sqlite3_vtab_cursor,
    db: *mut ffi::sqlite3,
    table: Arc<Table>,
    rows: Arc<dyn Rows>,
    at: usize,
    end: usize,
}

impl Cursor {
    /// The rows, including every requested one.
    fn made(&self, asked: Request) -> rusqlite::Result<Arc<dyn Rows>> {
        // SAFETY: SQLite is running a statement of this connection, so it is open, and this is its
        // thread. It is not closed when `conn` is dropped.
        let conn = unsafe { Connection::from_handle(self.db) }?;
        self.table.rows(&conn, asked).map_err(as_sqlite_error)
    }
}

// SAFETY: the trait requires a first field `sqlite3_vtab_cursor` in SQLite's layout; `Cursor` is
// `#[repr(C)]` and begins with it. Nothing here reads or writes that field.
unsafe impl VTabCursor for Cursor {
    fn filter(
        &mut self,
        plan: c_int,
        _: Option<&str>,
        values: &Filters<'_>,
    ) -> rusqlite::Result<()> {
        let Plan { compared, columns } = {
            let plans = self.table.plans.lock().unwrap_or_else(PoisonError::into_inner);
            let plan = usize::try_from(plan).ok().and_then(|plan| plans.get(plan));
            plan.cloned().ok_or(rusqlite::Error::InvalidQuery)?
        };
        let values = values.iter().map(Value::try_from).collect::<Result<Vec<_>, _>>()?;
        let constraints = compared.into_iter().zip(values);
        let constraints =
            constraints.map(|((column, compare), value)| Constraint { column, compare, value });
        let constraints: Vec<Constraint> = constraints.collect();
        self.rows = self.made(Request { constraints: constraints.clone(), columns })?;
        (self.at, self.end) = self.table.range(&*self.rows, &constraints);
        Ok(())
    }

    #[inline]
    fn next(&mut self) -> rusqlite::Result<()> {
        self.at += 1;
        Ok(())
    }

    #[inline]
    fn eof(&self) -> bool {
        self.at >= self.end
    }

    #[inline]
    fn column(&self, context: &mut Context, column: c_int) -> rusqlite::Result<()> {
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        match self.rows.cell(self.at, column) {
            Cell::Null => context.set_result(rusqlite::types::Null),
            Cell::Integer(int) => context.set_result(int),
            Cell::Real(real) => context.set_result(real),
            Cell::Text(text) => context.set_result(text),
            Cell::Date(date) => context.set_result(date_text(date, &mut [0; 10])),
        }
    }

    fn rowid(&self) -> rusqlite::Result<i64> {
        Ok(i64::try_from(self.at).unwrap_or(i64::MAX))
    }
}

/// Makes the statement fail with the error of computing the rows.
fn as_sqlite_error(error: ArchiveError) -> rusqlite::Error {
    let failure =
        |code, message| rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some(message));
    match error {
        ArchiveError::Sqlite(error) => error,
        ArchiveError::Interrupted => failure(ffi::SQLITE_INTERRUPT, error.to_string()),
        ArchiveError::Busy => failure(ffi::SQLITE_BUSY, error.to_string()),
        ArchiveError::Damaged(what) => failure(ffi::SQLITE_CORRUPT, what),
        other => failure(ffi::SQLITE_ERROR, other.to_string()),
    }
}
