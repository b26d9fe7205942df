//! Infers the layout of `key: value` records from a dump's beginning.
//!
//! Must never: look at values.

use std::collections::{HashMap, HashSet};

use crate::roles;

/// Maximum length of a key; longer text is prose.
const LONGEST_KEY: usize = 40;

/// Maximum number of words in a key.
const MOST_WORDS: usize = 4;

/// The first line of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum First {
    /// A line with this key; if blank lines separate records, with a key different from the line
    /// above.
    Key(String),
    /// A Markdown heading with this many `#`; it is the record's title.
    Heading(usize),
}

/// How records are separated, and fields distinguished from text.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) first: First,
    /// A blank line precedes each record.
    pub(super) parted: bool,
    /// Keys that several records have.
    pub(super) known: HashSet<String>,
    /// Keys repeated on consecutive lines, such as several authors.
    pub(super) lists: HashSet<String>,
    /// Indentation of fields; a line with more continues the one above.
    indent: usize,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            first: First::Key(String::new()),
            parted: true,
            known: HashSet::new(),
            lists: HashSet::new(),
            indent: 0,
        }
    }
}

impl Layout {
    /// `None` unless there are two similar records, or a single complete one.
    pub(super) fn of(head: &str) -> Option<Self> {
        let lines: Vec<&str> = head.trim_start_matches('\u{feff}').lines().collect();
        let mut layout = Self::begun(head, &lines)?;
        let (mut records, mut after_blank) = (0_usize, true);
        let mut seen: HashMap<&str, (usize, usize)> = HashMap::new();
        for line in &lines {
            let has = |key: &str| seen.get(key).is_some_and(|(last, _)| *last == records);
            records += usize::from(layout.begins(line, after_blank, has));
            after_blank = is_blank(line);
            if let Some((key, _)) = layout.field(line) {
                let (last, count) = seen.entry(key).or_default();
                *count += usize::from(*last != records);
                *last = records;
            }
        }
        if records == 1 && layout.is_one_review(&seen) {
            let named = seen.into_keys().filter(|key| roles::is_known(key));
            layout.known = named.map(str::to_owned).collect();
            return Some(layout);
        }
        let several = seen.into_iter().filter(|(_, (_, count))| *count > 1);
        layout.known = several.map(|(key, _)| key.to_owned()).collect();
        let wanted = match layout.first {
            First::Key(_) => 2,
            First::Heading(_) => 1,
        };
        (records > 1 && layout.known.len() >= wanted).then_some(layout)
    }

    /// Whether the keys of a single record are a review's: the work, the judgement and more.
    fn is_one_review(&self, seen: &HashMap<&str, (usize, usize)>) -> bool {
        let mut fields: Vec<&str> = seen.keys().filter_map(|key| roles::of_a_review(key)).collect();
        fields.sort_unstable();
        fields.dedup();
        let titled = seen.keys().any(|key| names_a_work(key));
        matches!(self.first, First::Key(_))
            && titled
            && fields.iter().filter(|field| **field != "title").count() > 1
            && fields.iter().any(|field| matches!(*field, "score" | "quote"))
    }

    /// Initialised from the first record and the lines between records.
    fn begun(head: &str, lines: &[&str]) -> Option<Self> {
        let at = lines.iter().position(|line| field(line).is_some())?;
        let before = lines[..at].iter().rev().find(|line| !is_blank(line));
        let is_preface = |line: &&str| is_blank(line) || heading(line).is_some();
        if !lines[..at].iter().all(is_preface) {
            return None;
        }
        let first = match before.and_then(|line| heading(line)) {
            Some((level, _)) if count(lines, level) > 1 => First::Heading(level),
            // YAML has its own quoting; here a marker may only precede the first line of a record.
            _ if is_yaml(lines, at) || head.starts_with("---") => return None,
            _ => First::Key(field(lines[at])?.0.to_owned()),
        };
        let indent = indent(lines[at]);
        let mut layout = Self { first, indent, ..Self::default() };
        let key = |line: &str| field(line).map(|(key, _)| key.to_owned());
        let alike =
            |pair: &[&str]| key(pair[0]).filter(|above| Some(above) == key(pair[1]).as_ref());
        // A review has one title and one score.
        let is_list = |key: &String| roles::of_a_review(key).is_none() && !names_a_work(key);
        layout.lists = lines.windows(2).filter_map(alike).filter(is_list).collect();
        layout.parted = lines.windows(2).any(|pair| is_blank(pair[0]) && field(pair[1]).is_some());
        Some(layout)
    }

    /// Whether a record begins with this line; `has` tells which keys the current one has.
    pub(super) fn begins(&self, line: &str, after_blank: bool, has: impl Fn(&str) -> bool) -> bool {
        match &self.first {
            // Without blank lines only the first key marks the beginning of a record.
            First::Key(first) if !self.parted => {
                self.field(line).is_some_and(|(key, _)| key == first)
            }
            First::Key(first) => self.field(line).is_some_and(|(key, _)| {
                after_blank && (key == first || has(key) && !self.lists.contains(key))
            }),
            First::Heading(level) => heading(line).is_some_and(|(own, _)| own == *level),
        }
    }

    /// Whether the line is a heading of a higher level than those of records.
    pub(super) fn ends(&self, line: &str) -> bool {
        match self.first {
            First::Heading(level) => heading(line).is_some_and(|(own, _)| own < level),
            First::Key(_) => false,
        }
    }

    /// The line as a field of this layout.
    pub(super) fn field<'a>(&self, line: &'a str) -> Option<(&'a str, &'a str)> {
        // If keys have a prefix (`review/text`), lines without one are text.
        let apart = matches!(&self.first, First::Key(first) if first.contains('/'));
        field(line)
            .filter(|(key, _)| !apart || key.contains('/'))
            .filter(|_| indent(line) < self.indent + 2)
    }
}

/// "Title" alone may be a headline; the title of a record is the work's.
fn names_a_work(key: &str) -> bool {
    roles::of_a_review(key) == Some("title") || roles::is_title(key)
}

/// Whether a list marker precedes this field but not the next.
fn is_yaml(lines: &[&str], at: usize) -> bool {
    let marked = |line: &&str| line.trim_start().starts_with("- ");
    marked(&lines[at]) && !lines.get(at + 1).is_some_and(marked)
}

fn count(lines: &[&str], level: usize) -> usize {
    lines.iter().filter(|line| heading(line).is_some_and(|(own, _)| own == level)).count()
}

/// Indentation of a line; a tab counts as several blanks.
fn indent(line: &str) -> usize {
    line.chars()
        .map_while(|c| match c {
            ' ' => Some(1),
            '\t' => Some(4),
            _ => None,
        })
        .sum()
}

/// A blank line or a separator.
pub(super) fn is_blank(line: &str) -> bool {
    line.trim().chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | ' '))
}

/// `## Tide`: level and text.
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    let words = words.strip_prefix(' ')?.trim();
    (level > 0 && !words.is_empty()).then_some((level, words))
}

/// `Score: 4/5`, also with Markdown (`- **Score:** 4/5`).
fn field(line: &str) -> Option<(&str, &str)> {
    let marks = ['*', '_', ' '];
    let plain = line.trim().trim_start_matches(['-', '*', '_', '•', ' ']);
    let (key, rest) = plain.split_at(plain.find([':', '：'])?);
    let wide = rest.starts_with('：');
    let value = rest.strip_prefix([':', '：']).unwrap_or(rest);
    let key = key.trim_end_matches(marks);
    let apart = wide || value.is_empty() || value.starts_with([' ', '\t', '*', '_']);
    let letters = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '/' | '_' | '-' | '.' | '#');
    let is_key = key.starts_with(char::is_alphabetic)
        && key.len() <= LONGEST_KEY
        && key.split_whitespace().count() <= MOST_WORDS
        && key.chars().all(letters);
    (apart && is_key).then(|| (key, value.trim_start_matches(marks).trim()))
}
