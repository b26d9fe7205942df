//! Whether a text is one of Metacritic's pages.
//!
//! Owns: the marks that tell. Must never: claim another site's page, a list of
//! works, or running text that happens to number its points.

use super::blocks::{Kind, blocks};
use super::furniture::{self, Role};
use super::lines::{Line, Shape};
use super::slots::{Habits, Slots};
use crate::format::Confidence;

/// Certain where two different marks of the service stand as lines of their
/// own, or one above a list of reviews; the shape alone where only such a list does.
pub fn confidence(lines: &[Line<'_>]) -> Confidence {
    if is_foreign(lines) || is_of_many(lines) {
        return Confidence::No;
    }
    let mut marks = [false; 6];
    let mut listed = false;
    for block in blocks(lines, 0, lines.len()) {
        match &block.kind {
            Kind::Said(said) if said.certain => marks[usize::from(said.claim.is_some())] = true,
            Kind::List(list) => {
                for entry in &list.entries {
                    let slots = Slots::of(lines, &entry.lines, Habits::default());
                    marks[2] |= slots.signed;
                    marks[3] |= slots.glued.is_some() && slots.score.is_some();
                    marks[4] |= entry.lines.iter().any(|at| is_end(lines.get(*at)));
                    listed |= !slots.is_bare() || cites(lines, &slots);
                }
            }
            _ => {}
        }
    }
    marks[5] = listed && marks[..5].iter().filter(|mark| **mark).count() > 0;
    match marks.iter().filter(|mark| **mark).count() {
        0 if listed && headless(lines) => Confidence::Shape,
        0 => Confidence::No,
        1 => Confidence::Shape,
        _ => Confidence::Certain,
    }
}

fn is_end(line: Option<&Line<'_>>) -> bool {
    line.is_some_and(|line| matches!(line.shape, Shape::Furniture(Role::UserEnd | Role::CriticEnd)))
}

/// Marks of another site's page, or of this one in another language.
pub fn is_foreign(lines: &[Line<'_>]) -> bool {
    has(lines, Role::Foreign) || is_translated(lines)
}

/// "Positiv: 2 von 3": bands as a browser translates them. What else it translated is not known.
fn is_translated(lines: &[Line<'_>]) -> bool {
    let is_band = |line: &&Line<'_>| {
        let Some((label, rest)) = line.body.split_once(':') else { return false };
        let parts: Vec<&str> = rest.split_whitespace().collect();
        let figure = |text: &&str| text.chars().all(|c| c.is_ascii_digit());
        let [first, middle @ .., last] = parts.as_slice() else { return false };
        let between = middle.join(" ");
        label.chars().all(|c| c.is_alphabetic() || c == ' ')
            && figure(first)
            && figure(last)
            && (1..=3).contains(&middle.len())
            && between.chars().all(|c| c.is_alphabetic() || c == ' ')
            && between != "out of"
    };
    lines.iter().filter(is_band).count() > 1
}

/// Marks of a page with reviews of many works, whose titles this reader would lose.
pub fn is_of_many(lines: &[Line<'_>]) -> bool {
    has(lines, Role::Many)
}

fn has(lines: &[Line<'_>], role: Role) -> bool {
    lines.iter().any(|line| line.body.len() < 300 && furniture::is(&line.body.to_lowercase(), role))
}

/// A citation of a printed page ends the words.
fn cites(lines: &[Line<'_>], slots: &Slots) -> bool {
    slots.words.last().and_then(|at| lines.get(*at)).is_some_and(|line| is_citation(&line.body))
}

fn is_citation(text: &str) -> bool {
    text.ends_with(']')
        && text
            .rsplit_once('[')
            .is_some_and(|(_, inner)| inner.contains(", p.") && inner.len() < 40)
}

/// A list without any heading, cut out of a page: some item cites a printed
/// page, as critics' there do, or several have both a name and a date.
fn headless(lines: &[Line<'_>]) -> bool {
    let mut dated = 0;
    for block in blocks(lines, 0, lines.len()) {
        let Some(list) = block.list() else {
            continue;
        };
        for entry in &list.entries {
            let slots =
                Slots::of(lines, &entry.lines, Habits { bare_names: true, ..Habits::default() });
            if cites(lines, &slots) && entry.number.is_some() {
                return true;
            }
            dated += usize::from(slots.is_named() && slots.date.is_some());
        }
    }
    dated > 1
}
