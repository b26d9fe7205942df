//! The reading side: sends a dump's normalised records in batches to a channel.

use std::io::{self, BufRead, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;

use super::oddities::Oddities;
use super::run;
use super::scores::Scores;
use revdb_formats::container::Dump;
use revdb_formats::detect::DumpText;
use revdb_formats::format::{Format, Note, ReadError, ReadOptions, Sink, Stop, Text};
use revdb_formats::normalise::{self, Context};
use revdb_formats::record::{Item, Position};
use revdb_model::{Review, WorkMention};
use revdb_store::StoredClaim;

/// Records per batch: enough that the channel's cost is negligible.
const BATCH: usize = 256;

/// Batches that may wait before the reader blocks.
pub(super) const BATCHES_AHEAD: usize = 4;

/// A message to the storing side about one record.
#[derive(Debug)]
pub enum Message {
    Review(Position, Box<Review>),
    Work(WorkMention),
    Claim(StoredClaim),
    Rejected {
        at: Position,
        reason: String,
        raw: String,
    },
    /// What was omitted from the previous review.
    Doubts(Position, Vec<String>),
    LeftAlone(&'static str),
    Note(Note),
}

/// Known after the last record.
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
    let mut text = Watched { text: DumpText::with_options(dump, options), progress };
    let mut sink = Normaliser {
        context: Context { options, file_stem },
        batch: Vec::with_capacity(BATCH),
        to,
        titled_by_file: false,
        scores: Scores::default(),
        oddities: Oddities::new(run::tomorrow()),
    };
    format.read(&mut text, options, &mut sink)?;
    for note in sink.scores.notes().into_iter().chain(sink.oddities.notes()) {
        sink.note(note)?;
    }
    sink.send()?;
    let titled_by_file = sink.titled_by_file;
    let encoding = text.text.assumed().sentence();
    Ok(Ended { encoding, titled_by_file })
}

/// The dump's text; counts bytes for the progress bar.
struct Watched<'a> {
    text: DumpText<'a>,
    progress: &'a AtomicU64,
}

impl Text for Watched<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        self.progress.store(0, Ordering::Relaxed);
        let source = Counted { source: self.text.reader()?, read: self.progress };
        Ok(Box::new(source))
    }
}

struct Counted<'a, R> {
    source: R,
    read: &'a AtomicU64,
}

impl<R: BufRead> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(into)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.read.fetch_add(amount as u64, Ordering::Relaxed);
        self.source.consume(amount);
    }
}

struct Normaliser<'a> {
    context: Context<'a>,
    batch: Vec<Message>,
    to: SyncSender<Vec<Message>>,
    titled_by_file: bool,
    scores: Scores,
    oddities: Oddities,
}

impl Normaliser<'_> {
    fn push(&mut self, message: Message) -> Result<(), Stop> {
        self.batch.push(message);
        if self.batch.len() >= BATCH { self.send() } else { Ok(()) }
    }

    fn doubts(&mut self, at: Position, doubts: Vec<String>) -> Result<(), Stop> {
        if doubts.is_empty() { Ok(()) } else { self.push(Message::Doubts(at, doubts)) }
    }

    /// Stops if the receiver is gone: the archive failed or the import was interrupted.
    fn send(&mut self) -> Result<(), Stop> {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.to.send(batch).map_err(|_| Stop)
    }
}

impl Sink for Normaliser<'_> {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        let message = match item {
            Item::Review(review) => {
                let scale = review.scale.or(self.context.options.scale);
                match normalise::review(*review, self.context) {
                    Ok(normalised) => {
                        let review = &normalised.review;
                        self.scores.see(review.score, review.score_text.as_deref(), scale);
                        self.oddities.see(at.line, &normalised);
                        self.titled_by_file |= normalised.titled_by_file;
                        self.push(Message::Review(at, Box::new(normalised.review)))?;
                        return self.doubts(at, normalised.doubts);
                    }
                    Err(reason) => Message::Rejected { at, reason, raw: raw() },
                }
            }
            Item::Work(work) => {
                let work = normalise::work(work, self.context);
                self.push(Message::Work(work.mention))?;
                return self.doubts(at, work.doubts);
            }
            Item::Claim(claim) => {
                let (claim, work) = normalise::claim(claim, self.context);
                Message::Claim(StoredClaim {
                    audience: claim.audience,
                    kind: normalise::claim_word(claim.kind).into(),
                    value: claim.value,
                    out_of: claim.of,
                    work,
                })
            }
            Item::Rejected(reason) => Message::Rejected { at, reason, raw: raw() },
            Item::LeftAlone(reason) => Message::LeftAlone(reason),
        };
        self.push(message)
    }

    fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.push(Message::Note(note))
    }
}
