//! Zips on the walk.
//!
//! Must never: write a member under its own name, or skip an unreadable one silently.

use tempfile::SpooledTempFile;
use zip::ZipArchive;

use super::super::directory::{self, Directory};
use super::super::spool::{Budget, TooMuch};
use super::super::{Found, sheets};
use super::{ReadSeek, Step, Walk, is_system_file};
use crate::other_files;

impl Walk {
    pub(super) fn zip(
        &mut self,
        path: String,
        from: Box<dyn ReadSeek>,
        depth: usize,
    ) -> Option<Found> {
        let Directory { mut archive, hidden } = match directory::open(from, self.limits.members) {
            Ok(directory) => directory,
            Err(reason) => return Some(Found::Refused { path, reason }),
        };
        if let Err(why) = self.budget.take_members(archive.len() + hidden.len()) {
            return Some(self.refused(path, why));
        }
        if let Some(kind) = sheets::kind(&mut archive) {
            return Some(self.workbook(path, archive, kind));
        }
        if let Some(what) = other_files::of_zip(|member| archive.index_for_name(member).is_some()) {
            return Some(Found::LeftAlone { path, reason: what.to_owned() });
        }
        let archive = Box::new(archive);
        self.steps.push(Step::Zip { archive, hidden, next: 0, path, depth });
        None
    }

    /// The next member of a zip.
    pub(super) fn member(
        &mut self,
        mut archive: Box<ZipArchive<Box<dyn ReadSeek>>>,
        next: usize,
        zip: String,
        depth: usize,
    ) -> Option<Found> {
        if next >= archive.len() {
            return None;
        }
        let unpacked = unpack(&mut archive, next, &zip, &mut self.budget);
        let hidden = Vec::new();
        self.steps.push(Step::Zip { archive, hidden, next: next + 1, path: zip, depth });
        match unpacked {
            Member::Unpacked(path, spool) => self.unpacked(path, spool, depth + 1, None),
            Member::Directory => None,
            Member::Other(found) => Some(found),
        }
    }
}

enum Member {
    Unpacked(String, Result<SpooledTempFile, TooMuch>),
    Directory,
    Other(Found),
}

/// A member hidden by another with the same name.
pub(super) fn unreachable(zip: &str, name: &str) -> Found {
    let reason = "the zip has another member of this name, and only the last of them can be \
                  read; unpack the zip and import both"
        .to_owned();
    Found::Refused { path: format!("{zip}!/{name}"), reason }
}

fn unpack(
    archive: &mut ZipArchive<Box<dyn ReadSeek>>,
    index: usize,
    zip: &str,
    budget: &mut Budget,
) -> Member {
    let name = match archive.name_for_index(index) {
        Some(Ok(name)) => name.into_owned(),
        _ => format!("member {}", index + 1),
    };
    let path = format!("{zip}!/{name}");
    let mut member = match archive.by_index(index) {
        Ok(member) => member,
        Err(zip::result::ZipError::UnsupportedArchive(why)) if why.contains("assword") => {
            let reason = "it is encrypted; unpack it with its password first".to_owned();
            return Member::Other(Found::Refused { path, reason });
        }
        Err(error) => {
            return Member::Other(Found::Refused { path, reason: error.to_string() });
        }
    };
    if member.is_dir() {
        return Member::Directory;
    }
    if let Some(reason) = is_system_file(&path) {
        return Member::Other(Found::LeftAlone { path, reason: reason.to_owned() });
    }
    let packed = member.compressed_size();
    Member::Unpacked(path, budget.spool(&mut member, Some(packed)))
}
