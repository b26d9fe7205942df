//! `$PAGER`, for results longer than the screen.
//!
//! Results that fit, or nearly fit, are printed directly. The pager starts with the first line
//! beyond that. If it cannot be started, the text goes to the terminal.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};

use revdb_render::spool::Sink;

/// The default pager, as in git.
const USUAL: &str = "less";

/// Standard output, possibly through a pager.
pub struct Paged {
    /// Output held back while it fits; `None` once it was written.
    held: Option<Vec<u8>>,
    lines: usize,
    height: usize,
    pager: Option<Child>,
}

impl Paged {
    /// For a terminal of `height` lines; half as many more may scroll.
    pub fn new(height: usize) -> Self {
        let height = height + height / 2;
        Paged { held: Some(Vec::new()), lines: 0, height, pager: None }
    }

    fn start(&mut self) -> io::Result<()> {
        let Some(held) = self.held.take() else {
            return Ok(());
        };
        self.pager = spawn();
        self.pass(&held)
    }

    fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.pager.as_mut().and_then(|pager| pager.stdin.as_mut()) {
            Some(stdin) => stdin.write_all(bytes),
            None => io::stdout().write_all(bytes),
        }
    }
}

impl Sink for Paged {
    /// Prints what is held back, and waits until the pager is closed.
    fn end(mut self: Box<Self>) -> io::Result<()> {
        if let Some(held) = self.held.take() {
            io::stdout().write_all(&held)?;
        }
        io::stdout().flush()
    }

    fn may_take_long(&self) -> bool {
        self.pager.is_some()
    }
}

impl Drop for Paged {
    /// Also after an error: the shell must not regain the terminal while the pager still uses it.
    fn drop(&mut self) {
        if let Some(mut pager) = self.pager.take() {
            drop(pager.stdin.take());
            if let Err(error) = pager.wait() {
                super::say(&format!("note: the pager: {error}"));
            }
        }
    }
}

impl Write for Paged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(held) = &mut self.held {
            held.extend_from_slice(bytes);
            self.lines += bytes.iter().filter(|&&byte| byte == b'\n').count();
            if self.lines > self.height {
                self.start()?;
            }
        } else {
            self.pass(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.pager.as_mut().and_then(|pager| pager.stdin.as_mut()) {
            Some(stdin) => stdin.flush(),
            None => Ok(()),
        }
    }
}

/// Starts `$PAGER` with its arguments; `None` if it is `cat`, empty or cannot be started.
fn spawn() -> Option<Child> {
    let pager = std::env::var("PAGER").unwrap_or_else(|_| USUAL.to_owned());
    let mut words = pager.split_whitespace();
    let program = words.next().filter(|&program| program != "cat")?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    // As git does: keep colours, and leave the text on the screen.
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    match command.spawn() {
        Ok(child) => Some(child),
        Err(error) => {
            super::say(&format!("note: the pager {program} cannot be started: {error}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_held_until_the_end() {
        let mut paged = Paged::new(10);
        paged.write_all(b"a\nb\n").expect("held");
        assert!(paged.pager.is_none());
        assert_eq!(paged.held.as_deref(), Some(&b"a\nb\n"[..]));
        paged.write_all(&[b'\n'; 13]).expect("held");
        assert!(paged.held.is_some(), "a screen and a half is printed");
    }
}
