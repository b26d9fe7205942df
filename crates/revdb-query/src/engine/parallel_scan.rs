//! Reads all quotes on two connections at once, half of them on each.
//!
//! Quotes are not in the packed columns; those of a million reviews are 400 MB, and splitting them
//! into words is work for two cores.
//!
//! Must never: continue after an interrupt or a time limit of the first connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rusqlite::Connection;

use super::check_interrupt;
use super::source::Source;
use crate::sqlite_rules::tokens::Span;
use revdb_store::{ArchiveError, second_connection};
use revdb_system::thread::{self, NoThread};

/// From this many reviews, a second connection (1 ms to open) and a thread pay.
pub const PARALLEL_FROM: usize = 20_000;

/// How often the first connection checks for an interrupt while it waits for the other half.
const POLL: Duration = Duration::from_millis(20);

/// The same as on the archive's own connection.
const STEPS_PER_CHECK: i32 = 10_000;

/// Applies `part` to all reviews: in two spans if they are many and not looked up one by one
/// (temporary views belong to one connection), else in one. The results are in the order of ids.
/// The source's connection must be in a transaction that has read.
///
/// # Errors
/// SQLite's error on either connection, including an interrupt of the first.
pub fn in_parallel<T: Send>(
    source: &Source<'_>,
    part: impl Fn(&Connection, &Span) -> rusqlite::Result<T> + Sync,
) -> Result<Vec<T>, ArchiveError> {
    let conn = source.conn;
    let (reviews, is_sparse) = (source.set()?.all().len(), source.is_sparse()?);
    let all = Span { after: 0, up_to: i64::MAX, is_sparse };
    let has_two = || std::thread::available_parallelism().map_or(1, usize::from) >= 2;
    if reviews < source.shared.parallel_from || is_sparse || !has_two() {
        return Ok(vec![part(conn, &all)?]);
    }
    let (Ok(middle), Some(other)) = (i64::try_from(reviews / 2), second_connection(conn)) else {
        return Ok(vec![part(conn, &all)?]);
    };
    let (lower, upper) = (Span { up_to: middle, ..all }, Span { after: middle, ..all });
    Ok(both(conn, other, |conn| part(conn, &lower), |conn| part(conn, &upper))?)
}

/// Runs `lower` here and `upper` on another thread; an error or interrupt stops both.
fn both<T, U>(
    conn: &Connection,
    mut other: Connection,
    lower: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    upper: U,
) -> rusqlite::Result<Vec<T>>
where
    T: Send,
    U: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
{
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    other.progress_handler(STEPS_PER_CHECK, Some(move || stopped.load(Ordering::Relaxed)))?;
    std::thread::scope(|scope| {
        let (working, done) = channel::<()>();
        let work = move |(upper, other): (U, Connection)| {
            let result = upper(&other);
            drop(working);
            result
        };
        let given = (upper, other);
        let upper = match thread::spawn(scope, given, work) {
            Ok(upper) => upper,
            // One half after the other, if the system has no thread left.
            Err(NoThread { given: (upper, _), .. }) => {
                return Ok(vec![lower(conn)?, upper(conn)?]);
            }
        };
        let mut lower = lower(conn);
        while lower.is_ok() && done.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
            if let Err(error) = check_interrupt(conn) {
                lower = Err(error);
            }
        }
        if lower.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        let upper = upper.join();
        Ok(vec![lower?, upper?])
    })
}
