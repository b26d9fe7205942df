//! Pages whose lines a converter, a mail program or an editor broke at some column.
//!
//! Owns: finding out that a page was wrapped, and joining what was one line.
//! Must never: join paragraphs on a page that was not: there has to be one
//! column that (nearly) every line break between two lines of words is
//! explained by, because the next line's first word would not have fitted.

use super::lines::{Line, Shape, spanning};
use super::lists::is_outside;

/// Mails are wrapped at 72 or so, converters at 72 to 80, editors at 80 or 100;
/// below and above these a column is a layout of another kind.
const COLUMNS: std::ops::RangeInclusive<usize> = 40..=110;
/// Fewer breaks than this may fall near one column by accident.
const LEAST_BREAKS: usize = 3;

/// The lines with those joined again that were one before the page was wrapped.
pub fn joined<'a>(lines: Vec<Line<'a>>, text: &'a str) -> Vec<Line<'a>> {
    let Some(column) = column(&lines) else {
        return lines;
    };
    let outside: Vec<bool> = (0..lines.len()).map(|at| is_outside(&lines, at)).collect();
    let mut found: Vec<Line<'a>> = Vec::with_capacity(lines.len());
    // The width of the last physical line of the line being joined.
    let mut last = 0;
    for (line, outside) in lines.into_iter().zip(outside) {
        let here = width(&line);
        match found.last_mut() {
            Some(above) if !outside && continues(above, &line) && breaks(last, &line, column) => {
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

/// The column that the page's lines of words were broken at.
fn column(lines: &[Line<'_>]) -> Option<usize> {
    // A word longer than the line (an address) is not broken.
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
    // The others are ends of paragraphs.
    (wrapped >= LEAST_BREAKS && wrapped * 3 >= all * 2).then_some(column)
}

/// Whether `next` could be more of `line`: words below words.
fn continues(line: &Line<'_>, next: &Line<'_>) -> bool {
    let words = |shape: &Shape| matches!(shape, Shape::Text);
    words(&line.shape) && words(&next.shape) && !next.gap && next.marker.is_none()
}

/// Whether a line of that width had no room left for the first word of `next`.
fn breaks(width: usize, next: &Line<'_>, column: usize) -> bool {
    let first = next.raw.split_whitespace().next().map_or(0, |word| word.chars().count());
    width + 1 + first > column
}

/// Puts `next` behind `text` again. A word may have been broken behind its own
/// hyphen or slash ("bigger-" / "than-life"); a dash stands apart from its word.
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
