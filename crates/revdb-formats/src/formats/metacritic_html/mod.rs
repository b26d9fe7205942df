//! Saved Metacritic pages, from 2011 to today.
//!
//! Owns: which layout a page has, and converting it to raw reviews and claims. Must never: use a
//! number that belongs to another work (sidebars are skipped), or both the short and the full text
//! of a review.
//!
//! `classic` reads the layouts of 2011 to 2022, `cards` those since 2023, `payload` the data
//! embedded in these, and `about` what a page is about.

mod about;
mod cards;
mod classic;
mod payload;

use super::html::{self, LineFinder};
use super::page_text;
use super::whole_page::read_page;
use crate::format::{Confidence, Format, Probe, ReadOptions, Result, Sink, Text};
use crate::record::{Claim, Item, Position, RawReview};
use about::About;
use revdb_model::{Audience, Scale};

pub struct MetacriticHtml;

/// A review and the text by which its line is found in the source.
struct Found {
    review: RawReview,
    mark: String,
    /// Why it cannot be a review, and its source.
    refused: Option<(String, String)>,
}

impl Found {
    fn new(review: RawReview, mark: String, raw: impl FnOnce() -> String) -> Self {
        let refused = refusal(&review).map(|reason| (reason, raw()));
        Self { review, mark, refused }
    }
}

impl Format for MetacriticHtml {
    fn name(&self) -> &str {
        "metacritic-html"
    }

    fn describe(&self) -> &str {
        "saved Metacritic page: critic, user and publication reviews, layouts of 2011 to today"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        let head = probe.head;
        let has = |marks: &[&str]| marks.iter().any(|mark| head.contains(mark));
        if payload::is_fragment(head) {
            return Confidence::Certain;
        }
        let is_page = head.contains('<') && head.contains('>');
        let own = [
            "metascore_w",
            "critscore",
            "data-mcrefid",
            "content=\"Metacritic\"",
            "www.metacritic.com/",
            "c-siteReview",
            "reviewedProduct",
        ];
        let review = [
            "review_body",
            "class=\"review",
            "review_grade",
            "data-testid=\"review-card",
            "c-siteReview",
            "__NUXT_DATA__",
        ];
        if is_page
            && !head.trim_start().starts_with(['{', '['])
            && (has(&own) || head.contains("c-siteReviewScore"))
            && has(&review)
        {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn read(&self, text: &mut dyn Text, _options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let page = read_page(text)?;
        if payload::is_fragment(&page) {
            return emit(&page, Vec::new(), payload::of_fragment(&page), sink);
        }
        let tree = html::parse(&page)?;
        let root = tree.root_element();
        let about = About::of(root);
        let claims = claims(&tree, &about);
        // Searching a page for cards that cannot be there is slow.
        let shown = match cards::may_be_in(&page) {
            true => cards::reviews(root, &about),
            false => Vec::new(),
        };
        let carried = match payload::may_be_in(&page) {
            true => payload::of_page(root, &about),
            false => Vec::new(),
        };
        let mut reviews = if carried.len() >= shown.len() { carried } else { shown };
        reviews.extend(classic::reviews(root, &about));
        emit(&page, claims, reviews, sink)
    }
}

/// Maximum score: critics 100, users 10.
fn scale(audience: Audience) -> Scale {
    Scale::out_of(if audience == Audience::Critic { 100.0 } else { 10.0 })
}

/// The page's claims about its own work, outside reviews and sidebars.
fn claims(tree: &html::Tree, about: &About) -> Vec<Claim> {
    if about.is_profile {
        return Vec::new(); // a publication's or person's page: the figures are of many works
    }
    let text = html::text(tree.root_element(), |element| {
        classic::is_review(element)
            || classic::is_aside(element)
            || cards::is_card(element)
            || element.name() == "head"
    });
    page_text::claims_in(&text)
        .into_iter()
        .map(|(audience, kind, value, of)| Claim {
            audience,
            kind,
            value,
            of,
            work: about.work.clone(),
        })
        .collect()
}

fn emit(page: &str, claims: Vec<Claim>, reviews: Vec<Found>, sink: &mut dyn Sink) -> Result {
    let mut record = 0;
    for claim in claims {
        record += 1;
        sink.item(Position { record, line: 1 }, &String::new, Item::Claim(claim))?;
    }
    let mut lines = LineFinder::new(page);
    for Found { review, mark, refused } in reviews {
        record += 1;
        let at = Position { record, line: lines.line_of(&mark) };
        match refused {
            Some((reason, raw)) => sink.item(at, &|| raw.clone(), Item::Rejected(reason))?,
            None => sink.item(at, &String::new, Item::Review(Box::new(review)))?,
        }
    }
    Ok(())
}

/// Why a review found on the page is rejected.
fn refusal(review: &RawReview) -> Option<String> {
    let Some(score) = review.score.as_deref() else {
        return review
            .quote
            .is_none()
            .then(|| "the review has neither score nor words".to_string());
    };
    let best = review.scale.map_or(100.0, |scale| scale.best);
    let value: Option<f64> = score.parse().ok();
    value
        .is_none_or(|value| !(0.0..=best).contains(&value))
        .then(|| format!("the score '{score}' is not between 0 and {best}"))
}

#[cfg(test)]
mod tests;
