//! Boilerplate lines: the table `boilerplate.toml`, and looking up a line in it.
//!
//! Must never: consider a line's position; the same words may occur in a review, and `blocks`
//! decides.

use std::sync::LazyLock;

use serde::Deserialize;

/// The role of a boilerplate line. The table defines what each does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    UserEnd,
    CriticEnd,
    End,
    Advert,
    Notice,
    Widget,
    Frame,
    Detail,
    Sidebar,
    Joined,
    Empty,
    Selection,
    Foot,
    Browse,
    Many,
    Foreign,
}

impl Role {
    /// In words, for the explanation of a page.
    pub fn says(self) -> &'static str {
        match self {
            Role::UserEnd | Role::CriticEnd | Role::End => "end of a review",
            Role::Advert => "advertisement",
            Role::Notice => "notice of spoilers",
            Role::Widget => "voting box",
            Role::Frame | Role::Joined | Role::Foot => "frame of the page",
            Role::Detail => "detail of the work",
            Role::Sidebar => "sidebar",
            Role::Empty => "list said to be empty",
            Role::Selection => "link to the whole list",
            Role::Browse => "list of works",
            Role::Many => "page of many works",
            Role::Foreign => "another site's page",
        }
    }

    /// Whether it ends a review.
    pub fn ends(self) -> bool {
        matches!(self, Role::UserEnd | Role::CriticEnd | Role::End)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    role: Role,
    /// Where it was seen: documentation; a test requires it.
    #[cfg_attr(not(test), expect(dead_code, reason = "documents the table"))]
    seen: String,
    #[serde(default)]
    lines: Vec<String>,
    #[serde(default)]
    begins: Vec<String>,
    #[serde(default)]
    ends: Vec<String>,
    #[serde(default)]
    has: Vec<String>,
    #[serde(default)]
    bar: Vec<String>,
    /// Whether beginning, end and part must all match, instead of any.
    #[serde(default)]
    all: bool,
    /// Maximum length in characters.
    #[serde(default = "any_length")]
    longest: usize,
}

fn any_length() -> usize {
    300
}

#[derive(Debug, Deserialize)]
struct Table {
    boilerplate: Vec<Entry>,
}

/// If the table does not parse it is empty, and the test below fails.
static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    toml::from_str::<Table>(include_str!("boilerplate.toml"))
        .map(|table| table.boilerplate)
        .unwrap_or_default()
});

impl Entry {
    fn fits(&self, line: &str) -> bool {
        if line.len() > self.longest {
            return false;
        }
        if self.lines.iter().any(|known| known == line) || self.is_bar(line) {
            return true;
        }
        let begins = self.begins.iter().any(|start| line.starts_with(start.as_str()));
        let ends = self.ends.iter().any(|end| line.ends_with(end.as_str()));
        let has = self.has.iter().any(|part| line.contains(part.as_str()));
        if self.all {
            (begins || self.begins.is_empty())
                && (ends || self.ends.is_empty())
                && (has || self.has.is_empty())
        } else {
            begins || ends || has
        }
    }
}

impl Entry {
    /// Whether the line consists only of this entry's labels, glued or separated by punctuation:
    /// at least two, or one of the footer.
    fn is_bar(&self, line: &str) -> bool {
        let mut rest = line;
        let mut found = 0;
        while !rest.is_empty() {
            let begins = self.bar.iter().filter_map(|label| rest.strip_prefix(label.as_str()));
            let Some(after) = begins.min_by_key(|after| after.len()) else { return false };
            rest = after.trim_start_matches([' ', '|', '·', '•', '/', ',']);
            found += 1;
        }
        found > usize::from(self.role != Role::Foot)
    }
}

/// The role of a line in lower case with plain apostrophes.
pub fn role(line: &str) -> Option<Role> {
    TABLE
        .iter()
        .find(|entry| !matches!(entry.role, Role::Browse | Role::Foot) && entry.fits(line))
        .map(|entry| entry.role)
}

/// Whether a line has that role, possibly among others.
pub fn is(line: &str, role: Role) -> bool {
    TABLE.iter().any(|entry| entry.role == role && entry.fits(line))
}

/// Whether `line` is a truncated known line: a proper prefix of one. At least three letters are
/// required, since one or two may begin anything.
pub fn is_truncated_known_line(line: &str) -> bool {
    begins(line, |_| true)
}

/// As [`is_truncated_known_line`], for lines that end reviews.
pub fn is_truncated_end(line: &str) -> bool {
    begins(line, Role::ends)
}

fn begins(line: &str, wanted: impl Fn(Role) -> bool) -> bool {
    let known = |entry: &&Entry| entry.role != Role::Foot && wanted(entry.role);
    let begun = |text: &String| text.starts_with(line);
    line.chars().count() >= 3
        && TABLE
            .iter()
            .filter(known)
            .any(|entry| entry.lines.iter().chain(&entry.begins).any(begun))
}

/// "It boils. Expand", "It boils. Full Review »": a user's words, 2011 to 2022.
pub fn ends_in_button(body: &str) -> bool {
    [" Expand", " Full Review »"].iter().any(|button| body.ends_with(button))
}

/// Where the link begins that ends a review's line of words: "It boils. Read full review".
pub fn link_at(body: &str) -> Option<usize> {
    let words = body.strip_suffix("Read full review")?.trim_end();
    (!words.is_empty()).then_some(words.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_parses_and_documents_every_entry() {
        let table: Table = toml::from_str(include_str!("boilerplate.toml")).expect("the table");
        for entry in &table.boilerplate {
            assert!(!entry.seen.is_empty(), "{entry:?}");
            let marks = [&entry.lines, &entry.begins, &entry.ends, &entry.has, &entry.bar];
            assert!(marks.iter().any(|marks| !marks.is_empty()), "{entry:?}");
            for mark in marks.into_iter().flatten() {
                assert_eq!(&mark.to_lowercase(), mark, "{entry:?}");
            }
        }
    }

    #[test]
    fn lines_and_their_roles() {
        for (line, wanted) in [
            ("0 of 0 users found this helpful00", Some(Role::UserEnd)),
            ("all this critic's reviews", Some(Role::CriticEnd)),
            ("#67 most discussed ps2 game of 2006", Some(Role::Frame)),
            ("#1 in my book", None),
            ("there are no user reviews yet.", Some(Role::Empty)),
            ("there are no ghosts in it.", None),
            ("see all 20 critic reviews", Some(Role::Selection)),
            ("see all of it", None),
            ("check spelling", Some(Role::Widget)),
            ("user scoreby datemost helpful", Some(Role::Frame)),
            ("critic scoreby date", Some(Role::Frame)),
            ("critic score | publication | by date", Some(Role::Frame)),
            ("all reviews positive reviews mixed reviews", Some(Role::Frame)),
            ("critic score of the year", None),
            ("user score", None),
            ("starring: , ,", Some(Role::Detail)),
            ("rain", None),
        ] {
            assert_eq!(role(line), wanted, "{line}");
        }
    }
}
