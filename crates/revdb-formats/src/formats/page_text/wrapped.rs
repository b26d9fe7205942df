//! Pages whose lines were wrapped at some column by a converter, a mail program or an editor.
//!
//! Owns: detecting that a page was wrapped, and joining the lines. Must never: join paragraphs on
//! a page that was not wrapped: a single column must explain (nearly) every line break between two
//! lines of words, because the next line's first word would not have fitted. Only a
//! citation that is torn apart is evidence by itself.

use super::item_splitting::ends_words;
use super::lines::{Line, Shape, is_citation, spanning};
use super::lists::is_outside;

/// Mails are wrapped at about 72, converters at 72 to 80, editors at 80 or 100; other columns are
/// another kind of layout.
const COLUMNS: std::ops::RangeInclusive<usize> = 40..=110;
/// Fewer breaks than this may be near one column by accident.
const LEAST_BREAKS: usize = 3;

/// The lines with wrapped ones joined again.
pub fn joined<'a>(lines: Vec<Line<'a>>, text: &'a str) -> Vec<Line<'a>> {
    let column = column(&lines);
    if column.is_none() && !lines.windows(2).any(|pair| is_torn(&pair[0], &pair[1])) {
        return lines;
    }
    let outside: Vec<bool> = (0..lines.len()).map(|at| is_outside(&lines, at)).collect();
    let mut found: Vec<Line<'a>> = Vec::with_capacity(lines.len());
    // The width of the last physical line of the line being joined.
    let mut last = 0;
    for (line, outside) in lines.into_iter().zip(outside) {
        let here = width(&line);
        match found.last_mut() {
            Some(above)
                if is_torn(above, &line)
                    || !outside
                        && continues(above, &line)
                        && column.is_some_and(|column| breaks(last, &line, column)) =>
            {
                if let Some(raw) = spanning(text, above.raw, line.raw) {
                    above.raw = raw;
                }
                append(&mut above.body, &line.words);
                append(&mut above.words, &line.words);
                above.shape = Shape::Text;
            }
            _ => found.push(line),
        }
        last = here;
    }
    found
}

/// Whether the citation of a page goes on in the next line: "It boils. [May" / "2004, p.7]".
fn is_torn(line: &Line<'_>, next: &Line<'_>) -> bool {
    let (Some((_, begun)), Some((rest, _))) =
        (line.body.rsplit_once('['), next.body.split_once(']'))
    else {
        return false;
    };
    continues(line, next)
        && !begun.contains(']')
        && !rest.contains('[')
        && is_citation(&format!("[{begun} {rest}]"))
}

/// The column at which the page's text was wrapped.
fn column(lines: &[Line<'_>]) -> Option<usize> {
    // A word longer than the line (a URL) is not broken.
    let several = |line: &&Line<'_>| line.shape == Shape::Text && line.raw.trim().contains(' ');
    let column = lines.iter().filter(several).map(width).max().filter(|c| COLUMNS.contains(c))?;
    let pairs = || {
        lines.windows(2).filter_map(|pair| match pair {
            [line, next] if continues(line, next) => Some((line, next)),
            _ => None,
        })
    };
    let all = pairs().count();
    let wrapped = pairs().filter(|(line, next)| breaks(width(line), next, column)).count();
    // In a list the rest of an item's words begins to the left of them only if it was wrapped.
    let outdented: Vec<&Line<'_>> =
        pairs().filter(|(line, next)| next.column < line.column).map(|(line, _)| line).collect();
    let broken = !outdented.is_empty() && !outdented.iter().any(|line| ends_words(&line.body));
    let least = if broken && wrapped == all { 1 } else { LEAST_BREAKS };
    // The others end paragraphs.
    (wrapped >= least && wrapped * 3 >= all * 2).then_some(column)
}

/// Whether `next` could continue `line`: words below words.
fn continues(line: &Line<'_>, next: &Line<'_>) -> bool {
    let words = |shape: &Shape| matches!(shape, Shape::Text);
    words(&line.shape) && words(&next.shape) && !next.gap && next.marker.is_none()
}

/// Whether a line of that width had no room for the first word of `next`.
fn breaks(width: usize, next: &Line<'_>, column: usize) -> bool {
    let first = next.raw.split_whitespace().next().map_or(0, |word| word.chars().count());
    width + 1 + first > column
}

/// Appends `next` to `text`. A word may have been broken after its own hyphen or slash ("bigger-"
/// / "than-life"); a dash is separate from its word.
fn append(text: &mut String, next: &str) {
    let mut last = text.chars().rev();
    let broken_word = last.next().is_some_and(|c| matches!(c, '-' | '/'))
        && last.next().is_some_and(char::is_alphanumeric)
        && next.starts_with(char::is_alphanumeric);
    if !broken_word {
        text.push(' ');
    }
    text.push_str(next);
}

fn width(line: &Line<'_>) -> usize {
    line.raw.trim_end().chars().count()
}
