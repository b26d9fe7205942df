//! `duplicate_candidates`: reviews of one work whose quotes nearly agree.
//!
//! Two passes over the quotes. The first keeps some numbers of each; what begins alike is
//! compared within its group. A quote that contains another has the other's first 20 bytes
//! somewhere, so the second pass looks for those: every 20 bytes of each quote are asked of
//! the beginnings of its work, and only what is found there is compared letter by letter.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rusqlite::{Connection, Statement};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::parallel_scan::in_parallel;
use super::source::Source;
use super::{View, count, incomplete};
use crate::memory_table::{Cell, Column, Record};
use crate::sqlite_rules::tokens::{Cutter, Quote, Span, each_quote, letters_in, up_to};
use revdb_sql::sql;
use revdb_store::ArchiveError;
use revdb_store::columns::State;

pub const VIEW: View = View {
    name: "duplicate_candidates",
    columns: Candidates::columns,
    ascending: 2,
    key: 1,
    reviews_a_row: 100,
    narrowing: &[],
    costly: &[],
    make: |source, _| Ok(Arc::new(make(source)?)),
};

/// As many letters must begin alike; shorter quotes are left alone.
const BEGINNING: usize = 20;
/// Quotes that begin with the same so many are a pair whatever follows.
const ALIKE: usize = 60;
/// A beginning that more reviews of one work share is a phrase of the work's, not of a review.
const MOST_ALIKE: usize = 200;
/// Of the rolling hash: odd, its bits well mixed (the 64-bit golden ratio).
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// What of one quote is kept.
struct Kept {
    id: u32,
    /// Work and audience.
    group: u64,
    /// 0 where nobody is named.
    critic: u32,
    score_text: Option<u64>,
    letters: u32,
    beginning: u64,
    alike: u64,
    /// The rolling hash of the first [`BEGINNING`] bytes.
    anchor: u64,
}

/// Why two reviews may be one; of several reasons the first. In the order of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Beginning,
    Contained,
    CutOff,
    NoQuote,
}

struct Candidates {
    id: u32,
    other_id: u32,
    why: Why,
}

impl Record for Candidates {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::integer("id", |row| Cell::id(row.id)),
        Column::integer("other_id", |row| Cell::id(row.other_id)),
        Column::text("why", |row| match row.why {
            Why::Beginning => "beginning".into(),
            Why::Contained => "contained".into(),
            Why::CutOff => "cut off".into(),
            Why::NoQuote => "no quote".into(),
        }),
    ];
}

/// Pairs, lower id first.
pub type Pairs = BTreeMap<(u32, u32), Why>;

/// Adds a pair, or the reason where it comes before the one that is known.
pub fn add(pairs: &mut Pairs, a: u32, b: u32, why: Why) {
    let known = pairs.entry((a.min(b), a.max(b))).or_insert(why);
    *known = why.min(*known);
}

fn make(source: &Source<'_>) -> Result<Vec<Candidates>, ArchiveError> {
    let facts = QuoteColumns {
        passing: source.passing()?,
        works: source.works()?,
        critics: source.critics()?,
    };
    let parts = in_parallel(source, |conn, span| facts.kept(conn, span))?;
    // In the order of ids.
    let kept: Vec<Kept> = parts.into_iter().flatten().collect();
    let mut pairs = Pairs::new();
    let beginnings = Beginnings::of(&kept);
    pair_beginnings(source.conn, &kept, &beginnings, &mut pairs)?;
    let found = in_parallel(source, |conn, span| {
        facts.contained(conn, span, (&kept, &beginnings), &pairs)
    })?;
    for (a, b) in found.into_iter().flatten() {
        add(&mut pairs, a, b, Why::Contained);
    }
    incomplete::add_pairs(source, &mut pairs)?;
    let row = |((id, other_id), why)| Candidates { id, other_id, why };
    Ok(pairs.into_iter().map(row).collect())
}

/// What is asked of reviews beside their quotes.
struct QuoteColumns<'c> {
    passing: &'c [State],
    works: &'c [u32],
    critics: &'c [u32],
}

impl QuoteColumns<'_> {
    /// Shows each quote of a span that passes with its letters, in the order of ids.
    fn each_quote(
        &self,
        conn: &Connection,
        span: &Span,
        mut each: impl FnMut(&Quote<'_>, &[u8]) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let (cutter, mut letters) = (Cutter::new()?, Vec::new());
        each_quote(conn, span, |quote| {
            if self.passing.get(quote.id as usize).is_some_and(|state| state.exists()) {
                cutter.letters(quote.text, &mut letters)?;
                each(quote, &letters)?;
            }
            Ok(())
        })
    }

    /// What is kept of the quotes of a span that are long enough.
    fn kept(&self, conn: &Connection, span: &Span) -> rusqlite::Result<Vec<Kept>> {
        let mut kept = Vec::new();
        self.each_quote(conn, span, |quote, letters| {
            let (n, at) = (letters_in(letters), quote.id as usize);
            if n >= BEGINNING {
                let first = letters.iter().take(BEGINNING);
                kept.push(Kept {
                    id: quote.id,
                    group: u64::from(self.works[at]) << 1 | u64::from(self.passing[at].is_user()),
                    critic: self.critics[at],
                    score_text: quote.score_text.map(xxh3_64),
                    letters: count(n),
                    beginning: xxh3_64(up_to(letters, BEGINNING)),
                    alike: xxh3_64(up_to(letters, ALIKE)),
                    anchor: first.fold(0, |hash, &byte| roll(hash, byte)),
                });
            }
            Ok(())
        })?;
        Ok(kept)
    }

    /// Pairs of which one quote contains the other, and critic or score_text agree.
    fn contained(
        &self,
        conn: &Connection,
        span: &Span,
        (kept, beginnings): (&[Kept], &Beginnings),
        known: &Pairs,
    ) -> rusqlite::Result<Vec<(u32, u32)>> {
        let mut single = Single::of(conn)?;
        let mut found = Vec::new();
        // The quotes come in the same order as the first time.
        let mut next = kept.partition_point(|one| i64::from(one.id) <= span.after);
        self.each_quote(conn, span, |quote, letters| {
            let Some(b) = kept.get(next).filter(|b| b.id == quote.id) else { return Ok(()) };
            next += 1;
            let Some(group) = beginnings.0.get(&b.group) else { return Ok(()) };
            each_window(letters, |anchor| {
                let Some(places) = group.get(&anchor) else { return Ok(()) };
                for a in places.iter().filter_map(|&place| kept.get(place as usize)) {
                    let agree = a.id != b.id
                        && b.letters >= a.letters
                        && ((a.critic > 0 && a.critic == b.critic)
                            || (a.score_text.is_some() && a.score_text == b.score_text));
                    let pair = (a.id.min(b.id), a.id.max(b.id));
                    if agree
                        && !known.contains_key(&pair)
                        && contains(letters, &single.letters(a.id)?)
                    {
                        found.push(pair);
                    }
                }
                Ok(())
            })
        })?;
        Ok(found)
    }
}

fn roll(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(byte) + 1)
}

/// The letters of single quotes.
struct Single<'c> {
    one: Statement<'c>,
    cutter: Cutter,
}

impl<'c> Single<'c> {
    fn of(conn: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Single { one: conn.prepare(sql("engine/quotes_one"))?, cutter: Cutter::new()? })
    }

    fn letters(&mut self, id: u32) -> rusqlite::Result<Vec<u8>> {
        let (mut rows, mut letters) = (self.one.query([id])?, Vec::new());
        if let Some(row) = rows.next()? {
            let quote = row.get_ref(0)?.as_bytes_or_null()?.unwrap_or_default();
            self.cutter.letters(quote, &mut letters)?;
        }
        Ok(letters)
    }
}

/// Whether one folded text stands within another. Both come of UTF-8; what does not is in nothing.
fn contains(whole: &[u8], part: &[u8]) -> bool {
    match (str::from_utf8(whole), str::from_utf8(part)) {
        (Ok(whole), Ok(part)) => whole.contains(part),
        _ => false,
    }
}

/// Pairs within each group of reviews of a work that begin alike.
fn pair_beginnings(
    conn: &Connection,
    kept: &[Kept],
    beginnings: &Beginnings,
    pairs: &mut Pairs,
) -> rusqlite::Result<()> {
    let mut single = Single::of(conn)?;
    for alike in beginnings.alike(kept) {
        let mut texts: FxHashMap<u32, Vec<u8>> = FxHashMap::default();
        for (i, a) in alike.iter().enumerate() {
            for b in alike.iter().skip(i + 1) {
                if a.alike == b.alike {
                    add(pairs, a.id, b.id, Why::Beginning);
                    continue;
                }
                for id in [a.id, b.id] {
                    if let Entry::Vacant(text) = texts.entry(id) {
                        text.insert(single.letters(id)?);
                    }
                }
                if let (Some(x), Some(y)) = (texts.get(&a.id), texts.get(&b.id))
                    && (contains(x, y) || contains(y, x))
                {
                    add(pairs, a.id, b.id, Why::Contained);
                }
            }
        }
    }
    Ok(())
}

/// Shows the rolling hash of every [`BEGINNING`] bytes.
fn each_window(
    letters: &[u8],
    mut show: impl FnMut(u64) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    // What leaves the window has been multiplied so many times.
    let leaving = (0..BEGINNING).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let (first, rest) = letters.split_at(BEGINNING.min(letters.len()));
    let mut hash = first.iter().fold(0, |hash, &byte| roll(hash, byte));
    show(hash)?;
    for (&gone, &byte) in letters.iter().zip(rest) {
        hash = roll(hash, byte).wrapping_sub(leaving.wrapping_mul(u64::from(gone) + 1));
        show(hash)?;
    }
    Ok(())
}

/// Of each work and audience: how its quotes begin, and where among the kept these are, but for
/// beginnings that too many share. A table a work stays in the fastest memory while a quote is gone through.
struct Beginnings(FxHashMap<u64, FxHashMap<u64, Vec<u32>>>);

impl Beginnings {
    fn of(kept: &[Kept]) -> Self {
        let mut groups: FxHashMap<u64, FxHashMap<u64, Vec<u32>>> = FxHashMap::default();
        for (place, one) in (0..).zip(kept) {
            let group = groups.entry(one.group).or_default();
            group.entry(one.anchor).or_default().push(place);
        }
        for places in groups.values_mut().flat_map(FxHashMap::values_mut) {
            if places.len() > MOST_ALIKE {
                drop_crowded(places, kept);
            }
        }
        Beginnings(groups)
    }

    /// Reviews of one work that begin with the same letters, and so the same bytes, by id.
    fn alike<'k>(&self, kept: &'k [Kept]) -> Vec<Vec<&'k Kept>> {
        let mut found = Vec::new();
        for places in self.0.values().flat_map(FxHashMap::values).filter(|all| all.len() > 1) {
            let begun = places.iter().filter_map(|&place| kept.get(place as usize));
            let mut begun: Vec<&Kept> = begun.collect();
            begun.sort_unstable_by_key(|one| (one.beginning, one.id));
            let alike = begun.chunk_by(|a, b| a.beginning == b.beginning);
            found.extend(alike.filter(|run| run.len() > 1).map(<[_]>::to_vec));
        }
        found
    }
}

/// Drops the places of beginnings that more than [`MOST_ALIKE`] share.
fn drop_crowded(places: &mut Vec<u32>, kept: &[Kept]) {
    let beginning = |place: u32| kept.get(place as usize).map(|one| one.beginning);
    let mut shared: FxHashMap<_, usize> = FxHashMap::default();
    for &place in places.iter() {
        *shared.entry(beginning(place)).or_default() += 1;
    }
    places.retain(|&place| shared[&beginning(place)] <= MOST_ALIKE);
}
