//! What the views are worked out from: the packed columns, and what is asked of works and names.
//!
//! Must never: read what no view that is read asks for.

use std::sync::{Arc, OnceLock};

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use crate::Scope;
use crate::column_set::{ColumnSet, once};
use revdb_sql::sql;
use revdb_store::ArchiveError;
use revdb_store::columns::{Column, State};

/// Kinds of works, in the order of their words; in a key 0 is none and 1 the first.
pub const KINDS: [&str; 7] = ["album", "book", "game", "movie", "other", "product", "tv"];

/// Where at least one review of so many passes, reading all in a row costs less than looking each up.
const DENSE: usize = 4;

/// What all views of one laying share.
pub struct Shared {
    scope: Scope,
    /// The quotes of so many reviews are read on two connections at once.
    pub two_from: usize,
    set: OnceLock<ColumnSet>,
    works: OnceLock<Works>,
    names: OnceLock<Arc<Names>>,
}

/// The same for a connection that reads; each part is read when it is first asked for. All of these
/// fail as [`ColumnSet`] does.
pub struct Source<'c> {
    pub conn: &'c Connection,
    pub shared: &'c Shared,
}

type Numbers<'c> = Result<&'c [u32], ArchiveError>;

impl Shared {
    pub fn of(scope: Scope, two_from: usize) -> Self {
        let (set, works, names) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Shared { scope, two_from, set, works, names }
    }
}

impl<'c> Source<'c> {
    pub fn set(&self) -> Result<&'c ColumnSet, ArchiveError> {
        once(&self.shared.set, || ColumnSet::read(self.conn, &self.shared.scope))
    }

    /// What passes; of a review that does not, nothing is there.
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

    /// Kinds, years and bands of works.
    pub fn work_facts(&self) -> Result<&'c Works, ArchiveError> {
        once(&self.shared.works, || Works::read(self.conn))
    }

    pub fn names(&self) -> Result<Arc<Names>, ArchiveError> {
        once(&self.shared.names, || Names::read(self.conn).map(Arc::new)).cloned()
    }

    /// So few reviews pass that each is looked up by itself.
    pub fn is_sparse(&self) -> Result<bool, ArchiveError> {
        let few = self.set()?.all().len() / DENSE;
        Ok(self.shared.scope.passing().is_some_and(|ids| ids.len() < few))
    }
}

/// Where the bands of a kind begin and end, as the archive's view `score_band` has them.
#[derive(Debug, Clone, Copy)]
struct Limits {
    positive_above: f64,
    positive_from: f64,
    negative_below: f64,
}

/// What a score says of a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    Mixed,
    Negative,
    Positive,
}

/// What is known of works.
#[derive(Debug, Default)]
pub struct Works {
    /// By work: its kind's place in [`KINDS`] and 1; 0 where it has none.
    kinds: Vec<u8>,
    /// By work; 0 where it has none.
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

    /// The place of a work's kind in [`KINDS`] and 1; 0 where it has none.
    pub fn kind(&self, work: u32) -> u32 {
        self.kinds.get(work as usize).map_or(0, |kind| u32::from(*kind))
    }

    /// 0 where it has none.
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

/// Many texts, one behind the other, by number.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    all: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text, and gives its number.
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

/// Titles in their order, and who wrote a review.
#[derive(Debug, Default)]
pub struct Names {
    /// With the years; a work's number is its place among them, from 1.
    pub titles: Texts,
    /// By work: the place of its title; 0 of a work that is not there.
    pub places: Vec<u32>,
    /// Critics' names, then bylines that name nobody.
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

    /// The number of a review's critic, or byline, among the writers.
    pub fn writer(&self, review: u32, critic: u32) -> u32 {
        let named = self.of_critics.get(critic as usize).filter(|_| critic > 0);
        named.or_else(|| self.bylines.get(&review)).copied().unwrap_or(u32::MAX)
    }
}

/// Ids with the numbers that their texts get.
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

/// Puts a value in its place, and `none` in those before it that had none.
fn put<T: Clone>(all: &mut Vec<T>, id: u32, value: T, none: T) {
    let at = id as usize;
    if all.len() <= at {
        all.resize(at + 1, none);
    }
    if let Some(into) = all.get_mut(at) {
        *into = value;
    }
}
