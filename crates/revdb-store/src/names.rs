//! Critics, publications and sites: from a printed name to a row.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension, named_params};
use rustc_hash::FxHashMap;

use super::columns::Column;
use super::corrections::Corrections;
use super::{ArchiveError, sql::sql};
use revdb_model::{Audience, ExternalId, byline, name};

mod prune;

pub use prune::{gather_reviews, prune_unused};

/// A resolved name.
#[derive(Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Folded, aliases applied.
    pub fold: String,
    /// The row; `None` for a byline that names nobody.
    pub id: Option<i64>,
}

/// The most cached spellings per kind. A data set may have a million user names, so the cache is
/// cleared when full.
const REMEMBERED: usize = 65_536;

/// The most cached sites; a dump has one or two.
const SITES_REMEMBERED: usize = 16;

/// A cache of the names resolved by this import.
#[derive(Default)]
pub struct Names {
    bylines: FxHashMap<String, Rc<Resolved>>,
    publications: FxHashMap<String, Rc<Resolved>>,
    sites: Vec<(Space, String, i64)>,
    /// All corrections, cached.
    ///
    /// # Errors
    /// The archive's error.
    corrections: Option<Rc<Corrections>>,
}

/// A namespace of a site's ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Space {
    /// Ids of works.
    Works,
    /// Ids of reviews of one audience.
    Reviews(Audience),
}

impl Space {
    fn as_str(self) -> &'static str {
        match self {
            Space::Works => "work",
            Space::Reviews(audience) => audience.as_str(),
        }
    }
}

impl Names {
    /// Clears the cache, since row numbers may change after a rollback.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// All corrections, cached until [`forget`](Self::forget).
    pub fn corrections(&mut self, conn: &Connection) -> Result<Rc<Corrections>, ArchiveError> {
        if let Some(known) = &self.corrections {
            return Ok(Rc::clone(known));
        }
        let read = Rc::new(Corrections::read(conn)?);
        self.corrections = Some(Rc::clone(&read));
        Ok(read)
    }

    /// Resolves a byline; creates its critic.
    ///
    /// # Errors
    /// The archive's error.
    pub fn byline(
        &mut self,
        conn: &Connection,
        printed: &str,
    ) -> Result<Rc<Resolved>, ArchiveError> {
        if let Some(known) = self.bylines.get(printed) {
            return Ok(Rc::clone(known));
        }
        let (fold, shown) = follow(conn, "critic", printed)?;
        let id = if byline::names_somebody(printed) {
            Some(find_or_insert(conn, &critics(), &fold, shown)?)
        } else {
            None
        };
        Ok(remember(&mut self.bylines, printed, Resolved { fold, id }))
    }

    /// Resolves a byline for comparing only, without creating a critic; `id` is not set.
    ///
    /// # Errors
    /// The archive's error.
    pub fn byline_compared(
        &self,
        conn: &Connection,
        printed: &str,
    ) -> Result<Rc<Resolved>, ArchiveError> {
        compared(conn, &self.bylines, "critic", printed)
    }

    /// Resolves a publication for comparing only, without creating it.
    ///
    /// # Errors
    /// The archive's error.
    pub fn publication_compared(
        &self,
        conn: &Connection,
        printed: &str,
    ) -> Result<Rc<Resolved>, ArchiveError> {
        compared(conn, &self.publications, "publication", printed)
    }

    /// Resolves a publication; creates it.
    ///
    /// # Errors
    /// The archive's error.
    pub fn publication(
        &mut self,
        conn: &Connection,
        printed: &str,
    ) -> Result<Rc<Resolved>, ArchiveError> {
        if let Some(known) = self.publications.get(printed) {
            return Ok(Rc::clone(known));
        }
        let (fold, shown) = follow(conn, "publication", printed)?;
        let id = Some(find_or_insert(conn, &publications(), &fold, shown)?);
        Ok(remember(&mut self.publications, printed, Resolved { fold, id }))
    }

    /// A site's number in a namespace, with the id.
    ///
    /// # Errors
    /// The archive's error.
    pub fn external(
        &mut self,
        conn: &Connection,
        space: Space,
        id: &ExternalId,
    ) -> Result<(i64, String), ArchiveError> {
        let known = self.sites.iter().find(|(of, name, _)| *of == space && *name == id.site);
        if let Some((_, _, site)) = known {
            return Ok((*site, id.id.clone()));
        }
        let params = named_params! {":name": id.site, ":space": space.as_str()};
        let found = conn
            .prepare_cached(sql("names/find_site"))?
            .query_row(params, |row| row.get(0))
            .optional()?;
        let site = match found {
            Some(site) => site,
            None => conn.prepare_cached(sql("names/insert_site"))?.insert(params)?,
        };
        if self.sites.len() >= SITES_REMEMBERED {
            self.sites.clear();
        }
        self.sites.push((space, id.site.clone(), site));
        Ok((site, id.id.clone()))
    }
}

/// These sites, all of one namespace, numbered by name: their row ids depend on the order of
/// imports.
pub fn numbered_by_name(
    conn: &Connection,
    sites: BTreeSet<i64>,
) -> Result<BTreeMap<i64, i64>, ArchiveError> {
    if sites.len() < 2 {
        return Ok(sites.into_iter().map(|site| (site, 0)).collect());
    }
    let mut names: Vec<(String, i64)> = Vec::with_capacity(sites.len());
    let mut statement = conn.prepare_cached(sql("names/name_of_site"))?;
    for site in sites {
        names.push((statement.query_row(named_params! {":id": site}, |row| row.get(0))?, site));
    }
    names.sort();
    Ok((0..).zip(names).map(|(place, (_, site))| (site, place)).collect())
}

fn compared(
    conn: &Connection,
    known: &FxHashMap<String, Rc<Resolved>>,
    what: &str,
    printed: &str,
) -> Result<Rc<Resolved>, ArchiveError> {
    match known.get(printed) {
        Some(known) => Ok(Rc::clone(known)),
        None => Ok(Rc::new(Resolved { fold: follow(conn, what, printed)?.0, id: None })),
    }
}

fn remember(
    map: &mut FxHashMap<String, Rc<Resolved>>,
    printed: &str,
    resolved: Resolved,
) -> Rc<Resolved> {
    if map.len() >= REMEMBERED {
        map.clear();
    }
    let resolved = Rc::new(resolved);
    map.insert(printed.to_owned(), Rc::clone(&resolved));
    resolved
}

/// The most steps of a chain of merges. [`super::merge`] admits no circle; this bounds one in a
/// damaged file.
pub const LONGEST_CHAIN: usize = 64;

/// A folded name and the name to display, with decisions applied.
///
/// # Errors
/// The archive's error.
pub fn follow(
    conn: &Connection,
    what: &str,
    printed: &str,
) -> Result<(String, String), ArchiveError> {
    follow_fold(conn, what, name::fold(printed), printed)
}

/// As [`follow`], from a folded name.
///
/// # Errors
/// The archive's error.
pub fn follow_fold(
    conn: &Connection,
    what: &str,
    fold: String,
    printed: &str,
) -> Result<(String, String), ArchiveError> {
    let mut end = (fold, printed.to_owned());
    for _ in 0..LONGEST_CHAIN {
        match alias(conn, what, &end.0)? {
            Some(next) if next.0 != end.0 => end = next,
            _ => break,
        }
    }
    Ok(end)
}

/// The target of a folded name, folded and as displayed.
///
/// # Errors
/// The archive's error.
pub fn alias(
    conn: &Connection,
    what: &str,
    fold: &str,
) -> Result<Option<(String, String)>, ArchiveError> {
    Ok(conn
        .prepare_cached(sql("names/alias"))?
        .query_row(named_params! {":what": what, ":fold": fold}, |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?)
}

/// The spelling that a decision gave to a name.
///
/// # Errors
/// The archive's error.
pub fn shown_by_decision(
    conn: &Connection,
    what: &str,
    fold: &str,
    year: Option<i16>,
) -> Result<Option<String>, ArchiveError> {
    let shown: Option<Option<String>> = conn
        .prepare_cached(sql("names/shown_by_decision"))?
        .query_row(named_params! {":what": what, ":fold": fold, ":year": year}, |row| row.get(0))
        .optional()?;
    Ok(shown.flatten())
}

/// The statements for one kind of name.
struct Kind {
    what: &'static str,
    find: &'static str,
    insert: &'static str,
    spellings: &'static str,
    rename: &'static str,
    fold_of: &'static str,
    ids: &'static str,
    delete: &'static str,
    column: Column,
}

fn critics() -> Kind {
    Kind {
        what: "critic",
        find: sql("names/find_critic"),
        insert: sql("names/insert_critic"),
        spellings: sql("names/critic_spellings"),
        rename: sql("names/rename_critic"),
        fold_of: sql("names/fold_of_critic"),
        ids: sql("names/critic_ids"),
        delete: sql("names/delete_critic"),
        column: Column::Critic,
    }
}

fn publications() -> Kind {
    Kind {
        what: "publication",
        find: sql("names/find_publication"),
        insert: sql("names/insert_publication"),
        spellings: sql("names/publication_spellings"),
        rename: sql("names/rename_publication"),
        fold_of: sql("names/fold_of_publication"),
        ids: sql("names/publication_ids"),
        delete: sql("names/delete_publication"),
        column: Column::Publication,
    }
}

/// The row of a folded name, by one of this file's statements.
///
/// # Errors
/// The archive's error.
pub fn find(conn: &Connection, statement: &str, fold: &str) -> Result<Option<i64>, ArchiveError> {
    Ok(conn
        .prepare_cached(statement)?
        .query_row(named_params! {":fold": fold}, |row| row.get(0))
        .optional()?)
}

fn find_or_insert(
    conn: &Connection,
    kind: &Kind,
    fold: &str,
    shown: String,
) -> Result<i64, ArchiveError> {
    if let Some(id) = find(conn, kind.find, fold)? {
        return Ok(id);
    }
    let name = shown_by_decision(conn, kind.what, fold, None)?.unwrap_or(shown);
    let params = named_params! {":name": name, ":fold": fold};
    Ok(conn.prepare_cached(kind.insert)?.insert(params)?)
}
