//! `quote_pair`: reviews of one work whose quotes nearly agree.
//!
//! Two passes over the quotes. The first keeps some numbers of each; what
//! begins alike is compared within its group. A quote that contains another has
//! the other's first 20 bytes somewhere, so the second pass looks for those:
//! every 20 bytes of each quote are asked of a Bloom filter, then of a map, and
//! only what is found there is compared letter by letter.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Statement, named_params};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

use super::Asked;
use crate::archive::sql::sql;

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
    id: i64,
    /// Work and audience.
    group: u64,
    critic: Option<i64>,
    score_text: Option<u64>,
    letters: u32,
    beginning: u64,
    alike: u64,
    /// The rolling hash of the first [`BEGINNING`] bytes, with the group.
    anchor: u64,
}

/// Pairs, lower id first; true where they begin alike.
type Pairs = BTreeMap<(i64, i64), bool>;

pub fn lay(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    conn.execute_batch(sql("computed/quotes_prepare"))?;
    let mut kept = Vec::new();
    let mut folded = String::new();
    each_quote(conn, asked, &mut folded, |row, folded| {
        kept.extend(keep(row, folded)?);
        Ok(())
    })?;
    let mut pairs = Pairs::new();
    pair_beginnings(conn, &mut kept, &mut pairs)?;
    pair_contained(conn, asked, &kept, &mut pairs)?;
    let mut insert = conn.prepare(sql("computed/quotes_insert"))?;
    for ((id, other), alike) in pairs {
        insert.execute((id, other, if alike { "beginning" } else { "contained" }))?;
    }
    Ok(())
}

fn each_quote(
    conn: &Connection,
    asked: Asked<'_>,
    folded: &mut String,
    mut each: impl FnMut(&Row<'_>, &str) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(sql("computed/quotes_all"))?;
    let mut rows = statement.query(named_params! {":audience": asked.audience})?;
    while let Some(row) = rows.next()? {
        if let ValueRef::Text(quote) = row.get_ref(5)? {
            fold(&String::from_utf8_lossy(quote), folded);
            each(row, folded)?;
        }
    }
    Ok(())
}

/// Without spaces and punctuation, in small letters (of ASCII, as SQLite's lower()).
fn fold(quote: &str, folded: &mut String) {
    folded.clear();
    let left_out =
        |c: char| matches!(c, '\n' | ' ' | '.' | ',' | '…' | '’' | '\'' | '“' | '”' | '"' | '-');
    folded.extend(quote.chars().filter(|&c| !left_out(c)).map(|c| c.to_ascii_lowercase()));
}

fn group(row: &Row<'_>) -> rusqlite::Result<u64> {
    let (work, is_user): (i64, bool) = (row.get(1)?, row.get(2)?);
    Ok(work.unsigned_abs() << 1 | u64::from(is_user))
}

/// `None` for a quote that is too short.
fn keep(row: &Row<'_>, folded: &str) -> rusqlite::Result<Option<Kept>> {
    let letters = folded.chars().count();
    if letters < BEGINNING {
        return Ok(None);
    }
    let up_to = |n: usize| {
        let end = folded.char_indices().nth(n).map_or(folded.len(), |(at, _)| at);
        xxh3_64(folded.as_bytes().get(..end).unwrap_or_default())
    };
    let group = group(row)?;
    let score_text = match row.get_ref(4)? {
        ValueRef::Text(text) => Some(xxh3_64(text)),
        _ => None,
    };
    let first = folded.as_bytes().iter().take(BEGINNING).fold(0, |hash, &byte| roll(hash, byte));
    Ok(Some(Kept {
        id: row.get(0)?,
        group,
        critic: row.get(3)?,
        score_text,
        letters: u32::try_from(letters).unwrap_or(u32::MAX),
        beginning: up_to(BEGINNING),
        alike: up_to(ALIKE),
        anchor: anchor(first, group),
    }))
}

fn roll(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(byte) + 1)
}

/// A window's hash and its group as one number whose high bits depend on all of both.
fn anchor(window: u64, group: u64) -> u64 {
    (window ^ group.wrapping_mul(0xC2B2_AE3D_27D4_EB4F)).wrapping_mul(0x1656_67B1_9E37_79F9)
}

fn text_of(one: &mut Statement<'_>, id: i64) -> rusqlite::Result<String> {
    let quote: String = one.query_row([id], |row| row.get(0))?;
    let mut folded = String::with_capacity(quote.len());
    fold(&quote, &mut folded);
    Ok(folded)
}

/// Pairs within each group of reviews of a work that begin alike.
fn pair_beginnings(
    conn: &Connection,
    kept: &mut [Kept],
    pairs: &mut Pairs,
) -> rusqlite::Result<()> {
    kept.sort_unstable_by_key(|one| (one.group, one.beginning, one.id));
    let mut one = conn.prepare(sql("computed/quotes_one"))?;
    let same = |a: &Kept, b: &Kept| (a.group, a.beginning) == (b.group, b.beginning);
    for alike in kept.chunk_by(same).filter(|alike| (2..=MOST_ALIKE).contains(&alike.len())) {
        let mut texts: Vec<Option<String>> = vec![None; alike.len()];
        for (i, a) in alike.iter().enumerate() {
            for (j, b) in alike.iter().enumerate().skip(i + 1) {
                if a.alike == b.alike {
                    pairs.insert((a.id, b.id), true);
                    continue;
                }
                for (at, id) in [(i, a.id), (j, b.id)] {
                    if let Some(text @ None) = texts.get_mut(at) {
                        *text = Some(text_of(&mut one, id)?);
                    }
                }
                if let (Some(Some(x)), Some(Some(y))) = (texts.get(i), texts.get(j))
                    && (x.contains(y.as_str()) || y.contains(x.as_str()))
                {
                    pairs.entry((a.id, b.id)).or_insert(false);
                }
            }
        }
    }
    Ok(())
}

/// Pairs of which one quote contains the other, and critic or score_text agree.
fn pair_contained(
    conn: &Connection,
    asked: Asked<'_>,
    kept: &[Kept],
    pairs: &mut Pairs,
) -> rusqlite::Result<()> {
    let mut bloom = Bloom::with_room_for(kept.len());
    let mut by_anchor: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    for (place, one) in (0_u32..).zip(kept) {
        bloom.add(one.anchor);
        by_anchor.entry(one.anchor).or_default().push(place);
    }
    // What leaves the window has been multiplied so many times.
    let leaving = (0..BEGINNING).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut one = conn.prepare(sql("computed/quotes_one"))?;
    let mut folded = String::new();
    each_quote(conn, asked, &mut folded, |row, folded| {
        let bytes = folded.as_bytes();
        let Some(b) = keep(row, folded)? else { return Ok(()) };
        let mut hash = 0_u64;
        for (at, &byte) in bytes.iter().enumerate() {
            hash = roll(hash, byte);
            if let Some(&gone) = at.checked_sub(BEGINNING).and_then(|gone| bytes.get(gone)) {
                hash = hash.wrapping_sub(leaving.wrapping_mul(u64::from(gone) + 1));
            }
            let anchor = anchor(hash, b.group);
            if at + 1 < BEGINNING || !bloom.may_have(anchor) {
                continue;
            }
            for &place in by_anchor.get(&anchor).into_iter().flatten() {
                let Some(a) = kept.get(place as usize) else { continue };
                let agree = a.group == b.group
                    && a.id != b.id
                    && b.letters >= a.letters
                    && ((a.critic.is_some() && a.critic == b.critic)
                        || (a.score_text.is_some() && a.score_text == b.score_text));
                let pair = (a.id.min(b.id), a.id.max(b.id));
                if agree && !pairs.contains_key(&pair) && folded.contains(&text_of(&mut one, a.id)?)
                {
                    pairs.insert(pair, false);
                }
            }
        }
        Ok(())
    })
}

/// Which anchors there may be: sixteen bits and more for each, one of them set.
struct Bloom {
    bits: Vec<u64>,
    shift: u32,
}

impl Bloom {
    fn with_room_for(anchors: usize) -> Self {
        let bits = (anchors.max(64) * 16).next_power_of_two();
        Bloom { bits: vec![0; bits / 64], shift: 64 - bits.trailing_zeros() }
    }

    fn place(&self, anchor: u64) -> (usize, u64) {
        let bit = anchor >> self.shift;
        ((bit >> 6) as usize, 1 << (bit & 63))
    }

    fn add(&mut self, anchor: u64) {
        let (word, bit) = self.place(anchor);
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
    }

    fn may_have(&self, anchor: u64) -> bool {
        let (word, bit) = self.place(anchor);
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }
}
