//! Statements that a converter glued together, or whose counts it printed on separate lines:
//! "Positive: 6 out of 9Mixed: 2 out of 9", "It boils. 4 of 5 users found this helpful41".
//!
//! Owns: restoring one statement per line. Must never: take a line whose words or numbers do not
//! fit the statement.

use super::figures::count;
use super::lines::{Line, Shape, shape_of, spanning};

/// Puts each statement on its own line.
pub fn joined<'a>(lines: Vec<Line<'a>>, text: &'a str) -> Vec<Line<'a>> {
    let mut whole: Vec<Line<'a>> = Vec::with_capacity(lines.len());
    for line in lines {
        match cuts(&line) {
            cuts if cuts.is_empty() => whole.push(line),
            cuts => whole.extend(parts(&line, &cuts)),
        }
    }
    let mut spans = spans(&whole).into_iter().peekable();
    let mut found: Vec<Line<'a>> = Vec::with_capacity(whole.len());
    let mut open: Option<Span> = None;
    for (at, mut line) in whole.into_iter().enumerate() {
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

/// Lines to join, `start..end`.
struct Span {
    start: usize,
    end: usize,
    /// Their joined text; `None` to keep the first line's.
    body: Option<String>,
}

fn spans(lines: &[Line<'_>]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(line) = lines.get(start) {
        let (body, taken) = statement(lines, start).map_or((None, 1), |(body, n)| (Some(body), n));
        let after = start + taken;
        let end = after + thumbs(lines, body.as_deref().unwrap_or(&line.body), after);
        if end > start + 1 {
            found.push(Span { start, end, body });
        }
        start = end;
    }
    found
}

/// The statement whose pieces begin at `at`, and the number of pieces.
fn statement(lines: &[Line<'_>], at: usize) -> Option<(String, usize)> {
    let body = |offset: usize| lines.get(at + offset).map_or("", |line| line.body.as_str());
    let is_count = |offset: usize| count(body(offset)).is_some();
    if BANDS.contains(&body(0)) && is_count(1) && body(2) == "out of" && is_count(3) {
        return Some((format!("{} {} out of {}", body(0), body(1), body(3)), 4));
    }
    if BANDS.contains(&body(0))
        && is_count(1)
        && body(2).strip_prefix("out of ").and_then(count).is_some()
    {
        return Some((format!("{} {} {}", body(0), body(1), body(2)), 3));
    }
    None
}

/// Number of lines below "4 of 5 users found this helpful" with its vote counts: "4" and "1", or
/// "41".
fn thumbs(lines: &[Line<'_>], body: &str, at: usize) -> usize {
    let Some((up, down)) = votes(body) else { return 0 };
    let (up, down) = (up.to_string(), down.to_string());
    let is = |at: usize, wanted: &str| lines.get(at).is_some_and(|line| line.body == wanted);
    // "10" below "1 of 1" may be the next review's score.
    let ends = lines
        .get(at + 1)
        .is_none_or(|line| matches!(line.shape, Shape::Boilerplate(role) if role.ends()));
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
    helpful_at(body).into_iter().collect()
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

    #[test]
    fn statements_are_lines() {
        /// The text, and its role if it is boilerplate.
        type Told = (&'static str, Option<Role>);
        let end = Some(Role::UserEnd);
        let cases: [(&str, &[Told]); 8] = [
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
            ("Positive:\n6\nout of\n9", &[("Positive: 6 out of 9", None)]),
            ("Mixed:\n0\nout of 9", &[("Mixed: 0 out of 9", None)]),
            ("Positive: it is Mixed: up.", &[("Positive: it is Mixed: up.", None)]),
            ("By Ann Oak FULL REVIEW", &[("By Ann Oak", None), ("FULL REVIEW", Some(Role::End))]),
        ];
        for (text, wanted) in cases {
            let found = lines(text);
            let told: Vec<(&str, Option<Role>)> = found
                .iter()
                .map(|line| match line.shape {
                    Shape::Boilerplate(role) => (line.body.as_str(), Some(role)),
                    _ => (line.body.as_str(), None),
                })
                .collect();
            assert_eq!(told, wanted, "{text:?}");
        }
    }
}
