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
mod wrapped;

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
        recognised(&line::lines(&dressing::plain_page(probe.head)))
    }

    fn read(
        &self,
        text: &mut dyn Text,
        options: &ReadOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ReadError> {
        let page = read_page(text)?;
        let page = dressing::plain_page(&page);
        let lines = line::lines(&page);
        let mut pages = header::pages(&lines);
        told_by_person(&mut pages, options);
        let read: Vec<PageParts<'_>> =
            pages.iter().map(|page| PageParts::of(&lines[page.start..page.end])).collect();
        for page in &read {
            page.must_be_one()?;
        }
        let mut record = 0;
        for (page, header::Page { work, .. }) in read.iter().zip(&pages) {
            page.put(work, &mut record, sink)?;
        }
        Ok(())
    }
}

/// What the person says of the work stands above what the page says, as long
/// as the text tells of one work only.
fn told_by_person(pages: &mut [header::Page], options: &ReadOptions) {
    let mut titles: Vec<&str> =
        pages.iter().filter_map(|page| page.work.title.as_deref()).collect();
    titles.sort_unstable();
    titles.dedup();
    if titles.len() > 1 {
        return;
    }
    for header::Page { work, .. } in pages {
        // What is left out here is filled in by `normalise`.
        if options.title.is_some() {
            work.title = None;
        }
        if options.kind.is_some() {
            work.kind = None;
        }
        if options.year.is_some() {
            work.year = None;
        }
    }
}

/// One page, cut into statements and reviews.
struct PageParts<'a> {
    lines: &'a [Line<'a>],
    sections: Vec<Section>,
    parts: Vec<page::Placed>,
}

impl<'a> PageParts<'a> {
    fn of(lines: &'a [Line<'a>]) -> Self {
        let sections = page::sections(lines);
        let parts = page::parts(lines, &sections);
        Self { lines, sections, parts }
    }

    /// Refuses two pages of which the second has no title that could be told:
    /// reviews stand between two scores of one audience that differ.
    fn must_be_one(&self) -> Result<(), ReadError> {
        for (overall, of) in [
            (ClaimKind::Metascore, ClaimKind::CriticCount),
            (ClaimKind::UserScore, ClaimKind::RatingCount),
        ] {
            let before = self.said_first(overall).zip(self.said_first(of));
            let after = self.said_again(overall).zip(self.said_again(of));
            if let (Some(before), Some((score, count))) = (before, after)
                && before != (score.1, count.1)
            {
                let line = self.lines.get(score.0.min(count.0)).map(|line| line.number);
                return Err(ReadError::Malformed {
                    message: "the text holds two pages, and the second names no work".into(),
                    line,
                    help: Some(
                        "save each page as a file of its own, or put its title above it".into(),
                    ),
                });
            }
        }
        Ok(())
    }

    fn said(&self, wanted: ClaimKind) -> impl DoubleEndedIterator<Item = (usize, f64)> {
        self.parts.iter().filter_map(move |placed| match &placed.part {
            Part::Said(said) => {
                said.claim.filter(|claim| claim.0 == wanted).map(|claim| (placed.start, claim.1))
            }
            Part::Review { .. } => None,
        })
    }

    fn said_first(&self, kind: ClaimKind) -> Option<f64> {
        self.said(kind).next().map(|(_, value)| value)
    }

    /// The last statement of that kind, where reviews stand between it and the first.
    fn said_again(&self, kind: ClaimKind) -> Option<(usize, f64)> {
        let (first, _) = self.said(kind).next()?;
        let (last, value) = self.said(kind).next_back()?;
        let between = self.parts.iter().any(|placed| {
            matches!(placed.part, Part::Review { .. }) && (first..last).contains(&placed.start)
        });
        between.then_some((last, value))
    }

    /// Hands every record on; `record` counts those of the whole text.
    fn put(&self, work: &RawWork, record: &mut u64, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let lines = self.lines;
        let layout = Layout {
            fallback: fallback_audience(&self.parts),
            column: wrapped::column(lines, &self.parts),
        };
        let mut heading = None;
        for placed in &self.parts {
            let raw = || raw_lines(&lines[placed.start..placed.end.min(lines.len())]);
            let item = match &placed.part {
                Part::Said(said) => {
                    heading = said.audience.or(heading);
                    let Some((kind, value, of)) = said.claim else {
                        continue;
                    };
                    let audience = heading.unwrap_or(layout.fallback);
                    let claim = Claim { audience, kind, value, of, work: work.clone() };
                    Item::Claim(claim)
                }
                Part::Review { head, words } => {
                    let section = &self.sections[placed.section];
                    review(lines, section, head, words, work, layout)
                }
            };
            let line = lines.get(placed.start).map_or(1, |line| line.number);
            *record += 1;
            sink.item(Position { record: *record, line }, &raw, item)?;
        }
        Ok(())
    }
}

/// What is learnt from a page as a whole.
#[derive(Debug, Clone, Copy)]
struct Layout {
    /// Whose reviews they are where nothing else tells.
    fallback: Audience,
    /// Where its lines were broken, if they were.
    column: Option<usize>,
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
            line::Shape::ReviewedBy(_) | line::Shape::Signed { .. } => 0,
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
    layout: Layout,
) -> Item {
    let audience = audience_of(section, head, layout.fallback);
    let best = if audience == Audience::Critic { 100.0 } else { 10.0 };
    let (label, words) = card_label(lines, section, head, words);
    let labels: Vec<String> = head.labels.iter().cloned().chain(label).collect();
    let quote = quote(lines, head, words, layout.column);
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

fn quote(
    lines: &[Line<'_>],
    head: &Head,
    words: &[usize],
    column: Option<usize>,
) -> Option<String> {
    let words = match words {
        [rest @ .., last] if details::is_platform(&lines[*last].body) && !rest.is_empty() => rest,
        all => all,
    };
    let mut text = String::new();
    let mut above: Option<&Line<'_>> = None;
    for line in words.iter().map(|&at| &lines[at]) {
        let list_bullet = head.inner_bullets && line.marker == Some(line::Marker::Bullet);
        let said = if list_bullet { line.body.clone() } else { line.words() };
        match above.zip(column) {
            Some((above, column)) if wrapped::was_one(above, line, column) => {
                wrapped::append(&mut text, &said);
            }
            Some(_) | None => {
                if above.is_some() {
                    text.push('\n');
                }
                text.push_str(&said);
            }
        }
        above = Some(line);
    }
    let text = doubled::whole_text(&text).unwrap_or(&text).trim();
    (!text.is_empty()).then(|| text.to_string())
}

fn raw_lines(lines: &[Line<'_>]) -> String {
    lines.iter().map(|line| line.raw).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod pages_tests;
#[cfg(test)]
mod tests;
