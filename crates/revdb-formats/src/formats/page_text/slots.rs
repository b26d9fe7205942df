//! One item of a list: which of its lines is the name, the date, the score, and
//! which are the words.
//!
//! Owns: the slots of an item, filled from its lines by what they look like and
//! where they stand. Must never: decide whether an item is one (that is the
//! list's), or take a line of words for a slot once words have begun.

use super::details::is_platform;
use super::figures::number;
use super::furniture::Role;
use super::lines::{Line, Shape, date_text, is_name};

/// What a line of an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    Name,
    Date,
    Score,
    Words,
    Notice,
    End,
}

impl Slot {
    pub fn says(self) -> &'static str {
        match self {
            Slot::Name => "name",
            Slot::Date => "date",
            Slot::Score => "score",
            Slot::Words => "words",
            Slot::Notice => "notice of spoilers",
            Slot::End => "end of the review",
        }
    }
}

/// The slots of one item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Slots {
    /// After "Reviewed by:" or "By".
    pub byline: Option<String>,
    /// "Reviewed by:" stood before it, which is said of critics only.
    pub signed: bool,
    /// Glued to the date: users' names.
    pub glued: Option<String>,
    /// Short texts in the places of names, in order.
    pub labels: Vec<String>,
    pub date: Option<String>,
    pub score: Option<String>,
    /// Lines of words.
    pub words: Vec<usize>,
    /// Line by line what was found.
    pub taken: Vec<(usize, Slot)>,
}

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
}

/// Lines of a head: publication, name, "By", date, score and one to spare.
const LONGEST_HEAD: usize = 6;

impl Slots {
    /// Reads the lines of an item, given by their places.
    pub fn of(lines: &[Line<'_>], item: &[usize], habits: Habits) -> Slots {
        Self::signed_below(lines, item, habits)
            .unwrap_or_else(|| Self::from_the_top(lines, item, habits))
    }

    /// A card's "By NAME" stands below its words, above the link: what is above
    /// it is read without it. None where no words would be left.
    fn signed_below(lines: &[Line<'_>], item: &[usize], habits: Habits) -> Option<Slots> {
        let line = |at: &usize| lines.get(*at);
        let foot =
            |at: &usize| line(at).is_some_and(|line| is_link(line) || is_platform(&line.body));
        let below = item.iter().rposition(|at| !foot(at))?;
        let Shape::By(name) = &line(&item[below])?.shape else { return None };
        let rest: Vec<usize> = [&item[..below], &item[below + 1..]].concat();
        let mut slots = Self::from_the_top(lines, &rest, habits);
        let label = slots.labels.is_empty()
            && matches!(slots.words.as_slice(), [only] if line(only).is_some_and(Line::could_be_name));
        if slots.words.is_empty() || label || slots.byline.is_some() {
            return None;
        }
        slots.byline = Some(name.clone());
        slots.taken.push((item[below], Slot::Name));
        Some(slots)
    }

    fn from_the_top(lines: &[Line<'_>], item: &[usize], habits: Habits) -> Slots {
        let mut slots = Slots::default();
        let mut at = 0;
        while at < item.len().min(LONGEST_HEAD) {
            let Some(slot) = slots.take(lines, &item[at..], at == 0, habits) else {
                break;
            };
            slots.taken.push((item[at], slot));
            at += 1;
        }
        slots.take_words(lines, &item[at..]);
        if habits.score_last && slots.score.is_none() && slots.words.len() > 1 {
            slots.take_last_score(lines);
        }
        slots
    }

    fn take_last_score(&mut self, lines: &[Line<'_>]) {
        let Some(line) = self.words.last().and_then(|at| lines.get(*at)) else { return };
        if line.shape != Shape::Number {
            return;
        }
        self.score = Some(line.body.clone());
        let last = self.words.pop();
        for (at, slot) in &mut self.taken {
            if Some(*at) == last {
                *slot = Slot::Score;
            }
        }
    }

    /// Fills a slot with the first line of `rest`, if it fits one.
    fn take(
        &mut self,
        lines: &[Line<'_>],
        rest: &[usize],
        first: bool,
        habits: Habits,
    ) -> Option<Slot> {
        let line = lines.get(*rest.first()?)?;
        let below = rest.get(1).and_then(|at| lines.get(*at));
        match &line.shape {
            Shape::ReviewedBy(name) if self.may_be_signed() => {
                self.signed = true;
                self.byline = Some(name.clone()).filter(|name| !name.is_empty());
                Some(Slot::Name)
            }
            Shape::Signed { publication, name, date } if self.may_be_signed() => {
                self.signed = true;
                self.byline = Some(name.clone());
                self.date = self.date.take().or_else(|| date.clone());
                self.labels.extend(publication.clone());
                Some(Slot::Name)
            }
            Shape::Number if self.is_numeric_name(first, below, habits) => {
                self.labels.push(line.body.clone());
                Some(Slot::Name)
            }
            Shape::Number if self.score.is_none() => {
                self.score = Some(line.body.clone());
                Some(Slot::Score)
            }
            Shape::Date if self.date.is_none() => {
                self.date = Some(date_text(&line.body));
                Some(Slot::Date)
            }
            Shape::NameDate { name, date }
                if self.date.is_none() && self.labels.is_empty() && could_be_glued(name) =>
            {
                self.glued = Some(name.clone());
                self.date = Some(date.clone());
                Some(Slot::Name)
            }
            Shape::By(name)
                if self.byline.is_none()
                    && below.is_some()
                    && (!first || below.is_some_and(is_slot)) =>
            {
                self.byline = Some(name.clone());
                Some(Slot::Name)
            }
            Shape::Text
                if habits.score_and_name && below.is_some() && self.takes_both(&line.body) =>
            {
                Some(Slot::Name)
            }
            Shape::Text | Shape::By(_) if self.takes_name(lines, rest, habits) => {
                match self.signed && self.byline.is_none() {
                    true => self.byline = Some(line.body.clone()),
                    false => self.labels.push(line.body.clone()),
                }
                Some(Slot::Name)
            }
            _ => None,
        }
    }

    /// In the place of a name, above a slot that is still empty, any short text
    /// is one. Above words it must look like one too.
    fn takes_name(&self, lines: &[Line<'_>], rest: &[usize], habits: Habits) -> bool {
        let line = |at: usize| rest.get(at).and_then(|at| lines.get(*at));
        let (Some(name), Some(below)) = (line(0), line(1)) else {
            return false;
        };
        if !name.is_short()
            || is_platform(&name.body)
            || self.glued.is_some()
            || self.labels.len() >= 2
        {
            return false;
        }
        if self.fits_empty(below, habits) {
            return true;
        }
        let two = below.is_short() && line(2).is_some_and(|third| third.shape == Shape::Date);
        if two && self.date.is_none() && self.labels.is_empty() {
            return true;
        }
        if self.signed && self.byline.is_none() && self.date.is_none() {
            return name.could_be_name();
        }
        let last =
            self.labels.len() < habits.names_last && (self.score.is_some() || self.date.is_some());
        let bare = habits.bare_names && self.taken.is_empty();
        (last || bare) && name.could_be_name() && is_words(below)
    }

    /// Behind a name and a date a signature is cited.
    fn may_be_signed(&self) -> bool {
        !self.signed && (self.date.is_none() || self.labels.is_empty())
    }

    /// Somebody is called "1984": where others' names stand there is a number.
    fn is_numeric_name(&self, first: bool, below: Option<&Line<'_>>, habits: Habits) -> bool {
        // A second number, where the name is still to come.
        let second = self.score.is_some() && self.date.is_none() && !self.is_named();
        let above_date = (second || first && habits.numbers_name)
            && below.is_some_and(|line| line.shape == Shape::Date);
        let last = self.score.is_some()
            && self.labels.len() < habits.names_last
            && below.is_some_and(is_words);
        above_date || last
    }

    /// Takes "80 The Gull" apart.
    fn takes_both(&mut self, body: &str) -> bool {
        let Some((score, name)) = score_and_name(body).filter(|_| self.score.is_none()) else {
            return false;
        };
        self.score = Some(score.to_owned());
        self.labels.push(name.to_owned());
        true
    }

    fn fits_empty(&self, line: &Line<'_>, habits: Habits) -> bool {
        match &line.shape {
            Shape::Date => self.date.is_none(),
            Shape::Number => self.score.is_none() && !habits.score_last,
            Shape::ReviewedBy(_) | Shape::Signed { .. } => self.may_be_signed(),
            Shape::By(_) => {
                self.byline.is_none() && !self.labels.is_empty() && self.taken.len() > 1
            }
            _ => false,
        }
    }

    /// The rest of the item: its words, without the frame around them.
    fn take_words(&mut self, lines: &[Line<'_>], rest: &[usize]) {
        let of = |at: &usize| lines.get(*at);
        let mut end = rest.len();
        while let Some(line) = end.checked_sub(1).and_then(|at| of(&rest[at])) {
            let link = is_link(line);
            // A card's platform stands under its words, not in their place.
            let platform = is_platform(&line.body) && (end > 1 || end < rest.len());
            if !link && !platform {
                break;
            }
            end -= 1;
        }
        let notice = |at: &usize| of(at).is_some_and(|line| super::notice::is_notice(&line.body));
        let notices = rest[..end].iter().take_while(|at| notice(at)).count();
        self.taken.extend(rest[..notices].iter().map(|at| (*at, Slot::Notice)));
        self.words = rest[notices..end].to_vec();
        self.taken.extend(self.words.iter().map(|at| (*at, Slot::Words)));
        self.taken.extend(rest[end..].iter().map(|at| (*at, Slot::End)));
    }

    /// Nothing but words was found.
    pub fn is_bare(&self) -> bool {
        self.score.is_none() && self.date.is_none() && !self.is_named()
    }

    pub fn is_named(&self) -> bool {
        self.signed || self.byline.is_some() || self.glued.is_some() || !self.labels.is_empty()
    }
}

/// Users' names have a word or a few; "Played until Mar 5, 2019" is words.
fn could_be_glued(name: &str) -> bool {
    name.split(' ').count() <= 5 && name.chars().count() <= super::lines::NAME_LIMIT
}

/// A score and a name with a blank between.
fn score_and_name(body: &str) -> Option<(&str, &str)> {
    let (score, name) = body.split_once(' ')?;
    let fits = number(score).is_some_and(|score| score <= 100.0) && is_name(name);
    fits.then_some((score, name.trim()))
}

/// "Full review", "All this user's reviews".
fn is_link(line: &Line<'_>) -> bool {
    matches!(&line.shape, Shape::Furniture(role) if role.ends())
}

fn is_slot(line: &Line<'_>) -> bool {
    matches!(line.shape, Shape::Date | Shape::Number)
}

fn is_words(line: &Line<'_>) -> bool {
    matches!(
        line.shape,
        Shape::Text | Shape::By(_) | Shape::NameDate { .. } | Shape::Furniture(Role::Notice)
    )
}

impl Habits {
    /// What a list's items have in common: in cards most items have a short
    /// text between date or score and words; where they do, all may.
    pub fn of(lines: &[Line<'_>], items: &[&[usize]], bare_names: bool) -> Habits {
        let mut counts = [0_usize; 3];
        let mut both = 0;
        let mut below = 0;
        // Items that begin with a number above a date, with a name above one, with another number.
        let mut above = [0_usize; 3];
        for item in items {
            let shapes: Vec<&Line<'_>> = item.iter().filter_map(|at| lines.get(*at)).collect();
            if let [head, below, ..] = shapes.as_slice() {
                let dated = below.shape == Shape::Date;
                match head.shape {
                    Shape::Number => above[if dated { 0 } else { 2 }] += 1,
                    Shape::Text if dated && head.is_short() => above[1] += 1,
                    _ => {}
                }
            }
            let numbers = |line: &&&Line<'_>| line.shape == Shape::Number;
            let last = shapes.iter().rev().find(|line| !is_link(line));
            below += usize::from(
                last.is_some_and(|line| numbers(&line))
                    && shapes.iter().filter(numbers).count() == 1,
            );
            let head = shapes.iter().take_while(|line| is_slot(line)).count();
            let rest = shapes.get(head..).unwrap_or_default();
            let scored = item
                .iter()
                .any(|at| lines.get(*at).is_some_and(|line| line.shape == Shape::Number));
            let first = rest.first().is_some_and(|line| score_and_name(&line.body).is_some());
            both += usize::from(head > 0 && !scored && rest.len() > 1 && first);
            let names = rest
                .iter()
                .take(2)
                .take_while(|line| line.could_be_name() && !is_platform(&line.body))
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
            numbers_name: above[1] > 0 && above[2] == 0,
            score_last: below > 1 && below == items.len(),
        }
    }
}
