//! Resources that a machine may lack: the real dumps, and other programs. A test without them
//! prints a line that `cargo test` shows.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A line with the test's name, written directly, because the test harness hides the output of
/// passing tests.
pub fn skipped(reason: impl Display) {
    let thread = std::thread::current();
    let line = format!("skipped: {}: {reason}\n", thread.name().unwrap_or("a test"));
    std::io::stderr().write_all(line.as_bytes()).expect("standard error");
}

/// The root of the workspace, whichever crate is tested.
fn workspace() -> &'static Path {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders.find(|folder| folder.join("Cargo.lock").exists()).expect("a workspace")
}

/// A path below the folder of real dumps, `REVDB_SHARED` or `../shared`; `None`, with a line, if
/// it does not exist.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("REVDB_SHARED")
        .map_or_else(|| workspace().join("../shared"), PathBuf::from);
    let path = root.join(path);
    if !path.exists() {
        skipped(format_args!("{} is not there", path.display()));
        return None;
    }
    Some(path)
}

/// A Python with this module, in the folder `REVDB_TOOLS` or in the path.
pub fn python(module: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("REVDB_TOOLS").map(PathBuf::from).into_iter();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.chain(std::env::split_paths(&path)).map(|folder| folder.join("python3"));
    let has = |python: &PathBuf| {
        let probe =
            std::process::Command::new(python).args(["-c", &format!("import {module}")]).output();
        probe.is_ok_and(|done| done.status.success())
    };
    let found = all.filter(|python| python.is_file()).find(has);
    if found.is_none() {
        skipped(format_args!("no Python here has {module}"));
    }
    found
}
