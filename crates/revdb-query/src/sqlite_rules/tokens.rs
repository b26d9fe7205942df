//! Splits quotes into the tokens of the full-text index.
//!
//! Runs of ASCII letters and digits are split here as `unicode61` does; a run with any other
//! character goes to FTS5's tokenizer. Other ASCII characters always separate tokens in
//! `unicode61`, so runs can be handled independently.
//!
//! Must never: return another token than the index has, or quotes out of the order of their ids.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, named_params};

use super::fts5::Tokenizer;
use revdb_sql::sql;

/// Longer ASCII runs go to FTS5 as well, since FTS5 truncates very long words.
const LONGEST_WORD: usize = 256;

/// Whether a byte separates words: an ASCII character other than a letter or digit.
const PARTS: [bool; 256] = {
    let mut parts = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        parts[byte as usize] = !(byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    parts
};

/// A range of quotes: ids after the first number, up to the second.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub after: i64,
    pub up_to: i64,
    /// So few pass that each is looked up separately.
    pub is_sparse: bool,
}

/// A token of a quote.
#[derive(Debug, Clone, Copy)]
pub enum Word<'w> {
    /// ASCII, in any case.
    Ascii(&'w [u8]),
    /// As in the index.
    Cut(&'w [u8]),
}

/// A quote and its review.
#[derive(Debug, Clone, Copy)]
pub struct Quote<'q> {
    pub id: u32,
    pub text: &'q [u8],
    pub score_text: Option<&'q [u8]>,
}

/// Calls `show` with each quote of a span, in the order of ids.
///
/// # Errors
/// SQLite's error, or that of `show`.
pub fn each_quote(
    conn: &Connection,
    span: &Span,
    mut show: impl FnMut(&Quote<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let quotes = match span.is_sparse {
        true => sql("engine/quotes_filtered"),
        false => sql("engine/quotes"),
    };
    let mut statement = conn.prepare(quotes)?;
    let mut rows = statement.query(named_params! {":after": span.after, ":up_to": span.up_to})?;
    while let Some(row) = rows.next()? {
        if let ValueRef::Text(text) = row.get_ref(1)? {
            let score_text = row.get_ref(2)?.as_bytes_or_null()?;
            show(&Quote { id: row.get(0)?, text, score_text })?;
        }
    }
    Ok(())
}

/// Splits texts into tokens.
pub struct Cutter(Tokenizer);

impl Cutter {
    /// # Errors
    /// If SQLite has no FTS5.
    pub fn new() -> rusqlite::Result<Self> {
        Tokenizer::unicode61().map(Cutter)
    }

    /// Calls `show` with the tokens of a text, in order.
    ///
    /// # Errors
    /// FTS5's error.
    pub fn words(&self, text: &[u8], mut show: impl FnMut(Word<'_>)) -> rusqlite::Result<()> {
        let parts = |byte: &u8| PARTS.get(usize::from(*byte)).is_some_and(|parts| *parts);
        for piece in text.split(parts).filter(|piece| !piece.is_empty()) {
            match piece.is_ascii() && piece.len() <= LONGEST_WORD {
                true => show(Word::Ascii(piece)),
                false => self.0.each(piece, |word| show(Word::Cut(word)))?,
            }
        }
        Ok(())
    }

    /// Replaces `letters` by the concatenated tokens of a text in lower case.
    ///
    /// # Errors
    /// As [`words`](Self::words).
    pub fn letters(&self, text: &[u8], letters: &mut Vec<u8>) -> rusqlite::Result<()> {
        letters.clear();
        self.words(text, |word| match word {
            Word::Ascii(word) => letters.extend(word.iter().map(u8::to_ascii_lowercase)),
            Word::Cut(word) => letters.extend(word),
        })
    }
}

/// How the index folds single characters: each of `letters` becomes the character of `folds` at
/// the same position, and those beyond its end, combining marks, nothing.
#[derive(Debug, Default)]
pub struct Folds {
    /// Characters that the index folds.
    pub letters: String,
    /// Their folded forms.
    pub folds: String,
}

impl Cutter {
    /// Folds of all characters of the basic plane.
    ///
    /// # Errors
    /// As [`words`](Self::words).
    pub fn folds(&self) -> rusqlite::Result<Folds> {
        let (mut folds, mut marks) = (Folds::default(), String::new());
        let mut word = Vec::new();
        for letter in 'A'..='\u{FFFF}' {
            self.letters(letter.encode_utf8(&mut [0; 4]).as_bytes(), &mut word)?;
            let mut folded = String::from_utf8_lossy(&word).into_owned();
            match (folded.pop(), folded.is_empty()) {
                (Some(one), true) if one != letter => {
                    folds.letters.push(letter);
                    folds.folds.push(one);
                }
                (None, _) => {
                    self.letters(format!("e{letter}e").as_bytes(), &mut word)?;
                    let mut words = 0;
                    self.words(format!("e{letter}e").as_bytes(), |_| words += 1)?;
                    if words == 1 && word == b"ee" {
                        marks.push(letter);
                    }
                }
                _ => {}
            }
        }
        folds.letters.push_str(&marks);
        Ok(folds)
    }
}

/// Number of characters: bytes that do not continue one.
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
    use proptest::prelude::*;

    use super::*;

    /// The tokens of a text in FTS5's own index.
    fn indexed(conn: &Connection, text: &str) -> Vec<String> {
        conn.execute("INSERT INTO piece (rowid, text) VALUES (1, ?1)", [text]).expect("indexed");
        let mut statement =
            conn.prepare_cached("SELECT term FROM piece_word ORDER BY offset").expect("words");
        let words = statement.query_map([], |row| row.get(0)).expect("words");
        let words = words.collect::<Result<_, _>>().expect("a word");
        conn.execute("INSERT INTO piece (piece) VALUES ('delete-all')", []).expect("cleared");
        words
    }

    fn same(text: &str) {
        let conn = Connection::open_in_memory().expect("memory");
        conn.execute_batch(
            "CREATE VIRTUAL TABLE piece USING fts5 (
                 text, content = '', tokenize = 'unicode61 remove_diacritics 2');
             CREATE VIRTUAL TABLE piece_word USING fts5vocab ('piece', 'instance');",
        )
        .expect("an index");
        let mut words = Vec::new();
        let cutter = Cutter::new().expect("a tokenizer");
        let cut = cutter.words(text.as_bytes(), |word| {
            let (Word::Ascii(bytes) | Word::Cut(bytes)) = word;
            words.push(String::from_utf8_lossy(bytes).to_ascii_lowercase());
        });
        cut.expect("cut");
        assert_eq!(words, indexed(&conn, text), "{text:?}");
    }

    proptest! {
        #[test]
        fn tokens_equal_the_indexs(
            text in "([a-zA-Z0-9 '.,_-]|[àéîõüÇßİǄﬁ№½]|[жЁが映画ไทย]|[\u{300}\u{301}…“”’🎬]){0,60}",
        ) {
            same(&text);
        }
    }

    #[test]
    fn very_long_words_are_truncated_like_in_the_index() {
        for letter in ["a", "é"] {
            same(&format!("x {} y", letter.repeat(40_000)));
        }
    }

    #[test]
    fn characters_are_folded_like_in_the_index() {
        let folds = Cutter::new().expect("a tokenizer").folds().expect("folds");
        let known: Vec<char> = folds.folds.chars().collect();
        let of = |wanted: char| {
            let at = folds.letters.chars().position(|letter| letter == wanted)?;
            Some(known.get(at).copied())
        };
        assert_eq!(of('É'), Some(Some('e')));
        assert_eq!(of('Ж'), Some(Some('ж')));
        assert_eq!(of('\u{301}'), Some(None));
        assert_eq!(of('a'), None);
        assert_eq!(of('…'), None);
    }

    #[test]
    fn letters_are_the_concatenated_tokens() {
        let (cutter, mut letters) = (Cutter::new().expect("a tokenizer"), Vec::new());
        for (quote, expected) in [
            ("", ""),
            ("A “warm”, careful\nstory – it's on-line…", "awarmcarefulstoryitsonline"),
            ("TRÈS ÉLÉGANT", "treselegant"),
            ("忘れ られない。", "忘れられない"),
            ("ПРИВЕТ, Мир!", "приветмир"),
        ] {
            cutter.letters(quote.as_bytes(), &mut letters).expect("cut");
            assert_eq!(str::from_utf8(&letters), Ok(expected));
            assert_eq!(letters_in(&letters), expected.chars().count());
            for n in [0, 1, 3, 100] {
                let first: String = expected.chars().take(n).collect();
                assert_eq!(up_to(&letters, n), first.as_bytes());
            }
        }
    }
}
