//! Where reviews begin and end on a page of text.
//!
//! Owns: the sections of a page, which heads count in them, and how far a
//! review's words go. Must never: split a review at a number or a date of its
//! own words. What tells the two apart is learnt from the section: whether its
//! reviews carry list marks, and whether a line such as "All this user's
//! reviews" ends each of them.

use super::claims::{Said, said_at};
use super::head::{Head, Strength};
use super::line::{Footer, Line, Marker, Shape};
use crate::domain::Audience;

/// A run of lines about one audience.
#[derive(Debug, Clone, Default)]
pub struct Section {
    pub end: usize,
    /// From the heading.
    heading: Option<Audience>,
    user_ends: usize,
    critic_ends: usize,
    other_ends: usize,
    /// Runs of lines that end a review.
    end_runs: usize,
    heads: usize,
    marked_heads: usize,
    /// Heads with name and date above the score.
    reversed_heads: usize,
}

impl Section {
    /// Most of its reviews are ended by a line of their own.
    pub fn footered(&self) -> bool {
        self.closes_each() || (self.end_runs > 0 && self.end_runs * 2 >= self.heads)
    }

    /// A user page with a closing line under (most of) its reviews: a review
    /// begins only after one, score first. So a line of words such as "Played
    /// until Mar 5, 2019" above a number of its own begins none, nor counts
    /// among the reviews that should have a closing line.
    fn closes_each(&self) -> bool {
        self.user_ends > 0 && self.end_runs * 2 >= self.heads - self.reversed_heads
    }

    /// Whether a head in the midst of an open review's words is one of theirs.
    fn keeps_in_words(&self, head: &Head) -> bool {
        let reversed = self.user_ends > 0 && head.reversed;
        head.glued.is_some() && (reversed || self.closes_each())
    }

    /// Most of its reviews carry a list mark.
    fn marked(&self) -> bool {
        self.marked_heads * 2 > self.heads
    }

    /// Cards of 2023 and later: no "All this …'s reviews" under them.
    pub fn cards(&self) -> bool {
        self.other_ends > 0 && self.user_ends + self.critic_ends == 0
    }

    /// Whose reviews stand here. What ends the reviews says more than the
    /// heading: a critic page's summary mentions the user score last.
    pub fn audience(&self) -> Option<Audience> {
        if self.user_ends > self.critic_ends {
            Some(Audience::User)
        } else if self.critic_ends > 0 {
            Some(Audience::Critic)
        } else {
            self.heading
        }
    }
}

/// The sections of a page, in order; each begins where the one before ends.
pub fn sections(lines: &[Line<'_>]) -> Vec<Section> {
    let mut done: Vec<Section> = Vec::new();
    let mut open = Section::default();
    let mut at = 0;
    let mut in_run = false;
    while at < lines.len() {
        if let Shape::Footer(footer) = &lines[at].shape {
            match footer {
                Footer::User => open.user_ends += 1,
                Footer::Critic => open.critic_ends += 1,
                Footer::Any => open.other_ends += 1,
            }
            open.end_runs += usize::from(!in_run);
            in_run = true;
            at += 1;
            continue;
        }
        in_run = false;
        if let Some(said) = said_at(lines, at) {
            if said.certain && said.audience != open.heading {
                done.push(Section { end: at, ..std::mem::take(&mut open) });
                open.heading = said.audience;
            }
            at += said.lines;
            continue;
        }
        match Head::at(lines, at)
            .filter(|head| head.strength > Strength::Number || head.marker.is_some())
        {
            Some(head) => {
                open.heads += 1;
                open.marked_heads += usize::from(head.marker.is_some());
                open.reversed_heads += usize::from(head.reversed);
                at = head.end;
            }
            None => at += 1,
        }
    }
    done.push(Section { end: lines.len(), ..open });
    done
}

/// One stretch of the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Said(Said),
    /// A review: its head, and the lines of its words.
    Review {
        head: Head,
        words: Vec<usize>,
    },
}

/// A part, the line it begins with and the one after its last, and its section.
pub struct Placed {
    pub start: usize,
    pub end: usize,
    pub section: usize,
    pub part: Part,
}

/// Cuts the page into statements and reviews; what is neither is left out.
pub fn parts(lines: &[Line<'_>], sections: &[Section]) -> Vec<Placed> {
    let mut found = Vec::new();
    let mut start = 0;
    for (index, section) in sections.iter().enumerate() {
        Walk::new(lines, section)
            .run(start, |start, end, part| found.push(Placed { start, end, section: index, part }));
        start = section.end;
    }
    found
}

/// One way through a section.
struct Walk<'a> {
    lines: &'a [Line<'a>],
    section: &'a Section,
    /// List number of the review before.
    last_number: u32,
    /// Score of the review before.
    last_score: Option<f64>,
    /// Some review so far had more than one line of words.
    long_words: bool,
}

impl<'a> Walk<'a> {
    fn new(lines: &'a [Line<'a>], section: &'a Section) -> Self {
        Self { lines, section, last_number: 0, last_score: None, long_words: false }
    }

    fn run(mut self, start: usize, mut put: impl FnMut(usize, usize, Part)) {
        let mut at = start;
        // A number alone begins a review only right after something that ends what was before.
        let mut fresh = false;
        while at < self.section.end {
            if let Some(said) = said_at(self.lines, at) {
                let end = at + said.lines;
                put(at, end, Part::Said(said));
                at = end;
                fresh = true;
            } else if let Some(head) = self.admitted(at, None, fresh) {
                self.note(&head);
                let (words, end, closed) = self.words(&head);
                let lost = head.strength == Strength::Number && self.section.footered() && !closed;
                if !lost {
                    put(at, end, Part::Review { head, words });
                }
                at = end;
                fresh = true;
            } else {
                fresh = matches!(self.lines[at].shape, Shape::Footer(_));
                at += 1;
            }
        }
    }

    fn note(&mut self, head: &Head) {
        if let Some(Marker::Number(number)) = head.marker {
            self.last_number = number;
        }
        self.last_score =
            head.score.as_deref().and_then(super::figures::number).or(self.last_score);
    }

    /// The head at `at`, if it counts there. `said` is the number of lines of
    /// words of the review that is open, `None` where none is.
    fn admitted(&self, at: usize, said: Option<usize>, fresh: bool) -> Option<Head> {
        let head = Head::at(self.lines, at).filter(|head| head.end <= self.section.end)?;
        let label_first = self.lines[at].shape == Shape::Text;
        if label_first && said == Some(0) {
            return None;
        }
        let counts = match head.strength {
            _ if said.is_some() && self.section.keeps_in_words(&head) => false,
            Strength::Certain => true,
            _ if said.is_some() && self.section.footered() => false,
            Strength::Several if self.section.marked() => head.marker.is_some(),
            Strength::Several => true,
            Strength::Number => self.number_counts(&head, said, fresh),
        };
        counts.then_some(head)
    }

    /// A number alone: with the next list number, or where scores fall down
    /// the page as Metacritic sorts them and words follow.
    fn number_counts(&self, head: &Head, said: Option<usize>, fresh: bool) -> bool {
        let words_follow = self.lines.get(head.end).is_some_and(|line| line.shape == Shape::Text)
            && head.end < self.section.end;
        if !words_follow || said == Some(0) {
            return false;
        }
        match head.marker {
            Some(Marker::Number(number)) => {
                number == self.last_number + 1 || number == self.last_number
            }
            Some(Marker::Bullet) => self.section.marked(),
            None if self.section.marked() => false,
            None => {
                let value = head.score.as_deref().and_then(super::figures::number);
                let falls =
                    matches!((value, self.last_score), (Some(value), Some(last)) if value <= last);
                self.section.heads > 0
                    && (fresh || said.is_some())
                    && (falls || self.section.footered())
            }
        }
    }

    /// The lines of a review's words, the first line after it, and whether a
    /// line of its own ended it.
    fn words(&mut self, head: &Head) -> (Vec<usize>, usize, bool) {
        let mut words = Vec::new();
        let mut at = head.end;
        while at < self.section.end {
            match self.lines[at].shape {
                Shape::Footer(_) => return (self.noted(words), at, true),
                Shape::Furniture => {}
                _ if self.admitted(at, Some(words.len()), false).is_some() => {
                    return (self.noted(words), at, true);
                }
                _ if !self.section.footered()
                    && said_at(self.lines, at).is_some_and(|said| said.certain) =>
                {
                    return (self.noted(words), at, true);
                }
                _ => words.push(at),
            }
            at += 1;
        }
        let closed = self.section.end < self.lines.len();
        if !closed {
            self.cut_tail(head, &mut words);
        }
        let end = words.last().map_or(head.end, |last| last + 1);
        (words, end.max(head.end), closed)
    }

    fn noted(&mut self, words: Vec<usize>) -> Vec<usize> {
        self.long_words |= words.len() > 1;
        words
    }

    /// Nothing marks the end of the last review of a page: it goes to the first
    /// furniture, and where all others were one line long, to the first blank line.
    fn cut_tail(&self, head: &Head, words: &mut Vec<usize>) {
        let mut expected = head.end;
        let keep = words
            .iter()
            .take_while(|&&at| {
                let next =
                    at == expected && (at == head.end || self.long_words || !self.lines[at].gap);
                expected = at + 1;
                next
            })
            .count();
        words.truncate(keep);
    }
}
