//! Ctrl-C, SIGTERM and SIGHUP: the first asks everything to stop, the second ends the process at
//! once.
//!
//! The first must not kill the process: an import has to roll back and report it, and temporary
//! files must be removed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, InterruptHandle};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::ExitStatus;
use revdb_system::outside;
#[cfg(unix)]
use revdb_system::small_file;

/// The signals received so far.
#[derive(Clone, Default)]
pub struct Interrupt {
    stopped: Arc<AtomicBool>,
    /// The signal's number; 0 before the first.
    signal: Arc<AtomicUsize>,
    connections: Arc<Mutex<Vec<InterruptHandle>>>,
}

impl Interrupt {
    /// Installs the handlers.
    ///
    /// # Errors
    /// If the system refuses a handler or a thread.
    pub fn install() -> std::io::Result<Self> {
        let interrupt = Interrupt { stopped: outside::stopped(), ..Interrupt::default() };
        for (signal, status) in heard() {
            // Registered first, so that it sees the flag of the previous signal.
            signal_hook::flag::register_conditional_shutdown(
                signal,
                i32::from(status.code()),
                Arc::clone(&interrupt.stopped),
            )?;
            // The signal's number must be set before the flag.
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

    /// Unix only: waits for a signal, and ignores the signal about the file size limit. On other
    /// systems a statement sees the flag when SQLite calls its progress handler.
    #[cfg(unix)]
    fn listen(&self) -> std::io::Result<()> {
        // With a handler, a write beyond `ulimit -f` fails like any other; by default the signal
        // would kill the process.
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
        // Without a thread, an import checks the flag itself, and a reading command ends at the
        // second signal.
        drop(listening);
        Ok(())
    }

    /// Interrupts this connection's running statement at the first signal.
    pub fn watch(&self, connection: &Connection) {
        self.connections().push(connection.get_interrupt_handle());
    }

    /// True after the first signal. Long loops check it between two records.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// The flag behind [`Interrupt::stopped`], for code below the command line.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stopped)
    }

    /// The exit status after a signal.
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
        // A panic elsewhere leaves the list consistent: entries are only pushed.
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The signals that stop the work, with the resulting exit status.
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

/// Under `nohup` a closed terminal stops nothing. Only Linux tells which signals were ignored at
/// the start; on other systems SIGHUP is not handled and ends the process.
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
