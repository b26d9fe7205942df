//! Shared by all verbs: the archive, messages, interruption.

use std::cell::RefCell;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use revdb_render::spool::{Pending, Sink, Spool};
use revdb_render::{OutputError, safe};
use revdb_store::Archive;
use revdb_system::files::{self, Claim};

use super::messages;
use super::settings::{self, Setting};
use super::{CommandError, Interrupt, Result};

/// Bytes buffered before they are written to standard output.
const BUFFER: usize = 16 << 10;

#[derive(Debug, clap::Args)]
pub struct GlobalArgs {
    /// The archive [default: $REVDB_DB, else as revdb.toml says, else reviews.db]
    #[arg(long, global = true, value_name = "PATH", display_order = 900)]
    pub db: Option<PathBuf>,
    /// Print rows and errors only: no title, no notes, no rule
    #[arg(short, long, global = true, display_order = 901)]
    pub quiet: bool,
}

/// Set once, before any message.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Whether `--quiet` was typed.
pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// The state of one run of the program.
pub struct Global {
    archive: PathBuf,
    archive_setting: settings::Value,
    pub interrupt: Interrupt,
    /// Held by every verb, so that no output overwrites the archive and no file of it is read as a
    /// dump.
    _claim: Claim,
    /// Colour on a terminal is allowed (NO_COLOR is not set).
    pub colour: bool,
    /// Output still being written, and the messages to print after it.
    pending: RefCell<Option<Pending>>,
    after: RefCell<Vec<String>>,
}

impl Global {
    /// # Errors
    /// A mistake in the settings.
    pub fn new(args: GlobalArgs, interrupt: Interrupt) -> Result<Self> {
        QUIET.store(args.quiet, Ordering::Relaxed);
        let archive_setting = archive_setting(args.db)?;
        let archive = PathBuf::from(&archive_setting.text);
        // https://no-color.org: present and not empty.
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let _claim = files::claim(&archive);
        let colour = !no_colour && !super::output::is_dumb();
        let (pending, after) = (RefCell::default(), RefCell::default());
        Ok(Global { archive, archive_setting, interrupt, _claim, colour, pending, after })
    }

    /// The path of the archive, whether or not it exists.
    pub fn archive_path(&self) -> &Path {
        &self.archive
    }

    /// The origin of that path.
    pub fn archive_setting(&self) -> &settings::Value {
        &self.archive_setting
    }

    /// Opens the archive for reading; creates and changes nothing. Ctrl-C interrupts its running
    /// statement.
    pub fn open(&self) -> Result<Archive> {
        let archive = Archive::open(&self.archive)?;
        self.interrupt.watch(archive.connection());
        Ok(archive)
    }

    /// Opens the archive for changing it; `really`: not only for a preview.
    pub fn open_to_change(&self, really: bool) -> Result<Archive> {
        let mut archive = match really {
            true => Archive::open_to_change(&self.archive)?,
            false => Archive::open_to_try(&self.archive)?,
        };
        archive.interrupt_when(self.interrupt.flag())?;
        if really {
            archive.in_one_file()?;
        }
        Ok(archive)
    }

    /// Runs `write` with a sink that may be slow; the output is written while the command
    /// continues, and [`end_output`](Self::end_output) waits for it.
    ///
    /// # Errors
    /// The error of `write`, or of the sink as far as it is known.
    pub fn to_sink<T>(
        &self,
        sink: Box<dyn Sink>,
        write: impl FnOnce(&mut dyn Write) -> Result<T, OutputError>,
    ) -> Result<T, OutputError> {
        let mut spool = Spool::new(sink);
        let mut out = BufWriter::with_capacity(BUFFER, &mut spool);
        let written = write(&mut out).and_then(|written| Ok(out.flush().map(|()| written)?));
        drop(out);
        // Also after an error: output before the failure is shown.
        *self.pending.borrow_mut() = spool.close()?;
        written
    }

    /// Prints a message after the output, so that a pager does not cover it.
    pub fn say_after(&self, text: String) {
        if self.pending.borrow().is_some() {
            self.after.borrow_mut().push(text);
        } else {
            say(&text);
        }
    }

    /// Waits until the output is written.
    ///
    /// # Errors
    /// The output's error.
    pub fn end_output(&self) -> Result<()> {
        let taken = self.pending.take().map_or(Ok(()), Pending::wait);
        for text in self.after.take() {
            say(&text);
        }
        Ok(taken.map_err(OutputError::from)?)
    }

    /// Whether stderr is a terminal, where progress may be drawn.
    pub fn stderr_is_terminal(&self) -> bool {
        std::io::stderr().is_terminal()
    }
}

/// Reports on stderr what was written to a file or folder; nothing for devices and pipes.
pub fn wrote(what: &str, path: &Path) {
    if path.is_file() || path.is_dir() {
        say(&format!("note: wrote {what} to {}", path.display()));
    }
}

/// The note if the archive is not a single file.
pub const IN_LOG: &str = "another program has the archive open in write-ahead (WAL) mode, so that what is new stands in the -wal file beside it: copy it with `revdb backup`, not the one file";

/// Prints that note, if it applies, after something was stored.
pub fn note_log(archive: &Archive) -> Result<()> {
    if !archive.in_one_file()? {
        say(&format!("note: {IN_LOG}"));
    }
    Ok(())
}

/// The archive named on the command line, else that of the settings.
fn archive_setting(named: Option<PathBuf>) -> Result<settings::Value> {
    let value = settings::value(Setting::Archive, named.map(PathBuf::into_os_string))?;
    value.ok_or_else(|| CommandError::usage("no archive is named").help("--db PATH names one"))
}

/// The same as a path.
///
/// # Errors
/// A mistake in the settings.
pub fn archive_path(named: Option<PathBuf>) -> Result<PathBuf> {
    Ok(PathBuf::from(archive_setting(named)?.text))
}

/// Prints lines to stderr, escaped. A closed stderr is ignored (`eprintln!` would panic).
pub fn say(text: &str) {
    // The notes of an error are part of its text, and not affected.
    if is_quiet() && (text.starts_with("note: ") || text.starts_with("help: ")) {
        return;
    }
    messages::print(&safe::for_terminal_block(text));
}
