//! A buffer that accepts output at once and passes it on from another thread.
//!
//! Rows are read under a lock that blocks every import, and a pager or a slow pipe may take them
//! for hours. So the output goes to memory, then to a temporary file; the read lock ends with the
//! last row, and only the transfer is waited for.
//!
//! Must never: reorder bytes, hold more than `IN_MEMORY` of them, or hide that they were refused.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use revdb_system::outside;

/// Up to this size no thread is started: a pipe holds as much without being read (64 KiB on
/// Linux).
const AT_ONCE: usize = 60 << 10;

/// Bytes buffered in memory before a file is used.
const IN_MEMORY: usize = 4 << 20;

/// Bytes read back from the file at a time.
const CHUNK: usize = 256 << 10;

/// The final destination of the bytes.
pub trait Sink: Write + Send {
    /// Flushes, and waits for a program that was started for the output.
    ///
    /// # Errors
    /// The destination did not accept all bytes.
    fn end(self: Box<Self>) -> io::Result<()>;

    /// Whether [`end`](Self::end) waits for a person.
    fn may_take_long(&self) -> bool;
}

/// Standard output.
pub struct Stdout(pub io::Stdout);

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Sink for Stdout {
    fn end(mut self: Box<Self>) -> io::Result<()> {
        self.flush()
    }

    fn may_take_long(&self) -> bool {
        false
    }
}

/// A writer that never blocks on its destination.
pub struct Spool {
    state: State,
}

enum State {
    /// A little output so far, all in memory.
    Small(Vec<u8>, Box<dyn Sink>),
    Threaded(Arc<Shared>, JoinHandle<io::Result<()>>, bool),
    /// No thread was available.
    Direct(Box<dyn Sink>),
    Ended,
}

/// A transfer in progress.
#[must_use = "the output is not taken before it is waited for"]
pub enum Pending {
    /// On another thread.
    Thread {
        /// Its end.
        thread: JoinHandle<io::Result<()>>,
        /// Whether it waits for a person.
        is_for_person: bool,
    },
    /// Complete; only the destination is to be ended.
    Sink(Box<dyn Sink>),
}

impl Pending {
    /// Waits until the destination has accepted everything, or the program must end. With a user
    /// at a pager it always waits: the pager still has the terminal.
    ///
    /// # Errors
    /// The destination did not accept all bytes.
    pub fn wait(self) -> io::Result<()> {
        let join = |thread: JoinHandle<_>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        match self {
            Pending::Thread { thread, is_for_person: true } => join(thread),
            Pending::Thread { thread, .. } => outside::wait(move || join(thread)),
            Pending::Sink(sink) => sink.end(),
        }
    }
}

impl Spool {
    /// An empty spool for this destination.
    pub fn new(sink: Box<dyn Sink>) -> Self {
        Spool { state: State::Small(Vec::new(), sink) }
    }

    /// Ends the output. A small one is written now.
    ///
    /// # Errors
    /// The destination did not accept all bytes.
    pub fn close(mut self) -> io::Result<Option<Pending>> {
        let mut sink = match std::mem::replace(&mut self.state, State::Ended) {
            State::Ended => return Ok(None),
            State::Threaded(shared, thread, is_for_person) => {
                shared.close();
                return Ok(Some(Pending::Thread { thread, is_for_person }));
            }
            State::Direct(sink) => sink,
            State::Small(held, mut sink) => {
                sink.write_all(&held)?;
                sink
            }
        };
        sink.flush()?;
        if sink.may_take_long() {
            return Ok(Some(Pending::Sink(sink)));
        }
        sink.end().map(|()| None)
    }

    fn begin(held: Vec<u8>, sink: Box<dyn Sink>) -> io::Result<State> {
        let shared = Arc::new(Shared::default());
        let is_for_person = sink.may_take_long();
        // The sink moves only after the thread has started; otherwise it would be lost with a
        // failed start.
        let (give, from) = std::sync::mpsc::sync_channel::<Box<dyn Sink>>(1);
        let source = Arc::clone(&shared);
        let work = move || match from.recv() {
            Ok(sink) => source.transfer(sink),
            Err(error) => Err(io::Error::other(error)),
        };
        let thread = std::thread::Builder::new().name("output".to_owned()).spawn(work);
        let Ok(thread) = thread else {
            let mut sink = sink;
            sink.write_all(&held)?;
            return Ok(State::Direct(sink));
        };
        give.send(sink).map_err(|error| io::Error::other(error.to_string()))?;
        shared.push(&held)?;
        Ok(State::Threaded(shared, thread, is_for_person))
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Small(held, _) => {
                held.extend_from_slice(bytes);
                if held.len() > AT_ONCE
                    && let State::Small(held, sink) =
                        std::mem::replace(&mut self.state, State::Ended)
                {
                    self.state = Self::begin(held, sink)?;
                }
                Ok(bytes.len())
            }
            State::Threaded(shared, ..) => shared.push(bytes).map(|()| bytes.len()),
            State::Direct(sink) => sink.write(bytes),
            State::Ended => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Errors of the destination are reported by [`Spool::close`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Shared by the writer and the transfer thread.
#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    /// Older than what is in the file.
    memory: Vec<u8>,
    file: Option<File>,
    /// Read and write positions in the file.
    read: u64,
    written: u64,
    /// No file can be written (any more).
    no_file: bool,
    closed: bool,
    /// The destination's error.
    failed: Option<(io::ErrorKind, String)>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // A panic elsewhere ends the program, so no inconsistent state is used.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, bytes: &[u8]) -> io::Result<()> {
        let mut queue = self.lock();
        loop {
            if let Some((kind, message)) = &queue.failed {
                return Err(io::Error::new(*kind, message.clone()));
            }
            if queue.take(bytes) {
                self.changed.notify_all();
                return Ok(());
            }
            // Neither memory nor disk has room, so the writer waits for the destination.
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn transfer(&self, mut sink: Box<dyn Sink>) -> io::Result<()> {
        loop {
            let next = self.next();
            let written = next.and_then(|next| match next {
                Some(bytes) => sink.write_all(&bytes).map(|()| true),
                None => Ok(false),
            });
            match written {
                Ok(true) => {}
                Ok(false) => return sink.end(),
                Err(error) => {
                    self.lock().failed = Some((error.kind(), error.to_string()));
                    self.changed.notify_all();
                    return Err(error);
                }
            }
        }
    }

    /// The next bytes; `None` at the end.
    fn next(&self) -> io::Result<Option<Vec<u8>>> {
        let mut queue = self.lock();
        loop {
            if let Some(bytes) = queue.next()? {
                self.changed.notify_all();
                return Ok(Some(bytes));
            }
            if queue.closed {
                return Ok(None);
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Queue {
    /// Stores bytes in memory or in the file; false if neither has room now.
    fn take(&mut self, bytes: &[u8]) -> bool {
        let in_file = self.written > self.read;
        if !in_file && (self.memory.is_empty() || self.memory.len() + bytes.len() <= IN_MEMORY) {
            self.memory.extend_from_slice(bytes);
            return true;
        }
        if self.no_file {
            return false;
        }
        if self.spill(bytes).is_err() {
            // Partially written bytes are beyond `written` and are not read.
            self.no_file = true;
            return false;
        }
        true
    }

    fn spill(&mut self, bytes: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.seek(SeekFrom::Start(self.written))?;
        file.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if !self.memory.is_empty() {
            return Ok(Some(std::mem::take(&mut self.memory)));
        }
        let Some(file) = self.file.as_mut().filter(|_| self.read < self.written) else {
            return Ok(None);
        };
        let wanted = (self.written - self.read).min(CHUNK as u64);
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(self.read))?;
        file.take(wanted).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != wanted {
            return Err(io::Error::other("the temporary file of the output was cut off"));
        }
        self.read += wanted;
        if self.read == self.written {
            file.set_len(0)?;
            (self.read, self.written, self.no_file) = (0, 0, false);
        }
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests;
