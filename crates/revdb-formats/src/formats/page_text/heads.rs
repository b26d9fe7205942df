//! The head of a review without a mark: a run of short lines with name, date and score.
//!
//! Owns: which lines could be such a head, and with what confidence. Must never: decide that a
//! review begins there; the list around it does (`runs`).

use super::boilerplate::Role;
use super::claims::statement_at;
use super::details::is_platform;
use super::lines::{Line, Marker, Shape};
use super::slots::is_words;

/// A possible head of a review.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Head {
    pub end: usize,
    pub signed: bool,
    pub glued: bool,
    pub score: bool,
    pub date: bool,
    pub label: bool,
}

impl Head {
    /// The run of short lines with name, date and score at `start`.
    pub fn at(lines: &[Line<'_>], start: usize, end: usize) -> Option<Head> {
        let mut head = Head { end: start, ..Head::default() };
        for at in start..end.min(start + 6) {
            if at > start && matches!(lines[at].marker, Some(Marker::Number(_))) {
                break;
            }
            match &lines[at].shape {
                Shape::ReviewedBy(_) | Shape::Signed { .. } if !head.signed => head.signed = true,
                Shape::NameDate { .. } if !head.date => (head.glued, head.date) = (true, true),
                Shape::Number if !head.score && !is_year(lines, at) => head.score = true,
                Shape::Date if !head.date => head.date = true,
                Shape::By(_) if head.label || head.score => {}
                Shape::Text
                    if (lines[at].could_be_name() || is_user_name(lines, at))
                        && !is_platform(&lines[at].body)
                        && !is_heading(lines, at)
                        && head.names(lines, at, end) =>
                {
                    head.label = true;
                }
                Shape::Boilerplate(Role::Advert) if at > start => continue,
                _ => break,
            }
            head.end = at + 1;
        }
        let slots = head.signed || head.glued || head.score || head.date;
        (slots && head.end > start).then_some(head)
    }

    /// A short text above a slot that is still empty.
    fn names(&self, lines: &[Line<'_>], at: usize, end: usize) -> bool {
        let shape = |at: usize| (at < end).then(|| lines.get(at).map(|line| &line.shape)).flatten();
        let empty = |at: usize| match shape(at) {
            Some(Shape::Date) => !self.date,
            // A publication's name between the score and the critic's name, which has the date
            // glued to it.
            Some(Shape::NameDate { .. }) => self.score && !self.date,
            Some(Shape::Number) => !self.score,
            Some(Shape::ReviewedBy(_) | Shape::Signed { .. }) => !self.signed,
            _ => false,
        };
        empty(at + 1)
            || (!self.date
                && matches!(shape(at + 1), Some(Shape::Text | Shape::By(_)))
                && lines[at + 1].could_be_name()
                && matches!(shape(at + 2), Some(Shape::Date)))
    }

    /// A form that sentences hardly have.
    pub fn is_sure(self) -> bool {
        self.signed || (self.score && self.date) || (self.label && (self.score || self.date))
    }
}

/// "Critic Reviews"; below a list mark it is a name.
fn is_heading(lines: &[Line<'_>], at: usize) -> bool {
    lines[at].marker.is_none() && statement_at(lines, at).is_some_and(|said| said.certain)
}

/// "2024" below a title; above a date it is a name.
fn is_year(lines: &[Line<'_>], at: usize) -> bool {
    let year = lines[at].value().is_some_and(|value| (1870.0..2200.0).contains(&value));
    year && lines.get(at + 1).is_none_or(|below| below.shape != Shape::Date)
}

/// Whether the first review at `start` has its name below date and score, directly above its text:
/// then a short text above a date belongs to the previous review.
pub fn names_stand_below(lines: &[Line<'_>], start: usize, end: usize) -> bool {
    let Some(head) = Head::at(lines, start, end) else { return false };
    let text = |at: usize| lines.get(at).filter(|line| at < end && line.shape == Shape::Text);
    let slots = !head.label && !head.glued && !head.signed && head.date && head.score;
    slots && text(head.end).is_some_and(Line::could_be_name) && text(head.end + 1).is_some()
}

/// "Yahoo!" directly above a date or a name with one: a single word is a name although it ends
/// like a sentence.
pub fn is_user_name(lines: &[Line<'_>], at: usize) -> bool {
    let date = |at: usize| lines.get(at).is_some_and(|line| line.shape == Shape::Date);
    let named = lines.get(at + 1).is_some_and(Line::could_be_name) && date(at + 2);
    let scored = at > 0 && lines[at - 1].shape == Shape::Number;
    let dated = date(at + 1) || scored && named;
    dated && lines[at].is_short() && !lines[at].body.contains(' ')
}

/// A user called "Share", "PC" or, below a list mark, "Jan 5": a date follows.
pub fn is_unlikely_name(line: &Line<'_>, below: Option<&Line<'_>>) -> bool {
    let fits = match line.shape {
        Shape::Boilerplate(role) => role != Role::Advert,
        Shape::Text => is_platform(&line.body),
        Shape::Date => line.marker.is_some(),
        _ => false,
    };
    fits && below.is_some_and(|below| below.shape == Shape::Date)
}

/// A user called "Share": words follow.
pub fn is_button_for_name(line: &Line<'_>, below: Option<&Line<'_>>) -> bool {
    let button =
        matches!(line.shape, Shape::Boilerplate(role) if role.ends() || role == Role::Frame);
    button && !line.body.contains(' ') && below.is_some_and(is_words)
}

/// Whether a user's review begins at `at` like the list's first, although no line ends the
/// previous one: "7", "Codex13Dec 17, 2019", or "Mar 3, 2022", "10", "bob77".
pub fn begins_like(lines: &[Line<'_>], first: usize, at: usize, end: usize) -> bool {
    let like = |from: usize| lines.get(from..from + 2).unwrap_or_default();
    match (like(first), like(at)) {
        ([a, b], [score, name]) if a.shape == Shape::Number && score.shape == Shape::Number => {
            let glued = |line: &Line<'_>| matches!(line.shape, Shape::NameDate { .. });
            glued(b) && glued(name) && glued_tight(lines, at + 1)
        }
        ([a, b], [date, score]) => {
            let slots = |date: &Line<'_>, score: &Line<'_>| {
                date.shape == Shape::Date && score.shape == Shape::Number
            };
            let name = |line: &Line<'_>| {
                // A user may be called "1984".
                (line.could_be_name() || line.shape == Shape::Number) && !line.body.contains(' ')
            };
            slots(a, b) && slots(date, score) && at + 3 < end && name(&lines[at + 2])
        }
        _ => false,
    }
}

/// No space between name and date, which no sentence has.
pub fn glued_tight(lines: &[Line<'_>], at: usize) -> bool {
    match &lines[at].shape {
        Shape::NameDate { name, .. } => {
            let after = lines[at].body.get(name.len()..).unwrap_or("");
            !after.starts_with(' ')
        }
        _ => false,
    }
}
