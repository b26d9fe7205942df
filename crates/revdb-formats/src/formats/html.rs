//! Saved pages as trees, and the text of their parts.
//!
//! Owns: the limits for parsing a page, and how elements become lines of text. Must never: recurse
//! over a tree, or search it with selectors that look at ancestors (a page with 10,000 nested
//! elements would take minutes).

mod tree;

use crate::format::{ReadError, Result};

use tree::Visit;
pub use tree::{Element, Tree};

/// Maximum nesting depth. html5ever scans all open elements for each new one, so its time grows
/// with the square of the depth. Saved pages have a depth of 20 to 60.
const DEPTH_LIMIT: usize = 20_000;

/// Maximum number of copies of unclosed `<b>`, `<font>` and the like: HTML's rules reopen them in
/// every following block.
const REPEAT_LIMIT: usize = 4_000_000;

/// Parses a page, or fails if it is built to exhaust the parser.
pub fn parse(page: &str) -> Result<Tree> {
    let nesting = nesting(page);
    let message = if nesting.depth > DEPTH_LIMIT {
        format!("the page's elements are nested deeper than {DEPTH_LIMIT}")
    } else if nesting.formatting.saturating_mul(nesting.tags) > REPEAT_LIMIT {
        "the page leaves too many formatting elements open".to_string()
    } else {
        return Ok(Tree::of(page));
    };
    Err(ReadError::Malformed { message, line: None, help: None })
}

#[derive(Default)]
struct Nesting {
    depth: usize,
    formatting: usize,
    tags: usize,
}

/// How a tag affects nesting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nests {
    /// A void element, or one whose end tag is optional.
    No,
    Yes,
    /// Reopened in every following block until it is closed.
    Again,
    /// Raw text: tags inside it open nothing.
    Raw,
}

impl Nests {
    fn of(name: &[u8]) -> Self {
        let mut lower = [0; LONGEST_NAME];
        let Some(lower) = lower.get_mut(..name.len()) else { return Nests::Yes };
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        match &*lower {
            b"area" | b"base" | b"br" | b"col" | b"embed" | b"hr" | b"img" | b"input" | b"link"
            | b"meta" | b"param" | b"source" | b"track" | b"wbr" | b"p" | b"li" | b"dt" | b"dd"
            | b"option" | b"optgroup" | b"tr" | b"td" | b"th" | b"thead" | b"tbody" | b"tfoot"
            | b"colgroup" | b"rp" | b"rt" | b"html" | b"head" | b"body" | b"path" | b"!doctype" => {
                Nests::No
            }
            b"a" | b"b" | b"big" | b"code" | b"em" | b"font" | b"i" | b"nobr" | b"s" | b"small"
            | b"strike" | b"strong" | b"tt" | b"u" => Nests::Again,
            b"script" | b"style" => Nests::Raw,
            _ => Nests::Yes,
        }
    }
}

/// Longer tag names are skipped: HTML has none.
const LONGEST_NAME: usize = 12;

/// An upper bound of the page's nesting, computed only from its tags.
fn nesting(page: &str) -> Nesting {
    let mut found = Nesting::default();
    let (mut depth, mut formatting) = (0usize, 0usize);
    let mut rest = page.as_bytes();
    while let Some(at) = rest.iter().position(|&b| b == b'<') {
        rest = &rest[at + 1..];
        let (closing, after) = rest.strip_prefix(b"/").map_or((false, rest), |after| (true, after));
        let name_end = after.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'!');
        let name = &after[..name_end.unwrap_or(after.len())];
        if name.is_empty() || name.len() > LONGEST_NAME {
            continue;
        }
        found.tags += 1;
        let nests = Nests::of(name);
        let again = usize::from(nests == Nests::Again);
        match nests {
            Nests::No => {}
            _ if closing => {
                depth = depth.saturating_sub(1);
                formatting = formatting.saturating_sub(again);
            }
            _ => {
                depth += 1;
                formatting += again;
                found.depth = found.depth.max(depth);
                found.formatting = found.formatting.max(formatting);
                if nests == Nests::Raw {
                    rest = behind_raw_text(page, page.len() - after.len(), name);
                }
            }
        }
    }
    found
}

/// The rest of the page from the end of a script or style that begins at `from`.
fn behind_raw_text<'a>(page: &'a str, from: usize, name: &[u8]) -> &'a [u8] {
    let end = if name.eq_ignore_ascii_case(b"script") { "</script" } else { "</style" };
    let after = page.get(from..).unwrap_or("");
    after.find(end).map_or(b"", |at| &after.as_bytes()[at..])
}

/// An element's class list, looked up once per element because the lookup is slow.
#[derive(Clone, Copy)]
pub struct Classes<'a>(&'a str);

impl<'a> Classes<'a> {
    pub fn of(element: Element<'a>) -> Self {
        Self(element.attr("class").unwrap_or(""))
    }

    pub fn has(self, class: &str) -> bool {
        self.0.split_ascii_whitespace().any(|own| own == class)
    }

    pub fn has_any(self, classes: &[&str]) -> bool {
        self.0.split_ascii_whitespace().any(|own| classes.contains(&own))
    }

    /// Sorted, so that the result does not depend on the order in the page.
    pub fn sorted(self) -> Vec<&'a str> {
        let mut all: Vec<&str> = self.0.split_ascii_whitespace().collect();
        all.sort_unstable();
        all
    }
}

/// Whether the element has the class.
pub fn has_class(element: Element<'_>, class: &str) -> bool {
    Classes::of(element).has(class)
}

/// Whether the element has any of the classes.
pub fn has_any(element: Element<'_>, classes: &[&str]) -> bool {
    Classes::of(element).has_any(classes)
}

/// The trimmed value of an attribute, if present.
pub fn attribute<'a>(element: Element<'a>, name: &str) -> Option<&'a str> {
    element.attr(name).map(str::trim).filter(|value| !value.is_empty())
}

/// `root` and all elements below it in document order, without subtrees selected by `skip`.
pub fn walk<'a>(root: Element<'a>, skip: impl Fn(Element<'a>) -> bool) -> Vec<Element<'a>> {
    walk_outer(root, skip, |_| false)
}

/// As [`walk`], but does not descend into elements selected by `is_closed`.
pub fn walk_outer<'a>(
    root: Element<'a>,
    skip: impl Fn(Element<'a>) -> bool,
    is_closed: impl Fn(Element<'a>) -> bool,
) -> Vec<Element<'a>> {
    let mut found = Vec::new();
    root.visit(|step| match step {
        Visit::Enter(element) => {
            if skip(element) {
                return false;
            }
            found.push(element);
            !is_closed(element) && element.name() != "template"
        }
        _ => false,
    });
    found
}

const BLOCKS: [&str; 26] = [
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p",
    "section", "tr", "ul",
];

/// The text of a subtree: white space collapsed, one line per block or `<br>`. Scripts, styles and
/// elements selected by `skip` are left out.
pub fn text(root: Element<'_>, skip: impl Fn(Element<'_>) -> bool) -> String {
    let mut lines = Lines::default();
    root.visit(|step| match step {
        Visit::Text(text) => {
            lines.push(text);
            false
        }
        Visit::Enter(element) => {
            let name = element.name();
            if matches!(name, "script" | "style" | "noscript" | "template") || skip(element) {
                return false;
            }
            lines.break_at(name);
            true
        }
        Visit::Leave(element) => {
            lines.break_at(element.name());
            false
        }
        Visit::Comment(_) => false,
    });
    lines.text.trim_end().to_string()
}

#[derive(Default)]
struct Lines {
    text: String,
    space: bool,
    line: bool,
}

impl Lines {
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
                continue;
            }
            if !self.text.is_empty() {
                if self.line {
                    self.text.push('\n');
                } else if self.space {
                    self.text.push(' ');
                }
            }
            (self.line, self.space) = (false, false);
            self.text.push(c);
        }
    }

    fn break_at(&mut self, name: &str) {
        self.line |= BLOCKS.contains(&name);
        self.space |= matches!(name, "td" | "th");
    }
}

/// The text on one line, or `None` if it is empty.
pub fn line(root: Element<'_>) -> Option<String> {
    let text = text(root, |_| false).replace('\n', " ");
    (!text.is_empty()).then_some(text)
}

/// The search text by which a review's line is found: the first plain words of its quote, which
/// occur unchanged in the source.
pub fn mark_of(quote: Option<&str>) -> String {
    let plain = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | ',' | '.');
    quote.unwrap_or_default().chars().take_while(plain).take(40).collect()
}

/// Finds the line numbers of records in the source. Trees do not keep them, so each record's own
/// text is searched for from the position of the previous one.
pub struct LineFinder<'a> {
    page: &'a str,
    at: usize,
    line: u64,
    misses: u32,
}

impl<'a> LineFinder<'a> {
    pub fn new(page: &'a str) -> Self {
        Self { page, at: 0, line: 1, misses: 0 }
    }

    /// The line of the next `mark`, or the previous line if it is not found.
    pub fn line_of(&mut self, mark: &str) -> u64 {
        // A miss scans the rest of the page; after some tens of misses this page's marks cannot be
        // found.
        if mark.is_empty() || self.misses > 50 {
            return self.line;
        }
        match self.page[self.at..].find(mark) {
            Some(found) => {
                let passed = &self.page[self.at..self.at + found];
                self.line += passed.bytes().filter(|b| *b == b'\n').count() as u64;
                self.at += found;
            }
            None => self.misses += 1,
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_lines() {
        let page = parse("<div>A <b>b</b>c<br>d <p>e</p>f<script>x</script></div>").unwrap();
        assert_eq!(text(page.root_element(), |_| false), "A bc\nd\ne\nf");
    }

    #[test]
    fn deep_pages_are_read_and_absurd_ones_refused() {
        let started = std::time::Instant::now();
        let page = format!("{}deep{}", "<div>".repeat(10_000), "</div>".repeat(10_000));
        let tree = parse(&page).unwrap();
        assert_eq!(text(tree.root_element(), |_| false), "deep");
        assert_eq!(walk(tree.root_element(), |_| false).len(), 10_003);
        drop(tree);
        assert!(parse(&"<div>".repeat(1_000_000)).is_err());
        let fonts: String = (0..5_000).map(|n| format!("<font size={n}>")).collect();
        assert!(parse(&format!("{fonts}{}", "<p>x".repeat(5_000))).is_err());
        assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
    }
}
