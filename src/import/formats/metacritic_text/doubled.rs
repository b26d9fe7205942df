//! Texts that stand twice in one line: the short one, then the whole one.
//!
//! Owns: finding where the short text ends. Must never: take more than linear
//! time. Saved pages hold a review's first 240 or so characters and the whole
//! of it side by side, one hidden by style; as text they run together
//! ("frankly IJust last year …  Expand").

/// The text without its doubled beginning and without the "Expand" that such a
/// text ends with; `None` where the text is not doubled.
pub fn whole_text(text: &str) -> Option<&str> {
    let text = without_toggle(text)?;
    let bytes = text.as_bytes();
    let repeats = repeat_lengths(bytes);
    let short = short_lengths(bytes);
    // The longest repeat wins: a shorter one is a word said twice ("No. No. …").
    (LEAST_SHORT..text.len())
        .rev()
        .find(|&at| {
            text.is_char_boundary(at) && short[at] >= LEAST_SHORT && repeats[at] >= short[at]
        })
        .map(|at| &text[at..])
}

/// A repeat below this is a word or a cry said twice, not a cut text.
const LEAST_SHORT: usize = 20;

fn without_toggle(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let rest = text.strip_suffix("Expand").or_else(|| text.strip_suffix("Collapse"))?;
    Some(rest.trim_end_matches(|c: char| {
        c.is_whitespace() || c == '…' || c == '.' && rest.ends_with("...")
    }))
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

/// For each position: the length of the text before it without the spaces and
/// dots that mark the cut.
fn short_lengths(bytes: &[u8]) -> Vec<usize> {
    let mut lengths = Vec::with_capacity(bytes.len() + 1);
    lengths.push(0);
    let mut last = 0;
    for (at, byte) in bytes.iter().enumerate() {
        // E2 80 A6 is "…"; a lone such byte elsewhere costs nothing here,
        // because the repeat must still hold for what is left.
        if !matches!(byte, b' ' | b'\n' | b'.' | 0xE2 | 0x80 | 0xA6) {
            last = at + 1;
        }
        lengths.push(last);
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_text_goes() {
        let whole =
            "A slow and careful film about a lighthouse, and about rain.\nIt rains.\nIt stops.";
        let cases = [
            ("cut in a word", 25, ""),
            ("cut at a word", 33, ""),
            ("cut after a paragraph", 60, ""),
            ("cut in the last paragraph", 71, ""),
            ("with dots", 33, "…"),
        ];
        for (name, cut, mark) in cases {
            let doubled = format!("{}{mark}{whole} Expand", whole[..cut].trim_end());
            assert_eq!(whole_text(&doubled), Some(whole), "{name}");
        }
    }

    #[test]
    fn what_is_not_doubled_stays() {
        for text in
            ["No. No. No. Expand", "A film without a double text. Expand", "Expand", "", "…"]
        {
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
        assert!(started.elapsed().as_secs() < 5);
    }
}
