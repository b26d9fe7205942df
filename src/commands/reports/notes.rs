//! What is printed under a report's rows: its notes on them, and its rule.

use rusqlite::Connection;

use crate::commands::{Result, guard};
use revdb_query::report::{Report, Values};

/// The report's notes on its rows, and its rule, short or in full.
pub(super) fn own(
    conn: &Connection,
    report: &Report,
    values: &Values,
    is_whole: bool,
) -> Result<Vec<String>> {
    let given = guard::stepping(|| report.notes(conn, values, is_whole))?;
    let given = given.iter().map(|note| briefly(note));
    Ok(match is_whole {
        true => given.chain(in_full(report, values)).collect(),
        false => given.chain([report.short_rule(values)]).collect(),
    })
}

/// For a page, which folds the rule: the notes alone, with their details.
pub(super) fn of_page(conn: &Connection, report: &Report, values: &Values) -> Result<Vec<String>> {
    Ok(report.notes(conn, values, true)?.iter().map(|note| briefly(note)).collect())
}

/// A note without parts that are zero: `left out: 2 undated, 0 without a score`.
fn briefly(note: &str) -> String {
    const LEFT_OUT: &str = "left out: ";
    let is_nothing = |item: &&str| {
        let item = item.strip_prefix("and ").unwrap_or(item);
        item.starts_with("0 ") || item.starts_with("whatever has fewer than 1 ")
    };
    let part = |part: &str| match part.strip_prefix(LEFT_OUT) {
        None => Some(part.to_owned()),
        Some(items) => {
            let items: Vec<_> = items.split(", ").filter(|item| !is_nothing(item)).collect();
            let listed = items.join(", ");
            (!items.is_empty())
                .then(|| format!("{LEFT_OUT}{}", listed.strip_prefix("and ").unwrap_or(&listed)))
        }
    };
    singular(&note.split("; ").filter_map(part).collect::<Vec<_>>().join("; "))
}

/// "1 work" for the "1 works" of a report's format string.
fn singular(note: &str) -> String {
    const COUNTED: [&str; 7] =
        ["changes", "critics", "publications", "quotes", "reviews", "scores", "works"];
    let mut words: Vec<&str> = note.split(' ').collect();
    for at in 1..words.len() {
        let (Some(&"1" | &"(1"), Some(&word)) = (words.get(at - 1), words.get(at)) else {
            continue;
        };
        if COUNTED.contains(&word)
            && let (Some(one), Some(place)) = (word.strip_suffix('s'), words.get_mut(at))
        {
            *place = one;
        }
    }
    words.join(" ")
}

/// The rule and the columns, for readers of a file.
pub fn in_full(report: &Report, values: &Values) -> impl Iterator<Item = String> {
    [Some(report.whole_rule(values)), report.columns_in_words(values)].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::briefly;

    #[test]
    fn notes_without_omissions_are_dropped() {
        for (note, told) in [
            (
                "reviews: 9; left out: 0 undated, 2 unscored, and 0 works",
                "reviews: 9; left out: 2 unscored",
            ),
            ("reviews: 9; left out: 0 undated; 0 are equal", "reviews: 9; 0 are equal"),
            (
                "left out: 0 undated, and 4 works with fewer than 1 scores",
                "left out: 4 works with fewer than 1 score",
            ),
            ("reviews: 1, of which 11 of 1 works", "reviews: 1, of which 11 of 1 work"),
            (
                "left out: 3 undated, and whatever has fewer than 1 (--min-reviews)",
                "left out: 3 undated",
            ),
        ] {
            assert_eq!(briefly(note), told);
        }
    }
}
