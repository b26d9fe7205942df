//! How records of `key: value` lines begin, as a dump's beginning shows.
//!
//! Must never: look at what a value says.

use std::collections::{HashMap, HashSet};

/// The longest key; what is longer is prose.
const LONGEST_KEY: usize = 40;

/// The most words of a key.
const MOST_WORDS: usize = 4;

/// What a record begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum First {
    /// A line with this key.
    Key(String),
    /// A Markdown heading of so many `#`, which is the record's title.
    Heading(usize),
}

/// How records are told apart, and their fields from words.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) first: First,
    /// A blank line stands before each record.
    pub(super) parted: bool,
    /// Keys that several records have.
    pub(super) known: HashSet<String>,
}

impl Default for Layout {
    fn default() -> Self {
        Self { first: First::Key(String::new()), parted: true, known: HashSet::new() }
    }
}

impl Layout {
    /// `None` where there are not two records alike.
    pub(super) fn of(head: &str) -> Option<Self> {
        let lines: Vec<&str> = head.trim_start_matches('\u{feff}').lines().collect();
        let at = lines.iter().position(|line| field(line).is_some())?;
        let before = lines[..at].iter().rev().find(|line| !is_blank(line));
        let is_preface = |line: &&str| is_blank(line) || heading(line).is_some();
        if !lines[..at].iter().all(is_preface) {
            return None;
        }
        let first = match before.and_then(|line| heading(line)) {
            Some((level, _)) if count(&lines, level) > 1 => First::Heading(level),
            // YAML, whose values have quote marks and signs of their own.
            _ if lines[at].starts_with("- ") || head.starts_with("---") => return None,
            _ => First::Key(field(lines[at])?.0.to_owned()),
        };
        let is_first = |line: &str| match (&first, field(line), heading(line)) {
            (First::Key(key), Some((own, _)), _) => own == key,
            (First::Heading(level), _, Some((own, _))) => own == *level,
            _ => false,
        };
        let parted =
            lines.windows(2).filter(|pair| is_first(pair[1])).any(|pair| is_blank(pair[0]));
        let layout = Self { first: first.clone(), parted, known: HashSet::new() };
        let (mut records, mut after_blank) = (0_usize, true);
        let mut seen: HashMap<&str, (usize, usize)> = HashMap::new();
        for line in &lines {
            records += usize::from(layout.begins(line, after_blank));
            after_blank = is_blank(line);
            if let Some((key, _)) = field(line) {
                let (last, count) = seen.entry(key).or_default();
                *count += usize::from(*last != records);
                *last = records;
            }
        }
        let several = seen.into_iter().filter(|(_, (_, count))| *count > 1);
        let known: HashSet<String> = several.map(|(key, _)| key.to_owned()).collect();
        let wanted = match first {
            First::Key(_) => 2,
            First::Heading(_) => 1,
        };
        (records > 1 && known.len() >= wanted).then_some(Self { known, ..layout })
    }

    /// True where a record begins with this line.
    pub(super) fn begins(&self, line: &str, after_blank: bool) -> bool {
        match &self.first {
            First::Key(first) => {
                (after_blank || !self.parted) && field(line).is_some_and(|(key, _)| key == first)
            }
            First::Heading(level) => heading(line).is_some_and(|(own, _)| own == *level),
        }
    }
}

fn count(lines: &[&str], level: usize) -> usize {
    lines.iter().filter(|line| heading(line).is_some_and(|(own, _)| own == level)).count()
}

/// A line without words: blank, or one that parts.
pub(super) fn is_blank(line: &str) -> bool {
    line.trim().chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | ' '))
}

/// `## Tide`: how deep, and its words.
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    let words = words.strip_prefix(' ')?.trim();
    (level > 0 && !words.is_empty()).then_some((level, words))
}

/// `Score: 4/5`, also as Markdown has it (`- **Score:** 4/5`).
pub(super) fn field(line: &str) -> Option<(&str, &str)> {
    let marks = ['*', '_', ' '];
    let plain = line.trim().trim_start_matches(['-', '*', '_', '•', ' ']);
    let (key, value) = plain.split_once(':')?;
    let key = key.trim_end_matches(marks);
    let apart = value.is_empty() || value.starts_with([' ', '\t', '*', '_']);
    let letters = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '/' | '_' | '-' | '.' | '#');
    let is_key = key.starts_with(char::is_alphabetic)
        && key.len() <= LONGEST_KEY
        && key.split_whitespace().count() <= MOST_WORDS
        && key.chars().all(letters);
    (apart && is_key).then(|| (key, value.trim_start_matches(marks).trim()))
}
