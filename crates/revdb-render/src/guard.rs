//! Escapes control characters between a data format and a terminal.
//!
//! CSV must not change its data, but must not control the terminal either. So the bytes are
//! escaped on their way to the terminal, and only there.

use std::io::{self, Write};

use super::safe;

/// Passes UTF-8 text on with control characters escaped, except line feeds, tabs, and a carriage
/// return directly before a line feed.
///
/// A character may be split between two writes; call [`TerminalGuard::finish`] at the end.
pub struct TerminalGuard<'a> {
    out: &'a mut dyn Write,
    /// Incomplete input: part of a character, or a carriage return.
    held: Vec<u8>,
}

impl<'a> TerminalGuard<'a> {
    pub fn new(out: &'a mut dyn Write) -> Self {
        TerminalGuard { out, held: Vec::new() }
    }

    /// Writes what was held back.
    pub fn finish(mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.held);
        self.out.write_all(escaped(&String::from_utf8_lossy(&rest)).as_bytes())
    }
}

impl Write for TerminalGuard<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.held) {
            Ok(_) => self.held.len(),
            // Only an unfinished character at the end may wait; invalid bytes are replaced.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => self.held.len(),
        };
        let ready = match self.held.get(..whole) {
            Some([.., b'\r']) => whole - 1,
            _ => whole,
        };
        let rest = self.held.split_off(ready);
        let text = String::from_utf8_lossy(&self.held);
        self.out.write_all(escaped(&text).as_bytes())?;
        self.held = rest;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn escaped(text: &str) -> String {
    let mut safe_text = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let line_end = c == '\r' && chars.peek() == Some(&'\n');
        if safe::is_unsafe(c) && !line_end && !matches!(c, '\n' | '\t') {
            safe::push_escape(&mut safe_text, c);
        } else {
            safe_text.push(c);
        }
    }
    safe_text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn guarded(pieces: &[&[u8]]) -> String {
        let mut out = Vec::new();
        let mut guard = TerminalGuard::new(&mut out);
        for piece in pieces {
            guard.write_all(piece).expect("a Vec takes everything");
        }
        guard.finish().expect("a Vec takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn lines_pass_and_controls_are_escaped() {
        let cases: [(&[&[u8]], &str); 5] = [
            (&[b"a,b\r\n1,\"x\ty\"\r\n"], "a,b\r\n1,\"x\ty\"\r\n"),
            (&[b"\x1b[2J"], "\\x1b[2J"),
            (&[b"a\r", b"\nb\rc\r"], "a\r\nb\\rc\\r"),
            (&["é".as_bytes().split_at(1).0, "é".as_bytes().split_at(1).1], "é"),
            (&[b"\xe2\x80", b"\xae!"], "\\u{202e}!"),
        ];
        for (pieces, shown) in cases {
            assert_eq!(guarded(pieces), shown);
        }
    }

    proptest! {
        #[test]
        fn splitting_writes_changes_nothing(text in any::<String>(), cut in 0_usize..40) {
            let cut = cut.min(text.len());
            let (a, b) = text.as_bytes().split_at(cut);
            prop_assert_eq!(guarded(&[a, b]), escaped(&text));
        }
    }
}
