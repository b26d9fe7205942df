//! Reviews outside the lists of their document.
//!
//! Must never: take the work next to its reviews, or a part of a record, for a review.

use super::List;
use crate::format::Note;
use crate::json;
use crate::json::lists::Lone;
use crate::roles;

/// Adds a note about those whose objects are in no list.
pub(super) fn add_note(lone: &[Lone], lists: &mut [List]) {
    let is_read = |lone: &&Lone| {
        let mut columns = lists.iter().flat_map(|list| &list.reading.columns);
        columns.any(|it| it.field.is_some() && json::within(&it.name, &lone.path))
    };
    let left = lone.iter().filter(|lone| is_review(lone) && !is_read(lone));
    let notes: Vec<Note> = left
        .map(|lone| Note {
            message: format!("{} is not read: it stands in no list", lone.path),
            help: Some("put it into a list of its like".to_owned()),
        })
        .collect();
    if let Some(first) = lists.iter_mut().find(|list| list.is_of_reviews()) {
        first.notes.extend(notes);
    }
}

/// It has a judgement, and a work, a reviewer or a date.
fn is_review(lone: &Lone) -> bool {
    let field = |key: &String| match roles::is_title(key) {
        true => Some("title"),
        false => roles::of_a_review(key),
    };
    let mut fields: Vec<&str> = lone.keys.iter().filter_map(field).collect();
    fields.sort_unstable();
    fields.dedup();
    fields.len() > 2 && fields.iter().any(|field| matches!(*field, "score" | "quote"))
}
