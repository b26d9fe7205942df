//! A tokenizer for SQL.
//!
//! Must never: know a statement.

use std::io::BufRead;

use crate::format::{ReadError, Result};
use crate::json::LONGEST_RECORD;

/// A dump's text with one byte of look-ahead.
pub(super) struct Scan<R> {
    source: R,
    /// A byte that was put back.
    back: Option<u8>,
    pub(super) line: u64,
    /// MySQL's backslash escapes within quotes.
    pub(super) escapes: bool,
    /// A word that was put back.
    word_back: Option<&'static str>,
}

impl<R: BufRead> Scan<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, back: None, line: 1, escapes: false, word_back: None }
    }

    pub(super) fn broken(&self, what: &str) -> ReadError {
        let message = format!("the SQL is broken: {what}");
        ReadError::Malformed { message, line: Some(self.line), help: None }
    }

    pub(super) fn peek(&mut self) -> Result<Option<u8>> {
        match self.back {
            Some(byte) => Ok(Some(byte)),
            None => Ok(self.source.fill_buf()?.first().copied()),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<u8>> {
        if let Some(byte) = self.back.take() {
            return Ok(Some(byte));
        }
        let byte = self.peek()?;
        if let Some(byte) = byte {
            self.source.consume(1);
            self.line += u64::from(byte == b'\n');
            self.escapes |= byte == b'`';
        }
        Ok(byte)
    }

    /// Skips white space and comments.
    pub(super) fn space(&mut self) -> Result {
        while let Some(byte) = self.next()? {
            match (byte, self.peek()?) {
                (b' ' | b'\t' | b'\r' | b'\n', _) => {}
                (b'-', Some(b'-')) | (b'#', _) => drop(self.line_of_text()?),
                (b'/', Some(b'*')) => self.comment()?,
                _ => {
                    self.back = Some(byte);
                    break;
                }
            }
        }
        Ok(())
    }

    fn comment(&mut self) -> Result {
        self.next()?;
        let mut before = None;
        while let Some(byte) = self.next()? {
            if (before, byte) == (Some(b'*'), b'/') {
                break;
            }
            before = Some(byte);
        }
        Ok(())
    }

    /// The rest of the line.
    pub(super) fn line_of_text(&mut self) -> Result<Option<String>> {
        let mut line = Vec::new();
        while let Some(byte) = self.next()? {
            if byte == b'\n' {
                return Ok(Some(String::from_utf8_lossy(&line).into_owned()));
            }
            self.push(&mut line, byte)?;
        }
        Ok((!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned()))
    }

    pub(super) fn push(&self, text: &mut Vec<u8>, byte: u8) -> Result {
        if text.len() >= LONGEST_RECORD {
            return Err(self.broken("a value is longer than 16 MiB"));
        }
        text.push(byte);
        Ok(())
    }

    /// A word in capitals; empty if the next token is not a word.
    pub(super) fn word(&mut self) -> Result<String> {
        if let Some(word) = self.word_back.take() {
            return Ok(word.to_owned());
        }
        self.space()?;
        let mut word = Vec::new();
        while let Some(byte) = self.peek()?.filter(|b| b.is_ascii_alphanumeric() || *b == b'_') {
            self.next()?;
            self.push(&mut word, byte.to_ascii_uppercase())?;
        }
        Ok(String::from_utf8_lossy(&word).into_owned())
    }

    /// The name of a table or column; of `public.reviews`, the last part.
    pub(super) fn name(&mut self) -> Result<String> {
        loop {
            self.space()?;
            let mut name = Vec::new();
            let end = match self.peek()? {
                Some(b'`') => Some(b'`'),
                Some(b'"') => Some(b'"'),
                Some(b'[') => Some(b']'),
                _ => None,
            };
            if end.is_some() {
                self.next()?;
            }
            let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
            while let Some(byte) = self.peek()? {
                let ends = end.map_or(!plain(byte), |end| byte == end);
                if ends {
                    break;
                }
                self.next()?;
                self.push(&mut name, byte)?;
            }
            if end.is_some() {
                self.next()?;
            }
            if self.peek()? != Some(b'.') {
                return Ok(String::from_utf8_lossy(&name).into_owned());
            }
            self.next()?;
        }
    }

    /// Whether the next token is a quoted name, which is not a keyword.
    pub(super) fn is_quoted_name(&mut self) -> Result<bool> {
        self.space()?;
        Ok(self.peek()?.is_some_and(|byte| matches!(byte, b'`' | b'"' | b'[')))
    }

    /// Consumes this sign if it comes next; returns whether it did.
    pub(super) fn sign(&mut self, sign: u8) -> Result<bool> {
        self.space()?;
        let is_it = self.peek()? == Some(sign);
        if is_it {
            self.next()?;
        }
        Ok(is_it)
    }

    /// The text of a quoted token whose opening quote mark was consumed.
    pub(super) fn quoted(&mut self, mark: u8, escapes: bool) -> Result<String> {
        let mut text = Vec::new();
        while let Some(byte) = self.next()? {
            match byte {
                b'\\' if escapes => {
                    let escaped = self.next()?.unwrap_or(b'\\');
                    self.push(&mut text, unescaped(escaped))?;
                }
                _ if byte != mark => self.push(&mut text, byte)?,
                _ if self.peek()? == Some(mark) => {
                    self.next()?;
                    self.push(&mut text, mark)?;
                }
                _ => return Ok(String::from_utf8_lossy(&text).into_owned()),
            }
        }
        Err(self.broken("a text is not closed"))
    }

    /// Skips the rest of a statement: up to a semicolon, or, in SQL Server's scripts, up to a line
    /// `GO` or a line that begins with INSERT.
    pub(super) fn statement(&mut self) -> Result {
        self.rest_of_statement(true)
    }

    /// The same after a part of it. `same_line`: the part is on the current line.
    pub(super) fn rest_of_statement(&mut self, same_line: bool) -> Result {
        const INSERT: &str = "INSERT";
        let (mut line, mut is_first) = (Vec::new(), same_line);
        while let Some(byte) = self.next()? {
            match byte {
                b';' => break,
                b'\n' if line.eq_ignore_ascii_case(b"go") => break,
                b'\n' => {
                    line.clear();
                    is_first = false;
                }
                b'\'' => drop(self.quoted(b'\'', self.escapes)?),
                b' ' | b'\t' if !is_first && line.eq_ignore_ascii_case(INSERT.as_bytes()) => {
                    self.word_back = Some(INSERT);
                    break;
                }
                b' ' | b'\t' | b'\r' if line.is_empty() || byte == b'\r' => {}
                _ if line.len() <= INSERT.len() => line.push(byte),
                _ => {}
            }
        }
        Ok(())
    }
}

fn unescaped(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'0' => 0,
        other => other,
    }
}
