//! Placeholders in cells: for a missing value, for an unrated work, for a totals row, for an
//! aggregate.
//!
//! Owns the single list of such words (`missing.toml`), for all tables and JSON. Must never: match
//! part of a text.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use revdb_model::name;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    words: Vec<Words>,
    unmarked: Vec<Words>,
    planned: Vec<Words>,
    sums: Vec<Words>,
    together: Vec<Words>,
    nameless: Vec<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[expect(dead_code, reason = "said for people")]
    source: String,
    words: Vec<String>,
}

struct Known {
    words: FxHashSet<String>,
    /// The first bytes of the placeholders, so that most texts are dismissed quickly.
    first: [bool; 256],
    longest: usize,
    unmarked: Folded,
    planned: Folded,
    sums: Folded,
    together: Folded,
    nameless: Folded,
}

/// Placeholders compared without case, accents and punctuation.
struct Folded {
    words: FxHashSet<String>,
    longest: usize,
}

impl Folded {
    fn of(said: Vec<Words>) -> Self {
        let words = said.into_iter().flat_map(|said| said.words);
        let words: FxHashSet<String> = words.map(|word| plain(&word)).collect();
        let longest = words.iter().map(String::len).max().unwrap_or(0);
        Self { words, longest }
    }

    fn has(&self, value: &str) -> bool {
        // Punctuation and spaces are ignored; longer values cannot match.
        let value = value.trim();
        let could_be = value.len() <= 2 * self.longest
            && !value.bytes().next().is_none_or(|byte| byte.is_ascii_digit());
        could_be && self.words.contains(&plain(value))
    }
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let table: Table = match toml::from_str(include_str!("missing.toml")) {
        Ok(table) => table,
        Err(error) => panic!("crates/revdb-formats/src/missing.toml: {error}"),
    };
    let words: FxHashSet<String> = table.words.into_iter().flat_map(|said| said.words).collect();
    let mut first = [false; 256];
    words.iter().filter_map(|word| word.bytes().next()).for_each(|b| first[usize::from(b)] = true);
    let longest = words.iter().map(String::len).max().unwrap_or(0);
    Known {
        words,
        first,
        longest,
        unmarked: Folded::of(table.unmarked),
        planned: Folded::of(table.planned),
        sums: Folded::of(table.sums),
        together: Folded::of(table.together),
        nameless: Folded::of(table.nameless),
    }
});

/// The form in which such words are compared: folded, letters and digits only.
pub fn plain(text: &str) -> String {
    name::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a score means "not rated" ("DNF").
pub(crate) fn is_unrated(score: &str) -> bool {
    KNOWN.unmarked.has(score) || is_planned(score)
}

/// Whether a list status means "not yet seen" ("plan to watch").
pub(crate) fn is_planned(status: &str) -> bool {
    KNOWN.planned.has(status)
}

/// Whether a title marks a totals row ("Total:").
pub(crate) fn is_total(title: &str) -> bool {
    KNOWN.sums.has(title)
}

/// Whether a name denotes an aggregate of many people ("Average").
pub(crate) fn is_aggregate_name(name: &str) -> bool {
    // "All critics (12)": without the number of critics.
    let counted =
        name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '(' | ')' | ' '));
    KNOWN.together.has(counted)
}

/// Whether a name means that nobody is named ("none").
pub(crate) fn is_nobody(name: &str) -> bool {
    KNOWN.nameless.has(name)
}

/// The trimmed value; empty if it is a placeholder for a missing value.
pub(crate) fn unless_missing(value: &str) -> &str {
    let value = value.trim();
    let known = &*KNOWN;
    let could_be = value.len() <= known.longest
        && value.bytes().next().is_some_and(|byte| known.first[usize::from(byte)]);
    if could_be && known.words.contains(value) { "" } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_empty_and_names_are_kept() {
        for word in
            ["\\N", "nan", "None", "NULL", "n/a", "-", "?", "NaT", "#N/A", "0000-00-00", " NaN "]
        {
            assert_eq!(unless_missing(word), "", "{word}");
        }
        for name in ["Null", "Ann Null", "Nan", "None of it.", "0", "Na", "2014-00-00"] {
            assert_eq!(unless_missing(name), name);
        }
    }
    #[test]
    fn placeholders_for_scores_and_names() {
        for score in ["DNF", "not rated", "Not-Rated", "N.A.", "plan_to_watch", "未评分"] {
            assert!(is_unrated(score), "{score}");
        }
        for score in ["4", "B", "Reading it was a joy", "", "nr 1"] {
            assert!(!is_unrated(score), "{score}");
        }
        assert!(is_total("TOTAL:") && is_total("Ø Durchschnitt") == is_total("o durchschnitt"));
        assert!(!is_total("Total Recall") && !is_total("Mean Girls") && !is_total(""));
        assert!(is_nobody("none") && is_nobody("(None)") && is_nobody("N.A."));
        assert!(!is_nobody("Null") && !is_nobody("Nonez") && !is_nobody(""));
        assert!(is_aggregate_name("Critics' average") && is_aggregate_name("All critics (12)"));
        assert!(is_aggregate_name("Rotten  Tomatoes") && !is_aggregate_name("The Average Joe"));
    }
}
