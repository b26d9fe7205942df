//! The audience of a list: critics or users.
//!
//! Owns: weighing the evidence of the list itself, its surroundings and the page's headings. Must
//! never: decide by one heading alone: main pages print both headings above both lists.

use super::blocks::{Block, Kind};
use super::boilerplate::{Role, ends_in_button};
use super::figures::number;
use super::lines::{Line, Shape, is_citation};
use super::lists::List;
use super::slots::Slots;
use crate::record::ClaimKind;
use revdb_model::Audience;

/// A list's audience, and whether it is only assumed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attribution {
    pub audience: Audience,
    pub assumed: bool,
}

/// What a page says anywhere about either audience.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageEvidence {
    critics: bool,
    users: bool,
    critic_count: Option<f64>,
    rating_count: Option<f64>,
}

impl PageEvidence {
    pub fn of(blocks: &[Block]) -> PageEvidence {
        let mut found = PageEvidence::default();
        for block in blocks {
            let Kind::Statement(said) = &block.kind else {
                continue;
            };
            found.critics |= said.audience == Some(Audience::Critic);
            found.users |= said.audience == Some(Audience::User);
            match said.claim {
                Some((ClaimKind::CriticCount, count, _)) => {
                    found.critic_count = found.critic_count.or(Some(count));
                }
                Some((ClaimKind::RatingCount, count, _)) => {
                    found.rating_count = found.rating_count.or(Some(count));
                }
                _ => {}
            }
        }
        found
    }
}

/// A list in the context of its page.
pub struct Place<'a> {
    pub lines: &'a [Line<'a>],
    pub blocks: &'a [Block],
    /// Index of the list's block.
    pub at: usize,
    pub items: &'a [Slots],
    /// The audience of the previous list on the page.
    pub before: Option<Audience>,
    pub said: PageEvidence,
    /// The total in the last band above it.
    pub band: Option<f64>,
}

impl Place<'_> {
    /// Weighs the evidence from strongest to weakest.
    pub fn attribution(&self) -> Attribution {
        let told = self
            .by_ends()
            .or_else(|| self.by_most_items())
            .or_else(|| self.by_selection().filter(|told| *told == Audience::Critic))
            .or_else(|| self.by_numbers_above())
            .or_else(|| self.by_lone_heading())
            .or_else(|| self.by_selection())
            .or_else(|| self.by_items())
            .or_else(|| self.by_heading());
        if let Some(audience) = told {
            return Attribution { audience, assumed: false };
        }
        let guessed = self.by_names().or_else(|| self.by_scores());
        // The users' list is second, since the numbers start again.
        let second = self.before.map(|_| Audience::User).or_else(|| self.by_next_heading());
        let audience = guessed.or(second).unwrap_or(Audience::Critic);
        Attribution { audience, assumed: true }
    }

    fn list(&self) -> Option<&List> {
        self.blocks.get(self.at).and_then(Block::list)
    }

    /// "All this user's reviews" or "All this publication's reviews" ends them.
    fn by_ends(&self) -> Option<Audience> {
        let list = self.list()?;
        let lines = list.entries.iter().flat_map(|entry| &entry.lines);
        let (mut users, mut critics) = (0, 0);
        for line in lines.filter_map(|at| self.lines.get(*at)) {
            match line.shape {
                Shape::Boilerplate(Role::UserEnd) => users += 1,
                Shape::Boilerplate(Role::CriticEnd) => critics += 1,
                _ => {}
            }
        }
        (users + critics > 0).then_some(if users > critics {
            Audience::User
        } else {
            Audience::Critic
        })
    }

    /// As [`by_items`](Self::by_items), if more than half of all items agree. A single one may be
    /// accidental: a user's text may have a number on its own line, or "Reviewed by:".
    fn by_most_items(&self) -> Option<Audience> {
        let high = |score: &String| number(score).is_some_and(is_beyond_users);
        let critics = |item: &&Slots| item.signed || item.score.as_ref().is_some_and(high);
        let critics = self.items.iter().filter(critics).count();
        (critics * 2 > self.items.len()).then_some(Audience::Critic)
    }

    /// Only critics have "Reviewed by:" and scores above 10.
    fn by_items(&self) -> Option<Audience> {
        let scores = || self.items.iter().filter_map(|item| number(item.score.as_deref()?));
        let signed = self.items.iter().any(|item| item.signed);
        let high = scores().filter(|score| is_beyond_users(*score)).count() * 2 > scores().count();
        (signed || high).then_some(Audience::Critic)
    }

    /// The numbers continue from the list above, with nothing between.
    fn by_numbers_above(&self) -> Option<Audience> {
        let said = |block: &Block| matches!(block.kind, Kind::Statement(_));
        let own = self.own_blocks().filter(|own| !own.iter().any(said))?;
        let above = self.blocks.get(self.at.checked_sub(own.len() + 1)?)?.list()?;
        let last = above.entries.last()?.number.unwrap_or(above.entries.len() as u32);
        let first = self.list()?.entries.first()?.number?;
        self.before.filter(|_| first == last + 1)
    }

    /// "See all 20 Critic Reviews" under it.
    fn by_selection(&self) -> Option<Audience> {
        let after = self.blocks.get(self.at + 1..)?;
        let next = after.iter().find(|block| !matches!(block.kind, Kind::Left))?;
        let Kind::Boilerplate(Role::Selection) = next.kind else {
            return None;
        };
        let lower = self.lines.get(next.start)?.body.to_lowercase();
        match (lower.contains("critic"), lower.contains("user")) {
            (true, false) => Some(Audience::Critic),
            (false, true) => Some(Audience::User),
            _ => None,
        }
    }

    /// The text begins within this list: the heading of the other list follows.
    fn by_next_heading(&self) -> Option<Audience> {
        let next = self.blocks.get(self.at + 1..)?.iter().find_map(|block| match &block.kind {
            Kind::Statement(said) if said.certain => said.audience,
            _ => None,
        })?;
        (self.at == 0).then_some(match next {
            Audience::Critic => Audience::User,
            Audience::User => Audience::Critic,
        })
    }

    /// The only audience named between the previous list and this one, with the bands below it.
    fn by_lone_heading(&self) -> Option<Audience> {
        let own = self.own_blocks()?;
        let mut named = own.iter().filter_map(|block| match &block.kind {
            Kind::Statement(said) if said.certain => said.audience,
            _ => None,
        });
        let first = named.next()?;
        (named.all(|other| other == first) && self.above_bands(own)).then_some(first)
    }

    /// "There are no critic reviews yet." tells the audience of the only list.
    fn by_empty(&self) -> Option<Audience> {
        let empty = |audience: &str| {
            self.blocks.iter().any(|block| {
                let line = self.lines.get(block.start);
                let lower = line.map(|line| line.body.to_lowercase()).unwrap_or_default();
                // Not "No user score yet": two users may have written.
                matches!(block.kind, Kind::Boilerplate(Role::Empty))
                    && lower.starts_with("there are no")
                    && lower.contains(audience)
            })
        };
        let lists = self.blocks.iter().filter(|block| block.list().is_some()).count();
        match (empty("critic"), empty("user")) {
            (true, false) if lists == 1 => Some(Audience::User),
            (false, true) if lists == 1 => Some(Audience::Critic),
            _ => None,
        }
    }

    fn own_blocks(&self) -> Option<&[Block]> {
        let lists = self.blocks[..self.at].iter().rposition(|block| block.list().is_some());
        self.blocks.get(lists.map_or(0, |at| at + 1)..self.at)
    }

    /// The headings between the previous list and this one. If both are there, or none after a
    /// list, counts and positions decide.
    fn by_heading(&self) -> Option<Audience> {
        let own = self.own_blocks()?;
        let last = own.iter().rev().find_map(|block| match &block.kind {
            Kind::Statement(said) => Some(said),
            _ => None,
        });
        if is_menu(own) {
            return None;
        }
        // A heading of its own directly above it.
        if let Some(audience) = last
            .and_then(|said| said.audience)
            .filter(|_| last.is_some_and(|said| said.claim.is_none()))
        {
            return Some(audience);
        }
        let named = |wanted: Audience| {
            own.iter().any(
                |block| matches!(&block.kind, Kind::Statement(said) if said.audience == Some(wanted)),
            )
        };
        match (named(Audience::Critic), named(Audience::User)) {
            (true, false) => Some(Audience::Critic),
            (false, true) => Some(Audience::User),
            (true, true) => {
                let last = own.iter().rev().find_map(band_of);
                let counted = || self.by_count(last).or_else(|| self.by_bands_above(own, last));
                let told = self.by_empty().or_else(|| self.by_distribution(own)).or_else(counted);
                told.or(Some(self.in_turn()))
            }
            (false, false) => self.by_count(self.band).or_else(|| {
                // A main page: critics first, then users.
                (self.said.critics && self.said.users).then(|| self.in_turn())
            }),
        }
    }

    fn in_turn(&self) -> Audience {
        match self.before {
            Some(Audience::Critic) => Audience::User,
            _ => Audience::Critic,
        }
    }

    /// "User score distribution:" above the last bands, and no scores of the other audience below
    /// it.
    fn by_distribution(&self, own: &[Block]) -> Option<Audience> {
        let heading = own.iter().rev().find_map(|block| match &block.kind {
            Kind::Statement(said) if said.claim.is_none() && said.certain => Some(said.audience),
            _ => None,
        })?;
        let named = own.iter().rev().find_map(|block| match &block.kind {
            Kind::Statement(said) => said.audience,
            _ => None,
        });
        heading.filter(|_| heading == named && self.above_bands(own))
    }

    fn above_bands(&self, own: &[Block]) -> bool {
        own.iter().any(|block| band_of(block).is_some())
    }

    /// "out of 28", and 28 critics.
    fn by_count(&self, of: Option<f64>) -> Option<Audience> {
        let of = of?;
        let is = |count: Option<f64>| count.is_some_and(|count| (count - of).abs() < 0.5);
        match (is(self.said.critic_count), is(self.said.rating_count)) {
            (true, false) if self.before != Some(Audience::Critic) => Some(Audience::Critic),
            (false, true) => Some(Audience::User),
            _ => None,
        }
    }

    /// Bands with as many as there are critics precede the last ones.
    fn by_bands_above(&self, own: &[Block], last: Option<f64>) -> Option<Audience> {
        let count = self.said.critic_count?;
        let critics = |of: f64| (of - count).abs() < 0.5;
        let above = own.iter().filter_map(band_of).any(critics);
        (above && !critics(last?)).then_some(Audience::User)
    }

    /// Print publications cite the page: "[Mar 2004, p.92]"; a name glued to a date is a user's, as
    /// is a button below the words.
    fn by_names(&self) -> Option<Audience> {
        let list = self.list()?;
        let ends = || {
            let last = list.entries.iter().flat_map(|entry| entry.lines.last());
            last.filter_map(|at| self.lines.get(*at))
        };
        if ends().any(|line| is_citation(&line.body)) {
            return Some(Audience::Critic);
        }
        if ends().any(|line| ends_in_button(&line.body)) {
            return Some(Audience::User);
        }
        let glued = self.items.iter().any(|item| item.glued.is_some());
        // "ClaytonL.", as the site shortened users' names before 2010.
        let short = |label: &String| {
            let name = label.strip_suffix('.').unwrap_or("");
            let initial = name.ends_with(char::is_uppercase) && name.len() > 2;
            initial && name.chars().rev().nth(1).is_some_and(char::is_lowercase)
        };
        if self
            .items
            .iter()
            .any(|item| item.date.is_some() && item.labels.first().is_some_and(short))
        {
            return Some(Audience::User);
        }
        let dated = self.items.iter().any(|item| item.date.is_some() && item.labels.len() == 1);
        (glued || (dated && self.before.is_some())).then_some(Audience::User)
    }

    fn by_scores(&self) -> Option<Audience> {
        let scored = self.items.iter().any(|item| item.score.is_some());
        scored.then_some(Audience::User)
    }
}

/// A score that only critics give; "1984" is a name.
fn is_beyond_users(score: f64) -> bool {
    (10.1..=100.0).contains(&score)
}

/// "Critic Reviews" directly above "User Reviews": the page's menu, which labels no list.
fn is_menu(own: &[Block]) -> bool {
    let heading = |block: &Block| match &block.kind {
        Kind::Statement(said) if said.claim.is_none() => said.audience,
        _ => None,
    };
    let said = own.iter().filter(|block| matches!(block.kind, Kind::Statement(_))).count();
    let pair = own.windows(2).find_map(|pair| Some((heading(&pair[0])?, heading(&pair[1])?)));
    said == 2 && pair.is_some_and(|(first, second)| first != second)
}

/// The total in a band: 28 in "Positive: 24 out of 28".
pub fn band_of(block: &Block) -> Option<f64> {
    match &block.kind {
        Kind::Statement(said) => said.claim.and_then(|(kind, _, of)| match kind {
            ClaimKind::Positive | ClaimKind::Mixed | ClaimKind::Negative => of,
            _ => None,
        }),
        _ => None,
    }
}
