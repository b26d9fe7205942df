//! Lists whose items have no marks: they are separated by lines that end each review ("All this
//! user's reviews"), or else by lines that begin one.
//!
//! Owns: where such a list begins and ends, and its items. Must never: split a review at a number
//! or a date in its words if something else tells where it ends.

use super::boilerplate::Role;
use super::cards::{begins_otherwise, take_dates_below};
use super::details::is_platform;
use super::figures::number;
use super::heads::{Head, begins_like, glued_tight, is_button_for_name, names_stand_below};
use super::lines::{Line, Marker, Shape, is_citation};
use super::lists::{self, Doubt, Entry, List, Order, is_outside};

fn ends(line: &Line<'_>) -> bool {
    matches!(line.shape, Shape::Boilerplate(role) if role.ends())
}

/// The line begins something outside reviews.
fn is_frame(lines: &[Line<'_>], at: usize) -> bool {
    is_outside(lines, at) || lists::is_frame(&lines[at])
}

/// The list at `start` in which a line ends each review. `critics` as for [`headed`].
pub fn ended(lines: &[Line<'_>], start: usize, end: usize, critics: bool) -> Option<List> {
    let mut list = empty(Order::Ended, start);
    let mut at = start;
    while at < end && !(list.entries.is_empty() && ends(&lines[at])) {
        if is_frame(lines, at) {
            match next_review(lines, at, end) {
                Some(next) if !list.entries.is_empty() => {
                    list.left.extend((at..next).filter(|&at| !is_boilerplate(&lines[at])));
                    at = next;
                    continue;
                }
                _ => break,
            }
        }
        let Some(close) = close_of(lines, at, end) else {
            if list.entries.is_empty() {
                return None;
            }
            at = last_one(lines, at, end, &mut list);
            break;
        };
        // Below a critic's head there is no heading.
        if critics && list.entries.is_empty() && (at..close).any(|at| is_outside(lines, at)) {
            return None;
        }
        let from = begin_within(lines, at, close);
        list.left.extend((at..from).filter(|&at| !is_boilerplate(&lines[at])));
        let after = end_of_foot(lines, close, end);
        // Only users' reviews all have such a line: a critic's has one only if there is a page
        // with the full review.
        let whole = !critics || lines[close].shape == Shape::Boilerplate(Role::UserEnd);
        let first = list.entries.first().and_then(|entry| entry.lines.first()).copied();
        let like_first = |at: &usize| begins_like(lines, first.unwrap_or(from), *at, close);
        let mut starts = match whole {
            true => std::iter::once(from).chain((from + 2..close).filter(like_first)).collect(),
            false => starts(lines, from, close, critics),
        };
        // A date directly above the link is the date of the review above it.
        let worded = |at| Head::at(lines, at, close).is_none_or(|head| head.end < close);
        starts.retain(|&at| at == from || worded(at));
        if starts.first() != Some(&from) {
            starts.insert(0, from);
        }
        starts.push(after);
        list.entries.extend(
            starts
                .windows(2)
                .map(|pair| (pair[0]..pair[1]).filter(|&at| !is_advert(&lines[at])).collect())
                .map(|lines| Entry { lines, number: None }),
        );
        at = after;
    }
    list.end = at;
    take_dates_below(lines, &mut list, end);
    (!list.entries.is_empty() && !begins_otherwise(lines, &list, critics)).then_some(list)
}

/// The end of a review's footer that begins at `at`: its links, between which a card may have the
/// author and platform.
fn end_of_foot(lines: &[Line<'_>], at: usize, end: usize) -> usize {
    let foot = |line: &Line<'_>| matches!(line.shape, Shape::By(_)) || is_platform(&line.body);
    let mut after = at;
    loop {
        let between = lines[after..end].iter().take(2).take_while(|line| foot(line)).count();
        match lines[after..end].get(between) {
            Some(line) if ends(line) => after += between + 1,
            _ => return after,
        }
    }
}

fn empty(order: Order, start: usize) -> List {
    List {
        order,
        start,
        end: start,
        entries: Vec::new(),
        left: Vec::new(),
        missing: Vec::new(),
        doubts: if order == Order::Bare { vec![Doubt::ByLine] } else { Vec::new() },
    }
}

pub fn is_advert(line: &Line<'_>) -> bool {
    line.shape == Shape::Boilerplate(Role::Advert)
}

fn is_boilerplate(line: &Line<'_>) -> bool {
    matches!(line.shape, Shape::Boilerplate(_))
}

/// An advertisement may come between two reviews: the next one, if it follows within a few lines
/// with nothing but boilerplate between.
fn next_review(lines: &[Line<'_>], at: usize, end: usize) -> Option<usize> {
    let next = (at..end.min(at + 4))
        .find(|&at| !matches!(lines[at].shape, Shape::Boilerplate(Role::Frame | Role::Advert)))?;
    let head = Head::at(lines, next, end).is_some_and(Head::is_sure);
    (next > at && head && !is_outside(lines, next) && close_of(lines, next, end).is_some())
        .then_some(next)
}

/// Maximum number of lines of a review.
const LONGEST_REVIEW: usize = 2000;

/// The line that ends the review begun at `at`. Not beyond the page's statements about its scores,
/// of which a review's words contain at most one.
fn close_of(lines: &[Line<'_>], at: usize, end: usize) -> Option<usize> {
    let mut stated = 0;
    let mut heads = 0;
    for here in at..end.min(at + LONGEST_REVIEW) {
        if ends(&lines[here]) && !is_name(lines, at, here) {
            return Some(here);
        }
        stated += usize::from(is_outside(lines, here));
        heads += usize::from(
            matches!(lines[here].shape, Shape::NameDate { .. })
                && here > at
                && lines[here - 1].shape == Shape::Number,
        );
        if stated > 1 || heads > 2 {
            return None;
        }
    }
    None
}

/// A user called "Report": in the position of a card's name, above words.
fn is_name(lines: &[Line<'_>], start: usize, at: usize) -> bool {
    let head = Head::at(lines, start, at);
    let awaited = head.is_some_and(|head| {
        head.end == at && head.score && head.date && !head.glued && !head.label
    });
    awaited && is_button_for_name(&lines[at], lines.get(at + 1))
}

/// Where the review begins between the end of the previous one and its own end: at once, except
/// for page lines above a certain head.
fn begin_within(lines: &[Line<'_>], at: usize, close: usize) -> usize {
    if Head::at(lines, at, close).is_some() {
        return at;
    }
    let sure = |from: &usize| {
        Head::at(lines, *from, close).is_some_and(|head| head.score && head.date && !head.label)
    };
    (at..close.min(at + 4))
        .find(sure)
        .filter(|from| lines[*from].gap || *from == at + 1 || is_boilerplate(&lines[*from - 1]))
        .unwrap_or(at)
}

/// The last review of a list, without a line that ends it: it extends to the page's frame. Only a
/// head shows that there is one.
fn last_one(lines: &[Line<'_>], at: usize, end: usize, list: &mut List) -> usize {
    let stop = (at..end).find(|&at| is_frame(lines, at)).unwrap_or(end);
    if Head::at(lines, at, stop).is_none_or(|head| !head.is_sure() && !head.glued) {
        return at;
    }
    list.entries.push(Entry { lines: (at..stop).collect(), number: None });
    stop
}

/// A list whose reviews are separated by their heads. `critics`: the page mentioned critics last;
/// only their notices are always single lines.
///
/// # Errors
/// The line before which no such list begins.
pub fn headed(lines: &[Line<'_>], start: usize, end: usize, critics: bool) -> Result<List, usize> {
    // If a converter indented reviews, unindented text below is not part of them.
    let margin = |at: usize| lines[start].column > 0 && lines[at].column == 0 && lines[at].gap;
    let stop = (start..end).find(|&at| stops(lines, at) || margin(at)).unwrap_or(end);
    let starts = starts(lines, start, stop, critics);
    if starts.first() != Some(&start) {
        return Err(start + 1);
    }
    let mut list = empty(Order::Headed, start);
    for (index, &from) in starts.iter().enumerate() {
        let to = starts.get(index + 1).copied().unwrap_or(stop);
        let own: Vec<usize> = (from..to).filter(|&at| !is_boilerplate(&lines[at])).collect();
        list.entries.push(Entry { lines: own, number: None });
    }
    if critics {
        let before = list.entries.len();
        list.entries = one_line_each(lines, list.entries);
        list.doubts.extend((list.entries.len() > before).then_some(Doubt::ByLine));
    } else {
        cut_tail(lines, &mut list);
    }
    // A number without words below it is the page's own score.
    let worded = |entry: &Entry| {
        entry
            .lines
            .iter()
            .any(|at| lines[*at].shape == Shape::Text && Some(at) != entry.lines.first())
    };
    if !list.entries.iter().any(worded) {
        return Err(stop);
    }
    if begins_otherwise(lines, &list, critics) {
        return Err(start + 1);
    }
    list.end = list.entries.last().and_then(|entry| entry.lines.last()).map_or(stop, |at| at + 1);
    Ok(list)
}

fn stops(lines: &[Line<'_>], at: usize) -> bool {
    is_outside(lines, at) || matches!(lines[at].marker, Some(Marker::Number(1 | 2)))
}

/// Where reviews begin: at every certain head below words; at a date alone; at a number alone if
/// scores descend, as Metacritic sorts critics'.
fn starts(lines: &[Line<'_>], start: usize, end: usize, critics: bool) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    let mut last_score: Option<f64> = None;
    let mut at = start;
    let dated = !critics && is_above_date(lines, start) && lines[start].could_be_name();
    let named_below = names_stand_below(lines, start, end);
    while at < end {
        // "I give it / 9" in a user's words: if names are directly above dates elsewhere, they
        // must be here too.
        if dated && !is_above_date(lines, at) {
            at += 1;
            continue;
        }
        let Some(head) = Head::at(lines, at, end) else {
            at += 1;
            continue;
        };
        // Without words between, a short text is the previous review's words.
        let wordless = found
            .last()
            .and_then(|&last| Head::at(lines, last, end))
            .is_some_and(|last| last.end == at);
        if (wordless || named_below) && lines[at].shape == Shape::Text {
            at += 1;
            continue;
        }
        let score = (at..head.end).find_map(|at| number(&lines[at].body));
        let falls = matches!((score, last_score), (Some(score), Some(last)) if score <= last);
        let words_follow =
            lines.get(head.end).is_some_and(|line| line.shape == Shape::Text) && head.end < end;
        let counts = head.is_sure()
            || found.is_empty()
            || (head.glued && glued_tight(lines, at))
            || (head.date && !head.score && !head.glued)
            || (head.score && critics && (falls || last_score.is_none()) && words_follow);
        if counts {
            found.push(at);
            last_score = score.or(last_score);
        }
        at = head.end;
    }
    found
}

/// Whether the head of a user's review could begin: there is a date, or one directly below a name.
fn is_above_date(lines: &[Line<'_>], at: usize) -> bool {
    let shape = |at: usize| lines.get(at).map(|line| &line.shape);
    let date = |at: usize| matches!(shape(at), Some(Shape::Date | Shape::NameDate { .. }));
    date(at) || date(at + 1) && shape(at) == Some(&Shape::Text)
}

/// Critics' notices are single lines: each further line of words is a separate one.
fn one_line_each(lines: &[Line<'_>], entries: Vec<Entry>) -> Vec<Entry> {
    let mut found = Vec::with_capacity(entries.len());
    for entry in entries {
        let head = entry.lines.first().and_then(|&at| Head::at(lines, at, lines.len()));
        let end = head.map_or(0, |head| head.end);
        let mut open = Entry::default();
        for at in entry.lines {
            let further = open.lines.last().is_some_and(|&last| {
                last >= end
                    && is_sentence(&lines[last])
                    && (is_sentence(&lines[at]) || is_cited_name(lines, at))
            });
            if at > end && further {
                found.push(std::mem::take(&mut open));
            }
            open.lines.push(at);
        }
        found.push(open);
    }
    found
}

/// A print publication's name above words that cite its page.
pub fn is_cited_name(lines: &[Line<'_>], at: usize) -> bool {
    let cites = |line: &Line<'_>| is_citation(&line.body);
    lines[at].could_be_name() && lines.get(at + 1).is_some_and(cites)
}

/// A complete notice on one line: it ends like a sentence, and is longer than a word.
pub fn is_sentence(line: &Line<'_>) -> bool {
    line.shape == Shape::Text
        && !line.could_be_name()
        && line.body.chars().count() >= 12
        && !is_platform(&line.body)
}

/// Nothing marks the end of the last review: if all others had a single line of words, it ends at
/// the first blank line.
fn cut_tail(lines: &[Line<'_>], list: &mut List) {
    let words = |entry: &Entry| {
        let end = entry
            .lines
            .first()
            .and_then(|&at| Head::at(lines, at, lines.len()))
            .map_or(0, |head| head.end);
        entry.lines.iter().filter(|at| **at >= end).count()
    };
    let Some((last, others)) = list.entries.split_last() else {
        return;
    };
    if others.is_empty() || others.iter().any(|entry| words(entry) > 1) {
        return;
    }
    let head = last
        .lines
        .first()
        .and_then(|&at| Head::at(lines, at, lines.len()))
        .map_or(0, |head| head.end);
    let keep = last.lines.iter().take_while(|at| **at <= head || !lines[**at].gap).count();
    if let Some(last) = list.entries.last_mut() {
        last.lines.truncate(keep.max(1));
    }
}

/// Indented lines of words directly below the bands: items of a list that lost its numbers. A
/// critic's notice is a single line.
pub fn indented(lines: &[Line<'_>], start: usize, end: usize, critics: bool) -> List {
    let mut list = empty(Order::Bare, start);
    let column = lines[start].column;
    let own = |at: &usize| {
        lines[*at].column >= column && lines[*at].marker.is_none() && !is_frame(lines, *at)
    };
    let stop = (start..end).find(|at| !own(at)).unwrap_or(end);
    let mut cuts = starts(lines, start, stop, critics);
    if cuts.first() != Some(&start) {
        cuts.insert(0, start);
    }
    cuts.push(stop);
    let parts =
        cuts.windows(2).map(|pair| Entry { lines: (pair[0]..pair[1]).collect(), number: None });
    list.entries = parts.collect();
    if critics {
        let before = list.entries.len();
        list.entries = one_line_each(lines, list.entries);
        list.doubts.extend((list.entries.len() > before).then_some(Doubt::ByLine));
    }
    list.end = stop.max(start + 1);
    list
}

/// Lines of words below critics' scores with nothing that separates reviews: each line is one.
pub fn bare_lines(lines: &[Line<'_>], start: usize, end: usize) -> Option<List> {
    let mut list = empty(Order::Bare, start);
    for at in start..end {
        let line = &lines[at];
        if is_frame(lines, at) || !is_sentence(line) {
            break;
        }
        list.entries.push(Entry { lines: vec![at], number: None });
        list.end = at + 1;
    }
    (!list.entries.is_empty()).then_some(list)
}
