//! Whether records that exist already are of their path's current bytes.
//!
//! Must never: read a dump; times of modification decide.

use std::fs::Metadata;
use std::path::Path;
use std::time::SystemTime;

use crate::commands::say;

/// Reports that a path has records, and whether they are of its current bytes.
pub(super) fn is_current(path: &Path, made: SystemTime) -> bool {
    let is_current = !changed_since(path, made);
    let state =
        if is_current { "its records already" } else { "changed since its records were written" };
    say(&format!("note: {} has {state}", path.display()));
    if !is_current {
        say("help: --force converts it again");
    }
    is_current
}

/// Whether the path, or anything in the folder, was modified after `made`; false if unknown.
fn changed_since(path: &Path, made: SystemTime) -> bool {
    let newer = |data: &Metadata| data.modified().is_ok_and(|at| at > made);
    let Ok(data) = path.metadata() else { return false };
    if newer(&data) || !data.is_dir() {
        return newer(&data);
    }
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            // Of the link itself, so that no loop is followed.
            let Ok(data) = entry.metadata() else { continue };
            if newer(&data) {
                return true;
            }
            if data.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    false
}
