//! Of `quote_pair`: a review without its quote, or with one that was cut off, beside what the
//! same critic said of the same work.
//!
//! Such reviews are few, so the others are looked up among them.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use rustc_hash::FxHashMap;

use super::quote_pair::{Pairs, Why, add};
use crate::archive::sql::sql;
use crate::query::facts::Facts;

/// Work, audience, critic; and where it must agree the date and the score.
type Key = (u32, bool, u32, u32, Option<u64>);

pub fn add_pairs(conn: &Connection, facts: &Facts, pairs: &mut Pairs) -> rusqlite::Result<()> {
    let mut same_text = conn.prepare(sql("computed/same_score_text"))?;
    for (bare, said) in beside(facts, true) {
        if same_text.query_row([bare, said], |row| row.get(0))? {
            add(pairs, bare, said, Why::NoQuote);
        }
    }
    let mut both = conn.prepare(sql("computed/two_quotes"))?;
    for (cut, said) in beside(facts, false) {
        let goes_on = both.query_row([cut, said], |row| {
            Ok(match (row.get_ref(0)?, row.get_ref(1)?) {
                (ValueRef::Text(cut), ValueRef::Text(said)) => {
                    let words = without_dots(cut);
                    !words.is_empty() && said.starts_with(words)
                }
                _ => false,
            })
        })?;
        if goes_on {
            add(pairs, cut, said, Why::CutOff);
        }
    }
    Ok(())
}

/// As SQL's rtrim(quote, '….').
fn without_dots(quote: &[u8]) -> &[u8] {
    let mut rest = quote;
    while let Some(shorter) = rest.strip_suffix(b".").or(rest.strip_suffix("…".as_bytes())) {
        rest = shorter;
    }
    rest
}

/// Each review that is bare of a quote (or has one that was cut off), with every other quoted
/// one of its critic and work (and date and score).
fn beside(facts: &Facts, bare: bool) -> Vec<(i64, i64)> {
    let key = |at: usize| -> Option<Key> {
        let (work, critic, date) =
            (*facts.works().get(at)?, *facts.critics().get(at)?, *facts.dates().get(at)?);
        let state = facts.filtered().get(at)?;
        let score =
            facts.scores().get(at).filter(|_| state.has_score()).map(|score| score.to_bits());
        let whose = (critic > 0 && (date > 0 || !bare)).then_some((work, state.is_user(), critic));
        let (work, is_user, critic) = whose?;
        Some(if bare {
            (work, is_user, critic, date, score)
        } else {
            (work, is_user, critic, 0, None)
        })
    };
    let mut lacking: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
    let there = facts.filtered().iter().enumerate().filter(|(_, state)| state.is_there());
    for (at, state) in there.clone() {
        let lacks =
            if bare { !state.has_quote() } else { state.is_truncated() && state.has_quote() };
        if let (true, Some(key)) = (lacks, key(at)) {
            lacking.entry(key).or_default().push(at);
        }
    }
    let mut found = Vec::new();
    let id = |at: usize| i64::try_from(at).unwrap_or(0);
    for (at, _) in there.filter(|(_, state)| state.has_quote()) {
        let Some(alike) = key(at).and_then(|key| lacking.get(&key)) else { continue };
        found.extend(alike.iter().filter(|&&other| other != at).map(|&other| (id(other), id(at))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_at_the_end_are_no_words() {
        for (quote, words) in
            [("a story…", "a story"), ("no. 5...…", "no. 5"), ("….", ""), ("x", "x")]
        {
            assert_eq!(without_dots(quote.as_bytes()), words.as_bytes());
        }
    }
}
