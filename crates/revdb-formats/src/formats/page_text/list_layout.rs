//! The layout that the items of a list share, which resolves ambiguous lines.
//!
//! Owns: counting over a list's items. Must never: read an item's slots.

use super::details::is_platform;
use super::figures::{is_grade, is_part_mark, number};
use super::lines::{Line, Shape, is_name};
use super::slots::{LONGEST_HEAD, is_link};

/// The layout that the items of a list share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ListLayout {
    /// Number of names directly before the words (cards: date, score, publication), where only
    /// their length distinguishes them from words.
    pub names_last: usize,
    /// A name may be the only line before the words ("Play Magazine").
    pub bare_names: bool,
    /// Score and name are on one line ("80 The Gull"), as in Markdown cards.
    pub score_and_name: bool,
    /// Names precede the dates, so a number there is a name ("1984").
    pub numbers_name: bool,
    /// Scores follow the words.
    pub score_last: bool,
    /// Dates follow the words, next to the links.
    pub dates_last: bool,
    /// Scores are letters ("B+").
    pub grades: bool,
    /// No name is between date and score.
    pub words_below_date: bool,
}

impl ListLayout {
    /// Determines the layout: in cards most items have a short text between date or score and
    /// words; then all may.
    pub fn of(lines: &[Line<'_>], items: &[&[usize]], bare_names: bool) -> ListLayout {
        let mut counts = Counts::default();
        for item in items {
            let item: Vec<&Line<'_>> = item.iter().filter_map(|at| lines.get(*at)).collect();
            counts.count_heads(&item);
            counts.count_scores(&item);
            counts.count_names(&item, items.len() == 1);
        }
        let all: usize = counts.names_last.iter().sum();
        let names_last = match counts.names_last {
            [_, one, two] if (one + two) * 2 > all => 1 + usize::from(two > one),
            _ => 0,
        };
        ListLayout {
            names_last,
            bare_names,
            score_and_name: counts.score_and_name * 2 > items.len(),
            numbers_name: counts.numbers_are_names(),
            dates_last: dates_last(lines, items),
            score_last: counts.score_last > 1 && counts.score_last == items.len(),
            grades: counts.grades > 1 && counts.scores == 0,
            words_below_date: counts.date_first > 1
                && counts.name_below_date * 2 <= counts.date_first,
        }
    }
}

/// Number of items with each arrangement of lines.
#[derive(Default)]
struct Counts {
    /// By number of names directly before the words.
    names_last: [usize; 3],
    name_above_date: usize,
    number_above_date: usize,
    other_number_first: usize,
    /// A number above the date and one below it: only one of them is a score.
    numbers_around_date: usize,
    /// A numbered list with the date above the score.
    numbered_and_dated: usize,
    date_first: usize,
    /// A short text between the date and a number.
    name_below_date: usize,
    scores: usize,
    score_last: usize,
    grades: usize,
    score_and_name: usize,
}

impl Counts {
    fn count_heads(&mut self, item: &[&Line<'_>]) {
        let [head, below, ..] = item else { return };
        let dated = below.shape == Shape::Date;
        match head.shape {
            Shape::Number if dated => {
                self.number_above_date += 1;
                self.numbers_around_date += usize::from(item.get(2).is_some_and(is_number));
            }
            Shape::Number => self.other_number_first += 1,
            Shape::Date => {
                self.numbered_and_dated += usize::from(head.marker.is_some());
                self.date_first += 1;
                let name = below.is_short() && item.get(2).is_some_and(is_number);
                self.name_below_date += usize::from(name);
            }
            Shape::Text if dated && head.is_short() => {
                self.name_above_date += 1;
                self.names_last[0] += 1;
            }
            _ => {}
        }
    }

    fn count_scores(&mut self, item: &[&Line<'_>]) {
        let numbers = item.iter().filter(|line| is_number(line)).count();
        let last = item.iter().rev().find(|line| !is_link(line));
        self.scores += usize::from(numbers > 0);
        self.score_last += usize::from(numbers == 1 && last.is_some_and(is_number));
        self.grades += usize::from(item.iter().take(LONGEST_HEAD).any(|line| is_grade(&line.body)));
    }

    fn count_names(&mut self, item: &[&Line<'_>], is_alone: bool) {
        let head = item.iter().take_while(|line| is_slot(line)).count();
        let rest = &item[head..];
        let Some(first) = rest.first() else { return };
        let headed =
            head > 0 || !is_alone && rest.get(1).is_some_and(|line| line.shape == Shape::Date);
        let both = rest.len() > 1 && score_and_name(&first.body).is_some();
        self.score_and_name += usize::from(headed && both && !item.iter().any(is_number));
        // "D" below a number is a name.
        let scored = item[..head].iter().any(is_number);
        let names = rest
            .iter()
            .take(2)
            .take_while(|line| line.could_be_name() && !is_platform(&line.body))
            .take_while(|line| !is_part_mark(&line.body) && (scored || !is_grade(&line.body)))
            .count();
        // Of two numbers in a head one is a name ("1984").
        let numbers = item[..head].iter().filter(|line| line.shape == Shape::Number).count();
        let names = names.max(numbers.saturating_sub(1));
        let glued = matches!(first.shape, Shape::NameDate { .. });
        if head > 0 && (glued || rest.len() > names) {
            self.names_last[names.max(usize::from(glued))] += 1;
        }
    }

    fn numbers_are_names(&self) -> bool {
        self.other_number_first == 0
            && (self.name_above_date > 0
                || self.numbers_around_date > 0
                || self.numbered_and_dated >= self.number_above_date)
    }
}

fn is_number(line: &&Line<'_>) -> bool {
    line.shape == Shape::Number
}

/// No item has a date above its words, and some have one below.
fn dates_last(lines: &[Line<'_>], items: &[&[usize]]) -> bool {
    let date = |at: &usize| lines.get(*at).is_some_and(|line| line.shape == Shape::Date);
    let foot = |at: &usize| {
        lines.get(*at).is_some_and(|line| {
            is_link(line) || line.shape == Shape::Date || is_platform(&line.body)
        })
    };
    let below = |item: &&[usize]| {
        let own = item.iter().rev().take_while(|at| foot(at));
        let linked = own.clone().any(|at| lines.get(*at).is_some_and(is_link));
        linked && own.filter(|at| date(at)).count() == 1
    };
    let above = |item: &&[usize]| {
        item.iter().take(LONGEST_HEAD).take_while(|at| !foot(at) || date(at)).any(date)
    };
    let linked = items.iter().any(&below) && !items.iter().any(|item| above(item) && !below(item));
    // In numbered lists no link is needed: every item ends in a date, below its words.
    let last = |item: &&[usize]| match item {
        [head @ .., words, last] => {
            let said = lines
                .get(*words)
                .is_some_and(|line| line.shape == Shape::Text && !line.could_be_name());
            date(last) && said && !head.iter().any(date)
        }
        _ => false,
    };
    linked || items.len() > 1 && items.iter().all(last)
}

/// A score and a name separated by a blank.
pub fn score_and_name(body: &str) -> Option<(&str, &str)> {
    let (score, name) = body.split_once(' ')?;
    // "9 ninac.": one word, with any ending.
    let fits = number(score).is_some_and(|score| score <= 100.0)
        && (is_name(name) || !name.trim().contains(' '));
    fits.then_some((score, name.trim()))
}

pub fn is_slot(line: &Line<'_>) -> bool {
    matches!(line.shape, Shape::Date | Shape::Number)
}
