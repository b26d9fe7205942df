//! What the views are worked out from: the packed facts, and what is asked of works and names.
//!
//! Must never: read what no view that is read wants.

use std::sync::{Arc, OnceLock};

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::{AUDIENCES, View};
use crate::archive::ArchiveError;
use crate::archive::sql::sql;
use crate::query::Scope;
use crate::query::facts::Facts;
use crate::query::laid::{Cells, Texts};

/// Kinds of works, in the order of their words; in a key 0 is none and 1 the first.
pub const KINDS: [&str; 7] = ["album", "book", "game", "movie", "other", "product", "tv"];
const GAME: u8 = 3;

/// Where at least one review of so many passes, reading all in a row costs less than looking each up.
const DENSE: usize = 4;

/// What of the works or critics a view wants beside the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    Nothing,
    /// Kinds and years.
    Works,
    /// Titles in their order, critics' names and bylines.
    Names,
}

#[derive(Debug)]
pub struct Source {
    pub facts: Facts,
    /// So few reviews pass that each is looked up by itself.
    pub is_sparse: bool,
    works: OnceLock<Works>,
    names: OnceLock<Names>,
}

#[derive(Debug, Default)]
struct Works {
    /// By work: its kind's place in [`KINDS`] and 1; 0 where it has none.
    kinds: Vec<u8>,
    /// By work; 0 where it has none.
    years: Vec<u32>,
}

#[derive(Debug, Default)]
pub struct Names {
    /// With the years; a work's number is its place among them.
    pub titles: Arc<Texts>,
    /// By work: the place of its title, from 1; 0 of a work that is not there.
    pub places: Vec<u32>,
    /// Critics' names, then bylines that name nobody.
    writers: Arc<Texts>,
    /// By critic: the number of the name.
    of_critics: Vec<u32>,
    /// By review: the number of the byline.
    bylines: FxHashMap<u32, u32>,
}

impl Source {
    /// Reads which reviews there are.
    ///
    /// # Errors
    /// As [`Facts::read`].
    pub fn read(conn: &Connection, scope: &Scope) -> Result<Self, ArchiveError> {
        let facts = Facts::read(conn, scope)?;
        let few = facts.all().len() / DENSE;
        let is_sparse = scope.passing().is_some_and(|ids| ids.len() < few);
        Ok(Source { facts, is_sparse, works: OnceLock::new(), names: OnceLock::new() })
    }

    /// Reads what the view wants and no other one wanted.
    ///
    /// # Errors
    /// As [`Facts::want`].
    pub fn want(&self, conn: &Connection, view: &View) -> Result<(), ArchiveError> {
        self.facts.want(conn, view.wanted)?;
        if view.beside == Beside::Works && self.works.get().is_none() {
            let works = Works::read(conn)?;
            self.works.get_or_init(|| works);
        }
        if view.beside == Beside::Names && self.names.get().is_none() {
            let names = Names::read(conn)?;
            self.names.get_or_init(|| names);
        }
        Ok(())
    }

    pub fn names(&self) -> &Names {
        self.names.get_or_init(Names::default)
    }

    pub fn is_of_game(&self, work: u32) -> bool {
        self.kind(work) == GAME
    }

    fn kind(&self, work: u32) -> u8 {
        self.works.get().and_then(|works| works.kinds.get(work as usize)).copied().unwrap_or(0)
    }

    /// The key of each review's work by kind; 0 of none.
    pub fn by_kind(&self) -> Vec<u32> {
        self.facts.works().iter().map(|work| u32::from(self.kind(*work))).collect()
    }

    /// The year of each review's work; 0 of none.
    pub fn by_year(&self) -> Vec<u32> {
        let years = self.works.get().map_or(&[][..], |works| &works.years);
        let year = |work: &u32| years.get(*work as usize).copied().unwrap_or(0);
        self.facts.works().iter().map(year).collect()
    }
}

impl Works {
    fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let mut works = Self::default();
        let mut statement = conn.prepare(sql("computed/works"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let kind = match row.get_ref(1)?.as_str_or_null() {
                Ok(Some(kind)) => KINDS.iter().position(|known| *known == kind),
                _ => None,
            };
            let kind = kind.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0);
            let year: Option<u32> = row.get(2)?;
            put(&mut works.kinds, row.get(0)?, kind);
            put(&mut works.years, row.get(0)?, year.unwrap_or(0));
        }
        Ok(works)
    }
}

impl Names {
    fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let mut names = Self::default();
        let unsorted = texts(conn, sql("computed/titles"))?;
        let mut works: Vec<(&str, u32)> = (0..)
            .zip(&unsorted.1)
            .map(|(at, &work)| (unsorted.0.get(at).unwrap_or(""), work))
            .collect();
        works.sort_unstable();
        let mut titles = Texts::default();
        titles.push("");
        for (place, (title, work)) in (1..).zip(works) {
            titles.push(title);
            put(&mut names.places, work, place);
        }
        names.titles = Arc::new(titles);
        let (mut writers, ids) = texts(conn, sql("computed/critics"))?;
        for (number, critic) in (0..).zip(ids) {
            fill(&mut names.of_critics, critic, number, u32::MAX);
        }
        let (bylines, reviews) = texts(conn, sql("computed/bylines"))?;
        for (at, review) in (0..).zip(reviews) {
            let number = u32::try_from(writers.len()).unwrap_or(u32::MAX);
            writers.push(bylines.get(at).unwrap_or(""));
            names.bylines.insert(review, number);
        }
        names.writers = Arc::new(writers);
        Ok(names)
    }

    /// The number of a review's critic, or byline, in [`writers`](Self::writers).
    pub fn writer(&self, review: u32, critic: u32) -> u32 {
        let named = self.of_critics.get(critic as usize).filter(|_| critic > 0);
        named.or_else(|| self.bylines.get(&review)).copied().unwrap_or(u32::MAX)
    }

    pub fn writers(&self) -> &Arc<Texts> {
        &self.writers
    }
}

/// Ids and texts, in the order they come.
fn texts(conn: &Connection, select: &str) -> rusqlite::Result<(Texts, Vec<u32>)> {
    let (mut texts, mut ids) = (Texts::default(), Vec::new());
    let mut statement = conn.prepare(select)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        texts.push(row.get_ref(1)?.as_str()?);
        ids.push(row.get(0)?);
    }
    Ok((texts, ids))
}

/// Puts a value in its place, and 0 in those before it that had none.
fn put<T: Clone + Default>(all: &mut Vec<T>, id: u32, value: T) {
    fill(all, id, value, T::default());
}

fn fill<T: Clone>(all: &mut Vec<T>, id: u32, value: T, none: T) {
    let at = id as usize;
    if all.len() <= at {
        all.resize(at + 1, none);
    }
    if let Some(into) = all.get_mut(at) {
        *into = value;
    }
}

/// The audiences of groups, from the flag that slots give.
pub fn audiences(flags: impl Iterator<Item = u8>) -> Cells {
    Cells::Word(&AUDIENCES, flags.collect())
}
