//! Decides anew which records are one review, and writes what follows.
//!
//! The decision is [`crate::domain::identity::cluster`], made over everything
//! that shares a key or an id. An import comes here only where a record meets
//! more than one candidate; undo and merge always do.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, named_params};

use super::fulltext::FullText;
use super::names::{Names, SiteStanding};
use super::review_row::{self, ReviewRow, Seen, differs_json};
use super::{ArchiveError, sql::sql};
use crate::domain::Audience;
use crate::domain::identity::{self, KeyParts, Member, Standing};
use crate::domain::merge::{Change, Values};

/// A record's place: dump and record.
pub type At = (i64, i64);

/// What a change of names, works or dumps leaves to be decided anew.
#[derive(Debug, Default)]
pub struct Affected {
    /// Records whose review must be decided again.
    pub records: BTreeSet<At>,
    /// Works that may have lost their last mention.
    pub works: BTreeSet<i64>,
    pub critics: BTreeSet<i64>,
    pub publications: BTreeSet<i64>,
    /// Mentions that went to another work.
    pub moved: BTreeSet<At>,
}

impl Affected {
    /// All records that name a work by this mention must be looked at again.
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

/// A record with its own values, out of its review's row.
struct Fact {
    seen: Seen,
    audience: Audience,
    values: Values,
    publication_fold: Option<String>,
    standing: Standing,
}

/// Decides anew about all `affected` records and everything that hangs together
/// with them.
pub fn recluster(
    conn: &Connection,
    names: &mut Names,
    affected: &mut Affected,
    fulltext: &FullText,
) -> Result<(), ArchiveError> {
    let seeds = std::mem::take(&mut affected.records);
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

/// Keys hold the work's number and the byline's fold, so they follow when those move.
fn rekey(conn: &Connection, names: &mut Names, records: &BTreeSet<At>) -> Result<(), ArchiveError> {
    for &(dump_id, record) in records {
        let mut fact = read_fact(conn, names, (dump_id, record))?;
        let id = fact.seen.sighting.id.as_ref();
        let key = key_of(conn, names, fact.audience, fact.seen.work_id, &fact.values, id)?;
        if key != fact.seen.sighting.key {
            fact.seen.sighting.key = key;
            fact.seen.sighting.update(conn)?;
        }
    }
    Ok(())
}

/// The identity key of a record's values.
pub fn key_of(
    conn: &Connection,
    names: &mut Names,
    audience: Audience,
    work: i64,
    values: &Values,
    id: Option<&(i64, String)>,
) -> Result<i64, ArchiveError> {
    if let (Standing::Rating, Some(key)) = standing(conn, names, audience, work, values, id)? {
        return Ok(key);
    }
    let byline =
        values.byline.as_deref().map(|name| names.byline_compared(conn, name)).transpose()?;
    Ok(identity::key(&KeyParts {
        audience,
        work,
        byline_fold: byline.as_ref().map(|name| name.fold.as_str()),
        quote: values.quote.as_deref(),
        date: values.date.as_deref(),
        score_text: values.score_text.as_deref(),
    }))
}

/// What a record has to do with standing ratings, and the key of those.
fn standing(
    conn: &Connection,
    names: &mut Names,
    audience: Audience,
    work: i64,
    values: &Values,
    id: Option<&(i64, String)>,
) -> Result<(Standing, Option<i64>), ArchiveError> {
    let Some((site, _)) = id else { return Ok((Standing::Nothing, None)) };
    let site = names.standing(conn, *site)?;
    let of = match &site {
        SiteStanding::Nothing => return Ok((Standing::Nothing, None)),
        SiteStanding::Entries(name) => name,
        SiteStanding::Ratings { of, .. } => of,
    };
    let byline =
        values.byline.as_deref().map(|name| names.byline_compared(conn, name)).transpose()?;
    let byline = byline.as_ref().map(|name| name.fold.as_str());
    let key = identity::standing_key(of, audience, work, byline);
    Ok(match site {
        SiteStanding::Ratings { .. } => (Standing::Rating, Some(key)),
        _ => (Standing::Entry(key), Some(key)),
    })
}

/// Standing ratings beside an entry, or entries beside a standing rating; few by design.
fn beside_standing(
    conn: &Connection,
    names: &mut Names,
    audience: Audience,
    work: i64,
    values: &Values,
    id: Option<&(i64, String)>,
) -> Result<Vec<At>, ArchiveError> {
    let limit = i64::try_from(identity::STANDING_TOGETHER).unwrap_or(i64::MAX);
    let ratings = |key: i64| {
        let params = named_params! {":key": key, ":limit": limit};
        records(conn, sql("sighting/same_key_up_to"), params)
    };
    match standing(conn, names, audience, work, values, id)? {
        (Standing::Entry(key), _) => ratings(key),
        (Standing::Rating, Some(key)) => {
            let Some((site, _)) = id else { return Ok(Vec::new()) };
            let SiteStanding::Ratings { entries: Some(entries), .. } =
                names.standing(conn, *site)?
            else {
                return Ok(Vec::new());
            };
            if ratings(key)?.len() >= identity::STANDING_TOGETHER {
                return Ok(Vec::new());
            }
            let params = named_params! {":work_id": work, ":site_id": entries, ":limit": limit};
            let statement = match audience {
                Audience::User => sql("sighting/entries_of_users"),
                Audience::Critic => sql("sighting/entries_of_critics"),
            };
            records(conn, statement, params)
        }
        _ => Ok(Vec::new()),
    }
}

/// True for a record of a site of standing ratings.
pub fn is_standing_rating(
    conn: &Connection,
    names: &mut Names,
    seen: &Seen,
) -> Result<bool, ArchiveError> {
    let Some((site, _)) = &seen.sighting.id else { return Ok(false) };
    Ok(matches!(names.standing(conn, *site)?, SiteStanding::Ratings { .. }))
}

/// Whether a new record is a standing rating or one of the entries beside them.
pub fn is_of_standing_ratings(
    conn: &Connection,
    names: &mut Names,
    row: &ReviewRow,
    id: Option<&(i64, String)>,
) -> Result<bool, ArchiveError> {
    let (kind, _) = standing(conn, names, row.audience, row.work_id, &row.values, id)?;
    Ok(kind != Standing::Nothing)
}

/// Whether a new record that has to do with standing ratings meets others;
/// `None` where it has nothing to do with them.
pub fn meets_standing(
    conn: &Connection,
    names: &mut Names,
    row: &ReviewRow,
    id: Option<&(i64, String)>,
) -> Result<Option<bool>, ArchiveError> {
    let (audience, work) = (row.audience, row.work_id);
    let (kind, _) = standing(conn, names, audience, work, &row.values, id)?;
    if kind == Standing::Nothing {
        return Ok(None);
    }
    if !beside_standing(conn, names, audience, work, &row.values, id)?.is_empty() {
        return Ok(Some(true));
    }
    let (Standing::Rating, Some((site, id))) = (kind, id) else { return Ok(None) };
    let params = named_params! {":site_id": site, ":ext_id": id};
    Ok(Some(!records(conn, sql("sighting/same_id"), params)?.is_empty()))
}

fn read_fact(conn: &Connection, names: &mut Names, at: At) -> Result<Fact, ArchiveError> {
    let seen = Seen::read(conn, at.0, at.1)?;
    let row = ReviewRow::read(conn, seen.sighting.review_id)?;
    let values = seen.values(&row.values)?;
    let id = seen.sighting.id.as_ref();
    let (standing, _) = standing(conn, names, row.audience, seen.work_id, &values, id)?;
    let publication = values
        .publication
        .as_deref()
        .map(|name| names.publication_compared(conn, name))
        .transpose()?;
    let publication_fold = publication.map(|name| name.fold.clone());
    Ok(Fact { seen, audience: row.audience, values, publication_fold, standing })
}

/// Everything that shares a key, an id or a review with the seed, directly or
/// through others, and the standing ratings and entries beside it.
fn closure(conn: &Connection, names: &mut Names, seed: At) -> Result<Vec<Fact>, ArchiveError> {
    let mut found = BTreeSet::from([seed]);
    let mut open = vec![seed];
    let (mut keys, mut ids, mut reviews) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut facts = Vec::new();
    while let Some(at) = open.pop() {
        let fact = read_fact(conn, names, at)?;
        let sighting = &fact.seen.sighting;
        let mut near = Vec::new();
        let work = fact.seen.work_id;
        let id = sighting.id.as_ref();
        near.extend(beside_standing(conn, names, fact.audience, work, &fact.values, id)?);
        if fact.standing != Standing::Rating && keys.insert(sighting.key) {
            near.extend(records(
                conn,
                sql("sighting/same_key"),
                named_params! {":key": sighting.key},
            )?);
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
    facts.sort_by_key(|f| (f.seen.place, f.seen.sighting.dump_id, f.seen.sighting.record));
    Ok(facts)
}

fn records(
    conn: &Connection,
    statement: &str,
    params: &[(&str, &dyn rusqlite::ToSql)],
) -> Result<Vec<At>, ArchiveError> {
    let mut statement = conn.prepare_cached(statement)?;
    let rows = statement.query_map(params, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes one closed group of records: its reviews, which record belongs to
/// which, and what changed between them.
fn write_group(
    conn: &Connection,
    names: &mut Names,
    facts: Vec<Fact>,
    fulltext: &FullText,
    affected: &mut Affected,
) -> Result<(), ArchiveError> {
    let members: Vec<Member> = facts
        .iter()
        .map(|fact| Member {
            id: fact.seen.sighting.id.clone(),
            publication: fact.publication_fold.clone(),
            key: fact.seen.sighting.key,
            date: fact.values.date.clone(),
            score_text: fact.values.score_text.clone(),
            standing: fact.standing,
        })
        .collect();
    let answer = identity::cluster(&members);
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

/// The number of the next new review: past every row, and past every row that
/// the full-text index knows, so that "not indexed yet" stays one comparison.
pub fn next_id(conn: &Connection, fulltext: &FullText) -> Result<i64, ArchiveError> {
    let last: i64 = conn.prepare_cached(sql("review/last_id"))?.query_row([], |row| row.get(0))?;
    Ok(last.max(fulltext.indexed_to()) + 1)
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
    // A standing rating beside an entry adds nothing to it.
    let alone = facts.iter().all(|fact| fact.standing == Standing::Rating);
    let mut telling = facts.iter().filter(|fact| alone || fact.standing != Standing::Rating);
    let Some(first) = telling.next() else { return Ok(()) };
    let (mut shown, work_id, audience) = (first.values.clone(), first.seen.work_id, first.audience);
    let mut changes: Vec<(At, Change)> = Vec::new();
    for fact in telling {
        let at = (fact.seen.sighting.dump_id, fact.seen.sighting.record);
        changes.extend(shown.take(&fact.values).changes.into_iter().map(|change| (at, change)));
    }
    let row = resolve_row(conn, names, work_id, audience, shown)?;
    note_names(&row, affected);
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
    conn.prepare_cached(sql("review/delete_changes"))?.execute(named_params! {":review_id": id})?;
    for (at, change) in changes {
        insert_change(conn, id, at, &change)?;
    }
    Ok(())
}

/// The row that shows these values.
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
    })
}

/// Lists a contradiction.
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
