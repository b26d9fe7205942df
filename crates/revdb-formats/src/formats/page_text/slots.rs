//! Splits one item of a list into name, date, score and words.
//!
//! Owns: the slots of an item, filled from its lines by their form and position. Must never:
//! decide whether an item is one (the list does), or take a line of words for a slot once words
//! have begun.

use super::boilerplate::Role;
use super::details::{is_platform, is_season_label};
use super::figures::{is_grade, is_part_mark, number, printed_score};
use super::heads::{is_button_for_name, is_unlikely_name};
use super::item_splitting::goes_on;
use super::joined_names::could_be_glued;
use super::lines::{Line, Shape, date_text, is_citation};
use super::list_layout::{ListLayout, is_slot, score_and_name};

/// The role of a line in an item.
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
    /// Preceded by "Reviewed by:", which is used for critics only.
    pub signed: bool,
    /// Glued to the date: users' names.
    pub glued: Option<String>,
    /// Short texts in the position of names, in order.
    pub labels: Vec<String>,
    pub date: Option<String>,
    pub score: Option<String>,
    /// Indices of the lines of words.
    pub words: Vec<usize>,
    /// The role of each line.
    pub taken: Vec<(usize, Slot)>,
}

/// Maximum lines of a head: publication, name, "By", date, score and one spare.
pub const LONGEST_HEAD: usize = 6;

impl Slots {
    /// Reads the lines of an item, given by their indices.
    pub fn of(lines: &[Line<'_>], item: &[usize], layout: ListLayout) -> Slots {
        Self::signed_below(lines, item, layout)
            .unwrap_or_else(|| Self::from_the_top(lines, item, layout))
    }

    /// A card's "By NAME" is below its words, above the link: the text above is read without it.
    /// `None` if no words would be left.
    fn signed_below(lines: &[Line<'_>], item: &[usize], layout: ListLayout) -> Option<Slots> {
        let line = |at: &usize| lines.get(*at);
        let date = |line: &Line<'_>| layout.dates_last && line.shape == Shape::Date;
        let foot = |at: &usize| {
            line(at).is_some_and(|line| is_link(line) || is_platform(&line.body) || date(line))
        };
        let below = item.iter().rposition(|at| !foot(at))?;
        let Shape::By(name) = &line(&item[below])?.shape else { return None };
        let rest: Vec<usize> = [&item[..below], &item[below + 1..]].concat();
        let mut slots = Self::from_the_top(lines, &rest, layout);
        let label = slots.labels.is_empty()
            && matches!(slots.words.as_slice(), [only] if line(only).is_some_and(Line::could_be_name));
        if slots.words.is_empty() || label || slots.byline.is_some() {
            return None;
        }
        slots.byline = Some(name.clone());
        slots.taken.push((item[below], Slot::Name));
        Some(slots)
    }

    fn from_the_top(lines: &[Line<'_>], item: &[usize], layout: ListLayout) -> Slots {
        let mut slots = Slots::default();
        let mut at = 0;
        while at < item.len().min(LONGEST_HEAD) {
            let Some(slot) = slots.take(lines, &item[at..], at == 0, layout) else {
                break;
            };
            slots.taken.push((item[at], slot));
            at += 1;
        }
        slots.take_words(lines, &item[at..], layout);
        if layout.score_last && slots.score.is_none() && slots.words.len() > 1 {
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

    fn label(&mut self, line: &Line<'_>) -> Slot {
        self.labels.push(line.body.clone());
        Slot::Name
    }

    /// Fills a slot with the first line of `rest`, if it fits one.
    fn take(
        &mut self,
        lines: &[Line<'_>],
        rest: &[usize],
        first: bool,
        layout: ListLayout,
    ) -> Option<Slot> {
        let line = lines.get(*rest.first()?)?;
        let below = rest.get(1).and_then(|at| lines.get(*at));
        match &line.shape {
            Shape::ReviewedBy(_) | Shape::Signed { .. } => self.take_signature(&line.shape),
            Shape::Number if self.is_numeric_name(line, first, below, layout) => {
                Some(self.label(line))
            }
            Shape::Number | Shape::Text if self.is_score(line, below, layout) => {
                let score = printed_score(&line.body).unwrap_or(&line.body);
                self.score = Some(score.to_owned());
                Some(Slot::Score)
            }
            _ if self.awaits_name(line, first) && is_unlikely_name(line, below)
                || (self.score.is_some() && self.date.is_some() && !self.is_named())
                    && is_button_for_name(line, below) =>
            {
                Some(self.label(line))
            }
            Shape::Date if self.date.is_none() && !layout.dates_last => {
                self.date = Some(date_text(&line.body));
                Some(Slot::Date)
            }
            Shape::NameDate { name, date }
                if self.date.is_none()
                    && (self.labels.is_empty() || self.ends_in_label())
                    && could_be_glued(name) =>
            {
                match self.labels.is_empty() {
                    true => self.glued = Some(name.clone()),
                    false => self.byline = Some(name.clone()),
                }
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
            Shape::Boilerplate(Role::Notice)
                if self.score.is_none()
                    && below.is_some_and(|below| below.shape == Shape::Number) =>
            {
                Some(Slot::Notice)
            }
            Shape::Text
                if layout.score_and_name && below.is_some() && self.takes_both(&line.body) =>
            {
                Some(Slot::Name)
            }
            Shape::Text | Shape::By(_) if self.takes_name(lines, rest, layout) => {
                match self.signed && self.byline.is_none() {
                    true => self.byline = Some(line.body.clone()),
                    false => self.labels.push(line.body.clone()),
                }
                Some(Slot::Name)
            }
            _ => None,
        }
    }

    fn is_score(&self, line: &Line<'_>, below: Option<&Line<'_>>, layout: ListLayout) -> bool {
        let grade = || layout.grades && is_grade(&line.body) && below.is_some_and(is_words);
        let placed = line.marker.is_some() || !self.taken.is_empty();
        let printed = || placed && below.is_some() && printed_score(&line.body).is_some();
        self.score.is_none() && (line.shape == Shape::Number || grade() || printed())
    }

    fn take_signature(&mut self, shape: &Shape) -> Option<Slot> {
        let (name, date, publication) = match shape {
            _ if !self.may_be_signed() => return None,
            Shape::ReviewedBy(name) => (name, &None, &None),
            Shape::Signed { publication, name, date } => (name, date, publication),
            _ => return None,
        };
        self.signed = true;
        self.byline = Some(name.clone()).filter(|name| !name.is_empty());
        self.date = self.date.take().or_else(|| date.clone());
        self.labels.extend(publication.clone());
        Some(Slot::Name)
    }

    /// In the position of a name, above a slot that is still empty, any short text is a name.
    /// Above words it must look like one too.
    fn takes_name(&self, lines: &[Line<'_>], rest: &[usize], layout: ListLayout) -> bool {
        let line = |at: usize| rest.get(at).and_then(|at| lines.get(*at));
        let (Some(name), Some(below)) = (line(0), line(1)) else {
            return false;
        };
        if !name.is_short()
            || is_platform(&name.body)
            || self.glued.is_some()
            || self.labels.len() >= 2
            || self.is_headed()
        {
            return false;
        }
        // "Plot", "9": a user's scores for parts of a work.
        let below_date = matches!(self.taken.as_slice(), [(_, Slot::Date)]);
        let part = below_date && layout.words_below_date && below.shape == Shape::Number;
        if self.fits_empty(below, layout) {
            return !part;
        }
        let two = below.is_short() && line(2).is_some_and(|third| third.shape == Shape::Date);
        if two && !layout.dates_last && self.date.is_none() && self.labels.is_empty() {
            return true;
        }
        if self.signed && self.byline.is_none() && self.date.is_none() {
            return name.could_be_name();
        }
        let last =
            self.labels.len() < layout.names_last && (self.score.is_some() || self.date.is_some());
        let bare = layout.bare_names && self.taken.is_empty();
        // "Yahoo!" above words that cite its page.
        let cites =
            || rest.last().and_then(|at| lines.get(*at)).is_some_and(|l| is_citation(&l.body));
        let exclaimed = || bare && !name.body.contains(' ') && name.body.ends_with('!') && cites();
        // "ninac." if all others have a name.
        let alone = || last && !name.body.contains(' ');
        let looks = (name.could_be_name() || alone() || exclaimed())
            && !is_part_mark(&name.body)
            && !goes_on(name, below);
        (last || bare)
            && looks
            && is_words(below)
            && (self.labels.is_empty() || !is_platform(&below.body))
    }

    /// A name precedes the date: a further short text begins the words.
    fn is_headed(&self) -> bool {
        let names = self.taken.iter().take_while(|(_, slot)| *slot == Slot::Name).count();
        let dated = self.taken.get(names).is_some_and(|(_, slot)| *slot == Slot::Date);
        names > 0 && dated && !self.labels.is_empty()
    }

    /// Whether a publication is below the score.
    fn ends_in_label(&self) -> bool {
        matches!(self.taken.as_slice(), [(_, Slot::Score), (_, Slot::Name)])
    }

    /// After a name and a date, a signature is part of the text.
    fn may_be_signed(&self) -> bool {
        !self.signed && (self.date.is_none() || self.labels.is_empty())
    }

    /// A name is expected below a list mark, or below the score alone.
    fn awaits_name(&self, line: &Line<'_>, first: bool) -> bool {
        first && (line.marker.is_some() || line.column > 1)
            || matches!(self.taken.as_slice(), [(_, Slot::Score)])
    }

    /// A user called "1984": a number where others have names.
    fn is_numeric_name(
        &self,
        line: &Line<'_>,
        first: bool,
        below: Option<&Line<'_>>,
        layout: ListLayout,
    ) -> bool {
        // A second number, before the name.
        let second = self.score.is_some() && self.date.is_none() && !self.is_named();
        // "N/A" in the position of a name.
        let wordy = number(&line.body).is_none() && !line.body.contains('/')
            || line.body.eq_ignore_ascii_case("n/a");
        let above_date = (second || first && (layout.numbers_name || wordy))
            && below.is_some_and(|line| line.shape == Shape::Date);
        let last = self.score.is_some()
            && self.labels.len() < layout.names_last
            && below.is_some_and(is_words);
        // "8.4" is the page's own score.
        (above_date || last) && !line.body.contains('.')
    }

    /// Splits "80 The Gull".
    fn takes_both(&mut self, body: &str) -> bool {
        let Some((score, name)) = score_and_name(body).filter(|_| self.score.is_none()) else {
            return false;
        };
        self.score = Some(score.to_owned());
        self.labels.push(name.to_owned());
        true
    }

    fn fits_empty(&self, line: &Line<'_>, layout: ListLayout) -> bool {
        match &line.shape {
            Shape::Date => self.date.is_none() && !layout.dates_last,
            Shape::NameDate { .. } => matches!(self.taken.as_slice(), [(_, Slot::Score)]),
            Shape::Number => self.score.is_none() && !layout.score_last,
            Shape::ReviewedBy(_) | Shape::Signed { .. } => self.may_be_signed(),
            Shape::By(_) => {
                self.byline.is_none() && !self.labels.is_empty() && self.taken.len() > 1
            }
            _ => false,
        }
    }

    /// The rest of the item: its words, without the frame around them.
    fn take_words(&mut self, lines: &[Line<'_>], rest: &[usize], layout: ListLayout) {
        let of = |at: &usize| lines.get(*at);
        let mut end = rest.len();
        while let Some(line) = end.checked_sub(1).and_then(|at| of(&rest[at])) {
            let link = is_link(line);
            // A card's platform follows its words, and does not replace them.
            let below = end < rest.len();
            let named = below || end > 1 && !is_season_label(&line.body);
            let platform = is_platform(&line.body) && named;
            let date = layout.dates_last && self.date.is_none() && line.shape == Shape::Date;
            if !link && !platform && !date {
                break;
            }
            if date {
                self.date = Some(date_text(&line.body));
            }
            end -= 1;
        }
        let notice = |at: &usize| of(at).is_some_and(|line| super::notice::is_notice(&line.body));
        let notices = rest[..end].iter().take_while(|at| notice(at)).count();
        self.taken.extend(rest[..notices].iter().map(|at| (*at, Slot::Notice)));
        self.words = rest[notices..end].to_vec();
        self.taken.extend(self.words.iter().map(|at| (*at, Slot::Words)));
        let foot = |at: &usize| match of(at).is_some_and(|line| line.shape == Shape::Date) {
            true => (*at, Slot::Date),
            false => (*at, Slot::End),
        };
        self.taken.extend(rest[end..].iter().map(foot));
    }

    /// Only words were found.
    pub fn is_bare(&self) -> bool {
        self.score.is_none() && self.date.is_none() && !self.is_named()
    }

    pub fn is_named(&self) -> bool {
        self.signed || self.byline.is_some() || self.glued.is_some() || !self.labels.is_empty()
    }
}

/// "Full review", "All this user's reviews".
pub fn is_link(line: &Line<'_>) -> bool {
    matches!(&line.shape, Shape::Boilerplate(role) if role.ends() || *role == Role::Advert)
}

pub fn is_words(line: &Line<'_>) -> bool {
    matches!(
        line.shape,
        Shape::Text | Shape::By(_) | Shape::NameDate { .. } | Shape::Boilerplate(Role::Notice)
    )
}
