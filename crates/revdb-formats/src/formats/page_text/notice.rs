//! Metacritic's notice above a text with spoilers.
//!
//! Owns: distinguishing it from a reviewer's own sentence, in any converter's notation. Must
//! never: remove a word of the review.

/// The notice's words, of which only the site writes the second part.
const WARNING: &str = "this review contains spoilers";
/// The notice's button (until 2022) or link (before 2013).
const WAYS: [&str; 4] = [
    "click expand to view",
    "click full review link to view",
    "click full review to view",
    "click to expand",
];

/// The text after a leading notice; `None` if there is none. "This review contains spoilers."
/// alone is the reviewer's own.
pub(crate) fn after_notice(text: &str) -> Option<&str> {
    let is_mark = |c: char| matches!(c, '*' | '_') || c.is_whitespace();
    let rest = without(text.trim_start_matches(is_mark), WARNING)?;
    let rest = rest.trim_start_matches(is_mark).strip_prefix(',')?.trim_start_matches(is_mark);
    let rest = WAYS.iter().find_map(|way| without(rest, way))?;
    let rest = rest.trim_start_matches(is_mark);
    Some(rest.strip_prefix('.').unwrap_or(rest).trim_start_matches(is_mark))
}

/// The text after the words of `start`, between which lines may end.
fn without<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    start.split(' ').try_fold(text, |text, word| {
        let (begins, rest) = text.trim_start().split_at_checked(word.len())?;
        begins.eq_ignore_ascii_case(word).then_some(rest)
    })
}

/// Whether the text is a notice truncated by the page's end.
pub(crate) fn is_truncated_known_line(text: &str) -> bool {
    let text = text.to_lowercase();
    WAYS.iter().any(|way| format!("{WARNING}, {way}.").starts_with(&text))
}

/// Whether the whole line is a notice.
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
    fn only_the_notice_is_removed() {
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
            (
                "This review\ncontains spoilers, click full review link to\nview. He dies.",
                Some("He dies."),
            ),
            ("This review contains spoilers, click expand to view.", Some("")),
            ("This review contains spoilers. He dies.", None),
            ("This review contains spoilers, and I am sorry.", None),
            ("He dies.", None),
        ] {
            assert_eq!(after_notice(text), wanted, "{text}");
        }
    }
}
