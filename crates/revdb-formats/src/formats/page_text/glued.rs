//! Dates that a converter ran into the words below them: "3. Oct 2, 2012A kettle."
//!
//! Owns: parting them, in numbered lists. Must never: part words that begin with a day
//! ("Jan 3, 1948 was a cold one").

use super::figures::is_date;
use super::lines::{Line, Marker, Shape, shape_of};

/// The lines with each such date on a line of its own.
pub fn parted(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let dated = lines.iter().any(|line| line.shape == Shape::Date);
    let mut found: Vec<Line<'_>> = Vec::with_capacity(lines.len());
    for mut line in lines {
        let head = is_numbered(&line) || found.last().is_some_and(|above| heads(above, &line));
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

fn is_numbered(line: &Line<'_>) -> bool {
    matches!(line.marker, Some(Marker::Number(_)))
}

/// A name behind a list's number, and a line of the same item below it.
fn heads(above: &Line<'_>, line: &Line<'_>) -> bool {
    let name = matches!(above.shape, Shape::ReviewedBy(_)) || above.could_be_name();
    line.marker.is_none()
        && name
        && (is_numbered(above) || matches!(above.shape, Shape::ReviewedBy(_)))
}

/// Where the date ends that `text` begins with: words follow at once, which no sentence has, or,
/// where others are `dated` on lines of their own, a blank and a capital.
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
    fn dates_run_into_words() {
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
