//! Critics, publications and sites: from a printed name to a row's number.

use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension, named_params};
use rustc_hash::FxHashMap;

use super::{ArchiveError, sql::sql};
use crate::domain::{ExternalId, byline, name};

/// A name resolved: how it compares, and whose row it is.
#[derive(Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Folded, aliases followed.
    pub fold: String,
    /// `None` for a byline that names nobody.
    pub id: Option<i64>,
}

/// Spellings remembered at most per kind. A data set may have a million user
/// names; forgetting them all and asking the archive again keeps memory flat.
const REMEMBERED: usize = 65_536;

/// What was resolved already in this import.
#[derive(Default)]
pub struct Names {
    bylines: FxHashMap<String, Rc<Resolved>>,
    publications: FxHashMap<String, Rc<Resolved>>,
    sites: FxHashMap<String, i64>,
}

impl Names {
    /// Forgets everything: after a rollback, numbers may mean something else.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    pub fn byline(&mut self, conn: &Connection, printed: &str) -> Result<Rc<Resolved>, ArchiveError> {
        if let Some(known) = self.bylines.get(printed) {
            return Ok(Rc::clone(known));
        }
        let (fold, shown) = follow(conn, "critic", printed)?;
        let id = if byline::names_somebody(printed) {
            Some(find_or_insert(conn, sql("names/find_critic"), sql("names/insert_critic"), &fold, &shown)?)
        } else {
            None
        };
        Ok(remember(&mut self.bylines, printed, Resolved { fold, id }))
    }

    pub fn publication(&mut self, conn: &Connection, printed: &str) -> Result<Rc<Resolved>, ArchiveError> {
        if let Some(known) = self.publications.get(printed) {
            return Ok(Rc::clone(known));
        }
        let (fold, shown) = follow(conn, "publication", printed)?;
        let (find, insert) = (sql("names/find_publication"), sql("names/insert_publication"));
        let id = Some(find_or_insert(conn, find, insert, &fold, &shown)?);
        Ok(remember(&mut self.publications, printed, Resolved { fold, id }))
    }

    /// The id with its site's number.
    pub fn external(&mut self, conn: &Connection, id: &ExternalId) -> Result<(i64, String), ArchiveError> {
        if let Some(site) = self.sites.get(&id.site) {
            return Ok((*site, id.id.clone()));
        }
        let found = conn
            .prepare_cached(sql("names/find_site"))?
            .query_row(named_params! {":name": id.site}, |row| row.get(0))
            .optional()?;
        let site = match found {
            Some(site) => site,
            None => conn
                .prepare_cached(sql("names/insert_site"))?
                .query_row(named_params! {":name": id.site}, |row| row.get(0))?,
        };
        self.sites.insert(id.site.clone(), site);
        Ok((site, id.id.clone()))
    }
}

fn remember(map: &mut FxHashMap<String, Rc<Resolved>>, printed: &str, resolved: Resolved) -> Rc<Resolved> {
    if map.len() >= REMEMBERED {
        map.clear();
    }
    let resolved = Rc::new(resolved);
    map.insert(printed.to_owned(), Rc::clone(&resolved));
    resolved
}

/// A name folded, and the name to show, once `revdb merge`'s decisions are followed.
pub fn follow(conn: &Connection, what: &str, printed: &str) -> Result<(String, String), ArchiveError> {
    let fold = name::fold(printed);
    let alias = conn
        .prepare_cached(sql("names/alias"))?
        .query_row(named_params! {":what": what, ":fold": fold}, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(alias.unwrap_or_else(|| (fold, printed.to_owned())))
}

fn find_or_insert(
    conn: &Connection,
    find: &str,
    insert: &str,
    fold: &str,
    name: &str,
) -> Result<i64, ArchiveError> {
    let found =
        conn.prepare_cached(find)?.query_row(named_params! {":fold": fold}, |row| row.get(0)).optional()?;
    match found {
        Some(id) => Ok(id),
        None => Ok(conn
            .prepare_cached(insert)?
            .query_row(named_params! {":name": name, ":fold": fold}, |row| row.get(0))?),
    }
}

/// Shows each of these critics and publications as its first dump spells it.
pub fn refresh(conn: &Connection, critics: &[i64], publications: &[i64]) -> Result<(), ArchiveError> {
    for &id in critics {
        respell(conn, id, ["names/critic_spellings", "names/rename_critic", "names/fold_of_critic"].map(sql))?;
    }
    let statements = ["names/publication_spellings", "names/rename_publication", "names/fold_of_publication"];
    for &id in publications {
        respell(conn, id, statements.map(sql))?;
    }
    Ok(())
}

/// The first spelling that is the name's own; one that only an alias brought
/// here does not name it.
fn respell(conn: &Connection, id: i64, [spellings, rename, fold_of]: [&str; 3]) -> Result<(), ArchiveError> {
    let own: Option<String> = conn
        .prepare_cached(fold_of)?
        .query_row(named_params! {":id": id}, |row| row.get(0))
        .optional()?;
    let Some(own) = own else { return Ok(()) };
    let mut statement = conn.prepare_cached(spellings)?;
    let mut rows = statement.query(named_params! {":id": id})?;
    while let Some(row) = rows.next()? {
        let spelling: Option<String> = row.get(0)?;
        if let Some(spelling) = spelling.filter(|spelling| name::fold(spelling) == own) {
            conn.prepare_cached(rename)?.execute(named_params! {":id": id, ":name": spelling})?;
            break;
        }
    }
    Ok(())
}

/// Removes critics and publications that no review refers to.
pub fn sweep(conn: &Connection) -> Result<(), ArchiveError> {
    conn.execute(sql("names/delete_unused_critics"), [])?;
    conn.execute(sql("names/delete_unused_publications"), [])?;
    Ok(())
}
