//! Dates that a converter glued to the next text: "3. Oct 2, 2012A kettle.", "Ann OakOct 2,
//! 201260".
//!
//! Owns: splitting them; dates and text only in numbered lists. Must never: split text that begins
//! with a day ("Jan 3, 1948 was a cold one").

use super::figures::{is_date, name_and_date, number};
use super::lines::{Line, Marker, Shape, shape_of};

/// Puts each such date on its own line.
pub fn split(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let dated = lines.iter().any(|line| line.shape == Shape::Date);
    let mut found: Vec<Line<'_>> = Vec::with_capacity(lines.len());
    for mut line in lines {
        let head =
            is_numbered(&line) || found.last().is_some_and(|above| is_name_above(above, &line));
        let date =
            if head && line.shape == Shape::Text { date_of(&line.body, dated) } else { None };
        let Some(end) = date else {
            found.push(line);
            continue;
        };
        let words = line.body.split_off(end).trim_start().to_owned();
        let below = Line {
            shape: shape_of(&words),
            words: words.clone(),
            body: words,
            marker: None,
            column: line.inner,
            gap: false,
            ..line.clone()
        };
        (line.shape, line.words) = (Shape::Date, line.body.clone());
        found.extend([line, below]);
    }
    found
}

/// Puts each score that is glued to a name and a date on its own line.
pub fn heads_parted(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let cuts: Vec<Option<usize>> = lines.iter().map(score_at).collect();
    // A single such line may be a reviewer's text.
    if cuts.iter().flatten().count() < 2 {
        return lines;
    }
    let mut found = Vec::with_capacity(lines.len());
    for (mut line, cut) in lines.into_iter().zip(cuts) {
        let below = cut.map(|at| Line {
            shape: Shape::Number,
            words: String::new(),
            body: line.body.split_off(at),
            marker: None,
            column: line.inner,
            gap: false,
            ..line.clone()
        });
        if below.is_some() {
            line.body.truncate(line.body.trim_end().len());
            line.shape = shape_of(&line.body);
        }
        found.push(line);
        found.extend(below);
    }
    found
}

/// Where the score begins in "Ann Oak Oct 2, 2012 60".
fn score_at(line: &Line<'_>) -> Option<usize> {
    const LONGEST: usize = 120;
    let body = line.body.as_str();
    if line.shape != Shape::Text || body.len() > LONGEST {
        return None;
    }
    let digits = body.bytes().rev().take_while(u8::is_ascii_digit).count().min(7);
    (1..=digits.min(3)).map(|long| body.len() - long).find(|&at| {
        let Some((head, score)) = body.split_at_checked(at) else { return false };
        let on_scale = number(score).is_some_and(|score| score <= 100.0);
        on_scale && name_and_date(head.trim_end()).is_some()
    })
}

fn is_numbered(line: &Line<'_>) -> bool {
    matches!(line.marker, Some(Marker::Number(_)))
}

/// A name after a list number, and a line of the same item below it.
fn is_name_above(above: &Line<'_>, line: &Line<'_>) -> bool {
    let name = matches!(above.shape, Shape::ReviewedBy(_)) || above.could_be_name();
    line.marker.is_none()
        && name
        && (is_numbered(above) || matches!(above.shape, Shape::ReviewedBy(_)))
}

/// The end of the date at the start of `text`: words follow without a space, which no sentence
/// has, or, if other items are `dated` on separate lines, a blank and a capital.
fn date_of(text: &str, dated: bool) -> Option<usize> {
    (8..=20).find(|&at| {
        let Some((date, rest)) = text.split_at_checked(at) else { return false };
        let spaced = rest.strip_prefix(' ').filter(|_| dated);
        let begins = rest.starts_with(|c: char| c.is_alphabetic() || "\"“‘'(".contains(c))
            || spaced.is_some_and(|rest| {
                rest.starts_with(|c: char| c.is_uppercase() || "\"“".contains(c))
            });
        begins && date.ends_with(|c: char| c.is_ascii_digit()) && is_date(date)
    })
}

#[cfg(test)]
mod tests {
    use crate::formats::page_text::lines::lines;

    #[test]
    fn scores_run_into_dates() {
        let told =
            |text: &str| -> Vec<String> { lines(text).into_iter().map(|line| line.body).collect() };
        assert_eq!(
            told("Ann OakOct 2, 201260\nHot.\nThe Gull Oct 3, 2012 100\nCold."),
            ["Ann OakOct 2, 2012", "60", "Hot.", "The Gull Oct 3, 2012", "100", "Cold."]
        );
        let once = "It was shut on Oct 3, 2012 100";
        assert_eq!(told(once), [once]);
    }

    #[test]
    fn dates_glued_to_text_are_split() {
        let bodies =
            |text: &str| -> Vec<String> { lines(text).into_iter().map(|line| line.body).collect() };
        let cases: [(&str, &[&str]); 6] = [
            ("  1. Oct 2, 2012A kettle.", &["Oct 2, 2012", "A kettle."]),
            (
                "  1. Reviewed by: Bo Lid\n    Oct 2, 2012Hot.",
                &["Reviewed by: Bo Lid", "Oct 2, 2012", "Hot."],
            ),
            ("  1. BoL.\n    Oct 2, 2012“Hot.”", &["BoL.", "Oct 2, 2012", "“Hot.”"]),
            ("  1. Oct 2, 2012 Hot.", &["Oct 2, 2012 Hot."]),
            (
                "  1. Oct 2, 2012 Hot.\n  2. Oct 3, 2012\n    Cold.",
                &["Oct 2, 2012", "Hot.", "Oct 3, 2012", "Cold."],
            ),
            (
                "  1. Jan 3, 1948 was cold.\n  2. Oct 3, 2012\n    Cold.",
                &["Jan 3, 1948 was cold.", "Oct 3, 2012", "Cold."],
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(bodies(text), wanted, "{text}");
        }
    }
}
