//! The creators of a mention's work: as the dump says, or as a person decided.

use std::collections::BTreeSet;

use rusqlite::{Connection, named_params};

use super::At;
use super::decisions::{CreatorDecision, decided};
use crate::{ArchiveError, sql::sql};
use revdb_model::works::Named;
use revdb_model::{Kind, Property, name};

/// The creators in the dump unless overruled, and the decided ones.
type Creators = (Vec<(Property, String)>, Vec<(Property, String)>);

/// The creators that a mention is compared by. If its title was merged into another one, the
/// decided ones replace its own.
///
/// # Errors
/// The archive's error.
pub fn compared(
    kind: Option<Kind>,
    is_renamed: bool,
    stated: &[(Property, String)],
    decided: &[(Property, String)],
) -> Vec<String> {
    let is_decided = |of: Property| decided.iter().any(|(property, _)| *property == of);
    let stated = stated.iter().filter(|(property, _)| !is_renamed && !is_decided(*property));
    Named::creators(kind, &stated.chain(decided).cloned().collect::<Vec<_>>())
}

/// The values, sorted by property, with their places within each property.
pub fn placed(values: &[(Property, String)]) -> impl Iterator<Item = (i64, Property, &str)> {
    let (mut before, mut place) = (None, 0);
    values.iter().map(move |(property, value)| {
        place = if before == Some(*property) { place + 1 } else { 1 };
        before = Some(*property);
        (place, *property, value.as_str())
    })
}

/// A mention's creators as its dump says.
///
/// # Errors
/// The archive's error.
pub fn stated(conn: &Connection, at: At) -> Result<Vec<(Property, String)>, ArchiveError> {
    let mut statement = conn.prepare_cached(sql("works/stated_creators"))?;
    let rows = statement.query_map(named_params! {":dump_id": at.0, ":number": at.1}, |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?))
    })?;
    let parsed = |row: rusqlite::Result<(String, String)>| {
        let (property, value) = row?;
        Ok((property.parse().map_err(ArchiveError::Damaged)?, value))
    };
    rows.map(parsed).collect()
}

/// Reads a mention's creators.
///
/// # Errors
/// The archive's error.
pub fn read(conn: &Connection, at: At) -> Result<Creators, ArchiveError> {
    let mut creators = Creators::default();
    let mut statement = conn.prepare_cached(sql("works/read_makers"))?;
    let mut rows = statement.query(named_params! {":dump_id": at.0, ":number": at.1})?;
    while let Some(row) = rows.next()? {
        let property = row.get::<_, String>(0)?.parse().map_err(ArchiveError::Damaged)?;
        let part = if row.get(2)? { &mut creators.1 } else { &mut creators.0 };
        part.push((property, row.get(1)?));
    }
    Ok(creators)
}

/// Stores the decided creators in place of the mention's own.
///
/// # Errors
/// The archive's error.
pub fn write_decided(
    conn: &Connection,
    at: At,
    decided: &[(Property, String)],
) -> Result<(), ArchiveError> {
    for property in decided.iter().map(|(property, _)| property).collect::<BTreeSet<_>>() {
        conn.prepare_cached(sql("works/overrule"))?.execute(named_params! {
            ":dump_id": at.0, ":number": at.1, ":property": property.as_str(),
        })?;
    }
    for (place, property, value) in placed(decided) {
        conn.prepare_cached(sql("works/decide"))?.execute(named_params! {
            ":dump_id": at.0, ":number": at.1, ":property": property.as_str(), ":value": value,
            ":value_fold": name::fold(value), ":place": place,
        })?;
    }
    Ok(())
}

/// Applies decisions to the mention's own creators again.
///
/// # Errors
/// The archive's error.
pub fn resolve_creators(
    conn: &Connection,
    at: At,
    creator_decisions: &[CreatorDecision],
) -> Result<(), ArchiveError> {
    let params = named_params! {":dump_id": at.0, ":number": at.1};
    conn.prepare_cached(sql("works/forget_decided"))?.execute(params)?;
    conn.prepare_cached(sql("works/restore_stated"))?.execute(params)?;
    let (stated, _) = read(conn, at)?;
    write_decided(conn, at, &decided(creator_decisions, &stated))
}
