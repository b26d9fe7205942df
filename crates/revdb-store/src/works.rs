//! Works, derived from the dumps' mentions.
//!
//! The decision is [`revdb_model::works::resolve`]; this module finds the mentions that it needs
//! and applies its result.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, named_params};

use super::names::{self, Names, Space};
use super::recluster::Affected;
use super::{ArchiveError, sql::sql};
use revdb_model::works::{self, Named};
use revdb_model::{Kind, Property, WorkMention, name};

mod creators;
mod decisions;
mod describe;

pub use creators::{resolve_creators, stated as stated_creators};
pub use decisions::{TitleKey, called, follow};
pub use describe::describe;
use describe::{Facts, insert_described};

/// A mention's place: dump and number.
type At = (i64, i64);

/// Neighbours of each sort that are compared for an equal mention.
const TWINS_TRIED: usize = 8;

/// The most linked mentions that are resolved when one arrives; for more, doing so each time would
/// be quadratic.
const RESOLVED_AT_ONCE: usize = 32;

/// The work of a new mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mentioned {
    /// The work.
    Work(i64),
    /// The likeliest work; [`resolve`] is to decide.
    Open(i64),
}

/// A mention with its current work.
#[derive(Debug, Clone)]
struct Stored {
    at: At,
    work_id: i64,
    named: Named,
}

/// Stores a mention and returns its work. If it changes the meaning of earlier mentions (a second
/// film of the same title), their reviews are moved and recorded in `affected`.
///
/// # Errors
/// The archive's error.
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
        None if near.is_empty() => insert_described(conn, &Facts::of_mention(mention, &named))?,
        None => insert_work(conn)?,
    };
    conn.prepare_cached(sql("works/insert_mention"))?.execute(named_params! {
        ":dump_id": at.0, ":number": at.1, ":work_id": work_id, ":title": mention.title,
        ":title_fold": named.title_fold, ":kind": named.kind.map(Kind::as_str), ":year": named.year,
        ":stated_kind": mention.kind.map(Kind::as_str), ":stated_year": mention.year,
    })?;
    for (site, id) in &named.ids {
        conn.prepare_cached(sql("works/insert_external_id"))?.execute(named_params! {
            ":dump_id": at.0, ":number": at.1, ":site_id": site, ":ext_id": id,
        })?;
    }
    for (place, property, value) in creators::placed(&mention.properties) {
        conn.prepare_cached(sql("works/insert_property"))?.execute(named_params! {
            ":dump_id": at.0, ":number": at.1, ":property": property.as_str(), ":value": value,
            ":value_fold": name::fold(value), ":place": place,
        })?;
    }
    creators::write_decided(conn, at, &decided)?;
    if twin.is_some() || near.is_empty() {
        return Ok(Mentioned::Work(work_id));
    }
    let Some(group) = closure_up_to(conn, at, RESOLVED_AT_ONCE)? else {
        return Ok(Mentioned::Open(work_id));
    };
    resolve_group(conn, &group, Some(at), &mut BTreeSet::new(), affected)?;
    work_of(conn, at).map(Mentioned::Work)
}

fn work_of(conn: &Connection, at: At) -> Result<i64, ArchiveError> {
    Ok(conn
        .prepare_cached(sql("works/of_mention"))?
        .query_row(named_params! {":dump_id": at.0, ":number": at.1}, |row| row.get(0))?)
}

/// A work without properties yet.
fn insert_work(conn: &Connection) -> Result<i64, ArchiveError> {
    Ok(conn.prepare_cached(sql("works/insert_work"))?.insert([])?)
}

/// A mention in comparable form, and decisions about its creators.
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
    let (TitleKey { fold, kind, year }, creator_decisions) =
        called(conn, title, mention.kind, mention.year, &mention.properties)?;
    let decided = decisions::decided(&creator_decisions, &mention.properties);
    let creators =
        creators::compared(kind, name::fold(title) != fold, &mention.properties, &decided);
    Ok((Named { ids, title_fold: Some(fold), kind, year, creators }, decided))
}

/// The work of a mention that says the same or more: a further one adds nothing to the decision.
fn find_twin(named: &Named, near: &[Stored]) -> Option<i64> {
    let says_no_more =
        |stored: &&Stored| stored.named == *named || named.adds_nothing_to(&stored.named);
    near.iter().find(says_no_more).map(|stored| stored.work_id)
}

/// The work of a neighbour with the same id or without contradiction, until the work is resolved.
fn likeliest(named: &Named, near: &[Stored]) -> Option<i64> {
    let fits = |stored: &&Stored| works::resolve(&[stored.named.clone(), named.clone()]) == [0, 0];
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
    let (stated, decided) = creators::read(conn, at)?;
    let is_renamed = title.map(|title| name::fold(&title)) != title_fold;
    let creators = creators::compared(kind, is_renamed, &stated, &decided);
    Ok(Stored { at, work_id, named: Named { ids, title_fold, kind, year, creators } })
}

/// Resolves these mentions and all that are linked to them.
///
/// # Errors
/// The archive's error.
pub fn resolve(
    conn: &Connection,
    seeds: &[At],
    affected: &mut Affected,
) -> Result<(), ArchiveError> {
    let mut done: BTreeSet<At> = BTreeSet::new();
    // Groups split by an undo still carry one work's number: the first keeps it.
    let mut taken: BTreeSet<i64> = BTreeSet::new();
    for &seed in seeds {
        if !done.contains(&seed) {
            // `None` means that the limit was exceeded, and here there is none.
            let group = closure_up_to(conn, seed, usize::MAX)?.unwrap_or_default();
            done.extend(group.iter().map(|stored| stored.at));
            resolve_group(conn, &group, None, &mut taken, affected)?;
        }
    }
    Ok(())
}

/// All mentions linked to the seed by title or id, transitively; `None` if more than `most`.
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

/// Search keys that were used already.
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

/// Resolves a closed group of mentions. `new` was just stored, so no record refers to it.
fn resolve_group(
    conn: &Connection,
    group: &[Stored],
    new: Option<At>,
    taken: &mut BTreeSet<i64>,
    affected: &mut Affected,
) -> Result<(), ArchiveError> {
    let answer = works::resolve(&sites_by_name(conn, group)?);
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
    // Most new mentions are only an id, and change nothing about their work.
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

/// The mentions with sites ranked by name, since the lowest decides.
fn sites_by_name(conn: &Connection, group: &[Stored]) -> Result<Vec<Named>, ArchiveError> {
    let mut mentions: Vec<Named> = group.iter().map(|stored| stored.named.clone()).collect();
    let ids = mentions.iter().flat_map(|named| &named.ids);
    let sites = names::numbered_by_name(conn, ids.map(|(site, _)| *site).collect())?;
    for (site, _) in mentions.iter_mut().flat_map(|named| &mut named.ids) {
        *site = sites[site];
    }
    Ok(mentions)
}

/// Removes works without mentions and reviews.
///
/// # Errors
/// The archive's error.
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
