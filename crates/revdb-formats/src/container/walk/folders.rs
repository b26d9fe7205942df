//! Folders on the walk.
//!
//! Must never: follow two links to the same place, or take an archive's companion file for a dump.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::super::Found;
use super::{Step, Walk, display, is_system_file};
use revdb_system::files::{self, OwnFile};

/// Everything below a folder, sorted by name.
pub(super) fn entries(path: &Path) -> WalkDir {
    WalkDir::new(path).follow_links(true).sort_by_file_name()
}

impl Walk {
    /// The path by which this file or folder was visited before. Links to the same place are read
    /// once; otherwise a few dozen links would make endless paths.
    fn visited_before(&mut self, entry: &walkdir::DirEntry) -> Option<String> {
        let number = number_of(&entry.metadata().ok()?)?;
        match self.met.entry(number) {
            std::collections::hash_map::Entry::Occupied(met) => Some(met.get().clone()),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(display(entry.path()));
                None
            }
        }
    }

    /// The next entry of a folder.
    pub(super) fn directory(&mut self, mut entries: Box<walkdir::IntoIter>) -> Option<Found> {
        let entry = entries.next()?;
        let before = match &entry {
            Ok(entry) => self.visited_before(entry),
            Err(_) => None,
        };
        if before.is_some() && entry.as_ref().is_ok_and(|entry| entry.file_type().is_dir()) {
            entries.skip_current_dir();
        }
        self.steps.push(Step::Directory(entries));
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map(display).unwrap_or_default();
                let reason = match error.loop_ancestor() {
                    Some(_) => "a link that leads back to a directory above it".to_owned(),
                    None => error.to_string(),
                };
                return Some(Found::Refused { path, reason });
            }
        };
        if let Some(before) = before {
            let reason = format!("it is {before} once more, by a link");
            return Some(Found::LeftAlone { path: display(entry.path()), reason });
        }
        let kind = entry.file_type();
        if kind.is_dir() {
            return None;
        }
        let path = display(entry.path());
        if !kind.is_file() {
            return Some(Found::LeftAlone { path, reason: "a pipe, socket or device".to_owned() });
        }
        if let Some(reason) = is_system_file(&path) {
            return Some(Found::LeftAlone { path, reason: reason.to_owned() });
        }
        if files::belongs_to_archive(entry.path()) {
            return Some(Found::LeftAlone { path, reason: OwnFile.to_string() });
        }
        self.file(entry.path())
    }
}

/// Identifies a file independently of its path: device and inode.
#[cfg(unix)]
fn number_of(metadata: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn number_of(_: &fs::Metadata) -> Option<(u64, u64)> {
    None
}
