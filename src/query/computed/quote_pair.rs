//! `quote_pair`: reviews of one work whose quotes nearly agree.
//!
//! Two passes over the quotes, each in two halves. The first keeps some numbers of each;
//! what begins alike is compared within its group. A quote that contains another has the
//! other's first 20 bytes somewhere, so the second pass looks for those: every 20 bytes of
//! each quote are asked of the Bloom filter of its work, and only what is found there is
//! compared letter by letter. One filter a work, for it is small enough to stay in the
//! fastest memory while a quote is gone through; one for all took three times as long.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

use super::halves::{Span, in_halves};
use super::source::Source;
use super::words::{Cutter, Quote, count, up_to};
use super::{Narrowing, incomplete};
use crate::archive::ArchiveError;
use crate::archive::sql::sql;
use crate::query::laid::Cells;

/// As many letters must begin alike; shorter quotes are left alone.
const BEGINNING: usize = 20;
/// Quotes that begin with the same so many are a pair whatever follows.
const ALIKE: usize = 60;
/// A beginning that more reviews of one work share is a phrase of the work's, not of a review.
const MOST_ALIKE: usize = 200;
/// Of the rolling hash: odd, its bits well mixed (the 64-bit golden ratio).
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
/// Bits of a Bloom filter for each quote of the work, at least; two of them are set.
const BITS: usize = 16;

/// What of one quote is kept.
struct Kept {
    id: i64,
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

/// Why two reviews may be one; of several reasons the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Beginning,
    Contained,
    CutOff,
    NoQuote,
}

/// In the order of [`Why`], and of their letters.
const WORDS: [&str; 4] = ["beginning", "contained", "cut off", "no quote"];

/// Pairs, lower id first.
pub type Pairs = BTreeMap<(i64, i64), Why>;

/// Adds a pair, or the reason where it comes before the one that is known.
pub fn add(pairs: &mut Pairs, a: i64, b: i64, why: Why) {
    let known = pairs.entry((a.min(b), a.max(b))).or_insert(why);
    *known = why.min(*known);
}

pub fn quote_pair(
    conn: &Connection,
    source: &Source,
    narrowing: &Narrowing,
) -> Result<Vec<Cells>, ArchiveError> {
    let parts = in_halves(conn, source, narrowing, |conn, span| {
        let mut kept = Vec::new();
        each_quote(conn, span, source, |quote, folded| {
            kept.extend(keep(source, quote, folded));
            Ok(())
        })?;
        Ok(kept)
    })?;
    // In the order of ids.
    let kept: Vec<Kept> = parts.into_iter().flatten().collect();
    let mut pairs = Pairs::new();
    let groups = Groups::of(&kept);
    pair_beginnings(conn, &kept, &groups, &mut pairs)?;
    let found = in_halves(conn, source, narrowing, |conn, span| {
        contained(conn, span, source, &kept, &groups, &pairs)
    })?;
    for (a, b) in found.into_iter().flatten() {
        add(&mut pairs, a, b, Why::Contained);
    }
    incomplete::add_pairs(conn, &source.facts, &mut pairs)?;
    let id = |id: i64| u32::try_from(id).unwrap_or(0);
    Ok(vec![
        Cells::Id(pairs.keys().map(|(a, _)| id(*a)).collect()),
        Cells::Id(pairs.keys().map(|(_, b)| id(*b)).collect()),
        Cells::Word(&WORDS, pairs.values().map(|why| *why as u8).collect()),
    ])
}

/// Whether a review passes.
fn passes(source: &Source, id: u32) -> bool {
    source.facts.filtered().get(id as usize).is_some_and(|state| state.is_there())
}

/// Shows each quote of a span with its letters, in the order of ids.
fn each_quote(
    conn: &Connection,
    span: &Span,
    source: &Source,
    mut each: impl FnMut(&Quote<'_>, &[u8]) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut folded = Vec::new();
    Cutter::new().each_quote(
        conn,
        (span, source.is_sparse),
        |id| passes(source, id),
        |cutter, quote| {
            cutter.letters(quote, &mut folded);
            each(quote, &folded)
        },
    )
}

/// `None` for a quote that is too short.
fn keep(source: &Source, quote: &Quote<'_>, folded: &[u8]) -> Option<Kept> {
    let letters = count(folded);
    if letters < BEGINNING {
        return None;
    }
    let (facts, at) = (&source.facts, quote.id as usize);
    let is_user = facts.filtered().get(at)?.is_user();
    let first = folded.iter().take(BEGINNING).fold(0, |hash, &byte| roll(hash, byte));
    Some(Kept {
        id: i64::from(quote.id),
        group: u64::from(*facts.works().get(at)?) << 1 | u64::from(is_user),
        critic: *facts.critics().get(at)?,
        score_text: quote.score_text.map(xxh3_64),
        letters: u32::try_from(letters).unwrap_or(u32::MAX),
        beginning: xxh3_64(up_to(folded, BEGINNING)),
        alike: xxh3_64(up_to(folded, ALIKE)),
        anchor: anchor(first),
    })
}

fn roll(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(byte) + 1)
}

/// A window's hash as a number whose high bits depend on all of it.
fn anchor(window: u64) -> u64 {
    window.wrapping_mul(0x1656_67B1_9E37_79F9)
}

/// The letters of single quotes.
struct Single<'c> {
    one: Statement<'c>,
    cutter: Cutter,
}

impl<'c> Single<'c> {
    fn of(conn: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Single { one: conn.prepare(sql("computed/quotes_one"))?, cutter: Cutter::new() })
    }

    fn letters(&mut self, id: i64) -> rusqlite::Result<Vec<u8>> {
        let mut rows = self.one.query([id])?;
        match rows.next()? {
            Some(row) => match row.get_ref(0)? {
                ValueRef::Text(quote) => self.cutter.letters_of(quote),
                _ => Ok(Vec::new()),
            },
            None => Ok(Vec::new()),
        }
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
    groups: &Groups,
    pairs: &mut Pairs,
) -> rusqlite::Result<()> {
    let mut single = Single::of(conn)?;
    for alike in groups.beginning_alike(kept) {
        let mut texts: Vec<Option<Vec<u8>>> = vec![None; alike.len()];
        for (i, a) in alike.iter().enumerate() {
            for (j, b) in alike.iter().enumerate().skip(i + 1) {
                if a.alike == b.alike {
                    add(pairs, a.id, b.id, Why::Beginning);
                    continue;
                }
                for (at, id) in [(i, a.id), (j, b.id)] {
                    if let Some(text @ None) = texts.get_mut(at) {
                        *text = Some(single.letters(id)?);
                    }
                }
                if let (Some(Some(x)), Some(Some(y))) = (texts.get(i), texts.get(j))
                    && (contains(x, y) || contains(y, x))
                {
                    add(pairs, a.id, b.id, Why::Contained);
                }
            }
        }
    }
    Ok(())
}

/// Pairs of which one quote contains the other, and critic or score_text agree.
fn contained(
    conn: &Connection,
    span: &Span,
    source: &Source,
    kept: &[Kept],
    groups: &Groups,
    known: &Pairs,
) -> rusqlite::Result<Vec<(i64, i64)>> {
    let mut single = Single::of(conn)?;
    let mut found = Vec::new();
    // The quotes come in the same order as the first time.
    let mut next = kept.partition_point(|one| one.id <= span.0);
    each_quote(conn, span, source, |quote, folded| {
        let Some(b) = kept.get(next).filter(|b| b.id == i64::from(quote.id)) else { return Ok(()) };
        next += 1;
        let Some(group) = groups.by_key.get(&b.group) else { return Ok(()) };
        each_window(folded, |anchor| {
            if !groups.may_have(group, anchor) {
                return Ok(());
            }
            for a in groups.with(group, anchor, kept) {
                let agree = a.id != b.id
                    && b.letters >= a.letters
                    && ((a.critic > 0 && a.critic == b.critic)
                        || (a.score_text.is_some() && a.score_text == b.score_text));
                let pair = (a.id.min(b.id), a.id.max(b.id));
                if agree && !known.contains_key(&pair) && contains(folded, &single.letters(a.id)?) {
                    found.push(pair);
                }
            }
            Ok(())
        })
    })?;
    Ok(found)
}

/// Shows the [`anchor`] of every [`BEGINNING`] bytes.
fn each_window(
    folded: &[u8],
    mut show: impl FnMut(u64) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    // What leaves the window has been multiplied so many times.
    let leaving = (0..BEGINNING).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let (first, rest) = folded.split_at(BEGINNING.min(folded.len()));
    let mut hash = first.iter().fold(0, |hash, &byte| roll(hash, byte));
    show(anchor(hash))?;
    for (&gone, &byte) in folded.iter().zip(rest) {
        hash = roll(hash, byte).wrapping_sub(leaving.wrapping_mul(u64::from(gone) + 1));
        show(anchor(hash))?;
    }
    Ok(())
}

/// The anchors of each work and audience.
struct Groups {
    by_key: FxHashMap<u64, Group>,
    /// In the order of groups, and of anchors within each.
    anchors: Vec<u64>,
    /// Where each stands among the kept.
    places: Vec<u32>,
    /// The Bloom filters of all groups, one behind the other.
    bits: Vec<u64>,
}

/// Where a group stands in these.
struct Group {
    first: usize,
    end: usize,
    bits: usize,
    shift: u32,
}

impl Groups {
    fn of(kept: &[Kept]) -> Self {
        let keys = kept.iter().map(|one| (one.group, one.anchor));
        let mut order: Vec<((u64, u64), u32)> = keys.zip(0..).collect();
        order.sort_unstable();
        let mut groups = Groups {
            by_key: FxHashMap::default(),
            anchors: order.iter().map(|((_, anchor), _)| *anchor).collect(),
            places: order.iter().map(|(_, place)| *place).collect(),
            bits: Vec::new(),
        };
        let mut first = 0;
        for run in order.chunk_by(|a, b| a.0.0 == b.0.0) {
            let size = (run.len() * BITS).next_power_of_two().max(64);
            let (bits, shift) = (groups.bits.len(), 64 - size.trailing_zeros());
            let group = Group { first, end: first + run.len(), bits, shift };
            first = group.end;
            groups.bits.resize(bits + size / 64, 0);
            for ((_, anchor), _) in run {
                for hash in [*anchor, anchor << 32] {
                    let (word, bit) = group.place(hash);
                    if let Some(word) = groups.bits.get_mut(word) {
                        *word |= bit;
                    }
                }
            }
            if let Some(((key, _), _)) = run.first() {
                groups.by_key.insert(*key, group);
            }
        }
        groups
    }

    #[inline]
    fn may_have(&self, group: &Group, anchor: u64) -> bool {
        let is_set = |hash| {
            let (word, bit) = group.place(hash);
            self.bits.get(word).is_some_and(|word| word & bit != 0)
        };
        is_set(anchor) && is_set(anchor << 32)
    }

    /// What of the group has this anchor.
    fn with<'k>(
        &self,
        group: &Group,
        anchor: u64,
        kept: &'k [Kept],
    ) -> impl Iterator<Item = &'k Kept> {
        let anchors = self.anchors.get(group.first..group.end).unwrap_or_default();
        let first = anchors.partition_point(|&other| other < anchor);
        let count = anchors.iter().skip(first).take_while(|&&other| other == anchor).count();
        let first = group.first + first;
        let places = self.places.get(first..first + count).unwrap_or_default();
        places.iter().filter_map(|&place| kept.get(place as usize))
    }

    /// Reviews of one work that begin with the same letters, and so the same bytes, by id.
    fn beginning_alike<'k>(&self, kept: &'k [Kept]) -> Vec<Vec<&'k Kept>> {
        let mut found = Vec::new();
        let at = |place: &u32| kept.get(*place as usize);
        let same = |a: &u32, b: &u32| {
            at(a).map(|a| (a.group, a.anchor)) == at(b).map(|b| (b.group, b.anchor))
        };
        for run in self.places.chunk_by(same).filter(|run| run.len() > 1) {
            let mut run: Vec<&Kept> = run.iter().filter_map(at).collect();
            run.sort_unstable_by_key(|one| (one.beginning, one.id));
            let alike = run.chunk_by(|a, b| a.beginning == b.beginning);
            found.extend(
                alike.filter(|run| (2..=MOST_ALIKE).contains(&run.len())).map(<[_]>::to_vec),
            );
        }
        found
    }
}

impl Group {
    /// The bit that a hash sets: which word, and which of its bits.
    #[inline]
    fn place(&self, hash: u64) -> (usize, u64) {
        let bit = hash >> self.shift;
        (self.bits + (bit >> 6) as usize, 1 << (bit & 63))
    }
}
