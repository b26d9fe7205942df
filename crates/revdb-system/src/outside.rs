//! Waits for external events (a pipe's other end), but not beyond the end of the program.
//!
//! A blocking system call is restarted after a signal, so it runs on its own thread, which is
//! abandoned.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel, sync_channel};
use std::sync::{Arc, LazyLock};
use std::thread::Builder;
use std::time::Duration;

use crate::files;

/// Interval for checking whether to continue.
const ASKED: Duration = Duration::from_millis(100);

static STOPPED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Set by a signal: the program must end.
#[must_use]
pub fn stopped() -> Arc<AtomicBool> {
    Arc::clone(&STOPPED)
}

/// Runs `work`, and abandons it when the program must end.
///
/// # Errors
/// The error of `work`, or that it was abandoned.
pub fn wait<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (give, take) = sync_channel::<Box<dyn FnOnce() -> io::Result<T> + Send>>(1);
    let (tell, told) = channel();
    let waits = move || take.recv().map(|work| tell.send(work()));
    let Ok(_thread) = Builder::new().name("outside".to_owned()).spawn(waits) else {
        return work();
    };
    give.send(Box::new(work)).map_err(|error| io::Error::other(error.to_string()))?;
    loop {
        match told.recv_timeout(ASKED) {
            Ok(done) => return done,
            Err(RecvTimeoutError::Timeout) if !STOPPED.load(Ordering::Relaxed) => {}
            Err(RecvTimeoutError::Timeout) => return Err(io::Error::other("interrupted")),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(io::Error::other("the thread that waited has ended"));
            }
        }
    }
}

/// Standard input.
pub struct Stdin;

impl Read for Stdin {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut bytes = vec![0; into.len()];
        let (read, bytes) = wait(move || Ok((io::stdin().lock().read(&mut bytes)?, bytes)))?;
        into[..read].copy_from_slice(&bytes[..read]);
        Ok(read)
    }
}

/// Opens an existing device or pipe for writing; a pipe blocks until it has a reader.
///
/// # Errors
/// As [`files::open_to_write`], or that the program must end.
pub fn open_to_write(path: PathBuf) -> io::Result<File> {
    wait(move || files::open_to_write(&path))
}
