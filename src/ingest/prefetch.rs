//! Prefetching: while one dump is stored, the next short ones are read.
//!
//! Owns: which dumps are read in advance, and the threads that do it. Must never: change the order
//! of the walk, store, decide that a dump is known (its lookup only avoids needless reading), or
//! hold more than a bounded amount.
//!
//! Why: between two dumps the archive is queried whether the next is known, so without
//! prefetching, reading a folder of small pages waits for storing, and one core idles
//! (docs/performance.md).

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use super::choose::{Unread, choose};
use super::keep;
use super::pipeline::Label;
use super::reader::{self, BATCHES_AHEAD, Message};
use super::run::Request;
use super::storing::{Done, is_kept};
use revdb_formats::container::{Dump, Found};
use revdb_formats::format::{Format, ReadError};
use revdb_formats::letterboxd::Unit;
use revdb_store::{ArchiveError, Importing};
use revdb_system::thread::{self, NoThread, Spawned};

/// Dumps prefetched at a time: more gain nothing on two cores (docs/performance.md).
const DUMPS: usize = 3;

/// Dumps of at least 2 MiB are not prefetched, and prefetching stops when as many bytes wait: a
/// page's tree takes twenty times its bytes. A longer dump is read in parallel with its own
/// storing, so it gains little.
const BYTES: u64 = 2 << 20;

/// The next unit in walk order.
pub(super) enum Next<'s, 'f> {
    Unit(Unit),
    /// A dump whose content, by this hash, was known when it was checked.
    Hashed(Dump, [u8; 32]),
    Early(Early<'s, 'f>),
}

/// A dump that is being read, or has been.
pub(super) struct Early<'s, 'f> {
    pub(super) label: Label,
    opened: Receiver<io::Result<Opened<'f>>>,
    pub(super) batches: Receiver<Vec<Message>>,
    pub(super) progress: Arc<AtomicU64>,
    pub(super) thread: Spawned<'s, Done>,
}

/// What is known about a dump before its records.
pub(super) struct Opened<'f> {
    pub(super) sha256: [u8; 32],
    pub(super) format: Result<&'f dyn Format, Unread>,
}

impl<'f> Early<'_, 'f> {
    /// Waits for the dump's hash and format, or the reading error; `None` if the thread panicked,
    /// which joining it reports.
    pub(super) fn opened(&self) -> Option<io::Result<Opened<'f>>> {
        self.opened.recv().ok()
    }
}

/// The walk, some dumps ahead of storing.
pub(super) struct Prefetcher<'s, 'f, I> {
    scope: &'s Scope<'s, 'f>,
    request: &'f Request<'f>,
    formats: &'f [&'f dyn Format],
    units: I,
    waiting: VecDeque<Next<'s, 'f>>,
    /// False if units must not be requested in advance.
    looks_ahead: bool,
}

impl<'s, 'f, I: Iterator<Item = Unit>> Prefetcher<'s, 'f, I> {
    pub(super) fn new(
        scope: &'s Scope<'s, 'f>,
        request: &'f Request<'f>,
        formats: &'f [&'f dyn Format],
        units: I,
    ) -> Self {
        // Standard input may block while there are dumps to store. With a user's profile,
        // detection needs several passes.
        let looks_ahead =
            request.profile.is_none() && !request.paths.iter().any(|path| path.as_os_str() == "-");
        Self { scope, request, formats, units, waiting: VecDeque::new(), looks_ahead }
    }

    /// The next unit of the walk. After a short one, prefetching begins.
    ///
    /// # Errors
    /// The archive's.
    pub(super) fn next(
        &mut self,
        importing: &mut Importing<'_>,
    ) -> Result<Option<Next<'s, 'f>>, ArchiveError> {
        let next = match self.waiting.pop_front() {
            Some(next) => next,
            None => match self.units.next() {
                Some(unit) => Next::Unit(unit),
                None => return Ok(None),
            },
        };
        if self.looks_ahead && bytes(&next).is_some() {
            self.look_ahead(importing)?;
        }
        Ok(Some(next))
    }

    /// A long dump stops prefetching until it is stored: the following ones may have to be
    /// unpacked, and one long dump on disk is enough.
    fn look_ahead(&mut self, importing: &mut Importing<'_>) -> Result<(), ArchiveError> {
        while self.waiting.len() < DUMPS && !self.is_full() {
            let Some(unit) = self.units.next() else { break };
            let next = match unit {
                Unit::One(Found::Dump(dump)) if dump.size() < BYTES => {
                    self.short(dump, importing)?
                }
                other => Next::Unit(other),
            };
            self.waiting.push_back(next);
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        let all: Option<u64> = self.waiting.iter().map(bytes).sum();
        all.is_none_or(|all| all >= BYTES)
    }

    /// A dump that was imported before is only hashed. Most others are new by their length.
    fn short(
        &self,
        dump: Dump,
        importing: &mut Importing<'_>,
    ) -> Result<Next<'s, 'f>, ArchiveError> {
        if !importing.size_is_known(dump.size())? {
            return Ok(self.begin(dump, None));
        }
        Ok(match dump.sha256() {
            Ok(sha256) if importing.known(&sha256)?.is_empty() => self.begin(dump, Some(sha256)),
            Ok(sha256) => Next::Hashed(dump, sha256),
            // The error is reported in walk order.
            Err(_) => Next::Unit(Unit::One(Found::Dump(dump))),
        })
    }

    /// Without a thread the dump is read in walk order.
    fn begin(&self, dump: Dump, sha256: Option<[u8; 32]>) -> Next<'s, 'f> {
        let label = Label::of(&dump);
        let (opened_to, opened) = sync_channel(1);
        let (to, batches) = sync_channel(BATCHES_AHEAD);
        let progress = Arc::new(AtomicU64::new(0));
        let reading = Reading {
            dump,
            sha256,
            request: self.request,
            formats: self.formats,
            stem: label.stem.clone(),
            progress: Arc::clone(&progress),
        };
        let read = move |reading: Reading<'f>| reading.read(&opened_to, to);
        match thread::spawn(self.scope, reading, read) {
            Ok(thread) => Next::Early(Early { label, opened, batches, progress, thread }),
            Err(NoThread { given, .. }) => Next::Unit(Unit::One(Found::Dump(given.dump))),
        }
    }
}

/// Bytes waiting; `None` if the following units must wait too.
fn bytes(next: &Next<'_, '_>) -> Option<u64> {
    match next {
        Next::Unit(Unit::One(Found::Dump(dump))) => Some(dump.size()).filter(|size| *size < BYTES),
        Next::Unit(Unit::One(_)) | Next::Hashed(..) => Some(0),
        Next::Unit(Unit::Letterboxd(_)) => None,
        Next::Early(early) => Some(early.label.size),
    }
}

/// The input of a thread.
struct Reading<'f> {
    dump: Dump,
    sha256: Option<[u8; 32]>,
    request: &'f Request<'f>,
    formats: &'f [&'f dyn Format],
    stem: String,
    progress: Arc<AtomicU64>,
}

impl<'f> Reading<'f> {
    /// Reads to the end, or until the receiver is gone.
    fn read(
        mut self,
        opened: &SyncSender<io::Result<Opened<'f>>>,
        to: SyncSender<Vec<Message>>,
    ) -> Done {
        let stopped = Err(ReadError::Stopped);
        let (sha256, format) = match self.open() {
            Ok(Opened { sha256, format: Ok(format) }) => (sha256, format),
            other => {
                // A closed channel means that the import has ended.
                drop(opened.send(other));
                return Done { dump: self.dump, outcome: stopped, packed: None };
            }
        };
        if opened.send(Ok(Opened { sha256, format: Ok(format) })).is_err() {
            return Done { dump: self.dump, outcome: stopped, packed: None };
        }
        let options = &self.request.options;
        let ended = reader::read(&self.dump, format, options, &self.stem, &self.progress, to);
        let packed = (ended.is_ok() && is_kept(self.request, self.dump.size()))
            .then(|| self.dump.open().and_then(keep::packed));
        Done { dump: self.dump, outcome: ended.map(|ended| (ended, sha256)), packed }
    }

    fn open(&mut self) -> io::Result<Opened<'f>> {
        self.dump.hold()?;
        let sha256 = self.sha256.map_or_else(|| self.dump.sha256(), Ok)?;
        Ok(Opened { sha256, format: choose(self.request, self.formats, &self.dump) })
    }
}
