//! Foreign files are refused untouched; older archives are upgraded.

use std::collections::BTreeSet;
use std::path::Path;

use revdb_store::Archive;
use rusqlite::Connection;

use super::{READING, healthy, import, revdb, run, scratch, table, write};

fn archive(folder: &Path) -> Vec<u8> {
    let path = folder.join("made.db");
    assert_eq!(import(&path, &write(folder, "made.csv", table(100, 1))).0, 0);
    std::fs::read(&path).expect("the archive")
}

#[test]
fn what_is_not_an_archive_is_refused_and_untouched() {
    let folder = scratch();
    let good = archive(folder.path());
    let sqlite = |statements: &str| {
        let path = folder.path().join("other.db");
        let conn = Connection::open(&path).expect("a database");
        conn.execute_batch(statements).expect("statements");
        drop(conn);
        let bytes = std::fs::read(&path).expect("a file");
        std::fs::remove_file(&path).expect("a file to remove");
        bytes
    };
    let stamped = |version: &str| {
        let path = write(folder.path(), "stamped.db", &good);
        Connection::open(&path).and_then(|conn| conn.execute_batch(version)).expect("a stamp");
        std::fs::read(&path).expect("a file")
    };
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] ^= byte;
        bytes
    };
    let cases: Vec<(&str, Vec<u8>, &[i32])> = vec![
        ("newer", stamped("PRAGMA user_version = 99"), &[5]),
        ("foreign", sqlite("CREATE TABLE t (x); INSERT INTO t VALUES (1);"), &[5]),
        ("foreign with an id", sqlite("PRAGMA application_id = 7; CREATE TABLE t (x);"), &[5]),
        ("text", b"title,score\nHeat,90\n".to_vec(), &[5]),
        ("short text", b"x".to_vec(), &[5]),
        ("magic alone", b"SQLite format 3\0".to_vec(), &[4]),
        ("cut in the header", good[..60].to_vec(), &[4]),
        ("cut after the header", good[..100].to_vec(), &[4]),
        ("cut after a page", good[..4096].to_vec(), &[4]),
        ("cut in the middle", good[..good.len() / 2].to_vec(), &[4]),
        ("cut at the end", good[..good.len() - 1].to_vec(), &[4]),
        ("another magic", with(3, 1), &[5]),
        ("another application", with(70, 1), &[5]),
        ("zeros", vec![0; 8192], &[5]),
    ];
    let file = write(folder.path(), "b.csv", table(5, 2));
    let file = file.to_str().expect("a path");
    for (name, bytes, codes) in cases {
        let path = write(folder.path(), "tried.db", &bytes);
        for args in [
            &["query"][..],
            &["check"],
            &["imports"],
            &["import", file],
            &["imports", "undo", "1", "--yes"],
        ] {
            let (code, _, told) = run(revdb(&path).args(args));
            assert!(codes.contains(&code), "{name}, {args:?}: {code} {told}");
            assert!(told.starts_with("error: "), "{name}, {args:?}: {told}");
            assert!(
                std::fs::read(&path).expect("the file") == bytes,
                "{name}, {args:?}: bytes changed"
            );
            assert!(!folder.path().join("tried.db-journal").exists(), "{name}, {args:?}");
        }
    }
    let (code, _, told) = run(revdb(folder.path()).arg("query"));
    assert_eq!(code, 5, "{told}");
    let missing = folder.path().join("missing.db");
    for args in READING.iter().chain([&["backup", "x.db"][..]].iter()) {
        assert_eq!(run(revdb(&missing).args(*args)).0, 1, "{args:?}");
        assert!(!missing.exists(), "{args:?} made an archive");
    }
}

#[test]
fn reading_changes_no_byte_and_makes_no_file() {
    let folder = scratch();
    let path = folder.path().join("made.db");
    let before = archive(folder.path());
    let names = || {
        let entries = std::fs::read_dir(folder.path()).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name()).collect::<BTreeSet<_>>()
    };
    let beside = names();
    for args in READING {
        let (code, _, told) = run(revdb(&path).current_dir(folder.path()).args(args));
        assert_eq!(code, 0, "{args:?}: {told}");
        assert!(std::fs::read(&path).expect("the archive") == before, "{args:?} wrote");
        assert_eq!(names(), beside, "{args:?} left something");
    }
    eprintln!("reading: {} commands, 0 bad", READING.len());
}

/// An archive as a script, so that old ones can be stored and read.
fn script(conn: &Connection) -> String {
    let texts = |query: &str| -> Vec<String> {
        let mut statement = conn.prepare(query).expect("a query");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    };
    let mut script =
        vec!["-- Made by `REVDB_WRITE_FIXTURES=1 cargo test --test faults fixture`.".to_owned()];
    let ours =
        "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'review\\_fts\\_%' ESCAPE '\\'";
    script.extend(texts(&format!(
        "SELECT sql || ';' FROM sqlite_schema WHERE type = 'table' AND {ours}"
    )));
    for table in texts(&format!(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND {ours}
        AND sql NOT LIKE 'CREATE VIRTUAL TABLE%'"
    ))
    .into_iter()
    .chain(["sqlite_sequence".to_owned()])
    {
        if table == "sqlite_sequence" {
            script.push("DELETE FROM sqlite_sequence;".to_owned());
        }
        let columns = texts(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let values: Vec<String> =
            columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        let query = format!(
            "SELECT 'INSERT INTO {table} VALUES (' || {} || ');' FROM \"{table}\"",
            values.join(" || ', ' || ")
        );
        script.extend(texts(&query));
    }
    script.extend(texts(&format!(
        "SELECT sql || ';' FROM sqlite_schema WHERE type <> 'table' AND {ours}"
    )));
    script.push("INSERT INTO review_fts (review_fts) VALUES ('rebuild');".to_owned());
    for pragma in ["application_id", "user_version"] {
        let value: i64 =
            conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).expect("a pragma");
        script.push(format!("PRAGMA {pragma} = {value};"));
    }
    script.join("\n") + "\n"
}

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schemas")
}

fn newest() -> i64 {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let names = std::fs::read_dir(migrations).expect("the migrations");
    let numbers = names.filter_map(|entry| {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        name.strip_prefix('V')?.split_once("__")?.0.parse().ok()
    });
    numbers.max().expect("a migration")
}

/// A small archive in which every table has a row.
fn sample(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("sample.db");
    super::check::rich(folder, &path, 12);
    path
}

#[test]
fn the_newest_schema_has_its_fixture() {
    let folder = scratch();
    let path = fixtures().join(format!("v{}.sql", newest()));
    if std::env::var_os("REVDB_WRITE_FIXTURES").is_some() {
        let conn = Connection::open(sample(folder.path())).expect("the archive");
        std::fs::write(&path, script(&conn)).expect("a fixture");
    }
    assert!(
        path.exists(),
        "{} is missing: a migration needs an archive of its schema kept; REVDB_WRITE_FIXTURES=1 makes it",
        path.display()
    );
}

#[test]
fn every_schema_is_upgraded_with_every_row() {
    let fresh_folder = scratch();
    let fresh = fresh_folder.path().join("fresh.db");
    drop(Archive::open_or_create(&fresh).expect("a fresh archive"));
    let schema = |path: &Path| -> Vec<(String, Option<String>)> {
        let conn = Connection::open(path).expect("an archive");
        let mut statement = conn
            .prepare("SELECT type || ' ' || name, sql FROM sqlite_schema ORDER BY 1")
            .expect("a query");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    };
    for version in 1..=newest() {
        let folder = scratch();
        let path = folder.path().join("old.db");
        let text =
            std::fs::read_to_string(fixtures().join(format!("v{version}.sql"))).expect("a fixture");
        let conn = Connection::open(&path).expect("a database");
        conn.execute_batch(&text).unwrap_or_else(|error| panic!("v{version}: {error}"));
        let count = |conn: &Connection| -> (i64, i64) {
            let query = "SELECT (SELECT count(*) FROM reviews), (SELECT count(*) FROM sighting)";
            conn.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("a count")
        };
        let before = count(&conn);
        assert!(before.0 > 5, "v{version} holds next to nothing");
        drop(conn);
        drop(Archive::open_to_change(&path).unwrap_or_else(|error| panic!("v{version}: {error}")));
        assert_eq!(count(&Connection::open(&path).expect("the archive")), before, "v{version}");
        assert_eq!(schema(&path), schema(&fresh), "v{version}: not as a fresh one");
        healthy(&path);
        let backup = folder.path().join(format!("old.db.schema-{version}.bak"));
        assert_eq!(backup.exists(), version < newest(), "v{version}: a backup beside it");
    }
}

#[test]
fn a_backup_is_complete_and_replaces_only_with_force() {
    let folder = scratch();
    archive(folder.path());
    let (path, to) = (folder.path().join("made.db"), folder.path().join("copy.db"));
    assert_eq!(run(revdb(&path).arg("backup").arg(&to)).0, 0);
    assert_eq!(healthy(&to), 100);
    let (code, _, told) = run(revdb(&path).arg("backup").arg(&to));
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("--force"), "{told}");
    assert_eq!(run(revdb(&path).arg("backup").arg(&to).arg("--force")).0, 0);
    assert_eq!(run(revdb(&path).arg("backup").arg(folder.path().join("no/where.db"))).0, 1);
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 3, "something was left beside");
}
