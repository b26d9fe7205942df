//! Recognises a text of one of Metacritic's pages.
//!
//! Owns: the evidence. Must never: claim another site's page, a list of works, or prose with
//! numbered points.

use super::blocks::{Kind, blocks};
use super::boilerplate::{self, Role, ends_in_button};
use super::figures;
use super::lines::{Line, NAME_LIMIT, Shape, is_citation};
use super::list_layout::ListLayout;
use super::lists::{Entry, Order};
use super::runs::is_sentence;
use super::slots::Slots;
use crate::format::Confidence;

/// Certain with two different marks of the service on their own lines, or one above a list of
/// reviews; only the shape with such a list alone.
pub fn confidence(lines: &[Line<'_>]) -> Confidence {
    if is_foreign(lines) || is_of_many(lines) {
        return Confidence::No;
    }
    let mut marks = [false; 6];
    let mut listed = false;
    let (mut items, mut rated, mut carded) = (0, 0, 0);
    marks[0] = lines.iter().any(|line| names_site(&line.body));
    for block in blocks(lines, 0, lines.len()) {
        match &block.kind {
            Kind::Statement(said) if said.certain => {
                marks[usize::from(said.claim.is_some())] = true
            }
            Kind::Boilerplate(Role::Joined) => marks[0] = true,
            Kind::List(list) => {
                items += list.entries.len();
                for entry in &list.entries {
                    let slots = Slots::of(lines, &entry.lines, ListLayout::default());
                    rated += usize::from(is_rated_elsewhere(lines, &slots));
                    carded += usize::from(is_card(lines, entry, &slots));
                    marks[2] |= slots.signed;
                    marks[3] |= slots.glued.is_some() && slots.score.is_some();
                    marks[4] |= entry.lines.iter().any(|at| is_end(lines.get(*at)));
                    listed |= !slots.is_bare() || cites(lines, &slots);
                }
            }
            _ => {}
        }
    }
    // A page that counts its critics or ratings is this site's: its users may write "10/10".
    if !marks[1] && rated > 1 && rated * 2 >= items {
        return Confidence::No;
    }
    marks[5] = listed && marks[..5].iter().filter(|mark| **mark).count() > 0;
    match marks.iter().filter(|mark| **mark).count() {
        0 if listed && (is_headless_list(lines) || carded > 1) => Confidence::Shape,
        0 => Confidence::No,
        1 => Confidence::Shape,
        _ => Confidence::Certain,
    }
}

/// The item has no score of this site, and another site's in its place: stars, "8/10".
fn is_rated_elsewhere(lines: &[Line<'_>], slots: &Slots) -> bool {
    let first = slots.words.first().and_then(|at| lines.get(*at)).map(|line| line.body.as_str());
    let labels = slots.labels.iter().map(String::as_str);
    labels.chain(slots.byline.as_deref()).any(is_foreign_score)
        || slots.score.is_none() && first.is_some_and(is_foreign_score)
}

/// "★★★½", "A Film ★★", "4.5 out of 5 stars", "2 star rating", "8/10", "9 / 10.0".
fn is_foreign_score(text: &str) -> bool {
    let is_star = |c: char| matches!(c, '★' | '☆' | '⭐' | '½');
    let starred = text.ends_with(is_star) && text.contains(['★', '⭐', '☆']);
    let lower = text.to_lowercase();
    let rating =
        lower.strip_prefix("rated ").or_else(|| lower.strip_prefix("rating ")).unwrap_or(&lower);
    let number = |text: &str| figures::number(text.trim()).is_some();
    let ratio = rating.split_once('/').or_else(|| rating.split_once(" out of "));
    let ratio = ratio.is_some_and(|(score, of)| {
        number(score) && number(of.trim_end_matches(" stars").trim_end_matches(" star"))
    });
    let word = rating.strip_suffix(" star rating").or_else(|| rating.strip_suffix(" stars"));
    text.chars().count() <= NAME_LIMIT && (starred || ratio || word.is_some_and(number))
}

/// The title of the site's pages, as printed by reading modes.
fn names_site(body: &str) -> bool {
    body.len() < 120 && (body.ends_with(" - Metacritic") || body == "metacritic.com")
}

/// "100 / The Gull / May 3, 2019 / It boils. / Read full review".
fn is_card(lines: &[Line<'_>], entry: &Entry, slots: &Slots) -> bool {
    let last = entry.lines.last().and_then(|at| lines.get(*at));
    let linked = last.is_some_and(|line| line.body.eq_ignore_ascii_case("read full review"));
    let score = slots.score.as_deref().and_then(figures::number);
    linked && slots.date.is_some() && score.is_some_and(|score| score.fract() == 0.0)
}

fn is_end(line: Option<&Line<'_>>) -> bool {
    line.is_some_and(|line| {
        matches!(line.shape, Shape::Boilerplate(Role::UserEnd | Role::CriticEnd))
    })
}

/// Marks of another site's page, or of this one in another language. Before 2010 this site used
/// "Critic Score" too.
pub fn is_foreign(lines: &[Line<'_>]) -> bool {
    has_role(lines, Role::Foreign) && !has_role(lines, Role::Joined) || is_translated(lines)
}

/// "Positiv: 2 von 3": bands translated by a browser. What else it translated is unknown.
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

/// Marks of a page with reviews of many works, whose titles would be lost.
pub fn is_of_many(lines: &[Line<'_>]) -> bool {
    has_role(lines, Role::Many)
}

fn has_role(lines: &[Line<'_>], role: Role) -> bool {
    lines
        .iter()
        .any(|line| line.body.len() < 300 && boilerplate::is(&line.body.to_lowercase(), role))
}

/// The words end with a citation of a printed page.
fn cites(lines: &[Line<'_>], slots: &Slots) -> bool {
    last_words(lines, slots).is_some_and(is_citation)
}

fn last_words<'a>(lines: &'a [Line<'_>], slots: &Slots) -> Option<&'a str> {
    slots.words.last().and_then(|at| lines.get(*at)).map(|line| line.body.as_str())
}

/// A list without any heading, cut out of a page: some item cites a printed page, as critics'
/// there do, several have both a name and a date, all have a date and some the button of users'
/// words, or the text is nothing but the list and some score is out of a hundred.
fn is_headless_list(lines: &[Line<'_>]) -> bool {
    let mut dated = 0;
    let blocks = blocks(lines, 0, lines.len());
    for block in &blocks {
        // Without numbers, a name, a date and words may be any site's.
        let Some(list) = block.list().filter(|list| list.order == Order::Marked) else {
            continue;
        };
        let (mut marked, mut days, mut buttons) = (0, 0, 0);
        for entry in &list.entries {
            let slots = Slots::of(
                lines,
                &entry.lines,
                ListLayout { bare_names: true, ..ListLayout::default() },
            );
            if cites(lines, &slots) && entry.number.is_some() {
                return true;
            }
            dated += usize::from(slots.is_named() && slots.date.is_some());
            days += usize::from(entry.number.is_some() && slots.date.is_some());
            buttons += usize::from(last_words(lines, &slots).is_some_and(ends_in_button));
            marked += usize::from(entry.number.is_some() && has_mark_above_words(lines, &slots));
        }
        if buttons > 0 && days == list.entries.len() {
            return true;
        }
        let whole = blocks.len() == 1 && list.left.is_empty() && list.entries.len() > 1;
        if whole && marked > 0 && list.entries.iter().all(|entry| has_sentence(lines, entry)) {
            return true;
        }
    }
    dated > 1
}

/// A critic's score on the line of the number, with words below it.
fn has_mark_above_words(lines: &[Line<'_>], slots: &Slots) -> bool {
    let score = slots.score.as_deref().and_then(figures::number);
    let [(first, _), ..] = slots.taken.as_slice() else { return false };
    lines.get(*first).is_some_and(|line| line.shape == Shape::Number)
        && score.is_some_and(|score| (11.0..=100.0).contains(&score))
        && slots.labels.is_empty()
}

/// Some line of the item is a sentence, unlike in lists of other things.
fn has_sentence(lines: &[Line<'_>], entry: &Entry) -> bool {
    let line = |at: &usize| lines.get(*at);
    entry.lines.iter().filter_map(line).any(|line| line.body.len() >= 60 && is_sentence(line))
}
