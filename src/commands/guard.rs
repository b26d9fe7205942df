//! Restricts foreign SQL: read-only, and within a time limit.
//!
//! The archive is open for reading only, a report must be one SELECT, and no available SQLite
//! function reads or writes files. This authorizer, called while a statement is compiled, is a
//! further barrier.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::{CommandError, ExitStatus, Global, Result, settings};

/// Steps of SQLite's virtual machine between two checks of the clock: some tens of microseconds.
const STEPS: i32 = 10_000;

/// How long one call of an SQL function may go on after the statement should have stopped.
const GRACE: Duration = Duration::from_secs(3);

/// Time between two checks of [`TimeArgs::end_by_force`].
const LOOK: Duration = Duration::from_millis(100);

/// Whether a statement is being stepped; false while its rows are written.
static STEPPING: AtomicBool = AtomicBool::new(false);

/// Runs a step of a statement, marked for [`TimeArgs::end_by_force`].
pub fn stepping<T>(step: impl FnOnce() -> T) -> T {
    STEPPING.store(true, Ordering::Relaxed);
    let done = step();
    STEPPING.store(false, Ordering::Relaxed);
    done
}

#[derive(Debug, clap::Args)]
pub struct TimeArgs {
    /// Stop after this many seconds [default: as revdb.toml says, else no limit]
    #[arg(long, hide_short_help = true, value_name = "SECONDS", value_parser = super::values::seconds)]
    pub timeout: Option<u64>,
}

impl TimeArgs {
    fn seconds(&self) -> Result<Option<u64>> {
        if self.timeout.is_some() { Ok(self.timeout) } else { settings::timeout() }
    }

    /// Interrupts every statement of this connection at the time limit.
    pub fn watch(&self, conn: &mut Connection) -> Result<()> {
        if let Some(seconds) = self.seconds()? {
            let ends = Instant::now() + Duration::from_secs(seconds);
            conn.progress_handler(STEPS, Some(move || Instant::now() >= ends))?;
        }
        Ok(())
    }

    /// Ends the process if a foreign statement outlasts the time limit or a signal: SQLite checks
    /// for an interrupt between the steps of its virtual machine, not within a function, and
    /// `instr` of long texts may take hours. Only for commands that read.
    pub fn end_by_force(&self, global: &Global) -> Result<()> {
        let ends = self.seconds()?.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let interrupt = global.interrupt.clone();
        let watching = thread::Builder::new().name("time".into()).spawn(move || {
            let mut overdue = Duration::ZERO;
            while overdue < GRACE {
                thread::sleep(LOOK);
                let is_late = ends.is_some_and(|ends| Instant::now() >= ends);
                let is_stuck = STEPPING.load(Ordering::Relaxed) && (is_late || interrupt.stopped());
                overdue = if is_stuck { overdue + LOOK } else { Duration::ZERO };
            }
            let error = match interrupt.status() {
                Some(status) => out_of_time().interrupted(status),
                None => out_of_time(),
            };
            // As at a second signal.
            signal_hook::low_level::exit(error.report().code().into());
        });
        // Without a thread, a second signal ends the process.
        drop(watching);
        Ok(())
    }

    /// Reports an interruption as the time limit, unless a signal caused it.
    pub fn tell<T>(&self, done: Result<T>, global: &Global) -> Result<T> {
        match done {
            Err(error)
                if self.seconds()?.is_some()
                    && error.status() == ExitStatus::Interrupted
                    && !global.interrupt.stopped() =>
            {
                Err(out_of_time())
            }
            done => done,
        }
    }
}

fn out_of_time() -> CommandError {
    CommandError::failed("it took longer than --timeout allows")
        .help("`revdb config` says where the time limit comes from")
}

/// Allows one SELECT: reading, and pure functions.
pub fn reads(context: AuthContext<'_>) -> Authorization {
    allowed(is_reading(&context.action))
}

/// Allows a report: as [`reads`], and the temporary tables and views from which it is computed.
pub fn reads_beside_temporary(context: AuthContext<'_>) -> Authorization {
    allowed(match context.action {
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => false,
        // Reading the packed columns temporarily reduces the page cache.
        AuthAction::Pragma { pragma_name: "cache_size", .. } => true,
        AuthAction::Function { .. } | AuthAction::Pragma { .. } => is_reading(&context.action),
        _ => is_reading(&context.action) || context.database_name != Some("main"),
    })
}

fn allowed(is_allowed: bool) -> Authorization {
    if is_allowed { Authorization::Allow } else { Authorization::Deny }
}

fn is_reading(action: &AuthAction<'_>) -> bool {
    match action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => true,
        AuthAction::Function { function_name } => {
            !function_name.eq_ignore_ascii_case("load_extension")
        }
        AuthAction::Pragma { pragma_name, .. } => READING_PRAGMAS.contains(pragma_name),
        _ => false,
    }
}

/// Pragmas that only describe the archive, with any value; `--verify` needs the checks.
const READING_PRAGMAS: [&str; 11] = [
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
    "foreign_key_list", "function_list", "data_version", "integrity_check", "foreign_key_check",
];
