//! The page's own sentences that a scraper split over several lines: "- based on" / "9" /
//! "Critics", "4" / "of" / "5" / "users found this helpful".
//!
//! Owns: joining them. Must never: join lines that are not a complete sentence that only the page
//! prints.

use super::boilerplate::{self, Role};
use super::claims::is_count;
use super::lines::{Line, Shape, shape_of, spanning};

/// The longest such sentence has four pieces; one more is allowed.
const MOST_PIECES: usize = 5;
const LONGEST_PIECE: usize = 40;

/// Joins the lines of each such sentence.
pub fn joined<'a>(lines: Vec<Line<'a>>, text: &'a str) -> Vec<Line<'a>> {
    let mut found: Vec<Line<'a>> = Vec::with_capacity(lines.len());
    let mut rest = lines.as_slice();
    while let Some((first, below)) = rest.split_first() {
        let taken = pieces(rest).unwrap_or(1);
        let taken = taken + thumbs(rest, taken);
        let mut line = first.clone();
        if let Some(last) = below.get(..taken - 1).and_then(<[_]>::last) {
            line.body = sentence(rest, taken);
            line.words.clone_from(&line.body);
            line.raw = spanning(text, first.raw, last.raw).unwrap_or(first.raw);
            line.shape = shape_of(&line.body);
            line.marker = None;
        }
        found.push(line);
        rest = rest.get(taken..).unwrap_or_default();
    }
    found
}

/// Phrases of which each such sentence contains one in a piece.
const KNOWN: [&str; 3] = ["based on", " found this ", "characters (5000 max)"];

/// Number of lines, from the first, that form one sentence of the page.
fn pieces(lines: &[Line<'_>]) -> Option<usize> {
    let short = |line: &&Line<'_>| line.body.len() <= LONGEST_PIECE;
    let most = lines.iter().take(MOST_PIECES).take_while(short).count();
    let known = |line: &Line<'_>| {
        let lower = line.body.to_ascii_lowercase();
        KNOWN.iter().any(|known| lower.contains(known))
    };
    let begins = lines.first().is_some_and(could_begin) && lines.iter().take(most).any(known);
    let whole = |&count: &usize| is_sentence(&sentence(lines, count).to_lowercase());
    (2..=most).filter(|_| begins).find(whole)
}

/// A number, or "- based on".
fn could_begin(line: &Line<'_>) -> bool {
    line.shape == Shape::Number && line.marker.is_none() || line.body.ends_with("based on")
}

fn is_sentence(lower: &str) -> bool {
    let counts = lower.split(' ').filter(|word| word.bytes().all(|b| b.is_ascii_digit())).count();
    let helpful = lower.contains(" found this ") && boilerplate::is(lower, Role::UserEnd);
    (helpful && counts == 2)
        || is_count(lower.trim_start_matches(['-', ' ']))
        || lower.ends_with(" characters (5000 max)")
}

/// Number of lines with the vote counts below "4 of 5 users found this helpful": "4", "1".
fn thumbs(lines: &[Line<'_>], from: usize) -> usize {
    if !lines.get(from - 1).is_some_and(|line| line.body.ends_with("helpful")) {
        return 0;
    }
    let said = sentence(lines, from).to_lowercase();
    let words: Vec<&str> = said.split(' ').collect();
    let [yes, "of", all, "user" | "users", "found", ..] = words.as_slice() else { return 0 };
    let count = |at: usize| lines.get(at).and_then(|line| line.body.parse::<u32>().ok());
    let (Ok(yes), Ok(all)) = (yes.parse::<u32>(), all.parse::<u32>()) else { return 0 };
    let both = count(from) == Some(yes) && count(from + 1) == all.checked_sub(yes);
    if both { 2 } else { 0 }
}

fn sentence(lines: &[Line<'_>], count: usize) -> String {
    let bodies: Vec<&str> = lines.iter().take(count).map(|line| line.body.as_str()).collect();
    bodies.join(" ")
}

#[cfg(test)]
mod tests {
    use crate::formats::page_text::lines::lines;

    #[test]
    fn sentences_on_several_lines() {
        let bodies =
            |text: &str| -> Vec<String> { lines(text).into_iter().map(|line| line.body).collect() };
        for (text, wanted) in [
            (
                "Universal acclaim\n- based on\n9\nCritics\nWet.",
                ["Universal acclaim", "based on 9 Critics", "Wet."].as_slice(),
            ),
            ("Universal acclaim based on\n12 Ratings", &["Universal acclaim based on 12 Ratings"]),
            ("Universal acclaim\nBased on 9 Ratings", &["Universal acclaim", "Based on 9 Ratings"]),
            (
                "4\nof\n5\nusers found this helpful\n4\n1\n9",
                &["4 of 5 users found this helpful 4 1", "9"],
            ),
            (
                "4 of 5 users found this helpful\n4\n1\n9",
                &["4 of 5 users found this helpful 4 1", "9"],
            ),
            ("4 of 5 users found this helpful\n9", &["4 of 5 users found this helpful", "9"]),
            ("0\ncharacters (5000 max)", &["0 characters (5000 max)"]),
            ("9\nof the 5\nwere wet.", &["9", "of the 5", "were wet."]),
        ] {
            assert_eq!(bodies(text), wanted, "{text}");
        }
    }
}
