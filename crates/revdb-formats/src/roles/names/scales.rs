//! Scales in column names: maximum, direction, and the number of a score among several.
//!
//! Must never: decide whether a column is a score.

use super::{Role, meaning};

/// "Note (1 = sehr gut, 6 = ungenügend)": the lowest number is the best.
pub fn says_one_is_best(name: &str) -> bool {
    const BEST: [&str; 14] = [
        "best", "excellent", "great", "very good", "outstanding", "top", "sehr gut", "beste",
        "excelente", "très bien", "ottimo", "bardzo dobry", "отлично", "uitstekend",
    ];
    let name = name.to_lowercase();
    let behind = |sign: &str| {
        name.match_indices(sign).any(|(at, sign)| {
            let before = name[..at].chars().next_back();
            let rest = name[at + sign.len()..].trim_start_matches(['=', ':', '(', ' ', '-', '–']);
            !before.is_some_and(|c| c.is_ascii_digit())
                && BEST.iter().any(|it| rest.starts_with(it))
        })
    };
    ["1 =", "1=", "1:", "1 (", "1 -", "1 –"].into_iter().any(behind)
}

/// "5 star" next to "4 star": counts per score.
pub fn is_count_of_a_mark(name: &str) -> bool {
    let plain = super::plain(name);
    let digits = plain.strip_suffix("stars").or_else(|| plain.strip_suffix("star"));
    digits.is_some_and(|it| matches!(it.len(), 1..=2) && it.bytes().all(|b| b.is_ascii_digit()))
}

/// The trailing digits of a name: "2" for "Rating 2".
pub fn number_behind(name: &str) -> &str {
    let name = name.trim();
    name.get(name.trim_end_matches(|c: char| c.is_ascii_digit()).len()..).unwrap_or("")
}

fn role_before_a_number(name: &str) -> Option<Role> {
    let number = number_behind(name);
    let stem = name.trim().strip_suffix(number).filter(|_| !number.is_empty())?;
    meaning(stem).ok().flatten().map(|found| found.role)
}

/// "Rating 2": one of several scores in a row.
pub fn is_numbered_mark(name: &str) -> bool {
    matches!(role_before_a_number(name), Some(Role::Score | Role::OwnScore))
}

/// "Reviewer 2": who gave that score.
pub fn is_numbered_person(name: &str) -> bool {
    matches!(role_before_a_number(name), Some(Role::Critic | Role::Reviewer | Role::User))
}

/// Removes a scale from "Rating (1-10)" or "Score out of 5" and returns it. Other brackets
/// ("Runtime (mins)") are removed too.
pub(super) fn without_scale(name: &str) -> (String, Option<f64>) {
    let plain = name.replace('（', "(").replace('）', ")");
    let trimmed = plain.trim();
    if let Some((before, inner)) = trimmed.strip_suffix(')').and_then(|rest| rest.rsplit_once('('))
        && !before.trim().is_empty()
    {
        let percent = inner.trim() == "%";
        return (before.to_owned(), if percent { Some(100.0) } else { full_marks(inner) });
    }
    let lower = trimmed.to_lowercase();
    if let Some(before) = lower.strip_suffix('%') {
        return (before.to_owned(), Some(100.0));
    }
    for mark in [
        " out of ", "_out_of_", "/", " sur ", " von ", " su ", " av ", " af ", " из ", " de ",
        " sobre ",
    ] {
        if let Some(at) = lower.rfind(mark)
            && let Some(best) = full_marks(&lower[at + mark.len()..])
        {
            return (lower[..at].to_owned(), Some(best));
        }
    }
    (trimmed.to_owned(), None)
}

/// Words that accompany the maximum in a column's name, in the languages of `names.toml`.
const SCALE_WORDS: [&str; 25] = [
    "to", "out", "of", "max", "stars", "points", "sur", "von", "bis", "sterne", "punkte", "de",
    "a", "su", "da", "av", "af", "til", "van", "tot", "na", "z", "od", "do", "sobre",
];

/// Maximum scores written as words.
const SCALE_NUMBERS: [(&str, f64); 12] = [
    ("five", 5.0),
    ("ten", 10.0),
    ("hundred", 100.0),
    ("fünf", 5.0),
    ("zehn", 10.0),
    ("cinq", 5.0),
    ("dix", 10.0),
    ("cinco", 5.0),
    ("diez", 10.0),
    ("cinque", 5.0),
    ("dieci", 10.0),
    ("vingt", 20.0),
];

/// The maximum in Chinese, Japanese and Korean: "满分10分", "5点満点", "10점 만점".
const FULL: [&str; 9] =
    ["满分", "滿分", "分制", "点満点", "満点", "点", "점 만점", "점만점", "만점"];

/// Whether the text has a number below zero: no maximum alone says what such marks are out of.
fn goes_below_zero(text: &str) -> bool {
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_sign = matches!(c, '-' | '−') && !before.is_some_and(char::is_alphanumeric);
        if is_sign && chars.peek().is_some_and(char::is_ascii_digit) {
            return true;
        }
        before = Some(c).filter(|c| !c.is_whitespace()).or(before);
    }
    false
}

/// The maximum of a scale: `1-10`, `0 to 5`, `/4`, `out of 100`, `5`.
fn full_marks(text: &str) -> Option<f64> {
    if goes_below_zero(text) {
        return None;
    }
    if FULL.iter().any(|word| text.contains(word)) {
        let digits = text.trim_matches(|c: char| !c.is_ascii_digit());
        return digits.parse().ok().filter(|best| (3.0..=100.0).contains(best));
    }
    let last = text.split_whitespace().last().unwrap_or("").to_lowercase();
    if let Some((_, best)) = SCALE_NUMBERS.iter().find(|(word, _)| *word == last) {
        let mut before = text.split_whitespace().rev().skip(1);
        return before.all(|word| SCALE_WORDS.contains(&word)).then_some(*best);
    }
    let last = text.rsplit(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?;
    // A share: `0-1`, `0 to 1`.
    let digits: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    if digits == ["0", "1"] && !text.contains(['.', ',', '=']) {
        return Some(1.0);
    }
    let only_numbers = text.chars().all(|c| {
        c.is_ascii_digit()
            || c.is_whitespace()
            || matches!(c, '-' | '–' | '/' | '.')
            || c.is_ascii_lowercase()
    });
    let words: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
    let known = words.iter().all(|word| SCALE_WORDS.contains(word));
    let best: f64 = last.parse().ok()?;
    (only_numbers && known && (3.0..=100.0).contains(&best)).then_some(best)
}

/// Words of a phrase for a scale, in addition to [`SCALE_WORDS`].
const PHRASE_WORDS: [&str; 10] =
    ["point", "scale", "possible", "best", "worst", "is", "maximum", "star", "full", "highest"];

/// "Rating, max 10", "Score [0-10]", "Rating 0–10" and "5-star rating": the score's name and its
/// maximum. "Rating 5" may be the fifth.
pub(super) fn scale_around(name: &str) -> Option<(String, f64)> {
    if goes_below_zero(name) {
        return None;
    }
    let lower = name.trim().to_lowercase();
    let is_part = |c: char| c.is_alphanumeric() || c == '%';
    let words: Vec<&str> = lower.split(|c| !is_part(c)).filter(|word| !word.is_empty()).collect();
    let marks = |word: &str| word.parse::<f64>().ok().filter(|it| (3.0..=100.0).contains(it));
    if let [first, unit, rest @ ..] = words.as_slice()
        && let Some(best) = marks(first)
        && ["star", "stars", "point", "points"].contains(unit)
        && !rest.is_empty()
    {
        return Some((rest.join(" "), best));
    }
    let in_phrase = |word: &&&str| {
        word.parse::<f64>().is_ok() || SCALE_WORDS.contains(word) || PHRASE_WORDS.contains(word)
    };
    let length = words.iter().rev().take_while(in_phrase).count();
    let (named, phrase) = words.split_at(words.len() - length);
    let numbers: Vec<f64> = phrase.iter().filter_map(|word| word.parse().ok()).collect();
    let best = numbers.iter().copied().fold(0.0, f64::max);
    let says_so = numbers.len() > 1 || phrase.iter().any(|word| word.parse::<f64>().is_err());
    let sound = !named.is_empty() && says_so && (3.0..=100.0).contains(&best);
    sound.then(|| (named.join(" "), best))
}
