//! A full-text index built on another thread, in a temporary file of its own.
//!
//! FTS5 keeps an index in tables that are the same whatever database they stand in. So an
//! index of the same words and numbers, built by a connection of its own while rows are
//! stored, can take the place of the archive's: its tables' rows are copied within the
//! archive's transaction, and a crash leaves the old index as it was.
//!
//! Must never: be moved in after a row was written that it was not told of.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, params};

use crate::{ArchiveError, sql::sql};

/// Bytes of quotes handed on at once, some 250 quotes.
const BATCH_BYTES: usize = 64 << 10;

/// Batches that wait to be indexed before the storing waits too: 2 MiB.
const BATCHES_AHEAD: usize = 32;

/// How often whoever waits for the index looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(20);

/// Steps of the virtual machine between two looks at the flag, as on an archive's own.
const STEPS_PER_LOOK: i32 = 10_000;

/// Quotes that come or go: number, whether it goes, and where its text ends.
#[derive(Default)]
struct Batch {
    texts: String,
    quotes: Vec<(i64, bool, usize)>,
}

/// An index that is being built.
pub struct Side {
    batch: Batch,
    to: Option<SyncSender<Batch>>,
    stop: Arc<AtomicBool>,
    done: Receiver<()>,
    thread: Option<JoinHandle<rusqlite::Result<Connection>>>,
}

impl Side {
    /// Begins with all rows that are there. `None` where no thread can be had.
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

    pub fn add(&mut self, id: i64, quote: Option<&str>) {
        self.hand_on(id, false, quote);
    }

    pub fn remove(&mut self, id: i64, quote: Option<&str>) {
        self.hand_on(id, true, quote);
    }

    /// A quote that is none has no words; the index counts it all the same.
    fn hand_on(&mut self, id: i64, goes: bool, quote: Option<&str>) {
        self.batch.texts.push_str(quote.unwrap_or_default());
        self.batch.quotes.push((id, goes, self.batch.texts.len()));
        if self.batch.texts.len() >= BATCH_BYTES {
            self.send();
        }
    }

    /// Where the thread has given up, [`built`](Self::built) says so.
    fn send(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        if self.to.as_ref().is_some_and(|to| to.send(batch).is_err()) {
            self.to = None;
        }
    }

    /// Waits for the index. `None` where it could not be built.
    ///
    /// # Errors
    /// [`ArchiveError::Interrupted`], where `conn` is to give up.
    pub fn built(mut self, conn: &Connection) -> Result<Option<Connection>, ArchiveError> {
        self.send();
        self.to = None;
        while self.done.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            // Steps enough for the connection's own handler to be asked.
            conn.query_row(sql("fulltext/look"), [], |_| Ok(()))?;
        }
        Ok(self.joined().and_then(Result::ok))
    }

    fn joined(&mut self) -> Option<rusqlite::Result<Connection>> {
        let joined = self.thread.take()?.join();
        Some(joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}

impl Drop for Side {
    /// No thread outlives the import that it is for.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.to = None;
        drop(self.thread.take().map(JoinHandle::join));
    }
}

fn build(from: &Receiver<Batch>, stop: Arc<AtomicBool>) -> rusqlite::Result<Connection> {
    // An empty name: a private file that is gone when the connection is.
    let mut conn = Connection::open("")?;
    conn.execute_batch(sql("fulltext/side_make"))?;
    let asked = Arc::clone(&stop);
    conn.progress_handler(STEPS_PER_LOOK, Some(move || asked.load(Ordering::Relaxed)))?;
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

/// Puts the built index in the place of the archive's.
///
/// FTS5's own tables can be written only while the defensive mode is off, and it is off for
/// these statements alone.
pub fn move_in(conn: &Connection, built: &Connection) -> Result<(), ArchiveError> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    let moved = copy(conn, built);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    moved?;
    // FTS5 remembers where its segments are; what it wrote being rolled back makes it forget.
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
