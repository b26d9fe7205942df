//! `word_side`: how often each word stands in positive and in negative quotes.

use std::sync::Arc;

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::days::{is_negative, is_positive};
use super::halves::{Span, in_halves};
use super::source::{Source, audiences};
use super::words::{Cutter, Word};
use super::{Narrowed, Narrowing};
use crate::archive::ArchiveError;
use crate::query::laid::{Cells, Texts};

/// The columns that the view is narrowed by.
pub const NARROWED: Narrowed = Narrowed { audience: Some(0), shared: None, columns: &[0] };

/// How often a word stands in quotes of critics: neither, positive, negative; the same of users.
/// And in how many quotes of critics: positive, negative; the same of users.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    words: [u32; 6],
    quotes: [u32; 4],
    /// The quote that it was last met in.
    last: u32,
}

/// Words up to here are numbers to be counted by: looking a word up behind a pointer took
/// two thirds of the time.
const PACKED: usize = 16;

#[derive(Default)]
struct Words {
    /// ASCII words of at most [`PACKED`] letters, filled up with zero bytes.
    short: FxHashMap<u128, Counts>,
    counted: FxHashMap<Vec<u8>, Counts>,
}

pub fn word_side(
    conn: &Connection,
    source: &Source,
    narrowing: &Narrowing,
) -> Result<Vec<Cells>, ArchiveError> {
    let parts =
        in_halves(conn, source, narrowing, |conn, span| words(conn, span, source, narrowing))?;
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
    let side = |id: u32| side(source, id as usize, narrowing);
    let is_wanted = |id| side(id).is_some();
    Cutter::new().each_quote(conn, (span, source.is_sparse), is_wanted, |cutter, quote| {
        if let Some(side) = side(quote.id) {
            cutter.words(quote, |word| words.count(word, side, quote.id));
        }
        Ok(())
    })?;
    Ok(words)
}

/// How a quote counts, as the view says it: the place in [`Counts::words`]. `None` where nobody narrowing.
fn side(source: &Source, at: usize, narrowing: &Narrowing) -> Option<usize> {
    let facts = &source.facts;
    let state = facts
        .filtered()
        .get(at)
        .filter(|state| state.is_there() && narrowing.has(state.is_user()))?;
    let is_game = source.is_of_game(*facts.works().get(at)?);
    let side = match facts.scores().get(at).filter(|_| state.has_score()) {
        Some(&score) if is_positive(score, is_game) => 1,
        Some(&score) if is_negative(score, is_game) => 2,
        _ => 0,
    };
    Some(usize::from(state.is_user()) * 3 + side)
}

impl Words {
    fn count(&mut self, word: Word<'_>, side: usize, quote: u32) {
        let (Word::Ascii(bytes) | Word::Cut(bytes)) = word;
        let small = match word {
            Word::Ascii(_) => packed(bytes),
            // As FTS5 gave it, which may be plain ASCII: é is e there.
            Word::Cut(_) => packed(bytes).filter(|_| bytes.is_ascii()),
        };
        if let Some(word) = small {
            self.short.entry(word).or_default().add(side, quote);
            return;
        }
        let lower = bytes.to_ascii_lowercase();
        self.counted.entry(lower).or_default().add(side, quote);
    }

    /// Adds what another has counted, of other quotes.
    fn take(&mut self, other: Words) {
        if self.short.is_empty() && self.counted.is_empty() {
            *self = other;
            return;
        }
        for (word, counts) in other.short {
            self.short.entry(word).or_default().take(&counts);
        }
        for (word, counts) in other.counted {
            self.counted.entry(word).or_default().take(&counts);
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
    plus_quotes: Vec<u32>,
    minus_quotes: Vec<u32>,
}

impl Rows {
    fn add(&mut self, texts: &mut Texts, word: &[u8], counts: &Counts) {
        let number = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        texts.push(&String::from_utf8_lossy(word));
        let [critics @ .., _, _, _] = &counts.words;
        let [_, _, _, users @ ..] = &counts.words;
        let [critic_quotes @ .., _, _] = &counts.quotes;
        let [_, _, user_quotes @ ..] = &counts.quotes;
        let of_both = [(0, critics, critic_quotes), (1, users, user_quotes)];
        for (audience, [neither, plus, minus], [plus_quotes, minus_quotes]) in of_both {
            if neither + plus + minus > 0 {
                self.audiences.push(audience);
                self.words.push(number);
                self.all.push(neither + plus + minus);
                self.plus.push(*plus);
                self.minus.push(*minus);
                self.plus_quotes.push(*plus_quotes);
                self.minus_quotes.push(*minus_quotes);
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
            Cells::Count(self.plus_quotes),
            Cells::Count(self.minus_quotes),
        ];
        cells.extend(totals);
        cells
    }
}

impl Counts {
    fn add(&mut self, side: usize, quote: u32) {
        if let Some(count) = self.words.get_mut(side) {
            *count += 1;
        }
        let is_new = std::mem::replace(&mut self.last, quote) != quote;
        let place = match side {
            1 | 2 => side - 1,
            4 | 5 => side - 2,
            _ => return,
        };
        if let (true, Some(quotes)) = (is_new, self.quotes.get_mut(place)) {
            *quotes += 1;
        }
    }

    fn take(&mut self, other: &Counts) {
        self.words.iter_mut().zip(other.words).for_each(|(into, more)| *into += more);
        self.quotes.iter_mut().zip(other.quotes).for_each(|(into, more)| *into += more);
    }
}

/// A short ASCII word in small letters as a number; no word has a zero byte in it.
fn packed(word: &[u8]) -> Option<u128> {
    let mut bytes = [0; PACKED];
    bytes.get_mut(..word.len())?.copy_from_slice(word);
    bytes.make_ascii_lowercase();
    Some(u128::from_le_bytes(bytes))
}
