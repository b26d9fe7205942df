//! Text of Metacritic pages: pasted from a browser, or made by a converter.
//!
//! Owns: the way from such a text to raw reviews and claims. Must never: take
//! a saved page (that is `metacritic-html`), or depend on what converters
//! differ in: indentation, list marks, white space, blank lines.
//!
//! `dressing` is what converters add, `line` says what a line could be, `head`
//! what could begin a review, `page` what does begin one, `claims` what the
//! page says of its scores, `header` of its work, from the `details` under it.

mod claims;
mod details;
mod doubled;
mod dressing;
mod figures;
mod head;
mod header;
mod line;
mod page;

use super::whole_page::read_page;
use crate::domain::{Audience, Scale};
use crate::import::format::{Format, Probe, ReadError, ReadOptions, Sink, Sureness, Text};
use crate::import::record::{Claim, ClaimKind, Item, Position, RawReview, RawWork};
use head::Head;
use line::Line;
use page::{Part, Section};

pub struct MetacriticText;

impl Format for MetacriticText {
    fn name(&self) -> &str {
        "metacritic-text"
    }

    fn describe(&self) -> &str {
        "text of a Metacritic page, pasted or converted: critic and user reviews"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Sureness {
        let start = probe.head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        if start.starts_with(['<', '{', '[']) {
            return Sureness::No;
        }
        recognised(&line::lines(&dressing::unquoted(probe.head)))
    }

    fn read(
        &self,
        text: &mut dyn Text,
        _options: &ReadOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ReadError> {
        let page = read_page(text)?;
        let page = dressing::unquoted(&page);
        let lines = line::lines(&page);
        let mut record = 0;
        for page in header::pages(&lines) {
            read_one(&lines[page.start..page.end], &page.work, &mut record, sink)?;
        }
        Ok(())
    }
}

/// Reads one page; `record` counts the records of the whole text.
fn read_one(
    lines: &[Line<'_>],
    work: &RawWork,
    record: &mut u64,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    let sections = page::sections(lines);
    let parts = page::parts(lines, &sections);
    let fallback = fallback_audience(&parts);
    let mut heading = None;
    for placed in &parts {
        let raw = || raw_lines(&lines[placed.start..placed.end.min(lines.len())]);
        let item = match &placed.part {
            Part::Said(said) => {
                heading = said.audience.or(heading);
                let Some((kind, value, of)) = said.claim else {
                    continue;
                };
                let audience = heading.unwrap_or(fallback);
                let claim = Claim { audience, kind, value, of, work: work.clone() };
                Item::Claim(claim)
            }
            Part::Review { head, words } => {
                let section = &sections[placed.section];
                review(lines, section, head, words, work, fallback)
            }
        };
        let line = lines.get(placed.start).map_or(1, |line| line.number);
        *record += 1;
        sink.item(Position { record: *record, line }, &raw, item)?;
    }
    Ok(())
}

/// What a page's text outside its reviews says: whose scores, which figure,
/// its value and "out of". Saved pages use the same sentences.
pub fn claims_in(text: &str) -> Vec<(Audience, ClaimKind, f64, Option<f64>)> {
    let lines = line::lines(text);
    let mut found: Vec<(Audience, ClaimKind, f64, Option<f64>)> = Vec::new();
    let mut heading = None;
    let mut at = 0;
    while at < lines.len() {
        let Some(said) = claims::said_at(&lines, at) else {
            at += 1;
            continue;
        };
        heading = said.audience.or(heading);
        if let (Some(audience), Some((kind, value, of))) = (heading, said.claim)
            && !found.iter().any(|(whose, what, ..)| (*whose, *what) == (audience, kind))
        {
            found.push((audience, kind, value, of));
        }
        at += said.lines;
    }
    found
}

/// Certain where two different marks of the service stand as lines of their
/// own; the shape alone where reviews do.
fn recognised(lines: &[Line<'_>]) -> Sureness {
    let mut marks = [false; 6];
    for at in 0..lines.len() {
        let mark = match &lines[at].shape {
            line::Shape::ReviewedBy(_) => 0,
            line::Shape::Footer(line::Footer::User) => 1,
            line::Shape::Footer(line::Footer::Critic) => 2,
            _ => match claims::said_at(lines, at) {
                Some(said) if said.certain => {
                    if said.claim.is_some() {
                        3
                    } else {
                        4
                    }
                }
                Some(_) => continue,
                None if lines[at].value().is_some() => match Head::at(lines, at) {
                    Some(head) if head.glued.is_some() => 5,
                    _ => continue,
                },
                None => continue,
            },
        };
        marks[mark] = true;
    }
    match marks.iter().filter(|mark| **mark).count() {
        0 => Sureness::No,
        1 => Sureness::Shape,
        _ => Sureness::Certain,
    }
}

/// Whose reviews they are where neither heading nor line tells: users mark up
/// to 10, so any greater score is a critic's.
fn fallback_audience(parts: &[page::Placed]) -> Audience {
    let high = parts.iter().any(|placed| match &placed.part {
        Part::Review { head, .. } => {
            head.score.as_deref().and_then(figures::number).is_some_and(|score| score > 10.0)
        }
        Part::Said(_) => false,
    });
    if high { Audience::Critic } else { Audience::User }
}

fn audience_of(section: &Section, head: &Head, fallback: Audience) -> Audience {
    if head.strength == head::Strength::Certain && head.glued.is_none() {
        return Audience::Critic; // "Reviewed by:" stands over critics only
    }
    section.audience().unwrap_or(if head.glued.is_some() {
        Audience::User
    } else if head.byline.is_some() {
        Audience::Critic
    } else {
        fallback
    })
}

fn review(
    lines: &[Line<'_>],
    section: &Section,
    head: &Head,
    words: &[usize],
    work: &RawWork,
    fallback: Audience,
) -> Item {
    let audience = audience_of(section, head, fallback);
    let best = if audience == Audience::Critic { 100.0 } else { 10.0 };
    let (label, words) = card_label(lines, section, head, words);
    let labels: Vec<String> = head.labels.iter().cloned().chain(label).collect();
    let quote = quote(lines, head, words);
    if head.score.is_none() && quote.is_none() {
        return Item::Rejected("neither a score nor any words follow the name".into());
    }
    let (publication, byline) = names(audience, head, labels);
    Item::Review(Box::new(RawReview {
        audience: Some(audience),
        work: work.clone(),
        byline,
        publication,
        date: head.date.clone(),
        // As printed: what lies off the scale ("105", "tbd") is text without a score.
        score: head.score.clone(),
        scale: Some(Scale::out_of(best)),
        quote,
        ..RawReview::default()
    }))
}

/// On cards (date, score, name, words) the name stands last and looks like a
/// first line of words; with it gone there must be words left.
fn card_label<'w>(
    lines: &[Line<'_>],
    section: &Section,
    head: &Head,
    words: &'w [usize],
) -> (Option<String>, &'w [usize]) {
    let bare = head.labels.is_empty() && head.glued.is_none() && head.byline.is_none();
    match words {
        [first, rest @ ..]
            if bare && !rest.is_empty() && section.cards() && lines[*first].could_be_name() =>
        {
            (Some(lines[*first].body.clone()), rest)
        }
        _ => (None, words),
    }
}

/// Publication and byline. A critic's label is a publication, the second one a
/// name; a user's is the name.
fn names(audience: Audience, head: &Head, labels: Vec<String>) -> (Option<String>, Option<String>) {
    let mut labels = labels.into_iter();
    if audience == Audience::User {
        return (None, head.byline.clone().or(head.glued.clone()).or(labels.next()));
    }
    let (glued, glued_name) = match head.glued.as_deref().map(|glued| glued.split_once('|')) {
        Some(Some((publication, name))) => {
            let name = name.trim();
            (
                Some(publication.trim().to_string()),
                Some(name.strip_prefix("By ").unwrap_or(name).to_string()),
            )
        }
        _ => (head.glued.clone(), None),
    };
    let publication = labels.next().or(glued);
    let byline =
        head.byline.clone().filter(|name| !name.is_empty()).or(glued_name).or(labels.next());
    (publication, byline)
}

fn quote(lines: &[Line<'_>], head: &Head, words: &[usize]) -> Option<String> {
    let words = match words {
        [rest @ .., last] if details::is_platform(&lines[*last].body) && !rest.is_empty() => rest,
        all => all,
    };
    let paragraphs: Vec<String> = words
        .iter()
        .map(|&at| {
            let line = &lines[at];
            let list_bullet = head.inner_bullets && line.marker == Some(line::Marker::Bullet);
            if list_bullet { line.body.clone() } else { line.words() }
        })
        .collect();
    let text = paragraphs.join("\n");
    let text = doubled::whole_text(&text).unwrap_or(&text).trim();
    (!text.is_empty()).then(|| text.to_string())
}

fn raw_lines(lines: &[Line<'_>]) -> String {
    lines.iter().map(|line| line.raw).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
