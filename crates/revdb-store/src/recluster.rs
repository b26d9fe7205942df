//! Resolves again which records are one review, and writes the result.
//!
//! The decision is [`revdb_model::identity::cluster`] over everything that shares a key or an id.
//! An import uses it only for records with several candidates; undo and merge always do.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, named_params};

use super::fulltext::FullText;
use super::importing::Outcome;
use super::names::Names;
use super::review_row::{self, ReviewRow};
use super::sighting::{Seen, differs_json};
use super::{ArchiveError, sql::sql};
use revdb_model::Audience;
use revdb_model::identity::{self, KeyParts};
use revdb_model::merge::{Change, Values};

mod corrected;
mod members;
mod shown;

use corrected::applied;
pub use corrected::{AsRead, as_read, check_corrected};

/// A record's place: dump and record number.
pub type At = (i64, i64);

/// A record's effect on its review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordOutcome {
    /// The line.
    pub line: i64,
    /// The outcome.
    pub outcome: Outcome,
    /// Whether an earlier record of the dump has the same review.
    pub repeats: bool,
}

/// What changes of names, works or dumps leave to be resolved.
#[derive(Debug, Default)]
pub struct Affected {
    /// Records to resolve.
    pub records: BTreeSet<At>,
    /// Works that may have lost their last mention.
    pub works: BTreeSet<i64>,
    /// Critics that may have lost their last review.
    pub critics: BTreeSet<i64>,
    /// Publications that may have lost their last review.
    pub publications: BTreeSet<i64>,
    /// Mentions that moved to another work.
    pub moved: BTreeSet<At>,
    /// If requested, the outcomes of this dump's records.
    pub outcomes: Option<(i64, BTreeMap<i64, RecordOutcome>)>,
    /// Reviews that were written.
    pub reviews: BTreeSet<i64>,
    /// Number of records requested.
    pub looked_at: usize,
}

impl Affected {
    /// Adds all records that name a work by this mention.
    ///
    /// # Errors
    /// The archive's error.
    pub fn gather_records(
        &mut self,
        conn: &Connection,
        (dump_id, mention): At,
    ) -> Result<(), ArchiveError> {
        let mut statement = conn.prepare_cached(sql("sighting/of_mention"))?;
        let params = named_params! {":dump_id": dump_id, ":mention": mention};
        for record in statement.query_map(params, |row| row.get(0))? {
            self.records.insert((dump_id, record?));
        }
        Ok(())
    }
}

/// A record with its own values.
pub(super) struct Fact {
    seen: Seen,
    audience: Audience,
    values: Values,
    publication_fold: Option<String>,
}

impl Fact {
    /// Sort key: the dump's position first.
    fn order(&self) -> (i64, i64, i64) {
        (self.seen.place, self.seen.sighting.dump_id, self.seen.sighting.record)
    }
}

/// Resolves all `affected` records and everything linked to them.
///
/// # Errors
/// The archive's error.
pub fn recluster(
    conn: &Connection,
    names: &mut Names,
    affected: &mut Affected,
    fulltext: &FullText,
) -> Result<(), ArchiveError> {
    let seeds = std::mem::take(&mut affected.records);
    affected.looked_at += seeds.len();
    rekey(conn, names, &seeds)?;
    let mut done: BTreeSet<At> = BTreeSet::new();
    for seed in seeds {
        if done.contains(&seed) {
            continue;
        }
        let facts = closure(conn, names, seed)?;
        done.extend(
            facts.iter().map(|fact| (fact.seen.sighting.dump_id, fact.seen.sighting.record)),
        );
        write_group(conn, names, facts, fulltext, affected)?;
    }
    Ok(())
}

/// Updates keys and marks, which depend on the work's number and the folded byline.
fn rekey(conn: &Connection, names: &mut Names, records: &BTreeSet<At>) -> Result<(), ArchiveError> {
    for &at in records {
        let mut fact = read_fact(conn, names, at)?;
        let fields = KeyFields {
            audience: fact.audience,
            work: fact.seen.work_id,
            values: &fact.values,
            repeat: fact.seen.sighting.repeat,
            account: fact.seen.account.as_deref(),
        };
        let (key, mark) = fields.keys(conn, names)?;
        if (key, mark) != (fact.seen.sighting.key, fact.seen.sighting.mark) {
            (fact.seen.sighting.key, fact.seen.sighting.mark) = (key, mark);
            fact.seen.sighting.update(conn)?;
        }
    }
    Ok(())
}

/// The fields of a record that identify it besides a site's id.
pub struct KeyFields<'a> {
    pub audience: Audience,
    pub work: i64,
    pub values: &'a Values,
    pub repeat: i64,
    pub account: Option<&'a str>,
}

impl KeyFields<'_> {
    /// Its key, and its mark if it is from an account's own export.
    ///
    /// # Errors
    /// The archive's error.
    pub fn keys(
        &self,
        conn: &Connection,
        names: &Names,
    ) -> Result<(i64, Option<i64>), ArchiveError> {
        let values = self.values;
        let byline =
            values.byline.as_deref().map(|name| names.byline_compared(conn, name)).transpose()?;
        let byline_fold = byline.as_ref().map(|name| name.fold.as_str());
        // With byline and quote, as in most records, the score is not part of the key.
        let score = match (&values.byline, &values.quote) {
            (Some(_), Some(_)) => None,
            _ => values.judgement(),
        };
        let key = identity::key(&KeyParts {
            audience: self.audience,
            work: self.work,
            byline_fold,
            quote: values.quote.as_deref(),
            date: values.date.as_deref(),
            score: score.as_ref(),
            repeat: self.repeat,
        });
        let mark =
            self.account.map(|site| identity::mark(site, self.audience, self.work, byline_fold));
        Ok((key, mark))
    }
}

fn read_fact(conn: &Connection, names: &mut Names, at: At) -> Result<Fact, ArchiveError> {
    let seen = Seen::read(conn, at.0, at.1)?;
    let row = ReviewRow::read(conn, seen.sighting.review_id)?;
    let values = seen.values(&row.values)?;
    let publication = values
        .publication
        .as_deref()
        .map(|name| names.publication_compared(conn, name))
        .transpose()?;
    let publication_fold = publication.map(|name| name.fold.clone());
    Ok(Fact { seen, audience: row.audience, values, publication_fold })
}

/// Everything that shares a key, id, mark or review with the seed, transitively.
fn closure(conn: &Connection, names: &mut Names, seed: At) -> Result<Vec<Fact>, ArchiveError> {
    let mut found = BTreeSet::from([seed]);
    let mut open = vec![seed];
    let (mut keys, mut ids, mut reviews) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut marks = BTreeSet::new();
    let mut facts = Vec::new();
    while let Some(at) = open.pop() {
        let fact = read_fact(conn, names, at)?;
        let sighting = &fact.seen.sighting;
        let mut near = Vec::new();
        if keys.insert(sighting.key) {
            let params = named_params! {":key": sighting.key};
            near.extend(records(conn, sql("sighting/same_key"), params)?);
        }
        if let Some(mark) = sighting.mark.filter(|mark| marks.insert(*mark)) {
            near.extend(records(conn, sql("sighting/same_mark"), named_params! {":mark": mark})?);
        }
        if let Some((site, id)) = &sighting.id
            && ids.insert((*site, id.clone()))
        {
            let params = named_params! {":site_id": site, ":ext_id": id};
            near.extend(records(conn, sql("sighting/same_id"), params)?);
        }
        if reviews.insert(sighting.review_id) {
            let params = named_params! {":review_id": sighting.review_id};
            near.extend(records(conn, sql("sighting/of_review"), params)?);
        }
        open.extend(near.into_iter().filter(|&at| found.insert(at)));
        facts.push(fact);
    }
    facts.sort_by_key(Fact::order);
    Ok(facts)
}

/// Records selected by one of this file's statements.
///
/// # Errors
/// The archive's error.
pub fn records(
    conn: &Connection,
    statement: &str,
    params: &[(&str, &dyn rusqlite::ToSql)],
) -> Result<Vec<At>, ArchiveError> {
    let mut statement = conn.prepare_cached(statement)?;
    let rows = statement.query_map(params, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes a closed group of records: its reviews, their records, and their changes.
fn write_group(
    conn: &Connection,
    names: &mut Names,
    facts: Vec<Fact>,
    fulltext: &FullText,
    affected: &mut Affected,
) -> Result<(), ArchiveError> {
    let answer = identity::cluster(&members::members(conn, names, &facts)?);
    let before: BTreeSet<i64> = facts.iter().map(|fact| fact.seen.sighting.review_id).collect();
    let mut classes: BTreeMap<usize, Vec<Fact>> = BTreeMap::new();
    for (fact, class) in facts.into_iter().zip(answer) {
        classes.entry(class).or_default().push(fact);
    }
    let mut taken = BTreeSet::new();
    for facts in classes.into_values() {
        let kept = facts
            .iter()
            .map(|fact| fact.seen.sighting.review_id)
            .filter(|id| !taken.contains(id))
            .min();
        let id = match kept {
            Some(id) => id,
            None => next_id(conn, fulltext)?,
        };
        taken.insert(id);
        write_review(conn, names, id, kept.is_some(), facts, fulltext, affected)?;
    }
    for id in before.difference(&taken) {
        note_names(&ReviewRow::read(conn, *id)?, affected);
        review_row::delete(conn, *id, fulltext)?;
    }
    Ok(())
}

/// The number of the next new review: beyond every row and every indexed row, so that "not
/// indexed" is one comparison.
///
/// # Errors
/// SQLite's error; [`ArchiveError::Damaged`] for a number higher than any import has given.
pub fn next_id(conn: &Connection, fulltext: &FullText) -> Result<i64, ArchiveError> {
    let last: i64 = conn.prepare_cached(sql("review/last_id"))?.query_row([], |row| row.get(0))?;
    let last = last.max(fulltext.indexed_to());
    if last > i64::MAX / 2 {
        return Err(ArchiveError::Damaged(format!(
            "review {last} is far past the others: numbers are given in order"
        )));
    }
    Ok(last + 1)
}

fn note_names(row: &ReviewRow, affected: &mut Affected) {
    affected.critics.extend(row.critic_id);
    affected.publications.extend(row.publication_id);
}

fn write_review(
    conn: &Connection,
    names: &mut Names,
    id: i64,
    exists: bool,
    facts: Vec<Fact>,
    fulltext: &FullText,
    affected: &mut Affected,
) -> Result<(), ArchiveError> {
    let Some(shown) = shown::shown(conn, &facts)? else { return Ok(()) };
    // Keys and ids include the audience, so a review has one.
    let Some(audience) = facts.first().map(|fact| fact.audience) else { return Ok(()) };
    let corrections = applied(conn, names, &facts)?;
    let (values, hidden) = names.corrections(conn)?.apply(&corrections, shown.values);
    let row = match hidden {
        true => ReviewRow::hidden(audience),
        false => resolve_row(conn, names, shown.work_id, audience, values)?,
    };
    affected.reviews.insert(id);
    if let Some((dump, outcomes)) = &mut affected.outcomes {
        let of_dump =
            facts.iter().zip(shown.outcomes).filter(|(f, _)| f.seen.sighting.dump_id == *dump);
        outcomes.extend(of_dump.map(|(fact, what)| (fact.seen.sighting.record, what)));
    }
    note_names(&row, affected);
    conn.prepare_cached(sql("review/delete_changes"))?.execute(named_params! {":review_id": id})?;
    if exists {
        let old = ReviewRow::read(conn, id)?;
        note_names(&old, affected);
        if old != row {
            row.update(conn, id, &old, fulltext)?;
        }
    } else {
        row.insert(conn, id, fulltext)?;
    }
    for mut fact in facts {
        fact.seen.sighting.review_id = id;
        fact.seen.sighting.differs = differs_json(&row.values, &fact.values)?;
        fact.seen.sighting.update(conn)?;
    }
    corrected::note(conn, id, &corrections)?;
    for (at, change) in shown.changes.into_iter().filter(|_| !hidden) {
        insert_change(conn, id, at, &change)?;
    }
    Ok(())
}

/// The row with these values.
///
/// # Errors
/// The archive's error.
pub fn resolve_row(
    conn: &Connection,
    names: &mut Names,
    work_id: i64,
    audience: Audience,
    values: Values,
) -> Result<ReviewRow, ArchiveError> {
    let byline = values.byline.as_deref().map(|name| names.byline(conn, name)).transpose()?;
    let publication =
        values.publication.as_deref().map(|name| names.publication(conn, name)).transpose()?;
    Ok(ReviewRow {
        work_id,
        audience,
        critic_id: byline.and_then(|name| name.id),
        publication_id: publication.and_then(|name| name.id),
        values,
        hidden: false,
    })
}

/// Stores a contradiction.
///
/// # Errors
/// The archive's error.
pub fn insert_change(
    conn: &Connection,
    review_id: i64,
    at: At,
    change: &Change,
) -> Result<(), ArchiveError> {
    conn.prepare_cached(sql("review/insert_change"))?.execute(named_params! {
        ":review_id": review_id, ":dump_id": at.0, ":record": at.1,
        ":field": change.field, ":old": change.old, ":new": change.new,
    })?;
    Ok(())
}
