//! Cleaning of texts: what a dump's characters become before they are stored.
//!
//! Owns every change that is made to words on their way into the archive.
//! Must never repair, translate or guess: what is not in this list comes back
//! as it was read.
//!
//! 1. Character references are resolved, doubly encoded ones too (`entities`).
//! 2. Simple tags go: blocks part paragraphs, inline ones leave nothing. This
//!    comes after 1, so `&lt;br&gt;` is a break as well: no dump says whether it
//!    was encoded once or twice, and reviews do not talk about tags. `a < b`,
//!    `<3` and tags not listed stay.
//! 3. White space of any kind, one or many, is one space; line ends of any kind
//!    part paragraphs, and no paragraph is empty.
//! 4. Soft hyphens, zero-width spaces and marks of byte order go, as do control
//!    characters (NUL among them; counted where the dump is decoded). Joiners
//!    stay: emoji and Indic scripts are spelled with them.
//! 5. U+0080–U+009F are what Windows-1252 means by them (U+0085 is `…`).
//! 6. Page furniture around a quote goes: notices of spoilers before it, links
//!    and buttons behind it (`furniture`).
//!
//! Text that is already clean stays as it is, so cleaning twice changes nothing.

mod entities;
mod furniture;

use std::borrow::Cow;

/// Tags that begin or end a paragraph.
const BLOCKS: &[&str] = &[
    "br", "p", "div", "blockquote", "li", "ul", "ol", "hr", "h1", "h2", "h3", "h4", "h5", "h6",
    "tr", "table",
];

/// Tags that change the look of words within a paragraph.
const INLINE: &[&str] = &[
    "i", "b", "em", "strong", "a", "span", "u", "s", "small", "big", "sup", "sub", "font", "cite",
    "strike", "del", "ins", "tt", "td", "img",
];

/// A quote after cleaning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CleanQuote {
    /// Paragraphs separated by one `\n`; empty where nothing was left.
    pub text: String,
    /// The dump cut the quote off.
    pub truncated: bool,
    /// From "[Full Review in Spanish]": `Spanish`.
    pub language: Option<String>,
}

/// Cleans the words of a review by the list above. Paragraphs stay.
pub fn clean_quote(text: &str) -> CleanQuote {
    furniture::without(if is_clean(text) { text.to_owned() } else { walk(text, '\n') })
}

/// Cleans a one-line text (a name, a title): as a quote, but line ends are
/// spaces and there is no furniture.
pub fn clean_line(text: &str) -> String {
    if is_clean(text) { text.to_owned() } else { walk(text, ' ') }
}

/// The first `most` characters of a text, and a sign where there are more: enough to know it by.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// True for plain ASCII that the walk would not change: three records of four,
/// for which one look and one copy are enough.
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

/// What a character does to the text.
enum Step {
    Keep(char),
    Space,
    Break,
    Drop,
}

/// Points 1 to 5 of the list; `line_end` is what parts paragraphs.
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

/// The listed tag that `rest` begins with, and its length in bytes.
fn tag(rest: &str) -> Option<(Step, usize)> {
    let inner = rest.get(1..)?;
    // Up to the next bracket of either kind, so that a run of "<" costs nothing.
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
