//! The reading side: a dump's records, normalised, in batches to a channel.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;

use crate::archive::StoredClaim;
use crate::domain::{Review, WorkMention};
use crate::import::container::Dump;
use crate::import::decode::{Assumed, Decoded, declared_by_page};
use crate::import::format::{Format, ReadError, ReadOptions, Sink, Stop, Text};
use crate::import::normalise::{self, Context};
use crate::import::record::{Item, Position};

/// Records per batch: enough that the channel costs nothing beside them.
const BATCH: usize = 256;

/// What the storing side is told of one record.
#[derive(Debug)]
pub enum Message {
    Review(Position, Box<Review>),
    Work(WorkMention),
    Claim(StoredClaim),
    Rejected { at: Position, reason: String, raw: String },
    LeftAlone(&'static str),
}

/// What is known when the last record has been read.
#[derive(Debug, Default)]
pub struct Ended {
    pub encoding: Option<String>,
    pub titled_by_file: bool,
}

/// Reads one dump to its end.
pub fn read(
    dump: &Dump,
    format: &dyn Format,
    options: &ReadOptions,
    file_stem: &str,
    progress: &AtomicU64,
    to: SyncSender<Vec<Message>>,
) -> Result<Ended, ReadError> {
    let mut text = DumpText { dump, progress, assumed: None, declared: None };
    text.declared = declared_by_page(&dump.head(HEAD)?);
    let mut sink = Normaliser {
        context: Context { options, file_stem },
        batch: Vec::with_capacity(BATCH),
        to,
        titled_by_file: false,
    };
    format.read(&mut text, options, &mut sink)?;
    sink.send()?;
    let titled_by_file = sink.titled_by_file;
    let encoding = text.assumed.and_then(|assumed| assumed.borrow().sentence());
    Ok(Ended { encoding, titled_by_file })
}

/// A page declares its encoding within its first kilobyte, by the HTML standard.
const HEAD: usize = 4096;

/// The dump decoded, from the beginning as often as a format asks.
struct DumpText<'a> {
    dump: &'a Dump,
    progress: &'a AtomicU64,
    assumed: Option<Rc<RefCell<Assumed>>>,
    declared: Option<&'static encoding_rs::Encoding>,
}

impl Text for DumpText<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        self.progress.store(0, Ordering::Relaxed);
        let source = Counted { source: self.dump.open()?, read: self.progress };
        let decoded = Decoded::new(source, self.declared);
        self.assumed = Some(decoded.assumed());
        Ok(Box::new(decoded))
    }
}

/// Counts the bytes that pass, for the progress bar.
struct Counted<'a, R> {
    source: R,
    read: &'a AtomicU64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(into)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

struct Normaliser<'a> {
    context: Context<'a>,
    batch: Vec<Message>,
    to: SyncSender<Vec<Message>>,
    titled_by_file: bool,
}

impl Normaliser<'_> {
    /// The receiver is gone when the archive failed or the import was interrupted.
    fn send(&mut self) -> Result<(), Stop> {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.to.send(batch).map_err(|_| Stop)
    }
}

impl Sink for Normaliser<'_> {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        let message = match item {
            Item::Review(review) => match normalise::review(*review, self.context) {
                Ok(normalised) => {
                    self.titled_by_file |= normalised.titled_by_file;
                    Message::Review(at, Box::new(normalised.review))
                }
                Err(reason) => Message::Rejected { at, reason, raw: raw() },
            },
            Item::Work(work) => Message::Work(normalise::work(work, self.context).0),
            Item::Claim(claim) => {
                let (claim, work) = normalise::claim(claim, self.context);
                Message::Claim(StoredClaim {
                    audience: claim.audience,
                    kind: normalise::claim_word(claim.kind),
                    value: claim.value,
                    out_of: claim.of,
                    work,
                })
            }
            Item::Rejected(reason) => Message::Rejected { at, reason, raw: raw() },
            Item::LeftAlone(reason) => Message::LeftAlone(reason),
        };
        self.batch.push(message);
        if self.batch.len() >= BATCH { self.send() } else { Ok(()) }
    }
}
