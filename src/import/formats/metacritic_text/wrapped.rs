//! Pages whose lines a mail program or an editor broke at some column.
//!
//! Owns: finding out that a page was wrapped, and joining what was one line.
//! Must never: join paragraphs on a page that was not: there has to be one
//! column that (nearly) every line break within the reviews is explained by,
//! because the next line's first word would not have fitted before it.

use super::line::Line;
use super::page::{Part, Placed};

/// Mails are wrapped at 72 or so, editors at 80 or 100; below and above these
/// a column is a layout of another kind.
const COLUMNS: std::ops::RangeInclusive<usize> = 40..=110;
/// Fewer breaks than this may fall near one column by accident.
const LEAST_BREAKS: usize = 3;

/// The column that the lines of a page's reviews were broken at.
pub fn column(lines: &[Line<'_>], parts: &[Placed]) -> Option<usize> {
    let reviews = || {
        parts.iter().filter_map(|placed| match &placed.part {
            Part::Review { words, .. } => Some(words),
            Part::Said(_) => None,
        })
    };
    // A word longer than the line (an address) is not broken.
    let several = |line: &Line<'_>| line.raw.trim().contains(' ');
    let column = reviews()
        .flatten()
        .filter_map(|&at| lines.get(at).filter(|line| several(line)).map(width))
        .max()
        .filter(|column| COLUMNS.contains(column))?;
    let pairs = || {
        reviews().flat_map(|words| words.windows(2)).filter_map(|pair| match pair {
            [at, next] => lines.get(*at).zip(lines.get(*next)),
            _ => None,
        })
    };
    let all = pairs().count();
    let wrapped = pairs().filter(|(line, next)| was_one(line, next, column)).count();
    // The others are ends of paragraphs.
    (wrapped >= LEAST_BREAKS && wrapped * 3 >= all * 2).then_some(column)
}

/// Whether `next` was broken off `line` at that column.
pub fn was_one(line: &Line<'_>, next: &Line<'_>, column: usize) -> bool {
    let first = next.raw.split_whitespace().next().map_or(0, |word| word.chars().count());
    !next.gap && next.marker.is_none() && width(line) + 1 + first > column
}

/// Puts `next` behind `text` again. A word may have been broken behind its own
/// hyphen ("bigger-" / "than-life"); a dash stands apart from its word.
pub fn append(text: &mut String, next: &str) {
    let mut last = text.chars().rev();
    let broken_word = last.next() == Some('-')
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
