//! What the items of one list have in common, and so what a line of theirs is
//! that could be two things by itself.
//!
//! Owns: counting over a list's items. Must never: read an item's slots.

use super::details::is_platform;
use super::figures::is_part_mark;
use super::lines::{Line, Shape};
use super::slots::{LONGEST_HEAD, is_grade, is_link, is_slot, score_and_name};

/// What the items of one list have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Habits {
    /// Names that stand last before the words (cards: date, score, publication),
    /// where nothing but their being short tells them from words.
    pub names_last: usize,
    /// A name may stand alone before the words ("Play Magazine").
    pub bare_names: bool,
    /// Score and name stand in one line ("80 The Gull"), as markdown has cards.
    pub score_and_name: bool,
    /// Names stand above the dates, so that a number there is one ("1984").
    pub numbers_name: bool,
    /// Scores stand below the words.
    pub score_last: bool,
    /// Dates stand below the words, beside the links.
    pub dates_last: bool,
    /// Scores are letters ("B+").
    pub grades: bool,
}

impl Habits {
    /// What a list's items have in common: in cards most items have a short
    /// text between date or score and words; where they do, all may.
    pub fn of(lines: &[Line<'_>], items: &[&[usize]], bare_names: bool) -> Habits {
        let mut counts = [0_usize; 3];
        let mut both = 0;
        let mut graded = 0;
        let mut numbered = false;
        let mut below = 0;
        // Items that begin with a number above a date, with a name above one, with another number.
        let mut above = [0_usize; 3];
        // Those with a number above a date and another below it: only one of them is a score.
        let mut around = 0;
        // Numbered lists have the date above the score.
        let mut unlike = 0;
        for item in items {
            let shapes: Vec<&Line<'_>> = item.iter().filter_map(|at| lines.get(*at)).collect();
            if let [head, below, ..] = shapes.as_slice() {
                let dated = below.shape == Shape::Date;
                match head.shape {
                    Shape::Number => above[if dated { 0 } else { 2 }] += 1,
                    Shape::Date => unlike += usize::from(head.marker.is_some()),
                    Shape::Text if dated && head.is_short() => {
                        above[1] += 1;
                        counts[0] += 1;
                    }
                    _ => {}
                }
                let score = shapes.get(2).is_some_and(|line| line.shape == Shape::Number);
                around += usize::from(dated && score && head.shape == Shape::Number);
            }
            let numbers = |line: &&&Line<'_>| line.shape == Shape::Number;
            let last = shapes.iter().rev().find(|line| !is_link(line));
            below += usize::from(
                last.is_some_and(|line| numbers(&line))
                    && shapes.iter().filter(numbers).count() == 1,
            );
            let head = shapes.iter().take_while(|line| is_slot(line)).count();
            let rest = shapes.get(head..).unwrap_or_default();
            let scored = shapes.iter().any(|line| line.shape == Shape::Number);
            numbered |= scored;
            graded +=
                usize::from(shapes.iter().take(LONGEST_HEAD).any(|line| is_grade(&line.body)));
            let first = rest.first().is_some_and(|line| score_and_name(&line.body).is_some());
            let headed = head > 0
                || items.len() > 1 && rest.get(1).is_some_and(|line| line.shape == Shape::Date);
            both += usize::from(headed && !scored && rest.len() > 1 && first);
            let names = rest
                .iter()
                .take(2)
                .take_while(|line| line.could_be_name() && !is_platform(&line.body))
                .take_while(|line| !is_part_mark(&line.body) && !is_grade(&line.body))
                .count();
            let glued =
                rest.first().is_some_and(|line| matches!(line.shape, Shape::NameDate { .. }));
            if head > 0 && (glued || rest.len() > names) {
                counts[names.max(usize::from(glued))] += 1;
            }
        }
        let all: usize = counts.iter().sum();
        let names_last = match counts {
            [_, one, two] if (one + two) * 2 > all => 1 + usize::from(two > one),
            _ => 0,
        };
        Habits {
            names_last,
            bare_names,
            score_and_name: both * 2 > items.len(),
            numbers_name: above[2] == 0 && (above[1] > 0 || around > 0 || unlike >= above[0]),
            dates_last: dates_last(lines, items),
            score_last: below > 1 && below == items.len(),
            grades: graded > 1 && !numbered,
        }
    }
}

/// No item has a date above its words, and some have one among the lines below them.
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
    items.iter().any(&below) && !items.iter().any(|item| above(item) && !below(item))
}
