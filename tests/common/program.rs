//! Runs the program in a folder with an archive.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::Path;
use std::process::{Command, Output};

/// The result of a run.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The output of both streams.
    pub fn said(self) -> String {
        self.out + &self.err
    }
}

/// Runs revdb in a folder, on its archive `reviews.db` unless the arguments name another.
pub fn output(folder: &Path, args: &[&str]) -> Output {
    let mut revdb = Command::new(env!("CARGO_BIN_EXE_revdb"));
    revdb.args(args).current_dir(folder).env("LC_ALL", "C.UTF-8").env_remove("REVDB_DB");
    revdb.output().expect("revdb runs")
}

/// As [`output`], in words.
pub fn run(folder: &Path, args: &[&str]) -> Ran {
    let Output { status, stdout, stderr } = output(folder, args);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: status.code().expect("an exit code"), out: text(stdout), err: text(stderr) }
}

/// The output of both streams. The run must succeed, with or without rejected records.
pub fn revdb(folder: &Path, args: &[&str]) -> String {
    let ran = run(folder, args);
    assert!(matches!(ran.code, 0 | 3), "{args:?}: {}{}", ran.out, ran.err);
    ran.said()
}

/// The standard error of a run that must end with `code`.
pub fn refused(folder: &Path, args: &[&str], code: i32) -> String {
    let ran = run(folder, args);
    assert_eq!(ran.code, code, "{args:?}: {}", ran.err);
    ran.err
}

/// The rows of a query of an archive, one line each, as `tsv`.
pub fn rows(folder: &Path, db: &str, query: &str) -> Vec<String> {
    let said = revdb(folder, &["--db", db, "sql", query, "--format", "tsv", "--raw"]);
    said.lines().skip(1).map(str::to_owned).collect()
}
