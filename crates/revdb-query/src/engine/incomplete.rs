//! Part of `duplicate_candidates`: reviews without a quote, or with a truncated one, paired with
//! others of the same critic and work.
//!
//! Such reviews are few, so the others are looked up among them.

use rusqlite::types::ValueRef;
use rustc_hash::FxHashMap;

use super::duplicate_candidates::{Pairs, Why, add};
use super::groups::keyed;
use super::source::Source;
use revdb_sql::sql;
use revdb_store::ArchiveError;

/// Work slot and critic; where they must agree, date and score.
type Key = (usize, u32, u32, Option<u64>);

/// Adds the pairs of incomplete reviews.
///
/// # Errors
/// The archive cannot be read.
pub fn add_pairs(source: &Source<'_>, pairs: &mut Pairs) -> Result<(), ArchiveError> {
    let mut same_mark = source.conn.prepare(sql("engine/same_mark"))?;
    for (bare, full) in candidates(source, true)? {
        if same_mark.query_row([bare, full], |row| row.get(0))? {
            add(pairs, bare, full, Why::NoQuote);
        }
    }
    let mut both = source.conn.prepare(sql("engine/two_quotes"))?;
    for (cut, full) in candidates(source, false)? {
        let goes_on = both.query_row([cut, full], |row| {
            Ok(match (row.get_ref(0)?, row.get_ref(1)?) {
                (ValueRef::Text(cut), ValueRef::Text(full)) => {
                    let words = without_dots(cut);
                    !words.is_empty() && full.starts_with(words)
                }
                _ => false,
            })
        })?;
        if goes_on {
            add(pairs, cut, full, Why::CutOff);
        }
    }
    Ok(())
}

/// Equals SQL's rtrim(quote, '….').
fn without_dots(quote: &[u8]) -> &[u8] {
    let mut rest = quote;
    while let Some(shorter) = rest.strip_suffix(b".").or(rest.strip_suffix("…".as_bytes())) {
        rest = shorter;
    }
    rest
}

/// Pairs of an incomplete review (without a quote if `bare`, else truncated) and a review with a
/// quote of the same critic and work, if `bare` also of the same date and score.
fn candidates(source: &Source<'_>, bare: bool) -> Result<Vec<(u32, u32)>, ArchiveError> {
    let (critics, dates) = (source.critics()?, source.dates()?);
    // Every review with a critic, and with a date if that must agree.
    let reviews = keyed(source.passing()?, source.works()?, source.scores()?);
    let reviews = reviews.filter_map(|review| {
        let (critic, date) = (critics[review.id as usize], dates[review.id as usize]);
        let key: Key = match bare {
            true => (review.slot, critic, date, review.score().map(f64::to_bits)),
            false => (review.slot, critic, 0, None),
        };
        (critic > 0 && (date > 0 || !bare)).then_some((key, review.id, review.state))
    });
    let mut lacking: FxHashMap<Key, Vec<u32>> = FxHashMap::default();
    for (key, id, state) in reviews.clone() {
        let is_lacking = match bare {
            true => !state.has_quote(),
            false => state.is_truncated() && state.has_quote(),
        };
        if is_lacking {
            lacking.entry(key).or_default().push(id);
        }
    }
    let mut found = Vec::new();
    for (key, id, _) in reviews.filter(|(_, _, state)| state.has_quote()) {
        let alike = lacking.get(&key).into_iter().flatten().filter(|other| **other != id);
        found.extend(alike.map(|other| (*other, id)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_dots_are_ignored() {
        for (quote, words) in
            [("a story…", "a story"), ("no. 5...…", "no. 5"), ("….", ""), ("x", "x")]
        {
            assert_eq!(without_dots(quote.as_bytes()), words.as_bytes());
        }
    }
}
