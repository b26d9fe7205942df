//! Finds objects in the schema that revdb did not create and that could act.
//!
//! An archive may come from somebody else, with a trigger that deletes rows or a replaced table.
//! Triggers are disabled (`connect`; revdb has none), and such an archive is not written to. A
//! person's own tables, indexes and views are ignored. Must never: change the schema.

use rusqlite::Connection;

use super::{ArchiveError, migrate, sql::sql};

/// A row of `sqlite_schema`.
#[derive(Debug, PartialEq, Eq)]
struct Object {
    kind: String,
    name: String,
    text: String,
}

/// Objects that could act, and why. Missing tables, indexes and views are `check`'s concern.
///
/// # Errors
/// SQLite's error.
pub fn acting(conn: &Connection) -> Result<Vec<(String, &'static str)>, ArchiveError> {
    let ours = objects(&migrate::in_memory()?)?;
    let mut acting = Vec::new();
    for object in objects(conn)? {
        if ours.contains(&object) {
            continue;
        }
        let is_of_ours = ours.iter().any(|known| known.name.eq_ignore_ascii_case(&object.name));
        let why = if object.kind.eq_ignore_ascii_case("trigger") {
            "a trigger, of which revdb makes none"
        } else if is_of_ours {
            "it is not as revdb makes it"
        } else if is_virtual(&object.text) {
            "a virtual table, which runs code where it is read or written"
        } else {
            continue;
        };
        acting.push((format!("{} {}", object.kind, object.name), why));
    }
    Ok(acting)
}

/// # Errors
/// [`ArchiveError::Damaged`] if an object could act.
pub fn refuse(conn: &Connection) -> Result<(), ArchiveError> {
    match acting(conn)?.as_slice() {
        [] => Ok(()),
        [(name, why), others @ ..] => {
            let more = match others.len() {
                0 => String::new(),
                count => format!(" (and {count} more)"),
            };
            Err(ArchiveError::Damaged(format!(
                "{name}: {why}{more}; such an archive is not written to, and `revdb check` names them all"
            )))
        }
    }
}

fn objects(conn: &Connection) -> rusqlite::Result<Vec<Object>> {
    let mut statement = conn.prepare(sql("open/objects"))?;
    let rows = statement.query_map([], |row| {
        // A planted row may have cells of any type.
        let text = |index| -> rusqlite::Result<String> {
            let value = row.get_ref(index)?;
            let bytes = value.as_bytes_or_null().ok().flatten().unwrap_or_default();
            Ok(String::from_utf8_lossy(bytes).into_owned())
        };
        Ok(Object { kind: text(0)?, name: text(1)?, text: text(2)? })
    })?;
    rows.collect()
}

/// Whether a statement is CREATE VIRTUAL TABLE, with any white space and comments.
fn is_virtual(text: &str) -> bool {
    let mut rest = text;
    let mut words = 0;
    while words < 2 {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
        } else if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let (word, others) = rest.split_at(end);
            words += 1;
            if words == 2 {
                return word.eq_ignore_ascii_case("virtual");
            }
            if word.is_empty() {
                return false;
            }
            rest = others;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(planted: &str) -> Vec<String> {
        let conn = migrate::in_memory().expect("an archive");
        conn.execute_batch(planted).expect(planted);
        let acting = acting(&conn).expect("a schema");
        assert_eq!(refuse(&conn).is_err(), !acting.is_empty());
        acting.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn only_objects_that_can_act_are_reported() {
        let trigger = "CREATE TRIGGER z AFTER INSERT ON sighting BEGIN DELETE FROM review; END;";
        assert_eq!(found(trigger), ["trigger z"]);
        let own = "CREATE TABLE mine (a); CREATE INDEX by_score ON review (score);
                   CREATE VIEW good AS SELECT * FROM reviews WHERE score > 90;";
        assert!(found(own).is_empty());
        let on_own = format!("{own} CREATE TRIGGER t AFTER INSERT ON mine BEGIN SELECT 1; END;");
        assert_eq!(found(&on_own), ["trigger t"]);
        let table = "CREATE VIRTUAL /* */ TABLE odd USING fts5(x);";
        assert!(found(table).contains(&"table odd".to_owned()));
        let view = "DROP VIEW reviews; CREATE VIEW reviews AS SELECT 1 AS id;";
        assert_eq!(found(view), ["view reviews"]);
        let kept = "DROP TABLE raw_dump; CREATE VIEW Raw_Dump AS SELECT 1 AS sha256;";
        assert_eq!(found(kept), ["view Raw_Dump"]);
        assert!(found("").is_empty());
    }

    #[test]
    fn virtual_tables_are_recognised_in_any_spelling() {
        for text in ["CREATE VIRTUAL TABLE a", "create\n--x\n virtual table a", "CREATE/**/VIRTUAL"]
        {
            assert!(is_virtual(text), "{text}");
        }
        for text in ["CREATE TABLE virtual", "", "CREATE /* virtual", "CREATE TABLE a (virtual)"] {
            assert!(!is_virtual(text), "{text}");
        }
    }
}
