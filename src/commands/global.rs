//! What every verb shares: which archive, how to talk, when to stop.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::archive::Archive;
use crate::files::{self, Claim};
use crate::output::safe;

use super::{CommandError, Interrupt};

/// The archive's name where nobody says another.
const DEFAULT_ARCHIVE: &str = "reviews.db";

#[derive(Debug, clap::Args)]
pub struct GlobalArgs {
    /// The archive [default: $REVDB_DB, else reviews.db]
    #[arg(long, global = true, value_name = "PATH", display_order = 900)]
    pub db: Option<PathBuf>,
}

/// The state of one run of the program.
pub struct Global {
    archive: PathBuf,
    pub interrupt: Interrupt,
    /// In every verb: no output goes into the archive, and nothing of it is read as a dump.
    _claim: Claim,
    /// Escape sequences for colour may be written to a terminal (NO_COLOR is kept).
    pub colour: bool,
}

impl Global {
    pub fn new(args: GlobalArgs, interrupt: Interrupt) -> Self {
        let archive = archive_path(args.db);
        // https://no-color.org: present and not empty.
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let _claim = files::claim(&archive);
        Global { archive, interrupt, _claim, colour: !no_colour && !super::output::is_dumb() }
    }

    /// Where the archive is or will be.
    pub fn archive_path(&self) -> &Path {
        &self.archive
    }

    /// Opens the archive for reading; creates and changes nothing. Ctrl-C stops
    /// its running statement.
    pub fn open(&self) -> Result<Archive, CommandError> {
        let archive = Archive::open(&self.archive)?;
        self.interrupt.watch(archive.connection());
        Ok(archive)
    }

    /// Somebody watches stderr: progress may be drawn there.
    pub fn stderr_is_terminal(&self) -> bool {
        std::io::stderr().is_terminal()
    }
}

/// Told where the archive is not the one file that it should be.
pub const IN_LOG: &str = "another program has the archive open in write-ahead (WAL) mode, so that what is new stands in the -wal file beside it: copy it with `revdb backup`, not the one file";

/// Says so, where it is, after something was stored.
pub fn tell_log(archive: &Archive) -> Result<(), CommandError> {
    if !archive.in_one_file()? {
        say(&format!("note: {IN_LOG}"));
    }
    Ok(())
}

/// The archive that is named, else `$REVDB_DB`, else the usual one.
pub fn archive_path(named: Option<PathBuf>) -> PathBuf {
    let not_empty = |value: std::ffi::OsString| (!value.is_empty()).then(|| PathBuf::from(value));
    named
        .or_else(|| std::env::var_os("REVDB_DB").and_then(not_empty))
        .unwrap_or_else(|| PathBuf::from(DEFAULT_ARCHIVE))
}

/// Prints lines to stderr, escaped. Where stderr is closed nobody listens, and
/// that must not stop the work (`eprintln!` would panic).
pub fn say(text: &str) {
    let text = safe::for_terminal_block(text);
    if writeln!(std::io::stderr(), "{text}").is_err() {}
}
