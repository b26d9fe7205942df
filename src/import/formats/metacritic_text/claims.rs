//! What the page says of itself: title, Metascore, counts, bands.
//!
//! Owns: the sentences of Metacritic's score summaries. Must never: take a
//! number from inside a review; `page` asks only between reviews.

use super::figures::{count, number, release_date};
use super::line::{Line, Shape};
use crate::domain::{Audience, Kind};
use crate::import::record::{ClaimKind, RawWork};

/// One statement, or a heading that only tells whose reviews follow.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Whose scores are spoken of, where the line tells.
    pub audience: Option<Audience>,
    pub claim: Option<(ClaimKind, f64, Option<f64>)>,
    /// Lines taken.
    pub lines: usize,
    /// No sentence of a review has this form.
    pub certain: bool,
}

/// The statement that begins with the line at `start`.
pub fn said_at(lines: &[Line<'_>], start: usize) -> Option<Said> {
    let line = lines.get(start)?;
    if line.body.len() > 160 {
        return None;
    }
    let lower = line.body.to_lowercase();
    heading(&lower)
        .or_else(|| overall(lines, start, &lower))
        .or_else(|| based_on(&lower))
        .or_else(|| band(lines, start, &lower))
        .or_else(|| share(lines, start, &lower))
        .or_else(|| reviews_counted(&lower))
}

/// "98% Positive", with "61 Reviews" behind it or on the next line (2023 and
/// later). A share alone tells no number of reviews, so it is no claim.
fn share(lines: &[Line<'_>], start: usize, lower: &str) -> Option<Said> {
    let (percent, rest) = lower.split_once('%')?;
    number(percent.trim()).filter(|percent| *percent <= 100.0)?;
    let rest = rest.trim_start();
    // In a saved page the two stand in one line with nothing between them.
    let words = [
        ("positive", ClaimKind::Positive),
        ("mixed", ClaimKind::Mixed),
        ("negative", ClaimKind::Negative),
    ];
    let (tail, kind) =
        words.iter().find_map(|(word, kind)| Some((rest.strip_prefix(word)?, *kind)))?;
    let counted = |text: &str| {
        let (value, what) = text.split_once(' ')?;
        matches!(what, "review" | "reviews" | "rating" | "ratings").then(|| count(value))?
    };
    let said = |value: Option<f64>, lines| Said {
        audience: None,
        claim: value.map(|value| (kind, value, None)),
        lines,
        certain: true,
    };
    if !tail.is_empty() {
        return counted(tail.trim()).map(|value| said(Some(value), 1));
    }
    let next = lines.get(start + 1).map(|line| line.body.to_lowercase());
    Some(match next.and_then(|next| counted(&next)) {
        Some(value) => said(Some(value), 2),
        None => said(None, 1),
    })
}

/// "62 Critic Reviews", "Showing 1,031 User Ratings" (2023 and later).
fn reviews_counted(lower: &str) -> Option<Said> {
    let (value, what) = lower.strip_prefix("showing ").unwrap_or(lower).split_once(' ')?;
    let value = count(value)?;
    let (audience, claim) = match what {
        "critic reviews" | "critic review" => {
            (Audience::Critic, Some((ClaimKind::CriticCount, value, None)))
        }
        "user ratings" | "user rating" => {
            (Audience::User, Some((ClaimKind::RatingCount, value, None)))
        }
        // Written reviews are fewer than ratings; no kind of claim counts them.
        "user reviews" | "user review" => (Audience::User, None),
        _ => return None,
    };
    Some(Said { audience: Some(audience), claim, lines: 1, certain: false })
}

fn heading(lower: &str) -> Option<Said> {
    let audience = match lower.trim_end_matches(':') {
        "critic score distribution" | "critic reviews" | "critic rating distribution" => {
            Audience::Critic
        }
        "user score distribution" | "user reviews" | "user rating distribution" => Audience::User,
        _ => return None,
    };
    Some(Said { audience: Some(audience), claim: None, lines: 1, certain: true })
}

/// "Metascore" and "User Score", their number on the same line, the next, or the one before.
fn overall(lines: &[Line<'_>], start: usize, lower: &str) -> Option<Said> {
    let said = |kind, value: Option<f64>, lines| {
        let (audience, most) = if kind == ClaimKind::Metascore {
            (Audience::Critic, 100.0)
        } else {
            (Audience::User, 10.0)
        };
        let claim = value.filter(|value| *value <= most).map(|value| (kind, value, None));
        Said { audience: Some(audience), claim, lines, certain: true }
    };
    if let Some((kind, rest)) = score_label(lower) {
        if let Some(value) = number(rest.trim_start_matches(':').trim()) {
            return Some(said(kind, Some(value), 1));
        }
        if !rest.trim_matches(':').trim().is_empty() {
            return None;
        }
        return match lines.get(start + 1) {
            Some(next) if next.shape == Shape::Number => Some(said(kind, next.value(), 2)),
            _ => Some(said(kind, None, 1)),
        };
    }
    let value = lines[start].value()?;
    let next = lines.get(start + 1)?;
    let lower = next.body.to_lowercase();
    let (kind, rest) = score_label(&lower).filter(|_| next.body.len() < 14)?;
    // "81 / Metascore / 82": the label's own number comes after it.
    let own = lines.get(start + 2).is_some_and(|line| line.shape == Shape::Number);
    (rest.is_empty() && !own).then(|| said(kind, Some(value), 2))
}

fn score_label(lower: &str) -> Option<(ClaimKind, &str)> {
    lower
        .strip_prefix("metascore")
        .map(|rest| (ClaimKind::Metascore, rest))
        .or_else(|| lower.strip_prefix("user score").map(|rest| (ClaimKind::UserScore, rest)))
}

/// How Metacritic begins the line before "based on".
const VERDICTS: [&str; 7] = [
    "universal acclaim",
    "generally favorable",
    "mixed or average",
    "generally unfavorable",
    "overwhelming dislike",
    "no score yet",
    "based on",
];

/// "Universal acclaim - based on 28 Critics", "… based on 31 Ratings".
fn based_on(lower: &str) -> Option<Said> {
    if !VERDICTS.iter().any(|verdict| lower.starts_with(verdict)) {
        return None;
    }
    let (_, rest) = lower.split_once("based on ")?;
    let mut words = rest.split(' ');
    let value = count(words.next()?)?;
    let of_what = words.collect::<Vec<_>>().join(" ");
    let (audience, kind) = match of_what.trim_end_matches('.') {
        "critics" | "critic" | "critic reviews" | "critic review" => {
            (Audience::Critic, ClaimKind::CriticCount)
        }
        "ratings" | "rating" | "user ratings" | "user rating" | "users" | "user reviews" => {
            (Audience::User, ClaimKind::RatingCount)
        }
        _ => return None,
    };
    Some(Said {
        audience: Some(audience),
        claim: Some((kind, value, None)),
        lines: 1,
        certain: true,
    })
}

/// "Positive: 24 out of 28", "Positive: 4", or the number on the next line.
fn band(lines: &[Line<'_>], start: usize, lower: &str) -> Option<Said> {
    let (label, rest) = lower.split_once(':')?;
    let kind = match label {
        "positive" => ClaimKind::Positive,
        "mixed" => ClaimKind::Mixed,
        "negative" => ClaimKind::Negative,
        _ => return None,
    };
    let said = |value, of, lines| Said {
        audience: None,
        claim: Some((kind, value, of)),
        lines,
        certain: false,
    };
    let parts = |text: &str| {
        let (value, of) =
            text.split_once(" out of ").map_or((text, None), |(value, of)| (value, Some(of)));
        let value = count(value.trim().trim_end_matches(" ratings").trim_end_matches(" reviews"))?;
        match of {
            Some(of) => count(of.trim()).map(|of| (value, Some(of))),
            None => Some((value, None)),
        }
    };
    if rest.trim().is_empty() {
        let (value, of) = parts(&lines.get(start + 1)?.body.to_lowercase())?;
        return Some(said(value, of, 2));
    }
    let (value, of) = parts(rest.trim())?;
    Some(said(value, of, 1))
}

/// The work as the page's own heading names it: the line of the release date,
/// the title above it, and the words that tell films from games.
pub fn work(lines: &[Line<'_>]) -> RawWork {
    let mut work = RawWork { kind: lines.iter().find_map(invited_kind), ..RawWork::default() };
    let Some(at) = lines.iter().position(|line| release_date(&line.body).is_some()) else {
        return work;
    };
    let release = &lines[at].body;
    work.year = release_date(release).map(str::to_string);
    work.kind = work.kind.or_else(|| kind_of_release(release));
    let above: Vec<&Line<'_>> = lines[..at].iter().rev().take(3).collect();
    let mut above = above.into_iter().skip_while(|line| {
        let aside = matches!(line.shape, Shape::By(_)) || is_platform(&line.body);
        if is_platform(&line.body) {
            work.kind = work.kind.or(Some(Kind::Game));
        }
        aside
    });
    work.title = above
        .next()
        .filter(|line| {
            matches!(line.shape, Shape::Text | Shape::Number) && line.body.chars().count() <= 200
        })
        .map(|line| line.body.clone());
    work
}

fn kind_of_release(body: &str) -> Option<Kind> {
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

fn invited_kind(line: &Line<'_>) -> Option<Kind> {
    match line.body.to_lowercase().as_str() {
        "review this movie" => Some(Kind::Movie),
        "review this game" => Some(Kind::Game),
        "review this album" => Some(Kind::Album),
        "review this show" | "review this tv show" | "review this season" => Some(Kind::Tv),
        _ => None,
    }
}

/// A game page prints the platform under the title, and a review's platform under its text.
pub fn is_platform(body: &str) -> bool {
    const PLATFORMS: [&str; 24] = [
        "PC",
        "PlayStation",
        "PlayStation 2",
        "PlayStation 3",
        "PlayStation 4",
        "PlayStation 5",
        "PlayStation Vita",
        "PSP",
        "Xbox",
        "Xbox 360",
        "Xbox One",
        "Xbox Series X",
        "Nintendo Switch",
        "Nintendo Switch 2",
        "Switch",
        "Wii",
        "Wii U",
        "Nintendo 64",
        "GameCube",
        "DS",
        "3DS",
        "iOS (iPhone/iPad)",
        "Stadia",
        "Dreamcast",
    ];
    PLATFORMS.contains(&body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::formats::metacritic_text::line::lines;

    #[test]
    fn statements() {
        use ClaimKind::*;
        let cases = [
            ("Metascore\n81\n\nUniversal", Some((Metascore, 81.0, None, 2))),
            ("Metascore: 81", Some((Metascore, 81.0, None, 1))),
            ("2.0\nUSER SCORE\nGenerally", Some((UserScore, 2.0, None, 2))),
            ("Universal acclaim - based on 28 Critics", Some((CriticCount, 28.0, None, 1))),
            (
                "Generally unfavorable reviews based on 1,031 Ratings",
                Some((RatingCount, 1031.0, None, 1)),
            ),
            ("Positive: 24 out of 28", Some((Positive, 24.0, Some(28.0), 1))),
            ("Mixed:\n2\nNegative:", Some((Mixed, 2.0, None, 2))),
            ("98% Positive\n61 Reviews\n2% Mixed", Some((Positive, 61.0, None, 2))),
            ("98% Positive61 Reviews", Some((Positive, 61.0, None, 1))),
            ("2% Mixed 1 Review", Some((Mixed, 1.0, None, 1))),
            ("0% Negative\n\n0 Ratings", Some((Negative, 0.0, None, 2))),
            ("98% Positive\nA long film.", None),
            ("98% positive that it works", None),
            ("Showing 62 Critic Reviews", Some((CriticCount, 62.0, None, 1))),
            ("1,031 User Ratings", Some((RatingCount, 1031.0, None, 1))),
            ("12 User Reviews", None),
            ("Three critic reviews", None),
            ("Negative: all of it", None),
            ("I based on 3 Critics my view", None),
            ("Metascore is wrong", None),
        ];
        for (text, wanted) in cases {
            let found = said_at(&lines(text), 0)
                .and_then(|said| said.claim.map(|(kind, value, of)| (kind, value, of, said.lines)));
            assert_eq!(found, wanted, "{text}");
        }
    }

    #[test]
    fn works() {
        let cases = [
            (
                "Dull Rain\nAcme Films | Release Date: December 13, 2019",
                Some("Dull Rain"),
                Some(Kind::Movie),
            ),
            (
                "Dull Rain\nPlayStation 5\nPublisher: Acme | Release Date: Feb 25, 2022",
                Some("Dull Rain"),
                Some(Kind::Game),
            ),
            (
                "Dull Rain\nby The Wets\nLabel: Acme | Release Date: Jun 8, 2018",
                Some("Dull Rain"),
                Some(Kind::Album),
            ),
            ("1917\nAcme | Release Date: December 25, 2019", Some("1917"), Some(Kind::Movie)),
            ("Metascore\n81", None, None),
        ];
        for (text, title, kind) in cases {
            let work = work(&lines(text));
            assert_eq!((work.title.as_deref(), work.kind), (title, kind), "{text}");
        }
    }
}
