//! SQL values: strings, numbers, and the few functions in which dumps wrap them.
//!
//! Must never: know a statement, or evaluate an unknown function.

use std::io::BufRead;

use super::scan::Scan;
use crate::format::Result;

/// Maximum nesting depth of function calls.
const DEEPEST: usize = 32;

/// The expression between two commas.
#[derive(Default)]
struct Written {
    /// The string with any type annotation: N'…', DATE '…', '…'::text.
    text: Option<String>,
    /// The text outside quotes.
    plain: Vec<u8>,
}

impl Written {
    fn add(&mut self, more: String) {
        let before = self.plain[..self.plain.len() - self.word().len()].trim_ascii();
        let joined = before.ends_with(b"||") || before.ends_with(b"+");
        match &mut self.text {
            Some(text) if joined => text.push_str(&more),
            Some(_) => {}
            None => self.text = Some(more),
        }
    }

    /// The word before a quote mark or bracket.
    fn word(&self) -> String {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let start = self.plain.iter().rposition(|byte| !is_part(byte)).map_or(0, |at| at + 1);
        String::from_utf8_lossy(&self.plain[start..]).to_ascii_lowercase()
    }

    fn value(self) -> String {
        let plain = String::from_utf8_lossy(&self.plain).trim().to_owned();
        let hex = || plain.strip_prefix("0x").and_then(text_of_hex);
        self.text.or_else(hex).unwrap_or(plain)
    }
}

impl<R: BufRead> Scan<R> {
    /// A value up to the following comma or bracket; `None` for NULL.
    pub(super) fn value(&mut self) -> Result<Option<String>> {
        let written = self.written(0)?;
        let is_text = written.text.is_some();
        let value = written.value();
        Ok(Some(value).filter(|value| is_text || !value.eq_ignore_ascii_case("null")))
    }

    fn written(&mut self, depth: usize) -> Result<Written> {
        self.space()?;
        let mut written = Written::default();
        while let Some(byte) = self.peek()?.filter(|byte| !matches!(byte, b',' | b')')) {
            self.next()?;
            match byte {
                b'\'' => {
                    let text = self.text(&written.word())?;
                    written.add(text);
                }
                b'(' if depth == DEEPEST => return Err(self.broken("functions in functions")),
                b'(' => self.call(&mut written, depth)?,
                _ => self.push(&mut written.plain, byte)?,
            }
        }
        Ok(written)
    }

    /// A string whose opening quote mark was consumed.
    fn text(&mut self, before: &str) -> Result<String> {
        let text = self.quoted(b'\'', self.escapes || before == "e")?;
        Ok(if before == "x" { text_of_hex(&text).unwrap_or(text) } else { text })
    }

    /// A function call whose bracket was consumed: its value, or else its source text.
    fn call(&mut self, written: &mut Written, depth: usize) -> Result {
        let mut given = Vec::new();
        loop {
            given.push(self.written(depth + 1)?);
            if !self.sign(b',')? {
                break;
            }
        }
        self.sign(b')')?;
        let name = written.word();
        match called(&name, &given) {
            Some(text) => written.add(text),
            None => {
                let plain: Vec<&[u8]> = given.iter().map(|it| it.plain.as_slice()).collect();
                let plain = plain.join(b", ".as_slice());
                let shown = b"(".iter().chain(&plain).chain(b")");
                shown.copied().try_for_each(|byte| self.push(&mut written.plain, byte))?;
            }
        }
        Ok(())
    }
}

/// The value of a function call; for an unknown function, its first string argument.
fn called(name: &str, given: &[Written]) -> Option<String> {
    let mut texts = given.iter().filter_map(|it| it.text.as_deref());
    match name {
        "replace" => match [texts.next()?, texts.next()?, texts.next()?] {
            [text, from, to] => Some(text.replace(from, to)),
        },
        "char" | "chr" | "nchar" => {
            let code = String::from_utf8_lossy(&given.first()?.plain).trim().parse().ok()?;
            char::from_u32(code).map(String::from)
        }
        "unistr" => texts.next().map(without_escapes),
        "concat" => Some(texts.collect()),
        _ => texts.next().map(str::to_owned).or_else(|| cast(name, given)),
    }
}

/// `CAST(8.50 AS decimal(4, 2))` is 8.50.
fn cast(name: &str, given: &[Written]) -> Option<String> {
    let plain = String::from_utf8_lossy(&given.first()?.plain).into_owned();
    let words: Vec<&str> = plain.split_whitespace().collect();
    match words.as_slice() {
        [number, by, ..] if name == "cast" && by.eq_ignore_ascii_case("as") => {
            Some((*number).to_owned()).filter(|number| !number.eq_ignore_ascii_case("null"))
        }
        _ => None,
    }
}

/// The text encoded by hexadecimal digits, if it is text.
fn text_of_hex(digits: &str) -> Option<String> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let pairs = Some(digits.as_bytes()).filter(|it| !it.is_empty() && it.len() % 2 == 0)?;
    let bytes: Option<Vec<u8>> = pairs.chunks(2).map(byte).collect();
    let text = String::from_utf8(bytes?).ok()?;
    let shown = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    text.chars().all(shown).then_some(text)
}

/// Removes the escapes `\000a`, `\u000a` and `\\` of sqlite3 and Oracle.
fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escaped)) = rest.split_once('\\') {
        out.push_str(before);
        let lengths = [("u", 4), ("U", 8), ("+", 6), ("", 4)];
        let found = lengths.iter().find_map(|(sign, length)| {
            let digits = escaped.strip_prefix(sign)?.get(..*length)?;
            let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            Some((c, sign.len() + length))
        });
        let (c, length) = found.unwrap_or(('\\', usize::from(escaped.starts_with('\\'))));
        out.push(c);
        rest = &escaped[length..];
    }
    out + rest
}
