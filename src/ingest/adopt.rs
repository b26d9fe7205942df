//! Imports another archive: its dumps as they were read there, and its decisions.
//!
//! Must never: read from a damaged archive, or write to it.

use std::path::{Path, PathBuf};

use super::pipeline::{Import, Label};
use super::report::SourceReport;
use super::run::{Keep, Result};
use revdb_formats::container::display;
use revdb_formats::format::Note;
use revdb_store::{Archive, ArchiveError, OtherDump, is_archive};
use revdb_system::files;

/// Separates archives from other paths. Our own archive, already claimed, does not count, whatever
/// its name.
pub(super) fn part(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<PathBuf>) {
    paths.iter().cloned().partition(|path| !files::belongs_to_archive(path) && is_archive(path))
}

/// A verified archive to read from.
pub(super) struct Other {
    pub(super) archive: Archive,
    /// As it was typed.
    path: String,
}

impl Other {
    /// # Errors
    /// As [`Archive::open`], or if its check finds damage.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let shown = display(path);
        let health = Archive::open_to_try(path)?.check()?;
        if let Some(first) = health.findings.first() {
            return Err(ArchiveError::Damaged(format!(
                "{shown}: {} {}: {}; `revdb --db {shown} check` names all",
                first.table, first.row, first.detail
            ))
            .into());
        }
        Ok(Other { archive: Archive::open(path)?, path: shown })
    }
}

impl Import<'_> {
    /// Imports all dumps of another archive.
    pub(super) fn adopt(&mut self, other: &Other) -> Result {
        let conn = other.archive.connection();
        // Reads one state of it, even if somebody writes to it.
        let _state = conn.unchecked_transaction().map_err(ArchiveError::from)?;
        for dump in other.archive.dumps()? {
            let path = format!("{}!/{}", other.path, dump.path);
            self.turn(path.clone(), dump.size, |import| import.adopt_one(other, &dump, path))?;
        }
        Ok(())
    }

    fn adopt_one(&mut self, other: &Other, dump: &OtherDump, path: String) -> Result {
        let (stem, warning) = (String::new(), None);
        self.spare_whole_dumps(&Label { path: path.clone(), stem, size: dump.size, warning })?;
        let keeps = self.request.keep != Keep::Never;
        let kept_path = self.stored_paths.stored(&path);
        let adopted = self.importing.adopt(&other.archive, dump, &kept_path, keeps)?;
        let is_read_otherwise = adopted
            .known
            .as_ref()
            .is_some_and(|known| (&known.format, &known.options) != (&dump.format, &dump.options));
        let message = "it is here already, read with other options; it stays as it is here";
        let notes = match is_read_otherwise {
            true => vec![Note { message: message.to_owned(), help: None }],
            false => Vec::new(),
        };
        self.group_bytes += dump.size;
        self.add(SourceReport {
            path,
            format: dump.format.clone(),
            counts: adopted.counts,
            again: adopted.known.is_some(),
            notes,
            ..SourceReport::default()
        });
        Ok(())
    }
}
