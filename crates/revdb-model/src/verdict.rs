//! Verdicts: judgements without a score, such as a thumb up or "fresh".
//!
//! A verdict is stored as printed and interpreted here; one with unknown words is neither positive
//! nor negative.

/// The meaning of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// "Fresh", "recommended".
    Positive,
    /// "Rotten", "not recommended".
    Negative,
}

/// Verdicts in lower case and their meaning. The archive's view `verdict_word` has the same words;
/// a test compares both.
pub const WORDS: [(&str, Polarity); 22] = [
    ("fresh", Polarity::Positive),
    ("certified fresh", Polarity::Positive),
    ("certified-fresh", Polarity::Positive),
    ("positive", Polarity::Positive),
    ("recommended", Polarity::Positive),
    ("thumbs up", Polarity::Positive),
    ("up", Polarity::Positive),
    ("liked", Polarity::Positive),
    ("like", Polarity::Positive),
    ("upright", Polarity::Positive),
    ("good", Polarity::Positive),
    ("rotten", Polarity::Negative),
    ("negative", Polarity::Negative),
    ("not recommended", Polarity::Negative),
    ("thumbs down", Polarity::Negative),
    ("down", Polarity::Negative),
    ("disliked", Polarity::Negative),
    ("dislike", Polarity::Negative),
    ("spilled", Polarity::Negative),
    ("not fresh", Polarity::Negative),
    ("not liked", Polarity::Negative),
    ("bad", Polarity::Negative),
];

/// The meaning of a verdict; `None` if its words are not known.
pub fn polarity(verdict: &str) -> Option<Polarity> {
    let known = |(word, _): &&(&str, Polarity)| verdict.eq_ignore_ascii_case(word);
    WORDS.iter().find(known).map(|(_, polarity)| *polarity)
}

/// A verdict as it is stored. A bare yes or no, or a thumb, becomes words.
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

/// Whether a text in place of a score is a verdict: a thumb, or known words.
pub fn is_one(text: &str) -> bool {
    polarity(text.trim()).is_some() || thumb(text).is_some()
}

/// A drawn thumb, of any colour, in words.
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
            ("Fresh", "Fresh", Some(Polarity::Positive)),
            ("ROTTEN", "ROTTEN", Some(Polarity::Negative)),
            ("true", "recommended", Some(Polarity::Positive)),
            ("0", "not recommended", Some(Polarity::Negative)),
            ("-1", "not recommended", Some(Polarity::Negative)),
            ("👍🏽", "thumbs up", Some(Polarity::Positive)),
            ("👎", "thumbs down", Some(Polarity::Negative)),
            ("so so", "so so", None),
        ] {
            assert_eq!(printed(text), kept);
            assert_eq!(polarity(&printed(text)), says, "{text}");
        }
        assert!(is_one("Thumbs up") && is_one(" 👍 ") && !is_one("4") && !is_one("👍👍👎"));
    }
}
