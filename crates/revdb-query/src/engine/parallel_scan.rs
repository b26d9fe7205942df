//! The quotes of all reviews, read in two halves at once, on two connections.
//!
//! Quotes are what the packed columns do not hold: of a million reviews 400 MB, and each is cut
//! up letter by letter, which two cores do in half the time.
//!
//! Must never: outlive an interrupt or a time limit of the first connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rusqlite::Connection;

use super::look;
use super::source::Source;
use crate::sqlite_rules::tokens::Span;
use revdb_store::{ArchiveError, second_connection};
use revdb_system::thread::{self, NoThread};

/// From so many reviews on, a second connection and a thread pay.
pub const REVIEWS_FOR_TWO: usize = 20_000;

/// How often the first connection, through with its half, looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(20);

/// As an archive's own looks at the interrupt flag.
const STEPS_PER_LOOK: i32 = 10_000;

/// Asks `part` of the reviews: in halves where they are many and not looked up one by one (a temporary
/// view is one connection's own), else of all at once. The results come in the order of the
/// ids. The source's connection is within a transaction that has read.
///
/// # Errors
/// What SQLite says on either connection, an interrupt of the first included.
pub fn in_parallel<T: Send>(
    source: &Source<'_>,
    part: impl Fn(&Connection, &Span) -> rusqlite::Result<T> + Sync,
) -> Result<Vec<T>, ArchiveError> {
    let conn = source.conn;
    let (reviews, is_sparse) = (source.set()?.all().len(), source.is_sparse()?);
    let all = Span { after: 0, up_to: i64::MAX, is_sparse };
    let has_two = || std::thread::available_parallelism().map_or(1, usize::from) >= 2;
    if reviews < source.shared.two_from || is_sparse || !has_two() {
        return Ok(vec![part(conn, &all)?]);
    }
    let (Ok(middle), Some(other)) = (i64::try_from(reviews / 2), second_connection(conn)) else {
        return Ok(vec![part(conn, &all)?]);
    };
    let (lower, upper) = (Span { up_to: middle, ..all }, Span { after: middle, ..all });
    Ok(both(conn, other, |conn| part(conn, &lower), |conn| part(conn, &upper))?)
}

/// Runs `lower` here and `upper` on another thread; stops both where one is to stop.
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
    let asked_to_stop = Arc::clone(&stop);
    other.progress_handler(STEPS_PER_LOOK, Some(move || asked_to_stop.load(Ordering::Relaxed)))?;
    std::thread::scope(|scope| {
        let (at_work, done) = channel::<()>();
        let work = move |(upper, other): (U, Connection)| {
            let told = upper(&other);
            drop(at_work);
            told
        };
        let there = (upper, other);
        let upper = match thread::spawn(scope, there, work) {
            Ok(upper) => upper,
            // One half after the other, where the system has no thread.
            Err(NoThread { given: (upper, _), .. }) => {
                return Ok(vec![lower(conn)?, upper(conn)?]);
            }
        };
        let mut lower = lower(conn);
        while lower.is_ok() && done.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            if let Err(error) = look(conn) {
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
