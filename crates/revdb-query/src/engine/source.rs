//! The input of the views: packed columns, properties of works, names.
//!
//! Must never: read what no view needs.

use std::sync::{Arc, OnceLock};

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use crate::Scope;
use crate::column_set::{ColumnSet, once};
use revdb_sql::sql;
use revdb_store::ArchiveError;
use revdb_store::columns::{Column, State};

/// Kinds of works, sorted by name. As a key, 0 is none and 1 the first.
pub const KINDS: [&str; 7] = ["album", "book", "game", "movie", "other", "product", "tv"];

/// If at least one review in this many passes, scanning all costs less than looking each up.
const DENSE: usize = 4;

/// Input shared by all views of one scope.
pub struct Shared {
    scope: Scope,
    /// From this many reviews, quotes are read on two connections.
    pub parallel_from: usize,
    set: OnceLock<ColumnSet>,
    works: OnceLock<Works>,
    names: OnceLock<Arc<Names>>,
}

/// The shared input for the connection that reads; each part is read on first use. All methods
/// fail as [`ColumnSet`] does.
pub struct Source<'c> {
    pub conn: &'c Connection,
    pub shared: &'c Shared,
}

type Numbers<'c> = Result<&'c [u32], ArchiveError>;

impl Shared {
    pub fn of(scope: Scope, parallel_from: usize) -> Self {
        let (set, works, names) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Shared { scope, parallel_from, set, works, names }
    }
}

impl<'c> Source<'c> {
    pub fn set(&self) -> Result<&'c ColumnSet, ArchiveError> {
        once(&self.shared.set, || ColumnSet::read(self.conn, &self.shared.scope))
    }

    /// The states of reviews in the scope; others do not exist.
    pub fn passing(&self) -> Result<&'c [State], ArchiveError> {
        Ok(self.set()?.passing())
    }

    pub fn works(&self) -> Numbers<'c> {
        self.set()?.numbers(self.conn, Column::Work)
    }

    pub fn critics(&self) -> Numbers<'c> {
        self.set()?.numbers(self.conn, Column::Critic)
    }

    pub fn publications(&self) -> Numbers<'c> {
        self.set()?.numbers(self.conn, Column::Publication)
    }

    pub fn dates(&self) -> Numbers<'c> {
        self.set()?.numbers(self.conn, Column::Date)
    }

    pub fn scores(&self) -> Result<&'c [f64], ArchiveError> {
        self.set()?.scores(self.conn)
    }

    /// Kinds, years and score bands of works.
    pub fn work_facts(&self) -> Result<&'c Works, ArchiveError> {
        once(&self.shared.works, || Works::read(self.conn))
    }

    pub fn names(&self) -> Result<Arc<Names>, ArchiveError> {
        once(&self.shared.names, || Names::read(self.conn).map(Arc::new)).cloned()
    }

    /// Whether so few reviews pass that each is looked up by itself.
    pub fn is_sparse(&self) -> Result<bool, ArchiveError> {
        let few = self.set()?.all().len() / DENSE;
        Ok(self.shared.scope.passing().is_some_and(|ids| ids.len() < few))
    }
}

/// The bands of a kind, from the archive's view `score_band`.
#[derive(Debug, Clone, Copy)]
struct Limits {
    positive_above: f64,
    positive_from: f64,
    negative_below: f64,
}

/// The band of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    Mixed,
    Negative,
    Positive,
}

/// Properties of works.
#[derive(Debug, Default)]
pub struct Works {
    /// By work: index in [`KINDS`] plus 1; 0 encodes none.
    kinds: Vec<u8>,
    /// By work; 0 encodes none.
    years: Vec<u32>,
    /// By kind.
    limits: Vec<Limits>,
}

impl Works {
    fn read(conn: &Connection) -> Result<Self, ArchiveError> {
        let mut works = Self::default();
        let mut statement = conn.prepare(sql("engine/works"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let kind = row.get_ref(1)?.as_str_or_null().ok().flatten();
            let kind = KINDS.iter().position(|known| Some(*known) == kind);
            let year: Option<u32> = row.get(2)?;
            let kind = kind.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0);
            put(&mut works.kinds, row.get(0)?, kind, 0);
            put(&mut works.years, row.get(0)?, year.unwrap_or(0), 0);
        }
        let mut limits = conn.prepare(sql("engine/bands"))?;
        for kind in [None].into_iter().chain(KINDS.iter().copied().map(Some)) {
            let of = |at, row: &rusqlite::Row<'_>| row.get::<_, Option<f64>>(at);
            works.limits.push(limits.query_row([kind], |row| {
                Ok(Limits {
                    positive_above: of(0, row)?.unwrap_or(f64::INFINITY),
                    positive_from: of(1, row)?.unwrap_or(f64::INFINITY),
                    negative_below: of(2, row)?.unwrap_or(f64::NEG_INFINITY),
                })
            })?);
        }
        Ok(works)
    }

    /// Index of a work's kind in [`KINDS`] plus 1; 0 encodes none.
    pub fn kind(&self, work: u32) -> u32 {
        self.kinds.get(work as usize).map_or(0, |kind| u32::from(*kind))
    }

    /// A work's year; 0 encodes none.
    pub fn year(&self, work: u32) -> u32 {
        self.years.get(work as usize).copied().unwrap_or(0)
    }

    /// The band of a score of this work.
    #[inline]
    pub fn band(&self, work: u32, score: f64) -> Band {
        match self.limits.get(self.kind(work) as usize) {
            Some(limits) if score > limits.positive_above || score >= limits.positive_from => {
                Band::Positive
            }
            Some(limits) if score < limits.negative_below => Band::Negative,
            _ => Band::Mixed,
        }
    }
}

/// Numbered texts in one buffer.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    all: String,
    /// End offset of each.
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text and returns its number.
    pub fn push(&mut self, text: &str) -> u32 {
        self.all.push_str(text);
        self.ends.push(self.all.len());
        super::count(self.ends.len() - 1)
    }

    pub fn get(&self, number: u32) -> Option<&str> {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before))?;
        self.all.get(*start..*self.ends.get(at)?)
    }
}

/// Titles in sorted order, and the names of reviewers.
#[derive(Debug, Default)]
pub struct Names {
    /// Titles with years; a work's number is its rank, from 1.
    pub titles: Texts,
    /// By work: the rank of its title; 0 encodes none.
    pub places: Vec<u32>,
    /// Critics' names, then bylines without a critic.
    pub writers: Texts,
    /// By critic: the number of the name.
    of_critics: Vec<u32>,
    /// By review: the number of the byline.
    bylines: FxHashMap<u32, u32>,
}

impl Names {
    fn read(conn: &Connection) -> Result<Self, ArchiveError> {
        let mut names = Self::default();
        let mut unsorted = Texts::default();
        let works = each_text(conn, sql("engine/titles"), &mut unsorted)?;
        let title = |(work, at)| (unsorted.get(at).unwrap_or(""), work);
        let mut works: Vec<(&str, u32)> = works.into_iter().map(title).collect();
        works.sort_unstable();
        names.titles.push("");
        for (title, work) in works {
            let place = names.titles.push(title);
            put(&mut names.places, work, place, 0);
        }
        for (critic, number) in each_text(conn, sql("engine/critics"), &mut names.writers)? {
            put(&mut names.of_critics, critic, number, u32::MAX);
        }
        let bylines = each_text(conn, sql("engine/bylines"), &mut names.writers)?;
        names.bylines = bylines.into_iter().collect();
        Ok(names)
    }

    /// The number in `writers` of a review's critic or byline.
    pub fn writer(&self, review: u32, critic: u32) -> u32 {
        let named = self.of_critics.get(critic as usize).filter(|_| critic > 0);
        named.or_else(|| self.bylines.get(&review)).copied().unwrap_or(u32::MAX)
    }
}

/// Adds the texts of a statement and returns their ids and numbers.
fn each_text(
    conn: &Connection,
    select: &str,
    texts: &mut Texts,
) -> rusqlite::Result<Vec<(u32, u32)>> {
    let mut statement = conn.prepare(select)?;
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, texts.push(row.get_ref(1)?.as_str()?))))?;
    rows.collect()
}

/// Sets an element, filling new ones before it with `none`.
fn put<T: Clone>(all: &mut Vec<T>, id: u32, value: T, none: T) {
    let at = id as usize;
    if all.len() <= at {
        all.resize(at + 1, none);
    }
    if let Some(into) = all.get_mut(at) {
        *into = value;
    }
}
