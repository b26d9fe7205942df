//! Whether a dump is one that the archive holds already.
//!
//! Owns: the hash of its bytes, and what was said of them and is now. Must never: go by a
//! dump's path, or read a record of it.

use super::choose::own_knows;
use super::options::{Words, another, effective};
use super::pipeline::{Import, Label};
use super::report::SourceReport;
use super::run::Result;
use super::storing::Hash;
use revdb_formats::container::Dump;
use revdb_store::{ArchiveError, KnownDump};

/// Dumps of this many bytes, 1 MiB, are hashed while they are read: below it, a
/// thread and a walk over the lengths of all dumps cost more than the hash.
const HASHED_BESIDE: u64 = 1 << 20;

/// A dump that the archive holds, and what is said of it now.
pub(super) struct Otherwise {
    pub(super) known: KnownDump,
    /// JSON: this time's words.
    pub(super) words: String,
    /// JSON: how it is read by them.
    pub(super) read: String,
}

/// What the archive holds of a dump's bytes.
pub(super) enum Met {
    Never,
    Again,
    Otherwise(Box<Otherwise>),
}

/// What is to be done with a dump.
pub(super) enum Looked {
    New(Hash),
    /// It needs no reading, be it that it is known or that it cannot be read.
    Done,
    Otherwise([u8; 32], Box<Otherwise>),
}

impl Import<'_> {
    /// Hashes a dump, or has it hashed while it is read.
    pub(super) fn hash(&mut self, dump: &Dump, sha256: Option<[u8; 32]>) -> Result<Looked> {
        // Content of a length that no stored dump has is new: its hash can wait
        // until the reading is done, and is computed beside it.
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
        Ok(match self.met_again(&Label::of(dump), own, &sha256)? {
            Met::Never => Looked::New(Hash::Known(sha256)),
            Met::Again => Looked::Done,
            Met::Otherwise(known) => Looked::Otherwise(sha256, known),
        })
    }

    /// The same bytes, read in the same way before, are not read again. `own`:
    /// the person's own profile knows the dump. Words that nothing is known to be read by
    /// change how it is read; what was said before and is not now holds on.
    pub(super) fn met_again(&mut self, label: &Label, own: bool, sha256: &[u8; 32]) -> Result<Met> {
        let words = Words::of(self.request, own).json();
        // A name that served as the title is part of the reading, unless a title is said.
        let is_named_so = |known: &KnownDump| {
            self.request.options.title.is_some()
                || known
                    .file_name
                    .as_deref()
                    .is_none_or(|name| name.to_lowercase() == label.stem.to_lowercase())
        };
        let by = self.request.options.by.as_deref();
        self.also_of = None;
        let mut otherwise = None;
        for known in self.importing.known(sha256)?.into_iter().filter(is_named_so) {
            let damaged = |why| ArchiveError::Damaged(format!("dump {}: {why}", known.dump_id));
            self.also_of = another(&known.options, by).map_err(damaged)?;
            if self.also_of.is_some() {
                continue;
            }
            let read = effective([known.options.as_str(), &words]).map_err(damaged)?;
            if read == known.options {
                let counts = self.importing.record_known_dump(
                    known.dump_id,
                    &self.roots.kept(&label.path),
                    &words,
                )?;
                self.add(SourceReport {
                    path: label.path.clone(),
                    format: known.format,
                    counts,
                    again: true,
                    ..SourceReport::default()
                });
                return Ok(Met::Again);
            }
            otherwise = Some(Otherwise { known, words: words.clone(), read });
        }
        Ok(otherwise.map_or(Met::Never, |known| Met::Otherwise(Box::new(known))))
    }
}
