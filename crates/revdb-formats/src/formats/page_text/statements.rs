//! The page's own sentences that a converter split over lines or glued to their neighbours:
//! "- based on" / "9" / "Critics", "Positive: 6 out of 9Mixed: 2 out of 9", "Read full" /
//! "review", "It boils. 4 of 5 users found this helpful41".
//!
//! Owns: restoring one statement per line. Must never: join or split lines if the result is not a
//! complete sentence that only the page prints.

use super::boilerplate::link_at;
use super::claims::{is_count, is_verdict};
use super::figures::count;
use super::lines::{Line, Shape, shape_of, spanning};

/// The longest such sentence has four pieces; one more is allowed.
const MOST_PIECES: usize = 5;
const LONGEST_PIECE: usize = 60;

/// Puts each statement on its own line.
pub fn restored<'a>(lines: Vec<Line<'a>>, text: &'a str) -> Vec<Line<'a>> {
    let mut whole: Vec<Line<'a>> = Vec::with_capacity(lines.len());
    for line in lines {
        match cuts(&line) {
            cuts if cuts.is_empty() => whole.push(line),
            cuts => whole.extend(parts(&line, &cuts)),
        }
    }
    complete_links(&mut whole);
    joined(whole, text)
}

/// Lines to join, `start..end`.
struct Span {
    start: usize,
    end: usize,
    /// Their joined text; `None` to keep the first line's.
    body: Option<String>,
}

fn joined<'a>(lines: Vec<Line<'a>>, text: &'a str) -> Vec<Line<'a>> {
    let mut spans = spans(&lines).into_iter().peekable();
    let mut found: Vec<Line<'a>> = Vec::with_capacity(lines.len());
    let mut open: Option<Span> = None;
    for (at, mut line) in lines.into_iter().enumerate() {
        if let Some(first) = found.last_mut()
            && open.as_ref().is_some_and(|span| at < span.end)
        {
            first.raw = spanning(text, first.raw, line.raw).unwrap_or(first.raw);
            continue;
        }
        open = spans.next_if(|span| span.start == at);
        if let Some(body) = open.as_mut().and_then(|span| span.body.take()) {
            (line.shape, line.words, line.marker) = (shape_of(&body), body.clone(), None);
            line.body = body;
        }
        found.push(line);
    }
    found
}

fn spans(lines: &[Line<'_>]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(line) = lines.get(start) {
        let (body, taken) = match pieces(&lines[start..]) {
            Some((body, taken)) => (Some(body), taken),
            None => (None, 1),
        };
        let after = start + taken;
        let end = after + thumbs(lines, body.as_deref().unwrap_or(&line.body), after);
        if end > start + 1 {
            found.push(Span { start, end, body });
        }
        start = end;
    }
    found
}

/// The sentence whose pieces begin with the first line, and the number of pieces. What follows a
/// piece must not be a sentence by itself.
fn pieces(lines: &[Line<'_>]) -> Option<(String, usize)> {
    lines.first().filter(|line| could_begin(line) && !is_sentence(&line.body))?;
    let short = |line: &&Line<'_>| line.body.len() <= LONGEST_PIECE;
    let most = lines.iter().take(MOST_PIECES).take_while(short).count();
    let joined = |from: usize, to: usize| {
        let bodies: Vec<&str> = lines[from..to].iter().map(|line| line.body.as_str()).collect();
        bodies.join(" ")
    };
    let count = (2..=most).find(|&count| is_sentence(&joined(0, count)))?;
    let part = (1..count).any(|from| is_sentence(&joined(from, count)));
    (!part).then(|| (joined(0, count), count))
}

/// A number, a band's label, a verdict, "4 of 5 users", or the beginning of a link.
fn could_begin(line: &Line<'_>) -> bool {
    let body = line.body.as_str();
    let counted = || body.starts_with(|c: char| c.is_ascii_digit()) && body.contains(" of ");
    let linked = || LINKS.iter().any(|link| begins(link, body)) && !line.body.ends_with('.');
    match line.shape {
        Shape::Number => line.marker.is_none(),
        Shape::Text => {
            BANDS.iter().any(|band| body.starts_with(band))
                || body.ends_with("based on")
                || is_verdict(body)
                || counted()
                || linked()
        }
        _ => is_verdict(body),
    }
}

/// Whether `body` is the first words of `link`.
fn begins(link: &str, body: &str) -> bool {
    link.strip_prefix(body).is_some_and(|rest| rest.starts_with(' '))
}

fn is_sentence(body: &str) -> bool {
    let band = |label: &&str| {
        let counts = body.strip_prefix(*label).and_then(|rest| rest.split_once(" out of "));
        counts.is_some_and(|(value, of)| count(value.trim()).is_some() && count(of).is_some())
    };
    votes(body).is_some()
        || BANDS.iter().any(band)
        || is_count(body.to_lowercase().trim_start_matches(['-', ' ']))
        || body.ends_with(" characters (5000 max)")
        || LINKS.contains(&body)
}

/// Number of lines below "4 of 5 users found this helpful" with its vote counts: "4" and "1", or
/// "41".
fn thumbs(lines: &[Line<'_>], body: &str, at: usize) -> usize {
    let Some((up, down)) = votes(body) else { return 0 };
    let (up, down) = (up.to_string(), down.to_string());
    let is = |at: usize, wanted: &str| lines.get(at).is_some_and(|line| line.body == wanted);
    // "10" below "1 of 1" may be the next review's score.
    let ends = lines.get(at + 1).is_none_or(|line| {
        matches!(line.shape, Shape::Boilerplate(role) if role.ends())
            || pieces(&lines[at + 1..]).is_some_and(|(body, _)| LINKS.contains(&body.as_str()))
    });
    if is(at, &up) && is(at + 1, &down) { 2 } else { usize::from(ends && is(at, &(up + &down))) }
}

/// The votes for and against in "4 of 5 users found this helpful".
fn votes(body: &str) -> Option<(u32, u32)> {
    let (up, rest) = body.split_once(" of ")?;
    let (all, rest) = rest.split_once(' ')?;
    let up: u32 = up.parse().ok()?;
    let down = all.parse::<u32>().ok()?.checked_sub(up)?;
    HELPFUL.contains(&rest).then_some((up, down))
}

const BANDS: [&str; 3] = ["Positive:", "Mixed:", "Negative:"];

const HELPFUL: [&str; 4] = [
    "users found this helpful",
    "user found this helpful",
    "users found this review helpful",
    "user found this review helpful",
];

/// Links below a review's words.
const LINKS: [&str; 7] = [
    "Read full review",
    "Full Review »",
    "Read More",
    "Read more",
    "All this user's reviews",
    "All this critic's reviews",
    "All this publication's reviews",
];

/// Moves the beginning of a link from the end of a review's words to the rest of the link on the
/// next line.
fn complete_links(lines: &mut [Line<'_>]) {
    for at in 1..lines.len() {
        let (above, below) = lines.split_at_mut(at);
        let (Some(words), Some(rest)) = (above.last_mut(), below.first_mut()) else { continue };
        if words.shape != Shape::Text || rest.body.len() > LONGEST_PIECE {
            continue;
        }
        let Some((begun, link)) = begun_link(&words.body, &rest.body) else { continue };
        for text in [&mut words.body, &mut words.words] {
            let said = text.strip_suffix(begun).map_or(text.len(), |said| said.trim_end().len());
            text.truncate(said);
        }
        (rest.body, rest.words) = (link.to_owned(), link.to_owned());
        rest.shape = shape_of(link);
    }
}

/// "It boils. Read full" above "review": the beginning of the link, and the link.
fn begun_link(words: &str, below: &str) -> Option<(&'static str, &'static str)> {
    LINKS.iter().find_map(|link| {
        let begun = link.strip_suffix(below)?.strip_suffix(' ')?;
        words.strip_suffix(begun)?.ends_with(' ').then_some((begun, *link))
    })
}

/// Splits the line at `cuts`: the text before a statement at its end, and each of several bands.
fn parts<'a>(line: &Line<'a>, cuts: &[usize]) -> Vec<Line<'a>> {
    let part = |from: usize, to: usize| {
        let text = line.body.get(from..to).unwrap_or("").trim().to_owned();
        let first = from == 0;
        let after = line.body.get(to..).unwrap_or("");
        // A review may number its own points.
        let marked = line.words.strip_suffix(after).filter(|_| first);
        Line {
            shape: shape_of(&text),
            words: marked.unwrap_or(&text).trim().to_owned(),
            body: text,
            marker: line.marker.filter(|_| first),
            column: if first { line.column } else { line.inner },
            gap: line.gap && first,
            ..line.clone()
        }
    };
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([line.body.len()]);
    starts.zip(ends).map(|(from, to)| part(from, to)).collect()
}

/// Where other statements begin in the line.
fn cuts(line: &Line<'_>) -> Vec<usize> {
    let body = line.body.as_str();
    if body.starts_with(BANDS[0]) && body.len() < LONGEST_BANDS {
        let band = |label: &str| {
            let at = body.find(label)?;
            body.get(..at)?.trim_end().ends_with(|c: char| c.is_ascii_digit()).then_some(at)
        };
        return BANDS.into_iter().skip(1).filter_map(band).collect();
    }
    if let Shape::By(_) = line.shape {
        let link = ["FULL REVIEW", "Full Review", "Read More"];
        let at = link.iter().find_map(|link| body.strip_suffix(link)?.strip_suffix(' '));
        return at.map(str::len).into_iter().collect();
    }
    let link = || link_at(body).filter(|_| line.shape == Shape::Text);
    helpful_at(body).or_else(link).into_iter().collect()
}

/// Three bands are not longer.
const LONGEST_BANDS: usize = 100;

/// Where "4 of 5 users found this helpful41" begins after a review's text.
fn helpful_at(body: &str) -> Option<usize> {
    let plain = body.trim_end_matches(|c: char| c.is_ascii_digit());
    let before = HELPFUL.iter().find_map(|tail| plain.strip_suffix(tail)?.strip_suffix(' '))?;
    let digits = |text: &str| text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let rest = before.get(..before.len() - digits(before))?.strip_suffix(" of ")?;
    let at = rest.len() - digits(rest);
    let words = rest.get(..at)?;
    (at < rest.len() && words.ends_with(char::is_whitespace)).then_some(at)
}

#[cfg(test)]
mod tests {
    use crate::formats::page_text::boilerplate::Role;
    use crate::formats::page_text::lines::{Shape, lines};

    /// The text, and its role if it is boilerplate.
    type Told = (&'static str, Option<Role>);

    fn compare(cases: &[(&str, &[Told])]) {
        for (text, wanted) in cases {
            let found = lines(text);
            let told: Vec<(&str, Option<Role>)> = found
                .iter()
                .map(|line| match line.shape {
                    Shape::Boilerplate(role) => (line.body.as_str(), Some(role)),
                    _ => (line.body.as_str(), None),
                })
                .collect();
            assert_eq!(told, *wanted, "{text:?}");
        }
    }

    #[test]
    fn split_statements_are_joined() {
        let (end, link, frame) = (Some(Role::UserEnd), Some(Role::End), Some(Role::Frame));
        compare(&[
            (
                "Universal acclaim\n- based on\n9\nCritics\nWet.",
                &[("Universal acclaim", frame), ("based on 9 Critics", None), ("Wet.", None)],
            ),
            (
                "Universal acclaim based on\n12 Ratings",
                &[("Universal acclaim based on 12 Ratings", None)],
            ),
            (
                "Mixed or average reviews based on 31\nRatings",
                &[("Mixed or average reviews based on 31 Ratings", None)],
            ),
            (
                "Universal acclaim\nBased on 9 Ratings",
                &[("Universal acclaim", frame), ("Based on 9 Ratings", None)],
            ),
            (
                "4\nof\n5\nusers found this helpful\n4\n1\n9",
                &[("4 of 5 users found this helpful", end), ("9", None)],
            ),
            (
                "4 of 5 users found this helpful\n4\n1\n9",
                &[("4 of 5 users found this helpful", end), ("9", None)],
            ),
            (
                "4 of 5 users found this helpful\n9",
                &[("4 of 5 users found this helpful", end), ("9", None)],
            ),
            (
                "4 of 5 users found\nthis helpful\n41\nAll this user's\nreviews",
                &[("4 of 5 users found this helpful", end), ("All this user's reviews", end)],
            ),
            (
                "1 of 1 users found this helpful\n10\nBoL\nMay 3, 2019",
                &[
                    ("1 of 1 users found this helpful", end),
                    ("10", None),
                    ("BoL", None),
                    ("May 3, 2019", None),
                ],
            ),
            (
                "1 of 1 users found this helpful\n10\nAll this user's reviews",
                &[("1 of 1 users found this helpful", end), ("All this user's reviews", end)],
            ),
            ("0\ncharacters (5000 max)", &[("0 characters (5000 max)", Some(Role::Widget))]),
            ("9\nof the 5\nwere wet.", &[("9", None), ("of the 5", None), ("were wet.", None)]),
            ("Positive:\n6\nout of\n9", &[("Positive: 6 out of 9", None)]),
            ("Mixed:\n0\nout of 9", &[("Mixed: 0 out of 9", None)]),
            (
                "It boils. Read full\nreview\nHot. Read\nfull review",
                &[
                    ("It boils.", None),
                    ("Read full review", link),
                    ("Hot.", None),
                    ("Read full review", link),
                ],
            ),
            ("It boils.\nRead\nfull review", &[("It boils.", None), ("Read full review", link)]),
        ]);
    }

    #[test]
    fn glued_statements_are_split() {
        let end = Some(Role::UserEnd);
        compare(&[
            (
                "Hot. 4 of 5 users found this helpful41",
                &[("Hot.", None), ("4 of 5 users found this helpful41", end)],
            ),
            (
                "Positive: 6 out of 9Mixed: 2 out of 9 Negative: 1 out of 9",
                &[
                    ("Positive: 6 out of 9", None),
                    ("Mixed: 2 out of 9", None),
                    ("Negative: 1 out of 9", None),
                ],
            ),
            ("Positive: it is Mixed: up.", &[("Positive: it is Mixed: up.", None)]),
            ("Hot. Read full review", &[("Hot.", None), ("Read full review", Some(Role::End))]),
            ("By Ann Oak FULL REVIEW", &[("By Ann Oak", None), ("FULL REVIEW", Some(Role::End))]),
        ]);
    }
}
