//! Removes converters' markup from a line: list marks, Markdown, white space.
//!
//! Must never: classify the line (`lines` does), or remove a character that a name or a sentence
//! could need.

use std::borrow::Cow;

use super::claims::is_statement;
use super::figures::is_date;
use super::lines::{Marker, reviewed_by};
use super::{links, printed};

/// A list mark whose item is on the next line: `1.`, `•`.
pub fn is_lone_mark(body: &str) -> bool {
    body.len() <= 6 && matches!(strip_mark(&format!("{body} x")), Some((Some(_), "x")))
}

/// A line that consists only of marks, such as mail quote marks, or of an image's placeholder.
pub fn is_rule(body: &str) -> bool {
    if matches!(body, "[IMG]" | "[INLINE]") {
        return true;
    }
    if !body.is_empty() && body.bytes().all(|b| matches!(b, b'>' | b' ')) {
        return true;
    }
    let mut bytes = body.bytes();
    let first = bytes.next();
    // Two emphasis marks without text are an empty name in Markdown.
    let least = if first.is_some_and(|b| b"*_".contains(&b)) { 2 } else { 3 };
    body.len() >= least
        && first.is_some_and(|b| b"-*_=".contains(&b))
        && bytes.all(|b| Some(b) == first)
}

/// The page normalised: lines end with `\n`; without a mail's quote marks, a printer's lines and
/// links' addresses.
pub fn plain_page(page: &str) -> Cow<'_, str> {
    let page = then(then(line_ends(page), printed::without_mail_head), unquoted);
    let page = then(then(page, printed::without_sheets), plain_links);
    then(page, links::without_links)
}

/// `**Full Review »**` → `Full Review »`: links below a review's words.
fn plain_links(page: &str) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(page);
    for link in ["Full Review »", "Read full review"] {
        for mark in ["**", "__", "*", "_"] {
            let marked = format!("{mark}{link}{mark}");
            if plain.contains(&marked) {
                plain = plain.replace(&marked, link).into();
            }
        }
    }
    plain
}

fn then<'a>(page: Cow<'a, str>, change: impl FnOnce(&str) -> Cow<'_, str>) -> Cow<'a, str> {
    match page {
        Cow::Borrowed(page) => match change(page) {
            Cow::Borrowed(same) if same.len() == page.len() => Cow::Borrowed(page),
            changed => Cow::Owned(changed.into_owned()),
        },
        Cow::Owned(page) => Cow::Owned(change(&page).into_owned()),
    }
}

/// Converts Unicode's line and paragraph separators. U+0085 counts only if the page has no other
/// line ends, since in Windows-1252 that byte is an ellipsis.
fn line_ends(page: &str) -> Cow<'_, str> {
    let separators = ['\u{2028}', '\u{2029}'];
    let next_line = page.contains('\u{85}') && !page.contains(['\n', '\r']);
    if !next_line && !page.contains(separators) {
        return page.into();
    }
    page.replace(|c| separators.contains(&c) || (next_line && c == '\u{85}'), "\n").into()
}

/// Maximum nesting of quoted mails that is removed.
const DEEPEST_QUOTE: usize = 4;
/// A page has more lines than this; a review that quotes another may not.
const LEAST_QUOTED: usize = 4;

/// Removes a mail's `>` from each line. Only if every non-blank line has one, except for the
/// mail's own words above and below.
fn unquoted(page: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(page);
    for _ in 0..DEEPEST_QUOTE {
        if !is_quoted(&text) {
            break;
        }
        let mut inner = String::with_capacity(text.len());
        for line in text.lines() {
            match line.strip_prefix('>') {
                Some(line) => inner.push_str(line.strip_prefix(' ').unwrap_or(line)),
                None => inner.push_str(line),
            }
            inner.push('\n');
        }
        text = inner.into();
    }
    text
}

/// Quoted lines are contiguous, and more than the mail's own.
fn is_quoted(text: &str) -> bool {
    let mut runs = 0;
    let (mut quoted, mut own) = (0, 0);
    let mut last = false;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let quote = line.starts_with('>');
        runs += usize::from(quote && !last);
        *(if quote { &mut quoted } else { &mut own }) += 1;
        last = quote;
    }
    runs == 1 && (own == 0 || quoted > own + LEAST_QUOTED)
}

/// `JLuis\_001` → `JLuis_001`: Markdown escapes of converters. Not in the shrug (`¯\_(ツ)_/¯`),
/// which people type literally.
pub fn unescaped(text: &str) -> Cow<'_, str> {
    const ESCAPED: [char; 7] = ['_', '*', '[', ']', '`', '#', '~'];
    if !text.contains('\\') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    // Would begin a list at the start of a line: "1\.", "\-", "\+".
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let text = match text.get(digits..).and_then(|rest| rest.strip_prefix('\\')) {
        Some(rest) if digits > 0 && rest.starts_with(['.', ')']) => {
            out.push_str(&text[..digits]);
            rest
        }
        Some(rest) if digits == 0 && rest.starts_with(['-', '+']) => rest,
        _ => text,
    };
    let mut chars = text.chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        let escapes = c == '\\'
            && last != '¯'
            && last != '\\'
            && chars.peek().is_some_and(|next| ESCAPED.contains(next));
        if !escapes {
            out.push(c);
        }
        last = c;
    }
    out.into()
}

pub fn spaces(text: &str) -> String {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars()
        .filter(|c| !matches!(c, '\u{200b}' | '\u{feff}'))
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect()
}

/// Removes list mark, heading mark and emphasis from a line.
pub fn strip_markup(raw: &str) -> (Option<Marker>, String) {
    let text = spaces(raw);
    let mut rest = text.trim();
    let mut marker = None;
    // "- 1. text" and "> - text" nest; deeper nesting does not occur.
    for _ in 0..3 {
        // "2. August 2012" is not a second mark.
        match strip_mark(rest).filter(|_| !is_date(rest)) {
            Some((found, after)) => {
                marker = found.or(marker);
                rest = after;
                // The text after a number is an item, whatever it begins with.
                if matches!(marker, Some(Marker::Number(_))) {
                    break;
                }
            }
            None => break,
        }
    }
    let rest = plain_statement(rest).unwrap_or_else(|| rest.to_string());
    let rest = unescaped(&rest);
    (marker, unemphasised(&rest).trim().to_string())
}

/// `**Positive:** 3 out of 9` → `Positive: 3 out of 9`, `__Reviewed by__: *Ty Burr*` → `Reviewed by:
/// Ty Burr`: a line of the page that is emphasised in parts. Marks within a word may be a name's.
fn plain_statement(text: &str) -> Option<String> {
    let is_mark = |c: char| matches!(c, '*' | '_');
    if text.len() > 400 || !text.contains(is_mark) {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_mark) {
        let (before, marks) = rest.split_at(at);
        plain.push_str(before);
        rest = marks.trim_start_matches(is_mark);
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = plain.chars().next_back();
        if before == Some('\\') || inside(before) && inside(rest.chars().next()) {
            plain.push_str(&marks[..marks.len() - rest.len()]);
        }
    }
    plain.push_str(rest);
    let known = reviewed_by(&plain).is_some() || is_statement(&plain.to_lowercase());
    known.then(|| plain.trim().to_string())
}

/// Removes one leading mark; the marker is `None` if it is not a list mark (`#`, `>`).
pub fn strip_mark(text: &str) -> Option<(Option<Marker>, &str)> {
    let digits = text.bytes().take(5).take_while(u8::is_ascii_digit).count();
    if (1..=4).contains(&digits) {
        let rest = text[digits..]
            .strip_prefix(['.', ')'])
            .or_else(|| text[digits..].strip_prefix("\\."))?;
        let value = text[..digits].parse().ok()?;
        return after_space(rest).map(|rest| (Some(Marker::Number(value)), rest));
    }
    // "#12 Reviewed by" is also numbered, but text after it may be a sentence ("#1 in my book"),
    // so the quote's words keep it.
    let after = text.strip_prefix('#').unwrap_or("");
    let digits = after.bytes().take(5).take_while(u8::is_ascii_digit).count();
    if (1..=4).contains(&digits) {
        let value = after[..digits].parse().ok()?;
        return after_space(&after[digits..])
            // The work's rank on the site.
            .filter(|rest| {
                !rest.starts_with("Most Discussed ") && !rest.starts_with("Most Shared ")
            })
            .map(|rest| (Some(Marker::Number(value)), rest));
    }
    let hashes = text.bytes().take_while(|b| *b == b'#').count();
    if (1..=6).contains(&hashes) {
        return after_space(&text[hashes..]).map(|rest| (None, rest));
    }
    if let Some(rest) = text.strip_prefix('>') {
        return after_space(rest).map(|rest| (None, rest));
    }
    let rest = text.strip_prefix(['*', '-', '•', '–', '·', '+', '◦', '▪', '‣'])?;
    after_space(rest).map(|rest| (Some(Marker::Bullet), rest))
}

/// The rest after at least one space, if non-empty.
fn after_space(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(' ')?.trim_start();
    (!rest.is_empty()).then_some(rest)
}

/// `**100**` → `100`, `[Ty Burr](/critic/ty-burr)` → `Ty Burr`, only if it is the whole line or
/// follows "Reviewed by:".
fn unemphasised(text: &str) -> String {
    let mut text = text.to_string();
    for mark in ["**", "__", "*", "_", "`"] {
        if text.len() > 2 * mark.len()
            && let Some(inner) = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark))
            && !inner.contains(mark)
        {
            text = inner.to_string();
        }
    }
    if text.len() < 400
        && text.ends_with(')')
        && let Some((label, _)) = text.split_once("](")
        && let Some((before, label)) = label.split_once('[')
        && (before.is_empty() || reviewed_by(before).is_some() || before == "By ")
    {
        text = format!("{before}{label}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        let cases = [
            ("  8. 88", Some(Marker::Number(8)), "88"),
            ("8) 88", Some(Marker::Number(8)), "88"),
            ("* Reviewed by: A", Some(Marker::Bullet), "Reviewed by: A"),
            ("• 7", Some(Marker::Bullet), "7"),
            ("### 12. A", Some(Marker::Number(12)), "A"),
            ("2001. A year", Some(Marker::Number(2001)), "A year"),
            ("8.1", None, "8.1"),
            ("#8 88", Some(Marker::Number(8)), "88"),
            ("#8", None, "#8"),
            ("#8 Most Shared Tea of 2012", None, "#8 Most Shared Tea of 2012"),
            ("- `90`", Some(Marker::Bullet), "90"),
            ("JLuis\\_001Dec 1, 2019", None, "JLuis_001Dec 1, 2019"),
            ("1\\. it is wet", Some(Marker::Number(1)), "it is wet"),
            ("\\- it is wet", None, "- it is wet"),
            ("¯\\_(ツ)_/¯", None, "¯\\_(ツ)_/¯"),
            ("-5 is cold", None, "-5 is cold"),
            ("\t\u{a0}88\u{a0}", None, "88"),
            ("2. August 2012", None, "2. August 2012"),
            ("3. 2. August 2012", Some(Marker::Number(3)), "2. August 2012"),
        ];
        for (text, marker, body) in cases {
            assert_eq!(strip_markup(text), (marker, body.to_string()), "{text:?}");
        }
    }

    #[test]
    fn pages_as_mails_and_clipboards_give_them() {
        let cases = [
            ("> a\n>\n> b\n", "a\n\nb\n"),
            ("> > a\n> > b\n", "a\nb\n"),
            ("> a\nb\n", "> a\nb\n"),
            ("Hi,\n> a\n> b\n>  c\n>\n> d\n> e\n\n> f\nBo\n", "Hi,\na\nb\n c\n\nd\ne\n\nf\nBo\n"),
            ("a\u{2028}b\u{2029}c\n", "a\nb\nc\n"),
            ("a\u{85}b", "a\nb"),
            ("cut\u{85}\nb", "cut\u{85}\nb"),
        ];
        for (page, plain) in cases {
            assert_eq!(plain_page(page), plain, "{page:?}");
        }
    }
}
