//! Works, derived from how dumps name them.
//!
//! The decision itself is [`revdb_model::works::resolve`]; here are the
//! closure it needs and what follows when it moves a mention to another work.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, named_params};

use super::names::{self, Names, Space};
use super::recluster::Affected;
use super::{ArchiveError, sql::sql};
use revdb_model::works::{Named, resolve};
use revdb_model::{Kind, Property, WorkMention, name};

mod called;
mod makers;

pub use called::{Called, called, follow};
pub use makers::decide_makers;

/// A mention's place: dump and number.
type At = (i64, i64);

/// Neighbours of each sort among which a twin is looked for.
const TWINS_TRIED: usize = 8;

/// Mentions that are told apart as soon as one of them comes. Of more that hang
/// together, looking at all for each new one would take time with their square.
const SETTLED_AT_ONCE: usize = 32;

/// The work of a new mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mentioned {
    Work(i64),
    /// The likeliest; [`settle`] is to decide.
    Open(i64),
}

/// A mention with the work it belongs to now.
#[derive(Debug, Clone)]
struct Stored {
    at: At,
    work_id: i64,
    named: Named,
}

/// Stores how a dump names a work and says which work that is.
///
/// Where the new mention changes what earlier ones mean (a second film of the
/// same title appears), their reviews are moved and noted in `affected`.
pub fn mention(
    conn: &Connection,
    names: &mut Names,
    at: At,
    mention: &WorkMention,
    affected: &mut Affected,
) -> Result<Mentioned, ArchiveError> {
    let (named, decided) = name_it(conn, names, mention)?;
    let near = neighbours(conn, &named, TWINS_TRIED)?;
    let stored = near.iter().map(|&at| read(conn, at)).collect::<Result<Vec<_>, _>>()?;
    let twin = find_twin(&named, &stored);
    let work_id = match twin.or_else(|| likeliest(&named, &stored)) {
        Some(work_id) => work_id,
        None if near.is_empty() => insert_described(conn, &Facts::said(mention, &named))?,
        None => insert_work(conn)?,
    };
    conn.prepare_cached(sql("works/insert_mention"))?.execute(named_params! {
        ":dump_id": at.0, ":number": at.1, ":work_id": work_id, ":title": mention.title,
        ":title_fold": named.title_fold, ":kind": named.kind.map(Kind::as_str), ":year": named.year,
        ":said_kind": mention.kind.map(Kind::as_str), ":said_year": mention.year,
    })?;
    for (site, id) in &named.ids {
        conn.prepare_cached(sql("works/insert_external_id"))?.execute(named_params! {
            ":dump_id": at.0, ":number": at.1, ":site_id": site, ":ext_id": id,
        })?;
    }
    for (property, value) in &mention.properties {
        conn.prepare_cached(sql("works/insert_property"))?.execute(named_params! {
            ":dump_id": at.0, ":number": at.1, ":property": property.as_str(), ":value": value,
            ":value_fold": name::fold(value),
        })?;
    }
    makers::write_decided(conn, at, &decided)?;
    if twin.is_some() || near.is_empty() {
        return Ok(Mentioned::Work(work_id));
    }
    let Some(group) = closure_up_to(conn, at, SETTLED_AT_ONCE)? else {
        return Ok(Mentioned::Open(work_id));
    };
    settle_group(conn, &group, Some(at), &mut BTreeSet::new(), affected)?;
    work_of(conn, at).map(Mentioned::Work)
}

fn work_of(conn: &Connection, at: At) -> Result<i64, ArchiveError> {
    Ok(conn
        .prepare_cached(sql("works/of_mention"))?
        .query_row(named_params! {":dump_id": at.0, ":number": at.1}, |row| row.get(0))?)
}

/// A work that is to be described once it is settled which mentions it has.
fn insert_work(conn: &Connection) -> Result<i64, ArchiveError> {
    Ok(conn.prepare_cached(sql("works/insert_work"))?.insert([])?)
}

/// A mention as it is compared, and what was decided on whose its work is.
fn name_it(
    conn: &Connection,
    names: &mut Names,
    mention: &WorkMention,
) -> Result<(Named, Vec<(Property, String)>), ArchiveError> {
    let mut ids = mention
        .ids
        .iter()
        .map(|id| names.external(conn, Space::Works, id))
        .collect::<Result<Vec<_>, _>>()?;
    ids.sort();
    ids.dedup();
    let Some(title) = &mention.title else {
        let named = Named { ids, kind: mention.kind, year: mention.year, ..Named::default() };
        return Ok((named, Vec::new()));
    };
    let (Called { fold, kind, year }, whose) = called(conn, title, mention.kind, mention.year)?;
    let decided = called::decided(&whose, &mention.properties);
    let makers = makers::compared(kind, name::fold(title) != fold, &mention.properties, &decided);
    Ok((Named { ids, title_fold: Some(fold), kind, year, makers }, decided))
}

/// The work of a mention that says the same, or the same and more: one more such
/// adds nothing to the set that the decision is made from.
fn find_twin(named: &Named, near: &[Stored]) -> Option<i64> {
    let says_no_more =
        |stored: &&Stored| stored.named == *named || named.adds_nothing_to(&stored.named);
    near.iter().find(says_no_more).map(|stored| stored.work_id)
}

/// The work of a neighbour that it shares an id with, or contradicts in nothing: until it is
/// settled, as a work of its own would mostly be deleted again.
fn likeliest(named: &Named, near: &[Stored]) -> Option<i64> {
    let fits = |stored: &&Stored| resolve(&[stored.named.clone(), named.clone()]) == [0, 0];
    near.iter().find(fits).map(|stored| stored.work_id)
}

/// Mentions that share an id or the title, at most `limit` of each.
fn neighbours(conn: &Connection, named: &Named, limit: usize) -> Result<Vec<At>, ArchiveError> {
    let mut found = Vec::new();
    for (site, id) in &named.ids {
        let mut statement = conn.prepare_cached(sql("works/mentions_with_id"))?;
        let rows = statement.query_map(named_params! {":site_id": site, ":ext_id": id}, |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        for at in rows.take(limit) {
            found.push(at?);
        }
    }
    if let Some(fold) = &named.title_fold {
        let mut statement = conn.prepare_cached(sql("works/mentions_with_fold"))?;
        let rows = statement
            .query_map(named_params! {":fold": fold}, |row| Ok((row.get(0)?, row.get(1)?)))?;
        for at in rows.take(limit) {
            found.push(at?);
        }
    }
    Ok(found)
}

fn read(conn: &Connection, at: At) -> Result<Stored, ArchiveError> {
    let params = named_params! {":dump_id": at.0, ":number": at.1};
    let mut ids = Vec::new();
    let mut statement = conn.prepare_cached(sql("works/read_ids"))?;
    for id in statement.query_map(params, |row| Ok((row.get(0)?, row.get(1)?)))? {
        ids.push(id?);
    }
    let (work_id, title_fold, kind, year, title): (_, Option<String>, _, _, Option<String>) =
        conn.prepare_cached(sql("works/read_mention"))?.query_row(params, |row| {
            let kind: Option<String> = row.get(2)?;
            Ok((row.get(0)?, row.get(1)?, kind, row.get(3)?, row.get(4)?))
        })?;
    let kind = kind.and_then(|kind| kind.parse().ok());
    let (said, decided) = makers::read(conn, at)?;
    let is_renamed = title.map(|title| name::fold(&title)) != title_fold;
    let makers = makers::compared(kind, is_renamed, &said, &decided);
    Ok(Stored { at, work_id, named: Named { ids, title_fold, kind, year, makers } })
}

/// Decides anew about these mentions and all that hang together with them.
pub fn settle(
    conn: &Connection,
    seeds: &[At],
    affected: &mut Affected,
) -> Result<(), ArchiveError> {
    let mut done: BTreeSet<At> = BTreeSet::new();
    // Groups that an undo parted still carry one work's number: the first keeps it.
    let mut taken: BTreeSet<i64> = BTreeSet::new();
    for &seed in seeds {
        if !done.contains(&seed) {
            // `None` is a group past the bound, and this has none.
            let group = closure_up_to(conn, seed, usize::MAX)?.unwrap_or_default();
            done.extend(group.iter().map(|stored| stored.at));
            settle_group(conn, &group, None, &mut taken, affected)?;
        }
    }
    Ok(())
}

/// All mentions that share a title or an id with the seed, directly or through others;
/// `None` where they are more than `most`.
fn closure_up_to(
    conn: &Connection,
    seed: At,
    most: usize,
) -> Result<Option<Vec<Stored>>, ArchiveError> {
    let mut seen = BTreeSet::from([seed]);
    let mut open = vec![seed];
    let mut closed = Closed::default();
    let mut group = Vec::new();
    while let Some(at) = open.pop() {
        let stored = read(conn, at)?;
        for next in closed.neighbours(conn, &stored.named, most)? {
            if seen.insert(next) {
                open.push(next);
            }
        }
        if seen.len() > most {
            return Ok(None);
        }
        group.push(stored);
    }
    group.sort_by_key(|stored| stored.at);
    Ok(Some(group))
}

/// What neighbours were asked for by already.
#[derive(Default)]
struct Closed {
    ids: BTreeSet<(i64, String)>,
    titles: BTreeSet<String>,
}

impl Closed {
    fn neighbours(
        &mut self,
        conn: &Connection,
        named: &Named,
        most: usize,
    ) -> Result<Vec<At>, ArchiveError> {
        let ids = named.ids.iter().filter(|id| self.ids.insert((*id).clone())).cloned().collect();
        let title_fold = named.title_fold.clone().filter(|fold| self.titles.insert(fold.clone()));
        let unasked = Named { ids, title_fold, ..Named::default() };
        neighbours(conn, &unasked, most.saturating_add(1))
    }
}

/// Decides about a closed group of mentions. `new` has just been stored, with some work: no
/// record names it yet, and looking for some would walk through the dump for every work.
fn settle_group(
    conn: &Connection,
    group: &[Stored],
    new: Option<At>,
    taken: &mut BTreeSet<i64>,
    affected: &mut Affected,
) -> Result<(), ArchiveError> {
    let answer = resolve(&sites_by_name(conn, group)?);
    let classes = answer.iter().max().map_or(0, |last| last + 1);
    let mut touched: BTreeSet<i64> = group.iter().map(|stored| stored.work_id).collect();
    let mut stays = touched.len() == 1 && classes == 1;
    let mut by_class: Vec<Vec<&Stored>> = vec![Vec::new(); classes];
    for (stored, &class) in group.iter().zip(&answer) {
        by_class[class].push(stored);
    }
    for members in by_class {
        let kept = members
            .iter()
            .filter(|stored| new != Some(stored.at))
            .map(|stored| stored.work_id)
            .filter(|id| !taken.contains(id))
            .min();
        let work_id = match kept {
            Some(id) => id,
            None => insert_work(conn)?,
        };
        taken.insert(work_id);
        touched.insert(work_id);
        for stored in members.into_iter().filter(|stored| stored.work_id != work_id) {
            conn.prepare_cached(sql("works/move_mention"))?.execute(named_params! {
                ":work_id": work_id, ":dump_id": stored.at.0, ":number": stored.at.1,
            })?;
            stays = false;
            affected.moved.insert(stored.at);
            if new != Some(stored.at) {
                affected.gather_records(conn, stored.at)?;
            }
        }
    }
    // Most new mentions are an id, and bring nothing that their work could be shown by.
    let is_new = |stored: &&Stored| new == Some(stored.at);
    if stays && group.iter().find(is_new).is_some_and(|stored| stored.named.only_has_ids()) {
        return Ok(());
    }
    affected.works.extend(&touched);
    for work_id in touched {
        describe(conn, work_id)?;
    }
    Ok(())
}

/// The mentions, their sites numbered by name: which comes first decides.
fn sites_by_name(conn: &Connection, group: &[Stored]) -> Result<Vec<Named>, ArchiveError> {
    let mut mentions: Vec<Named> = group.iter().map(|stored| stored.named.clone()).collect();
    let ids = mentions.iter().flat_map(|named| &named.ids);
    let sites = names::numbered_by_name(conn, ids.map(|(site, _)| *site).collect())?;
    for (site, _) in mentions.iter_mut().flat_map(|named| &mut named.ids) {
        *site = sites[site];
    }
    Ok(mentions)
}

/// What a work's mentions say of it, the first that says it deciding.
struct Facts {
    title: Option<String>,
    kind: Option<String>,
    year: Option<i16>,
    /// Stands for the title of a work that has none.
    id: Option<String>,
    fold: Option<String>,
}

impl Facts {
    /// Those of a work that one mention names.
    fn said(mention: &WorkMention, named: &Named) -> Self {
        Facts {
            title: mention.title.clone(),
            kind: named.kind.map(|kind| kind.as_str().to_owned()),
            year: named.year,
            id: named.ids.first().map(|(_, id)| id.clone()),
            fold: named.title_fold.clone(),
        }
    }

    /// The title that is shown.
    fn shown(&self, conn: &Connection) -> Result<String, ArchiveError> {
        let decided = match &self.fold {
            Some(fold) => names::shown_by_decision(conn, "work", fold, self.year)?,
            None => None,
        };
        let said = || self.title.clone().or_else(|| self.id.clone());
        Ok(decided.or_else(said).unwrap_or_else(|| "(untitled)".to_owned()))
    }

    fn fold(&self) -> &str {
        self.fold.as_deref().unwrap_or("")
    }
}

/// Gives a work the title, kind and year that its mentions say first.
pub fn describe(conn: &Connection, work_id: i64) -> Result<(), ArchiveError> {
    let (facts, mentioned) = conn.prepare_cached(sql("works/facts"))?.query_row(
        named_params! {":id": work_id},
        |row| {
            let facts = Facts {
                title: row.get(0)?,
                kind: row.get(1)?,
                year: row.get(2)?,
                id: row.get(3)?,
                fold: row.get(5)?,
            };
            Ok((facts, row.get::<_, bool>(4)?))
        },
    )?;
    if mentioned {
        conn.prepare_cached(sql("works/describe"))?.execute(named_params! {
            ":id": work_id, ":title": facts.shown(conn)?, ":fold": facts.fold(),
            ":kind": facts.kind, ":year": facts.year,
        })?;
    }
    Ok(())
}

/// A new work that no other mention can be about.
fn insert_described(conn: &Connection, facts: &Facts) -> Result<i64, ArchiveError> {
    Ok(conn.prepare_cached(sql("works/insert_described"))?.insert(named_params! {
        ":title": facts.shown(conn)?, ":fold": facts.fold(), ":kind": facts.kind, ":year": facts.year,
    })?)
}

/// Removes works that no mention names any more, once no review refers to them.
pub fn prune_unused(conn: &Connection, works: &BTreeSet<i64>) -> Result<(), ArchiveError> {
    for &work_id in works {
        let mentioned: Option<i64> = conn
            .prepare_cached(sql("works/is_mentioned"))?
            .query_row(named_params! {":id": work_id}, |row| row.get(0))
            .optional()?;
        if mentioned.is_none() {
            conn.prepare_cached(sql("works/delete"))?.execute(named_params! {":id": work_id})?;
        }
    }
    Ok(())
}
