//! SQL from others: a shared report, a folder of reports, `revdb sql`. It may only read the
//! archive, and only within the time limit.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// What such SQL must not do, as its SELECT.
const ATTACKS: [&str; 22] = [
    "ATTACH 'stolen.db' AS s",
    "ATTACH DATABASE ':memory:' AS s",
    "DETACH temp",
    "PRAGMA journal_mode = WAL",
    "PRAGMA user_version = 7",
    "PRAGMA writable_schema = ON",
    "PRAGMA query_only = OFF",
    "INSERT INTO site (id, name, hash) VALUES (99, 'x', 0)",
    "UPDATE review SET score = 0",
    "DELETE FROM review",
    "DROP TABLE review",
    "CREATE TABLE mine (n)",
    "VACUUM INTO 'stolen.db'",
    "WITH x AS (SELECT 1) DELETE FROM review",
    "WITH x AS (SELECT 1) INSERT INTO site (id, name, hash) VALUES (99, 'x', 0)",
    "SELECT load_extension('./evil.so') AS n",
    "SELECT readfile('/etc/passwd') AS n",
    "SELECT writefile('stolen.txt', 'x') AS n",
    "SELECT edit('x', 'touch stolen.txt') AS n",
    "SELECT n FROM fsdir('/')",
    "SELECT 1 AS n; ATTACH 'stolen.db' AS s",
    "SELECT fts3_tokenizer('simple', x'00') AS n",
];

/// Ten thousand million rows.
const ENDLESS: &str = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 10000000000) SELECT count(*) AS n FROM c";

/// One call of a function, within which SQLite checks for no interrupt.
const ENDLESS_CALL: &str =
    "SELECT instr(printf('%.*c', 30000000, 'a'), printf('%.*c', 15000000, 'a') || 'b') AS n";

fn report(select: &str) -> String {
    format!(
        "-- title = \"Mine\"\n-- summary = \"Mine.\"\n-- rule = \"Counted.\"\n-- [columns]\n-- n = \"int\"\n{select}\n"
    )
}

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_revdb"))
        .args(["--db", "a.db"])
        .args(args)
        .current_dir(folder)
        .env("REVDB_REPORTS", folder.join("mine"))
        .env("HOME", folder)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

/// A folder with an archive of two reviews, and the archive's bytes.
fn world() -> (tempfile::TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let table = "title,critic,score,quote\nRain,Ann Lee,4/5,Fine.\nRain,Bo Day,2/5,Dull.\n";
    std::fs::write(folder.path().join("a.csv"), table).expect("a file");
    assert!(run(folder.path(), &["import", "a.csv"]).status.success());
    std::fs::create_dir(folder.path().join("mine")).expect("a folder");
    let archive = std::fs::read(folder.path().join("a.db")).expect("the archive");
    (folder, archive)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn foreign_sql_can_only_read() {
    let (folder, before) = world();
    let here = folder.path();
    let own = here.join("mine/own.sql");
    std::fs::write(&own, report("SELECT count(*) AS n FROM reviews")).expect("a report");
    std::fs::write(here.join("own.sql"), report("SELECT 1 AS n")).expect("a report");
    let beside = names(here);
    for args in [["query", "own"].as_slice(), &["query", "--report-file", "mine/own.sql"]] {
        let good = run(here, args);
        assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
        assert!(String::from_utf8_lossy(&good.stdout).contains('2'));
    }
    let mut tried = 0;
    for attack in ATTACKS {
        std::fs::write(&own, report(attack)).expect("a report");
        std::fs::write(here.join("own.sql"), report(attack)).expect("a report");
        for args in [
            ["query", "own"].as_slice(),
            &["query", "--report-file", "own.sql"],
            &["query", "own", "--chart"],
            &["sql", attack],
        ] {
            let said = run(here, args);
            let told = String::from_utf8_lossy(&said.stderr);
            assert!(matches!(said.status.code(), Some(1 | 2)), "{args:?}, {attack}: {told}");
            assert!(told.starts_with("error: "), "{attack}: {told}");
            assert_eq!(names(here), beside, "{attack} left something");
            assert!(std::fs::read(here.join("a.db")).expect("it") == before, "{attack} wrote");
            tried += 1;
        }
    }
    eprintln!("own SQL: {} attacks in {tried} ways, 0 bad", ATTACKS.len());
}

#[test]
fn an_invalid_statement_is_a_usage_error() {
    let (folder, _) = world();
    for statement in [
        "",
        "select",
        "selec 1",
        "select nosuch from reviews",
        "select 1 from nosuch",
        "select 1 where 1 = (select count(*) from nosuch)",
        "select (",
        "select ?",
        "select 1; select 2",
    ] {
        let said = run(folder.path(), &["sql", statement]);
        let told = String::from_utf8_lossy(&said.stderr);
        assert!(
            said.status.code() == Some(2) && told.starts_with("error: "),
            "{statement}: {told}"
        );
    }
}

#[test]
fn endless_sql_is_stopped() {
    let (folder, _) = world();
    let here = folder.path();
    std::fs::write(here.join("mine/own.sql"), report(ENDLESS)).expect("a report");
    let notes = format!("{}-- notes\n{ENDLESS}\n", report("SELECT 1 AS n"));
    std::fs::write(here.join("notes.sql"), notes).expect("a report");
    std::fs::write(here.join("call.sql"), report(ENDLESS_CALL)).expect("a report");
    for args in [
        ["sql", ENDLESS_CALL, "--timeout", "1"].as_slice(),
        &["query", "--report-file", "call.sql", "--timeout", "1"],
        &["query", "own", "--timeout", "1"],
        &["query", "own", "--timeout", "1", "--format", "json"],
        &["query", "--report-file", "mine/own.sql", "--timeout", "1"],
        &["query", "--report-file", "notes.sql", "--timeout", "1"],
        &["sql", ENDLESS, "--timeout", "1"],
    ] {
        let begun = Instant::now();
        let said = run(here, args);
        let told = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(1), "{args:?}: {told}");
        assert!(told.contains("--timeout"), "{args:?}: {told}");
        assert!(begun.elapsed() < Duration::from_secs(15), "{args:?}: {:?}", begun.elapsed());
    }
    // Fast statements are not stopped, be it a built-in report or a listing.
    for args in
        [["query", "distribution", "--timeout", "60"], ["query", "--limit", "--timeout", "60"]]
    {
        let args: Vec<&str> = args
            .iter()
            .flat_map(|arg| if *arg == "--limit" { vec!["--limit", "5"] } else { vec![*arg] })
            .collect();
        assert!(run(here, &args).status.success(), "{args:?}");
    }
}
