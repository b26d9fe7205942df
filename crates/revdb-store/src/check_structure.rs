//! The part of `revdb check` about the file: schema, migration history, foreign objects,
//! sequences, SQLite's own checks.

use rusqlite::Connection;

use super::check::{Fault, Finding, damage};
use super::{ArchiveError, foreign, migrate, sql::sql};

/// Compares the schema and its history with this version's.
pub(super) fn schema(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    let fresh = migrate::in_memory()?;
    let read = |conn: &Connection, statement: &str| -> rusqlite::Result<Vec<(String, String)>> {
        let mut statement = conn.prepare(sql(statement))?;
        let text = |value: rusqlite::types::ValueRef<'_>| match value {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            other => {
                String::from_utf8_lossy(other.as_bytes_or_null().ok().flatten().unwrap_or(b""))
                    .into_owned()
            }
        };
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let mut rest = Vec::new();
            for index in 1..columns {
                rest.push(text(row.get_ref(index)?));
            }
            Ok((text(row.get_ref(0)?), rest.join(" ")))
        })?;
        rows.collect()
    };
    for statement in ["check/schema", "check/history"] {
        let wanted = read(&fresh, statement)?;
        let there = match read(conn, statement) {
            Ok(there) => there,
            Err(error) => {
                findings.push(Finding::new(Fault::Schema, "sqlite_schema", "", damage(error)?));
                continue;
            }
        };
        // The user's own indexes and tables are ignored.
        for (name, text) in wanted {
            match there.iter().find(|(known, _)| *known == name) {
                Some((_, found)) if *found == text => {}
                Some(_) => findings.push(Finding::new(
                    Fault::Schema,
                    "sqlite_schema",
                    name,
                    "it is not as revdb makes it",
                )),
                None => findings.push(Finding::new(
                    Fault::Schema,
                    "sqlite_schema",
                    name,
                    "it is not there",
                )),
            }
        }
    }
    Ok(())
}

/// Foreign objects that can act, other than those [`schema`] names.
pub(super) fn acting(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    let acting = match foreign::acting(conn) {
        Err(ArchiveError::Sqlite(error)) => {
            findings.push(Finding::new(Fault::Schema, "sqlite_schema", "", damage(error)?));
            return Ok(());
        }
        acting => acting?,
    };
    for (name, why) in acting {
        if !findings.iter().any(|found| found.fault == Fault::Schema && found.row == name) {
            findings.push(Finding::new(Fault::Schema, "sqlite_schema", name, why));
        }
    }
    Ok(())
}

pub(super) fn sequences(
    conn: &Connection,
    findings: &mut Vec<Finding>,
) -> Result<(), ArchiveError> {
    let behind = (|| {
        let mut statement = conn.prepare(sql("check/sequences"))?;
        statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()
    })();
    match behind {
        Ok(names) => {
            for name in names {
                let said = "it would give a number twice";
                findings.push(Finding::new(Fault::Changed, "sqlite_sequence", name, said));
            }
        }
        Err(error) => {
            findings.push(Finding::new(Fault::File, "sqlite_sequence", "", damage(error)?))
        }
    }
    Ok(())
}

/// Runs SQLite's two checks.
pub(super) fn file(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    let message = (|| {
        let mut statement = conn.prepare(sql("check/integrity"))?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.collect::<Result<Vec<_>, _>>()
    })();
    match message {
        Ok(lines) => {
            for line in lines.into_iter().filter(|line| line != "ok") {
                findings.push(Finding::new(Fault::File, "", "", line.trim()));
            }
        }
        Err(error) => findings.push(Finding::new(Fault::File, "", "", damage(error)?)),
    }
    let broken = (|| {
        let mut statement = conn.prepare(sql("check/foreign_keys"))?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        })?;
        rows.collect::<Result<Vec<(String, _, _)>, _>>()
    })();
    match broken {
        // Reported row by row already, except for tables that are not in REFERRING.
        Ok(tables) => {
            for (table, parent, count) in tables {
                let named = findings.iter().any(|f| f.fault == Fault::Broken && f.table == table);
                if !named {
                    let said = format!("{count} rows refer to no {parent}");
                    findings.push(Finding::new(Fault::Broken, &table, "", said));
                }
            }
        }
        Err(error) => findings.push(Finding::new(Fault::File, "", "", damage(error)?)),
    }
    Ok(())
}
