//! What a list's first and last reviews tell of all of them: a line of the page's
//! above the first, dates that stand below each.
//!
//! Owns: these two questions. Must never: look at a list whose items have marks.

use super::heads::Head;
use super::lines::{Line, Shape};
use super::lists::{Doubt, Entry, List};

/// The first line is one of the page's ("Filter by score"): without it the first
/// review would begin as all others do, with a name below its date or score, and with it
/// none does.
pub fn begins_otherwise(lines: &[Line<'_>], list: &List) -> bool {
    let shape = |entry: &Entry, at: usize| entry.lines.get(at).map(|at| &lines[*at].shape);
    let Some((first, others)) = list.entries.split_first() else { return false };
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

/// Cards may print the date below the link, where it looks like the beginning of
/// the next: the first then has none above, and one stands below the last.
pub fn take_dates_below(lines: &[Line<'_>], list: &mut List, end: usize) {
    let is_date = |at: usize| lines[at].shape == Shape::Date;
    let Some((first, others)) = list.entries.split_first() else { return };
    let above = |entry: &Entry| entry.lines.first().is_some_and(|at| is_date(*at));
    let own = Head::at(lines, list.start, list.end).is_some_and(|head| head.date);
    let dated = first.lines.iter().any(|at| is_date(*at));
    if own || dated || !others.iter().all(above) {
        return;
    }
    if list.end == end || !is_date(list.end) {
        list.doubts.extend((others.len() > 1).then_some(Doubt::DatesBelow));
        return;
    }
    let last = list.end;
    list.end += 1;
    for at in 0..list.entries.len() {
        let next = list.entries.get_mut(at + 1).map_or(last, |next| next.lines.remove(0));
        list.entries[at].lines.push(next);
    }
}
