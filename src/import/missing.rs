//! What a dump writes where a value is missing.
//!
//! Owns the one table of such words (`missing.toml`), for every field of every
//! table and JSON. Must never: take a part of a text for one, or compare without regard
//! to case.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    words: Vec<Words>,
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
    /// What one of them begins with, so that most texts cost a look at their first byte.
    first: [bool; 256],
    longest: usize,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let table: Table = match toml::from_str(include_str!("missing.toml")) {
        Ok(table) => table,
        Err(error) => panic!("src/import/missing.toml: {error}"),
    };
    let words: FxHashSet<String> = table.words.into_iter().flat_map(|said| said.words).collect();
    let mut first = [false; 256];
    words.iter().filter_map(|word| word.bytes().next()).for_each(|b| first[usize::from(b)] = true);
    let longest = words.iter().map(String::len).max().unwrap_or(0);
    Known { words, first, longest }
});

/// The value without outer white space; empty where the whole of it says that there is none.
pub fn unless_missing(value: &str) -> &str {
    let value = value.trim();
    let known = &*KNOWN;
    let could_be = value.len() <= known.longest
        && value.bytes().next().is_some_and(|byte| known.first[usize::from(byte)]);
    if could_be && known.words.contains(value) { "" } else { value }
}

#[cfg(test)]
mod tests {
    use super::unless_missing;

    #[test]
    fn words_that_stand_for_nothing_are_empty_and_names_stay() {
        for word in
            ["\\N", "nan", "None", "NULL", "n/a", "-", "?", "NaT", "#N/A", "0000-00-00", " NaN "]
        {
            assert_eq!(unless_missing(word), "", "{word}");
        }
        for name in ["Null", "Ann Null", "Nan", "None of it.", "0", "Na", "2014-00-00"] {
            assert_eq!(unless_missing(name), name);
        }
    }
}
