//! `revdb check` names every row that was corrupted, and its sources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use revdb_store::{Archive, ArchiveError, Fault};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::{Dice, healthy, import, revdb, rounds, run, scratch, table, write};

/// An archive with rows in every table: contradictions, rejections, ids, claims, stored dumps, an
/// alias, a revision.
pub fn rich(folder: &Path, path: &Path, rows: usize) {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    // Relative names, so that no local path gets into a fixture.
    let import = |name: &str| {
        let archive = path.strip_prefix(folder).expect("an archive in the folder");
        let (code, _, told) = run(revdb(archive).current_dir(folder).arg("import").arg(name));
        assert!(code == 0 || code == 3, "{name}: {told}");
    };
    write(folder, "first.csv", table(rows, 1));
    import("first.csv");
    // The same reviews with other dates, and an empty row.
    write(
        folder,
        "later.csv",
        table(rows, 1).replace("-01,", "-31,").replace("2012-02", "2012-42")
            + "Film 1,Critic 2,Paper 3,2001-02-03,,,\n",
    );
    import("later.csv");
    for sample in [
        "metacritic-text/film-page.txt",
        "goodreads/dump.csv",
        "rotten-tomatoes-kaggle-2023/dump.csv",
    ] {
        let name = sample.replace('/', "-");
        std::fs::copy(samples.join(sample), folder.join(&name)).expect("a sample");
        import(&name);
    }
    drop(Archive::open(path).expect("the archive"));
    let archive = Archive::open_to_change(path).expect("the archive");
    archive
        .connection()
        .execute_batch(
            "INSERT INTO alias (id, verb, what, from_fold, into_fold, into_name, scope, created_at, hash)
             VALUES (1, 'merge', 'critic', 'a', 'b', 'B', 'title', '2026-01-01',
                     row_hash(1, 'merge', 'critic', 'a', 'b', 'B', 'title', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-01-01', NULL));
             INSERT INTO revision (dump_id, number, record, field, old, new, read_at, version, hash)
             VALUES (1, 1, 1, 'score', '1', '2', '2026-01-01', '0', row_hash(1, 1, 1, 'score', '1', '2', '2026-01-01', '0'));
             INSERT INTO tally (dump_id, part, rows, hash) VALUES (1, 'revision', 1, row_hash(1, 'revision', 1));",
        )
        .expect("rows");
    drop(archive);
    for decision in [
        ["hide", "17", "--reason=a test"].as_slice(),
        &["correct", "19", "--score=1/5", "--reason=misread"],
    ] {
        let (code, _, told) = run(revdb(path).args(decision).arg("--yes"));
        assert_eq!(code, 0, "{told}");
    }
}

const TABLES: [&str; 25] = [
    "review",
    "review_column",
    "sighting",
    "work",
    "critic",
    "publication",
    "site",
    "import",
    "dump",
    "source",
    "work_mention",
    "external_id",
    "mention_property",
    "change",
    "claim",
    "rejection",
    "revision",
    "alias",
    "correction",
    "correction_anchor",
    "corrected",
    "hidden",
    "raw_dump",
    "tally",
    "refinery_schema_history",
];

/// Every table's rows as text; `None` if a table cannot be read to its end.
fn content(path: &Path) -> Option<BTreeMap<&'static str, Option<BTreeSet<String>>>> {
    let conn = Connection::open(path).ok()?;
    let mut all = BTreeMap::new();
    for table in TABLES {
        let rows = (|| -> rusqlite::Result<BTreeSet<String>> {
            let mut statement = conn.prepare(&format!("SELECT * FROM {table} NOT INDEXED"))?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            let mut found = BTreeSet::new();
            while let Some(row) = rows.next()? {
                let mut text = String::new();
                for index in 0..columns {
                    match row.get_ref(index)? {
                        ValueRef::Text(bytes) => text.push_str(&format!("t{bytes:?}")),
                        other => text.push_str(&format!("{other:?}")),
                    }
                }
                found.insert(text);
            }
            Ok(found)
        })();
        all.insert(table, rows.ok());
    }
    Some(all)
}

#[test]
fn every_bit_flip_that_changes_a_row_is_named() {
    let folder = scratch();
    let path = folder.path().join("rich.db");
    rich(folder.path(), &path, 900);
    healthy(&path);
    let good = std::fs::read(&path).expect("the archive");
    let before = content(&path).expect("rows");
    for (table, rows) in &before {
        assert!(rows.as_ref().is_some_and(|rows| !rows.is_empty()), "{table} is empty");
    }
    let mut dice = Dice::new(42);
    let (mut changed, mut refused, mut silent, mut unnamed) = (0, 0, Vec::new(), Vec::new());
    let count = rounds(80, 600);
    let flipped = folder.path().join("flipped.db");
    for _ in 0..count {
        let (at, bit) = (dice.roll(good.len()), dice.roll(8));
        let mut bytes = good.clone();
        bytes[at] ^= 1 << bit;
        std::fs::write(&flipped, &bytes).expect("a file");
        let after = content(&flipped);
        if after.as_ref() == Some(&before) {
            continue;
        }
        changed += 1;
        let health = match Archive::open_to_try(&flipped).and_then(|archive| archive.check()) {
            Ok(health) => health,
            Err(
                ArchiveError::Damaged(_)
                | ArchiveError::NotAnArchive { .. }
                | ArchiveError::Newer { .. },
            ) => {
                refused += 1;
                continue;
            }
            Err(error) => panic!("byte {at}, bit {bit}: {error}"),
        };
        if health.findings.is_empty() {
            silent.push((at, bit));
        }
        for table in TABLES {
            let same = after.as_ref().and_then(|after| after.get(table)) == before.get(table);
            let named =
                health.findings.iter().any(|f| f.table == table || f.fault == Fault::Schema);
            if !same && !named {
                unnamed.push((at, bit, table));
            }
        }
    }
    eprintln!(
        "bit flips: {count}, of which {changed} changed a row; {refused} made the file unreadable, {} named nowhere, {} in silence",
        unnamed.len(),
        silent.len()
    );
    assert!(silent.is_empty() && unnamed.is_empty(), "silent {silent:?}, unnamed {unnamed:?}");
    // Most of a file is indexes, views and free space.
    assert!(changed > count / 20, "only {changed} of {count} flips changed anything");
}

/// Changes rows with plain SQLite, as another tool would.
fn tamper(path: &Path, statements: &str) {
    let conn = Connection::open(path).expect("the archive");
    conn.execute_batch("PRAGMA foreign_keys = OFF").expect("a pragma");
    conn.execute_batch(statements).unwrap_or_else(|error| panic!("{statements}: {error}"));
}

#[test]
fn a_fault_is_a_row_with_its_source_and_line() {
    let cases = [
        ("UPDATE review SET score = 1 WHERE id = 3", "changed row", "review", "id 3"),
        ("UPDATE review SET quote = quote || '!' WHERE id = 3", "changed row", "review", "id 3"),
        (
            "UPDATE sighting SET line = 99 WHERE dump_id = 1 AND record = 3",
            "changed row",
            "sighting",
            "dump 1, record 3",
        ),
        ("UPDATE work SET title = 'x' WHERE id = 2", "changed row", "work", "id 2"),
        ("UPDATE import SET command = 'x' WHERE id = 1", "changed row", "import", "id 1"),
        ("UPDATE source SET new = 7 WHERE id = 1", "changed row", "source", "id 1"),
        (
            "UPDATE rejection SET raw = 'x' WHERE number = 1",
            "changed row",
            "rejection",
            "rejection 1",
        ),
        ("UPDATE claim SET value = 7 WHERE number = 1", "changed row", "claim", "claim 1"),
        (
            "UPDATE raw_dump SET bytes = zeroblob(9) WHERE rowid = 1",
            "kept dump",
            "raw_dump",
            "sha256 ",
        ),
        (
            "DELETE FROM work WHERE id = (SELECT work_id FROM review WHERE id = 3)",
            "broken reference",
            "review",
            "id 3",
        ),
        ("DELETE FROM rejection WHERE number = 1", "missing row", "rejection", "dump "),
        ("DELETE FROM claim WHERE number = 1", "missing row", "claim", "dump "),
        ("DELETE FROM external_id WHERE number = 1", "missing row", "external_id", "dump "),
        (
            "DELETE FROM mention_property WHERE role <> 'decided'",
            "missing row",
            "mention_property",
            "dump ",
        ),
        ("DELETE FROM sighting WHERE record = 3", "missing row", "sighting", "dump "),
        ("DELETE FROM revision", "missing row", "revision", "dump "),
        ("DELETE FROM change", "missing row", "change", ""),
        ("DELETE FROM alias", "missing row", "alias", ""),
        ("DELETE FROM correction_anchor", "missing row", "correction_anchor", ""),
        ("DELETE FROM raw_dump WHERE rowid = 1", "missing row", "raw_dump", ""),
        ("DELETE FROM source WHERE id = (SELECT max(id) FROM source)", "missing row", "source", ""),
        ("DELETE FROM tally WHERE part = 'alias'", "missing row", "alias", ""),
        ("DELETE FROM review WHERE id = 3", "broken reference", "sighting", "dump 1, record 3"),
        ("DELETE FROM sighting WHERE review_id = 3", "orphan", "review", "id 3"),
        (
            "INSERT INTO review_fts (review_fts, rowid, quote) VALUES ('delete', 3, 'word')",
            "index out of step",
            "review_fts",
            "",
        ),
        (
            "INSERT INTO review_fts (review_fts, rowid, quote) SELECT 'delete', id, quote FROM review WHERE id = 3",
            "index out of step",
            "review_fts",
            "id 3",
        ),
        (
            "INSERT INTO review_fts (rowid, quote) VALUES (9999, 'ghost')",
            "index out of step",
            "review_fts",
            "id 9999",
        ),
        (
            "UPDATE review_column SET bytes = zeroblob(length(bytes)) WHERE id = 0",
            "changed row",
            "review_column",
            "id 0",
        ),
        ("DELETE FROM review_column", "index out of step", "review_column", "id 3"),
        ("DROP INDEX sighting_by_key", "schema", "sqlite_schema", "index sighting_by_key"),
        (
            "UPDATE sqlite_sequence SET seq = 0 WHERE name = 'dump'",
            "changed row",
            "sqlite_sequence",
            "dump",
        ),
    ];
    let folder = scratch();
    let base = folder.path().join("rich.db");
    rich(folder.path(), &base, 30);
    for (statement, fault, table, row) in cases {
        let path = folder.path().join("tampered.db");
        std::fs::copy(&base, &path).expect("a copy");
        tamper(&path, statement);
        let before = std::fs::read(&path).expect("the archive");
        let (code, out, told) = run(revdb(&path).args(["check", "--format", "jsonl"]));
        assert_eq!(code, 4, "{statement}: {out}{told}");
        assert!(
            out.lines().any(|line| {
                line.contains(&format!("\"fault\":\"{fault}\",\"table\":\"{table}\""))
                    && line.contains(row)
            }),
            "{statement}: {out}"
        );
        if table == "review" && fault == "changed row" {
            assert!(out.contains("first.csv\",\"line\":4"), "{statement}: {out}");
        }
        assert!(std::fs::read(&path).expect("the archive") == before, "{statement}: check wrote");
    }
}

/// A search uses a table of the pages' first words; FTS5's own check does not detect missing rows.
#[test]
fn words_that_a_search_does_not_find_are_reported() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let words = |n: usize| (0..60).map(|i| format!("w{n}x{i} ")).collect::<String>();
    let rows = (0..60).map(|n| format!("Film {n},Ann,80/100,{}\n", words(n)));
    let dump = format!("title,critic,score,quote\n{}", rows.collect::<String>());
    assert_eq!(import(&path, &write(folder.path(), "a.csv", dump)).0, 0);
    let found = || run(revdb(&path).args(["search", "w59x59", "--format", "csv"])).1;
    let before = found();
    assert_eq!(before.lines().count(), 2, "{before}");
    for damage in [
        "DELETE FROM review_fts_idx",
        "UPDATE review_fts_idx SET term = '0w0' WHERE term = (SELECT max(term) FROM review_fts_idx)",
    ] {
        tamper(&path, damage);
        let (code, out, _) = run(revdb(&path).arg("check"));
        assert_eq!(code, 4, "{damage}: {out}");
        assert!(out.contains("index out of step"), "{damage}: {out}");
        assert_eq!(run(revdb(&path).args(["check", "--rebuild-index"])).0, 0, "{damage}");
        assert_eq!(found(), before, "{damage}");
    }
}

#[test]
fn the_index_is_made_again_and_nothing_else() {
    let folder = scratch();
    let path = folder.path().join("rich.db");
    rich(folder.path(), &path, 30);
    let before = content(&path);
    for damage in [
        "INSERT INTO review_fts (review_fts, rowid, quote) SELECT 'delete', id, quote FROM review WHERE id < 9",
        "DELETE FROM review_fts_data WHERE id > 10",
        "DELETE FROM review_fts_docsize",
    ] {
        tamper(&path, damage);
        assert_eq!(run(revdb(&path).arg("check")).0, 4, "{damage}");
        let (code, _, told) = run(revdb(&path).args(["check", "--rebuild-index"]));
        assert_eq!(code, 0, "{damage}: {told}");
        healthy(&path);
        assert!(content(&path) == before, "{damage}");
    }
    // A changed quote is evidence: rebuilding does not hide it.
    tamper(&path, "UPDATE review SET quote = 'other' WHERE id = 3");
    assert_eq!(run(revdb(&path).args(["check", "--rebuild-index"])).0, 4);
    assert!(content(&path) != before);
}
