//! What a page is about: the work, its kind and year, and the audience of its reviews.
//!
//! Owns: the page's head and title lines. Must never: look into a review.

use crate::formats::html::{Classes, Element, attribute, line, walk};
use crate::record::RawWork;
use revdb_model::{Audience, Kind};

use super::classic::is_aside;

/// The page as a whole.
#[derive(Debug, Default)]
pub struct About {
    pub work: RawWork,
    /// From the URL: `/critic-reviews` or `/user-reviews`.
    pub audience: Option<Audience>,
    /// A page of one publication, critic or user: its reviews name their works.
    pub is_profile: bool,
    /// The publication, on a publication's page.
    pub publication: Option<String>,
    /// The critic or user, on such a page.
    pub byline: Option<String>,
}

impl About {
    pub fn of(root: Element<'_>) -> About {
        let mut seen = Seen::default();
        for element in walk(root, is_aside) {
            seen.look_at(element);
        }
        seen.judged()
    }
}

#[derive(Default)]
struct Seen {
    og_title: Option<String>,
    og_type: Option<String>,
    address: Option<String>,
    heading: Option<String>,
    released: Option<String>,
    /// The other class next to `metascore_w`: "movie", "game", "tvshow", "album".
    score_kind: Option<Kind>,
}

impl Seen {
    fn look_at(&mut self, element: Element<'_>) {
        match element.name() {
            "meta" => return self.meta(element),
            "link" if attribute(element, "rel") == Some("canonical") => {
                self.address = attribute(element, "href").map(str::to_string);
                return;
            }
            "h1" if self.heading.is_none() => {
                self.heading = line(element);
                return;
            }
            _ => {}
        }
        let classes = Classes::of(element);
        if self.heading.is_none() && classes.has_any(&["product_title", "product_page_title"]) {
            let title = walk(element, |_| false)
                .into_iter()
                .find(|inner| matches!(inner.name(), "h1" | "a"));
            self.heading = line(title.unwrap_or(element));
        } else if self.released.is_none() && classes.has_any(&["release_date", "release_data"]) {
            self.released = line(element).and_then(|text| released(&text));
        } else if self.score_kind.is_none() && classes.has("metascore_w") {
            self.score_kind = classes.sorted().into_iter().find_map(kind_of_word);
        }
    }

    fn meta(&mut self, element: Element<'_>) {
        let content = attribute(element, "content").map(str::to_string);
        match attribute(element, "property") {
            Some("og:title") => self.og_title = content,
            Some("og:type") => self.og_type = content,
            Some("og:url") if self.address.is_none() => self.address = content,
            _ => {}
        }
    }

    fn judged(self) -> About {
        let path = self.address.as_deref().map(path_of).unwrap_or_default();
        let first = path.split('/').next().unwrap_or_default();
        let title = self.heading.or_else(|| self.og_title.as_deref().and_then(without_site));
        let audience = if path.contains("/user-reviews") || first == "user" {
            Some(Audience::User)
        } else if path.contains("/critic-reviews") || matches!(first, "publication" | "critic") {
            Some(Audience::Critic)
        } else {
            None
        };
        let mut about = About {
            audience,
            is_profile: matches!(first, "publication" | "critic" | "user"),
            ..About::default()
        };
        if about.is_profile {
            match first {
                "publication" => about.publication = title,
                _ => about.byline = title,
            }
            return about;
        }
        let kind = kind_of_word(first)
            .or_else(|| self.og_type.as_deref().and_then(kind_of_type))
            .or(self.score_kind);
        about.work = RawWork { title, kind, year: self.released, ..RawWork::default() };
        about
    }
}

/// "Release Date: December 13, 2019" → the date.
fn released(text: &str) -> Option<String> {
    let date = text.rsplit_once(':').map_or(text, |(_, date)| date).trim();
    date.chars().any(|c| c.is_ascii_digit()).then(|| date.to_string())
}

/// "Elden Ring Reviews - Metacritic" → "Elden Ring".
fn without_site(title: &str) -> Option<String> {
    let title = title.trim().trim_end_matches("- Metacritic").trim();
    let title = ["critic reviews", "user reviews", "reviews"]
        .iter()
        .find_map(|tail| {
            let cut = title.len().checked_sub(tail.len())?;
            title
                .get(cut..)
                .filter(|end| end.eq_ignore_ascii_case(tail))
                .and_then(|_| title.get(..cut))
        })
        .unwrap_or(title)
        .trim();
    (!title.is_empty()).then(|| title.to_string())
}

/// The path of a URL, without the first `/`.
pub fn path_of(address: &str) -> &str {
    let rest = address
        .split_once("://")
        .map_or(address, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    rest.trim_start_matches('/')
}

/// `word`: first part of a Metacritic path, class next to `metascore_w`, or a product's type.
pub fn kind_of_word(word: &str) -> Option<Kind> {
    match word {
        "movie" | "movies" => Some(Kind::Movie),
        "tv" | "tvshow" | "show" | "tv-show" | "season" => Some(Kind::Tv),
        "game" | "games" | "game-title" => Some(Kind::Game),
        "music" | "album" | "release" => Some(Kind::Album),
        _ => None,
    }
}

fn kind_of_type(og_type: &str) -> Option<Kind> {
    match og_type {
        "video.movie" => Some(Kind::Movie),
        "video.tv_show" | "video.episode" => Some(Kind::Tv),
        "game" | "video.game" | "games.game" => Some(Kind::Game),
        "music.album" => Some(Kind::Album),
        _ => None,
    }
}
