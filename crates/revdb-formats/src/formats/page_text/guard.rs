//! What a page says of itself, held against what was read of it.
//!
//! Owns: the notes about a page as a whole, and the refusal of a page that
//! yields nothing. Must never: take a page's statement for a fault where a
//! filter or "See all" explains it; the note says which.

use super::blocks::Kind;
use super::figures::is_date;
use super::furniture::{self, Role};
use super::lines::{Line, Shape};
use super::links::has_divisions;
use super::reading::PageRead;
use super::recognise::{is_foreign, is_of_many};
use super::slots::Slots;
use crate::format::{Note, ReadError, Result};
use crate::record::ClaimKind;
use revdb_model::Audience;

/// Refuses pandoc's markdown: its attributes and line breaks run through names
/// and words, and not all of them can be told from a reviewer's.
///
/// # Errors
/// [`ReadError::Malformed`] where the page is such a text.
pub fn refuse_divisions(page: &str) -> Result {
    if has_divisions(page) {
        return malformed(
            "it is pandoc's markdown, whose marks run through names and words",
            "convert the page with `pandoc -t plain`, or save it as HTML",
        );
    }
    Ok(())
}

/// Refuses a text that yields no review, with the reason.
///
/// # Errors
/// [`ReadError::Malformed`] where nothing can be read.
pub fn refuse(lines: &[Line<'_>], pages: &[PageRead<'_>]) -> Result {
    second_page_without_title(lines, pages)?;
    let items = || pages.iter().flat_map(|page| &page.lists).flat_map(|list| &list.items);
    if names_are_lost(lines, pages) {
        return malformed(
            "names and scores are not in this text: the converter left them out",
            "save the page as HTML, or copy it in the browser with its names",
        );
    }
    if is_of_many(lines) {
        return malformed(
            "it is the page of a publication or a person, with reviews of many works",
            "`revdb formats` lists what reads such pages; or save the page as HTML",
        );
    }
    if (is_browse(lines) || scores_of_many(pages)) && !pages.iter().any(speaks_of_itself) {
        return malformed(
            "it is a list of works, and holds no reviews",
            "save the page of one work's critic or user reviews",
        );
    }
    if items().any(|item| item.score.is_some() || !item.words.is_empty()) {
        return Ok(());
    }
    if is_foreign(lines) {
        return malformed(
            "it is another site's page, not Metacritic's",
            "`revdb formats` lists what can be read; a text profile can teach the page's layout",
        );
    }
    let empty = lines.iter().any(|line| matches!(line.shape, Shape::Furniture(Role::Empty)));
    if empty {
        return malformed(
            "the page says that there are no reviews, and none is in the text",
            "a filtered page may be empty where the whole one is not: save the page of all reviews",
        );
    }
    malformed(
        "no review is in this text, only what the page says around them",
        "save the page as HTML, or copy the reviews with the names and scores above them",
    )
}

fn malformed(message: &str, help: &str) -> Result {
    Err(ReadError::Malformed { message: message.into(), line: None, help: Some(help.into()) })
}

/// No review has a name or a score where each has both on the page: lines end
/// users' reviews, cards give a publication, or a date runs into the words. A
/// converter for running text dropped them, and whole reviews with them.
fn names_are_lost(lines: &[Line<'_>], pages: &[PageRead<'_>]) -> bool {
    let items = || pages.iter().flat_map(|page| &page.lists).flat_map(|list| &list.items);
    let all = items().count();
    if all == 0 || items().any(Slots::is_named) {
        return false;
    }
    let shape = |role: Role| lines.iter().any(|line| line.shape == Shape::Furniture(role));
    let words = |item: &&Slots| {
        item.words.first().and_then(|at| lines.get(*at)).is_some_and(|line| runs_on(&line.body))
    };
    let glued = items().filter(words).count();
    let unscored = items().all(|item| item.score.is_none());
    let said: f64 = pages.iter().filter_map(|page| claimed(page, ClaimKind::CriticCount)).sum();
    (unscored && (shape(Role::UserEnd) || glued * 2 > all))
        || (shape(Role::End) && (all as f64) < said && !items().any(|item| item.signed))
}

/// "Jul 26, 2012A lamp": a date and words without a blank between.
fn runs_on(text: &str) -> bool {
    (8..=20).filter_map(|at| text.split_at_checked(at)).any(|(date, rest)| {
        date.ends_with(|c: char| c.is_ascii_digit())
            && rest.starts_with(char::is_alphanumeric)
            && is_date(date)
    })
}

/// A browse page: entries with scores and release dates of many works.
pub fn is_browse(lines: &[Line<'_>]) -> bool {
    lines.iter().take(60).any(|line| {
        line.body.len() < 60
            && line.body.to_lowercase() != "user score"
            && line.body.to_lowercase() != "tbd"
            && furniture::is(&line.body.to_lowercase(), Role::Browse)
    })
}

/// A work's page says its Metascore once or twice.
fn scores_of_many(pages: &[PageRead<'_>]) -> bool {
    let scored = |block: &&super::blocks::Block| {
        matches!(&block.kind, Kind::Said(said)
            if said.claim.is_some_and(|(kind, ..)| kind == ClaimKind::Metascore))
    };
    pages.iter().any(|page| page.blocks.iter().filter(scored).count() > 2)
}

/// The page counts its reviews, so that it is about one work.
fn speaks_of_itself(page: &PageRead<'_>) -> bool {
    claimed(page, ClaimKind::CriticCount).or(claimed(page, ClaimKind::RatingCount)).is_some()
}

/// Refuses a second page without a title below a page that has one: its
/// reviews would go to the wrong work.
fn second_page_without_title(lines: &[Line<'_>], pages: &[PageRead<'_>]) -> Result {
    for page in pages.iter().filter(|page| page.work.title.is_some()) {
        if let Some(at) = second_score(page) {
            return Err(ReadError::Malformed {
                message: "the text holds two pages, and the second names no work".into(),
                line: lines.get(at).map(|line| line.number),
                help: Some("save each page as a file of its own, or put its title above it".into()),
            });
        }
    }
    Ok(())
}

/// Where the page states another score of its own for the same audience, below
/// reviews.
fn second_score(page: &PageRead<'_>) -> Option<usize> {
    let said = |wanted: ClaimKind| {
        page.blocks.iter().enumerate().filter_map(move |(at, block)| match &block.kind {
            Kind::Said(said) => {
                said.claim.filter(|claim| claim.0 == wanted).map(|claim| (at, block.start, claim.1))
            }
            _ => None,
        })
    };
    [(ClaimKind::Metascore, ClaimKind::CriticCount), (ClaimKind::UserScore, ClaimKind::RatingCount)]
        .into_iter()
        .find_map(|(overall, count)| {
            let changed = |kind: ClaimKind| {
                let (first, last) = (said(kind).next()?, said(kind).next_back()?);
                let between = page.lists.iter().any(|list| (first.0..last.0).contains(&list.block));
                between.then_some((last.1, (last.2 - first.2).abs() > f64::EPSILON))
            };
            let (score, count) = (changed(overall)?, changed(count)?);
            (score.1 || count.1).then_some(score.0.min(count.0))
        })
}

/// What the person who imports the text should know.
pub fn notes(lines: &[Line<'_>], pages: &[PageRead<'_>]) -> Vec<Note> {
    let mut notes = Vec::new();
    for page in pages {
        for audience in [Audience::Critic, Audience::User] {
            notes.extend(counted(lines, page, audience));
        }
        notes.extend(assumed(page));
        notes.extend(lost_numbers(lines, page));
        notes.extend(by_line(lines, page));
        notes.extend(left_over(lines, page));
        notes.extend(joined_names(lines, page));
        if page.work.title.is_none() && second_score(page).is_some() {
            notes.push(Note {
                message: "the text holds two pages, and neither names its work: all reviews were read as of one".into(),
                help: Some("save each page as a file of its own, or put its title above it".into()),
            });
        }
    }
    notes
}

/// "the page says 22 critics; 3 were read", with the innocent reasons told apart.
fn counted(lines: &[Line<'_>], page: &PageRead<'_>, audience: Audience) -> Option<Note> {
    let read: usize = page
        .lists
        .iter()
        .filter(|list| list.whose.audience == audience)
        .map(|list| list.items.len())
        .sum();
    let (said, what) = match audience {
        Audience::Critic => (claimed(page, ClaimKind::CriticCount)?, "critics"),
        Audience::User => (written(page)?, "users' reviews"),
    };
    if said == read as f64 || (read == 0 && !lists_stand(page, audience)) {
        return None;
    }
    let verb = if read == 1 { "was" } else { "were" };
    let message = format!("the page says {said} {what}; {read} {verb} read");
    Some(Note { message, help: Some(reason(lines, page, audience, read, said)) })
}

/// Whether the text goes as far as that audience's list.
fn lists_stand(page: &PageRead<'_>, audience: Audience) -> bool {
    page.lists.iter().all(|list| list.whose.audience == audience)
}

/// Why fewer may be right: a selection, a filter, a cut.
fn reason(
    lines: &[Line<'_>],
    page: &PageRead<'_>,
    audience: Audience,
    read: usize,
    said: f64,
) -> String {
    let selected = lines.iter().any(|line| {
        matches!(line.shape, Shape::Furniture(Role::Selection))
            && line.body.to_lowercase().contains(if audience == Audience::Critic {
                "critic"
            } else {
                "user"
            })
    });
    let filtered = lines.iter().find_map(|line| {
        let lower = line.body.to_lowercase();
        ["positive", "mixed", "negative"]
            .into_iter()
            .find(|word| lower.starts_with(&format!("there are no {word} ")))
    });
    let band = [
        ("positive", ClaimKind::Positive),
        ("mixed", ClaimKind::Mixed),
        ("negative", ClaimKind::Negative),
    ]
    .into_iter()
    .find(|(_, kind)| claimed_by(page, *kind, audience) == Some(read as f64));
    match (selected, filtered.or(band.map(|(word, _)| word))) {
        _ if read as f64 > said => "more stand in the text than the page counts: look at `revdb formats --explain FILE`".into(),
        (true, _) => "the page shows a selection ('See all'): save the page of all reviews for the rest".into(),
        (_, Some(word)) => format!("the page seems filtered (dist={word}): save the page of all reviews for the rest"),
        _ => "the page may be filtered (dist=positive), one of several, or the text cut: save the page of all reviews as HTML for the rest".into(),
    }
}

/// The number of users' written reviews, which the bands count; ratings
/// without words are not on the page.
fn written(page: &PageRead<'_>) -> Option<f64> {
    page.blocks.iter().find_map(|block| match &block.kind {
        Kind::Said(said) => said
            .claim
            .and_then(|(_, _, of)| of)
            .filter(|_| whose(page, block.start) == Some(Audience::User)),
        _ => None,
    })
}

fn claimed(page: &PageRead<'_>, wanted: ClaimKind) -> Option<f64> {
    page.blocks.iter().find_map(|block| match &block.kind {
        Kind::Said(said) => said.claim.filter(|claim| claim.0 == wanted).map(|claim| claim.1),
        _ => None,
    })
}

fn claimed_by(page: &PageRead<'_>, wanted: ClaimKind, audience: Audience) -> Option<f64> {
    page.blocks.iter().find_map(|block| match &block.kind {
        Kind::Said(said) => said
            .claim
            .filter(|claim| claim.0 == wanted && whose(page, block.start) == Some(audience))
            .map(|claim| claim.1),
        _ => None,
    })
}

/// Whose list stands next below a line.
fn whose(page: &PageRead<'_>, start: usize) -> Option<Audience> {
    let above = |list: &super::reading::ListRead| {
        page.blocks.get(list.block).is_some_and(|block| block.start <= start)
    };
    page.lists.get(page.lists.partition_point(above)).map(|list| list.whose.audience)
}

fn assumed(page: &PageRead<'_>) -> Option<Note> {
    let list = page.lists.iter().find(|list| list.whose.assumed)?;
    let who = match list.whose.audience {
        Audience::Critic => ("critics", "user"),
        Audience::User => ("users", "critic"),
    };
    Some(Note {
        message: format!(
            "no heading says whose reviews these are: read as {}' reviews (assumed)",
            who.0
        ),
        help: Some(format!("--audience {} says otherwise", who.1)),
    })
}

fn lost_numbers(lines: &[Line<'_>], page: &PageRead<'_>) -> Option<Note> {
    let (block, list) = page.blocks.iter().find_map(|block| {
        block.list().filter(|list| !list.missing.is_empty()).map(|list| (block, list))
    })?;
    let numbers: Vec<String> = list.missing.iter().map(u32::to_string).collect();
    let line = lines.get(block.start).map_or(1, |line| line.number);
    Some(Note {
        message: format!(
            "the list at line {line} has no number {}: its review could not be told from the one before",
            numbers.join(", ")
        ),
        help: Some("save the page as HTML, or put the number back before the review".into()),
    })
}

fn by_line(lines: &[Line<'_>], page: &PageRead<'_>) -> Option<Note> {
    let block = page.blocks.iter().find(|block| block.list().is_some_and(|list| list.by_line))?;
    let line = lines.get(block.start).map_or(1, |line| line.number);
    Some(Note {
        message: format!(
            "nothing parts the reviews below line {line}: each line of words was read as one"
        ),
        help: Some(
            "`revdb formats --explain FILE` shows them; save the page as HTML to be sure".into(),
        ),
    })
}

fn joined_names(lines: &[Line<'_>], page: &PageRead<'_>) -> Option<Note> {
    let joined = |block: &super::blocks::Block| block.kind == Kind::Furniture(Role::Joined);
    let at = page.blocks.iter().find(|block| joined(block))?.start;
    Some(Note {
        message: format!(
            "the page has publication and critic in one line (line {}): both were read as the publication",
            lines.get(at).map_or(1, |line| line.number)
        ),
        help: Some("part the two lines in the text, or save the page as HTML".into()),
    })
}

/// Lines that read like words of a review, and stand in none.
fn left_over(lines: &[Line<'_>], page: &PageRead<'_>) -> Option<Note> {
    let stated =
        |block: &&super::blocks::Block| matches!(&block.kind, Kind::Said(said) if said.certain);
    let first = page.blocks.iter().find(stated)?.start;
    let words = |block: &&super::blocks::Block| {
        let line = lines.get(block.start);
        block.kind == Kind::Left
            && block.start > first
            && line.is_some_and(|line| line.body.chars().count() >= 40 && !line.could_be_name())
    };
    let mut left = page.blocks.iter().filter(words);
    let at = lines.get(left.next()?.start).map_or(1, |line| line.number);
    let count = left.count() + 1;
    let what = if count == 1 { "line reads" } else { "lines read" };
    Some(Note {
        message: format!(
            "{count} {what} like words of a review and could not be put into one (line {at})"
        ),
        help: Some("`revdb formats --explain FILE` shows what each line was taken for".into()),
    })
}
