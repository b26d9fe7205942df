//! Cleans texts before they are stored.
//!
//! Owns every change to words on their way into the archive. Must never repair, translate or
//! guess: text not covered by this list is kept as read.
//!
//! 1. Character references are resolved, doubly encoded ones too (`entities`).
//! 2. Simple tags are removed: block tags separate paragraphs, inline tags leave nothing. This
//!    comes after 1, so `&lt;br&gt;` is a break as well: no dump tells whether it was encoded once
//!    or twice, and reviews do not talk about tags. `a < b`, `<3` and unlisted tags are kept.
//! 3. White space is collapsed to one space; line ends separate paragraphs, and empty paragraphs
//!    are dropped.
//! 4. Soft hyphens, zero-width spaces, byte order marks and control characters are removed (NULs
//!    are counted on decoding). Joiners are kept: emoji and Indic scripts need them.
//! 5. U+0080–U+009F are read as Windows-1252 (U+0085 is `…`).
//! 6. Boilerplate around a quote is removed: spoiler notices before it, links and buttons after it
//!    (`boilerplate`).
//!
//! Cleaning is idempotent.

mod boilerplate;
mod entities;

use std::borrow::Cow;

/// Tags that begin or end a paragraph.
const BLOCKS: &[&str] = &[
    "br", "p", "div", "blockquote", "li", "ul", "ol", "hr", "h1", "h2", "h3", "h4", "h5", "h6",
    "tr", "table",
];

/// Inline formatting tags.
const INLINE: &[&str] = &[
    "i", "b", "em", "strong", "a", "span", "u", "s", "small", "big", "sup", "sub", "font", "cite",
    "strike", "del", "ins", "tt", "td", "img",
];

/// A quote after cleaning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CleanQuote {
    /// Paragraphs separated by one `\n`; empty if nothing was left.
    pub text: String,
    /// The quote is truncated in the dump.
    pub truncated: bool,
    /// The language in "[Full Review in Spanish]".
    pub language: Option<String>,
}

/// Cleans a review's words. Paragraphs are kept.
pub fn clean_quote(text: &str) -> CleanQuote {
    boilerplate::remove(if is_clean(text) { text.to_owned() } else { walk(text, '\n') })
}

/// Cleans a one-line text (a name, a title): as a quote, but line ends become spaces, and there is
/// no boilerplate.
pub fn clean_line(text: &str) -> String {
    if is_clean(text) { text.to_owned() } else { walk(text, ' ') }
}

/// The first `most` characters of a text, with an ellipsis if it is longer.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Fast path: whether the text is plain ASCII that needs no change, as in three of four records.
fn is_clean(text: &str) -> bool {
    let mut last = b' ';
    for byte in text.bytes() {
        let plain = matches!(byte, b' '..=b'~') && byte != b'&' && byte != b'<';
        if !plain || (byte == b' ' && last == b' ') {
            return false;
        }
        last = byte;
    }
    text.is_empty() || last != b' '
}

/// The effect of a character.
enum Step {
    Keep(char),
    Space,
    Break,
    Drop,
}

/// Steps 1 to 5 of the list; `line_end` separates paragraphs.
fn walk(text: &str, line_end: char) -> String {
    let text = resolve(text);
    let mut out = String::with_capacity(text.len());
    let mut gap = None;
    let mut rest = &*text;
    while let Some(c) = rest.chars().next() {
        let (step, taken) = if c == '<' {
            tag(rest).unwrap_or((Step::Keep(c), 1))
        } else {
            (step(c), c.len_utf8())
        };
        rest = rest.get(taken..).unwrap_or("");
        match step {
            Step::Keep(c) => {
                if let Some(gap) = gap.take().filter(|_| !out.is_empty()) {
                    out.push(gap);
                }
                out.push(c);
            }
            Step::Space => gap = gap.or(Some(' ')),
            Step::Break => gap = Some(line_end),
            Step::Drop => {}
        }
    }
    out
}

fn step(c: char) -> Step {
    match c {
        ' '..='~' if c != ' ' => Step::Keep(c),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => Step::Break,
        '\u{80}'..='\u{9F}' => entities::windows_1252(c).map_or(Step::Drop, Step::Keep),
        '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' => Step::Drop,
        c if c.is_whitespace() => Step::Space,
        c if c.is_control() => Step::Drop,
        c => Step::Keep(c),
    }
}

/// `text` with its character references resolved.
fn resolve(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (c, taken) = entities::reference(after).unwrap_or(('&', 0));
        out.push(c);
        rest = after.get(taken..).unwrap_or("");
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The listed tag at the start of `rest`, and its length in bytes.
fn tag(rest: &str) -> Option<(Step, usize)> {
    let inner = rest.get(1..)?;
    // Stops at the next bracket of either kind, so that a run of "<" takes linear time.
    let end = inner.find(['<', '>'])?;
    if inner.as_bytes().get(end) != Some(&b'>') {
        return None;
    }
    let inner = inner.get(..end)?;
    let closing = inner.strip_prefix('/');
    let body = closing.unwrap_or(inner);
    let name_len = body.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, attributes) = body.split_at_checked(name_len)?;
    let bare = matches!(attributes.trim(), "" | "/");
    let with_attributes = closing.is_none()
        && attributes.starts_with(char::is_whitespace)
        && attributes.contains('=');
    if !bare && !with_attributes {
        return None;
    }
    let listed = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let step = if listed(BLOCKS) {
        Step::Break
    } else if listed(INLINE) {
        Step::Drop
    } else {
        return None;
    };
    Some((step, end + 2))
}

#[cfg(test)]
mod tests;
