//! When two records are the same review.
//!
//! Owns: the identity key and the mark of an account; below it the clustering of
//! records into reviews ([`cluster`]). Must never: depend on the order in which
//! dumps were imported to decide *which* records belong together (only *whose
//! value is shown* goes by order), because undo and re-import promise that any
//! order gives the same reviews.
//!
//! The rules (in words: the design's "Identity"):
//! - two ids of one site and audience decide, whatever the rest says;
//! - else audience, work, byline and quote must be equal; without a quote,
//!   audience, work, byline, date and score; without a byline, the date
//!   and score too. All of this is hashed into the *key*;
//! - two known publications that differ make two reviews, a missing one fits any;
//! - two records of one dump are one only where something says so: an id, or
//!   byline and quote, with no other date and, where a date is missing, no other score. Records without byline and quote that say the same
//!   are distinguished by how many of them precede in the dump
//!   ([`content`]): the second of one dump is the second of another;
//! - scores are compared by value (`revdb_model::score::compare`).
//!
//! A *standing mark* is what an account thinks of a work now (an export of
//! ratings), and no entry of its own: all of one account, site and work are one
//! review, and a later one changes it. Beside the *entries* that the
//! account has of the work on that site (Letterboxd's diary.csv beside ratings.csv) it belongs to the
//! one that has the same score, or no score, and adds nothing to it.

use std::hash::{Hash, Hasher};

use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::Xxh3;

use super::score::compare::Judgement;
use super::{Audience, Review, name};

mod cluster;
mod cluster_candidates;

pub use cluster::{Member, Said, cluster};

/// What of a review goes into its key. Names are given folded and with aliases
/// followed; the work is its row's number.
#[derive(Debug, Clone, Copy)]
pub struct KeyParts<'a> {
    /// Critics and users never share a key.
    pub audience: Audience,
    /// Number of the work.
    pub work: i64,
    /// The byline, folded.
    pub byline_fold: Option<&'a str>,
    /// The words, cleaned.
    pub quote: Option<&'a str>,
    /// ISO 8601, possibly partial.
    pub date: Option<&'a str>,
    /// Compared as a value, not as it was spelt.
    pub score: Option<&'a Judgement>,
    /// How many records of the dump said the same before; see [`content`].
    pub repeat: i64,
}

impl KeyParts<'_> {
    /// Who wrote what: without these two, date and score must tell reviews apart.
    fn says_who_and_what(&self) -> bool {
        self.byline_fold.is_some() && self.quote.is_some()
    }
}

/// The 64-bit identity key. Equal reviews have equal keys; unequal ones share
/// a key by accident about once in 10^7 archives of a million reviews (the
/// birthday bound n²/2⁶⁵), which is why publications and ids are compared
/// beside it but the quote is not compared again.
pub fn key(parts: &KeyParts<'_>) -> i64 {
    let mut hash = Xxh3::new();
    let mut put = |tag: u8, bytes: &[u8]| {
        hash.update(&[tag]);
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    put(b'a', parts.audience.as_str().as_bytes());
    put(b'w', &parts.work.to_le_bytes());
    if let Some(byline) = parts.byline_fold {
        put(b'b', byline.as_bytes());
    }
    if let Some(quote) = parts.quote {
        put(b'q', comparable(quote).as_bytes());
    }
    if !parts.says_who_and_what() {
        put(b'd', parts.date.unwrap_or("").as_bytes());
        match parts.score {
            Some(Judgement::Points(points)) => put(b's', &points.to_le_bytes()),
            Some(Judgement::Text(text)) => put(b't', text.as_bytes()),
            None => {}
        }
        if parts.repeat > 0 {
            put(b'r', &parts.repeat.to_le_bytes());
        }
    }
    hash.digest() as i64
}

/// The key of a record whose work is not known by a number yet: two that are equal are one review
/// only where their works are one. `repeat`: see [`content`].
pub fn key_without_work(review: &Review, repeat: i64) -> i64 {
    let byline = byline_fold(review.byline.as_deref());
    let date = review.date.map(|date| date.to_string());
    key(&KeyParts {
        audience: review.audience,
        work: 0,
        byline_fold: byline.as_deref(),
        quote: review.quote.as_deref(),
        date: date.as_deref(),
        score: Judgement::of(review.score, review.score_text.as_deref()).as_ref(),
        repeat,
    })
}

/// What an account of a site thinks of a work: its standing marks and its
/// entries of one work have this in common.
pub fn mark(site: &str, audience: Audience, work: i64, byline_fold: Option<&str>) -> i64 {
    let mut hash = Xxh3::new();
    for part in [site, audience.as_str(), byline_fold.unwrap_or("")] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(&work.to_le_bytes());
    hash.digest() as i64
}

/// What a record says, where that alone cannot tell it from another of its dump: the
/// dump's records with one content are counted, and the count is part of their keys. `None`
/// where something else tells: an id, or byline and quote (or that it is a
/// standing mark, which is for the caller to know). It is what the record itself says, its words
/// for the work too, so that the count hangs on the dump alone.
pub fn content(review: &Review) -> Option<u64> {
    let tells = review.id.is_some() || (review.byline.is_some() && review.quote.is_some());
    (!tells).then(|| said(review))
}

fn said(review: &Review) -> u64 {
    struct Into64(Xxh3);
    impl Hasher for Into64 {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            self.0.digest()
        }
    }
    let mut hash = Into64(Xxh3::new());
    review.audience.hash(&mut hash);
    review.work.hash(&mut hash);
    byline_fold(review.byline.as_deref()).hash(&mut hash);
    review.publication.as_deref().map(name::fold).hash(&mut hash);
    review.date.map(|date| date.to_string()).hash(&mut hash);
    Judgement::of(review.score, review.score_text.as_deref()).hash(&mut hash);
    review.quote.as_deref().map(comparable).hash(&mut hash);
    hash.finish()
}

/// A quote as it is compared: white space single, typographic variants and
/// compatibility characters made plain. Case and punctuation count.
fn comparable(quote: &str) -> std::borrow::Cow<'_, str> {
    let plain = quote.is_ascii() && !quote.bytes().any(|b| b.is_ascii_whitespace() && b != b' ');
    if plain && !quote.contains("  ") {
        return quote.into();
    }
    let mut text = String::with_capacity(quote.len());
    let mut space = false;
    for c in quote.nfkc() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && !text.is_empty() {
            text.push(' ');
        }
        space = false;
        text.push(match c {
            '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' => '\'',
            '\u{201C}' | '\u{201D}' => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c,
        });
    }
    text.into()
}

/// The byline as it is compared; `None` where there is none.
pub fn byline_fold(byline: Option<&str>) -> Option<String> {
    byline.map(name::fold).filter(|folded| !folded.is_empty())
}

#[cfg(test)]
mod tests;
