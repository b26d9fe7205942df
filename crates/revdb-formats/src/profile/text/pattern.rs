//! A pattern for one line, with named groups for its parts.
//!
//! Owns: regular expressions, which match whole lines in linear time. Must never: know what a part
//! means.

use regex::{Regex, RegexBuilder};

/// Group names allowed in patterns of page lines.
pub(crate) const PAGE_GROUPS: [&str; 14] = [
    "title", "year", "kind", "byline", "publication", "count", "metascore", "user_score",
    "critic_count", "rating_count", "positive", "mixed", "negative", "of",
];

/// Group names allowed in patterns of record lines. `name_and_date` is the two run together, as in
/// "Drip13Dec 17, 2019".
pub(crate) const RECORD_GROUPS: [&str; 15] = [
    "title", "year", "kind", "audience", "byline", "publication", "date", "name_and_date", "score",
    "scale", "quote", "url", "language", "verdict", "id",
];

/// Maximum size of a compiled pattern: far more than any hand-written one, far less than nested
/// repetitions.
const SIZE_LIMIT: usize = 2 << 20;

/// See the module documentation.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

/// Parts of a line with their names.
pub type Parts = Vec<(String, String)>;

/// A pattern that may match anywhere in a text.
///
/// # Errors
/// As [`Pattern::new`].
pub fn anywhere(pattern: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build();
    built.map_err(|error| reason(&error))
}

impl Pattern {
    /// # Errors
    /// Why it is not a regular expression, in one line.
    pub fn new(pattern: &str) -> Result<Self, String> {
        RegexBuilder::new(&format!("^(?:{pattern})$"))
            .size_limit(SIZE_LIMIT)
            .build()
            .map(Self)
            .map_err(|error| reason(&error))
    }

    pub(crate) fn is_match(&self, line: &str) -> bool {
        self.0.is_match(line)
    }

    /// The non-empty parts of a matching line.
    pub fn parts(&self, line: &str) -> Option<Parts> {
        let found = self.0.captures(line)?;
        let named = self.0.capture_names().flatten().filter_map(|name| {
            let text = found.name(name)?.as_str().trim();
            (!text.is_empty()).then(|| (plain(name).to_owned(), text.to_owned()))
        });
        Some(named.collect())
    }

    /// The group names, without the digits that distinguish groups of the same name.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.0.capture_names().flatten().map(plain)
    }

    /// Whether there is a group named `group`, or `name_and_date` that includes it.
    pub fn names(&self, group: &str) -> bool {
        let glued = matches!(group, "byline" | "date");
        self.groups().any(|name| name == group || glued && name == "name_and_date")
    }
}

/// `(?<title2>…)` is a title too: group names must be unique within an expression.
fn plain(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The last line of the error; the lines before it draw the position.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(limit) => {
            format!("the pattern needs more than {} MiB", limit >> 20)
        }
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or(&text).trim();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_whole_lines_and_names_their_parts() {
        let pattern = Pattern::new(r"(?<title>.+): (?<score>\d)|(?<title2>.+)!").unwrap();
        let parts = |line| {
            pattern.parts(line).map(|parts| {
                parts.into_iter().map(|(name, text)| name + "=" + &text).collect::<Vec<_>>()
            })
        };
        assert_eq!(parts("Rain: 7"), Some(vec!["title=Rain".into(), "score=7".into()]));
        assert_eq!(parts("Rain!"), Some(vec!["title=Rain".into()]));
        assert_eq!(parts("Rain: 77"), None);
        assert_eq!(Pattern::new("(").map(drop), Err("unclosed group".to_owned()));
        assert!(Pattern::new(r"(?:\w{500}){500}").is_err());
    }
}
