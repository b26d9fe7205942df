//! Decides when two records are the same review.
//!
//! Owns: the identity key and the mark of an account; below it, clustering records into reviews
//! ([`cluster`]). Must never: let the order of imports affect *which* records belong together (it
//! only affects *whose value is shown*): any order of imports gives the same reviews, also after
//! undo.
//!
//! The rules (in words: the design's "Identity"):
//! - two ids of one site and audience decide, even if everything else differs;
//! - otherwise audience, work, byline and quote must be equal; without a quote, audience, work,
//!   byline, date and score; without a byline, also date and score. All of this is hashed into the
//!   *key*;
//! - two known publications that differ make two reviews; a missing one matches any;
//! - two records of one dump are one review only with positive evidence: an equal id, or equal
//!   byline and quote without a different date and, if a date is missing, without a different
//!   score. Records of one dump without byline and quote that are equal are numbered within it
//!   ([`content`]): the second of one dump matches the second of another;
//! - scores are compared by value (`revdb_model::score::compare`).
//!
//! A *standing mark* is an account's current opinion of a work (an export of ratings), not an
//! entry: all marks of one account, site and work are one review, which a later mark changes. If
//! the account also has *entries* of the work on that site (Letterboxd's diary.csv next to
//! ratings.csv), the mark joins the entry with the same score, or with no score, and adds nothing
//! to it.

use std::hash::{Hash, Hasher};

use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::Xxh3;

use super::score::compare::Judgement;
use super::{Audience, Review, name};

mod cluster;
mod cluster_candidates;

pub use cluster::{Member, SortKey, cluster};

/// The parts of a review that are hashed into its key. Names are folded, with aliases applied; the
/// work is its row id.
#[derive(Debug, Clone, Copy)]
pub struct KeyParts<'a> {
    /// Critics and users never share a key.
    pub audience: Audience,
    /// Row id of the work.
    pub work: i64,
    /// The byline, folded.
    pub byline_fold: Option<&'a str>,
    /// The words, cleaned.
    pub quote: Option<&'a str>,
    /// ISO 8601, possibly partial.
    pub date: Option<&'a str>,
    /// Compared by value.
    pub score: Option<&'a Judgement>,
    /// Number of equal records before this one in the dump; see [`content`].
    pub repeat: i64,
}

impl KeyParts<'_> {
    /// Without both of these, date and score must distinguish reviews.
    fn has_byline_and_quote(&self) -> bool {
        self.byline_fold.is_some() && self.quote.is_some()
    }
}

/// The 64-bit identity key. Equal reviews have equal keys; different ones collide about once in
/// 10^7 archives of a million reviews (birthday bound n²/2⁶⁵). So the quote is not compared again;
/// publications and ids, which are not part of the key, are.
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
    if !parts.has_byline_and_quote() {
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

/// The key of a record whose work has no row id yet: records with equal keys are one review only
/// if their works are one. `repeat`: see [`content`].
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

/// Identifies an account's opinion of a work: equal for its standing marks and its entries of that
/// work.
pub fn mark(site: &str, audience: Audience, work: i64, byline_fold: Option<&str>) -> i64 {
    let mut hash = Xxh3::new();
    for part in [site, audience.as_str(), byline_fold.unwrap_or("")] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(&work.to_le_bytes());
    hash.digest() as i64
}

/// A hash of a record's content if nothing else distinguishes it within its dump: equal records
/// are counted, and the count is part of their keys. `None` if it has an id, or byline and quote
/// (or is a standing mark, which the caller checks). It uses the record's own words for the work,
/// so that the count depends only on the dump.
pub fn content(review: &Review) -> Option<u64> {
    let is_distinct = review.id.is_some() || (review.byline.is_some() && review.quote.is_some());
    (!is_distinct).then(|| content_hash(review))
}

fn content_hash(review: &Review) -> u64 {
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

/// A quote normalised for comparison: white space collapsed, typographic variants and
/// compatibility characters replaced. Case and punctuation matter.
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

/// The byline folded for comparison; `None` if there is none.
pub fn byline_fold(byline: Option<&str>) -> Option<String> {
    byline.map(name::fold).filter(|folded| !folded.is_empty())
}

#[cfg(test)]
mod tests;
