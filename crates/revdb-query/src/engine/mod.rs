//! The engine: views of the archive that revdb computes itself.
//!
//! What reports ask of all reviews is a view in the archive, so that a report's text runs in
//! any SQLite shell. A temporary table of the same name hides each view listed here. It is computed
//! from the packed columns (`column_set`) when a statement first reads it, and held in
//! memory (`memory_table`). `docs/performance.md` says which views gain by it; every other view is
//! the archive's own text as a temporary view, so that it reads these tables and the scope.
//!
//! Must never: give other rows than the view (`tests/engine.rs` compares them), look into a
//! statement's text, or know a parameter by its name: only what SQLite hands down narrows
//! a table.

mod critic_pair;
mod critic_trend;
mod critic_vs_peers;
mod duplicate_candidates;
mod format_score;
mod group_score;
mod groups;
mod held_work;
mod incomplete;
mod parallel_scan;
mod peer_score;
mod period_sum;
mod review_tally;
mod score_distance;
mod source;
mod word_counts;
mod work_timeline;

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;

use self::source::{Shared, Source};
use super::Scope;
use super::memory_table::{self, Cell, Request, Rows, Table, Type};
use revdb_sql::sql;
use revdb_store::{ArchiveError, columns};

pub use parallel_scan::REVIEWS_FOR_TWO;

type Made = Result<Arc<dyn Rows>, ArchiveError>;

/// A view, and how its rows are made.
struct View {
    name: &'static str,
    columns: fn() -> Vec<(&'static str, Type)>,
    /// Rows ascend by so many of the first columns; so many of them are the key.
    ascending: usize,
    key: usize,
    /// Reviews for each row, roughly: what the planner is told.
    reviews_a_row: usize,
    /// Columns whose comparisons narrow what is made.
    narrowing: &'static [&'static str],
    /// Columns that are made only where they are read.
    costly: &'static [&'static str],
    make: fn(&Source<'_>, &Request) -> Made,
}

const VIEWS: [View; 13] = [
    critic_pair::VIEW,
    critic_trend::VIEW,
    critic_vs_peers::VIEW,
    duplicate_candidates::VIEW,
    format_score::VIEW,
    group_score::VIEW,
    held_work::VIEW,
    peer_score::VIEW,
    period_sum::VIEW,
    review_tally::VIEW,
    score_distance::VIEW,
    word_counts::VIEW,
    work_timeline::VIEW,
];

/// The names of all views that are worked out here.
pub fn names() -> impl Iterator<Item = &'static str> {
    VIEWS.iter().map(|view| view.name)
}

/// Lays the tables over the archive's views of the same names. They hold what is in the scope,
/// which is created with them, and are made by the statement that reads them: nobody looks into its
/// text, and what a report reads in a branch that is not taken, or names in a comment, costs
/// nothing. A transaction around this and the statements sees one state of the archive.
///
/// # Errors
/// What SQLite says.
pub fn create_tables(conn: &Connection, scope: &Scope) -> Result<(), ArchiveError> {
    lay_for(conn, scope, REVIEWS_FOR_TWO)
}

/// As [`create_tables`]; the quotes of `two_from` reviews or more are read on two connections.
///
/// # Errors
/// What SQLite says.
pub fn lay_for(conn: &Connection, scope: &Scope, two_from: usize) -> Result<(), ArchiveError> {
    scope.create_views(conn)?;
    let shared = Arc::new(Shared::of(scope.clone(), two_from));
    let reviews = columns::about(conn)?;
    let tables = VIEWS.iter().map(|view| (view.name, Arc::new(view.table(&shared, reviews))));
    let tables: HashMap<_, _> = tables.collect();
    memory_table::make_known(conn, c"memory_table", tables)?;
    conn.execute_batch(sql("engine/create"))?;
    create_other_views(conn)?;
    Ok(())
}

/// Creates every other view of the archive once more, by its own text, as a temporary one: a
/// view of the archive reads the archive's own views, never the tables and views of the scope.
/// They read by name whatever the scope is, so those of an earlier scope stay.
fn create_other_views(conn: &Connection) -> rusqlite::Result<()> {
    let mut views = conn.prepare_cached(sql("engine/views"))?;
    let texts: Vec<String> =
        views.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for text in texts {
        conn.execute_batch(&text.replacen("CREATE VIEW", "CREATE TEMP VIEW IF NOT EXISTS", 1))?;
    }
    Ok(())
}

impl View {
    fn table(&self, shared: &Arc<Shared>, reviews: usize) -> Table {
        let (shared, make) = (Arc::clone(shared), self.make);
        let columns = (self.columns)();
        let places = |names: &[&str]| -> Vec<usize> {
            (0..)
                .zip(&columns)
                .filter(|(_, (name, _))| names.contains(name))
                .map(|(at, _)| at)
                .collect()
        };
        let costly = places(self.costly).iter().fold(0, |bits, at| bits | 1 << at);
        let narrowing = places(self.narrowing);
        let mut table = Table::new(columns, move |conn, request| {
            make(&Source { conn, shared: &shared }, request)
        });
        (table.ascending, table.key) = (self.ascending, self.key);
        table.about = (reviews / self.reviews_a_row).max(10);
        (table.narrowing, table.costly) = (narrowing, costly);
        table
    }
}

/// Who speaks, as a cell.
fn audience(is_user: bool) -> Cell<'static> {
    Cell::Text(if is_user { "user" } else { "critic" })
}

/// Whether rows of this audience are asked for, where the column is `column`.
fn has_audience(request: &Request, column: usize, is_user: bool) -> bool {
    request.text(column).is_none_or(|asked| audience(is_user) == Cell::Text(asked))
}

/// How many, where there cannot be more than there are numbers for reviews.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Steps enough for the connection's own handler to be asked whether to stop.
fn look(conn: &Connection) -> rusqlite::Result<()> {
    conn.prepare_cached(sql("engine/look"))?.query_row([], |_| Ok(()))
}
