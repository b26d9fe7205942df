//! The layouts since 2023: review cards.
//!
//! Owns: which `data-testid` and class names mark a card's parts. Must never: rely on the nesting
//! of cards: in a truncated page one card's element contains the next. So cards are read in
//! document order, and each begins where its content does.

use crate::formats::html::{Classes, Element, attribute, has_any, line, mark_of, text, walk};
use crate::record::RawReview;
use revdb_model::{Audience, ExternalId};

use super::about::{About, path_of};
use super::classic::is_aside;
use super::{Found, scale};

pub fn is_card(element: Element<'_>) -> bool {
    attribute(element, "data-testid") == Some("review-card") || has_any(element, &["c-siteReview"])
}

/// Cheap check of a page's source: whether it can contain cards.
pub fn may_be_in(page: &str) -> bool {
    page.contains("review-card") || page.contains("c-siteReview")
}

/// Every card of the page.
pub fn reviews(root: Element<'_>, about: &About) -> Vec<Found> {
    let mut found = Vec::new();
    let mut open: Option<Card<'_>> = None;
    for element in walk(root, is_aside) {
        let id = attribute(element, "data-testid").unwrap_or_default();
        let again =
            id == "review-card-content" && open.as_ref().is_some_and(|card| card.has_content);
        if is_card(element) || again {
            found.extend(
                open.replace(Card::beginning_at(element)).and_then(|card| card.review(about)),
            );
        }
        if let Some(card) = open.as_mut() {
            card.look_at(element, id);
        }
    }
    found.extend(open.and_then(|card| card.review(about)));
    found
}

#[derive(Default)]
struct Card<'a> {
    frame: Option<Element<'a>>,
    has_content: bool,
    score: Option<String>,
    audience: Option<Audience>,
    /// Publication or user, from the header.
    header: Option<String>,
    byline: Option<String>,
    date: Option<String>,
    quote: Option<String>,
    url: Option<String>,
    id: Option<String>,
}

impl<'a> Card<'a> {
    fn beginning_at(frame: Element<'a>) -> Self {
        Self { frame: Some(frame), ..Self::default() }
    }

    fn look_at(&mut self, element: Element<'_>, id: &str) {
        let classes = Classes::of(element);
        self.has_content |= id == "review-card-content";
        self.link(element);
        if let Some(own) = attribute(element, "data-review-id") {
            self.id = Some(own.to_string());
        }
        let quote = matches!(id, "review-quote-text" | "review-card-quote")
            || classes.has_any(&["c-siteReview_quote"]);
        let date = id == "review-card-date"
            || classes.has_any(&["c-siteReview_reviewDate", "c-siteReviewHeader_reviewDate"]);
        let header = id == "review-card-header"
            || has_any(
                element,
                &["c-siteReviewHeader_publicationName", "c-siteReviewHeader_username"],
            );
        let author = matches!(
            id,
            "review-card-author" | "review-author" | "review-card-critic" | "review-critic-name"
        ) || classes.has_any(&["c-siteReview_criticName", "c-siteReview_author"]);
        if classes.has_any(&["c-siteReviewScore"]) {
            self.score(element);
        } else if quote && self.quote.is_none() {
            self.quote = words(element);
        } else if date && self.date.is_none() {
            self.date = line(element);
        } else if header && self.header.is_none() {
            let name = text(element, |inner| {
                has_any(inner, &["c-siteReviewScore", "c-siteReviewScore_background"])
            });
            self.header = Some(name.replace('\n', " ")).filter(|name| !name.is_empty());
        } else if author && self.byline.is_none() {
            self.byline = line(element).map(|name| {
                let name = name.trim_start_matches("Read More").trim_start();
                name.strip_prefix("By:")
                    .or_else(|| name.strip_prefix("By "))
                    .unwrap_or(name)
                    .trim()
                    .to_string()
            });
        }
    }

    fn score(&mut self, element: Element<'_>) {
        let label = attribute(element, "title")
            .or_else(|| attribute(element, "aria-label"))
            .unwrap_or_default();
        if self.score.is_none() {
            self.score = line(element).filter(|text| !text.eq_ignore_ascii_case("tbd"));
        }
        let lower = label.to_lowercase();
        if lower.starts_with("user score") || has_any(element, &["c-siteReviewScore_user"]) {
            self.audience = Some(Audience::User);
        } else if lower.starts_with("metascore") {
            self.audience = Some(Audience::Critic);
        }
    }

    fn link(&mut self, element: Element<'_>) {
        let Some(href) = attribute(element, "href") else {
            return;
        };
        let path = path_of(href);
        if href.starts_with('/') && self.audience.is_none() {
            if path.starts_with("publication/") || path.starts_with("critic/") {
                self.audience = Some(Audience::Critic);
            } else if path.starts_with("user/") {
                self.audience = Some(Audience::User);
            }
        }
        let full = attribute(element, "data-testid") == Some("review-full-review-link")
            || has_any(element, &["c-siteReview_externalLink"]);
        // In a page truncated inside an address, the address runs into the next tag.
        if full
            && href.starts_with("http")
            && !href.contains(|c: char| c.is_whitespace() || c == '<')
        {
            self.url = Some(href.to_string());
        }
    }

    fn review(self, about: &About) -> Option<Found> {
        if self.quote.is_none() && (self.score.is_none() || self.header.is_none()) {
            return None; // an empty frame
        }
        let audience = self.audience.or(about.audience).unwrap_or(Audience::Critic);
        let frame = self.frame;
        let (publication, byline) = match audience {
            Audience::Critic => (self.header, self.byline),
            Audience::User => (None, self.header.or(self.byline)),
        };
        let mark = mark_of(self.quote.as_deref());
        let review = RawReview {
            audience: Some(audience),
            work: about.work.clone(),
            byline: byline.or_else(|| about.byline.clone()),
            publication: publication.or_else(|| about.publication.clone()),
            date: self.date,
            score: self.score,
            scale: Some(scale(audience)),
            quote: self.quote,
            url: self.url,
            id: self.id.map(|id| ExternalId::new("metacritic", id)),
            ..RawReview::default()
        };
        Some(Found::new(review, mark, || frame.map(|frame| frame.html()).unwrap_or_default()))
    }
}

fn words(element: Element<'_>) -> Option<String> {
    let text = text(element, |inner| inner.name() == "button");
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_string())
}
