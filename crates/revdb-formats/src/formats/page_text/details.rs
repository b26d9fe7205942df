//! Details that a page prints between title and score: publisher, platform, date.
//!
//! Owns: the form of such lines, and the kind of work they imply. Must never: use more than a
//! single line; `header` knows where they count.

use super::figures::release_date;
use super::lines::{Line, Shape, is_name};
use revdb_model::Kind;

/// A line between title and score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Detail {
    /// "Record Label: …", "A | Release Date: …", with the implied kind.
    Labelled(Option<Kind>),
    Season,
    Platform,
    By,
    Heading(&'static str),
}

/// The detail on a line, if any.
pub fn detail(line: &Line<'_>) -> Option<Detail> {
    let body = line.body.as_str();
    // Called for every line; most short lines of a page are numbers.
    if body.len() > 300 || line.shape == Shape::Number {
        return None;
    }
    if release_date(body).is_some() {
        return Some(Detail::Labelled(kind_of_release(body)));
    }
    if is_season_label(body) {
        return Some(Detail::Season);
    }
    if is_platform(body) {
        return Some(Detail::Platform);
    }
    let by = || body.strip_prefix("by ").is_some_and(is_name) && line.shape == Shape::Text;
    if matches!(line.shape, Shape::By(_)) || by() {
        return Some(Detail::By);
    }
    let lower = body.to_lowercase();
    if let Some(heading) = HEADINGS.iter().find(|heading| **heading == lower) {
        return Some(Detail::Heading(heading));
    }
    let (label, _) = lower.split_once(':')?;
    let found = LABELS.iter().find(|(known, _)| *known == label)?;
    Some(Detail::Labelled(found.1))
}

/// Headings that tell the audience of the following reviews, in lower case.
pub const HEADINGS: [&str; 2] = ["critic reviews", "user reviews"];

/// How lines of details begin, in lower case, with the kind some imply.
const LABELS: [(&str, Option<Kind>); 12] = [
    ("record label", Some(Kind::Album)),
    ("label", Some(Kind::Album)),
    ("network", Some(Kind::Tv)),
    ("publisher", Some(Kind::Game)),
    ("developer", Some(Kind::Game)),
    ("platforms", Some(Kind::Game)),
    ("also on", Some(Kind::Game)),
    ("# of players", Some(Kind::Game)),
    ("esrb rating", Some(Kind::Game)),
    ("production company", None),
    ("genre(s)", None),
    ("genres", None),
];

fn is_number(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// "Season 2", "SEASON 2"
pub fn is_season_label(body: &str) -> bool {
    let label = body.get(.."season ".len()).filter(|label| label.eq_ignore_ascii_case("season "));
    label.and_then(|label| body.get(label.len()..)).is_some_and(is_number)
}

/// "The Long Season: Season 2" names a season, so it is a TV show.
pub fn is_season(title: &str) -> bool {
    title
        .rsplit_once(": Season ")
        .is_some_and(|(show, number)| !show.is_empty() && is_number(number))
}

/// The kind implied by a line with a release date.
pub fn kind_of_release(body: &str) -> Option<Kind> {
    let lower = body.to_lowercase();
    if lower.contains("premiere date") || lower.starts_with("network") {
        Some(Kind::Tv)
    } else if lower.starts_with("publisher") || lower.starts_with("developer") {
        Some(Kind::Game)
    } else if lower.starts_with("label") || lower.starts_with("record label") {
        Some(Kind::Album)
    } else {
        lower.contains('|').then_some(Kind::Movie)
    }
}

/// The kind in "Review this movie".
pub fn invited_kind(line: &Line<'_>) -> Option<Kind> {
    match line.body.to_lowercase().as_str() {
        "review this movie" => Some(Kind::Movie),
        "review this game" => Some(Kind::Game),
        "review this album" => Some(Kind::Album),
        "review this show" | "review this tv show" | "review this season" => Some(Kind::Tv),
        _ => None,
    }
}

/// Game pages print the platform below the title, and a review's platform below its text; TV
/// pages the season.
pub fn is_platform(body: &str) -> bool {
    const PLATFORMS: [&str; 30] = [
        "PC", "PlayStation", "PlayStation 2", "PlayStation 3", "PlayStation 4", "PlayStation 5",
        "PlayStation Vita", "PSP", "Xbox", "Xbox 360", "Xbox One", "Xbox Series X",
        "Nintendo Switch", "Nintendo Switch 2", "Switch", "Wii", "Wii U", "Nintendo 64",
        "GameCube", "DS", "3DS", "iOS (iPhone/iPad)", "Stadia", "Dreamcast", "PS3", "PS4", "PS5",
        "Xbox Series S", "Xbox Series X/S", "Xbox Series X|S",
    ];
    PLATFORMS.contains(&body) || is_season_label(body)
}
/// "Episode Length: 60", "Season 1 premiere date: Sep 23, 2013": a label of a few words.
pub fn is_labelled(body: &str) -> bool {
    let Some((label, _)) = body.split_once(':') else { return false };
    let capital = label.starts_with(|c: char| c.is_uppercase() || c == '#');
    capital
        && label.len() <= 30
        && label.split(' ').count() <= 4
        && !label.contains(['.', ',', '"'])
}
