//! Lists whose items carry marks: numbers in sequence, or bullets.
//!
//! Owns: where such a list begins and ends and which lines belong to which of
//! its items, by the marks' column and sequence alone. Must never: ask whether
//! an item has a score, a date or a name. A mark deeper than the list's own
//! column, or out of its sequence, is a review's own.

use super::claims::said_at;
use super::furniture::Role;
use super::habits::Habits;
use super::heads::Head;
use super::lines::{Line, Marker, Shape};
use super::parting::{self, Lost};
use super::slots::Slots;

/// How a list's items were told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By numbers or bullets.
    Marked,
    /// By lines that end each review.
    Ended,
    /// By the lines that begin each review.
    Headed,
    /// One line is one review: nothing else tells them apart.
    Bare,
}

/// One item: the places of its lines.
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
    /// Numbers that should stand in it and do not: their items could not be
    /// told from the one before.
    pub missing: Vec<u32>,
    /// How surely its items were told apart.
    pub doubts: Vec<Doubt>,
}

/// What is not sure of a list's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Some were told apart by nothing but their lines.
    ByLine,
    /// Numbers are lost at its end: names and dates told the last ones apart.
    LastNumbers,
    /// Its last item, a critic's, has several lines of words.
    LinesWithin,
    /// Its last item has a date of its own line in its words.
    DateWithin,
    /// The first alone has no date: each date may stand below its review.
    DatesBelow,
}

/// A gap in the numbers wider than this is no list with lost numbers.
const WIDEST_GAP: u32 = 10;
/// Numbers that tell how a list counts.
const ENOUGH: usize = 20;
/// Lines looked through for the first number of a list that lost it.
const LOST_LINES: usize = 60;

/// The marked list that begins at `start`, if one does. `users`: the page spoke of users' scores
/// last, whose words "Reviewed by:" is no more than. `expected`: a list must begin here.
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
        // The text may begin in the midst of the list: then no more are there
        // than can be told apart.
        let told_apart = parting::starts_within(lines, &before, users).len() + 1;
        let lost = number.map_or(1, |number| number.saturating_sub(1)) as usize;
        let count = if lost > WIDEST_GAP as usize { 1 } else { lost.min(told_apart) };
        let from = number.map_or(1, |number| number.saturating_sub(count as u32));
        parting::put(lines, &mut list, before, Lost { count, first: from, users });
    }
    walk.run(first, &mut list);
    Some(list)
}

/// The first mark of the list whose first line stands at `start`: there, or
/// below lines that lost their numbers: they are indented like the items of a list, or one is expected.
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

/// Furniture or a statement of the page, where it stands outside of any item.
pub fn is_outside(lines: &[Line<'_>], at: usize) -> bool {
    let Some(line) = lines.get(at) else {
        return true;
    };
    let furniture = matches!(
        line.shape,
        Shape::Furniture(Role::Sidebar | Role::Selection | Role::Empty | Role::Widget)
    );
    furniture || said_at(lines, at).is_some_and(|said| said.certain)
}

/// A line of the page's that may stand between the items of a list.
pub fn is_frame(line: &Line<'_>) -> bool {
    matches!(line.shape, Shape::Furniture(Role::Frame | Role::Detail | Role::Advert))
}

/// One way through a marked list.
struct Walk<'a> {
    lines: &'a [Line<'a>],
    end: usize,
    marker: Option<Marker>,
    column: usize,
    inner: usize,
    /// Items' further lines stand no deeper than their marks.
    flat: bool,
    /// Items begin with a name, a date or a score.
    headed: bool,
    /// Each item has the number 1, as some write a list and leave the counting to others.
    ones: bool,
    /// The page spoke of users' scores last.
    users: bool,
}

impl<'a> Walk<'a> {
    fn new(lines: &'a [Line<'a>], first: usize, end: usize) -> Self {
        let line = &lines[first];
        let below = lines.get(first + 1..end).unwrap_or_default();
        // Only the list's own lines tell; what stands at the margin below a
        // list of one-line items is the page's.
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
        // A second list may follow the first, below a blank line.
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

    /// The mark at `at` stands in the list's own column.
    fn in_column(&self, at: usize) -> bool {
        let line = &self.lines[at];
        let kind = matches!(
            (self.marker, line.marker),
            (Some(Marker::Number(_)), Some(Marker::Number(_)))
                | (Some(Marker::Bullet), Some(Marker::Bullet))
        );
        // Numbers may be set flush right: then the text behind them lines up.
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
            } else if !self.flat && self.goes_on_after(at, current) {
                let known = matches!(self.lines[at].shape, Shape::Furniture(_));
                list.left.extend((!known).then_some(at));
            } else {
                break;
            }
            at += 1;
        }
        if current.is_some() {
            let number = current.unwrap_or(0);
            parting::put_last(
                self.lines,
                list,
                open,
                Lost { count: 1, first: number, users: self.users },
            );
        } else {
            self.close(list, open, 0, 0);
        }
        list.end = at;
    }

    /// The number of the next item, where the mark at `at` begins one.
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

    /// In a list without indentation a review's own points may carry the number
    /// that comes next: a later line with that number counts instead, where it
    /// begins as this list's items do and this one does not.
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
            !matches!(line.shape, Shape::Text | Shape::By(_) | Shape::Furniture(_))
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

    /// Another list's number stands here, and not its first: where in the open item the items
    /// begin that lost theirs, below a blank line.
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

    /// The open item has no words yet, and the line could be its date, its
    /// score or them, though a converter took its indentation.
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
                || Slots::of(self.lines, open, Habits::default()).words.is_empty())
    }

    /// A date or a score right below a name alone.
    fn is_below_name(&self, line: &Line<'_>, open: &[usize]) -> bool {
        matches!(line.shape, Shape::Number | Shape::Date)
            && matches!(open, [only] if self.lines[*only].could_be_name())
    }

    /// The next number of the list stands further on, with nothing of the
    /// page's between: the line is inside the list.
    fn goes_on_after(&self, at: usize, current: Option<u32>) -> bool {
        let Some(current) = current else {
            // Bullets have no numbers that would tell.
            return is_frame(&self.lines[at]) && at + 1 < self.end && self.in_column(at + 1);
        };
        (at..self.end.min(at + LOST_LINES))
            .take_while(|&at| !is_outside(self.lines, at))
            .take_while(|&at| !self.restarts(at))
            .any(|at| self.in_column(at) && self.number_at(at) == Some(current + 1))
    }

    fn close(&self, list: &mut List, open: Vec<usize>, lost: usize, number: u32) {
        let known = Lost { count: lost + 1, first: number, users: self.users };
        // Bullets do not count what is lost.
        match self.marker {
            Some(Marker::Bullet) if self.users => parting::put_last(self.lines, list, open, known),
            _ => parting::put(self.lines, list, open, known),
        }
    }
}
