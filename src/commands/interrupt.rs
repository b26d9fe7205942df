//! Ctrl-C, SIGTERM and SIGHUP: the first asks everything to stop, the second ends at once.
//!
//! The first one must not kill the process: an import has to roll back and say
//! so, and an output file's temporary beside it has to go.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, InterruptHandle};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::ExitStatus;
use revdb_system::outside;
#[cfg(unix)]
use revdb_system::small_file;

/// What the signals have said so far.
#[derive(Clone, Default)]
pub struct Interrupt {
    stopped: Arc<AtomicBool>,
    /// The signal's number; 0 before the first.
    signal: Arc<AtomicUsize>,
    connections: Arc<Mutex<Vec<InterruptHandle>>>,
}

impl Interrupt {
    /// Listens from now on.
    ///
    /// # Errors
    /// Where the system refuses a handler or a thread.
    pub fn install() -> std::io::Result<Self> {
        let interrupt = Interrupt { stopped: outside::stopped(), ..Interrupt::default() };
        for (signal, status) in heard() {
            // Registered first, so that it sees the flag of the signal before.
            signal_hook::flag::register_conditional_shutdown(
                signal,
                i32::from(status.code()),
                Arc::clone(&interrupt.stopped),
            )?;
            // Which it was is known before that there was one.
            signal_hook::flag::register_usize(
                signal,
                Arc::clone(&interrupt.signal),
                signal.unsigned_abs() as usize,
            )?;
            signal_hook::flag::register(signal, Arc::clone(&interrupt.stopped))?;
        }
        #[cfg(unix)]
        interrupt.listen()?;
        Ok(interrupt)
    }

    /// What only Unix has: waiting for a signal, and a limit on a file's size
    /// that is told by one. Elsewhere a statement sees the flag when SQLite asks
    /// its progress handler.
    #[cfg(unix)]
    fn listen(&self) -> std::io::Result<()> {
        // With a handler, a write past `ulimit -f` fails as any other does; by
        // default the signal would kill the process in mid-write.
        signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default())?;
        let numbers = heard().into_iter().map(|(signal, _)| signal);
        let mut signals = signal_hook::iterator::Signals::new(numbers)?;
        let listener = self.clone();
        let listening = std::thread::Builder::new().name("signals".into()).spawn(move || {
            for _ in signals.forever() {
                for connection in listener.connections().iter() {
                    connection.interrupt();
                }
            }
        });
        // Where the system has no thread, an import looks at the flag by itself, and what only
        // reads is ended by the second signal.
        drop(listening);
        Ok(())
    }

    /// Stops this connection's running statement at the first signal.
    pub fn watch(&self, connection: &Connection) {
        self.connections().push(connection.get_interrupt_handle());
    }

    /// True from the first signal on. Long loops ask between two records.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// The flag behind [`Interrupt::stopped`], for code that knows no commands.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stopped)
    }

    /// How the process must end once it was told to stop.
    pub fn status(&self) -> Option<ExitStatus> {
        if !self.stopped() {
            return None;
        }
        let last = self.signal.load(Ordering::SeqCst);
        let was = |signal: i32| signal.unsigned_abs() as usize == last;
        let status = heard().into_iter().find(|(signal, _)| was(*signal));
        Some(status.map_or(ExitStatus::Interrupted, |(_, status)| status))
    }

    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<InterruptHandle>> {
        // A panic elsewhere leaves the list whole: pushing is all that is done.
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The signals that stop the work, and how the process ends then.
fn heard() -> Vec<(i32, ExitStatus)> {
    let mut heard = vec![(SIGINT, ExitStatus::Interrupted), (SIGTERM, ExitStatus::Terminated)];
    heard.extend(hangup().map(|signal| (signal, ExitStatus::HungUp)));
    heard
}

#[cfg(not(unix))]
fn hangup() -> Option<i32> {
    None
}

#[cfg(unix)]
fn hangup() -> Option<i32> {
    (!hangup_is_ignored()).then_some(signal_hook::consts::SIGHUP)
}

/// Under `nohup` the closing of the terminal stops nothing. Which signals were ignored at the
/// start the system tells only on Linux; elsewhere nobody listens, and SIGHUP ends the process as
/// it always does.
#[cfg(unix)]
fn hangup_is_ignored() -> bool {
    static IGNORED: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *IGNORED.get_or_init(|| {
        let Ok(status) = small_file::read(std::path::Path::new("/proc/self/status")) else {
            return true;
        };
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        // Bit n - 1 is signal n.
        mask.is_none_or(|mask| mask & (1 << (signal_hook::consts::SIGHUP - 1)) != 0)
    })
}
