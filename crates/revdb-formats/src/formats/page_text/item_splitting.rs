//! Separates items of a marked list that lost their numbers from the item before them.
//!
//! Owns: where within an item's lines another begins. Must never: split a review's words without a
//! missing number or another item's head as evidence.

use super::boilerplate::Role;
use super::figures::is_part_mark;
use super::heads::{Head, is_user_name};
use super::lines::{Line, Shape};
use super::list_layout::ListLayout;
use super::lists::{Doubt, Entry, List};
use super::runs::{is_cited_name, is_sentence};
use super::slots::Slots;

/// What is known about the missing numbers.
#[derive(Debug, Clone, Copy)]
pub struct MissingNumbers {
    /// Number of items in these lines, by the numbers around them.
    pub count: usize,
    /// The number of the first, or zero.
    pub first: u32,
    /// The page mentioned users' scores last.
    pub users: bool,
}

/// Adds lines to the list as `count` items, of which only the first has its number. If they cannot
/// be separated they remain one item, and the missing numbers are reported.
pub fn add_items(lines: &[Line<'_>], list: &mut List, item: Vec<usize>, missing: MissingNumbers) {
    let mut starts = starts_within(lines, &item, missing.users);
    let strong = starts.iter().filter(|(_, strength)| *strength == 3).count();
    let more = missing.count.saturating_sub(1).max(strong);
    if !missing.users {
        skip_words_below_names(lines, &item, &mut starts, more);
    }
    starts.sort_by_key(|(at, strength)| (std::cmp::Reverse(*strength), *at));
    let weak_choice = starts.len() > more
        && more > 0
        && starts.get(more).map(|s| s.1) == starts.get(more - 1).map(|s| s.1)
        && starts.get(more).is_some_and(|s| s.1 < 3);
    if starts.len() < more || weak_choice {
        list.missing.extend((1..missing.count as u32).map(|offset| missing.first + offset));
        starts.retain(|(_, strength)| *strength == 3);
    } else {
        starts.truncate(more);
    }
    add_parts(list, &item, starts.into_iter().map(|(at, _)| at).collect(), missing.first);
}

/// If there are more candidates than missing items, words directly below a publication's name are
/// none.
fn skip_words_below_names(
    lines: &[Line<'_>],
    item: &[usize],
    starts: &mut Vec<(usize, u8)>,
    more: usize,
) {
    let below_name = |at: usize| {
        let above = at.checked_sub(1).filter(|above| lines[item[*above]].could_be_name());
        above.is_some_and(|above| {
            let begins = above == 0 || starts.iter().any(|(start, _)| *start == above);
            begins && is_sentence(&lines[item[at]])
        })
    };
    let fewer: Vec<(usize, u8)> =
        starts.iter().copied().filter(|(at, _)| !below_name(*at)).collect();
    if starts.len() > more && fewer.len() >= more {
        *starts = fewer;
    }
}

/// Adds the lines of a list's last item. No following number tells how many items they are: heads
/// do, and for critics' notices, which are single lines, the lines themselves.
pub fn add_last_items(
    lines: &[Line<'_>],
    list: &mut List,
    item: Vec<usize>,
    missing: MissingNumbers,
) {
    let pattern = ItemPattern::of(lines, list, &item);
    let starts = starts_within(lines, &item, missing.users);
    let cuts: Vec<usize> = starts
        .iter()
        .copied()
        .filter(|(at, strength)| match strength {
            3 => true,
            2 => is_head(lines, &item, *at, pattern, missing.users),
            _ => false,
        })
        .map(|(at, _)| at)
        .collect();
    let lines_of_words =
        if missing.users { Vec::new() } else { further_notices(lines, &item, &cuts) };
    let alone = |at: &usize| pattern.one_line || pattern.first && stands_alone(lines, &item, *at);
    let (by_line, within): (Vec<usize>, Vec<usize>) = lines_of_words.into_iter().partition(alone);
    list.doubts.extend(within.first().map(|_| Doubt::LinesWithin));
    let date = |at: &usize| lines[item[*at]].shape == Shape::Date;
    let dates =
        starts.iter().map(|(at, _)| *at).filter(date).filter(|at| cuts.binary_search(at).is_err());
    list.doubts.extend(dates.map(|_| Doubt::DateWithin).next());
    if !cuts.is_empty() {
        list.doubts.push(Doubt::LastNumbers);
    }
    if !by_line.is_empty() {
        list.doubts.push(Doubt::ByLine);
    }
    add_parts(list, &item, [cuts, by_line].concat(), missing.first);
}

fn add_parts(list: &mut List, item: &[usize], mut cuts: Vec<usize>, first: u32) {
    cuts.sort_unstable();
    cuts.push(item.len());
    let mut from = 0;
    for (index, cut) in cuts.into_iter().enumerate() {
        if let Some(part) = item.get(from..cut).filter(|part| !part.is_empty()) {
            let number = (first > 0).then_some(first + index as u32);
            list.entries.push(Entry { lines: part.to_vec(), number });
        }
        from = cut;
    }
}

/// What the items before the list's last one have in common.
#[derive(Debug, Clone, Copy)]
struct ItemPattern {
    /// There are none: the last one is the first.
    first: bool,
    /// Their words are single lines, in more than one item.
    one_line: bool,
    /// Some have a date and no name.
    date_alone: bool,
    scored: bool,
}

impl ItemPattern {
    fn of(lines: &[Line<'_>], list: &List, last: &[usize]) -> ItemPattern {
        let named = ListLayout { bare_names: true, ..ListLayout::default() };
        let items = list.entries.iter().map(|entry| entry.lines.as_slice());
        let above: Vec<Slots> = items.map(|item| Slots::of(lines, item, named)).collect();
        let own = Slots::of(lines, last, named);
        ItemPattern {
            first: above.is_empty(),
            one_line: !above.is_empty() && above.iter().all(|item| item.words.len() == 1),
            date_alone: above
                .iter()
                .chain([&own])
                .any(|item| item.date.is_some() && !item.is_named()),
            scored: above.iter().any(|item| item.score.is_some()),
        }
    }
}

/// Whether a head like those of the list's items is at `from`.
fn is_head(
    lines: &[Line<'_>],
    item: &[usize],
    from: usize,
    pattern: ItemPattern,
    users: bool,
) -> bool {
    let rest = &item[from..];
    let (Some(first), Some(last)) = (rest.first(), rest.last()) else { return false };
    let Some(head) = Head::at(lines, *first, last + 1) else { return false };
    let words = lines.get(head.end).is_some_and(|line| line.shape == Shape::Text);
    // Names of users with an account are links, which some converters drop with their number.
    let alone = || pattern.date_alone || from > 0 && ends_words(&lines[item[from - 1]].body);
    let whole = if users {
        head.date && (head.label || head.score || !pattern.scored && alone())
    } else {
        let said = || from == 1 && is_said(&lines[item[0]]);
        head.is_sure() || pattern.one_line || pattern.first && (from > 1 || said())
    };
    whole && words && head.end <= *last
}

/// Whether it is a sentence and not a publication's name ("Yahoo!", "What Tea?").
fn is_said(line: &Line<'_>) -> bool {
    const LONGEST_NAME: usize = 4;
    is_sentence(line) && ends_words(&line.body) && line.body.split(' ').count() > LONGEST_NAME
}

/// The words before have ended: no sentence continues below.
pub fn ends_words(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', '…', '»', ')', '"', '”'])
}

/// Further critics' notices in each part: every further sentence, and a publication's name above
/// one.
fn further_notices(lines: &[Line<'_>], item: &[usize], cuts: &[usize]) -> Vec<usize> {
    let line = |at: usize| item.get(at).and_then(|at| lines.get(*at));
    let sentence = |at: usize| line(at).is_some_and(is_sentence);
    let titled = |at: usize| line(at).is_some_and(is_titled) && sentence(at + 1);
    let begins = |at: usize| sentence(at) || is_cited_name(lines, item[at]) || titled(at);
    (1..item.len())
        .filter(|at| cuts.binary_search(at).is_err() && sentence(at - 1) && begins(*at))
        .filter(|at| {
            line(at - 1).zip(line(*at)).is_none_or(|(above, below)| !runs_on(above, below))
        })
        .collect()
}

/// A name in which every word is capitalised: "The Gull", "Tea Weekly of York".
pub fn is_titled(line: &Line<'_>) -> bool {
    let small =
        |word: &str| matches!(word, "of" | "the" | "and" | "in" | "for" | "on" | "&" | "to");
    let capital = |word: &str| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    line.could_be_name() && line.body.split(' ').all(|word| capital(word) || small(word))
}

/// A sentence broken at a line's end: "The kettle is hot and the" / "tea is cold."
pub fn goes_on(line: &Line<'_>, below: &Line<'_>) -> bool {
    let words = line.body.split(' ').count();
    words > 3 && below.body.starts_with(char::is_lowercase) && !is_titled(line)
}

/// Whether a sentence continues on the line below, where a converter broke it.
fn runs_on(above: &Line<'_>, below: &Line<'_>) -> bool {
    below.body.starts_with(char::is_lowercase) && !ends_words(&above.body)
}

/// A line of words that does not continue another.
fn stands_alone(lines: &[Line<'_>], item: &[usize], at: usize) -> bool {
    let line = &lines[item[at]];
    let begins = !line.body.starts_with(|c: char| c.is_lowercase());
    !line.gap && begins && at > 0 && ends_words(&lines[item[at - 1]].body)
}

/// Candidates for the beginning of another item, with confidence (1 to 3): a line that only begins
/// reviews, a date or score below words, further words.
pub fn starts_within(lines: &[Line<'_>], item: &[usize], users: bool) -> Vec<(usize, u8)> {
    let shape = |at: usize| item.get(at).and_then(|at| lines.get(*at)).map(|line| &line.shape);
    let words = |at: usize| match shape(at) {
        Some(Shape::Text | Shape::By(_)) => true,
        // "Summary: a fool and his boat.", or a user called "Share".
        Some(Shape::Boilerplate(role)) => at > 0 && !role.ends() && *role != Role::Advert,
        _ => false,
    };
    let button = |at: usize| {
        let boilerplate = matches!(shape(at), Some(Shape::Boilerplate(_)));
        users && boilerplate && shape(at + 1) == Some(&Shape::Date)
    };
    let slot = |at: usize| matches!(shape(at), Some(Shape::Date | Shape::Number));
    let signed = |at: usize| matches!(shape(at), Some(Shape::ReviewedBy(_) | Shape::Signed { .. }));
    let mut found = Vec::new();
    let mut said = false;
    // A date, a score or a signature was seen since the last beginning.
    let mut headed = false;
    for at in 0..item.len() {
        // Below a head without words a short text is its words, and not the next name. A
        // publication may precede a signature.
        let heads = slot(at + 1) || signed(at + 1) && lines[item[at]].could_be_name();
        let line = &lines[item[at]];
        let first =
            at == 0 && (users || !line.body.contains(' ') || shape(1) == Some(&Shape::Date));
        let name = match users {
            _ if first => true,
            true => could_be_user(line),
            false => line.could_be_name() || is_user_name(lines, item[at]) || is_exclaimed(line),
        };
        let short = (line.is_short() || button(at)) && name;
        let named = words(at) && heads && short && (said || !headed);
        let strength = match shape(at) {
            Some(Shape::Text | Shape::Date | Shape::Number) if is_closed_above(lines, item, at) => {
                3
            }
            Some(Shape::ReviewedBy(_) | Shape::Signed { .. }) if !users => 3,
            Some(Shape::ReviewedBy(_) | Shape::Signed { .. }) => 1,
            Some(Shape::Date | Shape::Number | Shape::NameDate { .. }) => 2,
            _ if named => 2,
            _ if words(at) => 1,
            _ => 0,
        };
        // A head continues until words follow.
        if said && strength > 0 {
            found.push((at, strength));
            (said, headed) = (false, false);
        }
        headed |= strength > 1 && !named;
        said |= words(at) && !named;
    }
    found
}

/// Whether the line above ends with a review's last link, and what follows does not repeat the
/// review's text.
fn is_closed_above(lines: &[Line<'_>], item: &[usize], at: usize) -> bool {
    const ALIKE: usize = 12;
    const LINES: usize = 20;
    let Some(above) = at.checked_sub(1).map(|above| &lines[item[above]]) else { return false };
    let start: String = lines[item[at]].body.chars().take(ALIKE).collect();
    above.body.ends_with("Full Review »")
        && !item[..at].iter().rev().take(LINES).any(|at| lines[*at].body.starts_with(&start))
}

/// "Yahoo!"
fn is_exclaimed(line: &Line<'_>) -> bool {
    line.body.ends_with('!') && !line.body.contains(' ')
}

/// Users' names are one word, or a few that are not a sentence.
fn could_be_user(line: &Line<'_>) -> bool {
    let words = line.body.split(' ').count();
    (words == 1 || words <= 5 && line.could_be_name()) && !is_part_mark(&line.body)
}
