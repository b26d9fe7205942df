//! Finds the end of a record of delimited text: RFC 4180 and common deviations.

use super::markdown;

/// The syntax of a delimited dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    pub delimiter: u8,
    /// A field may have spaces before its opening quote mark: `"a", "b"` (Rate Your Music writes
    /// this).
    pub spaces_before_quotes: bool,
    /// A quote mark at the beginning of a field quotes it. False for formats without quoting,
    /// where it is an ordinary character.
    pub quotes: bool,
    /// The quote mark: `"`, or `'` as SQL and R write it.
    pub mark: u8,
    /// `\"` is an escaped quote mark and `\\` a backslash (MySQL, JSON), instead of RFC 4180's
    /// doubling.
    pub backslash: bool,
    /// Unwraps a row that was quoted once more as a whole, if the result has this many fields; see
    /// `unwrapped`.
    pub unwrap: Option<usize>,
    /// Rows are lines of a Markdown table; see `markdown`.
    pub markdown: bool,
}

impl Layout {
    /// RFC 4180 with this delimiter.
    pub fn of(delimiter: u8) -> Self {
        Self {
            delimiter,
            spaces_before_quotes: false,
            quotes: true,
            mark: b'"',
            backslash: false,
            unwrap: None,
            markdown: false,
        }
    }
}

impl Layout {
    /// Whether the csv crate sees quoted fields; it gets rewritten records if they are not plain.
    pub fn quotes_when_clean(&self) -> bool {
        self.quotes || self.markdown
    }
}

/// What [`record`] found at the beginning of its text.
#[derive(Debug, PartialEq, Eq)]
pub enum Scan {
    /// `len` includes the line end; `lines` counts all line ends. `plain`: the csv crate can read
    /// it as is; otherwise [`write_clean`] must rewrite it first. `escaped`: a quoted field
    /// contains a backslash-escaped quote mark.
    Whole { len: usize, lines: u64, plain: bool, blank: bool, fields: usize, escaped: bool },
    /// The record continues beyond the text, and more text will come.
    NeedsMore,
    /// A quoted field is never closed; `looked_at` bytes were read to find out.
    Unclosed { looked_at: usize },
}

/// Finds the end of the record that begins at `text[0]`. `ended`: no more text follows.
/// `lines_believed`: quoted fields may contain line ends.
pub fn record(text: &[u8], ended: bool, layout: &Layout, lines_believed: bool) -> Scan {
    let (text, ended) = match lines_believed {
        true => (text, ended),
        false => line_end(text).map_or((text, ended), |end| (&text[..end], true)),
    };
    let mut at = 0;
    let mut lines = 0;
    let mut plain = true;
    let (mut fields, mut escaped) = (1, false);
    loop {
        let mut open = at;
        if layout.spaces_before_quotes {
            open += leading_spaces(&text[at..]);
        }
        if layout.quotes && text.get(open) == Some(&layout.mark) {
            plain &= open == at && layout.mark == b'"';
            match quoted(text, open + 1, ended, layout) {
                Quoted::Closed { at: after, lines: inner, plain: inner_plain, escaped: has } => {
                    at = after;
                    lines += inner;
                    plain &= inner_plain;
                    escaped |= has;
                }
                Quoted::NeedsMore => return Scan::NeedsMore,
                Quoted::Unclosed { at } => return Scan::Unclosed { looked_at: at },
            }
        } else {
            at += text[at..]
                .iter()
                .position(|&b| b == layout.delimiter || b == b'\n' || b == b'\r')
                .unwrap_or(text.len() - at);
        }
        match text.get(at) {
            Some(&b) if b == layout.delimiter => {
                at += 1;
                fields += 1;
            }
            Some(b'\r') if at + 1 == text.len() && !ended => return Scan::NeedsMore,
            Some(_) => {
                let len = at + line_end_len(&text[at..]);
                let lines = lines + 1;
                plain &= !layout.markdown;
                return Scan::Whole { len, lines, plain, blank: at == 0, fields, escaped };
            }
            None if ended => {
                plain &= !layout.markdown;
                return Scan::Whole { len: at, lines, plain, blank: at == 0, fields, escaped };
            }
            None => return Scan::NeedsMore,
        }
    }
}

enum Quoted {
    /// `at` is after the closing quote mark.
    Closed {
        at: usize,
        lines: u64,
        plain: bool,
        escaped: bool,
    },
    NeedsMore,
    Unclosed {
        at: usize,
    },
}

/// Reads on after an opening quote mark.
fn quoted(text: &[u8], from: usize, ended: bool, layout: &Layout) -> Quoted {
    let mut at = from;
    let mut lines = 0;
    let (mut plain, mut escaped) = (true, false);
    loop {
        let Some(found) = text[at..].iter().position(|&b| b == layout.mark) else {
            return if ended { Quoted::Unclosed { at: text.len() } } else { Quoted::NeedsMore };
        };
        lines += count_lines(&text[at..at + found]);
        plain &= !(layout.backslash && text[at..at + found].contains(&b'\\'));
        at += found;
        let is_escaped = text[at - 1] == b'\\' && at > from && is_escaped(&text[from..at]);
        if is_escaped && layout.backslash {
            (plain, escaped) = (false, true);
            at += 1;
            continue;
        }
        match text.get(at + 1) {
            Some(&b) if b == layout.mark => at += 2,
            Some(b'\n' | b'\r') => {
                return Quoted::Closed { at: at + 1, lines, plain, escaped };
            }
            Some(&b) if b == layout.delimiter => {
                return Quoted::Closed { at: at + 1, lines, plain, escaped };
            }
            None if ended => {
                return Quoted::Closed { at: at + 1, lines, plain, escaped };
            }
            None => return Quoted::NeedsMore,
            Some(b' ') => {
                plain = false;
                let spaces = leading_spaces(&text[at + 1..]);
                match text.get(at + 1 + spaces) {
                    None if !ended => return Quoted::NeedsMore,
                    behind if ends_field(behind, layout) => {
                        return Quoted::Closed { at: at + 1 + spaces, lines, plain, escaped };
                    }
                    _ if lines > 0 => return Quoted::Unclosed { at },
                    _ => {
                        escaped |= is_escaped;
                        at += 1 + spaces;
                    }
                }
            }
            Some(_) if lines > 0 => return Quoted::Unclosed { at },
            Some(_) => {
                (plain, escaped) = (false, escaped | is_escaped);
                at += 1;
            }
        }
    }
}

/// Whether `text` ends with an odd number of backslashes.
fn is_escaped(text: &[u8]) -> bool {
    text.iter().rev().take_while(|&&b| b == b'\\').count() % 2 == 1
}

fn leading_spaces(text: &[u8]) -> usize {
    text.iter().take_while(|&&b| b == b' ').count()
}

/// `behind`: the byte after a closing quote mark and ignored spaces.
fn ends_field(behind: Option<&u8>, layout: &Layout) -> bool {
    behind.is_none_or(|&b| b == layout.delimiter || b == b'\n' || b == b'\r')
}

/// Number of line ends in `text`: `\n`, `\r\n` and lone `\r` count as one each.
pub fn count_lines(text: &[u8]) -> u64 {
    let mut lines = 0;
    let mut after_return = false;
    for &b in text {
        lines += u64::from(b == b'\r' || (b == b'\n' && !after_return));
        after_return = b == b'\r';
    }
    lines
}

/// End of the first line of `text`, including its line end.
pub fn line_end(text: &[u8]) -> Option<usize> {
    let at = text.iter().position(|&b| b == b'\n' || b == b'\r')?;
    Some(at + line_end_len(&text[at..]))
}

fn line_end_len(text: &[u8]) -> usize {
    if text.starts_with(b"\r\n") { 2 } else { 1 }
}

/// Rewrites a record that is not plain as RFC 4180: quote marks doubled, no spaces around quoted
/// fields.
pub fn write_clean(text: &[u8], layout: &Layout, out: &mut Vec<u8>) {
    if layout.markdown {
        return markdown::write_clean(text, out);
    }
    let mut at = 0;
    while at < text.len() {
        let mut open = at;
        if layout.spaces_before_quotes {
            open += leading_spaces(&text[at..]);
        }
        if text.get(open) != Some(&layout.mark) {
            let end = text[at..]
                .iter()
                .position(|&b| b == layout.delimiter)
                .map_or(text.len(), |p| at + p + 1);
            out.extend_from_slice(&text[at..end]);
            at = end;
            continue;
        }
        out.push(b'"');
        at = write_clean_field(text, open + 1, layout, out);
        if text.get(at) == Some(&layout.delimiter) {
            out.push(layout.delimiter);
            at += 1;
        }
    }
}

/// Writes the quoted field whose text begins at `from`; returns the position after it.
fn write_clean_field(text: &[u8], from: usize, layout: &Layout, out: &mut Vec<u8>) -> usize {
    let mut at = from;
    while let Some(&b) = text.get(at) {
        if layout.backslash
            && b == b'\\'
            && let Some(&next @ (b'"' | b'\'' | b'\\')) = text.get(at + 1)
            && (next == b'\\' || next == layout.mark)
        {
            put(next, out);
            at += 2;
            continue;
        }
        let spaces = leading_spaces(&text[at + 1..]);
        if b == layout.mark && ends_field(text.get(at + 1 + spaces), layout) {
            out.push(b'"');
            return at + 1 + spaces;
        }
        put(b, out);
        let doubled = b == layout.mark && text.get(at + 1) == Some(&layout.mark);
        at += if doubled { 2 } else { 1 };
    }
    out.push(b'"');
    at
}

/// Writes a byte of a quoted field.
fn put(b: u8, out: &mut Vec<u8>) {
    if b == b'"' {
        out.push(b);
    }
    out.push(b);
}

/// The inner row and its number of fields, if the whole row was quoted once more (`"1,""A,
/// B"",2"`, possibly with empty fields after it). The result is plain and has a line end.
pub fn unwrapped(text: &[u8], layout: &Layout) -> Option<(Vec<u8>, usize)> {
    let row = text.trim_ascii_end();
    if row.first() != Some(&b'"') {
        return None;
    }
    let Quoted::Closed { at, .. } = quoted(row, 1, true, layout) else { return None };
    let behind = row.get(at..)?;
    let within = row.get(1..at.checked_sub(1)?)?;
    if !behind.iter().all(|&b| b == layout.delimiter) || !within.contains(&layout.delimiter) {
        return None;
    }
    let mut inner = Vec::with_capacity(within.len() + 1);
    let mut at = 0;
    while let Some(&b) = within.get(at) {
        inner.push(b);
        at += if b == b'"' && within.get(at + 1) == Some(&b'"') { 2 } else { 1 };
    }
    match record(&inner, true, layout, true) {
        Scan::Whole { len, plain, fields, .. } if len == inner.len() => {
            if !plain {
                let mut clean = Vec::with_capacity(inner.len() + 1);
                write_clean(&inner, layout, &mut clean);
                inner = clean;
            }
            inner.push(b'\n');
            Some((inner, fields))
        }
        _ => None,
    }
}
