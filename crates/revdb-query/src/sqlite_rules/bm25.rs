//! The best matches of a full-text query, without ranking all.
//!
//! Owns: BM25 as FTS5 computes it, and the bound that skips a match. Must never: return another
//! result than `ORDER BY bm25(review_fts), rowid LIMIT n`, or hold more than a few times `n`
//! matches.
//!
//! A weight needs the quote's length, whose look-up is nearly all of the cost of `bm25()`. The
//! quote is at least as long as the position of its last hit, and shorter quotes rank higher; if
//! even that length does not suffice, the look-up is skipped. Of 565,373 matches in a million
//! reviews, 2,345 were looked up.

use rusqlite::Connection;

use super::fts5::{self, Code, Row};
use crate::ids::Ids;
use revdb_sql::sql;

/// FTS5's constants of BM25 (`fts5Bm25Function` in SQLite's source; the formula is in
/// section 5.1.1 of FTS5's documentation).
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// FTS5's inverse document frequency for a phrase in more than half of the rows.
const LEAST_RARITY: f64 = 1e-6;

/// Scores with a smaller relative difference may become equal when multiplied by the rarity:
/// thousands of times the rounding error of a multiplication.
const NEARLY: f64 = 1e-12;

/// A match among the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighed {
    /// As `bm25()`: lower is better.
    pub weight: f64,
    /// The review.
    pub id: i64,
}

/// The `limit` best matches of `words` among `ids` (`None` is all), best first; equal ones by id.
///
/// Weights equal those of `bm25()` to the last bit where the C compiler does not fuse operations,
/// as on x86-64.
///
/// # Errors
/// A syntax error of FTS5, or the archive's error.
pub fn best(
    conn: &Connection,
    words: &str,
    limit: usize,
    among: Option<&Ids>,
) -> rusqlite::Result<Vec<Weighed>> {
    let mut best = Best::new(limit.max(1));
    let mut query: Option<Query> = None;
    let is_among =
        |rowid: i64| among.is_none_or(|ids| u32::try_from(rowid).is_ok_and(|id| ids.contains(id)));
    fts5::visit(conn, sql("search/weigh"), words, &mut |row| {
        if !is_among(row.rowid()?) {
            return Ok(false);
        }
        let query = match &mut query {
            Some(query) => query,
            None if among.is_none() && row.phrases()? == 1 => {
                best.rarity = weigh_phrase(row, &mut best)?;
                return Ok(true);
            }
            none => none.insert(Query::of(row)?),
        };
        query.consider(row, &mut best)?;
        Ok(false)
    })?;
    let mut weighed = best.weighed();
    weighed.truncate(limit);
    Ok(weighed)
}

/// Weighs all rows of a query that consists of one phrase, and returns the phrase's rarity, known
/// after the same pass: it is a common factor, so the order hardly needs it. Cheaper than SQLite's
/// own steps per match plus a count in advance (docs/performance.md).
fn weigh_phrase(row: &Row<'_>, best: &mut Best) -> Result<f64, Code> {
    let mut query = Query::without_rarities(row)?;
    query.rarities.push(1.0);
    query.hits.push(0.0);
    let mut found = 0;
    row.each_with_phrase(0, |row| {
        found += 1;
        query.consider(row, best)
    })?;
    Ok(rarity(row.all_rows()?, found))
}

/// BM25's inputs for a query and its index.
struct Query {
    /// Average number of tokens per row.
    average: f64,
    /// By phrase.
    rarities: Vec<f64>,
    /// By phrase, in the current row.
    hits: Vec<f64>,
}

impl Query {
    fn of(row: &Row<'_>) -> Result<Self, Code> {
        let mut query = Query::without_rarities(row)?;
        let rows = row.all_rows()?;
        for phrase in 0..row.phrases()? {
            let mut found = 0;
            row.each_with_phrase(phrase, |_| {
                found += 1;
                Ok(())
            })?;
            query.rarities.push(rarity(rows, found));
            query.hits.push(0.0);
        }
        Ok(query)
    }

    fn without_rarities(row: &Row<'_>) -> Result<Self, Code> {
        let average = row.all_tokens()? as f64 / row.all_rows()? as f64;
        Ok(Query { average, rarities: Vec::new(), hits: Vec::new() })
    }

    /// Keeps the row if it may be among the best. Every operation of [`score`](Self::score) is
    /// monotonic including rounding, so the bound holds to the last bit.
    ///
    /// The bound uses the phrase that ends first, not last: at a row where `NEAR(a b) OR c`
    /// matches because of `c`, FTS5 reports for `b` the positions of an earlier row (and counts
    /// them, as this code does). At least one phrase is this row's own.
    fn consider(&mut self, row: &Row<'_>, best: &mut Best) -> Result<(), Code> {
        let mut shortest = i32::MAX;
        for (phrase, count) in (0..).zip(&mut self.hits) {
            let hits = row.hits(phrase)?;
            *count = f64::from(hits.count);
            if hits.count > 0 {
                shortest = shortest.min(hits.end);
            }
        }
        if best.takes(self.score(f64::from(shortest))) {
            let score = self.score(f64::from(row.length()?));
            if best.takes(score) {
                best.keep(score, row.rowid()?);
            }
        }
        Ok(())
    }

    /// FTS5's formula, with its order of operations.
    fn score(&self, length: f64) -> f64 {
        let mut score = 0.0;
        for (rarity, hits) in self.rarities.iter().zip(&self.hits) {
            score += rarity
                * ((hits * (K1 + 1.0)) / (hits + K1 * (1.0 - B + B * length / self.average)));
        }
        score
    }
}

/// FTS5's inverse document frequency of a phrase that occurs in `found` of `rows`.
fn rarity(rows: i64, found: i64) -> f64 {
    let rarity = (((rows - found) as f64 + 0.5) / (found as f64 + 0.5)).ln();
    if rarity <= 0.0 { LEAST_RARITY } else { rarity }
}

/// The best matches so far, and some more.
struct Best {
    limit: usize,
    /// Score and rowid.
    kept: Vec<(f64, i64)>,
    /// The number kept before the worst are discarded.
    room: usize,
    /// The requested number of matches have at least this score.
    least: f64,
    /// The factor by which all scores will be multiplied.
    rarity: f64,
}

impl Best {
    fn new(limit: usize) -> Self {
        let room = limit.saturating_mul(2);
        Best { limit, kept: Vec::new(), room, least: f64::NEG_INFINITY, rarity: 1.0 }
    }

    /// Rows come in ascending rowid, so an equally good later one is not better.
    fn takes(&self, score: f64) -> bool {
        score > self.least
    }

    fn keep(&mut self, score: f64, rowid: i64) {
        self.kept.push((score, rowid));
        if self.kept.len() < self.room {
            return;
        }
        self.kept.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        if let Some(&(least, _)) = self.kept.get(self.limit - 1) {
            self.least = least;
            let floor = least * (1.0 - NEARLY);
            self.kept.truncate(self.kept.partition_point(|&(score, _)| score >= floor));
        }
        self.room = self.kept.len().saturating_mul(2);
    }

    fn weighed(self) -> Vec<Weighed> {
        let weigh = |(score, id): (f64, i64)| Weighed { weight: -(self.rarity * score), id };
        let mut weighed: Vec<Weighed> = self.kept.into_iter().map(weigh).collect();
        weighed.sort_unstable_by(|a, b| a.weight.total_cmp(&b.weight).then(a.id.cmp(&b.id)));
        weighed
    }
}

#[cfg(test)]
mod tests;
