//! Explains how a dump would be read, before anything is imported.
//!
//! Owns: the data behind `revdb formats --explain FILE`. Must never: print, or read a dump in
//! another way than an import does: it uses the same formats and the same normalisation, and stops
//! early.

mod columns;
mod saved;

pub use columns::{ColumnUse, columns_of};
pub use saved::profile_of;

use columns::nameless_columns;

use super::container::Dump;
use super::description::{Description, describe};
use super::detect::{self, DumpText, Head, Undecided};
use super::format::{Format, LineUse, Note, ReadError, ReadOptions, Result, Sink, Stop};
use super::normalise::{self, Context};
use super::profile::built_in;
use super::record::{Item, Position};
use revdb_model::{Review, WorkMention};

/// Number of sample reviews.
pub(crate) const SAMPLES: usize = 3;

/// Maximum number of items searched for samples: a dump may begin with a thousand shelved books.
const ITEMS: usize = 10_000;

/// How one dump would be read.
#[derive(Debug)]
pub struct Explained {
    /// The chosen format's name, or why none was chosen.
    pub format: Result<String, Undecided>,
    /// How the bytes were decoded, in words; `None` for plain UTF-8.
    pub encoding: Option<String>,
    /// Empty for pages, which have no columns.
    pub columns: Vec<ColumnUse>,
    /// The first reviews (or works, for a companion table), and what was rejected or skipped
    /// before them.
    pub samples: Vec<Sample>,
    /// The classification of each line of a text; empty if records are not lines.
    pub lines: Vec<LineUse>,
    /// Notes on the dump as a whole, as far as it was read.
    pub notes: Vec<Note>,
    /// The file name had to serve as the title.
    pub titled_by_file: bool,
    /// Why reading would fail before the end of the dump.
    pub error: Option<String>,
    /// A description of a dump that no format reads.
    pub description: Option<Description>,
}

impl Explained {
    fn new() -> Self {
        Explained {
            format: Err(Undecided::Nobody),
            encoding: None,
            columns: Vec::new(),
            samples: Vec::new(),
            lines: Vec::new(),
            notes: Vec::new(),
            titled_by_file: false,
            error: None,
            description: None,
        }
    }
}

/// One record as it would be stored.
#[derive(Debug)]
pub struct Sample {
    /// Line number on which it begins.
    pub line: u64,
    /// What it is.
    pub outcome: Outcome,
}

/// The result for one record.
#[derive(Debug)]
pub enum Outcome {
    /// A review.
    Review(Box<Review>),
    /// Describes a work.
    Work(WorkMention),
    /// Rejected for this reason.
    Rejected(String),
    /// Not a review; what it is instead.
    LeftAlone(&'static str),
}

/// Explains how `dump` would be read with `formats`. If the user named the format, `formats` has
/// only that one and recognition is skipped.
///
/// # Errors
/// If the dump's bytes cannot be read at all.
pub fn explain(
    dump: &Dump,
    formats: &[&dyn Format],
    explicit: bool,
    options: &ReadOptions,
) -> Result<Explained> {
    let mut explained = Explained::new();
    let format = match (detect::look(dump, options)?, explicit, formats) {
        (Err(reason), _, _) => Err(Undecided::Unsupported(reason)),
        (Ok(head), true, [only]) => {
            if let Some(reason) = misfit(*only, &head, options) {
                explained.format = Ok(only.name().to_owned());
                explained.error = Some(reason);
                return Ok(explained);
            }
            Ok(*only)
        }
        (Ok(head), _, _) => {
            let chosen = choose(&head, formats, options);
            if let Err(Undecided::Nobody) = chosen {
                let probe = head.probe().with_options(options);
                let description = describe(&probe);
                if description.shown.is_some() {
                    explained.columns = nameless_columns(&probe, options);
                }
                explained.description = Some(description);
            }
            chosen
        }
    };
    let format = match format {
        Ok(format) => format,
        Err(undecided) => {
            explained.format = Err(undecided);
            return Ok(explained);
        }
    };
    explain_as(explained, dump, format, options)
}

/// The format that recognises the dump, or that reads the user's mapping.
fn choose<'a>(
    head: &Head,
    formats: &[&'a dyn Format],
    options: &ReadOptions,
) -> Result<&'a dyn Format, Undecided> {
    match detect::choose(&head.probe().with_options(options), formats) {
        Err(Undecided::Nobody) if !options.map.is_empty() => {
            detect::for_mapping(head, formats).ok_or(Undecided::Nobody)
        }
        chosen => chosen,
    }
}

/// Why an import would refuse a dump of which the user named this format.
fn misfit(format: &dyn Format, head: &Head, options: &ReadOptions) -> Option<String> {
    let profile = format.profile().filter(|_| options.map.is_empty())?;
    let own = !built_in().is_ok_and(|all| all.iter().any(|known| known.name == profile.name));
    profile.misfit(&head.probe().with_options(options), own).map(|(reason, _)| reason)
}

/// As [`explain`], with a format chosen because of other dumps (a table of a Letterboxd export,
/// read with its siblings).
///
/// # Errors
/// As [`explain`].
pub fn explain_by(dump: &Dump, format: &dyn Format, options: &ReadOptions) -> Result<Explained> {
    explain_as(Explained::new(), dump, format, options)
}

fn explain_as(
    mut explained: Explained,
    dump: &Dump,
    format: &dyn Format,
    options: &ReadOptions,
) -> Result<Explained> {
    explained.format = Ok(format.name().to_owned());
    let mut text = DumpText::with_options(dump, options);
    let mut sink = Sampler::new(options, dump.stem());
    let read = format.read(&mut text, options, &mut sink);
    explained.encoding = text.assumed().sentence();
    explained.samples = sink.samples;
    explained.notes = sink.notes;
    explained.titled_by_file = sink.titled_by_file;
    if let Err(ReadError::Unsure(unsure)) = read {
        let say = unsure.flags.join(" ");
        explained.error = Some(match say.is_empty() {
            true => unsure.reason,
            false => format!("{}; {say} would do", unsure.reason),
        });
        explained.columns = columns_of(format, &mut text, options)?;
        return Ok(explained);
    }
    match read.and_then(|()| columns_of(format, &mut text, options)) {
        Ok(columns) => explained.columns = columns,
        Err(ReadError::Stopped) => explained.columns = columns_of(format, &mut text, options)?,
        Err(error) => explained.error = Some(error.to_string()),
    }
    // If reading fails early, the lines show why.
    match format.line_uses(&mut text, options) {
        Ok(lines) => explained.lines = lines,
        Err(error) => drop(explained.error.get_or_insert_with(|| error.to_string())),
    }
    Ok(explained)
}

/// Normalises as an import does, and stops when it has enough samples.
struct Sampler<'a> {
    context: Context<'a>,
    samples: Vec<Sample>,
    items: usize,
    good: usize,
    notes: Vec<Note>,
    titled_by_file: bool,
}

impl<'a> Sampler<'a> {
    fn new(options: &'a ReadOptions, file_stem: &'a str) -> Self {
        let context = Context { options, file_stem };
        let (samples, notes) = (Vec::new(), Vec::new());
        Self { context, samples, items: 0, good: 0, notes, titled_by_file: false }
    }

    fn outcome(&mut self, item: Item) -> Option<Outcome> {
        Some(match item {
            Item::Review(raw) => match normalise::review(*raw, self.context) {
                Ok(normalised) => {
                    self.titled_by_file |= normalised.titled_by_file;
                    Outcome::Review(Box::new(normalised.review))
                }
                Err(reason) => Outcome::Rejected(reason),
            },
            Item::Work(raw) => Outcome::Work(normalise::work(raw, self.context).mention),
            Item::Rejected(reason) => Outcome::Rejected(reason),
            Item::LeftAlone(reason) => Outcome::LeftAlone(reason),
            Item::Claim(_) => return None,
        })
    }
}

impl Sink for Sampler<'_> {
    fn item(&mut self, at: Position, _: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        self.items += 1;
        if let Some(outcome) = self.outcome(item) {
            let good = matches!(outcome, Outcome::Review(_) | Outcome::Work(_));
            self.good += usize::from(good);
            // Three of each other kind are enough.
            let others = self.samples.len() + usize::from(good) - self.good;
            if good || others < SAMPLES {
                self.samples.push(Sample { line: at.line, outcome });
            }
        }
        if self.good >= SAMPLES || self.items >= ITEMS { Err(Stop) } else { Ok(()) }
    }

    fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.notes.push(note);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_text_has_no_columns() {
        let formats = detect::formats().unwrap();
        for text in [
            "I liked it. It is about a boy, his dog and the sea.\n",
            "Dear Ida,\n\nI saw it, and it was much too long.\n\nYours,\nBo\n",
        ] {
            let dump = Dump::of_bytes("letter.txt", text.as_bytes()).unwrap();
            let explained = explain(&dump, &formats, false, &ReadOptions::default()).unwrap();
            assert_eq!(explained.columns, [], "{text}");
            let description = explained.description.unwrap();
            assert!(description.reason.starts_with("running text"), "{}", description.reason);
        }
    }

    #[test]
    fn an_unsure_table_shows_columns_and_flags() {
        let sheet = b"userName,title,rating,review\nAnn,Fine,4,Slow\nBo,Dull,2,Rain\n";
        let dump = Dump::of_bytes("x.csv", sheet).unwrap();
        let formats = detect::formats().unwrap();
        let explained = explain(&dump, &formats, false, &ReadOptions::default()).unwrap();
        assert!(explained.error.is_some_and(|error| error.contains("--title TITLE")));
        let names: Vec<&str> = explained.columns.iter().map(|used| used.column.as_str()).collect();
        assert_eq!(names, ["userName", "title", "rating", "review"]);
        assert!(explained.columns.iter().all(|used| used.why.is_some()));
    }
}
