//! Heads of reviews whose parts share a line: "100 | The Gull | Bo Tidewell | Oct 2, 2012",
//! "10marrow77Oct 2, 2012", "Ann Oak Oct 2, 2012 60", "Ann Oak gave it a 9:", and whole reviews on
//! one line: "1. Ann Oak Oct 2, 2012 60 Hot."
//!
//! Owns: one part per line. Must never: split a single such line on a page: it may be text ("my
//! brother gave it a 9").

use super::boilerplate::Role;
use super::claims::is_statement;
use super::figures::{is_date, name_and_date, number};
use super::lines::{Line, Marker, Shape, is_name, reviewed_by, shape_of};
use super::markup::{is_lone_mark, spaces, strip_markup};

/// Puts each part of such heads on its own line.
pub fn split(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let ways: [fn(&[Line<'_>]) -> Parts; 5] = [columns, score_first, score_last, given, items];
    ways.into_iter().fold(lines, |lines, way| {
        let parts = way(&lines);
        // Fewer such lines may be text of a review.
        if parts.iter().flatten().count() < 2 { lines } else { apart(lines, parts) }
    })
}

/// The parts of each line; `None` for a line that stays whole.
type Parts = Vec<Option<Vec<String>>>;

/// Longer lines are no heads.
const LONGEST: usize = 120;

fn apart<'a>(lines: Vec<Line<'a>>, parts: Parts) -> Vec<Line<'a>> {
    let mut found = Vec::with_capacity(lines.len() * 2);
    for (line, parts) in lines.into_iter().zip(parts) {
        let Some(parts) = parts else {
            found.push(line);
            continue;
        };
        let mut rest = line.raw;
        for (index, body) in parts.into_iter().enumerate() {
            let first = index == 0;
            let at = rest.find(&body);
            // The first part keeps its list mark.
            let from = at.filter(|_| !first).unwrap_or(0);
            let raw = at.and_then(|at| rest.get(from..at + body.len())).unwrap_or(line.raw);
            rest = at.and_then(|at| rest.get(at + body.len()..)).unwrap_or(rest);
            found.push(Line {
                shape: shape_of(&body),
                words: body.clone(),
                body,
                raw,
                marker: line.marker.filter(|_| first),
                column: if first { line.column } else { line.inner },
                gap: line.gap && first,
                ..line.clone()
            });
        }
    }
    found
}

/// Parts between bars, tabs or wide gaps, as converters print the cells of a table. Not if the
/// table has a header: then the columns are named.
fn columns(lines: &[Line<'_>]) -> Parts {
    let is_rule = |line: &Line<'_>| {
        line.body.contains("---") && line.body.bytes().all(|b| b"|-+: ".contains(&b))
    };
    if lines.iter().any(is_rule) {
        return Vec::new();
    }
    let rows: Vec<Option<Row>> = lines.iter().map(row).collect();
    let heads = rows.iter().flatten().filter(|row| row.is_head).count();
    let single = rows.iter().flatten().filter(|row| row.cells.len() == 1).count();
    if heads < 2 && single < 3 {
        return Vec::new();
    }
    rows.into_iter().map(|row| row.map(|row| row.cells)).collect()
}

/// A line whose cells may be lines of a review.
struct Row {
    cells: Vec<String>,
    /// No sentence has this form.
    is_head: bool,
}

fn row(line: &Line<'_>) -> Option<Row> {
    let raw = line.raw.trim();
    let bars = raw.contains('|');
    let apart = bars || raw.contains(['\t', '\u{a0}']) || raw.contains("  ");
    if !apart || matches!(line.shape, Shape::Boilerplate(_)) {
        return None;
    }
    if raw.len() > 1 && raw.starts_with('|') && raw.ends_with('|') {
        let inner = spaces(raw.trim_matches('|'));
        if !inner.contains('|') {
            return Some(Row { cells: vec![inner.trim().to_owned()], is_head: false });
        }
    }
    if raw.len() > LONGEST {
        return None;
    }
    let mut parts: Vec<String> = Vec::new();
    for cell in raw.split(['|', '\t']) {
        for part in spaces(cell).split("  ").map(str::trim) {
            if part.is_empty() || is_lone_mark(part) {
                continue;
            }
            let part = strip_markup(part).1;
            match name_and_date(&part) {
                Some((name, date)) if !is_date(&part) => parts.extend([name, date]),
                _ => parts.push(part),
            }
        }
    }
    let is_head = is_head(&parts, bars && matches!(line.shape, Shape::NameDate { .. }))?;
    Some(Row { cells: parts, is_head })
}

/// Whether the parts are certainly a head's: a date or a first score, and names. `None` if they are
/// none's. `named`: without a score the line is a known head.
fn is_head(parts: &[String], named: bool) -> Option<bool> {
    let shapes: Vec<Shape> = parts.iter().map(|part| shape_of(part)).collect();
    let (mut scores, mut dates) = (0, 0);
    for (part, shape) in parts.iter().zip(&shapes) {
        match shape {
            Shape::Number => scores += 1,
            Shape::Date => dates += 1,
            Shape::ReviewedBy(_) | Shape::By(_) => {}
            Shape::Text if is_name(part) || !part.contains(' ') => {}
            _ => return None,
        }
    }
    let first = shapes.first() == Some(&Shape::Number) && parts.len() > 2;
    let fits = parts.len() > 1 && scores < 2 && dates < 2 && scores + dates > 0;
    (fits && !(named && scores == 0)).then_some(dates == 1 || first)
}

/// Scores glued to names and dates: if none has its score above, and the links below the reviews
/// tell the scale.
fn score_first(lines: &[Line<'_>]) -> Parts {
    let has = |role| lines.iter().any(|line| line.shape == Shape::Boilerplate(role));
    let critics = || lines.iter().any(|line| line.body.eq_ignore_ascii_case("read full review"));
    let best = match has(Role::UserEnd) {
        true => 10.0,
        false if has(Role::CriticEnd) || critics() => 100.0,
        false => return Vec::new(),
    };
    let named = |at: usize| matches!(lines[at].shape, Shape::NameDate { .. });
    let scored = |at: usize| at > 0 && lines[at - 1].shape == Shape::Number;
    let parts = |at: usize| {
        let (score, rest) = score_before(&lines[at].body, best)?;
        Some(vec![score.to_owned(), rest.to_owned()])
    };
    let mut heads = (0..lines.len()).filter(|at| named(*at));
    if heads.any(|at| scored(at) || parts(at).is_none()) {
        return Vec::new();
    }
    (0..lines.len()).map(|at| if named(at) { parts(at) } else { None }).collect()
}

/// "10marrow77Oct 2, 2012" → ("10", "marrow77Oct 2, 2012"): the longest number on the scale.
fn score_before(body: &str, best: f64) -> Option<(&str, &str)> {
    (1..=3)
        .rev()
        .filter_map(|long| body.split_at_checked(long))
        .find(|(score, rest)| {
            // Publications begin with a capital; a user's name may begin with anything.
            let fits = best <= 10.0 || !rest.starts_with(char::is_lowercase);
            let whole = score.bytes().all(|b| b.is_ascii_digit());
            fits && whole && number(score).is_some_and(|score| score <= best)
        })
        .map(|(score, rest)| (score, rest.trim_start()))
}

/// "Ann OakOct 2, 201260", "The Gull Oct 3, 2012 100".
fn score_last(lines: &[Line<'_>]) -> Parts {
    let parts = |line: &Line<'_>| {
        let body = line.body.as_str();
        if line.shape != Shape::Text || body.len() > LONGEST {
            return None;
        }
        let digits = body.bytes().rev().take_while(u8::is_ascii_digit).count();
        let cut = |long: usize| {
            let (head, score) = body.split_at_checked(body.len() - long)?;
            let on_scale = number(score).is_some_and(|score| score <= 100.0);
            let dated = name_and_date(head.trim_end()).is_some();
            (on_scale && dated).then(|| vec![head.trim_end().to_owned(), score.to_owned()])
        };
        (1..=digits.min(3)).find_map(cut)
    };
    lines.iter().map(parts).collect()
}

/// Users' reviews on pages before 2010: "Ann Oak gave it a 9:"; the score may be on the next line.
fn given(lines: &[Line<'_>]) -> Parts {
    const GAVE: &str = " gave it a";
    let parts = |at: usize| {
        let body = lines[at].body.as_str();
        let (name, rest) = body.rsplit_once(GAVE).filter(|_| body.len() < LONGEST)?;
        let rest = rest.strip_prefix('n').unwrap_or(rest).trim_end_matches([':', ' ']).trim_start();
        let known = is_name(name) || name.ends_with(['.', ']']);
        let fits = match rest {
            "" => lines.get(at + 1).is_some_and(|below| below.shape == Shape::Number),
            rest => number(rest).is_some_and(|score| score <= 10.0),
        };
        let parts = [name, rest].into_iter().filter(|part| !part.is_empty()).map(str::to_owned);
        (known && fits).then(|| parts.collect())
    };
    (0..lines.len()).map(parts).collect()
}

/// Reviews of a numbered list, each whole on its line: if at least half of them begin with names
/// and dates.
fn items(lines: &[Line<'_>]) -> Parts {
    let is_item = |line: &Line<'_>| {
        matches!(line.marker, Some(Marker::Number(_)))
            && !matches!(line.shape, Shape::Boilerplate(_))
            && !is_statement(&line.body.to_lowercase())
    };
    if lines.iter().any(|line| line.shape == Shape::Date) {
        return Vec::new();
    }
    let numbered: Vec<&Line<'_>> = lines.iter().filter(|line| is_item(line)).collect();
    let dated = |scores| numbered.iter().filter_map(move |line| item(&line.body, scores));
    let has_score = |parts: Vec<String>| parts.iter().any(|part| number(part).is_some());
    // "Oct 2, 2012 5 minutes in": a number behind one date may be a word.
    let scores = dated(true).count() > 2 && dated(true).all(has_score);
    let scored = dated(scores).all(has_score);
    let sure = dated(scores).filter(|parts| {
        scores || parts.last().is_some_and(|words| !words.starts_with(char::is_lowercase))
    });
    if sure.count() * 2 < numbered.len() {
        return Vec::new();
    }
    let parts = |line: &Line<'_>| {
        let undated = || scored_words(&line.body, false).filter(|_| scored);
        item(&line.body, scores)
            .or_else(|| undated().map(|(score, words)| vec![score.to_owned(), words.to_owned()]))
    };
    lines.iter().map(|line| if is_item(line) { parts(line) } else { None }).collect()
}

/// "Reviewed by: Ann Oak Oct 2, 2012 60 Hot.": name, date, score and words. `scores`: every number
/// behind a date is one.
fn item(body: &str, scores: bool) -> Option<Vec<String>> {
    let (start, end) = date_within(body)?;
    let (name, date, rest) = (body.get(..start)?.trim(), body.get(start..end)?, body.get(end..)?);
    let known = match reviewed_by(name) {
        Some(name) => is_name(name),
        None => name.is_empty() || is_name(name) && name.split(' ').count() <= 5,
    };
    let (score, words) = scored_words(rest.trim(), scores).unwrap_or(("", rest.trim()));
    let parts = [name, date, score, words].into_iter().filter(|part| !part.is_empty());
    (known && !words.is_empty()).then(|| parts.map(str::to_owned).collect())
}

/// "60 Hot.", but "60 minutes" only if it is `certain`.
fn scored_words(text: &str, certain: bool) -> Option<(&str, &str)> {
    let (score, words) = text.split_once(' ')?;
    let on_scale = number(score).is_some_and(|score| score <= 100.0);
    (on_scale && (certain || !words.starts_with(char::is_lowercase))).then_some((score, words))
}

/// Where the first date with words behind it begins and ends.
fn date_within(text: &str) -> Option<(usize, usize)> {
    let begins = |at: &usize| *at == 0 || text.as_bytes().get(at - 1) == Some(&b' ');
    (0..text.len().min(LONGEST)).filter(begins).find_map(|start| {
        let is_end = |end: &usize| {
            let date = text.get(start..*end).is_some_and(is_date);
            date && text.get(*end..).is_some_and(|rest| rest.starts_with(' '))
        };
        (start + 8..=start + 20).rev().find(is_end).map(|end| (start, end))
    })
}

#[cfg(test)]
mod tests {
    use crate::formats::page_text::lines::lines;

    #[test]
    fn heads_on_one_line() {
        let bodies =
            |text: &str| -> Vec<String> { lines(text).into_iter().map(|line| line.body).collect() };
        let cases: [(&str, &[&str]); 11] = [
            (
                "Ann OakOct 2, 201260\nHot.\nThe Gull Oct 3, 2012 100\nCold.",
                &["Ann OakOct 2, 2012", "60", "Hot.", "The Gull Oct 3, 2012", "100", "Cold."],
            ),
            (
                "90 | The Gull | Bo Lid | Oct 2, 2012\nHot.\n60\tThe Eel\tOct 3, 2012\nCold.",
                &[
                    "90", "The Gull", "Bo Lid", "Oct 2, 2012", "Hot.", "60", "The Eel",
                    "Oct 3, 2012", "Cold.",
                ],
            ),
            (
                "| 90 | The Gull | Oct 2, 2012 |\n| Hot. |\n| 60 | The Eel | | Bo Lid |\n| Cold. |",
                &["90", "The Gull", "Oct 2, 2012", "Hot.", "60", "The Eel", "Bo Lid", "Cold."],
            ),
            (
                "10marrow77Oct 2, 2012\nHot.\n72ndEelOct 3, 2012\nCold.\nAll this user's reviews",
                &[
                    "10",
                    "marrow77Oct 2, 2012",
                    "Hot.",
                    "7",
                    "2ndEelOct 3, 2012",
                    "Cold.",
                    "All this user's reviews",
                ],
            ),
            (
                "9\n10marrow77Oct 2, 2012\n4\n2ndEelOct 3, 2012\nAll this user's reviews",
                &[
                    "9",
                    "10marrow77Oct 2, 2012",
                    "4",
                    "2ndEelOct 3, 2012",
                    "All this user's reviews",
                ],
            ),
            (
                "Ann O. gave it a 9:\nWet.\n\n[Anonymous] gave it an8:\nDry.\nBo gave it a\n7\nSo.",
                &["Ann O.", "9", "Wet.", "[Anonymous]", "8", "Dry.", "Bo", "7", "So."],
            ),
            (
                "  1. Reviewed by: Bo Lid Oct 2, 2012 80 Hot.\n  2. Oct 3, 2012 60 Hot, too.\n  3. 50 Cold.",
                &[
                    "Reviewed by: Bo Lid",
                    "Oct 2, 2012",
                    "80",
                    "Hot.",
                    "Oct 3, 2012",
                    "60",
                    "Hot, too.",
                    "50",
                    "Cold.",
                ],
            ),
            (
                "  1. BoL. Oct 2, 2012 9 hot!\n  2. Oct 3, 2012 0 cold\n  3. Ida Oct 4, 2012 5 so",
                &[
                    "BoL.", "Oct 2, 2012", "9", "hot!", "Oct 3, 2012", "0", "cold", "Ida",
                    "Oct 4, 2012", "5", "so",
                ],
            ),
            (
                "90 | The Gull | Bo Lid\nHot.\n80 | The Eel | Ida\nThe Cod | 60\nCold.",
                &[
                    "90", "The Gull", "Bo Lid", "Hot.", "80", "The Eel", "Ida", "The Cod", "60",
                    "Cold.",
                ],
            ),
            (
                "  1. BoL. Oct 2, 2012 5 minutes in it was hot.\n  2. Oct 3, 2012 Cold.",
                &["BoL.", "Oct 2, 2012", "5 minutes in it was hot.", "Oct 3, 2012", "Cold."],
            ),
            ("Fog | 9 | Oct 2, 2012\nRain", &["Fog | 9 | Oct 2, 2012", "Rain"]),
        ];
        for (text, wanted) in cases {
            assert_eq!(bodies(text), wanted, "{text}");
        }
        for once in [
            "It was shut on Oct 3, 2012 100",
            "My brother gave it a 9:",
            "1. On Oct 3, 2012 it was shut.",
        ] {
            assert_eq!(bodies(once).len(), 1, "{once}");
        }
    }
}
