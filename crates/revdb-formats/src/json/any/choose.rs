//! Chooses between reading a list's records, the records nested in them, and either of these
//! together with the surrounding object.
//!
//! Must never: omit a list of judgements without a note.

use super::{List, Place, WHOLE, list};
use crate::format::{Note, ReadOptions, Result};
use crate::json;
use crate::roles::ColumnReading;

/// The path from a record of `outer` to the list `path` nested in it.
pub(super) fn inner<'a>(outer: &str, path: &'a str) -> Option<&'a str> {
    let rest = match outer {
        "" => path,
        outer => path.strip_prefix(outer)?.strip_prefix('.')?,
    };
    let keys = rest.strip_suffix("[]")?;
    (!keys.is_empty() && !keys.contains("[]") && !keys.contains('*')).then_some(keys)
}

/// Chooses how a list is read: by its own records, or by nested ones.
pub(super) fn choose(
    head: &str,
    whole: bool,
    outer: &str,
    within: &[&Place],
    options: &ReadOptions,
) -> Result<Option<List>> {
    let plain = list(head.as_bytes(), outer, None, options)?;
    let mut nested = Vec::new();
    for place in within {
        if let Some(keys) = inner(outer, &place.path) {
            nested.extend(list(head.as_bytes(), outer, Some(keys), options)?);
        }
    }
    // The top-level object may name the work of its only list, or the owner of all its records.
    let around = match outer.strip_suffix("[]").filter(|keys| !keys.is_empty() && whole) {
        Some(keys) => list(head.as_bytes(), WHOLE, Some(keys), options)?,
        None => None,
    };
    let Some(mut plain) = plain else { return Ok(nested.into_iter().chain(around).next()) };
    if let Some(around) = around.filter(|around| !around.has_document_title(&plain)) {
        if around.is_good(options) && around.says_more(&plain) {
            return Ok(Some(around));
        }
        if let Some(who) = around.audience_key(&plain) {
            let message = format!("{who} is not read as who speaks in {}", plain.name);
            let help = Some("--by NAME says whose the reviews are".to_owned());
            plain.notes.push(Note { message, help });
        }
        nested.push(around);
    }
    if plain.is_good(options) {
        return Ok(Some(with_nested_list(plain, &nested, options)));
    }
    if let Some(good) = nested.iter().find(|list| list.is_good(options)) {
        return Ok(Some(good.clone()));
    }
    let asked = nested.into_iter().find(|list| list.is_of_reviews() && !plain.is_of_reviews());
    Ok(Some(asked.unwrap_or(plain)))
}

/// A list that is good by itself, or the nested list with people's judgements; a note tells what
/// is not read.
fn with_nested_list(mut plain: List, nested: &[List], options: &ReadOptions) -> List {
    let own: Vec<&List> = nested.iter().filter(|list| judges_in_list(list, options)).collect();
    if let [only] = own.as_slice()
        && !has_reviewer(&plain, "")
        && has_reviewer(only, only.reading.profile.each.as_deref().unwrap_or(""))
        && only.column("title").is_some_and(|name| plain.has(name))
    {
        let mut inner = (*only).clone();
        let message = format!("each record's list {} is read, none of its own marks", inner.name);
        inner.reading.notes.push(Note { message, help: None });
        return inner;
    }
    for list in own {
        let message = format!("the list {} within each record is not read", list.name);
        let help = Some("a profile with each = \"…\" reads such lists".to_owned());
        plain.notes.push(Note { message, help });
    }
    plain
}

/// A record without a reviewer is a work, and its score an aggregate.
fn has_reviewer(list: &List, each: &str) -> bool {
    let inside = |name: &str| each.is_empty() || json::within(name, each);
    ["byline", "quote"].iter().any(|field| list.column(field).is_some_and(inside))
}

/// The nested list itself has scores or words.
fn judges_in_list(list: &List, options: &ReadOptions) -> bool {
    let Some(each) = list.reading.profile.each.as_deref() else { return false };
    let inside = |column: &ColumnReading| {
        matches!(column.field, Some("score" | "quote" | "verdict"))
            && json::within(&column.name, each)
    };
    !list.is_whole() && list.is_good(options) && list.reading.columns.iter().any(inside)
}

/// Drops an object if lists within it are read: otherwise each review would be read twice.
pub(super) fn without_outer(reviews: Vec<List>) -> Vec<List> {
    let paths = |list: &List| list.reading.profile.records.clone();
    let paths: Vec<String> = reviews.iter().flat_map(paths).collect();
    let holds =
        |above: &str| paths.iter().any(|path| path.starts_with(above) && !path.ends_with('*'));
    let is_outer = |list: &List| {
        let path = list.reading.profile.records.first();
        path.and_then(|path| path.strip_suffix('*')).is_some_and(holds)
    };
    reviews.into_iter().filter(|list| !is_outer(list)).collect()
}
