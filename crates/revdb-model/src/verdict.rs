//! Judgements without a score: a thumb up or down, fresh or rotten.
//!
//! A verdict is kept as it was printed. What it says is read here, in one place; a verdict in
//! words that are not known counts as neither.

/// What a verdict says of a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaning {
    Positive,
    Negative,
}

/// Verdicts in small letters, and what they say. The archive's view `verdict_word` has the same
/// words (`sql/` knows no Rust); a test holds both together.
pub const WORDS: [(&str, Leaning); 22] = [
    ("fresh", Leaning::Positive),
    ("certified fresh", Leaning::Positive),
    ("certified-fresh", Leaning::Positive),
    ("positive", Leaning::Positive),
    ("recommended", Leaning::Positive),
    ("thumbs up", Leaning::Positive),
    ("up", Leaning::Positive),
    ("liked", Leaning::Positive),
    ("like", Leaning::Positive),
    ("upright", Leaning::Positive),
    ("good", Leaning::Positive),
    ("rotten", Leaning::Negative),
    ("negative", Leaning::Negative),
    ("not recommended", Leaning::Negative),
    ("thumbs down", Leaning::Negative),
    ("down", Leaning::Negative),
    ("disliked", Leaning::Negative),
    ("dislike", Leaning::Negative),
    ("spilled", Leaning::Negative),
    ("not fresh", Leaning::Negative),
    ("not liked", Leaning::Negative),
    ("bad", Leaning::Negative),
];

/// What a verdict says; `None` of words that are not known.
pub fn leaning(verdict: &str) -> Option<Leaning> {
    let known = |(word, _): &&(&str, Leaning)| verdict.eq_ignore_ascii_case(word);
    WORDS.iter().find(known).map(|(_, leaning)| *leaning)
}

/// A verdict as it is kept. A bare yes or no, as programs write a thumb, says nothing by itself, and
/// is told in words.
pub fn printed(text: &str) -> String {
    let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(&["true", "1", "1.0", "yes", "y", "recommend", "recommends", "would recommend"]) {
        "recommended".to_owned()
    } else if is_one_of(&["false", "0", "0.0", "-1", "no", "n", "would not recommend"]) {
        "not recommended".to_owned()
    } else {
        thumb(text).unwrap_or(text).to_owned()
    }
}

/// True of a text in a mark's place that is a verdict: a thumb, or known words.
pub fn is_one(text: &str) -> bool {
    leaning(text.trim()).is_some() || thumb(text).is_some()
}

/// A drawn thumb, of whatever colour, in words.
fn thumb(text: &str) -> Option<&'static str> {
    let mut signs =
        text.trim().chars().filter(|c| !matches!(c, '\u{1f3fb}'..='\u{1f3ff}' | '\u{fe0f}'));
    let words = match signs.next()? {
        '👍' => "thumbs up",
        '👎' => "thumbs down",
        _ => return None,
    };
    signs.next().is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_kept_as_printed_and_a_bare_thumb_in_words() {
        for (text, kept, says) in [
            ("Fresh", "Fresh", Some(Leaning::Positive)),
            ("ROTTEN", "ROTTEN", Some(Leaning::Negative)),
            ("true", "recommended", Some(Leaning::Positive)),
            ("0", "not recommended", Some(Leaning::Negative)),
            ("-1", "not recommended", Some(Leaning::Negative)),
            ("👍🏽", "thumbs up", Some(Leaning::Positive)),
            ("👎", "thumbs down", Some(Leaning::Negative)),
            ("so so", "so so", None),
        ] {
            assert_eq!(printed(text), kept);
            assert_eq!(leaning(&printed(text)), says, "{text}");
        }
        assert!(is_one("Thumbs up") && is_one(" 👍 ") && !is_one("4") && !is_one("👍👍👎"));
    }
}
