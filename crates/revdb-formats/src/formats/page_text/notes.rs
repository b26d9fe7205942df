//! Compares a page's statements about itself with what was read of it.
//!
//! Owns: the notes about a page as a whole. Must never: report a difference as an error if a
//! filter or "See all" explains it; the note says which.

use super::blocks::{Block, Kind};
use super::boilerplate::Role;
use super::figures::is_month;
use super::guard::{second_count, second_score};
use super::joined_names::Joined;
use super::lines::{Line, Shape};
use super::lists::Doubt;
use super::page_claims::claims;
use super::reading::PageRead;
use crate::format::Note;
use crate::record::{Claim, ClaimKind};
use revdb_model::Audience;

/// The notes for the user.
pub fn notes(lines: &[Line<'_>], pages: &[PageRead<'_>]) -> Vec<Note> {
    let mut notes: Vec<Note> = translated(lines).into_iter().collect();
    for page in pages {
        let claims: Vec<Claim> = claims(page).into_iter().map(|(_, claim)| claim).collect();
        for audience in [Audience::Critic, Audience::User] {
            let about = |claim: &&Claim| claim.audience == audience;
            let claims: Vec<&Claim> = claims.iter().filter(about).collect();
            notes.extend(counted(lines, page, audience, &claims));
        }
        notes.extend(assumed(page));
        notes.extend(lost_numbers(lines, page));
        notes.extend(doubts(lines, page));
        notes.extend(left_over(lines, page));
        notes.extend(joined_names(lines, page));
        notes.extend(parted_names(lines, page));
        notes.extend(two_works(lines, page));
    }
    notes
}

/// Two pages in one text, where only the score or the count shows that a second page begins.
fn two_works(lines: &[Line<'_>], page: &PageRead<'_>) -> Option<Note> {
    let help = Some("save each page as a file of its own, or put its title above it".into());
    if page.work.title.is_none() && second_score(page).is_some() {
        let message =
            "the text holds two pages, and neither names its work: all reviews were read as of one";
        return Some(Note { message: message.into(), help });
    }
    let line = lines.get(second_count(page)?).map_or(1, |line| line.number);
    let message = format!(
        "the page counts its critics anew on line {line}, and otherwise: it may hold the pages of two \
         works, and all reviews were read as of one"
    );
    Some(Note { message, help })
}

/// The site only prints English months: on a translated page other lines may be unrecognised.
fn translated(lines: &[Line<'_>]) -> Option<Note> {
    let abroad = |line: &&Line<'_>| {
        line.shape == Shape::Date
            && line.body.contains(char::is_alphabetic)
            && !line.body.split([' ', '-']).any(is_month)
    };
    let line = lines.iter().find(abroad)?;
    Some(Note {
        message: format!(
            "the page's dates are in another language (line {}): a browser translated it, and lines \
             that belong to no review may not be known as such",
            line.number
        ),
        help: Some("save the page as it is, without the translation".into()),
    })
}

/// "the page says 22 critics; 3 were read", with harmless explanations.
fn counted(
    lines: &[Line<'_>],
    page: &PageRead<'_>,
    audience: Audience,
    claims: &[&Claim],
) -> Option<Note> {
    let read: usize = page
        .lists
        .iter()
        .filter(|list| list.attribution.audience == audience)
        .map(|list| {
            list.items.len() - list.duplicate.iter().filter(|duplicate| **duplicate).count()
        })
        .sum();
    let (said, what) = match audience {
        Audience::Critic => (claimed(page, ClaimKind::CriticCount)?, "critics"),
        // The bands count written reviews; ratings without words are not on the page.
        Audience::User => (claims.iter().find_map(|claim| claim.of)?, "users' reviews"),
    };
    if said == read as f64 || (read == 0 && !has_list(page, audience)) {
        return None;
    }
    let verb = if read == 1 { "was" } else { "were" };
    let message = format!("the page says {said} {what}; {read} {verb} read");
    Some(Note { message, help: Some(reason(lines, audience, claims, read, said)) })
}

/// Whether the text includes that audience's list.
fn has_list(page: &PageRead<'_>, audience: Audience) -> bool {
    page.lists.iter().all(|list| list.attribution.audience == audience)
}

/// Why fewer may be right: a selection, a filter, truncation.
fn reason(
    lines: &[Line<'_>],
    audience: Audience,
    claims: &[&Claim],
    read: usize,
    said: f64,
) -> String {
    let who = audience.as_str();
    let selected = lines.iter().any(|line| {
        matches!(line.shape, Shape::Boilerplate(Role::Selection))
            && line.body.to_lowercase().contains(who)
    });
    let filtered = lines.iter().find_map(|line| {
        let lower = line.body.to_lowercase();
        ["positive", "mixed", "negative"]
            .into_iter()
            .find(|word| lower.starts_with(&format!("there are no {word} {who} ")))
    });
    let band = [
        ("positive", ClaimKind::Positive),
        ("mixed", ClaimKind::Mixed),
        ("negative", ClaimKind::Negative),
    ]
    .into_iter()
    .find(|(_, kind)| {
        let band = claims.iter().find(|claim| claim.kind == *kind);
        band.is_some_and(|claim| claim.value == read as f64)
    });
    match (selected, filtered.or(band.map(|(word, _)| word))) {
        _ if read as f64 > said => "more stand in the text than the page counts: look at `revdb formats --explain FILE`".into(),
        (true, _) => "the page shows a selection ('See all'): save the page of all reviews for the rest".into(),
        (_, Some(word)) => format!("the page seems filtered (dist={word}): save the page of all reviews for the rest"),
        _ => "the page may be filtered (dist=positive), one of several, or the text cut: save the page of all reviews as HTML for the rest".into(),
    }
}

pub fn claimed(page: &PageRead<'_>, wanted: ClaimKind) -> Option<f64> {
    page.blocks.iter().find_map(|block| match &block.kind {
        Kind::Statement(said) => said.claim.filter(|claim| claim.0 == wanted).map(|claim| claim.1),
        _ => None,
    })
}

fn assumed(page: &PageRead<'_>) -> Option<Note> {
    let list = page.lists.iter().find(|list| list.attribution.assumed)?;
    let who = match list.attribution.audience {
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

/// One note for each kind of doubt about the separation of items.
fn doubts<'a>(lines: &'a [Line<'_>], page: &'a PageRead<'_>) -> impl Iterator<Item = Note> + 'a {
    [Doubt::ByLine, Doubt::LastNumbers, Doubt::LinesWithin, Doubt::DateWithin, Doubt::DatesBelow].into_iter().filter_map(|doubt| {
        let doubtful = |block: &&Block| block.list().is_some_and(|list| list.doubts.contains(&doubt));
        let block = page.blocks.iter().find(doubtful)?;
        let line = lines.get(block.start).map_or(1, |line| line.number);
        let message = match doubt {
            Doubt::ByLine => format!(
                "nothing parts the reviews below line {line}: each line of words was read as one"
            ),
            Doubt::LastNumbers => format!(
                "the list at line {line} lost its last numbers: names and dates told the reviews apart"
            ),
            Doubt::LinesWithin => format!(
                "the last review of the list at line {line} has several lines of words, which \
                 critics' hardly have: another review may begin there"
            ),
            Doubt::DateWithin => format!(
                "the last review of the list at line {line} has a date on a line of its own in its \
                 words: another review may begin there"
            ),
            Doubt::DatesBelow => format!(
                "the first review at line {line} has no date and each below begins with one: if dates \
                 stand below their reviews, they are one place off"
            ),
        };
        let help = "`revdb formats --explain FILE` shows them; save the page as HTML to be sure";
        Some(Note { message, help: Some(help.into()) })
    })
}

fn joined_names(lines: &[Line<'_>], page: &PageRead<'_>) -> Option<Note> {
    let joined = |block: &Block| block.kind == Kind::Boilerplate(Role::Joined);
    let at = page.blocks.iter().find(|block| joined(block))?.start;
    Some(Note {
        message: format!(
            "the page has publication and critic in one line (line {}): both were read as the publication",
            lines.get(at).map_or(1, |line| line.number)
        ),
        help: Some("part the two lines in the text, or save the page as HTML".into()),
    })
}

/// Names that were separated only by their capitals, or may have to be.
fn parted_names(lines: &[Line<'_>], page: &PageRead<'_>) -> Option<Note> {
    let list = page.lists.iter().find(|list| list.joined != Joined::No)?;
    let block = page.blocks.get(list.block)?;
    let (verb, what) = match list.joined {
        Joined::Yes => ("run", "they were parted at a capital"),
        _ => ("may run", "both were read as the publication"),
    };
    Some(Note {
        message: format!(
            "publication and critic {verb} together in the list at line {}: {what}",
            lines.get(block.start).map_or(1, |line| line.number)
        ),
        help: Some("look at the names, or save the page as HTML".into()),
    })
}

/// Lines that look like words of a review, but belong to none.
fn left_over(lines: &[Line<'_>], page: &PageRead<'_>) -> Option<Note> {
    let stated = |block: &&Block| matches!(&block.kind, Kind::Statement(said) if said.certain);
    let first = page.blocks.iter().find(stated).map(|block| block.start);
    let words = |block: &&Block| {
        let Some(line) = lines.get(block.start) else { return false };
        // Without a heading, lines indented like a list's items.
        let below = first.map_or(line.column > 1, |first| block.start > first);
        let words = line.body.chars().count() >= 40 && !line.could_be_name();
        match block.kind {
            Kind::Left => below && words,
            Kind::Boilerplate(Role::Sidebar) => matches!(line.shape, Shape::ReviewedBy(_)),
            _ => false,
        }
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
