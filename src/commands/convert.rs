//! `revdb convert`: converts dumps to normalised records, each path separately and without an
//! archive.
//!
//! Each path is imported into a temporary archive, so records are read as in an import. Any number
//! of these processes can run in parallel; `settle` decides which records are one review.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use revdb_model::name::fold;
use revdb_model::{Review, WorkMention, byline, identity, works::Named};
use revdb_render::{Caption, Cell, Column, ColumnKind, OutputError, OutputFormat, OutputOptions};
use revdb_render::{RowError, Rows, file};
use revdb_store::{Archive, OtherDump, Record, Records};
use serde_json::json;
use xxhash_rust::xxh3::xxh3_64;

use super::import::{ReadArgs, explain, must_exist, nothing_to};
use super::summary::{self, Verbosity};
use super::{CommandError, ExitStatus, Global, Result};
use crate::ingest::{self, ImportError, Keep, Request};

mod current;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, folders, workbooks, archives (.zip .gz .zst .tar): one file of records for each
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The folder to write `records` and `rejections` into
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Format of the records
    #[arg(long, default_value = "parquet", value_parser = ["parquet", "jsonl"])]
    format: String,
    /// Convert files again whose records exist already
    #[arg(long)]
    force: bool,
    /// Read the dumps as this format instead of detecting it (`revdb formats` lists them)
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
    args.paths.iter().try_for_each(|path| must_exist(path, "nothing was converted"))?;
    let _records = file::NewFolders::make(&args.output.join("records"))?;
    let _rejections = file::NewFolders::make(&args.output.join("rejections"))?;
    let interrupted = global.interrupt.flag();
    let (mut all, mut has_records, mut refused) = (ExitStatus::Done, false, false);
    for path in args.paths {
        let (source, file) = (path.display().to_string(), file_name(&path, format));
        let to = To { folder: &args.output, source, file, format };
        if let Some(made) = to.made().filter(|_| !args.force) {
            has_records = true;
            if !current::is_current(&path, made) {
                all = ExitStatus::Rejected;
            }
            continue;
        }
        let scratch = tempfile::tempdir().map_err(|error| at(&path, &error))?;
        let archive = scratch.path().join("one.db");
        let request = Request {
            sheet: sheet.clone(),
            options: options.clone(),
            format: args.input_format.clone(),
            profile: profile.clone(),
            keep: Keep::Never,
            interrupted: Arc::clone(&interrupted),
            ..Request::new(&archive, vec![path.clone()])
        };
        let mut report = ingest::run(&request, &mut ()).map_err(|error| stopped(error, &path))?;
        // There is no import that could be undone.
        report.import_id = None;
        summary::print_to_stderr(&report, false, Verbosity::Quiet);
        if report.sources.is_empty() || !report.refused.is_empty() || report.total.rejected > 0 {
            all = ExitStatus::Rejected;
        }
        refused |= !report.refused.is_empty();
        if !report.sources.is_empty() {
            has_records = true;
            to.write(&Archive::open(&archive)?)?;
        }
        if interrupted.load(Ordering::Relaxed) {
            return Err(CommandError::failed("interrupted").note("whole files stay"));
        }
    }
    match (has_records, refused) {
        (true, _) => Ok(all),
        (false, true) => Ok(ExitStatus::Failed),
        (false, false) => Err(nothing_to("convert")),
    }
}

/// The temporary archive is discarded, so nothing of the path is stored.
fn stopped(error: ImportError, path: &Path) -> CommandError {
    match error {
        ImportError::Interrupted { .. } => CommandError::failed("interrupted")
            .note(format!("no records are written of {}; whole files stay", path.display())),
        ImportError::CutOff { error, .. } => error.into(),
        error => explain(error),
    }
}

fn at(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::failed(error.to_string()).at(path.display().to_string())
}

/// A name that depends only on the path, and differs for different paths.
fn file_name(path: &Path, format: OutputFormat) -> String {
    let shown = path.display().to_string();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "dump".to_owned());
    format!("{name}-{:016x}.{}", xxh3_64(shown.as_bytes()), format.endings.first().unwrap_or(&""))
}

/// The output for one path.
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

    /// When the records were written; `None` if they do not exist.
    fn made(&self) -> Option<SystemTime> {
        self.path("records").metadata().ok()?.modified().ok()
    }

    /// Records are written last, so their file marks completion. If they cannot be written,
    /// nothing is.
    fn write(&self, archive: &Archive) -> Result<()> {
        let dumps = archive.dumps()?;
        let rejected = self.path("rejections");
        let is_new = !rejected.exists();
        let source = self.source.clone();
        let mut rejections = Rejections { archive, source, dumps: dumps.clone(), read: Vec::new() };
        self.rows("rejections", &mut rejections)?;
        let (source, dumps) = (self.source.clone(), dumps.into_iter().enumerate());
        let mut said = Said { archive, source, dumps, reading: None };
        self.rows("records", &mut said).inspect_err(|_| {
            file::remove_made(if is_new { vec![&rejected] } else { Vec::new() });
        })
    }

    fn rows(&self, what: &str, rows: &mut dyn Rows) -> Result<()> {
        let options = OutputOptions::for_file(true);
        file::to_file(&self.path(what), true, |out| self.format.write(rows, out, &options))
            .map(drop)
            .map_err(|error: OutputError| error.into())
    }
}

fn text(text: impl Into<String>) -> Option<Cell> {
    Some(Cell::Text(text.into()))
}

fn int(number: u64) -> Option<Cell> {
    Some(Cell::Int(number.cast_signed()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every record of every dump, then works that a dump mentions without a record.
struct Said<'a> {
    archive: &'a Archive,
    source: String,
    dumps: std::iter::Enumerate<std::vec::IntoIter<OtherDump>>,
    reading: Option<Reading<'a>>,
}

/// The dump being read.
struct Reading<'a> {
    source: String,
    place: u64,
    dump: OtherDump,
    records: Records<'a>,
    numbers: std::vec::IntoIter<i64>,
    /// Mentions that no record has referred to yet.
    unnamed: Vec<bool>,
}

/// One row: a record, or a work without a record.
struct Line<'a> {
    of: &'a Reading<'a>,
    mention: usize,
    record: Option<&'a Record>,
}

impl Line<'_> {
    fn work(&self) -> &WorkMention {
        &self.of.records.mentions[self.mention - 1]
    }

    fn review(&self) -> Option<&Review> {
        self.record.map(|record| &record.review)
    }

    fn title_fold(&self) -> Option<String> {
        self.work().title.as_deref().map(Named::fold)
    }

    /// A key shared by all records that may be of the same review or work.
    fn meets(&self) -> String {
        let work = self.work().ids.iter().map(|id| format!("work {}:{}", id.site, id.id));
        let title = self.title_fold().map(|fold| format!("title {fold}"));
        let id = self.review().and_then(|review| {
            let id = review.id.as_ref()?;
            Some(format!("{} {}:{}", review.audience.as_str(), id.site, id.id))
        });
        json!(work.chain(title).chain(id).collect::<Vec<_>>()).to_string()
    }
}

/// Its cell in a column; `None` if it has none.
type Value = fn(&Line<'_>) -> Option<Cell>;

/// The columns and their values. A record's source is the path as typed; further columns give its
/// dump within the source and its position there.
#[rustfmt::skip]
static COLUMNS: [(&str, ColumnKind, Value); 35] = {
    use ColumnKind::{Bool, Date, Int, Quote, Real, Text, Url};
    [
        ("dump", Text, |it| text(hex(&it.of.dump.sha256))),
        ("source", Text, |it| text(&it.of.source)),
        ("place", Int, |it| int(it.of.place)),
        ("path", Text, |it| text(&it.of.dump.path)),
        ("format", Text, |it| text(&it.of.dump.format)),
        ("account", Text, |it| text(it.of.dump.account.as_ref()?)),
        ("standing", Bool, |it| int(it.of.dump.standing.into())),
        ("record", Int, |it| int(it.record?.record)),
        ("line", Int, |it| int(it.record?.line)),
        ("mention", Int, |it| int(it.mention as u64)),
        ("title", Text, |it| text(it.work().title.as_ref()?)),
        ("title_fold", Text, |it| text(it.title_fold()?)),
        ("kind", Text, |it| text(it.work().kind?.as_str())),
        ("year", Int, |it| Some(Cell::Int(it.work().year?.into()))),
        ("work_ids", Text, |it| text(pairs(it.work().ids.iter().map(|id| (&*id.site, &*id.id))))),
        ("properties", Text, |it| text(pairs(it.work().properties.iter().map(|(of, value)| (of.as_str(), &**value))))),
        ("audience", Text, |it| text(it.review()?.audience.as_str())),
        ("byline", Text, |it| text(it.review()?.byline.as_ref()?)),
        ("critic_fold", Text, |it| text(fold(it.review()?.byline.as_ref().filter(|name| byline::names_somebody(name))?))),
        ("publication", Text, |it| text(it.review()?.publication.as_ref()?)),
        ("publication_fold", Text, |it| text(fold(it.review()?.publication.as_ref()?))),
        ("date", Date, |it| text(it.review()?.date?.to_string())),
        ("score", Real { decimals: 1 }, |it| it.review()?.score.map(Cell::Real)),
        ("score_text", Text, |it| text(it.review()?.score_text.as_ref()?)),
        ("verdict", Text, |it| text(it.review()?.verdict.as_ref()?)),
        ("tags", Text, |it| text(it.review()?.tags.as_ref()?)),
        ("quote", Quote, |it| text(it.review()?.quote.as_ref()?)),
        ("url", Url, |it| text(it.review()?.url.as_ref()?)),
        ("truncated", Bool, |it| int(it.review()?.truncated.into())),
        ("language", Text, |it| text(it.review()?.language.as_ref()?)),
        ("site", Text, |it| text(&it.review()?.id.as_ref()?.site)),
        ("ext_id", Text, |it| text(&it.review()?.id.as_ref()?.id)),
        ("repeat", Int, |it| Some(Cell::Int(it.record?.repeat))),
        ("key", Int, |it| Some(Cell::Int(identity::key_without_work(it.review()?, it.record?.repeat)))),
        ("meets", Text, |it| text(it.meets())),
    ]
};

/// A list of pairs, as JSON.
fn pairs<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    json!(pairs.collect::<Vec<_>>()).to_string()
}

impl Rows for Said<'_> {
    fn columns(&self) -> &[Column] {
        static MADE: LazyLock<Vec<Column>> = LazyLock::new(|| {
            COLUMNS.iter().map(|(name, kind, _)| Column::new(*name, *kind)).collect()
        });
        &MADE
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
            return Ok(Some(self.row(record.mention, Some(&record))));
        }
        let Some(place) = self.unnamed.iter().position(|unnamed| *unnamed) else { return Ok(None) };
        self.unnamed[place] = false;
        Ok(Some(self.row(place + 1, None)))
    }

    fn row(&self, mention: usize, record: Option<&Record>) -> Vec<Cell> {
        let line = Line { of: self, mention, record };
        COLUMNS.iter().map(|(.., value)| value(&line).unwrap_or(Cell::Null)).collect()
    }
}

/// The rejected records, verbatim.
struct Rejections<'a> {
    archive: &'a Archive,
    source: String,
    dumps: Vec<OtherDump>,
    read: Vec<Vec<Cell>>,
}

impl Rows for Rejections<'_> {
    fn columns(&self) -> &[Column] {
        static MADE: LazyLock<[Column; 7]> = LazyLock::new(|| {
            use ColumnKind::{Int, Quote, Text};
            let names = ["dump", "source", "path", "record", "line", "reason", "raw"];
            let kinds = [Text, Text, Text, Int, Int, Text, Quote];
            std::array::from_fn(|at| Column::new(names[at], kinds[at]))
        });
        &*MADE
    }

    fn caption(&self) -> Caption {
        Caption::default()
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        while self.read.is_empty() && !self.dumps.is_empty() {
            let dump = self.dumps.remove(0);
            for (record, line, reason, raw) in self.archive.records(&dump)?.rejections()? {
                let (source, path) = (self.source.as_str().into(), dump.path.as_str().into());
                let (sha256, record, line) = (hex(&dump.sha256), record.into(), line.into());
                let row = [sha256.into(), source, path, record, line, reason.into(), raw.into()];
                self.read.push(row.into());
            }
            self.read.reverse();
        }
        Ok(self.read.pop())
    }
}
