//! Builds a full-text index on another thread, in a temporary file.
//!
//! FTS5 stores an index in ordinary tables. An index of the same rows, built by another connection
//! during the import, can therefore replace the archive's: its rows are copied within the
//! archive's transaction, and a crash keeps the old index. For a million reviews, building takes
//! 12 to 14 s of processor time and copying 1.5.
//!
//! Must never: be moved in after a row was written that it did not receive.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, params};

use crate::{ArchiveError, sql::sql};

/// Bytes of quotes per batch, some 250 quotes.
const BATCH_BYTES: usize = 64 << 10;

/// Batches in the queue before the import waits: 2 MiB.
const BATCHES_AHEAD: usize = 32;

/// How often to check for an interrupt while waiting for the index.
const POLL: Duration = Duration::from_millis(20);

/// Steps of SQLite's virtual machine between checks for an interrupt, as on the archive's
/// connection.
const STEPS_PER_CHECK: i32 = 10_000;

/// Quotes to add or remove: id, whether to remove, and where its text ends.
#[derive(Default)]
struct Batch {
    texts: String,
    quotes: Vec<(i64, bool, usize)>,
}

/// An index being built.
pub struct BackgroundIndex {
    batch: Batch,
    to: Option<SyncSender<Batch>>,
    stop: Arc<AtomicBool>,
    done: Receiver<()>,
    thread: Option<JoinHandle<rusqlite::Result<Connection>>>,
}

impl BackgroundIndex {
    /// Starts with all existing rows. `None` if no thread is available.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn start(conn: &Connection) -> Result<Option<Self>, ArchiveError> {
        let (to, from) = sync_channel(BATCHES_AHEAD);
        let (at_work, done) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let asked_to_stop = Arc::clone(&stop);
        let work = move || {
            let built = build(&from, asked_to_stop);
            drop(at_work);
            built
        };
        let Ok(thread) = std::thread::Builder::new().name("full-text".to_owned()).spawn(work)
        else {
            return Ok(None);
        };
        let batch = Batch::default();
        let mut side = Self { batch, to: Some(to), stop, done, thread: Some(thread) };
        let mut statement = conn.prepare(sql("fulltext/rows"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            side.add(row.get(0)?, row.get::<_, Option<String>>(1)?.as_deref());
        }
        Ok(Some(side))
    }

    /// Adds a row.
    pub fn add(&mut self, id: i64, quote: Option<&str>) {
        self.hand_on(id, false, quote);
    }

    /// Removes a row.
    pub fn remove(&mut self, id: i64, quote: Option<&str>) {
        self.hand_on(id, true, quote);
    }

    /// Queues a change. A row without a quote has no tokens but is counted by the index.
    fn hand_on(&mut self, id: i64, goes: bool, quote: Option<&str>) {
        self.batch.texts.push_str(quote.unwrap_or_default());
        self.batch.quotes.push((id, goes, self.batch.texts.len()));
        if self.batch.texts.len() >= BATCH_BYTES {
            self.send();
        }
    }

    /// Sends the batch; if the thread has failed, [`built`](Self::built) reports it.
    fn send(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        if self.to.as_ref().is_some_and(|to| to.send(batch).is_err()) {
            self.to = None;
        }
    }

    /// Waits for the index. `None` if it could not be built.
    ///
    /// # Errors
    /// [`ArchiveError::Interrupted`].
    pub fn built(mut self, conn: &Connection) -> Result<Option<Connection>, ArchiveError> {
        self.send();
        self.to = None;
        while self.done.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
            // Enough steps for the connection's own handler to be called.
            conn.query_row(sql("fulltext/check_interrupt"), [], |_| Ok(()))?;
        }
        Ok(self.joined().and_then(Result::ok))
    }

    fn joined(&mut self) -> Option<rusqlite::Result<Connection>> {
        let joined = self.thread.take()?.join();
        Some(joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}

impl Drop for BackgroundIndex {
    /// Ends the thread with the import.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.to = None;
        drop(self.thread.take().map(JoinHandle::join));
    }
}

fn build(from: &Receiver<Batch>, stop: Arc<AtomicBool>) -> rusqlite::Result<Connection> {
    // An empty name: a private temporary file, deleted with the connection.
    let mut conn = Connection::open("")?;
    conn.execute_batch(sql("fulltext/side_make"))?;
    let asked = Arc::clone(&stop);
    conn.progress_handler(STEPS_PER_CHECK, Some(move || asked.load(Ordering::Relaxed)))?;
    {
        let mut add = conn.prepare(sql("fulltext/side_add"))?;
        let mut remove = conn.prepare(sql("fulltext/side_remove"))?;
        for batch in from {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let mut begin = 0;
            for &(id, goes, end) in &batch.quotes {
                let quote = batch.texts.get(begin..end);
                begin = end;
                if goes { &mut remove } else { &mut add }.execute(params![id, quote])?;
            }
        }
    }
    conn.execute_batch(sql("fulltext/side_finish"))?;
    conn.progress_handler(0, None::<fn() -> bool>)?;
    Ok(conn)
}

/// Replaces the archive's index by the new one. FTS5's tables are writable only outside of
/// defensive mode, which is off for these statements alone.
///
/// # Errors
/// SQLite's error.
pub fn move_in(conn: &Connection, built: &Connection) -> Result<(), ArchiveError> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    let moved = copy(conn, built);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    moved?;
    // FTS5 caches the position of its segments; rolling back a write makes it drop the cache.
    Ok(conn.execute_batch(sql("fulltext/forget"))?)
}

fn copy(conn: &Connection, built: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(sql("fulltext/clear"))?;
    for (from, into) in [
        ("fulltext/data", "fulltext/put_data"),
        ("fulltext/idx", "fulltext/put_idx"),
        ("fulltext/docsize", "fulltext/put_docsize"),
    ] {
        let (mut from, mut into) = (built.prepare(sql(from))?, conn.prepare(sql(into))?);
        let width = from.column_count();
        let mut rows = from.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..width {
                let value = ToSqlOutput::Borrowed(row.get_ref(column)?);
                into.raw_bind_parameter(column + 1, value)?;
            }
            into.raw_execute()?;
        }
    }
    Ok(())
}
