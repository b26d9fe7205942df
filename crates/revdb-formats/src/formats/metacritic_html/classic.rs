//! The layouts of 2011 to 2022.
//!
//! Owns: which elements of these layouts hold a review's parts. Must never: take a score from
//! outside a review. The class names come from saved pages: `critscore` until 2012, `metascore_w`
//! after; `div.review` for films and TV, `li.review` for games and music; `review_product` on
//! publication pages.

use crate::formats::html::{
    Classes, Element, attribute, has_any, has_class, line, mark_of, text, walk, walk_outer,
};
use crate::formats::page_text::notice::after_notice;
use crate::record::{RawReview, RawWork};
use revdb_model::{Audience, ExternalId};

use super::about::{About, kind_of_word, path_of};
use super::{Found, scale};

/// Sidebars and boxes that show other works, or this one's score again.
pub fn is_aside(element: Element<'_>) -> bool {
    has_any(element, &["side_col", "product_side", "sidebar", "footer_wrap", "mastfoot"])
}

/// An element that holds one review.
pub fn is_review(element: Element<'_>) -> bool {
    matches!(element.name(), "div" | "li" | "article")
        && has_any(element, &["review", "review_content", "critic_review", "user_review"])
}

/// Every review of the page in these layouts.
pub fn reviews(root: Element<'_>, about: &About) -> Vec<Found> {
    let mut found = Vec::new();
    // Reviews are not nested: the elements inside one are not searched again.
    for element in walk_outer(root, is_aside, is_review) {
        if is_review(element) {
            found.extend(read(&[element], about));
        } else if has_class(element, "review_critic") {
            found.extend(read(&loose(element), about));
        }
    }
    found
}

/// A review whose enclosing element is missing (a truncated page): from its first part to the next
/// review's.
fn loose(first: Element<'_>) -> Vec<Element<'_>> {
    let mut parts = vec![first];
    let mut level = Some(first);
    for _ in 0..2 {
        let Some(element) = level else { break };
        let next = element.next_siblings();
        parts.extend(next.take_while(|part| {
            !has_any(*part, &["review_critic", "review_stats"]) && !is_review(*part)
        }));
        if parts.iter().any(|part| has_class(*part, "review_body")) {
            break;
        }
        level = element.parent();
    }
    parts
}

/// The parts of one review as they are found.
#[derive(Default)]
struct Parts {
    score: Option<String>,
    /// The class `indiv` marks the review's own score, as opposed to the work's.
    own_score: bool,
    is_user: bool,
    byline: Option<String>,
    publication: Option<String>,
    date: Option<String>,
    quote: Option<String>,
    url: Option<String>,
    id: Option<String>,
    work: Option<RawWork>,
}

fn read(roots: &[Element<'_>], about: &About) -> Option<Found> {
    let mut parts = Parts::default();
    for root in roots {
        for element in walk(*root, |_| false) {
            parts.look_at(element);
        }
    }
    parts.review(about, roots)
}

impl Parts {
    fn look_at(&mut self, element: Element<'_>) {
        if let Some(id) = attribute(element, "data-mcrefid") {
            self.id = Some(id.to_string());
        }
        if let Some(href) = attribute(element, "href") {
            self.link(element, href);
        }
        let classes = Classes::of(element);
        if classes.has("metascore_w") || classes.has("critscore") {
            self.score(element);
        } else if classes.has_any(&["review_body", "summary"]) && self.quote.is_none() {
            self.quote = words(element);
        } else if classes.has("review_product") {
            self.work = Some(work(element));
        } else if classes.has_any(&["source", "publication_title"]) && self.publication.is_none() {
            self.publication = name(element);
        } else if classes.has_any(&["author", "name"]) && self.byline.is_none() {
            self.byline = name(element).map(|text| without_label(&text).to_string());
        } else if classes.has_any(&["date", "post_date"]) && self.date.is_none() {
            self.date = line(element).map(|text| text.trim_start_matches("Posted ").to_string());
        }
    }

    fn score(&mut self, element: Element<'_>) {
        let own = has_any(element, &["indiv", "critscore"]);
        if self.score.is_none() || (own && !self.own_score) {
            self.score = line(element).filter(|text| !text.eq_ignore_ascii_case("tbd"));
            self.own_score = own;
            self.is_user = has_class(element, "user");
        }
    }

    fn link(&mut self, element: Element<'_>, href: &str) {
        self.is_user |= path_of(href).starts_with("user/");
        let full = has_any(element, &["read_full", "full_review"])
            || element.parent().is_some_and(|parent| has_class(parent, "full_review"));
        let outside = || {
            has_class(element, "external")
                && element.parent().is_some_and(|p| has_class(p, "source"))
        };
        if href.starts_with("http") && (full || (self.url.is_none() && outside())) {
            self.url = Some(href.to_string());
        }
    }

    fn review(self, about: &About, roots: &[Element<'_>]) -> Option<Found> {
        let names = self.byline.is_some() || self.publication.is_some() || self.work.is_some();
        if self.quote.is_none() && !(self.score.is_some() && names) {
            return None; // a form or a heading in a review's clothes
        }
        let audience = match about.audience {
            _ if self.is_user => Audience::User,
            Some(audience) if self.publication.is_none() => audience,
            _ => Audience::Critic,
        };
        let mark = match &self.id {
            Some(id) => format!("data-mcrefid=\"{id}\""),
            None => mark_of(self.quote.as_deref()),
        };
        let byline = self.byline.or_else(|| about.byline.clone());
        let publication = self
            .publication
            .or_else(|| about.publication.clone())
            .filter(|_| audience == Audience::Critic);
        let review = RawReview {
            audience: Some(audience),
            work: self.work.unwrap_or_else(|| about.work.clone()),
            byline,
            publication,
            date: self.date,
            score: self.score,
            scale: Some(scale(audience)),
            quote: self.quote,
            url: self.url,
            id: self.id.map(|id| ExternalId::new("metacritic", id)),
            ..RawReview::default()
        };
        Some(Found::new(review, mark, || roots.iter().map(|root| root.html()).collect()))
    }
}

/// A review's words: the expanded text if there is one, without boilerplate.
fn words(body: Element<'_>) -> Option<String> {
    let inside = walk(body, |_| false);
    let expanded = inside.iter().find(|element| has_class(**element, "blurb_expanded"));
    let notice = |element: Element<'_>| {
        has_any(
            element,
            &[
                "blurb_collapsed",
                "blurb_etc",
                "toggle_expand_collapse",
                "read_full",
                "full_review",
                "review_contains_spoilers",
                "spoiler_notice",
            ],
        )
    };
    let text = text(*expanded.unwrap_or(&body), notice);
    // The button distinguishes the notice from a reviewer's own sentence.
    let text = after_notice(&text).unwrap_or(&text);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_string())
}

/// A name, given as text or as the alternative text of a logo.
fn name(element: Element<'_>) -> Option<String> {
    line(element).or_else(|| {
        walk(element, |_| false).into_iter().filter(|inner| inner.name() == "img").find_map(
            |image| {
                attribute(image, "alt").or_else(|| attribute(image, "title")).map(str::to_string)
            },
        )
    })
}

fn without_label(text: &str) -> &str {
    ["Reviewed by:", "By:", "By "]
        .iter()
        .find_map(|label| text.strip_prefix(label))
        .unwrap_or(text)
        .trim()
}

/// The work named by a review on a publication's page.
fn work(element: Element<'_>) -> RawWork {
    let link = walk(element, |_| false).into_iter().find(|inner| inner.name() == "a");
    let kind = link
        .and_then(|link| attribute(link, "href"))
        .and_then(|href| path_of(href).split('/').next())
        .and_then(kind_of_word);
    RawWork { title: line(link.unwrap_or(element)), kind, ..RawWork::default() }
}
