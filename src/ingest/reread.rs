//! Reads a stored dump again: with other options given by the user, or as before with today's
//! rules.
//!
//! Owns: the choice of the format, and the transfer between reading and storing. Must never: leave
//! a dump half changed; an unreadable one stays unchanged, with the reason.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;

use super::choose::{choose, nothing_found, own_profile, refused_by};
use super::keep;
use super::known_dumps::OtherOptions;
use super::options::DumpOptions;
use super::pipeline::{Import, Label};
use super::reader::{self, BATCHES_AHEAD, Ended, Message};
use super::report::SourceReport;
use super::run::{ImportError, Result};
use super::storing::is_kept;
use revdb_formats::container::Dump;
use revdb_formats::format::{Format, Note, ReadError, ReadOptions};
use revdb_formats::profile::Profile;
use revdb_store::{ArchiveError, DumpReading, Importing, Reread};
use revdb_system::thread::{self, NoThread};

impl<'a> Import<'a> {
    /// Rereads a stored dump with the current options.
    pub(super) fn reread(
        &mut self,
        dump: Dump,
        sha256: [u8; 32],
        other: Box<OtherOptions>,
        explicit: Option<&dyn Format>,
    ) -> Result {
        let label = Label::of(&dump);
        if !other.known.has_raw_dump && !is_kept(self.request, dump.size()) {
            let reason = "it was imported before with other options, and its bytes are not kept, so that \
                          no undo could bring that back";
            let help = "take that import back (revdb imports undo), or say --keep always";
            self.refuse(label.path, reason.to_owned(), None, Some(help.to_owned()));
            return Ok(());
        }
        let words = DumpOptions::of_json(&other.effective).map_err(ArchiveError::Damaged)?;
        let own = own_profile(words.profile.as_ref())?;
        let request = self.request;
        let is_said = request.format.is_some() || request.profile.is_some();
        let chosen = match (explicit, &own) {
            (Some(format), _) => Ok(format),
            // The current options may not fit the dump.
            _ if is_said => choose(request, self.formats, &dump),
            (None, Some(profile)) => Ok(profile as &dyn Format),
            (None, None) => self.by_name(&words, &other, &dump),
        };
        let format = match chosen {
            Ok(format) => format,
            Err(unread) => {
                unread.note(&mut self.report);
                return Ok(());
            }
        };
        let mut source = SourceReport {
            path: label.path.clone(),
            format: format.name().to_owned(),
            ..SourceReport::default()
        };
        let reading = reading_of(format, other.effective.clone());
        let work = Work { dump_id: other.known.dump_id, reading: Some(&reading) };
        let read = reread_dump(
            &mut self.importing,
            dump,
            format,
            (&words.options, &label.stem),
            work,
            &self.request.interrupted,
            &mut source.notes,
        );
        let (dump, read) = match read {
            Err(ImportError::Interrupted { .. }) => return self.stop(Some(label.path)),
            read => read?,
        };
        match read {
            Ok(read) => self.keep_reading(&dump, &label, sha256, &other, &read, source)?,
            Err(error) => self.report.refused.push(refused_by(label.path, error, self.request)),
        }
        Ok(())
    }

    /// Records the new options of a dump, whose records were changed before.
    fn keep_reading(
        &mut self,
        dump: &Dump,
        label: &Label,
        sha256: [u8; 32],
        other: &OtherOptions,
        read: &Reread,
        mut source: SourceReport,
    ) -> Result {
        if !other.known.has_raw_dump
            && let Some(bytes) = dump.open().and_then(keep::packed).map_err(ArchiveError::from)?
        {
            self.importing.keep(&sha256, dump.size(), &bytes)?;
        }
        source.counts = self.importing.changed_reading(
            read.dump_id,
            &self.stored_paths.stored(&label.path),
            &other.current,
            read,
        )?;
        source.notes.push(reread_note(read));
        self.group_bytes += label.size;
        self.add(source);
        Ok(())
    }

    /// By the format given now or before; otherwise detects it.
    fn by_name(
        &self,
        words: &DumpOptions,
        other: &OtherOptions,
        dump: &Dump,
    ) -> Result<&'a dyn Format, super::choose::Unread> {
        let before = words.format.as_deref().unwrap_or(&other.known.format);
        let is_mapped = !self.request.options.map.is_empty();
        match self.formats.iter().find(|format| format.name() == before && !is_mapped) {
            Some(format) => Ok(*format),
            None => choose(self.request, self.formats, dump),
        }
    }

    /// Whether it is the user's profile.
    pub(super) fn is_own(&self, format: &dyn Format) -> bool {
        let own = self.formats.first().filter(|_| self.request.profile.is_some());
        own.is_some_and(|own| own.name() == format.name())
    }
}

fn reread_note(read: &Reread) -> Note {
    let gone = read.revisions.iter().filter(|r| r.field == "review" && r.review.is_some()).count();
    let gone = match gone {
        0 => String::new(),
        1 => "; 1 record is no longer a review".to_owned(),
        _ => format!("; {gone} records are no longer reviews"),
    };
    Note {
        message: format!("imported before with other options: now read with these{gone}"),
        help: Some("`revdb imports undo` restores the reading before it".to_owned()),
    }
}

/// How a dump of this format is read from now on; `options`: JSON.
pub(super) fn reading_of(format: &dyn Format, options: String) -> DumpReading {
    let profile = format.profile();
    DumpReading {
        format: format.name().to_owned(),
        options,
        account: profile.and_then(Profile::account).map(str::to_owned),
        standing: profile.is_some_and(|profile| profile.standing),
    }
}

/// The dump to reread, with its options; unchanged if none are given.
pub(super) struct Work<'a> {
    pub(super) dump_id: i64,
    pub(super) reading: Option<&'a DumpReading>,
}

/// Reads a dump again; the inner error says why it stays unchanged.
pub(super) fn reread_dump(
    importing: &mut Importing<'_>,
    dump: Dump,
    format: &dyn Format,
    (options, title): (&ReadOptions, &str),
    work: Work<'_>,
    interrupted: &AtomicBool,
    notes: &mut Vec<Note>,
) -> Result<(Dump, Result<Reread, ReadError>)> {
    importing.begin_reread(work.dump_id, work.reading)?;
    let pumped = pump(importing, dump, format, (options, title), interrupted, notes);
    match pumped {
        Ok((dump, Ok(_))) if work.reading.is_some() && importing.has_lost_all()? => {
            importing.abandon_dump()?;
            Ok((dump, Err(nothing_found(format))))
        }
        Ok((dump, Ok(ended))) => {
            let file_name = ended.titled_by_file.then_some(title);
            let encoding = ended.encoding.as_deref().unwrap_or("UTF-8");
            Ok((dump, Ok(importing.end_reread(file_name, encoding)?)))
        }
        Ok((dump, Err(why))) => {
            importing.abandon_dump()?;
            Ok((dump, Err(why)))
        }
        Err(error @ ImportError::Interrupted { .. }) => {
            importing.abandon_dump()?;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

/// Reads on another thread, stores on this one.
fn pump(
    importing: &mut Importing<'_>,
    dump: Dump,
    format: &dyn Format,
    (options, title): (&ReadOptions, &str),
    interrupted: &AtomicBool,
    notes: &mut Vec<Note>,
) -> Result<(Dump, Result<Ended, ReadError>)> {
    let progress = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let (to, from) = sync_channel(BATCHES_AHEAD);
        let progress = &progress;
        let read = move |dump: Dump| {
            let ended = reader::read(&dump, format, options, title, progress, to);
            (dump, ended)
        };
        let reader = match thread::spawn(scope, dump, read) {
            Ok(reader) => reader,
            Err(NoThread { error, .. }) => return Err(ArchiveError::from(error).into()),
        };
        let mut stored = Ok(());
        for batch in &from {
            stored = batch.into_iter().try_for_each(|message| store(importing, message, notes));
            if stored.is_err() || interrupted.load(Ordering::Relaxed) {
                break;
            }
        }
        drop(from);
        let (dump, ended) = reader.join();
        if interrupted.load(Ordering::Relaxed) {
            return Err(ImportError::Interrupted { path: None, stored: None });
        }
        stored?;
        Ok((dump, ended))
    })
}

fn store(
    importing: &mut Importing<'_>,
    message: Message,
    notes: &mut Vec<Note>,
) -> Result<(), ArchiveError> {
    match message {
        Message::Review(at, review) => importing.review(at.record, at.line, *review)?,
        Message::Work(work) => importing.work(&work)?,
        Message::Claim(claim) => importing.claim(&claim)?,
        Message::Rejected { at, reason, raw } => {
            importing.reject(at.record, at.line, &reason, &raw)?;
        }
        Message::LeftAlone(_) => importing.left_alone(),
        Message::Note(note) => notes.push(note),
        Message::Doubts(..) => {}
    }
    Ok(())
}
