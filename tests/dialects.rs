//! `query REPORT --sql --dialect ENGINE`: every report that an export can answer gives the same
//! rows in DuckDB and in Spark (benches/parity.py). Skipped with a message if no Python has the
//! module; `REVDB_TOOLS` may name a folder (of a Python environment) to search first.

#[path = "common/program.rs"]
mod program;
#[path = "common/shared.rs"]
mod shared;

use std::path::Path;
use std::process::Command;

use program::output as revdb;
use shared::python;

/// Reports that read the archive's own tables, or use name comparison specific to SQLite.
const HOUSEKEEPING: [&str; 5] =
    ["claims", "conflicts", "name-variants", "near-duplicates", "quality"];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_report_has_a_text_or_says_why_not() {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir("sql/reports").expect("reports") {
        let path = entry.expect("a report").path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        for dialect in ["duckdb", "spark"] {
            let done = revdb(folder.path(), &["query", name, "--sql", "--dialect", dialect]);
            let (said, refused) = (text(&done.stdout), text(&done.stderr));
            match HOUSEKEEPING.contains(&name) {
                true => {
                    assert_eq!(done.status.code(), Some(1), "{name}: {said}");
                    assert!(refused.contains("cannot be run on an export"), "{refused}");
                }
                false => {
                    assert_eq!(done.status.code(), Some(0), "{name}: {refused}");
                    assert!(said.contains("reviews.parquet"), "{said}");
                }
            }
        }
    }
    for (audience, noted) in [(&[][..], true), (&["--audience", "critic"], false)] {
        let done = revdb(folder.path(), &[&["query", "top", "--sql"], audience].concat());
        assert_eq!(text(&done.stderr).contains("by critics, for no archive is read"), noted);
    }
    let unasked = revdb(folder.path(), &["query", "top", "--dialect", "spark"]);
    assert_eq!(unasked.status.code(), Some(2), "{}", text(&unasked.stderr));
}

#[test]
fn parameters_become_sql_literals() {
    let folder = tempfile::tempdir().expect("a folder");
    let asked = ["query", "top", "--m", "7.5", "--min-reviews", "3", "--audience", "user"];
    let said = ["--sql", "--dialect", "duckdb", "--parquet", "it's/*.parquet"];
    let done = revdb(folder.path(), &[&asked[..], &said].concat());
    let said = text(&done.stdout);
    for part in ["coalesce(7.5,", "c.n >= 3", "'user' IN ('all', audience)", "'it''s/*.parquet'"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

#[test]
fn user_reports_get_warnings_about_other_engines() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = revdb(folder.path(), &["generate", "report", "own", "--dir", "."]);
    assert!(model.status.success(), "{}", text(&model.stderr));
    let model = std::fs::read_to_string(folder.path().join("own.sql")).expect("the example");
    for (said, noted) in [
        ("year / 10 * 10", "`/` cuts a whole number"),
        ("floor(year / 10.0) * 10", ""),
        ("CAST(score AS INTEGER)", "rounds in DuckDB"),
    ] {
        let own = model.replacen("SELECT ", &format!("SELECT {said} AS own, "), 1);
        std::fs::write(folder.path().join("own.sql"), own).expect("a report");
        let asked = ["query", "--report-file", "own.sql", "--audience", "all", "--sql"];
        let asked = [&asked[..], &["--dialect", "duckdb"]].concat();
        let done = revdb(folder.path(), &asked);
        let notes = text(&done.stderr);
        assert!(done.status.success(), "{said}: {notes}");
        assert_eq!(notes.contains("note: "), !noted.is_empty(), "{said}: {notes}");
        assert!(notes.contains(noted), "{said}: {notes}");
    }
}

fn says_the_same(engine: &str, module: &str) {
    let Some(python) = python(module) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let imported = revdb(folder.path(), &["import", &samples.display().to_string()]);
    assert!(matches!(imported.status.code(), Some(0 | 3)), "{}", text(&imported.stderr));
    let done = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/parity.py"))
        .args(["--revdb", env!("CARGO_BIN_EXE_revdb"), "--db", "reviews.db", "--engines", engine])
        .current_dir(folder.path())
        .output()
        .expect("Python runs");
    let (said, failed) = (text(&done.stdout), text(&done.stderr));
    assert!(done.status.success(), "{said}{failed}");
    let rows = said.lines().filter(|line| line.contains(" 0 differ")).count();
    let sql = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/reports");
    let reports = sql.read_dir().expect("the reports").count();
    assert_eq!(rows, reports - HOUSEKEEPING.len(), "{said}{failed}");
}

#[test]
fn duckdb_says_the_same() {
    says_the_same("duckdb", "duckdb");
}

#[test]
fn spark_says_the_same() {
    says_the_same("spark", "pyspark");
}
