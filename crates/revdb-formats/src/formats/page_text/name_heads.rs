//! Heads of users' reviews on pages before 2010: "Ann Oak gave it a 9:".
//!
//! Owns: splitting such a line into name and score. Must never: split a single such line on a
//! page: it may be text ("my brother gave it a 9").

use super::figures::number;
use super::lines::{Line, Shape, is_name};

/// Splits each such head into two lines: name and score.
pub fn split(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let shape = |at: usize| lines.get(at).map(|line: &Line<'_>| &line.shape);
    let heads: Vec<Option<(String, Option<String>)>> = (0..lines.len())
        .map(|at| head(&lines[at].body, shape(at + 1) == Some(&Shape::Number)))
        .collect();
    if heads.iter().flatten().count() < MIN_HEADS {
        return lines;
    }
    let mut found = Vec::with_capacity(lines.len() + MIN_HEADS);
    for (mut line, head) in lines.into_iter().zip(heads) {
        let Some((name, score)) = head else {
            found.push(line);
            continue;
        };
        let below = score.map(|score| Line {
            body: score,
            words: String::new(),
            shape: Shape::Number,
            marker: None,
            gap: false,
            ..line.clone()
        });
        (line.body, line.shape) = (name, Shape::Text);
        found.push(line);
        found.extend(below);
    }
    found
}

/// Fewer such lines may be text of a review.
const MIN_HEADS: usize = 2;

/// The name in "Ann Oak gave it a 9:", and its score, which may be on the next line.
fn head(body: &str, above_number: bool) -> Option<(String, Option<String>)> {
    const GAVE: &str = " gave it a";
    let (name, rest) = body.rsplit_once(GAVE).filter(|_| body.len() < 120)?;
    let rest = rest.strip_prefix('n').unwrap_or(rest).trim_end_matches([':', ' ']).trim_start();
    let known = is_name(name) || name.ends_with(['.', ']']);
    let score = (!rest.is_empty()).then(|| rest.to_string());
    let fits = match &score {
        Some(score) => number(score).is_some_and(|score| score <= 10.0),
        None => above_number,
    };
    (known && fits).then(|| (name.to_string(), score))
}

#[cfg(test)]
mod tests {
    use crate::formats::page_text::lines::lines;

    #[test]
    fn two_or_more_heads_are_split() {
        let bodies =
            |text: &str| -> Vec<String> { lines(text).into_iter().map(|line| line.body).collect() };
        let page =
            "Ann O. gave it a 9:\nWet.\n\n[Anonymous] gave it an8:\nDry.\nBo gave it a\n7\nSo.";
        let wanted = ["Ann O.", "9", "Wet.", "[Anonymous]", "8", "Dry.", "Bo", "7", "So."];
        assert_eq!(bodies(page), wanted);
        let words = "My brother gave it a 9:\nhe is a fool.";
        assert_eq!(bodies(words), ["My brother gave it a 9:", "he is a fool."]);
    }
}
