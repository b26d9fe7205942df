//! `word_side`: how often each word stands in positive and in negative quotes.
//!
//! The words must be those of the full-text index. A word of ASCII letters and
//! digits is cut and made small here, as `unicode61` does it; a piece with any
//! other character is counted whole, and each different one is cut up by
//! FTS5 itself. ASCII characters that are no letters or digits part words in
//! `unicode61` whatever stands beside them, so pieces can be looked at alone.

use std::sync::Arc;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, named_params};
use rustc_hash::FxHashMap;

use super::days::{is_negative, is_positive};
use super::halves::{Span, in_halves};
use super::source::{Source, audiences};
use super::{Narrowed, Narrowing};
use crate::archive::ArchiveError;
use crate::archive::sql::sql;
use crate::query::laid::{Cells, Texts};

/// The columns that the view is narrowed by.
pub const NARROWED: Narrowed = Narrowed { audience: Some(0), shared: None, columns: &[0] };

/// Quotes of critics: neither, positive, negative; the same of users.
type Counts = [u32; 6];

/// Pieces for FTS5 are handed over when they take so much memory: text without
/// spaces (Chinese, Japanese) has few that are the same.
const PIECES_BYTES: usize = 16 << 20;

/// Beyond this a piece is FTS5's even where it is ASCII, since FTS5 cuts very long words short.
const LONGEST_WORD: usize = 256;

/// Words up to here are numbers to be counted by: looking a word up behind a pointer took
/// two thirds of the time.
const PACKED: usize = 16;

/// Whether a byte parts words: an ASCII character that is no letter or digit.
const PARTS: [bool; 256] = {
    let mut parts = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        parts[byte as usize] = !(byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    parts
};

#[derive(Default)]
struct Words {
    /// ASCII words of at most [`PACKED`] letters, filled up with zero bytes.
    short: FxHashMap<u128, Counts>,
    counted: FxHashMap<Vec<u8>, Counts>,
    pieces: FxHashMap<Vec<u8>, Counts>,
    bytes_of_pieces: usize,
}

pub fn word_side(
    conn: &Connection,
    source: &Source,
    narrowing: &Narrowing,
) -> Result<Vec<Cells>, ArchiveError> {
    let parts = in_halves(conn, source.facts.all().len(), narrowing, |conn, span| {
        words(conn, span, source, narrowing)
    })?;
    let mut all = Words::default();
    for part in parts {
        all.take(part);
    }
    Ok(all.cells())
}

/// The words of the quotes of a span, counted.
fn words(
    conn: &Connection,
    span: &Span,
    source: &Source,
    narrowing: &Narrowing,
) -> rusqlite::Result<Words> {
    let mut words = Words::default();
    let mut statement = conn.prepare(sql("computed/quotes"))?;
    let mut rows = statement.query(named_params! {":after": span.0, ":up_to": span.1})?;
    while let Some(row) = rows.next()? {
        let id: u32 = row.get(0)?;
        let Some(side) = side(source, id as usize, narrowing) else { continue };
        if let ValueRef::Text(quote) = row.get_ref(1)? {
            words.read(quote, side);
        }
        if words.bytes_of_pieces > PIECES_BYTES {
            words.cut_pieces()?;
        }
    }
    words.cut_pieces()?;
    Ok(words)
}

/// How a quote counts, as the view says it: the place in [`Counts`]. `None` where nobody narrowing.
fn side(source: &Source, at: usize, narrowing: &Narrowing) -> Option<usize> {
    let facts = &source.facts;
    let state = facts.filtered().get(at).filter(|state| narrowing.has(state.is_user()))?;
    let is_game = source.is_of_game(*facts.works().get(at)?);
    let side = match facts.scores().get(at).filter(|_| state.has_score()) {
        Some(&score) if is_positive(score, is_game) => 1,
        Some(&score) if is_negative(score, is_game) => 2,
        _ => 0,
    };
    Some(usize::from(state.is_user()) * 3 + side)
}

impl Words {
    fn read(&mut self, quote: &[u8], side: usize) {
        let parts = |byte: &u8| PARTS.get(usize::from(*byte)).is_some_and(|parts| *parts);
        for piece in quote.split(parts).filter(|piece| !piece.is_empty()) {
            if piece.is_ascii() && piece.len() <= LONGEST_WORD {
                match packed(piece) {
                    Some(word) => add(self.short.entry(word).or_default(), side, 1),
                    None => {
                        count(&mut self.counted, &piece.to_ascii_lowercase(), side, 1);
                    }
                }
            } else if count(&mut self.pieces, piece, side, 1) {
                self.bytes_of_pieces += piece.len() + size_of::<(Vec<u8>, Counts)>();
            }
        }
    }

    /// Adds what another has counted.
    fn take(&mut self, other: Words) {
        if self.short.is_empty() && self.counted.is_empty() {
            *self = other;
            return;
        }
        for (word, counts) in other.short {
            let into = self.short.entry(word).or_default();
            counts.iter().enumerate().for_each(|(side, times)| add(into, side, *times));
        }
        for (word, counts) in other.counted {
            counts.iter().enumerate().for_each(|(side, times)| {
                count(&mut self.counted, &word, side, *times);
            });
        }
    }

    /// Has FTS5 cut the pieces, and counts what comes of them.
    fn cut_pieces(&mut self) -> rusqlite::Result<()> {
        if self.pieces.is_empty() {
            return Ok(());
        }
        // Not on the archive's connection: a table cannot be dropped while a statement runs there.
        let conn = Connection::open_in_memory()?;
        let pieces: Vec<(Vec<u8>, Counts)> = self.pieces.drain().collect();
        self.bytes_of_pieces = 0;
        conn.execute_batch(sql("computed/words_index_open"))?;
        {
            let mut insert = conn.prepare(sql("computed/words_index_insert"))?;
            for (number, (piece, _)) in (0_i64..).zip(&pieces) {
                insert.execute((number, String::from_utf8_lossy(piece)))?;
            }
            let mut cut = conn.prepare(sql("computed/words_index_words"))?;
            let mut rows = cut.query([])?;
            while let Some(row) = rows.next()? {
                let number: u32 = row.get(1)?;
                if let (ValueRef::Text(word), Some((_, counts))) =
                    (row.get_ref(0)?, pieces.get(number as usize))
                {
                    self.count_cut(word, counts);
                }
            }
        }
        Ok(())
    }

    /// Counts a word as FTS5 gave it, which may be plain ASCII (é is e there).
    fn count_cut(&mut self, word: &[u8], counts: &Counts) {
        let packed = packed(word).filter(|_| word.is_ascii());
        for (side, &times) in counts.iter().enumerate().filter(|(_, times)| **times > 0) {
            match packed {
                Some(word) => add(self.short.entry(word).or_default(), side, times),
                None => {
                    count(&mut self.counted, word, side, times);
                }
            }
        }
    }

    /// A row for each word and audience that says it.
    fn cells(&self) -> Vec<Cells> {
        let (mut texts, mut rows) = (Texts::default(), Rows::default());
        for (word, counts) in &self.short {
            let bytes = word.to_le_bytes();
            let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(PACKED);
            rows.add(&mut texts, bytes.get(..end).unwrap_or_default(), counts);
        }
        for (word, counts) in &self.counted {
            rows.add(&mut texts, word, counts);
        }
        rows.cells(texts)
    }
}

#[derive(Default)]
struct Rows {
    audiences: Vec<u8>,
    words: Vec<u32>,
    all: Vec<u32>,
    plus: Vec<u32>,
    minus: Vec<u32>,
}

impl Rows {
    fn add(&mut self, texts: &mut Texts, word: &[u8], counts: &Counts) {
        let number = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        texts.push(&String::from_utf8_lossy(word));
        let [critics @ .., _, _, _] = counts;
        let [_, _, _, users @ ..] = counts;
        for (audience, [neither, plus, minus]) in [(0, critics), (1, users)] {
            if neither + plus + minus > 0 {
                self.audiences.push(audience);
                self.words.push(number);
                self.all.push(neither + plus + minus);
                self.plus.push(*plus);
                self.minus.push(*minus);
            }
        }
    }
    fn cells(self, texts: Texts) -> Vec<Cells> {
        let said = self.plus.iter().zip(&self.minus).map(|(plus, minus)| plus + minus).collect();
        let totals = [&self.all, &self.plus, &self.minus].map(|counts| {
            let mut totals = [0_u32; 2];
            for (count, audience) in counts.iter().zip(&self.audiences) {
                if let Some(total) = totals.get_mut(usize::from(*audience)) {
                    *total += count;
                }
            }
            let total = |audience: &u8| totals.get(usize::from(*audience)).copied().unwrap_or(0);
            Cells::Count(self.audiences.iter().map(total).collect())
        });
        let mut cells = vec![
            audiences(self.audiences.into_iter()),
            Cells::Text(Arc::new(texts), self.words),
            Cells::Count(self.all),
            Cells::Count(self.plus),
            Cells::Count(self.minus),
            Cells::Count(said),
        ];
        cells.extend(totals);
        cells
    }
}

/// A short ASCII word in small letters as a number; no word has a zero byte in it.
fn packed(word: &[u8]) -> Option<u128> {
    let mut bytes = [0; PACKED];
    bytes.get_mut(..word.len())?.copy_from_slice(word);
    bytes.make_ascii_lowercase();
    Some(u128::from_le_bytes(bytes))
}

fn add(counts: &mut Counts, side: usize, times: u32) {
    if let Some(count) = counts.get_mut(side) {
        *count += times;
    }
}

/// Adds; says whether the key is new. No allocation for a key that is known.
fn count(map: &mut FxHashMap<Vec<u8>, Counts>, key: &[u8], side: usize, times: u32) -> bool {
    if let Some(counts) = map.get_mut(key) {
        add(counts, side, times);
        return false;
    }
    add(map.entry(key.to_vec()).or_default(), side, times);
    true
}
