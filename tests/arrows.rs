//! The arrows between modules run one way, as ARCHITECTURE.md draws them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Module → the modules it may use. What is not listed may use nothing of ours.
const ARROWS: [(&str, &[&str]); 10] = [
    ("files", &[]),
    ("system", &["files"]),
    ("unicode", &[]),
    ("domain", &["unicode"]),
    ("import", &["domain", "files", "system"]),
    ("archive", &["domain", "files", "system"]),
    ("output", &["files", "system", "unicode"]),
    ("query", &["archive", "domain", "files", "system"]),
    ("ingest", &["import", "archive", "domain", "files", "system"]),
    ("commands", &["ingest", "query", "import", "archive", "domain", "output", "files", "system"]),
];

/// Names of `crate::x` paths in a source file.
fn used(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text.split("crate::").skip(1) {
        match part.strip_prefix('{') {
            // `use crate::{a::B, c}`: each word that begins a path.
            Some(list) => {
                let list = list.split('}').next().unwrap_or("");
                names.extend(
                    list.split(',')
                        .filter_map(|item| item.split("::").next())
                        .map(str::trim)
                        .map(str::to_owned),
                );
            }
            None => names.extend(
                part.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().map(str::to_owned),
            ),
        }
    }
    names
}

#[test]
fn modules_use_only_what_is_below_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let modules: Vec<&str> = allowed.keys().copied().collect();
    let mut seen = 0;
    for entry in walkdir::WalkDir::new(&root) {
        let entry = entry.expect("the source tree can be read");
        let path = entry.path();
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let relative = path.strip_prefix(&root).expect("below src");
        let module = relative.iter().next().and_then(|name| name.to_str()).expect("a module");
        let Some(may_use) = allowed.get(module) else { continue };
        let text = fs::read_to_string(path).expect("a source file");
        for name in used(&text) {
            if !modules.contains(&name.as_str()) {
                continue;
            }
            seen += 1;
            let fine = name == module || may_use.contains(&name.as_str());
            assert!(fine, "{} uses {name}, and {module} must not", relative.display());
        }
    }
    assert!(seen > 100, "only {seen} uses were found: the test does not look where it should");
}

#[test]
fn every_module_is_in_the_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(root).expect("src") {
        let entry = entry.expect("an entry");
        if entry.path().is_dir() {
            let name = entry.file_name().into_string().expect("a plain name");
            assert!(
                ARROWS.iter().any(|(module, _)| *module == name),
                "{name} has no line in ARROWS"
            );
        }
    }
}

/// Where files may be opened, and why each is none of the archive's.
const OPENERS: [(&str, &str); 4] = [
    ("files/claim.rs", "it knows the archive's files, and opens one only before SQLite does"),
    ("files/read.rs", "every other opening goes through it"),
    ("files/snapshot.rs", "a new file in a temporary folder"),
    ("import/formats/testing.rs", "for tests alone"),
];

/// What opens, makes or replaces a file.
const OPENING: [&str; 13] = [
    "File::open",
    "File::create",
    "OpenOptions",
    "fs::read(",
    "fs::read_to_string(",
    "fs::write(",
    "fs::copy(",
    "fs::rename(",
    "fs::remove_file(",
    "fs::hard_link(",
    "Connection::open(",
    "Connection::open_with_flags(",
    "Reader::from_path(",
];

/// Closing a file that SQLite has open drops its locks, so nobody else opens files by himself.
#[test]
fn files_are_opened_in_listed_places_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sqlite = ["archive/connect.rs", "archive/fulltext/side.rs"];
    let mut seen = 0;
    for entry in walkdir::WalkDir::new(&root) {
        let entry = entry.expect("the source tree can be read");
        let relative = entry.path().strip_prefix(&root).expect("below src");
        let name = relative.to_string_lossy().replace('\\', "/");
        if !name.ends_with(".rs")
            || name.ends_with("tests.rs")
            || name.contains("/tests")
            || name == "output/properties.rs"
        {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("a source file");
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let text = text.split("#[cfg(all(test, unix))]\nmod ").next().unwrap_or_default();
        for opening in OPENING.iter().filter(|opening| text.contains(**opening)) {
            let is_sqlite = opening.starts_with("Connection");
            let listed = OPENERS.iter().any(|(place, _)| *place == name);
            let fine = if is_sqlite { sqlite.contains(&name.as_str()) } else { listed };
            assert!(fine, "{name} uses {opening}: see the module `files`");
            seen += 1;
        }
    }
    assert!(seen >= 5, "only {seen} openings were found: the test does not look where it should");
}

#[test]
fn the_test_sees_every_way_of_using_a_module() {
    let text = "use crate::archive::Archive;\nuse crate::{domain::Kind, output};\nfn f() { crate::query::x() }";
    assert_eq!(used(text), ["archive", "domain", "output", "query"]);
}
