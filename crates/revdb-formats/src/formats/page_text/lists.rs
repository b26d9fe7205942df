//! Lists whose items have marks: consecutive numbers, or bullets.
//!
//! Owns: where such a list begins and ends and which lines belong to which item, by the marks'
//! column and sequence alone. Must never: depend on whether an item has a score, a date or a name.
//! A mark deeper than the list's column, or out of sequence, belongs to a review.

use super::boilerplate::Role;
use super::claims::statement_at;
use super::heads::Head;
use super::item_splitting::{self, MissingNumbers};
use super::lines::{Line, Marker, Shape};
use super::list_layout::ListLayout;
use super::slots::Slots;

/// How a list's items were separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By numbers or bullets.
    Marked,
    /// By lines that end each review.
    Ended,
    /// By lines that begin each review.
    Headed,
    /// Each line is one review: nothing else separates them.
    Bare,
}

/// One item: the indices of its lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    pub lines: Vec<usize>,
    pub number: Option<u32>,
}

/// A list of reviews, `start..end`.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    pub order: Order,
    pub start: usize,
    pub end: usize,
    pub entries: Vec<Entry>,
    /// Lines inside it that belong to no item.
    pub left: Vec<usize>,
    /// Missing numbers of items that could not be separated from the previous one.
    pub missing: Vec<u32>,
    /// Doubts about the separation of its items.
    pub doubts: Vec<Doubt>,
}

/// An uncertainty about a list's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Some were separated by line only.
    ByLine,
    /// Numbers are missing at its end: the last items were separated by names and dates.
    LastNumbers,
    /// Its last item, a critic's, has several lines of words.
    LinesWithin,
    /// Its last item has a date on its own line within its words.
    DateWithin,
    /// Only the first has no date: each date may belong to the review above it.
    DatesBelow,
}

/// Maximum gap in the numbers of a list.
const WIDEST_GAP: u32 = 10;
/// Number of marks examined to see how a list counts.
const ENOUGH: usize = 20;
/// Maximum number of lines searched for the first number of a list that lost it.
const LOST_LINES: usize = 60;

/// The marked list that begins at `start`, if any. `users`: the page mentioned users' scores last,
/// so "Reviewed by:" is part of the words. `expected`: a list must begin here.
pub fn marked(
    lines: &[Line<'_>],
    start: usize,
    end: usize,
    users: bool,
    expected: bool,
) -> Option<List> {
    let first = first_mark(lines, start, end, expected)?;
    let mut walk = Walk::new(lines, first, end);
    walk.users = users;
    let before: Vec<usize> = (start..first).filter(|&at| !is_frame(&lines[at])).collect();
    let number = walk.number_at(first);
    let mut list = List {
        order: Order::Marked,
        start,
        end: first,
        entries: Vec::new(),
        left: Vec::new(),
        missing: Vec::new(),
        doubts: Vec::new(),
    };
    if !before.is_empty() {
        // If the text begins inside the list, there are only as many items as can be separated.
        let told_apart = item_splitting::starts_within(lines, &before, users).len() + 1;
        let lost = number.map_or(1, |number| number.saturating_sub(1)) as usize;
        let count = if lost > WIDEST_GAP as usize { 1 } else { lost.min(told_apart) };
        let from = number.map_or(1, |number| number.saturating_sub(count as u32));
        item_splitting::add_items(
            lines,
            &mut list,
            before,
            MissingNumbers { count, first: from, users },
        );
    }
    walk.run(first, &mut list);
    Some(list)
}

/// The first mark of the list whose first line is `start`: there, or below lines that lost their
/// numbers, which are indented like items, or expected.
fn first_mark(lines: &[Line<'_>], start: usize, end: usize, expected: bool) -> Option<usize> {
    let line = lines.get(start)?;
    if line.marker.is_some() {
        return Some(start);
    }
    if line.column == 0 && !expected {
        return None;
    }
    let reach = end.min(start + LOST_LINES);
    let at = (start..reach).find(|&at| lines[at].marker.is_some())?;
    let margin = lines[at].column;
    let deeper = line.column > margin;
    let margin_line = |at: usize| deeper && lines[at].column <= margin && !is_frame(&lines[at]);
    let outside = (start..at).any(|at| margin_line(at) || is_outside(lines, at));
    let Some(Marker::Number(number)) = lines[at].marker else {
        return None;
    };
    let fits = number >= 2 && (deeper || line.column == margin && expected);
    (fits && !outside).then_some(at)
}

/// Boilerplate or a statement of the page, outside any item.
pub fn is_outside(lines: &[Line<'_>], at: usize) -> bool {
    let Some(line) = lines.get(at) else {
        return true;
    };
    let boilerplate = matches!(
        line.shape,
        Shape::Boilerplate(Role::Sidebar | Role::Selection | Role::Empty | Role::Widget)
    );
    boilerplate || statement_at(lines, at).is_some_and(|said| said.certain)
}

/// A page line that may occur between the items of a list.
pub fn is_frame(line: &Line<'_>) -> bool {
    matches!(line.shape, Shape::Boilerplate(Role::Frame | Role::Detail | Role::Advert))
}

/// One scan of a marked list.
struct Walk<'a> {
    lines: &'a [Line<'a>],
    end: usize,
    marker: Option<Marker>,
    column: usize,
    inner: usize,
    /// Items' further lines are not indented deeper than their marks.
    flat: bool,
    /// Items begin with a name, a date or a score.
    headed: bool,
    /// Every item has the number 1, as Markdown allows.
    ones: bool,
    /// The page mentioned users' scores last.
    users: bool,
}

impl<'a> Walk<'a> {
    fn new(lines: &'a [Line<'a>], first: usize, end: usize) -> Self {
        let line = &lines[first];
        let below = lines.get(first + 1..end).unwrap_or_default();
        // Only the list's own lines count; unindented text below a list of one-line items is the
        // page's.
        let flat = (first + 1..end)
            .find(|&at| lines[at].marker.is_none())
            .is_some_and(|at| lines[at].column == line.column && !is_outside(lines, at));
        let headed = !matches!(line.shape, Shape::Text)
            || below.first().is_some_and(|next| {
                next.marker.is_none() && matches!(next.shape, Shape::Date | Shape::Number)
            });
        Self {
            lines,
            end,
            marker: line.marker,
            column: line.column,
            inner: line.inner,
            flat,
            headed,
            ones: false,
            users: false,
        }
        .with_ones(first)
    }

    fn with_ones(mut self, first: usize) -> Self {
        let marks: Vec<usize> = (first..self.end)
            .take_while(|&at| at == first || !is_outside(self.lines, at))
            .filter(|&at| self.in_column(at))
            .take(ENOUGH)
            .collect();
        // A second list may follow the first, after a blank line.
        let several = match marks.as_slice() {
            [_, second] => !self.lines[*second].gap,
            marks => marks.len() > 2,
        };
        let ones = marks.iter().all(|at| self.number_at(*at) == Some(1));
        self.ones = !self.flat && several && ones;
        self
    }

    fn number_at(&self, at: usize) -> Option<u32> {
        match self.lines.get(at)?.marker {
            Some(Marker::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// The mark at `at` is in the list's column.
    fn in_column(&self, at: usize) -> bool {
        let line = &self.lines[at];
        let kind = matches!(
            (self.marker, line.marker),
            (Some(Marker::Number(_)), Some(Marker::Number(_)))
                | (Some(Marker::Bullet), Some(Marker::Bullet))
        );
        // Numbers may be right-aligned: then the text after them is aligned.
        kind && (line.column == self.column
            || (line.inner == self.inner && line.column + 2 >= self.column))
    }

    fn run(&mut self, first: usize, list: &mut List) {
        let mut current = self.number_at(first);
        let mut open = vec![first];
        let mut at = first + 1;
        while at < self.end {
            if self.in_column(at)
                && let Some(next) = self.continues(at, current)
            {
                let expected = current.map_or(next, |number| number + 1);
                let gap = next.saturating_sub(expected) as usize;
                let from = current.unwrap_or(0);
                self.close(list, std::mem::take(&mut open), gap, from);
                current = current.map(|_| next);
                open.push(at);
            } else if self.restarts(at) {
                break;
            } else if let Some(cut) = self.restarted_above(at, current, &open) {
                at = open[cut];
                open.truncate(cut);
                break;
            } else if self.belongs(at) || self.is_awaited(at, &open) {
                open.push(at);
            } else if !self.flat && self.continues_after(at, current) {
                let known = matches!(self.lines[at].shape, Shape::Boilerplate(_));
                list.left.extend((!known).then_some(at));
            } else {
                break;
            }
            at += 1;
        }
        if current.is_some() {
            let number = current.unwrap_or(0);
            item_splitting::add_last_items(
                self.lines,
                list,
                open,
                MissingNumbers { count: 1, first: number, users: self.users },
            );
        } else {
            self.close(list, open, 0, 0);
        }
        list.end = at;
    }

    /// The number of the next item, if the mark at `at` begins one.
    fn continues(&self, at: usize, current: Option<u32>) -> Option<u32> {
        let Some(current) = current else {
            return Some(0); // bullets have no sequence
        };
        let number = self.number_at(at)?;
        if self.ones {
            return Some(number);
        }
        if number == current + 1 {
            return (!self.flat || self.is_best(at, number)).then_some(number);
        }
        let lost = number > current + 1 && number - current <= WIDEST_GAP && !self.flat;
        lost.then_some(number)
    }

    /// In a list without indentation a review's own points may have the next number: a later line
    /// with that number is preferred if it begins like this list's items and this one does not.
    fn is_best(&self, at: usize, number: u32) -> bool {
        if !self.headed || self.begins_item(at) {
            return true;
        }
        let later = (at + 1..self.end)
            .take_while(|&later| !is_outside(self.lines, later))
            .filter(|&later| self.in_column(later) && self.number_at(later) == Some(number));
        !later.into_iter().any(|later| self.begins_item(later))
    }

    fn begins_item(&self, at: usize) -> bool {
        let head = |line: &Line<'_>| {
            !matches!(line.shape, Shape::Text | Shape::By(_) | Shape::Boilerplate(_))
        };
        let next = self.lines.get(at + 1).filter(|next| next.marker.is_none());
        head(&self.lines[at]) || (self.lines[at].is_short() && next.is_some_and(head))
    }

    /// Another list begins here.
    fn restarts(&self, at: usize) -> bool {
        let number = self.number_at(at);
        let own = self.flat && self.headed && !self.begins_item(at);
        self.in_column(at) && number == Some(1) && !own
    }

    /// A number of another list is here, but not its first: where in the open item the items
    /// without numbers begin, after a blank line.
    fn restarted_above(&self, at: usize, current: Option<u32>, open: &[usize]) -> Option<usize> {
        let number = self.number_at(at).filter(|_| self.in_column(at) && !self.flat)?;
        let gaps = || (1..open.len()).filter(|&cut| self.lines[open[cut]].gap);
        let head = |cut: &usize| Head::at(self.lines, open[*cut], at).is_some_and(|head| head.date);
        (1 < number && Some(number) <= current).then(|| gaps().find(head).or(gaps().next_back()))?
    }

    /// The line belongs to the open item.
    fn belongs(&self, at: usize) -> bool {
        let line = &self.lines[at];
        if self.flat {
            return line.column >= self.column
                && !is_outside(self.lines, at)
                && !is_frame(&self.lines[at]);
        }
        line.column > self.column
    }

    /// The open item has no words yet, and the line could be its date, score or words, although a
    /// converter removed its indentation.
    fn is_awaited(&self, at: usize, open: &[usize]) -> bool {
        let line = &self.lines[at];
        let fits = matches!(
            line.shape,
            Shape::Number | Shape::Date | Shape::NameDate { .. } | Shape::Text | Shape::By(_)
        );
        fits && line.marker.is_none()
            && open.len() < 8
            && !is_outside(self.lines, at)
            && (self.is_below_name(line, open)
                || Slots::of(self.lines, open, ListLayout::default()).words.is_empty())
    }

    /// Whether it is a date or score directly below a lone name.
    fn is_below_name(&self, line: &Line<'_>, open: &[usize]) -> bool {
        matches!(line.shape, Shape::Number | Shape::Date)
            && matches!(open, [only] if self.lines[*only].could_be_name())
    }

    /// The next number of the list follows without page lines between: the line is inside the
    /// list.
    fn continues_after(&self, at: usize, current: Option<u32>) -> bool {
        let Some(current) = current else {
            // Bullets have no numbers to compare.
            return is_frame(&self.lines[at]) && at + 1 < self.end && self.in_column(at + 1);
        };
        (at..self.end.min(at + LOST_LINES))
            .take_while(|&at| !is_outside(self.lines, at))
            .take_while(|&at| !self.restarts(at))
            .any(|at| self.in_column(at) && self.number_at(at) == Some(current + 1))
    }

    fn close(&self, list: &mut List, open: Vec<usize>, lost: usize, number: u32) {
        let known = MissingNumbers { count: lost + 1, first: number, users: self.users };
        // Bullets do not tell how many are missing, nor do numbers that are all the same.
        let counted = self.marker != Some(Marker::Bullet) && !self.ones;
        match self.users && !counted {
            true => item_splitting::add_last_items(self.lines, list, open, known),
            false => item_splitting::add_items(self.lines, list, open, known),
        }
    }
}
