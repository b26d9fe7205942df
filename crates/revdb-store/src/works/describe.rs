//! A work's title, kind and year, derived from its mentions.

use rusqlite::{Connection, named_params};

use crate::{ArchiveError, names, sql::sql};
use revdb_model::WorkMention;
use revdb_model::works::Named;

/// A work's properties, each from the first mention that has it.
pub(super) struct Facts {
    title: Option<String>,
    kind: Option<String>,
    year: Option<i16>,
    /// Shown in place of a missing title.
    id: Option<String>,
    fold: Option<String>,
}

impl Facts {
    /// The properties of a work with one mention.
    pub(super) fn of_mention(mention: &WorkMention, named: &Named) -> Self {
        Facts {
            title: mention.title.clone(),
            kind: named.kind.map(|kind| kind.as_str().to_owned()),
            year: named.year,
            id: named.ids.first().map(|(_, id)| id.clone()),
            fold: named.title_fold.clone(),
        }
    }

    /// The title to display.
    fn shown(&self, conn: &Connection) -> Result<String, ArchiveError> {
        let decided = match &self.fold {
            Some(fold) => names::shown_by_decision(conn, "work", fold, self.year)?,
            None => None,
        };
        let own = || self.title.clone().or_else(|| self.id.clone());
        Ok(decided.or_else(own).unwrap_or_else(|| "(untitled)".to_owned()))
    }

    fn fold(&self) -> &str {
        self.fold.as_deref().unwrap_or("")
    }
}

/// Sets a work's title, kind and year from its mentions.
///
/// # Errors
/// The archive's error.
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

/// A new work with one mention.
pub(super) fn insert_described(conn: &Connection, facts: &Facts) -> Result<i64, ArchiveError> {
    Ok(conn.prepare_cached(sql("works/insert_described"))?.insert(named_params! {
        ":title": facts.shown(conn)?, ":fold": facts.fold(), ":kind": facts.kind, ":year": facts.year,
    })?)
}
