//! Two corrections to lists of cards: a page line above the first review, and dates below each
//! review.
//!
//! Must never: examine a list whose items have marks.

use std::mem::discriminant;

use super::heads::Head;
use super::lines::{Line, Shape};
use super::lists::{Doubt, Entry, List};

/// Whether the first line is the page's ("Filter by score"): without it the first review begins
/// like all others, with a name below its date or score; with it none does.
pub fn begins_otherwise(lines: &[Line<'_>], list: &List, critics: bool) -> bool {
    let shape = |entry: &Entry, at: usize| entry.lines.get(at).map(|at| &lines[*at].shape);
    let Some((first, others)) = list.entries.split_first() else { return false };
    if has_line_above(lines, first, others, critics) {
        return true;
    }
    let slot = shape(first, 1).filter(|shape| matches!(shape, Shape::Date | Shape::Number));
    let label = matches!(shape(first, 0), Some(Shape::Text));
    // A name follows the slots.
    let named = |entry: &Entry, from: usize| {
        let mut below = entry.lines.iter().skip(from).map(|at| &lines[*at]);
        below
            .find(|line| !matches!(line.shape, Shape::Date | Shape::Number))
            .is_some_and(Line::could_be_name)
    };
    label
        && slot.is_some()
        && !others.is_empty()
        && named(first, 1)
        && others.iter().all(|other| shape(other, 0) == slot && named(other, 0))
}

/// Above the first review may be the page's own score, or, above a user's (who has one name), any
/// line: without it the first review begins like all others.
fn has_line_above(lines: &[Line<'_>], first: &Entry, others: &[Entry], critics: bool) -> bool {
    let line = |entry: &Entry, at: usize| entry.lines.get(at).map(|at| &lines[*at]);
    let shape = |entry: &Entry, at: usize| line(entry, at).map(|line| &line.shape);
    let own = |at: usize| shape(first, at);
    let number = |at: usize| own(at) == Some(&Shape::Number);
    let above = match own(0) {
        // Otherwise it may be the only score of a list.
        Some(Shape::Number) => number(1) || number(2),
        Some(Shape::Text) => {
            let glued = |at| matches!(own(at), Some(Shape::NameDate { .. }));
            !critics && (own(1) == Some(&Shape::Text) || glued(1) || glued(2))
        }
        _ => false,
    };
    if others.is_empty() {
        let part = || line(first, 0).is_some_and(|line| line.body.contains('.'));
        return number(0) && (number(1) && own(2) != Some(&Shape::Date) || number(2) && part());
    }
    // Two lines suffice to compare beginnings.
    let begins_from = |other: &Entry, from: usize| {
        (0..2).all(|at| shape(other, at).map(discriminant) == own(at + from).map(discriminant))
    };
    above && others.iter().all(|other| begins_from(other, 1) && !begins_from(other, 0))
}

/// Cards may print the date below the link, where it looks like the beginning of the next card:
/// then the first card has no date above, and there is one below the last.
pub fn take_dates_below(lines: &[Line<'_>], list: &mut List, end: usize) {
    let is_date = |at: usize| lines[at].shape == Shape::Date;
    let Some((first, others)) = list.entries.split_first() else { return };
    let above = |entry: &Entry| entry.lines.first().is_some_and(|at| is_date(*at));
    let own = Head::at(lines, list.start, list.end).is_some_and(|head| head.date);
    let dated = first.lines.iter().any(|at| is_date(*at));
    // For a single card, nothing else must be below it.
    let alone = others.is_empty() && list.end + 1 == end && is_date(list.end);
    if own || dated || !alone && !others.iter().any(above) {
        return;
    }
    if list.end == end || !is_date(list.end) {
        list.doubts.extend((others.len() > 1).then_some(Doubt::DatesBelow));
        return;
    }
    let last = list.end;
    list.end += 1;
    let mut below = Some(last);
    for entry in list.entries.iter_mut().rev() {
        let next = entry.lines.first().copied().filter(|at| is_date(*at));
        entry.lines.drain(..usize::from(next.is_some()));
        entry.lines.extend(below);
        below = next;
    }
}
