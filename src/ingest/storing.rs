//! Stores one dump's records in the archive.
//!
//! Owns: receiving the records from the reading thread in order, until the dump is complete,
//! refused or interrupted; and whether the dump's bytes are stored. Must never: leave part of a
//! dump behind, or let a reading thread outlive the dump.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use super::choose::{nothing_found, refused_by};
use super::keep;
use super::options::DumpOptions;
use super::pipeline::{Import, Label};
use super::prefetch::Early;
use super::reader::{self, BATCHES_AHEAD, Ended, Message};
use super::report::{Event, REJECTIONS_NAMED, RejectionNote, SourceReport};
use super::run::{Keep, Request, Result};
use revdb_formats::container::Dump;
use revdb_formats::detect::DumpText;
use revdb_formats::format::{Format, Note, ReadError};
use revdb_formats::profile::Profile;
use revdb_formats::record::Position;
use revdb_formats::{explain, normalise};
use revdb_store::{ArchiveError, DumpMeta, DumpSummary as Stored, TitledOtherwise};
use revdb_system::thread::{self, NoThread};

/// Dumps up to 16 MiB are stored by default: every known saved page and personal export is
/// smaller, and larger data sets can be downloaded again.
const KEEP_LIMIT: u64 = 16 << 20;

/// The content's SHA-256, or how to compute it.
pub(super) enum Hash {
    Known([u8; 32]),
    Beside(Box<dyn FnOnce() -> io::Result<[u8; 32]> + Send>),
}

impl Hash {
    fn compute(self) -> io::Result<[u8; 32]> {
        match self {
            Hash::Known(sha256) => Ok(sha256),
            Hash::Beside(compute) => compute(),
        }
    }
}

/// A dump whose reading has ended.
pub(super) struct Done {
    pub(super) dump: Dump,
    /// The result and the content's hash, or the error.
    pub(super) outcome: Result<(Ended, [u8; 32]), ReadError>,
    /// Its compressed bytes, if compressed in parallel.
    pub(super) packed: Option<io::Result<Option<Vec<u8>>>>,
}

/// The notes on a dump.
fn notes_of(stored: &Stored, format: &dyn Format, also_of: Option<String>) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(other) = also_of {
        let message = format!("it has the same bytes as {other}'s: taken for another person's");
        let help = "if it is the same person's, take this import back (revdb imports undo)";
        notes.push(Note { message, help: Some(help.to_owned()) });
    }
    if stored.repeated > 0 {
        let lines: Vec<String> = stored.repeated_lines.iter().map(u64::to_string).collect();
        let more = if stored.repeated > lines.len() as u64 { ", …" } else { "" };
        let count = stored.repeated;
        let what = if count == 1 { "record repeats" } else { "records repeat" };
        let message =
            format!("{count} {what} an earlier one of this dump: line {}{more}", lines.join(", "));
        notes.push(Note { message, help: None });
    }
    if let Some((works, path)) = &stored.unnamed_before {
        let works = if *works == 1 { "1 work is".to_owned() } else { format!("{works} works are") };
        let message = format!("neither it nor {path} says whose it is, and {works} in both");
        let help =
            "if they are two people's, take this import back and say --by NAME; if this is a \
                    newer export of that list, take the older import back (revdb imports undo)"
                .to_owned();
        notes.push(Note { message, help: Some(help) });
    }
    if let Some(TitledOtherwise { works, id, here, there, path }) = &stored.titled_otherwise {
        let what = if *works == 1 { "work has" } else { "works have" };
        let message = format!(
            "{works} {what} the number of another work: {id} is \"{here}\" here and \"{there}\" in {path}; \
             reviews of the two are counted as one work's"
        );
        let help =
            "numbers of two data sets want two archives (--db): take this import back (revdb \
                    imports undo)"
                .to_owned();
        notes.push(Note { message, help: Some(help) });
    }
    let standing = format.profile().is_some_and(|profile| profile.standing);
    if standing && stored.counts.changed > 0 {
        let count = stored.counts.changed;
        let what = if count == 1 { "mark" } else { "marks" };
        let message = format!("{count} {what} changed: taken for a newer export of one account");
        let help = "if it is another person's, take this import back and say --by NAME".to_owned();
        notes.push(Note { message, help: Some(help) });
    }
    notes
}

/// If lines have several records each, the line number is ambiguous.
fn note_at(at: Position, reason: String) -> RejectionNote {
    let reason = match at.record > at.line {
        true => format!("record {}: {reason}", at.record),
        false => reason,
    };
    RejectionNote { line: at.line, reason }
}

/// Whether the dump's bytes are stored in the archive.
pub(super) fn is_kept(request: &Request<'_>, size: u64) -> bool {
    let wanted = match request.keep {
        Keep::Always => true,
        Keep::Never => false,
        Keep::UpToLimit => size <= KEEP_LIMIT,
    };
    wanted && !request.dry_run
}

impl Import<'_> {
    /// Reads on another thread and stores on this one, until the dump ends.
    pub(super) fn read(&mut self, dump: Dump, hash: Hash, format: &dyn Format) -> Result {
        let label = Label::of(&dump);
        let stem = label.stem.clone();
        let options = &self.request.options;
        let progress = AtomicU64::new(0);
        self.take_in(label, format, |import, source| {
            std::thread::scope(|scope| {
                let (to, from) = sync_channel(BATCHES_AHEAD);
                let (progress, stem) = (&progress, &stem);
                let read = move |dump: Dump| {
                    let outcome = reader::read(&dump, format, options, stem, progress, to);
                    (dump, outcome)
                };
                let reader = match thread::spawn(scope, dump, read) {
                    Ok(reader) => reader,
                    Err(NoThread { error, given: dump }) => {
                        let outcome = Err(ReadError::from(error));
                        return (Ok(()), Done { dump, outcome, packed: None });
                    }
                };
                let hasher = thread::spawn(scope, hash, Hash::compute);
                let stored = import.drain(from, progress, source);
                let (dump, outcome) = reader.join();
                let hashed = || match hasher {
                    Ok(hasher) => hasher.join(),
                    Err(NoThread { given: hash, .. }) => hash.compute(),
                };
                let outcome = outcome.and_then(|ended| Ok((ended, hashed()?)));
                (stored, Done { dump, outcome, packed: None })
            })
        })
    }

    /// Stores prefetched records, and those still being read.
    pub(super) fn store_early(&mut self, early: Early<'_, '_>, format: &dyn Format) -> Result {
        let Early { label, batches, progress, thread, .. } = early;
        self.take_in(label, format, |import, source| {
            let stored = import.drain(batches, &progress, source);
            (stored, thread.join())
        })
    }

    /// Stores one dump from beginning to end. `records` stores its records and returns the results
    /// of storing and reading.
    fn take_in(
        &mut self,
        label: Label,
        format: &dyn Format,
        records: impl FnOnce(&mut Self, &mut SourceReport) -> (Result<(), ArchiveError>, Done),
    ) -> Result {
        self.spare_whole_dumps(&label)?;
        let profile = format.profile();
        self.importing.begin_dump(&DumpMeta {
            size: label.size,
            format: format.name().to_owned(),
            options: DumpOptions::of(self.request, self.is_own(format)).json(),
            path: self.stored_paths.stored(&label.path),
            account: profile.and_then(Profile::account).map(str::to_owned),
            standing: profile.is_some_and(|profile| profile.standing),
        })?;
        let mut source = SourceReport {
            path: label.path.clone(),
            format: format.name().to_owned(),
            warning: label.warning.clone(),
            ..SourceReport::default()
        };
        let before = self.items;
        let (stored, done) = records(self, &mut source);
        let stopped = match stored {
            Err(ArchiveError::Interrupted) => true,
            Err(error) => return Err(error.into()),
            Ok(()) => self.is_interrupted(),
        };
        let is_empty = self.request.format.is_some() && self.items == before;
        let done = match done.outcome {
            _ if stopped => Done { outcome: Err(ReadError::Stopped), ..done },
            Ok(_) if is_empty => Done { outcome: Err(nothing_found(format)), ..done },
            outcome => Done { outcome, ..done },
        };
        self.conclude(label, format, source, done)
    }

    fn conclude(
        &mut self,
        label: Label,
        format: &dyn Format,
        mut source: SourceReport,
        done: Done,
    ) -> Result {
        match done.outcome {
            Ok((ended, sha256)) => {
                source.encoding.clone_from(&ended.encoding);
                source.titled_by_file =
                    ended.titled_by_file.then(|| normalise::title_of_file(&label.stem).0);
                let file_name = ended.titled_by_file.then_some(label.stem.as_str());
                let encoding = ended.encoding.as_deref().unwrap_or("UTF-8");
                self.keep(&done.dump, done.packed, &sha256, &mut source)?;
                source.unused_columns = self.unused_columns(&done.dump, format)?;
                if !done.dump.is_as_found().unwrap_or(false) {
                    return self.refuse_changed(label);
                }
                let stored = self.importing.end_dump(&sha256, file_name, encoding)?;
                source.notes.extend(notes_of(&stored, format, self.also_of.take()));
                source.counts = stored.counts;
                self.group_bytes += label.size;
                self.add(source);
                Ok(())
            }
            Err(ReadError::Stopped) => {
                // The signal that stopped the reading must not stop the rollback.
                self.importing.listen(false);
                self.importing.abandon_dump()?;
                self.stop(Some(label.path))
            }
            Err(error) => {
                self.importing.abandon_dump()?;
                self.report.refused.push(refused_by(label.path, error, self.request));
                Ok(())
            }
        }
    }

    /// Hash, records and stored bytes come from several passes; if the bytes differed, they belong
    /// to no single dump.
    fn refuse_changed(&mut self, label: Label) -> Result {
        self.importing.abandon_dump()?;
        let help = "import it again when nothing writes to it any more, or import a copy of it";
        let reason = "it changed while it was read".to_owned();
        self.refuse(label.path, reason, None, Some(help.to_owned()));
        Ok(())
    }

    /// Unused columns, once for each table shape. A profile ignores columns by decision, so only
    /// tables read by their header are reported.
    fn unused_columns(&self, dump: &Dump, format: &dyn Format) -> Result<Vec<String>> {
        if format.profile().is_some() {
            return Ok(Vec::new());
        }
        let uses = explain::columns_of(
            format,
            &mut DumpText::with_options(dump, &self.request.options),
            &self.request.options,
        )
        .map_err(|error| ArchiveError::from(io::Error::other(error.to_string())))?;
        let unused: Vec<String> = uses
            .into_iter()
            .filter(|used| used.fields.is_empty())
            .map(|used| used.column)
            .collect();
        let named_before = self.report.sources.iter().any(|source| source.unused_columns == unused);
        Ok(if named_before { Vec::new() } else { unused })
    }

    /// Stores every batch of a dump. Dropping its end of the channel stops a reader that is still
    /// sending.
    fn drain(
        &mut self,
        from: Receiver<Vec<Message>>,
        progress: &AtomicU64,
        source: &mut SourceReport,
    ) -> Result<(), ArchiveError> {
        for batch in &from {
            batch.into_iter().try_for_each(|message| self.store(message, source))?;
            self.listener.hear(Event::Read { bytes: progress.load(Ordering::Relaxed) });
            if self.is_interrupted() {
                break;
            }
        }
        Ok(())
    }

    fn store(&mut self, message: Message, source: &mut SourceReport) -> Result<(), ArchiveError> {
        self.items += u64::from(!matches!(message, Message::Note(_) | Message::Doubts(..)));
        match message {
            Message::Review(at, review) => {
                self.importing.review(at.record, at.line, *review).map(drop)
            }
            Message::Work(work) => self.importing.work(&work),
            Message::Claim(claim) => self.importing.claim(&claim),
            Message::Rejected { at, reason, raw } => {
                self.importing.reject(at.record, at.line, &reason, &raw)?;
                if source.rejections.len() < REJECTIONS_NAMED {
                    source.rejections.push(note_at(at, reason));
                }
                Ok(())
            }
            Message::Doubts(at, doubts) => {
                source.doubtful += 1;
                let room = REJECTIONS_NAMED.saturating_sub(source.doubts.len());
                let named = doubts.into_iter().take(room);
                source.doubts.extend(named.map(|reason| note_at(at, reason)));
                Ok(())
            }
            Message::Note(note) => {
                source.notes.push(note);
                Ok(())
            }
            Message::LeftAlone(reason) => {
                self.importing.left_alone();
                match source.left_alone.iter_mut().find(|(known, _)| known == reason) {
                    Some((_, count)) => *count += 1,
                    None => source.left_alone.push((reason.to_owned(), 1)),
                }
                Ok(())
            }
        }
    }

    fn keep(
        &mut self,
        dump: &Dump,
        packed: Option<io::Result<Option<Vec<u8>>>>,
        sha256: &[u8; 32],
        source: &mut SourceReport,
    ) -> Result {
        if !is_kept(self.request, dump.size()) {
            return Ok(());
        }
        let packed = packed.unwrap_or_else(|| dump.open().and_then(keep::packed));
        match packed.map_err(ArchiveError::from)? {
            Some(bytes) => self.importing.keep(sha256, dump.size(), &bytes)?,
            None => source.warning = Some(keep::too_long()),
        }
        Ok(())
    }
}
