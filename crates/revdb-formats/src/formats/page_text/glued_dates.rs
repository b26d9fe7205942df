//! Dates that a converter glued to the next text: "3. Oct 2, 2012A kettle."
//!
//! Owns: splitting them, in numbered lists only. Must never: split text that begins
//! with a day ("Jan 3, 1948 was a cold one").

use super::figures::is_date;
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
