//! Quotes cut into the words of the full-text index.
//!
//! A word of ASCII letters and digits is cut here, as `unicode61` does it; a piece with any other
//! character is cut by FTS5 itself, each different one once. ASCII characters that are no
//! letters or digits part words in `unicode61` whatever stands beside them, so pieces
//! can be looked at alone.
//!
//! Must never: give another word than the index has, or quotes in another order than their ids'.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, named_params};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::archive::sql::sql;

/// Which quotes are read: those of ids after the first, up to the second.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub after: i64,
    pub up_to: i64,
    /// So few pass that each is looked up by itself.
    pub is_sparse: bool,
}

/// Quotes that wait for FTS5 are handed over when they take so much memory.
const WAITING_BYTES: usize = 4 << 20;

/// Cut pieces are forgotten beyond this: text without spaces (Chinese, Japanese) has few that are
/// the same.
const KNOWN_BYTES: usize = 16 << 20;

/// Beyond this a piece is FTS5's even where it is ASCII, since FTS5 cuts very long words short.
const LONGEST_WORD: usize = 256;

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

/// A word of a quote.
#[derive(Debug, Clone, Copy)]
pub enum Word<'w> {
    /// ASCII, in whatever case.
    Ascii(&'w [u8]),
    /// As the index has it.
    Cut(&'w [u8]),
}

/// A quote and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Quote<'q> {
    pub id: u32,
    pub score_text: Option<&'q [u8]>,
    text: &'q [u8],
}

/// Knows the words of pieces that are not plain ASCII.
pub struct Cutter {
    /// Not the archive's connection: there a table cannot be dropped while a statement runs.
    conn: Option<Connection>,
    /// The words of each piece.
    known: FxHashMap<Vec<u8>, Vec<Vec<u8>>>,
    bytes: usize,
}

/// Quotes in the order of their ids, that wait for FTS5.
#[derive(Default)]
struct Waiting {
    text: Vec<u8>,
    /// Id, where its text ends, and where its score's text does.
    quotes: Vec<(u32, usize, Option<usize>)>,
    pieces: FxHashSet<Vec<u8>>,
}

impl Cutter {
    pub fn new() -> Self {
        Cutter { conn: None, known: FxHashMap::default(), bytes: 0 }
    }

    /// Shows each quote of a span that is `wanted`, in the order of ids; its words are had
    /// from [`words`](Self::words).
    pub fn each_quote(
        &mut self,
        conn: &Connection,
        span: &Span,
        wanted: impl Fn(u32) -> bool,
        mut show: impl FnMut(&Self, &Quote<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let quotes = match span.is_sparse {
            true => sql("engine/quotes_filtered"),
            false => sql("engine/quotes"),
        };
        let mut statement = conn.prepare(quotes)?;
        let mut rows =
            statement.query(named_params! {":after": span.after, ":up_to": span.up_to})?;
        let mut waiting = Waiting::default();
        while let Some(row) = rows.next()? {
            let id: u32 = row.get(0)?;
            let ValueRef::Text(text) = row.get_ref(1)? else { continue };
            if !wanted(id) {
                continue;
            }
            let quote = Quote { id, score_text: row.get_ref(2)?.as_bytes_or_null()?, text };
            if waiting.quotes.is_empty() && self.knows(text) {
                show(self, &quote)?;
                continue;
            }
            waiting.add(&quote);
            if waiting.text.len() > WAITING_BYTES {
                self.release(&mut waiting, &mut show)?;
            }
        }
        self.release(&mut waiting, &mut show)
    }

    /// Has FTS5 cut what the waiting quotes need, and shows them.
    fn release(
        &mut self,
        waiting: &mut Waiting,
        show: &mut impl FnMut(&Self, &Quote<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let Waiting { text, quotes, pieces } = std::mem::take(waiting);
        self.cut(pieces)?;
        let mut rest = text.as_slice();
        let mut before = 0;
        for (id, end, score_end) in quotes {
            let (text, after) = rest.split_at(end - before);
            let (score_text, after) = match score_end {
                Some(score_end) => {
                    let (score_text, after) = after.split_at(score_end - end);
                    (Some(score_text), after)
                }
                None => (None, after),
            };
            (rest, before) = (after, score_end.unwrap_or(end));
            show(self, &Quote { id, score_text, text })?;
        }
        Ok(())
    }

    /// Whether the words of a text are known without FTS5.
    fn knows(&self, text: &[u8]) -> bool {
        text.is_ascii() && pieces(text).all(is_plain)
    }

    /// Has FTS5 cut these pieces.
    fn cut(&mut self, pieces: FxHashSet<Vec<u8>>) -> rusqlite::Result<()> {
        if self.bytes > KNOWN_BYTES {
            self.bytes = 0;
            self.known.clear();
        }
        let pieces: Vec<Vec<u8>> =
            pieces.into_iter().filter(|piece| !self.known.contains_key(piece)).collect();
        if pieces.is_empty() {
            return Ok(());
        }
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => {
                let conn = Connection::open_in_memory()?;
                conn.execute_batch(sql("engine/words_index_open"))?;
                conn
            }
        };
        let mut words: Vec<Vec<Vec<u8>>> = vec![Vec::new(); pieces.len()];
        {
            let mut insert = conn.prepare(sql("engine/words_index_insert"))?;
            for (number, piece) in (0_i64..).zip(&pieces) {
                insert.execute((number, String::from_utf8_lossy(piece)))?;
            }
            let mut cut = conn.prepare(sql("engine/words_index_words"))?;
            let mut rows = cut.query([])?;
            while let Some(row) = rows.next()? {
                let number: u32 = row.get(1)?;
                if let (ValueRef::Text(word), Some(words)) =
                    (row.get_ref(0)?, words.get_mut(number as usize))
                {
                    words.push(word.to_vec());
                }
            }
        }
        conn.execute_batch(sql("engine/words_index_clear"))?;
        self.conn = Some(conn);
        for (piece, words) in pieces.into_iter().zip(words) {
            self.bytes += piece.len() * 2 + size_of::<(Vec<u8>, Vec<Vec<u8>>)>();
            self.known.insert(piece, words);
        }
        Ok(())
    }

    /// Shows the words of a quote, in their order.
    pub fn words(&self, quote: &Quote<'_>, mut show: impl FnMut(Word<'_>)) {
        for piece in pieces(quote.text) {
            if is_plain(piece) {
                show(Word::Ascii(piece));
            } else {
                let words = self.known.get(piece).map(Vec::as_slice).unwrap_or_default();
                words.iter().for_each(|word| show(Word::Cut(word)));
            }
        }
    }

    /// The words of a quote one behind the other, in small letters, in place of what
    /// stands in `letters`.
    pub fn letters(&self, quote: &Quote<'_>, letters: &mut Vec<u8>) {
        letters.clear();
        self.words(quote, |word| match word {
            Word::Ascii(word) => letters.extend(word.iter().map(u8::to_ascii_lowercase)),
            Word::Cut(word) => letters.extend(word),
        });
    }

    /// As [`letters`](Self::letters), of any text.
    pub fn letters_of(&mut self, text: &[u8]) -> rusqlite::Result<Vec<u8>> {
        let unknown = pieces(text).filter(|piece| !is_plain(piece));
        self.cut(unknown.map(<[u8]>::to_vec).collect())?;
        let mut letters = Vec::with_capacity(text.len());
        self.letters(&Quote { id: 0, score_text: None, text }, &mut letters);
        Ok(letters)
    }
}

impl Waiting {
    fn add(&mut self, quote: &Quote<'_>) {
        self.text.extend(quote.text);
        let end = self.text.len();
        let score_end = quote.score_text.map(|text| {
            self.text.extend(text);
            self.text.len()
        });
        self.quotes.push((quote.id, end, score_end));
        for piece in pieces(quote.text).filter(|piece| !is_plain(piece)) {
            // Also what is known: it may be forgotten before it is its turn.
            if !self.pieces.contains(piece) {
                self.pieces.insert(piece.to_vec());
            }
        }
    }
}

fn pieces(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let parts = |byte: &u8| PARTS.get(usize::from(*byte)).is_some_and(|parts| *parts);
    text.split(parts).filter(|piece| !piece.is_empty())
}

fn is_plain(piece: &[u8]) -> bool {
    piece.is_ascii() && piece.len() <= LONGEST_WORD
}

/// How many characters: bytes that do not go on with one.
pub fn letters_in(letters: &[u8]) -> usize {
    letters.iter().filter(|&&byte| begins(byte)).count()
}

/// The first `n` characters.
pub fn up_to(letters: &[u8], n: usize) -> &[u8] {
    let end = letters.iter().enumerate().filter(|(_, byte)| begins(**byte)).nth(n);
    letters.get(..end.map_or(letters.len(), |(at, _)| at)).unwrap_or(letters)
}

fn begins(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_the_words_without_case_accents_and_punctuation() {
        let mut cutter = Cutter::new();
        for (quote, expected) in [
            ("", ""),
            ("A “warm”, careful\nstory – it's on-line…", "awarmcarefulstoryitsonline"),
            ("What a wonderful film this is!", "whatawonderfulfilmthisis"),
            ("TRÈS ÉLÉGANT", "treselegant"),
            ("très élégant", "treselegant"),
            ("忘れ られない。", "忘れられない"),
            ("ПРИВЕТ, Мир!", "приветмир"),
        ] {
            let letters = cutter.letters_of(quote.as_bytes()).expect("cut");
            assert_eq!(str::from_utf8(&letters), Ok(expected));
            assert_eq!(letters_in(&letters), expected.chars().count());
            for n in [0, 1, 3, 100] {
                let first: String = expected.chars().take(n).collect();
                assert_eq!(up_to(&letters, n), first.as_bytes());
            }
        }
    }
}
