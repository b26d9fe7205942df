//! Breaks a cell into lines that fit a column, keeping matches highlighted.
//!
//! Widths are those of `unicode-width`, break opportunities those of UAX #14. A match across a
//! line end is closed there and reopened on the next line, so that a style never leaks into the
//! neighbouring column.

use std::ops::Range;

use unicode_linebreak::linebreaks;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::safe::{MATCH_END, MATCH_START};

/// Style placeholders, until columns are laid out. They have no width and cannot occur in foreign
/// text, because [`super::safe`] escapes U+206A to U+206F.
pub(crate) const STYLE_MATCH: char = '\u{206A}';
pub(crate) const STYLE_DIM: char = '\u{206B}';
pub(crate) const STYLE_END: char = '\u{206C}';

/// Width of `text` on a terminal, in columns.
pub fn width_of(text: &str) -> usize {
    text.width()
}

/// Width of the longest line of `text`, without match markers.
pub(crate) fn widest_line(text: &str) -> usize {
    text.split('\n').map(|line| width_of(&super::safe::without_markers(line))).max().unwrap_or(0)
}

/// The lines of `text`, each at most `width` columns unless a single character is wider; never
/// empty. `text` must be escaped already. `snippet`: it has match markers, which become
/// `STYLE_MATCH` and `STYLE_END`.
pub fn wrap(text: &str, width: usize, snippet: bool) -> Vec<String> {
    let (plain, matches) =
        if snippet { split_markers(text) } else { (text.to_owned(), Vec::new()) };
    let plain = plain.trim_end_matches('\n');
    let mut lines = Vec::new();
    let mut start = 0;
    let mut next_match = 0;
    for paragraph in plain.split('\n') {
        for line in break_line(paragraph, width.max(1)) {
            let range = start + line.start..start + line.end;
            lines.push(styled(plain, range, &matches, &mut next_match));
        }
        start += paragraph.len() + 1;
    }
    lines
}

/// The text without its markers, and the byte ranges between them.
fn split_markers(text: &str) -> (String, Vec<Range<usize>>) {
    let mut plain = String::with_capacity(text.len());
    let mut matches = Vec::new();
    let mut open = None;
    for c in text.chars() {
        match c {
            MATCH_START => open = open.or(Some(plain.len())),
            MATCH_END => {
                if let Some(start) = open.take() {
                    matches.push(start..plain.len());
                }
            }
            c => plain.push(c),
        }
    }
    if let Some(start) = open {
        matches.push(start..plain.len());
    }
    (plain, matches)
}

/// Byte ranges of the lines of one paragraph, without white space at the breaks.
fn break_line(paragraph: &str, width: usize) -> Vec<Range<usize>> {
    if width_of(paragraph) <= width {
        return std::iter::once(0..paragraph.trim_end().len()).collect();
    }
    let mut lines = Vec::new();
    let mut line = 0..0;
    let mut used = 0;
    let mut at = 0;
    for next in breaks(paragraph) {
        let word = paragraph.get(at..next).unwrap_or("").trim_end_matches(' ');
        let word_width = width_of(word);
        let end = at + word.len();
        let gap = paragraph.get(line.end..at).map_or(0, width_of);
        if !line.is_empty() && used + gap + word_width > width {
            lines.push(line.clone());
            line = at..at;
            used = 0;
        } else if line.is_empty() {
            line = at..at;
        } else {
            used += gap;
        }
        if word_width <= width {
            line.end = end;
            used += word_width;
        } else {
            (line, used) = break_word(word, at, width, &mut lines);
        }
        at = next;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Possible line ends by UAX #14, including the paragraph's end. Not after a hyphen: compound
/// words and ranges ("3-4") are kept together if there is room.
fn breaks(paragraph: &str) -> impl Iterator<Item = usize> {
    linebreaks(paragraph)
        .map(|(at, _)| at)
        .filter(move |&at| at == paragraph.len() || !paragraph[..at].ends_with(['-', '\u{00AD}']))
}

/// Splits a word wider than a line between graphemes, so that no emoji or accent is broken.
/// Returns the remaining piece and its width.
fn break_word(
    word: &str,
    at: usize,
    width: usize,
    lines: &mut Vec<Range<usize>>,
) -> (Range<usize>, usize) {
    let mut piece = at..at;
    let mut used = 0;
    for grapheme in word.graphemes(true) {
        // A chain of joined pictographs may be one grapheme of any width.
        let joined = width_of(grapheme) <= width;
        for part in grapheme.split_inclusive(|_: char| !joined) {
            let part_width = width_of(part);
            if !piece.is_empty() && used + part_width > width {
                lines.push(piece.clone());
                piece = piece.end..piece.end;
                used = 0;
            }
            piece.end += part.len();
            used += part_width;
        }
    }
    (piece, used)
}

/// One line with style marks around its matches. `next` is the first match that does not end
/// before this line: lines come in order, so a text with many matches is scanned once.
fn styled(text: &str, line: Range<usize>, matches: &[Range<usize>], next: &mut usize) -> String {
    let mut styled = String::with_capacity(line.len() + 8);
    let mut at = line.start;
    while let Some(found) = matches.get(*next) {
        let start = found.start.clamp(at, line.end);
        let end = found.end.clamp(at, line.end);
        if start < end {
            styled.push_str(text.get(at..start).unwrap_or_default());
            styled.push(STYLE_MATCH);
            styled.push_str(text.get(start..end).unwrap_or_default());
            styled.push(STYLE_END);
            at = end;
        }
        if found.end > line.end {
            break;
        }
        *next += 1;
    }
    styled.push_str(text.get(at..line.end).unwrap_or_default());
    styled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, width: usize) -> Vec<String> {
        wrap(text, width, true)
            .iter()
            .map(|line| line.replace(STYLE_MATCH, "<").replace(STYLE_END, ">"))
            .collect()
    }

    #[test]
    fn lines_break_where_a_reader_expects() {
        let cases: [(&str, usize, &[&str]); 10] = [
            ("a sturdy film", 20, &["a sturdy film"]),
            ("a sturdy film", 8, &["a sturdy", "film"]),
            ("one\n\ntwo", 9, &["one", "", "two"]),
            ("abcdefghij", 4, &["abcd", "efgh", "ij"]),
            ("ab abcdefghij cd", 4, &["ab", "abcd", "efgh", "ij", "cd"]),
            ("映画館映画館", 5, &["映画", "館映", "画館"]),
            ("", 5, &[""]),
            ("end\n\n", 5, &["end"]),
            ("the \u{E000}dull grey\u{E001} sea", 9, &["the <dull>", "<grey> sea"]),
            ("x \u{E000}y\u{E001} \u{E000}z", 9, &["x <y> <z>"]),
        ];
        for (text, width, lines) in cases {
            assert_eq!(shown(text, width), lines, "{text:?} at {width}");
        }
    }

    #[test]
    fn styles_take_no_width() {
        for style in [STYLE_MATCH, STYLE_DIM, STYLE_END] {
            assert_eq!(width_of(&format!("a{style}b")), 2);
        }
    }

    proptest! {
        #[test]
        fn no_line_is_wider_and_no_letter_is_lost(
            text in "[a-z 映é\u{301}👩\u{200d}🚀☺\u{fe0f}\n]{0,80}", width in 2_usize..30
        ) {
            let lines = wrap(&text, width, false);
            for line in &lines {
                let is_one = line.graphemes(true).count() == 1;
                prop_assert!(width_of(line) <= width || is_one, "{line:?} at {width}");
            }
            let squeezed = |text: &str| text.replace(char::is_whitespace, "");
            prop_assert_eq!(squeezed(&lines.concat()), squeezed(&text));
        }
    }
}
