//! Two halves of a question at once, on two connections.
//!
//! A million reviews in the order of an index take one core 0.2 s and two cores 0.11.
//! The keys are parted where half of the reviews lie on either side, so that groups stay
//! whole and the halves' results need only be put one behind the other.
//!
//! Must never: outlive an interrupt or a time limit of the first connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::{FromSql, ToSql};

use crate::archive::open_beside;
use crate::archive::sql::sql;

/// From so many reviews on, a second connection (1 ms to open) and a thread pay.
pub const REVIEWS_FOR_TWO: i64 = 20_000;

/// How often the first connection, through with its half, looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(20);

/// As an archive's own looks at the interrupt flag.
const STEPS_PER_LOOK: i32 = 10_000;

/// Keys of one half: after the first, up to the second.
pub struct Span<K>(pub K, pub K);

/// A key that reviews are grouped by.
pub trait Key: ToSql + FromSql + Clone + PartialOrd + Send + Sync {
    /// What no key comes before and none after.
    fn ends() -> Span<Self>
    where
        Self: Sized;
}

impl Key for i64 {
    fn ends() -> Span<Self> {
        Span(i64::MIN, i64::MAX)
    }
}

/// A date: digits and hyphens, never empty.
impl Key for String {
    fn ends() -> Span<Self> {
        Span(String::new(), "~".to_owned())
    }
}

/// Asks `part` of all keys: in halves where the archive has `two_from` reviews and nothing is
/// laid over them (a temporary view is one connection's own), else of all at once. `middle` is
/// a statement that gives the key that parts them. The results come in the order of the keys.
///
/// # Errors
/// What SQLite says on either connection, an interrupt of the first included.
pub fn in_halves<K: Key, T: Send>(
    conn: &Connection,
    two_from: i64,
    middle: &str,
    part: impl Fn(&Connection, &Span<K>) -> rusqlite::Result<T> + Sync,
) -> rusqlite::Result<Vec<T>> {
    let Span(first, last) = K::ends();
    if !are_worth_it(conn, two_from)? {
        return Ok(vec![part(conn, &Span(first, last))?]);
    }
    // This reads the archive, so that from here on its state is held.
    let middle: Option<K> = conn.query_row(middle, [], |row| row.get(0))?;
    let (Some(middle), Some(other)) = (middle, open_beside(conn)) else {
        return Ok(vec![part(conn, &Span(first, last))?]);
    };
    let (lower, upper) = (Span(first, middle.clone()), Span(middle, last));
    both(conn, other, |conn| part(conn, &lower), |conn| part(conn, &upper))
}

/// Whether the archive has so many reviews, nothing is laid over them, and there are two cores.
pub fn are_worth_it(conn: &Connection, two_from: i64) -> rusqlite::Result<bool> {
    let are_many = conn.query_row(sql("computed/worth_two"), [two_from], |row| row.get(0))?;
    Ok(are_many && std::thread::available_parallelism().map_or(1, usize::from) >= 2)
}

/// Runs `lower` here and `upper` on another thread; stops both where one is to stop.
fn both<T: Send>(
    conn: &Connection,
    mut other: Connection,
    lower: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    upper: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send,
) -> rusqlite::Result<Vec<T>> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked_to_stop = Arc::clone(&stop);
    other.progress_handler(STEPS_PER_LOOK, Some(move || asked_to_stop.load(Ordering::Relaxed)))?;
    std::thread::scope(|scope| {
        let (at_work, done) = channel::<()>();
        let upper = scope.spawn(move || {
            let told = upper(&other);
            drop(at_work);
            told
        });
        let mut lower = lower(conn);
        while lower.is_ok() && done.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            // Steps enough for the connection's own handler to be asked.
            if let Err(error) = conn.query_row(sql("computed/look"), [], |_| Ok(())) {
                lower = Err(error);
            }
        }
        if lower.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        let upper = upper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok(vec![lower?, upper?])
    })
}
