//! Compares scores by value.
//!
//! Owns the equality of printed scores. Must never: assign a number that `score::parse` did not
//! give.

/// A judgement as it is compared: its value, or its text with normalised numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Judgement {
    /// Millionths of the archive's scale of 0–100.
    Points(i64),
    /// A score without a known scale, as printed.
    Text(String),
}

impl Judgement {
    /// The judgement of a review's score and printed text.
    pub fn of(score: Option<f64>, text: Option<&str>) -> Option<Self> {
        match (score, text) {
            (Some(score), _) => Some(Self::Points((score * 1e6).round() as i64)),
            (None, Some(text)) => Some(Self::Text(plain(text))),
            (None, None) => None,
        }
    }
}

/// Whether a value in a rule equals one in a dump, ignoring case, or as a number.
pub fn same_value(named: &str, found: &str) -> bool {
    let is_number = named.starts_with(|c: char| c.is_ascii_digit());
    named.eq_ignore_ascii_case(found) || (is_number && plain(named) == plain(found))
}

/// Whether a bare number without a known scale is the mark that `scored` printed with its scale
/// ("4" of "4/5", "80" of "80%"), or equals the score.
pub fn is_bare(bare: &str, scored: &str, score: f64) -> bool {
    let bare = plain(bare);
    let (of_bare, rest) = number(&bare);
    if !rest.is_empty() || !bare.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let scored = plain(scored);
    let (of_scored, scale) = number(&scored);
    let is_mark = scored.starts_with(|c: char| c.is_ascii_digit())
        && of_scored == of_bare
        && !scale.starts_with(['.', ',']);
    is_mark || bare.parse() == Ok(score)
}

/// "4,0", "4.0" and "04" are "4"; case and spaces do not count.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let (number, after) = number(rest);
            plain.push_str(&number);
            rest = after;
        } else {
            if !first.is_whitespace() {
                plain.extend(first.to_lowercase());
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    plain
}

/// The leading number of `text` without insignificant zeros, and the rest.
fn number(text: &str) -> (String, &str) {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole_end = digits(text);
    let (whole, after) = text.split_at(whole_end);
    let shown = whole.trim_start_matches('0');
    let mut number = if shown.is_empty() { "0".to_owned() } else { shown.to_owned() };
    let Some(tail) = after.strip_prefix(['.', ',']) else { return (number, after) };
    let (part, rest) = tail.split_at(digits(tail));
    // Three digits after a comma may be thousands.
    if part.is_empty() || (after.starts_with(',') && part.len() == 3) {
        return (number, after);
    }
    let part = part.trim_end_matches('0');
    if !part.is_empty() {
        number.push('.');
        number.push_str(part);
    }
    (number, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_may_equal_a_score_with_scale() {
        for (bare, scored, score, same) in [
            ("4", "4/5", 80.0, true),
            ("4.0", "4 out of 5", 80.0, true),
            ("80", "80%", 80.0, true),
            ("80.0", "4/5", 80.0, true),
            ("3", "4/5", 80.0, false),
            ("4", "4.5/5", 90.0, false),
            ("4", "B", 75.0, false),
            ("", "4/5", 80.0, false),
            ("***", "***/5", 60.0, false),
        ] {
            assert_eq!(is_bare(bare, scored, score), same, "{bare} {scored}");
        }
    }

    #[test]
    fn scores_are_compared_by_value() {
        for (a, b, same) in [
            ("4", "4.0", true),
            ("4,0", "4.0", true),
            ("04", "4", true),
            ("3.5/4", "3.50/4", true),
            ("3,5/4", "3.5 / 4", true),
            ("B plus", "b  PLUS", true),
            ("1,000", "1", false),
            ("4", "40", false),
            ("0.5", "5", false),
            ("4.", "4", false),
        ] {
            assert_eq!(plain(a) == plain(b), same, "{a} {b}");
        }
        let of = |score, text| Judgement::of(score, Some(text));
        assert_eq!(of(Some(87.5), "3.5/4"), of(Some(87.5), "3.50/4"));
        assert_ne!(of(Some(87.5), "3.5/4"), of(None, "3.5/4"));
        assert_eq!(Judgement::of(None, None), None);
    }
}
