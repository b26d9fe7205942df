//! `word_side`: how often each word stands in positive and in negative quotes.
//!
//! The words must be those of the full-text index. A word of ASCII letters and
//! digits is cut and made small here, as `unicode61` does it; a piece with any
//! other character is counted whole, and each different one is cut up by
//! FTS5 itself. ASCII characters that are no letters or digits part words in
//! `unicode61` whatever stands beside them, so pieces can be looked at alone.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, named_params};
use rustc_hash::FxHashMap;

use super::{Asked, audience};
use crate::archive::sql::sql;

/// Quotes of critics: neither, positive, negative; the same of users.
type Counts = [i64; 6];

/// Pieces for FTS5 are handed over when they take so much memory: text without
/// spaces (Chinese, Japanese) has few that are the same.
const PIECES_BYTES: usize = 16 << 20;

/// Beyond this a piece is FTS5's even where it is ASCII, since FTS5 cuts very long words short.
const LONGEST_WORD: usize = 256;

#[derive(Default)]
struct Words {
    counted: FxHashMap<Vec<u8>, Counts>,
    pieces: FxHashMap<Vec<u8>, Counts>,
    bytes_of_pieces: usize,
    small: Vec<u8>,
}

pub fn lay(conn: &Connection, asked: Asked<'_>) -> rusqlite::Result<()> {
    conn.execute_batch(sql("computed/words_prepare"))?;
    let mut words = Words::default();
    let mut statement = conn.prepare(sql("computed/words_quotes"))?;
    let mut rows = statement.query(named_params! {":audience": asked.audience})?;
    while let Some(row) = rows.next()? {
        let side: u8 = row.get(0)?;
        if let ValueRef::Text(quote) = row.get_ref(1)? {
            words.read(quote, usize::from(side));
        }
        if words.bytes_of_pieces > PIECES_BYTES {
            words.cut_pieces(conn)?;
        }
    }
    words.cut_pieces(conn)?;
    words.store(conn)
}

impl Words {
    fn read(&mut self, quote: &[u8], side: usize) {
        let part = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
        for piece in quote.split(part).filter(|piece| !piece.is_empty()) {
            if piece.is_ascii() && piece.len() <= LONGEST_WORD {
                self.small.clear();
                self.small.extend(piece.iter().map(u8::to_ascii_lowercase));
                count(&mut self.counted, &self.small, side, 1);
            } else if count(&mut self.pieces, piece, side, 1) {
                self.bytes_of_pieces += piece.len() + size_of::<(Vec<u8>, Counts)>();
            }
        }
    }

    /// Has FTS5 cut the pieces, and counts what comes of them.
    fn cut_pieces(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        if self.pieces.is_empty() {
            return Ok(());
        }
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
                    for (side, times) in counts.iter().enumerate().filter(|(_, times)| **times > 0)
                    {
                        count(&mut self.counted, word, side, *times);
                    }
                }
            }
        }
        conn.execute_batch(sql("computed/words_index_close"))
    }

    fn store(&self, conn: &Connection) -> rusqlite::Result<()> {
        let mut insert = conn.prepare(sql("computed/words_insert"))?;
        for (word, counts) in &self.counted {
            let word = String::from_utf8_lossy(word);
            for (is_user, [neither, plus, minus]) in [
                (false, [counts[0], counts[1], counts[2]]),
                (true, [counts[3], counts[4], counts[5]]),
            ] {
                let y = neither + plus + minus;
                if y > 0 {
                    insert.execute((audience(is_user), &word, y, plus, minus))?;
                }
            }
        }
        Ok(())
    }
}

/// Adds; says whether the key is new. No allocation for a key that is known.
fn count(map: &mut FxHashMap<Vec<u8>, Counts>, key: &[u8], side: usize, times: i64) -> bool {
    let add = |counts: &mut Counts| {
        if let Some(count) = counts.get_mut(side) {
            *count += times;
        }
    };
    if let Some(counts) = map.get_mut(key) {
        add(counts);
        return false;
    }
    add(map.entry(key.to_vec()).or_default());
    true
}
