//! What the views are worked out from: the packed facts, and what is asked of works and names.
//!
//! Must never: read what no view in question wants.

use std::sync::Arc;

use rusqlite::Connection;

use super::{AUDIENCES, View};
use crate::archive::ArchiveError;
use crate::archive::columns::Column;
use crate::archive::sql::sql;
use crate::query::facts::{self, Facts};
use crate::query::laid::{Cells, Texts};

/// Kinds of works, in the order of their words; in a key 0 is none and 1 the first.
pub const KINDS: [&str; 7] = ["album", "book", "game", "movie", "other", "product", "tv"];
const GAME: u8 = 3;

/// What of the works or critics a view wants beside the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    Nothing,
    /// Kinds and years.
    Works,
    /// Titles in their order, and the critics' names.
    Names,
}

#[derive(Debug, Default)]
pub struct Source {
    pub facts: Facts,
    /// By work: its kind's place in [`KINDS`] and 1; 0 where it has none.
    kinds: Vec<u8>,
    /// By work; 0 where it has none.
    years: Vec<u32>,
    pub names: Names,
}

#[derive(Debug, Default)]
pub struct Names {
    /// With the years; a work's number is its place among them.
    pub titles: Arc<Texts>,
    /// By work: the place of its title, from 1; 0 of a work that is not there.
    pub places: Vec<u32>,
    pub critics: Arc<Texts>,
    /// By critic: the number of the name.
    pub of_critics: Vec<u32>,
}

impl Source {
    /// Reads what these views want.
    ///
    /// # Errors
    /// As [`facts::read`].
    pub fn read(conn: &Connection, views: &[&View]) -> Result<Self, ArchiveError> {
        let wanted: Vec<Column> = views.iter().flat_map(|view| view.wanted).copied().collect();
        let wants = |beside| views.iter().any(|view| view.beside == beside);
        let mut source = Source { facts: facts::read(conn, &wanted)?, ..Source::default() };
        if wants(Beside::Works) {
            source.read_works(conn)?;
        }
        if wants(Beside::Names) {
            source.names = Names::read(conn)?;
        }
        Ok(source)
    }

    fn read_works(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        let mut statement = conn.prepare(sql("computed/works"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let kind = match row.get_ref(1)?.as_str_or_null() {
                Ok(Some(kind)) => KINDS.iter().position(|known| *known == kind),
                _ => None,
            };
            let kind = kind.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0);
            let year: Option<u32> = row.get(2)?;
            put(&mut self.kinds, row.get(0)?, kind);
            put(&mut self.years, row.get(0)?, year.unwrap_or(0));
        }
        Ok(())
    }

    pub fn is_of_game(&self, work: u32) -> bool {
        self.kinds.get(work as usize) == Some(&GAME)
    }

    /// The key of each review's work by kind; 0 of none.
    pub fn by_kind(&self) -> Vec<u32> {
        let kind = |work: &u32| self.kinds.get(*work as usize).copied().unwrap_or(0);
        self.facts.works.iter().map(|work| u32::from(kind(work))).collect()
    }

    /// The year of each review's work; 0 of none.
    pub fn by_year(&self) -> Vec<u32> {
        let year = |work: &u32| self.years.get(*work as usize).copied().unwrap_or(0);
        self.facts.works.iter().map(year).collect()
    }
}

impl Names {
    fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let mut sorted: Vec<(String, u32)> = conn
            .prepare(sql("computed/titles"))?
            .query_map([], |row| Ok((row.get(1)?, row.get(0)?)))?
            .collect::<rusqlite::Result<_>>()?;
        sorted.sort_unstable();
        let (mut titles, mut places) = (Texts::default(), Vec::new());
        titles.push("");
        for (place, (title, work)) in (1..).zip(sorted) {
            titles.push(&title);
            put(&mut places, work, place);
        }
        let (mut critics, mut of_critics) = (Texts::default(), Vec::new());
        let mut statement = conn.prepare(sql("computed/critics"))?;
        let mut rows = statement.query([])?;
        let mut number = 0;
        while let Some(row) = rows.next()? {
            critics.push(&row.get::<_, String>(1)?);
            fill(&mut of_critics, row.get(0)?, number, u32::MAX);
            number += 1;
        }
        Ok(Names { titles: Arc::new(titles), places, critics: Arc::new(critics), of_critics })
    }
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
