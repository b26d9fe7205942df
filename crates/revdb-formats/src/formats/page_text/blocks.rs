//! Splits a page into blocks: statements about scores, boilerplate, lists of reviews, and leftover
//! lines.
//!
//! Owns: assigning every line to a block, so that all lines are accounted for. Must never: read a
//! review's fields. A line inside a list belongs to the list, whatever its words.

use std::collections::BTreeMap;

use super::addresses::begins_address;
use super::boilerplate::{self, Role};
use super::claims::{Statement, statement_at};
use super::details::{detail, is_labelled};
use super::footer;
use super::heads::Head;
use super::lines::{Line, Marker, Shape};
use super::lists::{self, Entry, List, Order};
use super::markup::is_lone_mark;
use super::truncation::is_begun_count;
use super::{runs, summary};
use revdb_model::Audience;

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A statement about scores, or a heading.
    Statement(Statement),
    Boilerplate(Role),
    /// A line of details about the work.
    Detail,
    List(List),
    /// Unrecognised.
    Left,
    /// The text ends within an incomplete line.
    Cut,
}

/// Lines `start..end` and their kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
}

impl Block {
    pub fn list(&self) -> Option<&List> {
        match &self.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }
    }

    fn is_frame(&self) -> bool {
        matches!(self.kind, Kind::Boilerplate(Role::Frame | Role::Advert))
    }
}

/// The blocks of a page, in order, without gaps.
pub fn blocks(lines: &[Line<'_>], start: usize, page_end: usize) -> Vec<Block> {
    let end = footer::begins(lines, start, page_end);
    let ends = |at: &usize| matches!(lines[*at].shape, Shape::Boilerplate(role) if role.ends());
    let last_end = (start..end).rev().find(ends).unwrap_or(start);
    let joined = |at: &usize| lines[*at].shape == Shape::Boilerplate(Role::Joined);
    let mut scan = Scan {
        lines,
        end,
        last_end,
        barren: start,
        vain: BTreeMap::new(),
        first: (start..end).find(joined).unwrap_or(start),
        found: Vec::new(),
        sidebar: false,
        critics: None,
    };
    let mut at = start;
    while at < end {
        let (next, kind) = scan.block(at);
        let next = next.clamp(at + 1, end);
        scan.found.push(Block { start: at, end: next, kind });
        at = next;
    }
    let foot = Block { start: end, end: page_end, kind: Kind::Boilerplate(Role::Frame) };
    scan.found.extend((end < page_end).then_some(foot));
    scan.found
}

struct Scan<'a> {
    lines: &'a [Line<'a>],
    end: usize,
    /// The last line that ends a review.
    last_end: usize,
    /// No list recognised by heads begins before this line.
    barren: usize,
    /// By column: the line up to which its marks do not form a list of reviews.
    vain: BTreeMap<(bool, usize), usize>,
    /// No review begins before this line: the heading "What The Critics Said", if the page has it.
    first: usize,
    found: Vec<Block>,
    /// In a sidebar about other works, where no list of reviews begins.
    sidebar: bool,
    /// The audience of the scores mentioned last.
    critics: Option<bool>,
}

impl Scan<'_> {
    /// The block that begins at `at`: its end and kind.
    fn block(&mut self, at: usize) -> (usize, Kind) {
        let line = &self.lines[at];
        if let Some(said) = statement_at(self.lines, at).filter(|said| self.accepts(at, said)) {
            self.sidebar &= !said.certain && !band_of_claim(&said);
            if said.certain {
                self.vain.clear();
                // "Score distribution:" precedes the critics' list first.
                let neutral = said.audience.is_none() && said.claim.is_none();
                let first = || !self.found.iter().any(|block| block.list().is_some());
                self.critics = match said.audience {
                    Some(who) => Some(who == Audience::Critic),
                    None if neutral => Some(first()),
                    None => self.critics,
                };
            }
            return (at + said.lines, Kind::Statement(said));
        }
        if self.is_cut(at) {
            return (at + 1, Kind::Cut);
        }
        if let Some(widget) = self.widget(at) {
            return (widget, Kind::Boilerplate(Role::Widget));
        }
        if let Some(rankings) = self.rankings(at) {
            return (rankings, Kind::Boilerplate(Role::Frame));
        }
        // A user may be called "Share".
        let below = self.lines.get(at + 1).map(|line| &line.shape);
        let named = matches!(line.marker, Some(Marker::Number(_))) && below == Some(&Shape::Date);
        if let Shape::Boilerplate(role) = line.shape
            && (role != Role::Detail || line.marker != Some(Marker::Number(1)))
            && !named
        {
            self.sidebar |= role == Role::Sidebar;
            self.critics = if role == Role::Joined { Some(true) } else { self.critics };
            return (at + 1, Kind::Boilerplate(role));
        }
        if detail(line).is_some() && line.marker.is_none() || self.is_further_detail(at) {
            return (at + 1, Kind::Detail);
        }
        self.sidebar |= self.begins_details(at);
        if self.sidebar {
            return (at + 1, Kind::Boilerplate(Role::Sidebar));
        }
        if at < self.first {
            return (at + 1, Kind::Left);
        }
        match self.list(at) {
            Some(list) if summary::continues(self.lines, &self.found, &list) => {
                (list.end, Kind::Detail)
            }
            Some(list) if self.is_of_works(&list) => (list.end, Kind::Boilerplate(Role::Sidebar)),
            Some(list) => (list.end, Kind::List(list)),
            None => (at + 1, Kind::Left),
        }
    }

    /// The end of the work's ranks on the site ("67", "#67 Most Discussed PS2 Game of 2006") that
    /// begin at `at`.
    fn rankings(&self, at: usize) -> Option<usize> {
        if !self.lines[at].body.eq_ignore_ascii_case("awards & rankings") {
            return None;
        }
        let rank = |line: &Line<'_>| {
            line.shape == Shape::Number && line.marker.is_none()
                || line.raw.trim_start().starts_with('#')
        };
        (at + 1..self.end).find(|&at| !rank(&self.lines[at])).or(Some(self.end))
    }

    /// A statement without further words ("Positive: 24 out of 28") counts anywhere outside lists;
    /// in a sidebar only certain statements do.
    fn accepts(&self, at: usize, said: &Statement) -> bool {
        let number = self.lines[at].value().is_some() && said.lines > 1;
        let numbered = matches!(self.lines[at].marker, Some(Marker::Number(_)));
        if numbered {
            return band_of_claim(said);
        }
        !self.sidebar || (said.certain && !number)
    }

    /// "Air Time: 10:00 PM", a bullet below those of known details.
    fn is_further_detail(&self, at: usize) -> bool {
        let line = &self.lines[at];
        let bullet = |line: &Line<'_>| line.marker == Some(Marker::Bullet);
        let above = self.found.last().filter(|block| {
            let known = matches!(block.kind, Kind::Detail | Kind::Boilerplate(Role::Detail));
            known && bullet(&self.lines[block.start])
        });
        bullet(line) && above.is_some() && is_labelled(&line.body)
    }

    /// "Details" above the work's details at the foot of a page (2023 or later).
    fn begins_details(&self, at: usize) -> bool {
        let label = |line: &Line<'_>| {
            let lower = line.body.to_lowercase();
            detail(line).is_some()
                || ["production company", "release date", "initial release date", "duration"]
                    .iter()
                    .any(|label| lower.starts_with(label))
        };
        self.lines[at].body.eq_ignore_ascii_case("details")
            && self.lines.get(at + 1).filter(|_| at + 1 < self.end).is_some_and(label)
    }

    /// Whether the last line of the text is the truncated beginning of a known line.
    fn is_cut(&self, at: usize) -> bool {
        if at + 1 != self.lines.len() {
            return false;
        }
        if is_lone_mark(&self.lines[at].body) && self.below_bands() {
            return true;
        }
        let lower = self.lines[at].body.to_lowercase();
        let band = ["positive:", "mixed:", "negative:"].iter().any(|band| {
            let counts = lower.strip_prefix(band).is_some_and(is_begun_count);
            band.starts_with(lower.as_str()) || counts
        });
        let heads = [
            "score distribution:",
            "user score distribution:",
            "critic score distribution:",
            "metascore",
            "user score",
            "user reviews",
            "critic reviews",
            "see all ",
        ];
        let head = lower.len() >= 3 && heads.iter().any(|head| head.starts_with(lower.as_str()));
        (band && self.below_bands())
            || (self.lines[at].marker.is_none()
                && (head || boilerplate::is_truncated_known_line(&lower)))
    }

    /// The end of the voting widget that begins at `at`: a list whose items are all boilerplate,
    /// or a scale of bulleted numbers.
    fn widget(&self, at: usize) -> Option<usize> {
        let is_box = |line: &Line<'_>| matches!(line.shape, Shape::Boilerplate(Role::Widget));
        let scale =
            |line: &Line<'_>| line.marker == Some(Marker::Bullet) && line.shape == Shape::Number;
        // A single bulleted number is a review's score.
        if scale(&self.lines[at]) && self.lines.get(at + 1).is_some_and(scale) {
            return (at..self.end).find(|&at| !scale(&self.lines[at])).or(Some(self.end));
        }
        if !is_box(&self.lines[at]) {
            return None;
        }
        // "Your Score / 0 / Rate this".
        let chosen = |at: usize| {
            let below = self.lines.get(at + 1).filter(|_| at + 1 < self.end);
            self.lines[at].shape == Shape::Number && below.is_some_and(is_box)
        };
        let inside = |at: usize| is_box(&self.lines[at]) || scale(&self.lines[at]) || chosen(at);
        (at..self.end).find(|&at| !inside(at)).or(Some(self.end))
    }

    /// The list of reviews that begins at `at`.
    fn list(&mut self, at: usize) -> Option<List> {
        let line = &self.lines[at];
        if let Some(list) = self.marked(at) {
            return Some(list);
        }
        let critics = self.critics.unwrap_or(true);
        let head = Head::at(self.lines, at, self.end);
        let fresh = self.found.last().is_none_or(|block| !matches!(block.kind, Kind::Left));
        let begins = head
            .is_some_and(|head| head.is_sure() || head.glued || (fresh && self.critics.is_some()));
        let below_heading = self.below_heading() && line.shape == Shape::Text;
        if (head.is_some() || below_heading)
            && at < self.last_end
            && let Some(list) = runs::ended(self.lines, at, self.end, critics)
        {
            return Some(list);
        }
        if begins && at >= self.barren {
            match runs::headed(self.lines, at, self.end, critics) {
                Ok(list) => return Some(list),
                Err(next) => self.barren = next,
            }
        }
        let bands = self.critics == Some(true) && self.below_bands();
        let indented = line.marker.is_none() && line.column >= 2;
        let words = line.shape == Shape::Text && self.below_numbered_bands();
        if indented && (words || self.is_rest(at)) {
            return Some(runs::indented(self.lines, at, self.end, critics));
        }
        if bands { runs::bare_lines(self.lines, at, self.end) } else { None }
    }

    /// The marked list that begins at `at`. If it is no list of reviews, neither are the lists
    /// that would begin at its further items, so each is examined only once.
    fn marked(&mut self, at: usize) -> Option<List> {
        let line = &self.lines[at];
        let column = line.marker.map(|marker| (marker == Marker::Bullet, line.column));
        let is_vain = |column| self.vain.get(&column).is_some_and(|end| at < *end);
        if column.is_some_and(is_vain) {
            return None;
        }
        let (users, below) = (self.critics == Some(false), self.below_numbered_bands());
        let list = lists::marked(self.lines, at, self.end, users, below)?;
        if self.plausible(&list) {
            return Some(list);
        }
        self.vain.extend(column.map(|column| (column, list.end)));
        None
    }

    /// If the page mentioned scores, any numbered list is a list of reviews; otherwise it needs
    /// two items or the head of a review.
    fn plausible(&self, list: &List) -> bool {
        let head = list.entries.iter().any(|entry| {
            entry.lines.first().is_some_and(|&at| {
                Head::at(self.lines, at, entry.lines.last().map_or(at, |last| last + 1)).is_some()
            })
        });
        let links = list.entries.iter().all(|entry| {
            entry.lines.first().is_some_and(|&at| begins_address(&self.lines[at].body))
        });
        let bullets = list.entries.first().is_some_and(|entry| entry.number.is_none());
        let several = list.entries.len() > 1;
        let notice = |entry: &Entry| match entry.lines.as_slice() {
            [at] => runs::is_sentence(&self.lines[*at]),
            [at, _, ..] => runs::is_sentence(&self.lines[*at]) || self.lines[*at].could_be_name(),
            [] => false,
        };
        let notices = || several && self.below_bands() && list.entries.iter().all(notice);
        // The end of a list whose beginning is missing from the text.
        let rest = || list.start == 0 && list.entries.iter().all(|entry| entry.number > Some(1));
        // A menu: only names, before the page's first statement.
        let menu = || {
            list.entries.iter().all(|entry| match entry.lines.as_slice() {
                [at] => self.lines[*at].could_be_name(),
                _ => false,
            })
        };
        let numbered = !bullets && (self.critics.is_some() || several && !menu() || rest());
        !links && (head || numbered || bullets && notices())
    }

    /// Numbers alone (page numbers), or numbered titles below reviews: no reviews.
    fn is_of_works(&self, list: &List) -> bool {
        let below = self.found.iter().any(|block| block.list().is_some());
        let is_number = |at: &usize| self.lines[*at].shape == Shape::Number;
        let numbers = |entry: &Entry| entry.lines.iter().all(is_number);
        let work = |entry: &Entry| match entry.lines.as_slice() {
            [score, title] => is_number(score) && self.lines[*title].could_be_name(),
            _ => false,
        };
        list.order == Order::Marked
            && list.entries.len() > 1
            && (list.entries.iter().all(numbers) || below && list.entries.iter().all(work))
    }

    fn below_heading(&self) -> bool {
        self.found.last().is_some_and(|block| {
            matches!(&block.kind, Kind::Statement(said) if said.claim.is_none() && said.certain)
                || block.is_frame()
                || block.list().is_some()
        })
    }

    /// Directly below a numbered list of bands: the items of the next list lost their numbers.
    fn below_numbered_bands(&self) -> bool {
        self.found.iter().rev().find(|block| !block.is_frame()).is_some_and(|block| {
            matches!(&block.kind, Kind::Statement(said) if band_of_claim(said))
                && matches!(self.lines[block.start].marker, Some(Marker::Number(_)))
        })
    }

    /// The text begins within a list: its words are followed by a heading of the page.
    fn is_rest(&self, at: usize) -> bool {
        let below =
            (at..self.end).find(|&at| self.lines[at].column < 2 || self.lines[at].marker.is_some());
        let heading = |at| statement_at(self.lines, at).is_some_and(|said| said.certain);
        let begins = runs::is_sentence(&self.lines[at])
            || matches!(self.lines[at].shape, Shape::Date | Shape::Number);
        at == 0 && begins && below.is_some_and(heading)
    }

    fn below_bands(&self) -> bool {
        self.found.last().is_some_and(|block| matches!(&block.kind, Kind::Statement(_)))
    }
}

/// Bands are the only statements printed as a numbered list.
fn band_of_claim(said: &Statement) -> bool {
    use crate::record::ClaimKind::{Mixed, Negative, Positive};
    said.claim.is_some_and(|(kind, ..)| matches!(kind, Positive | Mixed | Negative))
}
