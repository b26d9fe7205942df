//! Statements by name, from the `.sql` files under `sql/`.
//!
//! A file holds several statements, each below a line `-- name: insert_review`; the text up to the
//! next such line, including comments, is the statement. No SQL is composed, so every statement
//! that can run is readable in `sql/`.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

use std::sync::OnceLock;

use include_dir::{Dir, include_dir};
use rustc_hash::FxHashMap;

pub mod dialect;

static FOLDERS: [Dir<'static>; 2] =
    [include_dir!("$CARGO_MANIFEST_DIR/archive"), include_dir!("$CARGO_MANIFEST_DIR/query")];

/// The built-in reports: `<name>` and the text of `<name>.sql`.
pub fn reports() -> impl Iterator<Item = (&'static str, &'static str)> {
    static REPORTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/reports");
    REPORTS.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
}

/// The statements of one file, by name.
type Statements = FxHashMap<&'static str, &'static str>;

/// The statement `name` of `sql/<file>.sql`, for the path `"file/name"`.
///
/// # Panics
/// If there is none: names are literals in the source, so this is a bug, which
/// `every_statement_that_is_asked_for_exists` finds.
pub fn sql(path: &str) -> &'static str {
    match statement(path) {
        Some(text) => text,
        None => panic!("no SQL statement named {path}"),
    }
}

fn statement(path: &str) -> Option<&'static str> {
    let (file, name) = path.split_once('/')?;
    statements(file)?.get(name).copied()
}

/// Files are split on first use: a short command needs three of twenty.
fn statements(file: &str) -> Option<&'static Statements> {
    static BY_FILE: OnceLock<Vec<(&str, &str, OnceLock<Statements>)>> = OnceLock::new();
    let files = BY_FILE.get_or_init(|| {
        let files = FOLDERS.iter().flat_map(|dir| dir.files()).filter_map(|file| {
            let stem = file.path().file_stem().and_then(|stem| stem.to_str())?;
            Some((stem, file.contents_utf8()?, OnceLock::new()))
        });
        files.collect()
    });
    let (_, text, statements) = files.iter().find(|(stem, ..)| *stem == file)?;
    Some(statements.get_or_init(|| cut(text)))
}

fn cut(text: &'static str) -> Statements {
    let parts = text.split("-- name: ").skip(1);
    parts
        .filter_map(|part| part.split_once('\n'))
        .map(|(name, statement)| (name.trim(), statement.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_that_is_asked_for_exists() {
        let mut asked = 0;
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folders = ["src", "crates"].map(|folder| walkdir::WalkDir::new(root.join(folder)));
        for entry in folders.into_iter().flatten() {
            let entry = entry.expect("the source tree can be read");
            if entry.path().extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).expect("a source file");
            for part in text.split("sql(\"").skip(1) {
                if let Some((name, _)) = part.split_once("\")")
                    && name.contains('/')
                {
                    assert!(statement(name).is_some(), "{name} in {}", entry.path().display());
                    asked += 1;
                }
            }
        }
        assert!(asked > 20, "only {asked} statements were found in the source");
    }
}
