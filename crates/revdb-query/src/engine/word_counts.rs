//! `word_counts`: how often each word occurs in positive and in negative quotes.

use std::sync::Arc;

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::parallel_scan::in_parallel;
use super::source::{Band, Source};
use super::{View, audience, has_audience, rows};
use crate::memory_table::{Column, Record, Request};
use crate::sqlite_rules::tokens::{Cutter, Span, Word, each_quote};
use revdb_store::ArchiveError;

pub const VIEW: View = View {
    ascending: 1,
    reviews_a_row: 1,
    pushdown: &["audience"],
    ..View::new("word_counts", Counted::columns, |source, request| rows(make(source, request)))
};

/// A word in the quotes of one audience.
struct Counted {
    is_user: bool,
    word: Arc<str>,
    counts: Counts,
    /// Words of all quotes, of positive and of negative ones.
    totals: [u32; 3],
}

impl Record for Counted {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("audience", |row| audience(row.is_user)),
        Column::text("word", |row| (&*row.word).into()),
        Column::integer("y", |row| row.counts.all().into()),
        Column::integer("plus", |row| row.counts.words[1].into()),
        Column::integer("minus", |row| row.counts.words[2].into()),
        Column::integer("said", |row| (row.counts.words[1] + row.counts.words[2]).into()),
        Column::integer("plus_quotes", |row| row.counts.quotes[1].into()),
        Column::integer("minus_quotes", |row| row.counts.quotes[2].into()),
        Column::integer("y_all", |row| row.totals[0].into()),
        Column::integer("plus_all", |row| row.totals[1].into()),
        Column::integer("minus_all", |row| row.totals[2].into()),
    ];
}

/// Occurrences of a word in other, positive and negative quotes, and numbers of such quotes.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    words: [u32; 3],
    quotes: [u32; 3],
    /// The last quote that contained it.
    last: u32,
}

/// Critics' and users' counts.
type OfBoth = [Counts; 2];

/// The longest word that is a number as a key: hashing through a pointer took two thirds of the
/// time.
const PACKED: usize = 16;

#[derive(Default)]
struct Words {
    /// ASCII words of at most [`PACKED`] letters, padded with zero bytes.
    short: FxHashMap<u128, OfBoth>,
    long: FxHashMap<Vec<u8>, OfBoth>,
}

fn make(source: &Source<'_>, request: &Request) -> Result<Vec<Counted>, ArchiveError> {
    let sides = Sides::of(source, request)?;
    let mut parts = in_parallel(source, |conn, span| sides.words(conn, span))?.into_iter();
    let mut all = parts.next().unwrap_or_default();
    parts.for_each(|part| all.take(part));
    Ok(all.rows())
}

/// Each review's audience and the class of its quote: 0 other, 1 positive, 2 negative.
struct Sides(Vec<Option<(bool, u8)>>);

impl Sides {
    fn of(source: &Source<'_>, request: &Request) -> Result<Self, ArchiveError> {
        let facts = source.work_facts()?;
        let has = [false, true].map(|is_user| has_audience(request, 0, is_user));
        let columns = source.passing()?.iter().zip(source.works()?).zip(source.scores()?);
        let sides = columns.map(|((state, work), score)| {
            let is_user = state.is_user();
            let side = match state.has_score().then(|| facts.band(*work, *score)) {
                Some(Band::Positive) => 1,
                Some(Band::Negative) => 2,
                _ => 0,
            };
            (state.exists() && has[usize::from(is_user)]).then_some((is_user, side))
        });
        Ok(Sides(sides.collect()))
    }

    fn get(&self, id: u32) -> Option<(bool, u8)> {
        self.0.get(id as usize).copied().flatten()
    }

    /// Counts the words of the quotes of a span.
    fn words(&self, conn: &Connection, span: &Span) -> rusqlite::Result<Words> {
        let (mut words, cutter) = (Words::default(), Cutter::new()?);
        each_quote(conn, span, |quote| match self.get(quote.id) {
            Some((is_user, side)) => cutter.words(quote.text, |word| {
                words.of(word)[usize::from(is_user)].add(usize::from(side), quote.id);
            }),
            None => Ok(()),
        })?;
        Ok(words)
    }
}

impl Words {
    fn of(&mut self, word: Word<'_>) -> &mut OfBoth {
        let (Word::Ascii(bytes) | Word::Cut(bytes)) = word;
        // A token of FTS5 may be plain ASCII, too: é becomes e.
        match packed(bytes).filter(|_| bytes.is_ascii()) {
            Some(word) => self.short.entry(word).or_default(),
            None => self.long.entry(bytes.to_ascii_lowercase()).or_default(),
        }
    }

    /// Adds the counts of other quotes.
    fn take(&mut self, other: Words) {
        for (word, counts) in other.short {
            take(self.short.entry(word).or_default(), &counts);
        }
        for (word, counts) in other.long {
            take(self.long.entry(word).or_default(), &counts);
        }
    }

    /// One row per word and audience, critics first.
    fn rows(&self) -> Vec<Counted> {
        let text = |bytes: &[u8]| -> Arc<str> { String::from_utf8_lossy(bytes).into() };
        let short = self.short.iter().map(|(word, counts)| {
            let bytes = word.to_le_bytes();
            let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(PACKED);
            (text(bytes.get(..end).unwrap_or_default()), counts)
        });
        let long = self.long.iter().map(|(word, counts)| (text(word), counts));
        let words: Vec<(Arc<str>, &OfBoth)> = short.chain(long).collect();
        let mut rows = Vec::with_capacity(words.len());
        for is_user in [false, true] {
            let counts = words.iter().map(|(word, counts)| (word, counts[usize::from(is_user)]));
            let counts = counts.filter(|(_, counts)| counts.all() > 0);
            let totals = counts.clone().fold([0; 3], |[all, plus, minus], (_, counts)| {
                [all + counts.all(), plus + counts.words[1], minus + counts.words[2]]
            });
            rows.extend(counts.map(|(word, counts)| Counted {
                is_user,
                word: Arc::clone(word),
                counts,
                totals,
            }));
        }
        rows
    }
}

fn take(into: &mut OfBoth, other: &OfBoth) {
    for (into, other) in into.iter_mut().zip(other) {
        into.words.iter_mut().zip(other.words).for_each(|(into, more)| *into += more);
        into.quotes.iter_mut().zip(other.quotes).for_each(|(into, more)| *into += more);
    }
}

impl Counts {
    fn add(&mut self, side: usize, quote: u32) {
        self.words[side] += 1;
        self.quotes[side] += u32::from(std::mem::replace(&mut self.last, quote) != quote);
    }

    fn all(&self) -> u32 {
        self.words.iter().sum()
    }
}

/// A short ASCII word in lower case as a number; no word contains a zero byte.
fn packed(word: &[u8]) -> Option<u128> {
    let mut bytes = [0; PACKED];
    bytes.get_mut(..word.len())?.copy_from_slice(word);
    bytes.make_ascii_lowercase();
    Some(u128::from_le_bytes(bytes))
}
