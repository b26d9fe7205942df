//! Reduces converters' links to their labels: `[label](address)`, `[82]label`.
//!
//! Must never: change the number of lines (records refer to line numbers), or remove brackets that
//! a reviewer typed.

use std::borrow::Cow;
use std::collections::HashSet;

use super::addresses;
use super::lines::{boilerplate_role, reviewed_by};
use super::markup::strip_markup;

/// The page with links replaced by their labels.
pub fn without_links(page: &str) -> Cow<'_, str> {
    let site = || SITE.iter().any(|start| page.contains(start));
    let labels = if let Some(page) = without_references(page) {
        Some(without_markdown(&page))
    } else if has_divisions(page) {
        Some(without_markdown(&without_divisions(page)))
    } else if page.matches("](").count() >= LEAST || site() {
        Some(without_markdown(page))
    } else {
        without_numbers(page)
    };
    addresses::without_addresses(labels.as_deref().unwrap_or(page))
        .or(labels)
        .map_or(Cow::Borrowed(page), Cow::Owned)
}

/// Links within the service's own site, which no reviewer types.
const SITE: [&str; 5] = ["](/movie/", "](/game/", "](/tv/", "](/music/", "](/critic/"];
/// Fewer links than this may be a reviewer's.
pub const LEAST: usize = 3;
/// Maximum number of consecutive link numbers missing because their lines are lost.
const MOST_LOST: u32 = 3;
/// Maximum length of a label (it may be a critic's notice) and of an address, in bytes.
const LONGEST_LABEL: usize = 2000;
pub const LONGEST_ADDRESS: usize = 2000;
/// Maximum nesting: images within links within links.
const DEEPEST: usize = 4;

/// Whether the page is pandoc's Markdown with fenced divs (`::: class`).
pub fn has_divisions(page: &str) -> bool {
    // In a list they follow the marks.
    let begins = |line: &&str| line.split_whitespace().take(2).any(|word| word.starts_with(":::"));
    page.lines().filter(begins).count() >= LEAST
}

/// Removes pandoc's fenced div markers (`::: class`) and the backslashes that it puts before
/// punctuation.
fn without_divisions(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    for line in page.split_inclusive('\n') {
        if line.starts_with(":::") {
            out.extend(line.ends_with('\n').then_some('\n'));
            continue;
        }
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('\\') {
            out.push_str(before);
            // Brackets keep theirs, because they are not links.
            if !after.starts_with(|c: char| c.is_ascii_punctuation())
                || after.starts_with(['[', ']'])
            {
                out.push('\\');
            }
            rest = after;
        }
        out.push_str(rest);
    }
    out
}

/// `[label](address "title")` → `label`; images are removed. Both may span lines; the lines freed
/// are added after the link's last line.
fn without_markdown(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut owed = 0;
    // After a publication's link at the beginning of a line.
    let mut publication = None;
    let mut rest = page;
    while let Some(at) = rest.find(['[', '\n']) {
        let (before, from) = rest.split_at(at);
        if let Some(after) = from.strip_prefix('\n') {
            out.push_str(before);
            out.extend(std::iter::repeat_n('\n', owed + 1));
            owed = 0;
            rest = after;
            continue;
        }
        match link(from, DEEPEST) {
            Some(found) => {
                let image = before.ends_with('!');
                let above = out.len();
                out.push_str(if image { &before[..before.len() - 1] } else { before });
                if found.to == To::Critic && publication == Some(above) && before.trim().is_empty()
                {
                    out.push_str("Reviewed by: ");
                }
                let first = out.rsplit('\n').next().is_some_and(|line| line.trim().is_empty());
                if !image {
                    out.push_str(&found.label);
                    publication = (first && found.to == To::Publication).then_some(out.len());
                }
                owed += found.lines;
                rest = from.get(found.length..).unwrap_or("");
            }
            None => {
                out.push_str(before);
                out.push('[');
                rest = from.get(1..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    out
}

/// Rewrites `[label][6]` as `[label](6)` if the page has `[6]: address`, and empties those lines.
fn without_references(page: &str) -> Option<String> {
    let number = |line: &str| {
        let (number, address) = line.trim().strip_prefix('[')?.split_once("]: ")?;
        let digits = (1..=4).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        (digits && !address.trim().is_empty()).then(|| number.to_owned())
    };
    let known: HashSet<String> = page.lines().filter_map(number).collect();
    if known.len() < LEAST {
        return None;
    }
    let mut out = String::with_capacity(page.len());
    for line in page.split_inclusive('\n') {
        if number(line).is_some() {
            out.extend(line.ends_with('\n').then_some('\n'));
            continue;
        }
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("][") {
            out.push_str(before);
            let reference = after.split_once(']').filter(|(number, _)| known.contains(*number));
            match reference {
                Some((number, _)) => out.extend(["](", number, ")"]),
                None => out.push_str("]["),
            }
            rest = reference.map_or(after, |(_, rest)| rest);
        }
        out.push_str(rest);
    }
    Some(out)
}

struct Link {
    label: String,
    length: usize,
    lines: usize,
    to: To,
}

/// The kind of page a link leads to.
#[derive(Clone, Copy, PartialEq)]
enum To {
    Publication,
    Critic,
    Other,
}

impl To {
    fn of(address: &str) -> To {
        let leads = |part: &str| address.contains(part);
        match (leads("/publication/"), leads("/critic/")) {
            (true, _) => To::Publication,
            (_, true) => To::Critic,
            _ => To::Other,
        }
    }
}

/// The link at the start of `text`.
fn link(text: &str, depth: usize) -> Option<Link> {
    let depth = depth.checked_sub(1)?;
    let mut label = String::new();
    let mut at = 1;
    loop {
        let rest = text.get(at..).filter(|_| at < LONGEST_LABEL)?;
        let c = rest.chars().next()?;
        match c {
            ']' => break,
            '[' => {
                at += put_inner(rest, depth, &mut label)?;
                continue;
            }
            '\\' => {
                let next = rest.chars().nth(1)?;
                label.extend([c, next]);
                at += 1 + next.len_utf8();
                continue;
            }
            // Paragraphs of a label stay separate: "[90\n\nThe Gull](/gull)".
            '\n' if label.trim_end_matches(' ').ends_with('\n') || above_blank(rest) => {
                label.push('\n');
            }
            '\n' | '\r' => label.push(' '),
            c => label.push(c),
        }
        at += c.len_utf8();
    }
    let after = text.get(at + 1..)?;
    let (length, to) = match after.strip_prefix('(') {
        Some(address) => {
            let end = address_end(address)?;
            (at + 3 + end, To::of(address.get(..end)?))
        }
        None => (at + 1, To::Other),
    };
    let attributes = attributes_end(text.get(length..).unwrap_or(""));
    // Brackets without an address are a reviewer's.
    if !after.starts_with('(') && attributes == 0 {
        return None;
    }
    let length = length + attributes;
    let breaks = |text: &str| text.matches('\n').count();
    let lines = breaks(text.get(..length)?).saturating_sub(breaks(&label));
    Some(Link { label: label.trim_matches(' ').to_owned(), length, lines, to })
}

/// Appends the content of brackets within a label and returns their length: the label's own
/// brackets ("[[Anonymous]](/user/1)") are kept, those of a link or an image removed.
fn put_inner(text: &str, depth: usize, label: &mut String) -> Option<usize> {
    if let Some(length) = brackets(text) {
        label.push_str(text.get(..length)?);
        return Some(length);
    }
    let inner = link(text, depth)?;
    if label.ends_with('!') {
        label.pop();
    } else {
        label.push_str(&inner.label);
    }
    Some(inner.length)
}

/// The length of brackets that are not a link: no link syntax follows, and none is inside.
fn brackets(text: &str) -> Option<usize> {
    let end = text.bytes().take(LONGEST_LABEL).skip(1).position(|b| matches!(b, b'[' | b']'))? + 2;
    let closed = text.get(..end)?.ends_with(']');
    (closed && !text.get(end..)?.starts_with(['(', '{'])).then_some(end)
}

/// Whether a blank line follows this one.
fn above_blank(rest: &str) -> bool {
    rest.get(1..).is_some_and(|below| below.trim_start_matches([' ', '\r', '\t']).starts_with('\n'))
}

/// The length of pandoc's attributes after a label: `{.author}`.
fn attributes_end(text: &str) -> usize {
    let inner = text.strip_prefix('{').filter(|inner| inner.starts_with(['.', '#']));
    let end = inner.and_then(|inner| inner.get(..inner.len().min(LONGEST_LABEL))?.find('}'));
    end.map_or(0, |end| end + 2)
}

/// The end of the address: its closing bracket.
pub fn address_end(text: &str) -> Option<usize> {
    let mut open = 0;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().take(LONGEST_ADDRESS) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => open += 1,
            b')' if open == 0 => return Some(at),
            b')' => open -= 1,
            _ => {}
        }
    }
    None
}

/// Removes lynx's link numbers, `[82]label` → `label`: they increase by one, and some precede
/// known link labels.
fn without_numbers(page: &str) -> Option<String> {
    let tokens = tokens(page);
    let chain = |first: usize| {
        let mut found: Vec<usize> = Vec::new();
        for (index, token) in tokens.iter().enumerate().skip(first) {
            let next = found.last().map(|&last| tokens[last].2 + 1);
            // Some may be lost with their lines.
            let later = |next| tokens.iter().skip(index).take(LEAST).any(|token| token.2 == next);
            let lost = |next| (1..=MOST_LOST).contains(&token.2.saturating_sub(next));
            if next.is_none_or(|next| next == token.2 || lost(next) && !later(next)) {
                found.push(index);
            }
        }
        found
    };
    // A reviewer's own bracket may precede the first one.
    let counted = (0..tokens.len().min(3)).map(chain).max_by_key(Vec::len).unwrap_or_default();
    let known = |&index: &usize| page.get(tokens[index].1..).is_some_and(is_known_link);
    let closes = |&&index: &&usize| page.get(..tokens[index].0).is_some_and(ends_known_link);
    // Other converters print the link's number after its label: "Full Review »[9]".
    let behind = counted.iter().filter(closes).count() >= LEAST;
    if counted.len() < LEAST || !behind && !counted.iter().any(known) {
        return None;
    }
    let mut out = String::with_capacity(page.len());
    let mut from = 0;
    for index in counted {
        let (start, end, _) = tokens[index];
        let label = page.get(from..start)?;
        out.push_str(if behind { label.trim_end_matches(' ') } else { label });
        from = end;
    }
    out.push_str(page.get(from..)?);
    Some(if behind { addresses::without_definitions(&out) } else { out })
}

/// Whether the text ends with the label of a link that reviews have.
fn ends_known_link(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or(text).trim_end_matches(' ');
    let label = strip_markup(line).1;
    line.ends_with("Full Review »")
        || line.ends_with("Read full review")
        || label.len() < LONGEST_LABEL && reviewed_by(&label).is_some()
}

/// Whether the text begins with a link label of Metacritic's pages.
fn is_known_link(text: &str) -> bool {
    let label = text.split(['[', '\n']).next().unwrap_or(text);
    let label = strip_markup(label).1;
    let lower = label.to_lowercase();
    let known = boilerplate_role(&label, &lower).is_some() || reviewed_by(&label).is_some();
    known || lower == "user score"
}

/// Every `[number]`: its range, and the number.
fn tokens(page: &str) -> Vec<(usize, usize, u32)> {
    page.match_indices('[')
        .filter_map(|(at, _)| {
            let rest = page.get(at + 1..)?;
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let closed = rest.as_bytes().get(digits) == Some(&b']') && (1..=4).contains(&digits);
            let number = rest.get(..digits)?.parse().ok()?;
            closed.then_some((at, at + digits + 2, number))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_line_numbers_are_kept() {
        for (page, wanted) in [
            ("[a](/a) [b](/b) [c](/c)", "a b c"),
            ("[Drip](/user/Drip)Dec 1, 2019\n[a](/a)\n[b](/b)", "DripDec 1, 2019\na\nb"),
            (
                "[All this\nuser's reviews](/user/Drip)\n7 [a](/a)[b](/b)",
                "All this user's reviews\n\n7 ab",
            ),
            ("[a](/a-\nb) x\ny [b](/b) [c](/c)", "a x\n\ny b c"),
            ("[It has [the] rain](/1) [b](/b) [c](/c)", "It has [the] rain b c"),
            ("[[Anonymous]](/1) [b](/b) [c](/c)", "[Anonymous] b c"),
            ("[90\n\nThe Gull](/a)\n[b](/b)[c](/c)", "90\n\nThe Gull\nbc"),
            ("[\n\n90\n\nThe Gull\n\n](/a)\n[b](/b)[c](/c)", "\n\n90\n\nThe Gull\n\n\nbc"),
            (
                "[a b][1] [c][2]\n[d][3] [e][9]\n\n   [1]: /\n   [2]: /b\n   [3]: /c",
                "a b c\nd [e][9]\n\n\n\n",
            ),
            ("[ ![pic\nImage](/p.jpg)\n](/f) z\n[b](/b)[c](/c)", " z\n\n\nbc"),
            (
                "::: review\n[[Drip](/d)]{.author}[Dec 1, 2019]{.date}\n:::\n:::\nIt\\'s [wet\\].",
                "\nDripDec 1, 2019\n\n\nIt's [wet\\].",
            ),
            (
                "[The Gull](/publication/g) [Bo\nLid](/critic/b)\n[Hot.](/x) [Al](/critic/a)",
                "The Gull Reviewed by: Bo Lid\n\nHot. Al",
            ),
            ("based on [9 Critics](/movie/a/critic-reviews)", "based on 9 Critics"),
            ("[one](/1) and [two]", "[one](/1) and [two]"),
            ("[3]Report\n[4]Bo said [1].\n[5]x", "Report\nBo said [1].\nx"),
            ("[3]Report\n[5]x [6]y\n[7]z", "Report\nx y\nz"),
            ("It has [1], [2] and [3].", "It has [1], [2] and [3]."),
            (
                "Reviewed by: Bo [3]\nHot. Full Review » [4]\nCold. Full Review »[5]\n\n 3. https://a.example/3\n[4] https://a.example/4\n",
                "Reviewed by: Bo\nHot. Full Review »\nCold. Full Review »\n\n\n",
            ),
            ("[7]Reviewed by: [8]Bo\nHot. [9]Full Review »", "Reviewed by: Bo\nHot. Full Review »"),
        ] {
            assert_eq!(without_links(page), wanted, "{page:?}");
        }
    }
}
