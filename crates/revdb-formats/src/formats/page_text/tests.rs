//! The format as a whole: real pages, and one page pasted in many ways.

use super::*;
use crate::formats::testing::{Collected, probe, read, shared, squeezed};
use crate::record::RawReview;

#[test]
fn metacritic_page_dump() {
    let (Some(text), Some(expected)) = (
        shared("dumps/metacritic-text/ai-weiwei-never-sorry.txt"),
        shared("expected/ai-weiwei-never-sorry.jsonl"),
    ) else {
        return;
    };
    assert_eq!(MetacriticText.recognise(&probe(&text)), Confidence::Certain);
    let found = read(&MetacriticText, &text);
    let wanted: Vec<serde_json::Value> =
        expected.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.reviews().len(), wanted.len());
    for ((at, review), wanted) in found.reviews().into_iter().zip(&wanted) {
        let line = at.line;
        assert_eq!(Some(line), wanted["line"].as_u64());
        assert_eq!(
            review.audience.map(Audience::as_str),
            wanted["audience"].as_str(),
            "line {line}"
        );
        assert_eq!(review.byline.as_deref(), wanted["byline"].as_str(), "line {line}");
        assert_eq!(review.score.as_deref(), wanted["score_text"].as_str(), "line {line}");
        assert_eq!(review.date.is_some(), wanted["date"].is_string(), "line {line}");
        let quote = squeezed(review.quote.as_deref().unwrap_or_default());
        let quote = quote.strip_suffix("Full Review »").unwrap_or(&quote).trim();
        assert_eq!(Some(quote), wanted["quote"].as_str(), "line {line}");
    }
    let claims: Vec<_> =
        found.claims().into_iter().map(|c| (c.audience, c.kind, c.value, c.of)).collect();
    use crate::record::ClaimKind::*;
    use Audience::{Critic, User};
    assert_eq!(
        claims,
        [
            (Critic, Metascore, 81.0, None),
            (Critic, CriticCount, 28.0, None),
            (Critic, Positive, 24.0, Some(28.0)),
            (Critic, Negative, 0.0, Some(28.0)),
            (User, UserScore, 8.1, None),
            (User, RatingCount, 10.0, None),
            (User, Positive, 2.0, Some(2.0)),
            (User, Mixed, 0.0, Some(2.0)),
            (User, Negative, 0.0, Some(2.0)),
        ]
    );
}

#[test]
fn the_user_page() {
    let Some(text) = shared("dumps/metacritic-text/black-christmas-users-2019.txt") else {
        return;
    };
    assert_eq!(MetacriticText.recognise(&probe(&text)), Confidence::Certain);
    let found = read(&MetacriticText, &text);
    let reviews = found.reviews();
    assert_eq!(reviews.len(), 17);
    assert!(found.rejected.is_empty());
    for (at, review) in &reviews {
        assert_eq!(review.audience, Some(Audience::User), "line {}", at.line);
        assert!(review.byline.is_some() && review.date.is_some() && review.score.is_some());
        let quote = review.quote.as_deref().unwrap_or_default();
        assert!(!quote.ends_with("Expand"), "line {}: {quote}", at.line);
        assert_eq!(review.work.title.as_deref(), Some("Black Christmas"));
    }
    let long = reviews[10].1.quote.as_deref().unwrap_or_default();
    assert!(long.starts_with("Wow, this, the second attempt"));
    assert_eq!(long.matches("Wow, this, the second attempt").count(), 1);
}

/// What must not depend on how a page was pasted.
fn review_lines(text: &str) -> Vec<String> {
    let found = read(&MetacriticText, text);
    assert!(found.rejected.is_empty(), "{:?}", found.rejected);
    let line = |r: &RawReview| {
        let parts = [&r.byline, &r.publication, &r.date, &r.score, &r.quote];
        let parts: Vec<String> =
            parts.iter().map(|p| squeezed(p.as_deref().unwrap_or("-"))).collect();
        format!("{:?} {}", r.audience, parts.join(" | "))
    };
    found.reviews().iter().map(|(_, r)| line(r)).collect()
}

fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| change(line) + "\n").collect()
}

/// The line without its indentation and, if indented, its list number (other numbers are a
/// review's own).
fn bare(line: &str) -> String {
    let rest = line.trim_start();
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    match after.strip_prefix(". ") {
        Some(after) if line.starts_with("  ") => after.to_string(),
        _ => rest.to_string(),
    }
}

#[test]
fn one_page_pasted_in_many_formats() {
    let film =
        include_str!("../../../../../samples/metacritic-text/film-page.txt").replace('\r', "");
    let users =
        include_str!("../../../../../samples/metacritic-text/user-page.txt").replace('\r', "");
    let navigation = |text: &str| {
        format!("Sign in\nMovies\nGames\n\n{text}\n\nSee all 5 Reviews\nPrivacy Policy\n© Acme\n")
    };
    for (page, text) in [("film", film), ("users", users)] {
        let wanted = review_lines(&text);
        let variants = [
            ("CRLF", text.replace('\n', "\r\n")),
            ("CR", text.replace('\n', "\r")),
            (
                "tabs",
                each_line(&text, |line| {
                    if line.starts_with(' ') {
                        format!("\t{}", line.trim_start())
                    } else {
                        line.into()
                    }
                }),
            ),
            (
                "tabs in place of four blanks",
                each_line(&text, |line| match line.strip_prefix("    ") {
                    Some(rest) => format!("\t{rest}"),
                    None => line.into(),
                }),
            ),
            ("no list numbers", each_line(&text, bare)),
            ("no NBSP", text.replace('\u{a0}', " ")),
            ("trailing spaces", each_line(&text, |line| format!("{line}  \t"))),
            ("blank lines", each_line(&text, |line| format!("{line}\n"))),
            ("navigation", navigation(&text)),
            (
                "bullets",
                each_line(&text, |line| {
                    if bare(line) != line.trim_start() {
                        format!("* {}", bare(line))
                    } else {
                        line.into()
                    }
                }),
            ),
            (
                "markdown",
                each_line(&text, |line| {
                    if line.starts_with("    ") && line.trim().parse::<f64>().is_ok() {
                        format!("**{}**", line.trim())
                    } else {
                        line.into()
                    }
                }),
            ),
            ("bold labels", text.replace("Reviewed by:", "**Reviewed by:**")),
            (
                "list numbers on their own lines",
                each_line(&text, |line| match line.split_once(". ") {
                    Some((number, rest)) if bare(line) != line.trim_start() => {
                        format!("{number}.\n    {rest}")
                    }
                    _ => line.into(),
                }),
            ),
            (
                "bold bylines",
                each_line(&text, |line| match line.split_once("Reviewed by:") {
                    Some((before, name)) => format!("{before}__Reviewed by:{name}__"),
                    None => line.into(),
                }),
            ),
        ];
        for (name, variant) in variants {
            assert_eq!(review_lines(&variant), wanted, "{page}, {name}");
        }
    }
}

#[test]
fn invalid_records_are_rejected_with_their_lines() {
    let text = "Metascore\n80\n1. Reviewed by: A B\n2. Reviewed by: C D\n3. Reviewed by: E F\nAug 3, 2012\n70\nFine.\n";
    let found = read(&MetacriticText, text);
    let rejected: Vec<_> = found
        .rejected
        .iter()
        .map(|(at, reason, raw)| (at.line, reason.as_str(), raw.as_str()))
        .collect();
    assert_eq!(
        rejected,
        [
            (3, "neither a score nor any words follow the name", "1. Reviewed by: A B"),
            (4, "neither a score nor any words follow the name", "2. Reviewed by: C D"),
        ]
    );
    assert_eq!(found.reviews().len(), 1);
}

#[test]
fn a_score_off_the_scale_is_kept_as_printed() {
    let critic = |score: &str| {
        format!(
            "Metascore\n80\n1. Reviewed by: A B\nAug 2, 2012\n{score}\nToo much.\n2. Reviewed by: C D\nAug 3, 2012\n70\nFine.\n"
        )
    };
    let user = |score: &str| {
        format!(
            "{score}\nDripDec 17, 2019\nWet.\n0 of 0 users found this helpful\nAll this user's reviews\n"
        )
    };
    let cases = [
        (critic("100"), "100", Some(100.0)),
        (critic("105"), "105", None),
        (critic("tbd"), "tbd", None),
        (critic("TBD"), "TBD", None),
        (critic("N/A"), "N/A", None),
        (user("7"), "7", Some(70.0)),
        (user("11"), "11", None),
        (user("tbd"), "tbd", None),
    ];
    for (text, printed, wanted) in cases {
        let found = read(&MetacriticText, &text);
        assert!(found.rejected.is_empty(), "{text}: {:?}", found.rejected);
        let review = &found.reviews()[0].1;
        assert_eq!(review.score.as_deref(), Some(printed), "{text}");
        assert_eq!(revdb_model::score::parse(printed, review.scale), wanted, "{text}");
        assert!(review.quote.as_deref().is_some_and(|quote| quote.ends_with('.')), "{text}");
    }
}

/// Bylines and quotes of a page's reviews.
fn written(text: &str) -> Vec<(String, String)> {
    let found = read(&MetacriticText, text);
    assert!(found.rejected.is_empty(), "{text}: {:?}", found.rejected);
    let reviews = found.reviews().into_iter();
    reviews
        .map(|(_, r)| (r.byline.clone().unwrap_or_default(), r.quote.clone().unwrap_or_default()))
        .collect()
}

#[test]
fn text_that_looks_like_a_head_begins_no_review_on_a_user_page() {
    let review = |name: &str, words: &str| {
        format!(
            "7\n{name}Dec 17, 2019\n{words}\n0 of 0 users found this helpful00\nAll this user's reviews\n"
        )
    };
    let spoilers = "This review contains spoilers, click expand to view.";
    let cases = [
        ("Wet.", "Wet."),
        ("Wet.\nPlayed until Mar 5, 2019\n8\nDry.", "Wet.\nPlayed until Mar 5, 2019\n8\nDry."),
        ("Played until Mar 5, 2019\n8", "Played until Mar 5, 2019\n8"),
        (
            "I gave it\n8\nPlayed until Mar 5, 2019\nDry.",
            "I gave it\n8\nPlayed until Mar 5, 2019\nDry.",
        ),
        (
            "Played until Mar 5, 2019\n8\nPlayed until Mar 6, 2019\n9\nDry.",
            "Played until Mar 5, 2019\n8\nPlayed until Mar 6, 2019\n9\nDry.",
        ),
        (&format!("{spoilers}\nWet."), "Wet."),
    ];
    for (words, quote) in cases {
        let page = format!("USER SCORE\n7.0\n{}{}", review("Drip", words), review("Bo3", "Fine."));
        let wanted = [("Drip".into(), quote.into()), ("Bo3".into(), "Fine.".into())];
        assert_eq!(written(&page), wanted, "{words}");
    }
    // Without end lines only the head tells where a review begins.
    let page = "USER SCORE\n7.0\n7\nDripDec 17, 2019\nWet.\n6\nBo3Dec 16, 2019\nFine.\n";
    assert_eq!(written(page).len(), 2);
}

#[test]
fn lines_broken_at_a_column_are_joined() {
    let review =
        |name: &str, words: &str| format!("Reviewed by: {name}\nAug 2, 2012\n80\n{words}\n");
    let page = |words: &str| {
        let others = "A film about rain that goes on and on for well over an hour and a\nhalf, and then, without a word about it, stops as all rain must in the\nend, so that everybody in it can go home and be as wet as they were.";
        format!("Metascore\n80\n{}{}", review("A B", words), review("C D", others))
    };
    let cases = [
        (
            "It is slow, which is what it is about, and wet, which is a pity, for a\nfilm.",
            "It is slow, which is what it is about, and wet, which is a pity, for a film.",
        ),
        (
            "It is slow, which is what it is about, and wet, which is bigger-than-\nlife weather.",
            "It is slow, which is what it is about, and wet, which is bigger-than-life weather.",
        ),
        ("It is slow.\nIt is wet.", "It is slow.\nIt is wet."),
    ];
    for (words, quote) in cases {
        assert_eq!(written(&page(words))[0].1, quote);
    }
    // Two paragraphs, and no column that would explain the line break.
    let free = format!(
        "Metascore\n80\n{}{}",
        review("A B", "It is slow.\nIt is wet, and so it is about rain."),
        review("C D", "Not at all bad, and then it is\nGood.\nWet.")
    );
    assert_eq!(written(&free)[1].1, "Not at all bad, and then it is\nGood.\nWet.");
}

#[test]
fn hostile_text_takes_no_time() {
    let started = std::time::Instant::now();
    for text in [
        "1".repeat(1 << 20),
        "1\n".repeat(100_000),
        "Reviewed by:\n".repeat(100_000),
        "7\naDec 1, 2019\n".repeat(50_000),
        "7\nGenerally Favorable\nBased on 3 Critics\n".repeat(10_000),
        "Rain\nPC\nMetascore\n".repeat(10_000),
        "Rain\nUser Reviews\n7\n".repeat(10_000),
    ] {
        let mut sink = Collected::default();
        let mut page = crate::formats::testing::Page(&text);
        // A refusal is a valid result.
        drop(MetacriticText.read(&mut page, &ReadOptions::default(), &mut sink));
    }
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}
