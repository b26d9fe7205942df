//! Bylines: whether one names a person, and removing what is printed around the name.
//!
//! Owns the table of bylines that name nobody. Must never: split a byline. "andy beta, brandon
//! stosuy & mark richardson" is one byline and one critic, since a review is one judgement and
//! counts once in every statistic; `--critic` matches parts of names, so each of the three is
//! found.

/// Whole bylines (folded) that name nobody.
const NOBODY: &[&str] = &[
    // Metacritic, where a paper prints no name.
    "unsigned", "uncredited", "not credited", "no byline",
    // Shops, for customers without a name or an account.
    "a google user", "google user", "a customer", "amazon customer", "kindle customer", "anonymous",
    "anonymous user", "anonymous reviewer", "guest", "deleted", "deleted user",
    // The whole newsroom.
    "editor", "editors", "the editors", "editorial", "editorial team", "editorial board", "various",
    "various critics",
    // No name. Placeholders for empty cells are in `revdb_formats::missing`, compared exactly:
    // people are called Null, Nan and None.
    "n/a", "na", "nobody", "unknown",
];

/// Roles after "staff" ("Staff Writers").
const ROLES: &[&str] = &[
    "writer", "writers", "critic", "critics", "reviewer", "reviewers", "editor", "editors",
    "report", "reports", "contributor", "member",
];

/// What sites print before a name, lower case, longest first.
const PREFIXES: &[&str] = &["reviewed by", "review by", "written by", "by"];

/// Whether the byline names somebody who counts as a critic.
///
/// "Staff (Not credited)", "E! Staff", "Unsigned" and "N/A" name nobody; a role after a comma does
/// not matter ("Jo Poe, Staff Writer"), and "Mike Stafford" and "Nobody Owens" are names. A URL or
/// a date is not a name.
pub fn names_somebody(byline: &str) -> bool {
    if is_address(byline) || is_date(byline) {
        return false;
    }
    let outside = byline.split('(').next().unwrap_or("");
    // "(Not credited)" and "[deleted]" are wholly in brackets.
    let name = if outside.trim().is_empty() { byline } else { outside };
    let folded = super::name::fold(name);
    let folded = folded.trim_matches(|c: char| !c.is_alphanumeric());
    !folded.is_empty() && !NOBODY.contains(&folded) && !is_staff(folded)
}

/// Whether a text is a web address.
pub fn is_address(text: &str) -> bool {
    let begins = |start: &str| {
        text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    begins("http://") || begins("https://") || begins("www.")
}

/// Whether a text is a complete numeric date, with or without a time.
pub fn is_date(text: &str) -> bool {
    let figures = text.len() >= 8 && text.as_bytes().first().is_some_and(u8::is_ascii_digit);
    figures
        && text.contains(['-', '/', '.'])
        && !matches!(super::date::parse(text, None), Err(super::date::DateError::Unknown))
}

/// "staff", "e! staff", "film4 staff writer": ends with the word, or with the word and a role.
fn is_staff(folded: &str) -> bool {
    if folded.contains(',') {
        return false;
    }
    let mut words = folded.rsplit(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    match words.next() {
        Some("staff") => true,
        Some(last) => ROLES.contains(&last) && words.next() == Some("staff"),
        None => false,
    }
}

/// Removes what is printed around a name: `By: Jo Poe,` is `Jo Poe`. Expects a cleaned line; empty
/// if there is no name.
pub fn clean(byline: &str) -> String {
    let edge = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    let mut name = byline.trim_matches(edge);
    while let Some(rest) = without_prefix(name) {
        name = rest.trim_matches(edge);
    }
    name.to_owned()
}

/// `name` without one printed prefix, which must be a whole word: "Byron" has none.
fn without_prefix(name: &str) -> Option<&str> {
    PREFIXES.iter().find_map(|prefix| {
        let rest = name.get(prefix.len()..)?;
        let printed = name.get(..prefix.len())?.eq_ignore_ascii_case(prefix);
        let rest = if printed { rest } else { return None };
        rest.strip_prefix(':')
            .or_else(|| rest.strip_prefix(char::is_whitespace))
            .or(rest.is_empty().then_some(rest))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{clean, names_somebody};

    #[test]
    fn names_and_non_names() {
        let somebody = [
            "Manohla Dargis",
            "Mike Stafford",
            "Nobody Owens",
            "Jo Poe, Staff Writer",
            "Jo Poe (Not credited)",
            "andy beta, brandon stosuy & mark richardson",
            "Noneke",
            "Stafford",
            "12345",
            "映画",
            "Guest Critic Jo",
            "Null",
            "Nan",
            "None",
        ];
        for byline in somebody {
            assert!(names_somebody(byline), "{byline:?}");
        }
        let nobody = [
            "",
            " ",
            "-",
            "…",
            "Staff (Not credited)",
            "Staff",
            "E! Staff",
            "Film4 Staff",
            "STAFF WRITERS",
            "Staff Writer",
            "Variety Staff Writer",
            "Editorial Staff",
            "Unsigned",
            "(unsigned)",
            "Anonymous",
            "N/A",
            "n.a.",
            "http://x.invalid/ann",
            "2020-01-01",
            "Not Credited",
            "(Not credited)",
            "Uncredited",
            "A Google User",
            "Amazon Customer",
            "[deleted]",
            "Unknown",
            "The Editors",
        ];
        for byline in nobody {
            assert!(!names_somebody(byline), "{byline:?}");
        }
    }

    #[test]
    fn text_printed_around_names() {
        let cases = [
            ("By Jo Poe", "Jo Poe"),
            ("by: Jo Poe", "Jo Poe"),
            ("BY:Jo Poe,", "Jo Poe"),
            ("Reviewed by: Jo Poe", "Jo Poe"),
            ("Reviewed by: By Jo Poe |", "Jo Poe"),
            ("Byron", "Byron"),
            ("Bya", "Bya"),
            ("bý", "bý"),
            ("Reviewed by:", ""),
            ("by", ""),
            ("a, b & c", "a, b & c"),
        ];
        for (printed, name) in cases {
            assert_eq!(clean(printed), name, "{printed:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_cleans_once(text in any::<String>()) {
            let cleaned = clean(&text);
            prop_assert_eq!(clean(&cleaned), cleaned.clone());
            names_somebody(&cleaned);
        }
    }
}
