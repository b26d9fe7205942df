//! Numbers of stored rows, so that missing rows are noticed.
//!
//! Owns: the table `tally`. Must never: be written outside of a change; `check` only compares.

use rusqlite::{Connection, named_params};

use super::check::{Fault, Finding, damage, with_sources};
use super::{ArchiveError, sql::sql};

/// Counts what a dump brought, once it is complete.
///
/// # Errors
/// SQLite's error.
pub(super) fn count_dump(
    conn: &Connection,
    dump_id: i64,
    sightings: i64,
) -> Result<(), ArchiveError> {
    conn.prepare_cached(sql("tally/count_dump"))?
        .execute(named_params! {":dump_id": dump_id, ":sightings": sightings})?;
    Ok(())
}

/// Counts the tables that are not of one dump.
///
/// # Errors
/// SQLite's error.
pub(super) fn count_tables(conn: &Connection) -> Result<(), ArchiveError> {
    conn.execute(sql("tally/count_tables"), [])?;
    Ok(())
}

/// Compares the numbers with the rows.
///
/// # Errors
/// As [`damage`].
pub(super) fn check(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    let mut differing = Vec::new();
    let counted = (|| {
        let mut statement = conn.prepare(sql("tally/differing"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let part = String::from_utf8_lossy(row.get_ref(0)?.as_bytes()?).into_owned();
            differing.push((
                part,
                row.get::<_, Option<i64>>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, i64>(3)?,
            ));
        }
        Ok(())
    })();
    if let Err(error) = counted {
        findings.push(Finding::new(Fault::File, "tally", "", damage(error)?));
    }
    for (part, dump, stored, found) in differing {
        let row = dump.map_or(String::new(), |dump| format!("dump {dump}"));
        let message = format!("rows stored: {stored}, rows there: {found}");
        let finding = Finding::new(Fault::Missing, &part, row, message);
        with_sources(conn, finding, None, dump, None, findings)?;
    }
    Ok(())
}
