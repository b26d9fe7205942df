//! The virtual table itself: what SQLite calls.
//!
//! Unsafe code, four lines of it: rusqlite's traits for virtual tables ask that the structs
//! begin as SQLite's do, and rows are made by means of the connection that asks for them. The
//! other place is `query::fts5`.

#![allow(unsafe_code)]

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_int};
use std::sync::Arc;

use rusqlite::types::{Value, ValueRef};
use rusqlite::vtab::{
    Context, CreateVTab, Filters, IndexConstraint, IndexInfo, Module, VTab, VTabConfig,
    VTabConnection, VTabCursor, VTabKind, sqlite3_vtab, sqlite3_vtab_cursor,
};
use rusqlite::{Connection, ffi};

use super::cells::{Cell, Cells};
use super::test::{Compare, Test, compared_in, is_answered, range, text_of};
use super::{Handed, Table};

use crate::archive::ArchiveError;

/// Of a look-up by the first column: one or two rows, found in some twenty steps.
const LOOK_UP: (f64, i64) = (20.0, 2);

pub fn module() -> &'static Module<'static, Laid> {
    const MODULE: &Module<'static, Laid> = &Module::read_only_module();
    MODULE
}

/// The column and the comparison of a constraint that is looked at here.
fn taken(constraint: IndexConstraint<'_>) -> Option<(usize, Compare)> {
    let column = usize::try_from(constraint.column()).ok().filter(|_| constraint.is_usable())?;
    Some((column, Compare::of(&constraint.operator())?))
}

/// A table that is laid.
#[repr(C)]
pub struct Laid {
    /// SQLite's own part; rusqlite and SQLite alone write to it.
    base: sqlite3_vtab,
    db: *mut ffi::sqlite3,
    table: Arc<Table>,
}

// SAFETY: the trait asks for `#[repr(C)]` with `sqlite3_vtab` as the first field, which is
// how `Laid` is declared above. Nothing here reads or writes that field.
unsafe impl<'vtab> VTab<'vtab> for Laid {
    type Aux = HashMap<&'static str, Arc<Table>>;
    type Cursor = Cursor;

    fn connect(
        db: &mut VTabConnection,
        known: Option<&Self::Aux>,
        _module: &[u8],
        _database: &[u8],
        name: &[u8],
        _args: &[&[u8]],
    ) -> rusqlite::Result<(Cow<'static, CStr>, Self)> {
        let unknown = || rusqlite::Error::ModuleError("nothing of this name is laid".to_owned());
        let name = str::from_utf8(name)?;
        let table = known.and_then(|known| known.get(name)).ok_or_else(unknown)?;
        // It only reads memory of its own, so a temporary view may read it.
        db.config(VTabConfig::Innocuous)?;
        let declared = CString::new(table.declared).map_err(|_| unknown())?;
        // SAFETY: nothing is done with it but in `Cursor::made`.
        let db = unsafe { db.handle() };
        let table = Arc::clone(table);
        Ok((Cow::Owned(declared), Laid { base: sqlite3_vtab::default(), db, table }))
    }

    fn best_index(&self, info: &mut IndexInfo) -> rusqlite::Result<bool> {
        let mut compared = Vec::new();
        for number in 0..info.constraints().count() {
            // Words are compared here letter by letter, and so must they be there.
            let by_letters = info.collation(number).is_ok_and(|name| name == "BINARY");
            let Some(taken) = info.constraints().nth(number).filter(|_| by_letters).and_then(taken)
            else {
                continue;
            };
            compared.push(taken);
            let mut usage = info.constraint_usage(number);
            usage.set_argv_index(c_int::try_from(compared.len()).unwrap_or(0));
            // SQLite looks at the others once more: what is passed over here would not have passed.
            usage.set_omit(is_answered(self.table.declared, taken.0, taken.1));
        }
        let in_order = info.order_bys().enumerate().all(|(at, by)| {
            at < self.table.ascending
                && c_int::try_from(at) == Ok(by.column())
                && !by.is_order_by_desc()
        });
        info.set_order_by_consumed(in_order);
        let is_look_up = self.table.ascending > 0 && compared.contains(&(0, Compare::Equal));
        let (cost, rows) = match is_look_up {
            true => LOOK_UP,
            false => (self.table.about as f64, i64::try_from(self.table.about).unwrap_or(i64::MAX)),
        };
        info.set_estimated_cost(cost);
        info.set_estimated_rows(rows);
        if !compared.is_empty() {
            info.set_idx_str(&text_of(&compared));
        }
        Ok(true)
    }

    fn open(&'vtab mut self) -> rusqlite::Result<Cursor> {
        Ok(Cursor {
            base: sqlite3_vtab_cursor::default(),
            db: self.db,
            table: Arc::clone(&self.table),
            columns: Arc::default(),
            tests: Vec::new(),
            at: 0,
            end: 0,
        })
    }
}

impl CreateVTab<'_> for Laid {
    const KIND: VTabKind = VTabKind::Default;
}

/// Goes through the rows of a table that pass.
#[repr(C)]
pub struct Cursor {
    base: sqlite3_vtab_cursor,
    db: *mut ffi::sqlite3,
    table: Arc<Table>,
    columns: Arc<Vec<Cells>>,
    tests: Vec<Test>,
    at: usize,
    end: usize,
}

impl Cursor {
    /// The columns with every row that passes what was handed down.
    fn made(&self, handed: &[((usize, Compare), Value)]) -> rusqlite::Result<Arc<Vec<Cells>>> {
        // SAFETY: SQLite is running a statement of this connection, so it is open, and this is
        // its thread. It is not closed when `conn` is dropped.
        let conn = unsafe { Connection::from_handle(self.db) }?;
        let handed = handed.iter().map(|((column, compare), value)| Handed {
            column: *column,
            compare: *compare,
            value: value.clone(),
        });
        self.table.columns(&conn, handed).map_err(told)
    }

    fn len(&self) -> usize {
        self.columns.first().map_or(0, Cells::len)
    }

    /// To the first row from here on that passes.
    #[inline]
    fn settle(&mut self) {
        while self.at < self.end
            && !self.tests.iter().all(|test| test.passes(&self.columns, self.at))
        {
            self.at += 1;
        }
    }
}

// SAFETY: the trait asks for a first field `sqlite3_vtab_cursor` as SQLite lays it out;
// `Cursor` is `#[repr(C)]` and begins with it. Nothing here reads or writes that field.
unsafe impl VTabCursor for Cursor {
    fn filter(
        &mut self,
        _: c_int,
        compared: Option<&str>,
        values: &Filters<'_>,
    ) -> rusqlite::Result<()> {
        let compared = compared_in(compared.unwrap_or_default());
        let values = values.iter().map(Value::try_from).collect::<Result<Vec<_>, _>>()?;
        let handed: Vec<_> = compared.into_iter().zip(values).collect();
        self.columns = self.made(&handed)?;
        let tests = handed.iter().filter_map(|(compared, value)| {
            let cells = self.columns.get(compared.0)?;
            Test::of(cells, *compared, ValueRef::from(value))
        });
        self.tests.clear();
        self.tests.extend(tests);
        let key = self.tests.iter().find(|test| test.column == 0).and_then(Test::exactly);
        let rows = match (key, self.columns.first()) {
            (Some(key), Some(cells)) if self.table.ascending > 0 => range(cells, key),
            _ => None,
        };
        (self.at, self.end) = rows.unwrap_or((0, self.len()));
        self.settle();
        Ok(())
    }

    #[inline]
    fn next(&mut self) -> rusqlite::Result<()> {
        self.at += 1;
        if !self.tests.is_empty() {
            self.settle();
        }
        Ok(())
    }

    #[inline]
    fn eof(&self) -> bool {
        self.at >= self.end
    }

    #[inline]
    fn column(&self, context: &mut Context, column: c_int) -> rusqlite::Result<()> {
        let column = usize::try_from(column).ok().and_then(|at| self.columns.get(at));
        match column.map_or(Cell::Null, |cells| cells.cell(self.at)) {
            Cell::Null => context.set_result(rusqlite::types::Null),
            Cell::Int(int) => context.set_result(int),
            Cell::Real(real) => context.set_result(real),
            Cell::Text(text) => context.set_result(text),
            Cell::Made(made) => context.set_result(made.text()),
        }
    }

    fn rowid(&self) -> rusqlite::Result<i64> {
        Ok(i64::try_from(self.at).unwrap_or(i64::MAX))
    }
}

/// So that the statement fails with what the rows could not be made for.
fn told(error: ArchiveError) -> rusqlite::Error {
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
