//! `duplicate_candidates`: reviews of one work with nearly equal quotes.
//!
//! Two passes over the quotes. The first computes a fingerprint of each; quotes with the same
//! beginning are compared within their group. A quote that contains another contains its first 20
//! bytes, so the second pass looks up each 20-byte window of a quote (by a rolling hash) among the
//! beginnings of its work's quotes, and compares only the hits.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, Statement};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::parallel_scan::in_parallel;
use super::source::Source;
use super::{View, count, incomplete, rows};
use crate::memory_table::{Cell, Column, Record};
use crate::sqlite_rules::tokens::{Cutter, Quote, Span, each_quote, letters_in, up_to};
use revdb_sql::sql;
use revdb_store::ArchiveError;
use revdb_store::columns::State;

pub const VIEW: View = View {
    ascending: 2,
    key: 1,
    reviews_a_row: 100,
    ..View::new("duplicate_candidates", Candidates::columns, |source, _| rows(make(source)))
};

/// Letters that must be equal at the beginning; shorter quotes are skipped.
const BEGINNING: usize = 20;
/// Quotes with the same first letters up to here are a pair regardless of the rest.
const ALIKE: usize = 60;
/// A beginning shared by more reviews of a work is a common phrase, not a duplicate.
const MOST_ALIKE: usize = 200;
/// Base of the rolling hash: odd, with well mixed bits (the 64-bit golden ratio).
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// What the first pass keeps of a quote.
struct Fingerprint {
    id: u32,
    /// Work and audience.
    group: u64,
    /// 0 encodes NULL.
    critic: u32,
    score_text: Option<u64>,
    letters: u32,
    beginning: u64,
    alike: u64,
    /// The rolling hash of the first [`BEGINNING`] bytes.
    anchor: u64,
}

/// Why two reviews may be duplicates; of several reasons the first. Sorted as their names are.
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

/// Pairs of ids, the lower one first.
pub type Pairs = BTreeMap<(u32, u32), Why>;

/// Adds a pair, or replaces its reason by one that sorts before it.
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
    let parts = in_parallel(source, |conn, span| facts.fingerprints(conn, span))?;
    // In the order of ids.
    let fingerprints: Vec<Fingerprint> = parts.into_iter().flatten().collect();
    let mut pairs = Pairs::new();
    let beginnings = Beginnings::of(&fingerprints);
    pair_beginnings(source.conn, &fingerprints, &beginnings, &mut pairs)?;
    let found = in_parallel(source, |conn, span| {
        facts.contained(conn, span, (&fingerprints, &beginnings), &pairs)
    })?;
    for (a, b) in found.into_iter().flatten() {
        add(&mut pairs, a, b, Why::Contained);
    }
    incomplete::add_pairs(source, &mut pairs)?;
    let row = |((id, other_id), why)| Candidates { id, other_id, why };
    Ok(pairs.into_iter().map(row).collect())
}

/// The packed columns used besides the quotes.
struct QuoteColumns<'c> {
    passing: &'c [State],
    works: &'c [u32],
    critics: &'c [u32],
}

impl QuoteColumns<'_> {
    /// Calls `each` with every passing quote of a span and its letters, in the order of ids.
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

    /// The fingerprints of the quotes of a span that are long enough.
    fn fingerprints(&self, conn: &Connection, span: &Span) -> rusqlite::Result<Vec<Fingerprint>> {
        let mut fingerprints = Vec::new();
        self.each_quote(conn, span, |quote, letters| {
            let (n, at) = (letters_in(letters), quote.id as usize);
            if n >= BEGINNING {
                let first = letters.iter().take(BEGINNING);
                fingerprints.push(Fingerprint {
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
        Ok(fingerprints)
    }

    /// Pairs in which one quote contains the other, and critic or score_text agree.
    fn contained(
        &self,
        conn: &Connection,
        span: &Span,
        (all, beginnings): (&[Fingerprint], &Beginnings),
        known: &Pairs,
    ) -> rusqlite::Result<Vec<(u32, u32)>> {
        let mut single = Single::of(conn)?;
        let mut found = Vec::new();
        // The quotes come in the same order as in the first pass.
        let mut next = all.partition_point(|one| i64::from(one.id) <= span.after);
        self.each_quote(conn, span, |quote, letters| {
            let Some(b) = all.get(next).filter(|b| b.id == quote.id) else { return Ok(()) };
            next += 1;
            let Some(group) = beginnings.0.get(&b.group) else { return Ok(()) };
            each_window(letters, |anchor| {
                let Some(places) = group.get(&anchor) else { return Ok(()) };
                for a in places.iter().filter_map(|&place| all.get(place as usize)) {
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

/// Reads the letters of single quotes.
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

/// Whether one folded text is part of another. Text that is not UTF-8 is part of nothing.
fn contains(whole: &[u8], part: &[u8]) -> bool {
    match (str::from_utf8(whole), str::from_utf8(part)) {
        (Ok(whole), Ok(part)) => whole.contains(part),
        _ => false,
    }
}

/// Pairs within each group of quotes with the same beginning.
fn pair_beginnings(
    conn: &Connection,
    fingerprints: &[Fingerprint],
    beginnings: &Beginnings,
    pairs: &mut Pairs,
) -> rusqlite::Result<()> {
    let mut single = Single::of(conn)?;
    for alike in beginnings.alike(fingerprints) {
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

/// Calls `show` with the rolling hash of every window of [`BEGINNING`] bytes.
fn each_window(
    letters: &[u8],
    mut show: impl FnMut(u64) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    // A byte leaving the window has been multiplied this often.
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

/// By work and audience: the positions of the fingerprints with each beginning, except beginnings
/// that too many share. A table per work stays in the processor's cache.
struct Beginnings(FxHashMap<u64, FxHashMap<u64, Vec<u32>>>);

impl Beginnings {
    fn of(fingerprints: &[Fingerprint]) -> Self {
        let mut groups: FxHashMap<u64, FxHashMap<u64, Vec<u32>>> = FxHashMap::default();
        for (place, one) in (0..).zip(fingerprints) {
            let group = groups.entry(one.group).or_default();
            group.entry(one.anchor).or_default().push(place);
        }
        for places in groups.values_mut().flat_map(FxHashMap::values_mut) {
            if places.len() > MOST_ALIKE {
                drop_crowded(places, fingerprints);
            }
        }
        Beginnings(groups)
    }

    /// Groups of fingerprints of one work with the same beginning, by id.
    fn alike<'k>(&self, fingerprints: &'k [Fingerprint]) -> Vec<Vec<&'k Fingerprint>> {
        let mut found = Vec::new();
        for places in self.0.values().flat_map(FxHashMap::values).filter(|all| all.len() > 1) {
            let begun = places.iter().filter_map(|&place| fingerprints.get(place as usize));
            let mut begun: Vec<&Fingerprint> = begun.collect();
            begun.sort_unstable_by_key(|one| (one.beginning, one.id));
            let alike = begun.chunk_by(|a, b| a.beginning == b.beginning);
            found.extend(alike.filter(|run| run.len() > 1).map(<[_]>::to_vec));
        }
        found
    }
}

/// Drops beginnings that more than [`MOST_ALIKE`] share.
fn drop_crowded(places: &mut Vec<u32>, fingerprints: &[Fingerprint]) {
    let beginning = |place: u32| fingerprints.get(place as usize).map(|one| one.beginning);
    let mut shared: FxHashMap<_, usize> = FxHashMap::default();
    for &place in places.iter() {
        *shared.entry(beginning(place)).or_default() += 1;
    }
    places.retain(|&place| shared[&beginning(place)] <= MOST_ALIKE);
}
