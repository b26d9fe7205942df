//! `revdb convert`: dumps to normalised records, each path by itself and without an archive.
//!
//! What is read is read as an import reads it, into an archive of its own that is thrown away. So
//! any number of these run side by side; `settle` decides which records are one review.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use revdb_model::name::fold;
use revdb_model::{byline, identity, works::Named};
use revdb_render::{Caption, Cell, Column, ColumnKind, OutputError, OutputFormat, OutputOptions};
use revdb_render::{RowError, Rows, file};
use revdb_store::{Archive, OtherDump, Record, Records};
use serde_json::json;
use xxhash_rust::xxh3::xxh3_64;

use super::import::{ReadArgs, explain, is_there};
use super::summary::{self, Telling};
use super::{CommandError, ExitStatus, Global, Result, say};
use crate::ingest::{self, Event, Keep, Listener, Request};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, folders, workbooks, archives (.zip .gz .zst .tar): one file of records for each
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The folder in which `records` and `rejections` are written
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// How the records are written
    #[arg(long, default_value = "parquet", value_parser = ["parquet", "jsonl"])]
    format: String,
    /// Read again what has its records already
    #[arg(long)]
    force: bool,
    /// Read the dumps as this format instead of finding out (`revdb formats` lists them)
    #[arg(long, value_name = "NAME", conflicts_with = "profile")]
    input_format: Option<String>,
    #[command(flatten)]
    reading: ReadArgs,
}

pub fn run(args: Args, global: &Global) -> Result {
    let format: OutputFormat = args
        .format
        .parse()
        .map_err(|error: revdb_render::UnknownFormat| CommandError::usage(error.to_string()))?;
    let profile = args.reading.profile()?;
    let sheet = args.reading.sheet.clone();
    let options = args.reading.options();
    for path in &args.paths {
        is_there(path, "nothing was converted")?;
    }
    for folder in ["records", "rejections"] {
        let folder = args.output.join(folder);
        std::fs::create_dir_all(&folder).map_err(|error| at(&folder, &error))?;
    }
    let interrupted = global.interrupt.flag();
    let mut all = ExitStatus::Done;
    for path in args.paths {
        let (source, file) = (path.display().to_string(), file_name(&path, format));
        let to = To { folder: &args.output, source, file, format };
        if !args.force && to.path("records").exists() {
            say(&format!("note: {} has its records already", path.display()));
            continue;
        }
        let scratch = tempfile::tempdir().map_err(|error| at(&path, &error))?;
        let archive = scratch.path().join("one.db");
        let request = Request {
            archive: &archive,
            paths: vec![path.clone()],
            limits: revdb_formats::container::Limits::default(),
            sheet: sheet.clone(),
            options: options.clone(),
            format: args.input_format.clone(),
            profile: profile.clone(),
            dry_run: false,
            strict: false,
            keep: Keep::Never,
            command: String::new(),
            interrupted: Arc::clone(&interrupted),
        };
        let mut report = ingest::run(&request, &mut Silent).map_err(explain)?;
        // It was no import that anybody could take back.
        report.import_id = None;
        drop(summary::print(&mut std::io::stderr().lock(), &report, false, Telling::Quiet));
        if report.sources.is_empty() || !report.refused.is_empty() || report.total.rejected > 0 {
            all = ExitStatus::Rejected;
        }
        if !report.sources.is_empty() {
            to.write(&Archive::open(&archive)?)?;
        }
        if interrupted.load(Ordering::Relaxed) {
            return Err(CommandError::failed("interrupted").note("whole files stay"));
        }
    }
    Ok(all)
}

fn at(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::failed(error.to_string()).at(path.display().to_string())
}

/// The same for a path wherever it is read, and another for each.
fn file_name(path: &Path, format: OutputFormat) -> String {
    let shown = path.display().to_string();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "dump".to_owned());
    format!("{name}-{:016x}.{}", xxh3_64(shown.as_bytes()), format.endings.first().unwrap_or(&""))
}

struct Silent;

impl Listener for Silent {
    fn hear(&mut self, _: Event<'_>) {}
}

/// Where one path's records go.
struct To<'a> {
    folder: &'a Path,
    source: String,
    file: String,
    format: OutputFormat,
}

impl To<'_> {
    fn path(&self, what: &str) -> PathBuf {
        self.folder.join(what).join(&self.file)
    }

    /// The records last: where they are, all is.
    fn write(&self, archive: &Archive) -> Result<()> {
        let dumps = archive.dumps()?;
        let source = self.source.clone();
        let mut rejections = Rejections { archive, source, dumps: dumps.clone(), read: Vec::new() };
        self.rows("rejections", &mut rejections)?;
        let (source, dumps) = (self.source.clone(), dumps.into_iter().enumerate());
        let mut said = Said { archive, source, dumps, reading: None };
        self.rows("records", &mut said)
    }

    fn rows(&self, what: &str, rows: &mut dyn Rows) -> Result<()> {
        let options = OutputOptions::for_file(true);
        file::to_file(&self.path(what), true, |out| self.format.write(rows, out, &options))
            .map(drop)
            .map_err(|error: OutputError| error.into())
    }
}

fn column(name: &str, kind: ColumnKind) -> Column {
    Column::new(name, kind)
}

fn text(text: Option<impl Into<String>>) -> Cell {
    text.map_or(Cell::Null, |text| Cell::Text(text.into()))
}

fn int(number: u64) -> Cell {
    Cell::Int(number.cast_signed())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every record of every dump; then the works that a dump names without a record.
struct Said<'a> {
    archive: &'a Archive,
    source: String,
    dumps: std::iter::Enumerate<std::vec::IntoIter<OtherDump>>,
    reading: Option<Reading<'a>>,
}

/// One dump on its way.
struct Reading<'a> {
    source: String,
    place: u64,
    dump: OtherDump,
    records: Records<'a>,
    numbers: std::vec::IntoIter<i64>,
    /// Mentions that no record has named yet.
    unnamed: Vec<bool>,
}

/// The columns, with how each is read.
static COLUMNS: [(&str, ColumnKind); 35] = [
    ("dump", ColumnKind::Text),
    // As it was typed; then which of its dumps, and where that stands in it.
    ("source", ColumnKind::Text),
    ("place", ColumnKind::Int),
    ("path", ColumnKind::Text),
    ("format", ColumnKind::Text),
    ("account", ColumnKind::Text),
    ("standing", ColumnKind::Bool),
    ("record", ColumnKind::Int),
    ("line", ColumnKind::Int),
    ("mention", ColumnKind::Int),
    ("title", ColumnKind::Text),
    ("title_fold", ColumnKind::Text),
    ("kind", ColumnKind::Text),
    ("year", ColumnKind::Int),
    ("work_ids", ColumnKind::Text),
    ("properties", ColumnKind::Text),
    ("audience", ColumnKind::Text),
    ("byline", ColumnKind::Text),
    ("critic_fold", ColumnKind::Text),
    ("publication", ColumnKind::Text),
    ("publication_fold", ColumnKind::Text),
    ("date", ColumnKind::Date),
    ("score", ColumnKind::Real { decimals: 1 }),
    ("score_text", ColumnKind::Text),
    ("verdict", ColumnKind::Text),
    ("tags", ColumnKind::Text),
    ("quote", ColumnKind::Quote),
    ("url", ColumnKind::Url),
    ("truncated", ColumnKind::Bool),
    ("language", ColumnKind::Text),
    ("site", ColumnKind::Text),
    ("ext_id", ColumnKind::Text),
    ("repeat", ColumnKind::Int),
    ("key", ColumnKind::Int),
    ("meets", ColumnKind::Text),
];

impl Rows for Said<'_> {
    fn columns(&self) -> &[Column] {
        static MADE: std::sync::OnceLock<Vec<Column>> = std::sync::OnceLock::new();
        MADE.get_or_init(|| COLUMNS.iter().map(|(name, kind)| column(name, *kind)).collect())
    }

    fn caption(&self) -> Caption {
        Caption::default()
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        loop {
            if let Some(reading) = &mut self.reading
                && let Some(row) = reading.next_row()?
            {
                return Ok(Some(row));
            }
            let Some((place, dump)) = self.dumps.next() else { return Ok(None) };
            let records = self.archive.records(&dump)?;
            let numbers = records.numbers()?.into_iter();
            let unnamed = vec![true; records.mentions.len()];
            let (source, place) = (self.source.clone(), place as u64);
            self.reading = Some(Reading { source, place, dump, records, numbers, unnamed });
        }
    }
}

impl Reading<'_> {
    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        if let Some(number) = self.numbers.next() {
            let record = self.records.read(number)?;
            if let Some(unnamed) = self.unnamed.get_mut(record.mention - 1) {
                *unnamed = false;
            }
            return Ok(Some(self.row(record.mention, Some(record))));
        }
        let Some(place) = self.unnamed.iter().position(|unnamed| *unnamed) else { return Ok(None) };
        self.unnamed[place] = false;
        Ok(Some(self.row(place + 1, None)))
    }

    fn row(&self, mention: usize, record: Option<Record>) -> Vec<Cell> {
        let (dump, work) = (&self.dump, &self.records.mentions[mention - 1]);
        let ids: Vec<_> = work.ids.iter().map(|id| (&id.site, &id.id)).collect();
        let properties: Vec<_> =
            work.properties.iter().map(|(what, value)| (what.as_str(), value)).collect();
        let title_fold = work.title.as_deref().map(Named::fold);
        let mut row = vec![
            Cell::Text(hex(&dump.sha256)),
            text(Some(self.source.as_str())),
            int(self.place),
            text(Some(dump.path.as_str())),
            text(Some(dump.format.as_str())),
            text(dump.account.as_deref()),
            Cell::Int(i64::from(dump.standing)),
            record.as_ref().map_or(Cell::Null, |record| int(record.record)),
            record.as_ref().map_or(Cell::Null, |record| int(record.line)),
            int(mention as u64),
            text(work.title.as_deref()),
            text(title_fold.as_deref()),
            text(work.kind.map(|kind| kind.as_str())),
            work.year.map_or(Cell::Null, |year| Cell::Int(year.into())),
            text(Some(json!(ids).to_string())),
            text(Some(json!(properties).to_string())),
        ];
        let mut meets: Vec<String> =
            work.ids.iter().map(|id| format!("work {}:{}", id.site, id.id)).collect();
        meets.extend(title_fold.map(|fold| format!("title {fold}")));
        match record {
            None => row.extend(std::iter::repeat_n(Cell::Null, COLUMNS.len() - row.len() - 1)),
            Some(Record { review, repeat, .. }) => {
                let audience = review.audience.as_str();
                meets.extend(
                    review.id.as_ref().map(|id| format!("{audience} {}:{}", id.site, id.id)),
                );
                let named = review.byline.as_deref().filter(|name| byline::names_somebody(name));
                let key = identity::key_without_work(&review, repeat);
                row.extend([
                    text(Some(audience)),
                    text(review.byline.as_deref()),
                    text(named.map(fold)),
                    text(review.publication.as_deref()),
                    text(review.publication.as_deref().map(fold)),
                    text(review.date.map(|date| date.to_string())),
                    review.score.map_or(Cell::Null, Cell::Real),
                    text(review.score_text.as_deref()),
                    text(review.verdict.as_deref()),
                    text(review.tags.as_deref()),
                    text(review.quote.as_deref()),
                    text(review.url.as_deref()),
                    Cell::Int(i64::from(review.truncated)),
                    text(review.language.as_deref()),
                    text(review.id.as_ref().map(|id| id.site.as_str())),
                    text(review.id.as_ref().map(|id| id.id.as_str())),
                    Cell::Int(repeat),
                    Cell::Int(key),
                ]);
            }
        }
        row.push(text(Some(json!(meets).to_string())));
        row
    }
}

/// What could not become a review, word for word.
struct Rejections<'a> {
    archive: &'a Archive,
    source: String,
    dumps: Vec<OtherDump>,
    read: Vec<Vec<Cell>>,
}

impl Rows for Rejections<'_> {
    fn columns(&self) -> &[Column] {
        static MADE: std::sync::OnceLock<[Column; 7]> = std::sync::OnceLock::new();
        MADE.get_or_init(|| {
            [
                column("dump", ColumnKind::Text),
                column("source", ColumnKind::Text),
                column("path", ColumnKind::Text),
                column("record", ColumnKind::Int),
                column("line", ColumnKind::Int),
                column("reason", ColumnKind::Text),
                column("raw", ColumnKind::Quote),
            ]
        })
    }

    fn caption(&self) -> Caption {
        Caption::default()
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        while self.read.is_empty() && !self.dumps.is_empty() {
            let dump = self.dumps.remove(0);
            for (record, line, reason, raw) in self.archive.records(&dump)?.rejections()? {
                self.read.push(vec![
                    Cell::Text(hex(&dump.sha256)),
                    text(Some(self.source.as_str())),
                    text(Some(dump.path.as_str())),
                    Cell::Int(record),
                    Cell::Int(line),
                    Cell::Text(reason),
                    Cell::Text(raw),
                ]);
            }
            self.read.reverse();
        }
        Ok(self.read.pop())
    }
}
