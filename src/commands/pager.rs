//! `$PAGER` for what is longer than the screen.
//!
//! Output is held until it has one line more than the screen; only then is the pager
//! started, so that a short result just stays where it is. What goes to the pager is the
//! same text that would go to the terminal: dumps' control characters are escaped by then.
//! A pager that cannot be started is no error: the text goes to the terminal.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};

use crate::output::OutputError;

/// Lines counted on where a terminal does not tell its own.
const USUAL_HEIGHT: usize = 24;
/// For `less`, where `$LESS` does not say otherwise: end at once where one screen is enough,
/// let colours through, leave the text on the screen. The same as git's.
const LESS: &str = "FRX";

/// Runs `write` against the screen, through the pager where the screen is too small.
///
/// # Errors
/// What `write` says; [`OutputError::BrokenPipe`] where the pager was left before the end.
pub fn to_screen<T>(
    write: impl FnOnce(&mut dyn Write) -> Result<T, OutputError>,
) -> Result<T, OutputError> {
    let height = terminal_size::terminal_size()
        .map_or(USUAL_HEIGHT, |(_, height)| usize::from(height.0));
    let mut out = Paged::new(height, named(std::env::var("PAGER").ok()));
    let written = write(&mut out)?;
    out.finish()?;
    Ok(written)
}

/// The pager to start; `None` where there shall be none, or it is nowhere.
fn named(pager: Option<String>) -> Option<String> {
    let pager = pager.unwrap_or_else(|| "less".to_owned());
    let name = pager.trim();
    (!name.is_empty() && name != "cat" && is_there(name)).then(|| name.to_owned())
}

/// Whether the program can be found: the shell would start without it, and the text would be
/// lost. What is more than a plain word is left to the shell.
fn is_there(pager: &str) -> bool {
    let program = pager.split_whitespace().next().unwrap_or_default();
    let plain = |c: char| c.is_alphanumeric() || "-_./+".contains(c);
    if cfg!(windows) || !program.chars().all(plain) {
        return true;
    }
    if program.contains('/') {
        return std::path::Path::new(program).is_file();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// `$PAGER` is a command with arguments, which the shell reads, as for git and man.
fn command(pager: &str) -> Command {
    let mut command = if cfg!(windows) {
        let mut words = pager.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or("more"));
        command.args(words);
        command
    } else {
        let mut command = Command::new("sh");
        command.arg("-c").arg(pager);
        command
    };
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", LESS);
    }
    command
}

/// Text on its way to the screen.
struct Paged {
    /// What fits on the screen so far; empty once it is on its way.
    held: Vec<u8>,
    /// Lines that still fit.
    room: usize,
    pager: Option<String>,
    to: To,
}

enum To {
    Hold,
    Screen,
    Pager(Child),
}

impl Paged {
    fn new(height: usize, pager: Option<String>) -> Self {
        // The line of the prompt is the shell's.
        let to = if pager.is_some() { To::Hold } else { To::Screen };
        Paged { held: Vec::new(), room: height.saturating_sub(1), pager, to }
    }

    fn start(&mut self) -> io::Result<()> {
        let pager = self.pager.take().unwrap_or_default();
        self.to = match command(&pager).stdin(Stdio::piped()).spawn() {
            Ok(child) => To::Pager(child),
            Err(_) => To::Screen,
        };
        self.let_go()
    }

    fn let_go(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        self.pass(&held)
    }

    fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.to {
            To::Hold | To::Screen => io::stdout().write_all(bytes),
            To::Pager(child) => match &mut child.stdin {
                Some(stdin) => stdin.write_all(bytes),
                None => Err(io::ErrorKind::BrokenPipe.into()),
            },
        }
    }

    fn finish(mut self) -> Result<(), OutputError> {
        self.let_go()?;
        if matches!(self.to, To::Hold | To::Screen) {
            io::stdout().flush()?;
        }
        Ok(())
    }
}

impl Write for Paged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !matches!(self.to, To::Hold) {
            self.pass(bytes)?;
            return Ok(bytes.len());
        }
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        self.held.extend_from_slice(bytes);
        match self.room.checked_sub(lines) {
            Some(room) => self.room = room,
            None => self.start()?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Paged {
    /// Whatever happened, the terminal is the pager's until the reader leaves it.
    fn drop(&mut self) {
        if let To::Pager(child) = &mut self.to {
            drop(child.stdin.take());
            if let Err(error) = child.wait() {
                super::say(&format!("note: the pager: {error}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_pager() {
        let cases = [
            (Some(""), None),
            (Some("  "), None),
            (Some("cat"), None),
            (Some("sh -x"), Some("sh -x")),
            (Some("no-such-pager -R"), None),
            (Some("LESS=X sh"), Some("LESS=X sh")),
        ];
        for (set, wanted) in cases {
            assert_eq!(named(set.map(str::to_owned)).as_deref(), wanted, "{set:?}");
        }
    }

    #[test]
    fn the_pager_is_started_by_the_first_line_too_many() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let path = file.path().display();
        for (lines, started) in [(3, false), (4, true)] {
            let mut out = Paged::new(4, Some(format!("cat > '{path}'")));
            for _ in 0..lines {
                out.write_all(b"line\n").expect("written");
            }
            assert_eq!(matches!(out.to, To::Pager(_)), started, "{lines} lines");
            if started {
                out.finish().expect("written");
                let paged = std::fs::read_to_string(file.path()).expect("what was paged");
                assert_eq!(paged, "line\n".repeat(lines));
            }
        }
    }
}
