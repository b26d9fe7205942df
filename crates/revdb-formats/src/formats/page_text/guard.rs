//! Refuses texts that would be read wrongly or not at all.
//!
//! Owns: the reasons. Must never: refuse a page if a note suffices (`notes`).

use super::blocks::Kind;
use super::boilerplate::{self, Role};
use super::figures::is_date;
use super::lines::{Line, Shape};
use super::links::has_divisions;
use super::notes::claimed;
use super::reading::PageRead;
use super::recognise::{is_foreign, is_of_many};
use super::slots::Slots;
use crate::format::{ReadError, Result};
use crate::record::ClaimKind;

/// Refuses pandoc's Markdown: its attributes and line breaks run through names and words, and
/// cannot all be distinguished from a reviewer's text.
///
/// # Errors
/// [`ReadError::Malformed`] if the page is such a text.
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
/// [`ReadError::Malformed`] if nothing can be read.
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
    if let Some(at) = pages.iter().find_map(|page| misread(lines, page)) {
        return Err(ReadError::Malformed {
            message: "most lines among the reviews belong to none of them".into(),
            line: lines.get(at).map(|line| line.number),
            help: Some(
                "`revdb formats --explain FILE` shows what each line was taken for; save the page as HTML"
                    .into(),
            ),
        });
    }
    // A menu above a page's reviews may name such lists.
    let reviews = || lines.iter().any(|line| line.shape == Shape::Boilerplate(Role::UserEnd));
    let of_many = is_browse(lines) || scores_of_many(pages);
    if of_many && !pages.iter().any(counts_its_reviews) && !reviews() {
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
    let empty = lines.iter().any(|line| matches!(line.shape, Shape::Boilerplate(Role::Empty)));
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

/// The first leftover line in a list that has more of them than reviews.
fn misread(lines: &[Line<'_>], page: &PageRead<'_>) -> Option<usize> {
    const SEVERAL: usize = 3;
    let lists = page.blocks.iter().filter_map(|block| block.list());
    let mut left = lists.map(|list| {
        let own = |at: &&usize| !matches!(lines[**at].shape, Shape::Boilerplate(_));
        let mut left = list.left.iter().filter(own);
        let first = left.next().copied();
        first.filter(|_| left.count() >= list.entries.len().max(SEVERAL))
    });
    left.find_map(|first| first)
}

fn malformed(message: &str, help: &str) -> Result {
    Err(ReadError::Malformed { message: message.into(), line: None, help: Some(help.into()) })
}

/// No review has a name or a score although the page prints both: lines end users' reviews, cards
/// give a publication, or a date runs into the words. A converter for running text dropped them,
/// and whole reviews too.
fn names_are_lost(lines: &[Line<'_>], pages: &[PageRead<'_>]) -> bool {
    let items = || pages.iter().flat_map(|page| &page.lists).flat_map(|list| &list.items);
    let all = items().count();
    if all == 0 || items().any(Slots::is_named) {
        return false;
    }
    // A link behind the words, on their line, is no card's.
    let behind = |at: usize| at > 0 && std::ptr::eq(lines[at - 1].raw, lines[at].raw);
    let shape = |role: Role| {
        let is = |at: &usize| lines[*at].shape == Shape::Boilerplate(role);
        (0..lines.len()).filter(is).any(|at| !behind(at))
    };
    let words = |item: &&Slots| {
        item.words.first().and_then(|at| lines.get(*at)).is_some_and(|line| runs_on(&line.body))
    };
    let glued = items().filter(words).count();
    let unscored = items().all(|item| item.score.is_none());
    let said: f64 = pages.iter().filter_map(|page| claimed(page, ClaimKind::CriticCount)).sum();
    (unscored && (shape(Role::UserEnd) || glued * 2 > all))
        || (shape(Role::End) && (all as f64) < said && !items().any(|item| item.signed))
}

/// "Jul 26, 2012A lamp": a date and words without a space.
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
            && boilerplate::is(&line.body.to_lowercase(), Role::Browse)
    })
}

/// A work's page gives its Metascore only once or twice.
fn scores_of_many(pages: &[PageRead<'_>]) -> bool {
    let scored = |block: &&super::blocks::Block| {
        matches!(&block.kind, Kind::Statement(said)
            if said.claim.is_some_and(|(kind, ..)| kind == ClaimKind::Metascore))
    };
    pages.iter().any(|page| page.blocks.iter().filter(scored).count() > 2)
}

/// The page counts its reviews, so it is about one work.
fn counts_its_reviews(page: &PageRead<'_>) -> bool {
    claimed(page, ClaimKind::CriticCount).or(claimed(page, ClaimKind::RatingCount)).is_some()
}

/// Refuses a second page without a title after a page that has one: its reviews would be assigned
/// to the wrong work.
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

/// Where the page gives a different score of its own for the same audience, below reviews.
pub fn second_score(page: &PageRead<'_>) -> Option<usize> {
    [(ClaimKind::Metascore, ClaimKind::CriticCount), (ClaimKind::UserScore, ClaimKind::RatingCount)]
        .into_iter()
        .find_map(|(overall, count)| {
            let (score, count) = (repeated_claim(page, overall)?, repeated_claim(page, count)?);
            (score.repeated_claim || count.repeated_claim).then_some(score.at.min(count.at))
        })
}

/// Where a page without its own score counts its critics again, below reviews.
pub fn second_count(page: &PageRead<'_>) -> Option<usize> {
    let scored = claimed(page, ClaimKind::Metascore).is_some();
    repeated_claim(page, ClaimKind::CriticCount)
        .filter(|count| count.repeated_claim && !scored)
        .map(|count| count.at)
}

/// A claim repeated on a page, with reviews between.
struct RepeatedClaim {
    at: usize,
    repeated_claim: bool,
}

fn repeated_claim(page: &PageRead<'_>, wanted: ClaimKind) -> Option<RepeatedClaim> {
    let said = || {
        page.blocks.iter().enumerate().filter_map(move |(at, block)| match &block.kind {
            Kind::Statement(said) => {
                said.claim.filter(|claim| claim.0 == wanted).map(|claim| (at, block.start, claim.1))
            }
            _ => None,
        })
    };
    let (first, last) = (said().next()?, said().next_back()?);
    let between = page.lists.iter().any(|list| (first.0..last.0).contains(&list.block));
    between.then_some(RepeatedClaim {
        at: last.1,
        repeated_claim: (last.2 - first.2).abs() > f64::EPSILON,
    })
}
