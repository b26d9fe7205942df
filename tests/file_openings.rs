//! Which source files open files.

use std::fs;
use std::path::{Path, PathBuf};

/// Where files may be opened, and why none of them is the archive's.
const OPENERS: [(&str, &str); 6] = [
    (
        "revdb-system/src/files/claim.rs",
        "it knows the archive's files, and opens one only before SQLite does",
    ),
    (
        "revdb-system/src/files/mod.rs",
        "what nobody has open is removed: a copy's journals, an archive that was never used",
    ),
    ("revdb-system/src/files/read.rs", "every other opening goes through it"),
    ("revdb-system/src/files/snapshot.rs", "a new file in a temporary folder"),
    ("revdb-render/src/file.rs", "a new folder gets its name; nothing that is there is replaced"),
    ("revdb-formats/src/formats/testing.rs", "for tests alone"),
];

/// Functions that open, create or replace a file.
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

/// Every source file, by its path below `crates` or from the root.
fn sources() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for (folder, below) in [("src", root), ("crates", &root.join("crates"))] {
        for entry in walkdir::WalkDir::new(root.join(folder)) {
            let path = entry.expect("the source tree can be read").into_path();
            if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(below).expect("below the root").to_string_lossy();
                all.push((name.replace('\\', "/"), path));
            }
        }
    }
    all
}

/// Closing a file that SQLite has open drops its locks, so other modules must not open files.
#[test]
fn files_are_opened_in_listed_places_only() {
    let sqlite = ["revdb-store/src/connect.rs", "revdb-store/src/fulltext/background.rs"];
    let mut seen = 0;
    for (name, path) in sources() {
        if name.ends_with("tests.rs")
            || name.contains("/tests")
            || name == "revdb-render/src/properties.rs"
        {
            continue;
        }
        let text = fs::read_to_string(path).expect("a source file");
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let text = text.split("#[cfg(all(test, unix))]\nmod ").next().unwrap_or_default();
        // Documentation examples may open files.
        let code: String =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let text = code.as_str();
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
