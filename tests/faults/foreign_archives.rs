//! Archives from others, and slow readers: nothing planted is executed, no planted number
//! allocates memory, and no lock outlives the reading.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use revdb_store::{Archive, ArchiveError};
use rusqlite::Connection;

use super::{import, revdb, run, scratch, table, wait, write};

/// An archive of 12 reviews with planted SQL.
fn planted(path: &Path, sql: &str) {
    let dump = write(path.parent().expect("a folder"), "first.csv", table(12, 1));
    assert_eq!(import(path, &dump).0, 0);
    let conn = Connection::open(path).expect("the archive");
    conn.execute_batch(sql).expect(sql);
}

fn reviews(path: &Path) -> i64 {
    let conn = Connection::open(path).expect("the archive");
    conn.query_row("SELECT count(*) FROM review", [], |row| row.get(0)).expect("a count")
}

#[test]
fn planted_objects_do_not_act_and_are_reported() {
    let cases = [
        (
            "CREATE TRIGGER odd AFTER INSERT ON sighting BEGIN DELETE FROM review; END;",
            "trigger odd",
        ),
        (
            "DROP TABLE review_fts; CREATE TABLE review_fts (review_fts, rank, quote);
             CREATE TRIGGER odd AFTER INSERT ON review_fts BEGIN DELETE FROM raw_dump; END;",
            "trigger odd",
        ),
        ("CREATE VIRTUAL TABLE odd USING fts5(x);", "table odd"),
        ("DROP VIEW reviews; CREATE VIEW reviews AS SELECT 1 AS id;", "view reviews"),
    ];
    for (sql, name) in cases {
        let folder = scratch();
        let archive = folder.path().join("a.db");
        planted(&archive, sql);
        let before = std::fs::read(&archive).expect("the archive");
        let (code, shown, _) = run(revdb(&archive).args(["check", "--format", "csv"]));
        assert_eq!(code, 4, "{sql}");
        assert!(shown.contains(name), "{name}: {shown}");
        let more = write(folder.path(), "more.csv", table(7, 2));
        let (code, _, said) = import(&archive, &more);
        assert_eq!(code, 4, "{sql}: {said}");
        for args in [&["imports", "undo", "1", "--yes"][..], &["check", "--rebuild-index"]] {
            assert_eq!(run(revdb(&archive).args(args)).0, 4, "{sql}: {args:?}");
        }
        assert!(
            before == std::fs::read(&archive).expect("the archive"),
            "{sql}: it was written to"
        );
        assert_eq!(reviews(&archive), 12, "{sql}");
    }
}

#[test]
fn users_own_tables_indexes_and_views_are_allowed() {
    let folder = scratch();
    let archive = folder.path().join("a.db");
    planted(
        &archive,
        "CREATE TABLE mine (a); CREATE INDEX by_url ON review (url);
         CREATE VIEW good AS SELECT * FROM reviews WHERE score > 90;",
    );
    let more = write(folder.path(), "more.csv", table(7, 2));
    assert_eq!(import(&archive, &more).0, 0);
    assert_eq!(reviews(&archive), 19);
    assert_eq!(run(revdb(&archive).arg("check")).0, 0);
}

#[test]
fn a_huge_id_allocates_no_memory() {
    let folder = scratch();
    for sql in [
        "UPDATE review SET id = id + 3000000000 WHERE id = 12",
        "UPDATE critic SET id = id + 3000000000 WHERE id = (SELECT max(id) FROM critic)",
        // With a chunk for it, as in a hostile archive.
        "UPDATE review SET id = 4000000000 WHERE id = 12;
         INSERT INTO review_column SELECT id + 4000000, bytes, hash FROM review_column",
    ] {
        let archive = folder.path().join("a.db");
        planted(&archive, sql);
        for args in [&["check", "--rebuild-index"][..], &["check"], &["query", "top"]] {
            // A gigabyte of address space.
            let mut child = std::process::Command::new("sh");
            child.arg("-c").arg("ulimit -v 1500000; exec \"$@\"").arg("sh");
            child.arg(env!("CARGO_BIN_EXE_revdb")).arg("--db").arg(&archive).args(args);
            let mut child =
                child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a shell");
            let status = wait(&mut child, Duration::from_secs(60));
            assert_eq!(status.code(), Some(4), "{sql}: {args:?}");
        }
        assert!(matches!(
            Archive::open_to_try(&archive).and_then(|archive| archive.check()),
            Ok(health) if !health.findings.is_empty()
        ));
        std::fs::remove_file(&archive).expect("the archive");
    }
}

#[test]
fn no_review_comes_after_the_highest_number_there_is() {
    let folder = scratch();
    let archive = folder.path().join("a.db");
    planted(&archive, "UPDATE review SET id = 9223372036854775807 WHERE id = 12");
    let more = write(folder.path(), "more.csv", table(7, 2));
    assert_eq!(import(&archive, &more).0, 4);
    for args in [&["imports", "undo", "1"][..], &["imports", "renormalise"]] {
        let (code, _, said) = run(revdb(&archive).args(args));
        assert_eq!(code, 4, "{args:?}: {said}");
    }
}

#[test]
fn values_of_other_people_s_sql_are_bounded() {
    let folder = scratch();
    let archive = folder.path().join("a.db");
    planted(&archive, "");
    let long = "SELECT printf('%.*c', 200000000, 'x'), 1";
    let (code, _, said) = run(revdb(&archive).args(["sql", long]));
    assert_eq!(code, 1, "{said}");
    let wide = format!("SELECT {}", ["zeroblob(60000000)"; 12].join(", "));
    let (code, _, said) = run(revdb(&archive).args(["sql", &wide, "--format", "csv"]));
    assert_eq!(code, 1, "{said}");
    // Whatever an import accepts can be read.
    let fits = "SELECT length(printf('%.*c', 60000000, 'x')) AS n";
    let (code, shown, said) = run(revdb(&archive).args(["sql", fits, "--format", "csv"]));
    assert_eq!((code, shown.as_str()), (0, "n\r\n60000000\r\n"), "{said}");
}

#[test]
fn a_slow_reader_does_not_block_imports() {
    let folder = scratch();
    let archive = folder.path().join("a.db");
    let dump = write(folder.path(), "first.csv", table(4000, 1));
    assert_eq!(import(&archive, &dump).0, 0);
    let more = write(folder.path(), "more.csv", table(7, 2));
    for (args, at_least) in [
        (&["export", "--format", "jsonl"][..], 500_000),
        (&["query", "--format", "csv"], 200_000),
        (&["sql", "SELECT * FROM reviews", "--format", "csv"], 200_000),
        (&["query", "timing", "--format", "csv"], 100_000),
    ] {
        let mut child = revdb(&archive)
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut stdout = child.stdout.take().expect("a pipe");
        let mut taken = vec![0; 100];
        stdout.read_exact(&mut taken).expect("the first rows");
        let (code, _, said) = import(&archive, &more);
        assert_eq!(code, 0, "{args:?}: {said}");
        stdout.read_to_end(&mut taken).expect("the rest");
        assert!(taken.len() > at_least, "{args:?}: {} bytes", taken.len());
        assert_eq!(wait(&mut child, Duration::from_secs(20)).code(), Some(0), "{args:?}");
    }
}

#[test]
fn refused_archives_are_never_written() {
    let folder = scratch();
    let archive = folder.path().join("a.db");
    planted(&archive, "CREATE TRIGGER odd AFTER INSERT ON review BEGIN SELECT 1; END;");
    assert!(matches!(Archive::open_or_create(&archive), Err(ArchiveError::Damaged(_))));
    assert!(matches!(Archive::open_to_change(&archive), Err(ArchiveError::Damaged(_))));
    // Reading still works: it fires no trigger.
    assert_eq!(run(revdb(&archive).args(["query", "top"])).0, 0);
}

#[test]
fn verify_refuses_changed_rows() {
    let folder = scratch();
    let archive = folder.path().join("a.db");
    let reading = [
        &["query"][..],
        &["query", "top"],
        &["search", "slow"],
        &["export", "--format", "jsonl"],
        &["report", "-o", "-"],
    ];
    planted(&archive, "");
    for args in reading {
        assert_eq!(run(revdb(&archive).args(args).arg("--verify")).0, 0, "{args:?}");
    }
    let conn = Connection::open(&archive).expect("the archive");
    for (sql, row) in [
        ("UPDATE review SET score = score + 1 WHERE id = 7", "review id 7"),
        ("UPDATE work SET title = title || '!' WHERE id = 2", "work id 2"),
    ] {
        conn.execute_batch(&format!("BEGIN; {sql}")).expect(sql);
        conn.execute_batch("COMMIT").expect(sql);
        for args in reading {
            let (code, shown, said) = run(revdb(&archive).args(args).arg("--verify"));
            assert_eq!((code, shown.as_str()), (4, ""), "{sql}: {args:?}");
            assert!(said.contains(row) || said.contains("review id 7"), "{sql}: {said}");
        }
    }
}

#[test]
fn a_page_of_zeros_is_seen_by_verify_as_by_check() {
    const PAGE: usize = 16 << 10;
    let folder = scratch();
    let archive = folder.path().join("a.db");
    planted(&archive, "");
    let good = std::fs::read(&archive).expect("the archive");
    let mut seen = 0;
    for page in (1..good.len() / PAGE).step_by(5) {
        let mut bytes = good.clone();
        bytes[page * PAGE..][..PAGE].fill(0);
        std::fs::write(&archive, &bytes).expect("the archive");
        let ends = |args: &[&str]| run(revdb(&archive).args(args)).0;
        let (checked, verified) = (ends(&["check"]), ends(&["query", "--verify"]));
        assert_eq!(verified, checked, "page {}", page + 1);
        seen += usize::from(checked == 4);
    }
    assert!(seen > 5, "{seen} pages");
}
