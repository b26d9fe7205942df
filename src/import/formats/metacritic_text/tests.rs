//! The format as a whole: real pages, and one page pasted in many ways.

use super::*;
use crate::import::formats::testing::{Collected, probe, read, shared, squeezed};

#[test]
fn the_page_dump_this_project_exists_for() {
    let (Some(text), Some(expected)) = (
        shared("dumps/metacritic-text/ai-weiwei-never-sorry.txt"),
        shared("expected/ai-weiwei-never-sorry.jsonl"),
    ) else {
        return;
    };
    assert_eq!(MetacriticText.recognise(&probe(&text)), Sureness::Certain);
    let found = read(&MetacriticText, &text);
    let wanted: Vec<serde_json::Value> = expected
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(found.reviews().len(), wanted.len());
    for ((at, review), wanted) in found.reviews().into_iter().zip(&wanted) {
        let line = at.line;
        assert_eq!(Some(line), wanted["line"].as_u64());
        assert_eq!(
            review.audience.map(Audience::as_str),
            wanted["audience"].as_str(),
            "line {line}"
        );
        assert_eq!(
            review.byline.as_deref(),
            wanted["byline"].as_str(),
            "line {line}"
        );
        assert_eq!(
            review.score.as_deref(),
            wanted["score_text"].as_str(),
            "line {line}"
        );
        assert_eq!(
            review.date.is_some(),
            wanted["date"].is_string(),
            "line {line}"
        );
        let quote = squeezed(review.quote.as_deref().unwrap_or_default());
        let quote = quote.strip_suffix("Full Review »").unwrap_or(&quote).trim();
        assert_eq!(Some(quote), wanted["quote"].as_str(), "line {line}");
    }
    let claims: Vec<_> = found
        .claims()
        .into_iter()
        .map(|c| (c.audience, c.kind, c.value, c.of))
        .collect();
    use crate::import::record::ClaimKind::*;
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
    assert_eq!(MetacriticText.recognise(&probe(&text)), Sureness::Certain);
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
#[test]
fn show() {
    let Some(text) = shared("dumps/metacritic-text/black-christmas-users-2019.txt") else {
        return;
    };
    let _: Collected = read(&MetacriticText, &text);
    for (at, item) in read(&MetacriticText, &text).items {
        println!("{at:?} {item:?}");
    }
}
