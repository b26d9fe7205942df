//! A page's statements about its scores: Metascore, user score, counts, bands.
//!
//! Owns: the sentences of Metacritic's score summaries. Must never: take a number from inside a
//! review; `blocks` only asks between reviews.

use super::boilerplate::Role;
use super::figures::{count, number};
use super::lines::{Line, Shape};
use crate::record::ClaimKind;
use revdb_model::Audience;

/// One statement, or a heading that only tells the audience of the following reviews.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The audience of the scores, if the line tells.
    pub audience: Option<Audience>,
    pub claim: Option<(ClaimKind, f64, Option<f64>)>,
    /// Number of lines.
    pub lines: usize,
    /// No sentence of a review has this form.
    pub certain: bool,
}

/// The statement that begins at line `start`.
pub fn statement_at(lines: &[Line<'_>], start: usize) -> Option<Statement> {
    let line = lines.get(start)?;
    if line.body.len() > 160 {
        return None;
    }
    let lower = line.body.to_lowercase();
    let lower = lower.trim_end_matches("what's this?").trim_end().to_owned();
    heading(&lower)
        .or_else(|| overall(lines, start, &lower))
        .or_else(|| near_verdict(lines, start))
        .or_else(|| based_on(&lower))
        .or_else(|| band(lines, start, &lower))
        .or_else(|| positive_share(lines, start, &lower))
        .or_else(|| reviews_counted(&lower))
}

/// "98% Positive", followed by "61 Reviews" on the same or the next line (2023 and later). A share
/// without a count is not a claim.
fn positive_share(lines: &[Line<'_>], start: usize, lower: &str) -> Option<Statement> {
    let (percent, rest) = lower.split_once('%')?;
    number(percent.trim()).filter(|percent| *percent <= 100.0)?;
    let rest = rest.trim_start();
    // In a saved page the two may be on one line without a separator.
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
    let said = |value: Option<f64>, lines| Statement {
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
fn reviews_counted(lower: &str) -> Option<Statement> {
    let (value, what) = lower.strip_prefix("showing ").unwrap_or(lower).split_once(' ')?;
    let value = count(value)?;
    let (audience, claim) = match what {
        "critic reviews" | "critic review" => {
            (Audience::Critic, Some((ClaimKind::CriticCount, value, None)))
        }
        "user ratings" | "user rating" => {
            (Audience::User, Some((ClaimKind::RatingCount, value, None)))
        }
        // Written reviews are fewer than ratings; there is no claim for their number.
        "user reviews" | "user review" => (Audience::User, None),
        _ => return None,
    };
    Some(Statement { audience: Some(audience), claim, lines: 1, certain: false })
}

fn heading(lower: &str) -> Option<Statement> {
    // On main pages the list below tells the audience of these scores.
    if matches!(lower.trim_end_matches(':'), "score distribution" | "rating distribution") {
        return Some(Statement { audience: None, claim: None, lines: 1, certain: true });
    }
    let audience = match lower.trim_end_matches(':') {
        "critic score distribution" | "critic reviews" | "critic rating distribution" => {
            Audience::Critic
        }
        "user score distribution"
        | "user reviews"
        | "user rating distribution"
        | "what our users said" => Audience::User,
        _ => return None,
    };
    Some(Statement { audience: Some(audience), claim: None, lines: 1, certain: true })
}

/// "Metascore" or "User Score", with the number on the same line, the next, or the previous one.
fn overall(lines: &[Line<'_>], start: usize, lower: &str) -> Option<Statement> {
    let said = |kind, value: Option<f64>, lines| {
        let (audience, most) = if kind == ClaimKind::Metascore {
            (Audience::Critic, 100.0)
        } else {
            (Audience::User, 10.0)
        };
        let claim = value.filter(|value| *value <= most).map(|value| (kind, value, None));
        Statement { audience: Some(audience), claim, lines, certain: true }
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
    // "81 / Metascore / 82": the label's own number follows it.
    let own = lines.get(start + 2).is_some_and(|line| line.shape == Shape::Number);
    (rest.is_empty() && !own).then(|| said(kind, Some(value), 2))
}

/// The page's own score without an adjacent label (2023 and later): above the verdict ("7.9 /
/// Generally Favorable / Based on 20 User Ratings"), or below it, with the label above the
/// verdict.
fn near_verdict(lines: &[Line<'_>], start: usize) -> Option<Statement> {
    let value = lines.get(start)?.value()?;
    let audience = match above_verdict(lines, start) {
        Some(audience) => audience,
        None => labelled_above(lines, start).filter(|_| stands_apart(lines, start))?,
    };
    let (kind, most) = match audience {
        Audience::Critic => (ClaimKind::Metascore, 100.0),
        Audience::User => (ClaimKind::UserScore, 10.0),
    };
    (value <= most).then_some(Statement {
        audience: Some(audience),
        claim: Some((kind, value, None)),
        lines: 1,
        certain: true,
    })
}

/// The audience of the number at `at` if a verdict follows, which makes it the page's score and
/// not a review's.
pub fn above_verdict(lines: &[Line<'_>], at: usize) -> Option<Audience> {
    let body = |at: usize| lines.get(at).map(|line| line.body.as_str());
    let verdict = body(at + 1).filter(|line| is_verdict(line))?;
    let said = |line: &str| based_on(&line.to_lowercase());
    said(verdict).or_else(|| said(body(at + 2)?))?.audience
}

/// The audience of the score expected at `at`: the verdict there follows a label without a number,
/// or a heading ("User Reviews").
fn labelled_above(lines: &[Line<'_>], at: usize) -> Option<Audience> {
    let body = |back: usize| Some(lines.get(at.checked_sub(back)?)?.body.as_str());
    let verdict = body(1).filter(|line| is_verdict(line))?;
    let audience = based_on(&verdict.to_lowercase())?.audience?;
    let back = if is_verdict(body(2)?) { 3 } else { 2 };
    let above = body(back)?.to_lowercase();
    let label = score_label(&above).filter(|(_, rest)| rest.trim_matches([':', ' ']).is_empty());
    // Without a label, only the heading or the page's frame directly below shows that it is not a
    // review's.
    let below = lines.get(at + 1)?;
    let framed = matches!(below.shape, Shape::Boilerplate(Role::Frame))
        || heading(&below.body.to_lowercase()).is_some();
    let known = match label {
        Some((ClaimKind::Metascore, _)) => Audience::Critic,
        Some(_) => Audience::User,
        None => heading(&above).and_then(|said| said.audience).or(framed.then_some(audience))?,
    };
    // "81 / Metascore / Universal acclaim - based on …": the label's number precedes it.
    let own = |value: f64| match known {
        Audience::Critic => value.fract() == 0.0,
        Audience::User => value <= 10.0,
    };
    let taken = body(back + 1).and_then(number).is_some_and(own);
    (known == audience && !(label.is_some() && taken)).then_some(audience)
}

/// Whether the number is not a review's score: users' own scores have no decimals, or a review
/// with its own score or the page's frame follows.
fn stands_apart(lines: &[Line<'_>], at: usize) -> bool {
    let decimal = lines.get(at).is_some_and(|line| line.body.contains('.'));
    let next = lines.get(at + 1);
    // A number above a date may be a name.
    let number = next.is_some_and(|line| line.shape == Shape::Number)
        && lines.get(at + 2).is_some_and(|line| line.shape != Shape::Date);
    decimal
        || number
        || next
            .is_some_and(|line| positive_share(lines, at + 1, &line.body.to_lowercase()).is_some())
        || next.is_some_and(|line| {
            matches!(line.shape, Shape::Boilerplate(_))
                || heading(&line.body.to_lowercase()).is_some()
        })
        || lines.get(at + 1..(at + 5).min(lines.len())).is_some_and(|below| {
            let short = below.iter().take_while(|line| line.is_short() || is_slot(line)).count();
            let has = |wanted: &Shape| below.iter().take(short).any(|line| &line.shape == wanted);
            let glued = below.iter().any(|line| matches!(line.shape, Shape::NameDate { .. }));
            below.first().is_some_and(is_slot)
                && has(&Shape::Number)
                && (has(&Shape::Date) || glued)
        })
}

fn is_slot(line: &Line<'_>) -> bool {
    matches!(line.shape, Shape::Number | Shape::Date | Shape::NameDate { .. })
}

/// Called for every number of a page, so it allocates nothing.
pub fn is_verdict(body: &str) -> bool {
    let begins = |verdict: &str| {
        body.get(..verdict.len()).is_some_and(|start| start.eq_ignore_ascii_case(verdict))
    };
    body.len() < 80 && VERDICTS.iter().any(|verdict| begins(verdict))
}

fn score_label(lower: &str) -> Option<(ClaimKind, &str)> {
    lower
        .strip_prefix("metascore")
        .map(|rest| (ClaimKind::Metascore, rest))
        .or_else(|| lower.strip_prefix("user score").map(|rest| (ClaimKind::UserScore, rest)))
        .or_else(|| lower.strip_prefix("user rating").map(|rest| (ClaimKind::UserScore, rest)))
}

/// Metacritic's verdicts, at the start of the line before "based on".
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
fn based_on(lower: &str) -> Option<Statement> {
    if !VERDICTS.iter().any(|verdict| lower.starts_with(verdict)) {
        return None;
    }
    let (_, rest) = lower.split_once("based on ")?;
    // "What's this?", in any spelling.
    let mut words = rest.split_once(" what").map_or(rest, |(rest, _)| rest).split(' ');
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
    Some(Statement {
        audience: Some(audience),
        claim: Some((kind, value, None)),
        lines: 1,
        certain: true,
    })
}

/// Whether the text is a whole statement or heading, in lower case.
pub fn is_statement(lower: &str) -> bool {
    let is_value = |rest: &str| number(rest.trim_matches([':', ' '])).is_some();
    heading(lower).is_some()
        || is_count(lower)
        || band(&[], 0, lower).is_some()
        || score_label(lower).is_some_and(|(_, rest)| is_value(rest))
}

/// "universal acclaim - based on 28 critics", "based on 31 ratings".
pub fn is_count(lower: &str) -> bool {
    based_on(lower).is_some()
}

/// "Positive: 24 out of 28", "Positive: 4", or with the number on the next line.
fn band(lines: &[Line<'_>], start: usize, lower: &str) -> Option<Statement> {
    let (label, rest) = lower.split_once(':')?;
    let kind = match label {
        "positive" => ClaimKind::Positive,
        "mixed" => ClaimKind::Mixed,
        "negative" => ClaimKind::Negative,
        _ => return None,
    };
    let said = |value, of, lines| Statement {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::page_text::lines::lines;

    #[test]
    fn the_page_s_score_below_its_verdict() {
        let page = |label: &str, below: &str| {
            format!("{label}\nGenerally Favorable\nBased on 20 User Ratings\n{below}")
        };
        let cases = [
            (page("User Score", "7.9\nMar 3, 2022\n10\nbob77"), Some(7.9)),
            (page("User Reviews", "8\nMar 3, 2022\n10\nbob77"), Some(8.0)),
            (page("User Score", "8\nAll Reviews"), Some(8.0)),
            (page("User Score", "10\nbobMar 3, 2022\nFine."), None),
            (page("7.9\nUser Score", "10\nMar 3, 2022\nFine."), None),
            (page("Metascore", "7.9"), None),
        ];
        for (text, wanted) in cases {
            let lines = lines(&text);
            let at = lines.iter().position(|line| line.body.starts_with("Based")).unwrap() + 1;
            let found =
                statement_at(&lines, at).and_then(|said| said.claim).map(|(_, value, _)| value);
            assert_eq!(found, wanted, "{text}");
        }
    }

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
            ("7.9\nGenerally Favorable\nBased on 20 User Ratings", Some((UserScore, 7.9, None, 1))),
            ("96\nUniversal Acclaim\nBased on 2 Critic Reviews", Some((Metascore, 96.0, None, 1))),
            ("7\nGenerally Favorable\nI would say.", None),
        ];
        for (text, wanted) in cases {
            let found = statement_at(&lines(text), 0)
                .and_then(|said| said.claim.map(|(kind, value, of)| (kind, value, of, said.lines)));
            assert_eq!(found, wanted, "{text}");
        }
    }
}
