//! The engine: views of the archive that revdb computes itself.
//!
//! Reports read views of the archive, so that their SQL runs in any SQLite shell. For each view
//! listed here, a temporary virtual table of the same name (`memory_table`) hides the archive's
//! view; its rows are computed from the packed columns (`column_set`) when a statement first reads
//! them. `docs/performance.md` gives the gain of each; every other view becomes a temporary view
//! with the archive's own text, so that it reads these tables and the scope.
//!
//! Must never: return other rows than the view (`tests/engine/` compares them), inspect a
//! statement's text, or depend on a parameter's name: only constraints that SQLite passes down
//! restrict a table.

mod critic_pair;
mod critic_trend;
mod critic_vs_peers;
mod duplicate_candidates;
mod format_score;
mod group_score;
mod groups;
mod held_work;
mod incomplete;
pub(crate) mod namesakes;
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
use super::memory_table::{self, Cell, Record, Request, Rows, Table, Type};
use revdb_sql::sql;
use revdb_store::{ArchiveError, columns};

pub use parallel_scan::PARALLEL_FROM;

type Made = Result<Arc<dyn Rows>, ArchiveError>;

/// A view and the function that computes its rows.
struct View {
    name: &'static str,
    columns: fn() -> Vec<(&'static str, Type)>,
    /// Rows are sorted by this many of the first columns.
    ascending: usize,
    /// This many of the first columns identify a row.
    key: usize,
    /// Estimated reviews per row, for the query planner.
    reviews_a_row: usize,
    /// Columns whose constraints restrict the rows that are computed.
    pushdown: &'static [&'static str],
    /// Columns computed only if they are read.
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

/// The names of all views computed here.
pub fn names() -> impl Iterator<Item = &'static str> {
    VIEWS.iter().map(|view| view.name)
}

/// Creates the tables that hide the archive's views, restricted to the scope, and the scope's own
/// views. Rows are computed by the statement that reads them, so an unused table costs nothing.
/// Within a transaction, all of it shows one state of the archive.
///
/// # Errors
/// SQLite's error.
pub fn create_tables(conn: &Connection, scope: &Scope) -> Result<(), ArchiveError> {
    create_tables_with(conn, scope, PARALLEL_FROM)
}

/// As [`create_tables`], reading the quotes of `parallel_from` or more reviews on two connections.
///
/// # Errors
/// SQLite's error.
pub fn create_tables_with(
    conn: &Connection,
    scope: &Scope,
    parallel_from: usize,
) -> Result<(), ArchiveError> {
    scope.create_views(conn)?;
    let shared = Arc::new(Shared::of(scope.clone(), parallel_from));
    let reviews = columns::about(conn)?;
    let tables = VIEWS.iter().map(|view| (view.name, Arc::new(view.table(&shared, reviews))));
    let tables: HashMap<_, _> = tables.collect();
    memory_table::make_known(conn, c"memory_table", tables)?;
    conn.execute_batch(sql("engine/create"))?;
    create_other_views(conn)?;
    Ok(())
}

/// Creates every other view of the archive again, with its own text, as a temporary view: a view
/// of the archive reads the archive's own views, never the tables and views of the scope.
/// Temporary views refer to tables by name in every scope, so those of an earlier scope
/// remain valid.
fn create_other_views(conn: &Connection) -> rusqlite::Result<()> {
    let mut views = conn.prepare_cached(sql("engine/views"))?;
    let texts: Vec<String> =
        views.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for text in texts {
        conn.execute_batch(&text.replacen("CREATE VIEW", "CREATE TEMP VIEW IF NOT EXISTS", 1))?;
    }
    Ok(())
}

/// Computed rows.
fn rows<R: Record>(rows: Result<Vec<R>, ArchiveError>) -> Made {
    Ok(Arc::new(rows?))
}

impl View {
    /// A view of unsorted rows without a key, about one per review.
    const fn new(
        name: &'static str,
        columns: fn() -> Vec<(&'static str, Type)>,
        make: fn(&Source<'_>, &Request) -> Made,
    ) -> Self {
        let (pushdown, costly): (&[&str], &[&str]) = (&[], &[]);
        View { name, columns, ascending: 0, key: 0, reviews_a_row: 1, pushdown, costly, make }
    }

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
        let pushdown = places(self.pushdown);
        let mut table = Table::new(columns, move |conn, request| {
            make(&Source { conn, shared: &shared }, request)
        });
        (table.ascending, table.key) = (self.ascending, self.key);
        table.about = (reviews / self.reviews_a_row).max(10);
        (table.pushdown, table.costly) = (pushdown, costly);
        table
    }
}

/// The audience's name as a cell.
fn audience(is_user: bool) -> Cell<'static> {
    Cell::Text(if is_user { "user" } else { "critic" })
}

/// Whether the request admits this audience in `column`.
fn has_audience(request: &Request, column: usize, is_user: bool) -> bool {
    request.text(column).is_none_or(|asked| audience(is_user) == Cell::Text(asked))
}

/// A number of reviews, which always fits.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Runs enough steps for SQLite to call the connection's progress handler.
///
/// # Errors
/// SQLite's interrupt.
fn check_interrupt(conn: &Connection) -> rusqlite::Result<()> {
    conn.prepare_cached(sql("engine/check_interrupt"))?.query_row([], |_| Ok(()))
}
