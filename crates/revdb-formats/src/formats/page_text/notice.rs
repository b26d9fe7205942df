//! The notice that Metacritic set above a text that tells the plot.
//!
//! Owns: telling it from a reviewer's own sentence, however a converter wrote
//! it. Must never: take a word of the review.

/// What the notice says; the part that only the site writes is the second.
const WARNING: &str = "this review contains spoilers";
/// The ways on that the notice offered: a button until 2022, a link before 2013.
const WAYS: [&str; 4] = [
    "click expand to view",
    "click full review link to view",
    "click full review to view",
    "click to expand",
];

/// The text behind the notice it begins with; `None` where it begins otherwise.
/// "This review contains spoilers." alone is the reviewer's own.
pub(crate) fn after_notice(text: &str) -> Option<&str> {
    let is_mark = |c: char| matches!(c, '*' | '_') || c.is_whitespace();
    let rest = without(text.trim_start_matches(is_mark), WARNING)?;
    let rest = rest.trim_start_matches(is_mark).strip_prefix(',')?.trim_start_matches(is_mark);
    let rest = WAYS.iter().find_map(|way| without(rest, way))?;
    let rest = rest.trim_start_matches(is_mark);
    Some(rest.strip_prefix('.').unwrap_or(rest).trim_start_matches(is_mark))
}

fn without<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let begins = text.get(..start.len())?.eq_ignore_ascii_case(start);
    if begins { text.get(start.len()..) } else { None }
}

/// The text is the beginning of a notice that its page's end cut.
pub(crate) fn begins_one(text: &str) -> bool {
    let text = text.to_lowercase();
    WAYS.iter().any(|way| format!("{WARNING}, {way}.").starts_with(&text))
}

/// The whole line is a notice.
pub(crate) fn is_notice(line: &str) -> bool {
    after_notice(line) == Some("")
        || line
            .trim_matches(['[', ']'])
            .eq_ignore_ascii_case("SPOILER ALERT: This review contains spoilers.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_goes_and_nothing_else() {
        for (text, wanted) in [
            ("This review contains spoilers, click expand to view. He dies.", Some("He dies.")),
            (
                "This review contains spoilers, click full review link to view. He dies.",
                Some("He dies."),
            ),
            (
                "**This review contains spoilers , click expand to view .** He dies.",
                Some("He dies."),
            ),
            ("This review contains spoilers\n, click expand to view\n. He dies.", Some("He dies.")),
            ("This review contains spoilers, click expand to view.", Some("")),
            ("This review contains spoilers. He dies.", None),
            ("This review contains spoilers, and I am sorry.", None),
            ("He dies.", None),
        ] {
            assert_eq!(after_notice(text), wanted, "{text}");
        }
    }
}
