//! Every report runs unchanged in a stock SQLite shell of 3.51 or later, with the same result as
//! in revdb.
//!
//! The shell is APSW's (PyPI: `apsw`), whose SQLite has the percentile functions; the Python that
//! has it is named by REVDB_APSW_PYTHON, else it is `python3`. The file's text is used unchanged,
//! with parameters set by `.parameter set`.

#[path = "common/shared.rs"]
mod shared;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use revdb_query::report::{Catalogue, ParamType};
use shared::skipped;

/// The Python with APSW; `None`, with a message, if there is none.
fn python() -> Option<String> {
    let python = std::env::var("REVDB_APSW_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = "import apsw; c = apsw.Connection(':memory:'); \
                 assert c.execute('select median(column1) from (values (1), (2))').get == 1.5";
    let there = Command::new(&python).args(["-c", probe]).stderr(Stdio::null()).status();
    if there.is_ok_and(|status| status.success()) {
        return Some(python);
    }
    skipped(format_args!(
        "{python} has no apsw with percentile functions (REVDB_APSW_PYTHON names another)"
    ));
    None
}

/// Runs revdb and returns its output.
fn revdb(archive: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_revdb"))
        .arg("--db")
        .arg(archive)
        .args(args)
        .env("REVDB_REPORTS", archive.parent().expect("a folder"))
        .output()
        .expect("revdb runs");
    assert!(
        matches!(output.status.code(), Some(0 | 3)),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Passes commands and the report's file to the shell.
fn shell(python: &str, archive: &Path, input: &str) -> String {
    let mut child = Command::new(python)
        .args(["-m", "apsw"])
        .arg(archive)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the shell starts");
    child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

type Table = Vec<Vec<String>>;

fn table(text: &str) -> Table {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let rows = reader
        .records()
        .map(|row| row.expect("a CSV row").iter().map(|cell| cell.replace("\r\n", "\n")).collect());
    rows.collect()
}

/// Equal as text, or as numbers of which the shell may print fewer digits.
fn equal(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
        _ => a == b,
    }
}

/// Gives works of one title and year different labels. A shell shows the same label for both
/// (docs/figures.md), which is the only difference.
fn tell_apart(root: &Path) -> String {
    let schema = std::fs::read_to_string(root.join("migrations/V1__archive.sql")).expect("it");
    let view = schema.split_once("\nCREATE VIEW work_timeline AS").expect("the view").1;
    let view = view.split_once(";\n").expect("its end").0;
    let steps = [
        revdb_sql::sql("engine/forget_namesakes"),
        revdb_sql::sql("datasette/namesakes"),
        revdb_sql::sql("engine/tell_apart"),
        revdb_sql::sql("engine/create_work"),
    ];
    format!("{}\nCREATE TEMP VIEW work_timeline AS{view};\n", steps.join("\n"))
}

#[test]
fn every_report_says_the_same_in_a_stock_shell() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("reviews.db");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    revdb(&archive, &["import", &root.join("samples").display().to_string()]);
    let catalogue = Catalogue::built_in();
    let mut rows = 0;
    for name in catalogue.names() {
        let report = catalogue.get(name).expect("a report");
        let values = report.values([]).expect("defaults");
        let mut input = tell_apart(&root) + ".mode csv\n.header on\n";
        for param in &report.params {
            let literal = match values.get(&param.name) {
                Some(rusqlite::types::Value::Text(text)) => format!("'{text}'"),
                Some(rusqlite::types::Value::Integer(int)) => int.to_string(),
                Some(rusqlite::types::Value::Real(real)) => format!("{real:?}"),
                _ => "NULL".to_owned(),
            };
            assert!(param.kind != ParamType::Int || !literal.contains('\''), "{name}");
            input.push_str(&format!(".parameter set {} {literal}\n", param.name));
        }
        let text = std::fs::read_to_string(root.join(format!("sql/reports/{name}.sql")))
            .expect("the report's file");
        let (select, _) = text.split_once("\n-- notes").unwrap_or((&text, ""));
        input.push_str(select);
        let theirs = table(&shell(&python, &archive, &input));
        let ours = table(&revdb(&archive, &["query", name, "--format", "csv", "--raw"]));
        // The shell prints no header without rows.
        let ours_rows = ours.get(1..).unwrap_or_default();
        let their_rows = theirs.get(1..).unwrap_or_default();
        assert_eq!(ours_rows.len(), their_rows.len(), "{name}");
        for (a, b) in ours_rows.iter().zip(their_rows) {
            let same = a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b));
            assert!(same, "{name}: {a:?} and {b:?}");
        }
        rows += ours_rows.len();
    }
    assert!(rows > 50, "the samples give more to compare than {rows} rows");
}
