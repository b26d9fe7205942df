//! Doubled texts: a shortened text followed by the full one.
//!
//! Owns: finding the end of the shortened text. Must never: take more than linear time, or halve a
//! text in which somebody repeats himself. Saved pages contain a review's first 240 or so
//! characters and the full text, one of them hidden by CSS; as text they run together ("frankly
//! IJust last year …  Expand"), possibly with a blank or a link between them, or with line ends in
//! only one of them.

/// The text without its doubled beginning; `None` if it is not doubled.
pub fn whole_text(text: &str) -> Option<&str> {
    let (squeezed, places) = squeezed(text);
    let (body, toggled) = without_toggle(&squeezed);
    let repeats = repeat_lengths(body.as_bytes());
    let short = short_lengths(body.as_bytes());
    // The longest repetition wins: a shorter one is a repeated word ("No. No. …").
    let at = (LEAST_SHORT..body.len()).rev().find(|&at| {
        body.is_char_boundary(at)
            && short[at] >= LEAST_SHORT
            && repeats[at] >= short[at]
            && (toggled && !is_repeated(body, at, short[at])
                || is_shortened_copy(body, at, short[at], repeats[at]))
    })?;
    let end = places.get(body.len()).copied().unwrap_or(text.len());
    // "Ha ha ha ha …" is repetitive text and not doubled.
    let cry = (1..=short[at] / 2).any(|period| repeats[period] >= short[at] - period);
    if cry { None } else { text.get(*places.get(at)?..end) }
}

/// The shortened text, if the text ends within the full one that follows it.
pub fn before_begun_copy(text: &str) -> Option<&str> {
    let (body, places) = squeezed(text);
    let repeats = repeat_lengths(body.as_bytes());
    let to_the_end = |at: &usize| repeats[*at] == body.len() - at && body.is_char_boundary(*at);
    let last = body.len().checked_sub(LEAST_SHORT)?;
    let at = (LEAST_SURE..last).find(to_the_end)?;
    let cry = (1..=at / 2).any(|period| repeats[period] >= at - period);
    text.get(..*places.get(at)?).map(str::trim_end).filter(|_| !cry)
}

/// A shorter repetition is a repeated word or exclamation, not a shortened text.
const LEAST_SHORT: usize = 20;
/// Without a button after it, a repetition must be this long to be more than a repeated sentence,
/// unless it was cut within a sentence.
const LEAST_SURE: usize = 100;

/// Repeated sentences are shorter than what the site cuts.
const LEAST_CLOSED: usize = 50;

/// The text before is short, ends like a sentence, and nothing is glued to it.
fn is_repeated(body: &str, at: usize, short: usize) -> bool {
    let closed = body.get(..at).is_some_and(|text| text.trim_end().ends_with(['.', '!', '?']));
    closed && short < LEAST_CLOSED
}

/// The text with white space collapsed, and the original offset of each byte.
fn squeezed(text: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (place, c) in text.char_indices() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
                places.push(place);
            }
            continue;
        }
        out.push(c);
        places.resize(out.len(), place);
    }
    (out, places)
}

/// Removes the button or link at the end of such a text; returns whether there was one.
fn without_toggle(text: &str) -> (&str, bool) {
    let rest = text.trim_end();
    let found = ["Expand", "Collapse", "Full Review »", "Read full review"]
        .iter()
        .find_map(|toggle| rest.strip_suffix(toggle));
    match found {
        Some(rest) => (without_dots(rest.trim_end()), true),
        None => (rest, false),
    }
}

/// Removes the site's ellipsis after its shortened text; three dots are the reviewer's.
fn without_dots(text: &str) -> &str {
    text.strip_suffix('…').unwrap_or(text).trim_end()
}

/// Whether the repetition at `at` shows a shortened text: glued to it, cut within a sentence, or
/// long.
fn is_shortened_copy(body: &str, at: usize, short: usize, repeats: usize) -> bool {
    let before = body.get(..at).unwrap_or("");
    let glued = before.ends_with(char::is_alphanumeric);
    let midst = !before.trim_end().ends_with(['.', '!', '?', '"', '”', ')']);
    // At least as much must follow, or the text was truncated in between.
    let goes_on = repeats >= short && body.len() - at > short;
    // "… it rains.A slow film …": nobody types a sentence again without a blank.
    let tight = short >= LEAST_CLOSED && !before.ends_with(char::is_whitespace);
    glued || ((midst || tight || short >= LEAST_SURE) && goes_on)
}

/// For each position, the number of bytes from there that equal the beginning (the Z function,
/// linear time).
fn repeat_lengths(bytes: &[u8]) -> Vec<usize> {
    let mut lengths = vec![0; bytes.len()];
    let (mut left, mut right) = (0, 0);
    for at in 1..bytes.len() {
        let mut length = if at < right { lengths[at - left].min(right - at) } else { 0 };
        while at + length < bytes.len() && bytes[length] == bytes[at + length] {
            length += 1;
        }
        if at + length > right {
            (left, right) = (at, at + length);
        }
        lengths[at] = length;
    }
    lengths
}

/// For each position, the length of the text before it without a separator between the two texts:
/// spaces, dots that mark the cut, a link.
fn short_lengths(bytes: &[u8]) -> Vec<usize> {
    let mut lengths = Vec::with_capacity(bytes.len() + 1);
    lengths.push(0);
    let mut last = 0;
    for (at, byte) in bytes.iter().enumerate() {
        // E2 80 A6 is "…", C2 BB is "»". A lone such byte elsewhere does no harm, because the
        // repetition must still hold for the rest.
        if !matches!(byte, b' ' | b'.' | 0xE2 | 0x80 | 0xA6 | 0xC2 | 0xBB) {
            last = at + 1;
        }
        for link in [&b"Full Review"[..], b"Expand"] {
            if last == at + 1 && bytes.get(..=at).is_some_and(|text| text.ends_with(link)) {
                last = lengths.get(last - link.len()).copied().unwrap_or(last);
            }
        }
        lengths.push(last);
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str =
        "A slow and careful film about a lighthouse, and about rain.\nIt rains.\nIt stops.";

    #[test]
    fn the_shortened_copy_is_removed() {
        let cases = [
            ("cut in a word", 25, "", " Expand"),
            ("cut at a word", 33, "", " Expand"),
            ("cut after a paragraph", 60, "", " Expand"),
            ("cut in the last paragraph", 71, "", " Expand"),
            ("with dots", 33, "…", " Expand"),
            ("with a blank", 33, " ", " Full Review »"),
            ("with a line end", 33, "\n", " Full Review »"),
            ("with a link", 33, " Full Review » ", ""),
            ("with no tail", 33, "", ""),
            ("with a blank and no tail", 33, " ", ""),
        ];
        for (name, cut, mark, tail) in cases {
            let doubled = format!("{}{mark}{WHOLE}{tail}", WHOLE[..cut].trim_end());
            assert_eq!(whole_text(&doubled), Some(WHOLE), "{name}");
        }
        let sentence = "It is the best film of all, and the wettest one too.";
        let tight =
            format!("{sentence}{sentence} I mean it, and I have seen them all, or most of them.");
        assert_eq!(whole_text(&tight), tight.get(sentence.len()..));
        let lines = format!("{}{}", &WHOLE[..71], WHOLE.replace('\n', " "));
        assert_eq!(whole_text(&lines), Some(WHOLE.replace('\n', " ").as_str()));
    }

    #[test]
    fn a_copy_that_the_end_cuts_is_removed() {
        let short = "A slow and careful film about a lighthouse and its keeper, which is long, and wet, and \
                     shot from a boat that nobody rows";
        for (mark, at) in [("", 40), (" ", 60)] {
            let text = format!("{short}{mark}{}", &short[..at]);
            assert_eq!(before_begun_copy(&text), Some(short));
        }
        for text in [short, "It is wet. It is wet.", &"No. ".repeat(40)] {
            assert_eq!(before_begun_copy(text).filter(|kept| kept.len() < 100), None, "{text}");
        }
    }

    #[test]
    fn text_without_repetition_is_unchanged() {
        for text in [
            "No. No. No. Expand",
            "A film without a double text. Expand",
            "It is the best film of all. It is the best film of all. I mean it.",
            "It is the best film of all... It is the best film of all, I say. Full Review »",
            "Ha ha ha ha ha ha ha ha ha ha ha ha ha ha ha ha",
            "hahahahahahahahahahahahahahahahahahahahahahahaha",
            "Expand",
            "",
            "…",
        ] {
            assert_eq!(whole_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_megabyte_takes_no_time() {
        let started = std::time::Instant::now();
        for text in [
            format!("{} Expand", "a".repeat(1 << 20)),
            format!("{} Expand", "No. ".repeat(1 << 18)),
        ] {
            whole_text(&text);
        }
        assert!(started.elapsed().as_secs() < 60);
    }
}
