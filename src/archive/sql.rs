//! Statements by name, from the `.sql` files under `sql/`.
//!
//! A file holds several statements, each under a line `-- name: insert_review`;
//! what stands between two such lines, comments included, is the statement.
//! Nothing is ever put together from pieces, so every statement that can run
//! can be read in `sql/`.

use std::sync::OnceLock;

use include_dir::{Dir, include_dir};
use rustc_hash::FxHashMap;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/sql");

/// The statement `name` of `sql/<file>.sql`, asked for as `"file/name"`.
///
/// # Panics
/// Where there is none: the name is written in the source, so this is a bug,
/// and `every_statement_that_is_asked_for_exists` finds it.
pub fn sql(path: &str) -> &'static str {
    match statements().get(path) {
        Some(text) => text,
        None => panic!("no SQL statement named {path}"),
    }
}

fn statements() -> &'static FxHashMap<String, &'static str> {
    static STATEMENTS: OnceLock<FxHashMap<String, &'static str>> = OnceLock::new();
    STATEMENTS.get_or_init(|| {
        let mut all = FxHashMap::default();
        let folders = FILES.dirs().filter(|dir| !dir.path().ends_with("reports"));
        for file in folders.flat_map(|dir| dir.files()) {
            let stem = file.path().file_stem().and_then(|stem| stem.to_str());
            if let (Some(stem), Some(text)) = (stem, file.contents_utf8()) {
                for part in text.split("-- name: ").skip(1) {
                    if let Some((name, statement)) = part.split_once('\n') {
                        all.insert(format!("{stem}/{}", name.trim()), statement.trim());
                    }
                }
            }
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_that_is_asked_for_exists() {
        let mut asked = 0;
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        for entry in walkdir::WalkDir::new(root) {
            let entry = entry.expect("the source tree can be read");
            if entry.path().extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).expect("a source file");
            for part in text.split("sql(\"").skip(1) {
                if let Some((name, _)) = part.split_once("\")")
                    && name.contains('/')
                {
                    assert!(
                        statements().contains_key(name),
                        "{name} in {}",
                        entry.path().display()
                    );
                    asked += 1;
                }
            }
        }
        assert!(asked > 20, "only {asked} statements were found in the source");
    }
}
