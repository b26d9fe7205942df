//! Recognises dumps that the archive already has.
//!
//! Owns: the hash of a dump's bytes, and comparing earlier options with the current ones. Must
//! never: use a dump's path, or read a record of it.

use super::choose::own_knows;
use super::options::{DumpOptions, another, effective};
use super::pipeline::{Import, Label};
use super::report::SourceReport;
use super::run::Result;
use super::storing::Hash;
use revdb_formats::container::Dump;
use revdb_store::{ArchiveError, KnownDump};

/// Dumps of at least 1 MiB are hashed in parallel while they are read; for smaller ones a thread
/// and a query by length cost more than the hash.
const HASHED_BESIDE: u64 = 1 << 20;

/// A stored dump with other options now.
pub(super) struct OtherOptions {
    pub(super) known: KnownDump,
    /// JSON: the current options.
    pub(super) current: String,
    /// JSON: the options in effect for reading it.
    pub(super) effective: String,
}

/// The archive's state of a dump's bytes.
pub(super) enum Met {
    Never,
    SameOptions,
    OtherOptions(Box<OtherOptions>),
}

/// What to do with a dump.
pub(super) enum Looked {
    New(Hash),
    /// It need not be read: it is known or unreadable.
    Done,
    OtherOptions([u8; 32], Box<OtherOptions>),
}

impl Import<'_> {
    /// Hashes a dump, or arranges that it is hashed while it is read.
    pub(super) fn hash(&mut self, dump: &Dump, sha256: Option<[u8; 32]>) -> Result<Looked> {
        // If no stored dump has this length, the content is new, and its hash can be computed
        // while it is read.
        if sha256.is_none()
            && dump.size() >= HASHED_BESIDE
            && !self.importing.size_is_known(dump.size())?
            && let Some(beside) = dump.hash_beside()
        {
            return Ok(Looked::New(Hash::Beside(Box::new(beside))));
        }
        let sha256 = match sha256.map_or_else(|| dump.sha256(), Ok) {
            Ok(sha256) => sha256,
            Err(error) => {
                self.refuse(dump.path.clone(), error.to_string(), None, None);
                return Ok(Looked::Done);
            }
        };
        let own = own_knows(self.request, self.formats, std::slice::from_ref(dump));
        Ok(match self.known_as(&Label::of(dump), own, &sha256)? {
            Met::Never => Looked::New(Hash::Known(sha256)),
            Met::SameOptions => Looked::Done,
            Met::OtherOptions(known) => Looked::OtherOptions(sha256, known),
        })
    }

    /// Skips bytes that were read in the same way before. `own`: the user's profile recognises the
    /// dump. Options that change the reading cause a reread; earlier options remain in effect if
    /// not given now.
    pub(super) fn known_as(&mut self, label: &Label, own: bool, sha256: &[u8; 32]) -> Result<Met> {
        let current = DumpOptions::of(self.request, own).json();
        // A file name used as title is part of the reading, unless a title is given.
        let is_named_so = |known: &KnownDump| {
            self.request.options.title.is_some()
                || known
                    .file_name
                    .as_deref()
                    .is_none_or(|name| name.to_lowercase() == label.stem.to_lowercase())
        };
        let by = self.request.options.by.as_deref();
        self.also_of = None;
        let mut other = None;
        for known in self.importing.known(sha256)?.into_iter().filter(is_named_so) {
            let damaged = |why| ArchiveError::Damaged(format!("dump {}: {why}", known.dump_id));
            self.also_of = another(&known.options, by).map_err(damaged)?;
            if self.also_of.is_some() {
                continue;
            }
            let effective = effective([known.options.as_str(), &current]).map_err(damaged)?;
            if effective == known.options {
                let counts = self.importing.record_known_dump(
                    known.dump_id,
                    &self.stored_paths.stored(&label.path),
                    &current,
                )?;
                self.add(SourceReport {
                    path: label.path.clone(),
                    format: known.format,
                    counts,
                    again: true,
                    ..SourceReport::default()
                });
                return Ok(Met::SameOptions);
            }
            other = Some(OtherOptions { known, current: current.clone(), effective });
        }
        Ok(other.map_or(Met::Never, |known| Met::OtherOptions(Box::new(known))))
    }
}
