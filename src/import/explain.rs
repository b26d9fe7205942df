//! How a dump would be read, before anything is imported.
//!
//! Owns: the data behind `revdb formats --explain FILE`. Must never: print, or
//! read a dump in another way than an import does; it uses the same formats
//! and the same normalising, and stops early.

use super::columns::{self, Found, Rows, mapped};
use super::container::Dump;
use super::detect::{self, DumpText, Head, Undecided};
use super::format::{Format, LineUse, Note, Probe, ReadError, ReadOptions, Sink, Stop, Text};
use super::json::{self, any};
use super::looks::{Looks, looks};
use super::normalise::{self, Context};
use super::profile::{Profile, Shape, built_in, map_field};
use super::record::{Item, Position};
use super::roles::{self, Reading, Table};
use crate::domain::{Review, WorkMention};

/// How many reviews are shown.
pub const SAMPLES: usize = 3;

/// How many items are looked at for them: a dump may begin with a thousand
/// shelved books.
const ITEMS: usize = 10_000;

/// How one dump would be read.
#[derive(Debug)]
pub struct Explained {
    /// The chosen format's name, or why there is none.
    pub format: Result<String, Undecided>,
    /// What was assumed of its bytes, in words; `None` for plain UTF-8.
    pub encoding: Option<String>,
    /// Empty for pages, which have no columns.
    pub columns: Vec<ColumnUse>,
    /// The first reviews (or works, for a companion table), and what was
    /// rejected or left alone on the way to them.
    pub samples: Vec<Sample>,
    /// Of a text, what each line was taken for; empty where records are no lines.
    pub lines: Vec<LineUse>,
    /// What the format says of the dump as a whole, as far as it was read.
    pub notes: Vec<Note>,
    /// True where the file's name had to serve as the title.
    pub titled_by_file: bool,
    /// Why the reading would end before the dump does.
    pub error: Option<String>,
    /// What a dump that no format reads looks like.
    pub looks: Option<Looks>,
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
            looks: None,
        }
    }
}

/// One record as the archive would get it.
#[derive(Debug)]
pub enum Sample {
    Review { line: u64, review: Box<Review> },
    Work { line: u64, work: WorkMention },
    Rejected { line: u64, reason: String },
    LeftAlone { line: u64, reason: &'static str },
}

/// Says how `dump` would be read by one of `formats`; only one where a person
/// named it, and then it is not asked whether it knows the dump.
///
/// # Errors
/// Where the dump's bytes cannot be read at all.
pub fn explain(
    dump: &Dump,
    formats: &[&dyn Format],
    told: bool,
    options: &ReadOptions,
) -> Result<Explained, ReadError> {
    let mut explained = Explained::new();
    let format = match (detect::look(dump)?, told, formats) {
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
            let chosen = detect::choose(&head.probe(), formats);
            let by_map = !options.map.is_empty() && matches!(chosen, Err(Undecided::Nobody));
            match detect::for_mapping(&head, formats).filter(|_| by_map) {
                Some(format) => Ok(format),
                None => {
                    if let Err(Undecided::Nobody) = chosen {
                        explained.looks = Some(looks(&head.probe()));
                        explained.columns = nameless_columns(&head.probe(), options);
                    }
                    chosen
                }
            }
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

/// Why an import would refuse a dump that was told to be of this format.
fn misfit(format: &dyn Format, head: &Head, options: &ReadOptions) -> Option<String> {
    let profile = format.profile().filter(|_| options.map.is_empty())?;
    let own = !built_in().is_ok_and(|all| all.iter().any(|known| known.name == profile.name));
    profile.misfit(&head.probe(), own).map(|(reason, _)| reason)
}

/// As [`explain`], by a format that was chosen for more than the dump itself
/// (a table of a Letterboxd export, read beside the others).
///
/// # Errors
/// As [`explain`].
pub fn explain_by(
    dump: &Dump,
    format: &dyn Format,
    options: &ReadOptions,
) -> Result<Explained, ReadError> {
    explain_as(Explained::new(), dump, format, options)
}

fn explain_as(
    mut explained: Explained,
    dump: &Dump,
    format: &dyn Format,
    options: &ReadOptions,
) -> Result<Explained, ReadError> {
    explained.format = Ok(format.name().to_owned());
    let mut text = DumpText::new(dump);
    let mut sink = Sampler::new(options, dump.stem());
    let read = format.read(&mut text, options, &mut sink);
    explained.encoding = text.assumed().sentence();
    explained.samples = sink.samples;
    explained.notes = sink.notes;
    explained.titled_by_file = sink.titled_by_file;
    match read.and_then(|()| columns_of(format, &mut text, options)) {
        Ok(columns) => explained.columns = columns,
        Err(ReadError::Stopped) => explained.columns = columns_of(format, &mut text, options)?,
        Err(error) => explained.error = Some(error.to_string()),
    }
    // Where the reading ends early, the lines show why.
    match format.line_uses(&mut text, options) {
        Ok(lines) => explained.lines = lines,
        Err(error) => drop(explained.error.get_or_insert_with(|| error.to_string())),
    }
    Ok(explained)
}

/// Normalises as an import does, and stops when it has seen enough.
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

    fn sample(&mut self, line: u64, item: Item) -> Option<Sample> {
        Some(match item {
            Item::Review(raw) => match normalise::review(*raw, self.context) {
                Ok(normalised) => {
                    self.titled_by_file |= normalised.titled_by_file;
                    Sample::Review { line, review: Box::new(normalised.review) }
                }
                Err(reason) => Sample::Rejected { line, reason },
            },
            Item::Work(raw) => Sample::Work { line, work: normalise::work(raw, self.context).0 },
            Item::Rejected(reason) => Sample::Rejected { line, reason },
            Item::LeftAlone(reason) => Sample::LeftAlone { line, reason },
            Item::Claim(_) => return None,
        })
    }
}

impl Sink for Sampler<'_> {
    fn item(&mut self, at: Position, _: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        self.items += 1;
        if let Some(sample) = self.sample(at.line, item) {
            let good = matches!(sample, Sample::Review { .. } | Sample::Work { .. });
            self.good += usize::from(good);
            // Three of each are enough to see what happens to the others.
            let others = self.samples.len() + usize::from(good) - self.good;
            if good || others < SAMPLES {
                self.samples.push(sample);
            }
        }
        if self.good >= SAMPLES || self.items >= ITEMS { Err(Stop) } else { Ok(()) }
    }

    fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.notes.push(note);
        Ok(())
    }
}

/// One column of the dump and the fields that it feeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    pub column: String,
    /// Names as `--map` takes them; none where the column is not used.
    pub fields: Vec<&'static str>,
    /// The first value that is not empty, if one of the first rows has any.
    pub example: Option<String>,
    /// Of a table without a profile: how sure the use is, and why it is used so.
    pub why: Option<String>,
}

/// The columns of a table that no format reads, as far as it is one.
fn nameless_columns(probe: &Probe<'_>, options: &ReadOptions) -> Vec<ColumnUse> {
    let Some(table) = mapped::table_in(probe).or_else(|| any::table_in(probe)) else {
        return Vec::new();
    };
    match roles::read(&table, options, Shape::Columns, mapped::NAME) {
        Ok(reading) => uses_by_roles(&table, &reading),
        Err(_) => Vec::new(),
    }
}

fn uses_by_roles(table: &Table, reading: &Reading) -> Vec<ColumnUse> {
    let example = |at: usize| {
        let mut cells = table.rows.iter().filter_map(|row| row.get(at));
        cells.find(|cell| !cell.trim().is_empty()).map(|cell| cell.trim().to_owned())
    };
    let of = |(at, column): (usize, &roles::ColumnReading)| ColumnUse {
        column: column.name.clone(),
        fields: column.field.into_iter().collect(),
        example: example(at),
        why: Some(match column.field {
            Some(_) => format!("{}: {}", column.confidence.as_str(), column.why),
            None => column.why.clone(),
        }),
    };
    reading.columns.iter().enumerate().map(of).collect()
}

/// How many rows are looked through for examples.
const ROWS: usize = 50;

/// Column by column how a dump of columns or JSON would be read by `format`;
/// empty for pages, which have none.
///
/// # Errors
/// As the reading itself.
pub fn columns_of(
    format: &dyn Format,
    text: &mut dyn Text,
    options: &ReadOptions,
) -> Result<Vec<ColumnUse>, ReadError> {
    match format.profile() {
        Some(profile) if profile.shape == Shape::Json => {
            let cells = json::cells(profile, text, ROWS)?;
            let names: Vec<String> = cells.iter().map(|(name, _)| name.clone()).collect();
            let mut uses = uses_of(profile, &names, options);
            for (used, (_, example)) in uses.iter_mut().zip(cells) {
                used.example = Some(example).filter(|example| !example.is_empty());
            }
            Ok(uses)
        }
        Some(profile) if profile.shape == Shape::Text => Ok(Vec::new()),
        Some(profile) => columns_by(profile, text, options),
        None if format.name() == mapped::NAME => {
            let table = mapped::sample(text)?;
            let reading = roles::read(&table, options, Shape::Columns, mapped::NAME)?;
            Ok(uses_by_roles(&table, &reading))
        }
        None if format.name() == any::NAME => {
            let (table, _) = any::sample(text)?;
            let reading = roles::read(&table, options, Shape::Json, any::NAME)?;
            Ok(uses_by_roles(&table, &reading))
        }
        None => Ok(Vec::new()),
    }
}

fn columns_by(
    profile: &Profile,
    text: &mut dyn Text,
    options: &ReadOptions,
) -> Result<Vec<ColumnUse>, ReadError> {
    let mut rows = Rows::open_quoted(text.reader()?, profile.quotes)?;
    let names = rows.header.names.clone();
    let mut uses = uses_of(profile, &names, options);
    let mut looked_at = 0;
    while looked_at < ROWS
        && let Some(found) = rows.next()?
    {
        looked_at += 1;
        if matches!(found, Found::Row { .. }) {
            take_examples(&mut uses, rows.row());
        }
    }
    Ok(uses)
}

fn take_examples(uses: &mut [ColumnUse], row: &csv::StringRecord) {
    for (used, cell) in uses.iter_mut().zip(row) {
        if used.example.is_none() && !cell.trim().is_empty() {
            used.example = Some(cell.trim().to_owned());
        }
    }
}

fn uses_of(profile: &Profile, names: &[String], options: &ReadOptions) -> Vec<ColumnUse> {
    let by_profile = profile.sources();
    names
        .iter()
        .map(|column| {
            let mapped = |field: &str| {
                options.map.iter().rfind(|(mapped, _)| map_field(mapped) == Some(field))
            };
            let mut fields: Vec<&'static str> = by_profile
                .iter()
                .filter(|(field, sources)| match mapped(field) {
                    Some((_, chosen)) => columns::same_column(chosen, column),
                    None => sources.iter().any(|source| columns::same_column(source, column)),
                })
                .map(|(field, _)| *field)
                .collect();
            // What the person mapped to a field that the profile itself does not fill.
            let own = options.map.iter().filter(|(_, chosen)| columns::same_column(chosen, column));
            for field in own.filter_map(|(field, _)| map_field(field)) {
                if !fields.contains(&field) && !by_profile.iter().any(|(known, _)| *known == field)
                {
                    fields.push(field);
                }
            }
            ColumnUse { column: column.clone(), fields, example: None, why: None }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::columns::tests::Bytes;

    #[test]
    fn mapped_columns_are_used() {
        let map =
            [("critic", "Who"), ("language", "Tongue"), ("work_id", "Nr"), ("quote", "Words")];
        let map = map.map(|(field, column)| (field.to_owned(), column.to_owned())).to_vec();
        let options = ReadOptions { map, ..ReadOptions::default() };
        let mut text = Bytes(b"Words,Who,Tongue,Nr,Mood\nfine,Ann,en,7,sad\n".to_vec());
        let uses = columns_of(&mapped::Mapped, &mut text, &options)
            .unwrap_or_else(|error| panic!("{error}"));
        let unused: Vec<_> =
            uses.iter().filter(|used| used.fields.is_empty()).map(|used| &used.column).collect();
        assert_eq!(unused, ["Mood"]);
    }

    #[test]
    fn columns_and_their_fields() {
        let mut text =
            Bytes(b"Movie Title,Reviewer,Mood,Comment\nFarewell,,sad,fine\n,Ann,,\n".to_vec());
        let uses = columns_of(&mapped::Mapped, &mut text, &ReadOptions::default())
            .unwrap_or_else(|error| panic!("{error}"));
        let shown: Vec<_> = uses
            .iter()
            .map(|used| {
                format!(
                    "{} {:?} {}",
                    used.column,
                    used.fields,
                    used.example.as_deref().unwrap_or("-")
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "Movie Title [\"title\"] Farewell",
                "Reviewer [\"byline\"] Ann",
                "Mood [] sad",
                "Comment [\"quote\"] fine"
            ]
        );
    }
}
