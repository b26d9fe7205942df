//! Whose a mention's work is: what the dump says, and what a person decided in its place.

use std::collections::BTreeSet;

use rusqlite::{Connection, named_params};

use super::At;
use super::called::{Whose, decided};
use crate::{ArchiveError, sql::sql};
use revdb_model::works::Named;
use revdb_model::{Kind, Property, name};

/// What the dump says and nothing overrules, and what was decided.
type Makers = (Vec<(Property, String)>, Vec<(Property, String)>);

/// The makers that a mention is compared by. Where a person decided that its title stands for another,
/// that is what it is compared by, and not by what it says itself.
pub fn compared(
    kind: Option<Kind>,
    is_renamed: bool,
    said: &[(Property, String)],
    decided: &[(Property, String)],
) -> Vec<String> {
    let is_decided = |of: Property| decided.iter().any(|(property, _)| *property == of);
    let said = said.iter().filter(|(property, _)| !is_renamed && !is_decided(*property));
    Named::makers(kind, &said.chain(decided).cloned().collect::<Vec<_>>())
}

pub fn read(conn: &Connection, at: At) -> Result<Makers, ArchiveError> {
    let mut makers = Makers::default();
    let mut statement = conn.prepare_cached(sql("works/read_makers"))?;
    let mut rows = statement.query(named_params! {":dump_id": at.0, ":number": at.1})?;
    while let Some(row) = rows.next()? {
        let property = row.get::<_, String>(0)?.parse().map_err(ArchiveError::Damaged)?;
        let part = if row.get(2)? { &mut makers.1 } else { &mut makers.0 };
        part.push((property, row.get(1)?));
    }
    Ok(makers)
}

/// Stores what was decided, in place of what the mention says.
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
    for (property, value) in decided {
        conn.prepare_cached(sql("works/decide"))?.execute(named_params! {
            ":dump_id": at.0, ":number": at.1, ":property": property.as_str(), ":value": value,
            ":value_fold": name::fold(value),
        })?;
    }
    Ok(())
}

/// Decides anew, by what the mention says itself.
pub fn decide_makers(conn: &Connection, at: At, whose: &[Whose]) -> Result<(), ArchiveError> {
    let params = named_params! {":dump_id": at.0, ":number": at.1};
    conn.prepare_cached(sql("works/forget_decided"))?.execute(params)?;
    conn.prepare_cached(sql("works/restore_said"))?.execute(params)?;
    let (said, _) = read(conn, at)?;
    write_decided(conn, at, &decided(whose, &said))
}
