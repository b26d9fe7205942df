//! Texts that stand twice: the short one, then the whole one.
//!
//! Owns: finding where the short text ends. Must never: take more than linear
//! time, or halve what somebody said twice. Saved pages hold a review's first
//! 240 or so characters and the whole of it side by side, one hidden by style;
//! as text they run together ("frankly IJust last year …  Expand"), with a
//! blank or a link between them, or with line ends in one that the other lacks.

/// The text without its doubled beginning; `None` where it is not doubled.
pub fn whole_text(text: &str) -> Option<&str> {
    let (squeezed, places) = squeezed(text);
    let (body, toggled) = without_toggle(&squeezed);
    let repeats = repeat_lengths(body.as_bytes());
    let short = short_lengths(body.as_bytes());
    // The longest repeat wins: a shorter one is a word said twice ("No. No. …").
    let at = (LEAST_SHORT..body.len()).rev().find(|&at| {
        body.is_char_boundary(at)
            && short[at] >= LEAST_SHORT
            && repeats[at] >= short[at]
            && (toggled && !is_said_twice(body, at, short[at])
                || told_apart(body, at, short[at], repeats[at]))
    })?;
    let end = places.get(body.len()).copied().unwrap_or(text.len());
    // "Ha ha ha ha …" repeats itself, and was not printed twice.
    let cry = (1..=short[at] / 2).any(|period| repeats[period] >= short[at] - period);
    if cry { None } else { text.get(*places.get(at)?..end) }
}

/// A repeat below this is a word or a cry said twice, not a cut text.
const LEAST_SHORT: usize = 20;
/// Without the button behind it, a repeat must be this long to be more than a
/// sentence said twice, unless it was cut within a sentence.
const LEAST_SURE: usize = 100;

/// A sentence said twice is shorter than what the site cuts.
const LEAST_CLOSED: usize = 50;

/// The text before is a short one that ends as sentences do, and nothing is glued to it.
fn is_said_twice(body: &str, at: usize, short: usize) -> bool {
    let closed = body.get(..at).is_some_and(|text| text.trim_end().ends_with(['.', '!', '?']));
    closed && short < LEAST_CLOSED
}

/// The text with all white space single, and the place in `text` of each byte.
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

/// Without the button or link that ends such a text, and whether one did.
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

/// Without the ellipsis that the site set where its short text was cut; three
/// dots are the reviewer's.
fn without_dots(text: &str) -> &str {
    text.strip_suffix('…').unwrap_or(text).trim_end()
}

/// Whether the repeat at `at` shows a cut: glued to the short text, which ends
/// in the midst of a sentence, or long.
fn told_apart(body: &str, at: usize, short: usize, repeats: usize) -> bool {
    let before = body.get(..at).unwrap_or("");
    let glued = before.ends_with(char::is_alphanumeric);
    let midst = !before.trim_end().ends_with(['.', '!', '?', '"', '”', ')']);
    // As much again must follow as was said, or the text was cut in between.
    let goes_on = repeats >= short && body.len() - at > short;
    // "… it rains.A slow film …": nobody types a sentence again without a blank.
    let tight = short >= LEAST_CLOSED && !before.ends_with(char::is_whitespace);
    glued || ((midst || tight || short >= LEAST_SURE) && goes_on)
}

/// For each position: how many bytes from there repeat the beginning (the Z
/// function, linear in the length).
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

/// For each position: the length of the text before it without what stands
/// between the two texts: spaces, the dots that mark the cut, a link.
fn short_lengths(bytes: &[u8]) -> Vec<usize> {
    let mut lengths = Vec::with_capacity(bytes.len() + 1);
    lengths.push(0);
    let mut last = 0;
    for (at, byte) in bytes.iter().enumerate() {
        // E2 80 A6 is "…", C2 BB is "»"; a lone such byte elsewhere costs
        // nothing here, because the repeat must still hold for what is left.
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
    fn the_short_text_goes() {
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
    fn what_is_not_doubled_stays() {
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
