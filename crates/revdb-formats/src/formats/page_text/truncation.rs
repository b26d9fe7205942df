//! What truncation leaves of a text's last review.
//!
//! Owns: an incomplete head, a truncated button, a list number without an item. Must never:
//! examine a review other than the text's last one.

use super::figures::is_date;
use super::item_splitting::is_titled;
use super::lines::{Line, Marker};
use super::markup::strip_mark;
use super::reading::ListRead;
use super::slots::Slots;
use super::{boilerplate, notice};
use revdb_model::Audience;
use revdb_model::date::MONTHS;

/// The text ends within a date, "Reviewed by:" or a notice, where the words would be.
pub fn is_begun(lines: &[Line<'_>], slots: &Slots) -> bool {
    let [only] = slots.words.as_slice() else {
        return false;
    };
    let Some(body) = lines.get(*only).map(|line| line.body.as_str()) else {
        return false;
    };
    let label = "Reviewed by:".starts_with(body) && !slots.signed;
    let notice = body.len() > 12 && notice::is_truncated_known_line(body);
    let month = (1..=3).contains(&body.len())
        && body.starts_with(char::is_uppercase)
        && MONTHS.iter().any(|month| month.starts_with(&body.to_lowercase()));
    let date = slots.date.is_none()
        && (month
            || body.len() > 3
                && ["0", "00", "000", " 2000", ", 2000", " 1, 2000"]
                    .iter()
                    .any(|rest| is_date(&format!("{body}{rest}"))));
    label || date || notice
}

/// The last item is a single short line, while all users of the list have a date, or some critics
/// a publication above their words, or there are none: the text ends within a name.
pub fn is_begun_name(lines: &[Line<'_>], slots: &Slots, list: &ListRead) -> bool {
    let [only] = slots.words.as_slice() else { return false };
    let Some(line) = lines.get(*only).filter(|line| slots.is_bare() && line.could_be_name()) else {
        return false;
    };
    let mut others = list.items.iter().filter(|item| item.words != slots.words).peekable();
    let alone = others.peek().is_none();
    match list.attribution.audience {
        Audience::User => others.all(|item| item.date.is_some()),
        Audience::Critic => {
            // "Q Mag": no words are that short.
            let short = list.marked && line.body.split(' ').count() == 2;
            is_titled(line) && (alone || short || others.any(|item| !item.labels.is_empty()))
        }
    }
}

/// Drops a last line that is a truncated link below the words.
pub fn without_cut_link<'a>(lines: &[Line<'_>], words: &'a [usize]) -> &'a [usize] {
    let [above @ .., last] = words else { return words };
    let cut = |line: &Line<'_>| boilerplate::is_truncated_end(&line.body.to_lowercase());
    let ends = last + 1 == lines.len() && !above.is_empty();
    if ends && lines.get(*last).is_some_and(cut) { above } else { words }
}

/// Drops a truncated button: "It boils. Full Rev".
pub fn without_cut_button(text: &str) -> &str {
    const LEAST: usize = 3;
    let cut = |button: &str| {
        let mut ends = (LEAST..button.len()).rev().filter(|end| button.is_char_boundary(*end));
        ends.find_map(|end| text.strip_suffix(button.get(..end)?)?.strip_suffix(' '))
    };
    let kept = cut("Expand").or_else(|| cut("Full Review »"));
    kept.filter(|kept| kept.ends_with(['.', '!', '?', ')', '"', '”', '…'])).unwrap_or(text)
}

/// Whether the lone number at the text's end is the next one of the list above it.
pub fn counts_on(above: &[Line<'_>], mark: &Line<'_>) -> bool {
    let number = |line: &Line<'_>| match strip_mark(&format!("{} x", line.body)) {
        _ if matches!(line.marker, Some(Marker::Number(_))) => line.marker,
        Some((marker, _)) => marker,
        None => None,
    };
    let last = above.iter().rev().find(|line| matches!(line.marker, Some(Marker::Number(_))));
    let next = last.filter(|last| last.column == mark.column).map(number);
    match (next, number(mark)) {
        (Some(Some(Marker::Number(last))), Some(Marker::Number(next))) => last < next,
        _ => false,
    }
}

/// " 24 out of 2", possibly truncated; "Positive: all of it." is a reviewer's text.
pub fn is_begun_count(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let rest = text.trim_start().trim_start_matches(is_digit);
    " out of ".starts_with(rest) || rest.trim_end_matches(is_digit) == " out of "
}
