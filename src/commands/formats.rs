//! `revdb formats`: which formats can be read, and how a given file would be.

use std::path::{Path, PathBuf};

use super::global::wrote;
use super::import::{self, ReadArgs};
use super::output::OutputArgs;
use super::{CommandError, ExitStatus, Global, Result};
use crate::ingest;
use revdb_formats::container::{self, Dump, Found};
use revdb_formats::detect;
use revdb_formats::explain::{self, ColumnUse, Explained, Outcome, Sample};
use revdb_formats::format::{Format, LineUse, ReadError, ReadOptions};
use revdb_formats::letterboxd::{self, Unit};
use revdb_formats::normalise;
use revdb_model::text::shortened;
use revdb_model::{Review, WorkMention};
use revdb_render::ColumnKind::{Quote, Text};
use revdb_render::file;
use revdb_render::{Cell, Collected};

/// Maximum number of characters shown of a value.
const SHOWN: usize = 60;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// How this file would be read: its format, its columns, three sample reviews
    #[arg(long, value_name = "FILE")]
    explain: Option<PathBuf>,
    /// With --explain: read as this format instead of detecting it
    #[arg(
        long,
        alias = "read-as",
        value_name = "NAME",
        requires = "explain",
        conflicts_with = "profile"
    )]
    input_format: Option<String>,
    /// With --explain: save the way the file is read as a profile, for `revdb import --profile`
    #[arg(long, value_name = "PROFILE", requires = "explain")]
    save_profile: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result {
    args.output.chosen()?;
    match args.explain {
        Some(path) => {
            let (read_as, save) = (args.input_format.as_deref(), args.save_profile.as_deref());
            explain_file(path, read_as, save, args.reading, &args.output, global)
        }
        None => list(&args.output, global),
    }
}

fn list(output: &OutputArgs, global: &Global) -> Result {
    let formats = detect::formats().map_err(|error| CommandError::failed(error.to_string()))?;
    let columns = [("format", Text), ("shape", Text), ("what", Quote)];
    let rows = formats
        .into_iter()
        .map(|format| [format.name(), format.shape(), format.describe()].map(Cell::from));
    let mut table = Collected::of(columns, rows)
        .titled("Formats")
        .noted("Any of them may be packed: .gz, .zst, .zip, .tar, also within each other; folders are searched")
        .noted("A sheet of a workbook (.xlsx, .ods) is a table like any other")
        .noted("--explain FILE shows how a file would be read, before anything is imported");
    output.deliver(&mut table, global)
}

fn explain_file(
    path: PathBuf,
    read_as: Option<&str>,
    save: Option<&Path>,
    reading: ReadArgs,
    output: &OutputArgs,
    global: &Global,
) -> Result {
    import::must_exist(&path, "nothing was read")?;
    let profile = reading.profile()?;
    let sheet = reading.sheet.clone();
    let options = reading.options();
    let own = ingest::own_profile(profile.as_ref()).map_err(import::explain)?;
    let formats = match &own {
        Some(own) => vec![own as &dyn Format],
        None => ingest::formats(read_as).map_err(import::explain)?,
    };
    let explicit = own.is_some() || read_as.is_some();
    let walk = container::find(&[path], container::Limits::default())
        .map_err(|error| CommandError::usage(error.to_string()))?
        .with_sheet(sheet);
    if let Some(save) = save {
        save_profile(walk, save, &formats, explicit, &options, output.force)?;
        return Ok(ExitStatus::Done);
    }
    let mut rows = Vec::new();
    for unit in letterboxd::unite(walk) {
        if let Some(status) = global.interrupt.status() {
            return Err(CommandError::new(status, "interrupted"));
        }
        let explained = |dump: &Dump| explain::explain(dump, &formats, explicit, &options);
        match unit {
            Unit::One(Found::Dump(dump)) => explain_each(&mut rows, &[dump], explained),
            Unit::One(Found::LeftAlone { path, reason }) => {
                add_pairs(&mut rows, &path, [("left alone", reason)]);
            }
            Unit::One(Found::Refused { path, reason }) => {
                add_pairs(&mut rows, &path, [("refused", reason)]);
            }
            Unit::Letterboxd(tables) if explicit => explain_each(&mut rows, &tables, explained),
            Unit::Letterboxd(tables) => explain_export(&mut rows, &tables, &options),
        }
    }
    output.deliver(&mut as_table(rows), global)
}

/// The table for the files' explanations.
fn as_table(mut rows: Vec<Row>) -> Collected {
    let mut columns = vec![("file", Text), ("part", Text), ("how it would be read", Quote)];
    let mut title = None;
    // With a single file, its name is printed once above the table.
    if rows.iter().all(|row: &Row| row.first() == rows.first().and_then(|first| first.first())) {
        columns.remove(0);
        title = rows.iter_mut().map(|row| row.remove(0)).last().and_then(|file| file.data_text());
    }
    let mut table = Collected::of(columns, rows);
    table.caption.title = title;
    table
}

/// Saves the reading of one dump as a profile.
fn save_profile(
    walk: impl Iterator<Item = Found>,
    save: &Path,
    formats: &[&dyn Format],
    explicit: bool,
    options: &ReadOptions,
    force: bool,
) -> Result<()> {
    let mut dumps = walk.filter_map(|found| match found {
        Found::Dump(dump) => Some(dump),
        Found::LeftAlone { .. } | Found::Refused { .. } => None,
    });
    let (Some(dump), None) = (dumps.next(), dumps.next()) else {
        return Err(CommandError::usage(
            "a profile is saved of one file, and here is none or several",
        ));
    };
    let name = profile_name(save);
    let profile =
        explain::profile_of(&dump, formats, explicit, options, &name).map_err(|error| {
            let help = match &error {
                ReadError::Malformed { help, .. } => help.clone(),
                ReadError::Unsure(unsure) => Some(format!("say {}", unsure.flags.join(" "))),
                _ => None,
            };
            CommandError::failed(error.to_string()).at(dump.path.clone()).helped(help)
        })?;
    let text = profile.to_toml().map_err(|error| CommandError::failed(error.to_string()))?;
    file::to_file(save, force, |out| Ok(out.write_all(text.as_bytes())?))?;
    wrote("the profile", save);
    Ok(())
}

/// A profile has its file's name, which must not be that of a built-in format.
fn profile_name(save: &Path) -> String {
    let stem =
        save.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name: String = stem.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let is_taken =
        detect::formats().is_ok_and(|all| all.iter().any(|format| format.name() == name));
    match name.trim_matches('-') {
        "" => "own".to_owned(),
        name if is_taken => format!("own-{name}"),
        name => name.to_owned(),
    }
}

/// Explains the tables of one Letterboxd export, combined as in an import.
fn explain_export(rows: &mut Vec<Row>, tables: &[Dump], options: &ReadOptions) {
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let together = format!("read together, so that no film counts twice: {}", names.join(", "));
    match letterboxd::formats(tables) {
        Ok(united) => {
            for (table, format) in tables.iter().zip(&united) {
                add_pairs(rows, &table.path, [("note", together.clone())]);
                explain_each(rows, std::slice::from_ref(table), |table| {
                    explain::explain_by(table, format, options)
                });
            }
        }
        Err(error) => {
            for table in tables {
                add_pairs(rows, &table.path, [("error", error.to_string())]);
            }
        }
    }
}

fn explain_each(
    rows: &mut Vec<Row>,
    dumps: &[Dump],
    explained: impl Fn(&Dump) -> Result<Explained, ReadError>,
) {
    for dump in dumps {
        match explained(dump) {
            Ok(explained) => add(rows, dump, explained),
            Err(error) => add_pairs(rows, &dump.path, [("error", error.to_string())]),
        }
    }
}

type Row = Vec<Cell>;

fn add_pairs<'a>(
    rows: &mut Vec<Row>,
    path: &str,
    pairs: impl IntoIterator<Item = (&'a str, String)>,
) {
    rows.extend(pairs.into_iter().map(|(part, text)| vec![path.into(), part.into(), text.into()]));
}

fn add(rows: &mut Vec<Row>, dump: &Dump, explained: Explained) {
    let path = dump.path.as_str();
    match &explained.format {
        Ok(name) => add_pairs(rows, path, [("format", name.clone())]),
        Err(undecided) => {
            let (mut reason, mut help) = ingest::explain_undecided(undecided);
            if let Some(description) = &explained.description {
                reason.clone_from(&description.reason);
                help.clone_from(&description.help);
                help =
                    (!description.flags.is_empty()).then(|| description.flags.join(" ")).or(help);
            }
            add_pairs(rows, path, [("format", format!("none: {reason}"))]);
            add_pairs(rows, path, help.map(|help| ("help", help)));
        }
    }
    let notes = [
        explained.encoding.map(|text| ("encoding", text)),
        dump.warning.clone().map(|text| ("warning", text)),
        explained.titled_by_file.then(|| {
            (
                "note",
                format!(
                    "it names no work, so its file's name is the title: \"{}\"",
                    normalise::title_of_file(dump.stem()).0
                ),
            )
        }),
        explained.error.map(|text| ("error", text)),
    ];
    add_pairs(rows, path, notes.into_iter().flatten());
    for note in explained.notes {
        add_pairs(rows, path, [("note", note.message)]);
        add_pairs(rows, path, note.help.map(|help| ("help", help)));
    }
    for used in &explained.columns {
        add_pairs(rows, path, [("column", column_line(used))]);
    }
    for sample in &explained.samples {
        let (part, text) = sample_line(sample);
        add_pairs(rows, path, [(part, text)]);
    }
    if explained.format.is_ok() && explained.samples.is_empty() {
        add_pairs(rows, path, [("note", "no review was found in it".to_owned())]);
    }
    for used in &explained.lines {
        add_pairs(rows, path, [("line", line_text(used))]);
    }
}

/// `criticName → byline, for example "Jo Poe"`.
fn column_line(used: &ColumnUse) -> String {
    let fields =
        if used.fields.is_empty() { "not used".to_owned() } else { used.fields.join(", ") };
    let why = used.why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    match &used.example {
        Some(example) => {
            format!(
                "{} → {fields}{why}, for example \"{}\"",
                used.column,
                shortened(example, SHOWN)
            )
        }
        None => format!("{} → {fields}{why}", used.column),
    }
}

/// `12 (review 1, score): 7/10`.
fn line_text(used: &LineUse) -> String {
    format!("{} ({}): {}", used.line, used.taken_for, shortened(used.text.trim(), SHOWN))
}

fn sample_line(sample: &Sample) -> (&'static str, String) {
    let (part, text) = match &sample.outcome {
        Outcome::Review(review) => ("review", review_line(review)),
        Outcome::Work(work) => ("work", work_line(work)),
        Outcome::Rejected(reason) => ("rejected", reason.clone()),
        Outcome::LeftAlone(reason) => ("left alone", (*reason).to_owned()),
    };
    (part, format!("line {}: {text}", sample.line))
}

/// Field names are those of the public view `reviews`.
fn review_line(review: &Review) -> String {
    let score = review.score.map(|score| score.to_string());
    let parts = [
        ("work", Some(work_line(&review.work))),
        ("audience", Some(review.audience.as_str().to_owned())),
        ("byline", review.byline.clone()),
        ("publication", review.publication.clone()),
        ("date", review.date.map(|date| date.to_string())),
        ("score", score),
        ("score_text", review.score_text.clone()),
        ("verdict", review.verdict.clone()),
        ("quote", review.quote.as_deref().map(|quote| shortened(quote, SHOWN))),
        ("url", review.url.clone()),
        ("tags", review.tags.clone()),
        ("id", review.id.as_ref().map(|id| format!("{} {}", id.site, id.id))),
    ];
    let said = parts.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?)));
    said.collect::<Vec<_>>().join(" · ")
}

fn work_line(work: &WorkMention) -> String {
    let mut line = work.title.clone().unwrap_or_else(|| "(no title)".to_owned());
    let details = [work.kind.map(|kind| kind.to_string()), work.year.map(|year| year.to_string())];
    let ids = work.ids.iter().map(|id| format!("{} {}", id.site, id.id));
    let details: Vec<String> = details.into_iter().flatten().chain(ids).collect();
    if !details.is_empty() {
        line.push_str(&format!(" ({})", details.join(", ")));
    }
    for (property, value) in &work.properties {
        line.push_str(&format!(", {property} {value}"));
    }
    line
}
