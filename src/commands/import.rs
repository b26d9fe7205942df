//! `revdb import`: imports dumps, and prints a summary that counts every record.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use encoding_rs::Encoding;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::global::{archive_path, is_quiet};
use super::settings::{self, Setting};
use super::summary::{self, Verbosity};
use super::{CommandError, ExitStatus, Global, Result, mistake, values};
use crate::ingest::{self, Event, ImportError, ImportReport, Keep, Listener, Request};
use revdb_formats::container::Limits;
use revdb_formats::format::ReadOptions;
use revdb_formats::profile::{GUIDE, MAP_FIELDS, map_field};
use revdb_formats::shell_word;
use revdb_model::name::nearest;
use revdb_model::{Audience, DateOrder, Kind, Scale, score};
use revdb_render::safe::for_terminal;
use revdb_system::small_file;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, folders, workbooks, archives (.zip .gz .zst .tar); - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read the dumps as this format instead of detecting it (`revdb formats` lists them)
    #[arg(long, visible_alias = "format", value_name = "NAME", conflicts_with = "profile")]
    input_format: Option<String>,
    #[command(flatten)]
    reading: ReadArgs,
    /// Read and report everything, but store nothing
    #[arg(long)]
    dry_run: bool,
    /// Report each file separately instead of grouping similar ones
    #[arg(long)]
    verbose: bool,
    /// Store nothing at all if any record is rejected or any dump refused
    #[arg(long)]
    strict: bool,
    /// Keep a copy of each dump in the archive [default: of dumps up to 16 MiB]
    #[arg(long, hide_short_help = true, value_name = "WHEN", value_parser = values::one_of([("always", Keep::Always), ("never", Keep::Never)]))]
    keep: Option<Keep>,
    /// Unpack at most this many bytes in this import [default: 8 GiB]
    #[arg(long, hide_short_help = true, value_name = "BYTES", value_parser = values::count)]
    max_bytes: Option<u64>,
    /// Highest compression ratio that is accepted [default: 200, checked beyond 64 MiB]
    #[arg(long, hide_short_help = true, value_name = "N", value_parser = values::count)]
    max_ratio: Option<u64>,
}

/// The options that affect how a dump is read; the same for importing and for explaining it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reading")]
pub struct ReadArgs {
    /// Whose reviews these are, critics' or users', whatever the dump itself says
    #[arg(long, value_name = "WHO", value_parser = values::one_audience())]
    audience: Option<Audience>,
    /// Whose export it is: the author of reviews that name none; keeps two people's exports apart
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Title of the work, for a pasted page or a dump that names none
    #[arg(long)]
    title: Option<String>,
    /// Kind of the work, if the dump does not say
    #[arg(long, value_name = "KIND", value_parser = values::kind())]
    kind: Option<Kind>,
    /// Year of the work, if the dump does not say
    #[arg(long, value_parser = values::year)]
    year: Option<i16>,
    /// A profile of your own, which says how a dump is read: a file, or NAME of NAME.toml in the
    /// folder of profiles (`revdb config`)
    #[arg(long, hide_short_help = true, long_help = profile_help(), value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Read a field from this column: --map byline=Reviewer (repeatable)
    #[arg(long, hide_short_help = true, value_name = "FIELD=COLUMN", value_parser = pair)]
    map: Vec<(String, String)>,
    /// Line number of a table's header, if it is not detected
    #[arg(long, hide_short_help = true, value_name = "LINE", value_parser = values::count)]
    header: Option<u64>,
    /// Sheet of a workbook (.xlsx, .ods) [default: the first]
    #[arg(long, hide_short_help = true, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Character encoding, if it is not UTF-8 and not detected: windows-1251, gbk
    #[arg(long, hide_short_help = true, value_name = "NAME", value_parser = encoding)]
    encoding: Option<&'static Encoding>,
    /// Scale of scores that are bare numbers: 5, 10, 100, or 1-5
    #[arg(long, long_help = scale_help(), value_name = "N", value_parser = scale)]
    scale: Option<Scale>,
    /// How to read 03/04/2012, if its column leaves it open
    #[arg(long, hide_short_help = true, value_name = "ORDER", value_parser = values::one_of([("day-first", DateOrder::DayFirst), ("month-first", DateOrder::MonthFirst), ("year-first", DateOrder::YearFirst)]))]
    date_order: Option<DateOrder>,
}

impl ReadArgs {
    /// The profile's file name and text.
    pub fn profile(&self) -> Result<Option<(String, String)>> {
        let Some(asked) = &self.profile else { return Ok(None) };
        let path = &match settings::path(Setting::Profiles)?.filter(|_| !asked.exists()) {
            Some(folder) => {
                let own = folder.join(asked.with_extension("toml"));
                if own.exists() { own } else { asked.clone() }
            }
            None => asked.clone(),
        };
        let text = small_file::read(path).map_err(|error| {
            CommandError::usage(format!("the profile {} cannot be read: {error}", path.display()))
        })?;
        Ok(Some((path.display().to_string(), text)))
    }

    pub fn options(self) -> ReadOptions {
        ReadOptions {
            audience: self.audience,
            title: self.title,
            kind: self.kind,
            year: self.year,
            scale: self.scale,
            date_order: self.date_order,
            by: self.by,
            encoding: self.encoding,
            header: self.header,
            map: self.map,
        }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, _)) if !field.is_empty() && map_field(field.trim()).is_none() => {
            Err(format!("the fields are: {}", MAP_FIELDS.join(", ")))
        }
        Some((field, column)) if !field.is_empty() => {
            Ok((field.trim().to_owned(), column.to_owned()))
        }
        _ => Err("write it as FIELD=COLUMN, for example byline=Reviewer".to_owned()),
    }
}

fn encoding(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(name.as_bytes()).ok_or_else(|| {
        "no encoding has this name; usual ones are windows-1252, windows-1251, iso-8859-2, \
         shift_jis, gbk, big5, euc-kr, macintosh, utf-16le"
            .to_owned()
    })
}

fn scale_help() -> String {
    let letters = score::grades().map(|(letter, points)| format!("{letter} {points}"));
    let letters = letters.collect::<Vec<_>>().join(", ");
    let numbers = "Scale of scores that are bare numbers: 5, 10, 100, or 1-5";
    format!("{numbers}. Letters need no scale: {letters}")
}

fn profile_help() -> String {
    format!(
        "A profile of your own, which says how a dump is read: a file, or NAME of NAME.toml in the \
         folder of profiles (`revdb config`). `revdb formats --explain FILE --save-profile my.toml` \
         writes one to begin with; its keys, and those for running text: {GUIDE}"
    )
}

fn scale(text: &str) -> Result<Scale, String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let scale = match text.split_once('-') {
        Some((worst, best)) => {
            number(worst).zip(number(best)).map(|(worst, best)| Scale { worst, best })
        }
        None => number(text).map(Scale::out_of),
    };
    scale
        .filter(|scale| scale.best > scale.worst && scale.worst >= 0.0)
        .ok_or_else(|| "write full marks as a number (10), or worst and best (1-5)".to_owned())
}

/// Runs the import and prints its summary on stderr.
pub fn run(args: Args, global: &Global) -> Result {
    args.paths.iter().try_for_each(|path| must_exist(path, "nothing was imported"))?;
    let profile = args.reading.profile()?;
    let default = Limits::default();
    let dry_run = args.dry_run;
    let verbosity = match (is_quiet(), args.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, true) => Verbosity::Verbose,
        (false, false) => Verbosity::Usual,
    };
    let request = Request {
        archive: global.archive_path(),
        paths: args.paths,
        limits: Limits {
            total: args.max_bytes.unwrap_or(default.total),
            ratio: args.max_ratio.unwrap_or(default.ratio),
            ..default
        },
        sheet: args.reading.sheet.clone(),
        options: args.reading.options(),
        format: args.input_format,
        profile,
        dry_run,
        strict: args.strict,
        keep: args.keep.unwrap_or(Keep::UpToLimit),
        command: ingest::command_line(std::env::args_os().skip(1)),
        interrupted: global.interrupt.flag(),
    };
    let mut progress = Progress::new(global.stderr_is_terminal());
    let outcome = ingest::run(&request, &mut progress);
    progress.bar.finish_and_clear();
    match outcome {
        Ok(mut report) => {
            name_archive(&mut report, global.archive_path());
            finish(&report, dry_run, verbosity)
        }
        Err(error) => Err(explain(error)),
    }
}

/// Adds the named archive to suggested commands.
fn name_archive(report: &mut ImportReport, archive: &Path) {
    if archive_path(None).is_ok_and(|usual| archive == usual) {
        return;
    }
    let helps = report.refused.iter_mut().filter_map(|refused| refused.help.as_mut());
    for help in helps.filter(|help| help.starts_with("revdb import ")) {
        help.push_str(&format!(" --db {}", shell_word(&archive.display().to_string())));
    }
}

fn finish(report: &ImportReport, dry_run: bool, verbosity: Verbosity) -> Result {
    // If the summary cannot be printed, the exit code still tells what was stored.
    summary::print_to_stderr(report, dry_run, verbosity);
    let stored_nothing = report.sources.is_empty();
    match (stored_nothing, report.refused.is_empty(), report.total.rejected) {
        (true, false, _) => Ok(ExitStatus::Failed),
        (true, true, _) => Err(nothing_to("import")),
        (false, true, 0) => Ok(ExitStatus::Done),
        _ => Ok(ExitStatus::Rejected),
    }
}

/// Nothing that was named is a dump.
pub fn nothing_to(verb: &str) -> CommandError {
    CommandError::failed(format!("there was nothing to {verb}"))
        .help("`revdb formats` lists what can be read; `revdb formats --explain FILE` looks at one")
}

/// Refuses a URL, a pattern without matches and an unknown name, before anything is read; `state`
/// describes what is unchanged. Other mistakes in a path are found when it is opened.
pub fn must_exist(path: &Path, state: &str) -> Result<()> {
    let text = path.to_string_lossy();
    match path.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && text != "-" => {}
        _ => return Ok(()),
    }
    if mistake::is_address(&text) {
        return Err(mistake::not_fetched(&text));
    }
    let error = CommandError::usage(format!("there is no file {text}")).note(state);
    if text.contains(['*', '?']) {
        return Err(error.help("no file fits the pattern; `ls` shows what there is"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let Ok(entries) = folder.read_dir() else {
        return Err(error.help(format!("there is no folder {} either", folder.display())));
    };
    let names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let near = nearest(&name, names.iter().map(String::as_str));
    Err(match near.first() {
        Some(near) => error.help(format!("did you mean {}?", folder.join(near).display())),
        None => error.help("name a file or a folder; put a name with spaces in quotation marks"),
    })
}

/// An import's error as a message.
pub fn explain(error: ImportError) -> CommandError {
    match error {
        ImportError::Path(error) => CommandError::usage(error.to_string()),
        ImportError::Archive(error) => error.into(),
        ImportError::Usage { message, help } => CommandError::usage(message).helped(help),
        ImportError::Interrupted { path, stored } => {
            let mut error = CommandError::failed("interrupted");
            if let Some(path) = path {
                error = error.note(format!("nothing is stored from {path}"));
            }
            let state = match stored {
                Some(id) => format!(
                    "whole dumps before it are stored as import {id}; run it again to go on"
                ),
                None => "the archive is as it was".to_owned(),
            };
            error.note(state)
        }
        ImportError::CutOff { error, stored } => CommandError::from(error).state(format!(
            "whole dumps before it are stored as import {stored}; run it again to go on"
        )),
        ImportError::Strict(report) => {
            let mut error = CommandError::failed(
                "records were rejected, and --strict stores nothing then".to_owned(),
            )
            .note("the archive is as it was".to_owned());
            for source in &report.sources {
                for rejection in &source.rejections {
                    error = error
                        .note(format!("{}:{}: {}", source.path, rejection.line, rejection.reason));
                }
            }
            for refused in &report.refused {
                error = error.note(format!("{}: {}", refused.path, refused.reason));
            }
            error
        }
    }
}

/// The time before the progress bar appears.
const PATIENCE: Duration = Duration::from_millis(300);

/// A progress bar on a terminal, for imports that take a while; nothing elsewhere.
struct Progress {
    bar: ProgressBar,
    begun: Instant,
    waits: bool,
}

impl Progress {
    fn new(visible: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) =
            ProgressStyle::with_template("{msg:30!} {wide_bar} {bytes}/{total_bytes} {eta}")
        {
            bar.set_style(style);
        }
        Self { bar, begun: Instant::now(), waits: visible }
    }

    /// Begins to draw once there is something to wait for.
    fn show(&mut self) {
        if self.waits && self.begun.elapsed() >= PATIENCE {
            self.waits = false;
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    }
}

impl Listener for Progress {
    fn hear(&mut self, event: Event<'_>) {
        match event {
            Event::Begin { path, bytes } => {
                self.bar.set_message(for_terminal(path).into_owned());
                self.bar.set_length(bytes);
                self.bar.set_position(0);
            }
            // Decoded text may be longer than its file.
            Event::Read { bytes } => {
                self.bar.set_position(bytes.min(self.bar.length().unwrap_or(bytes)));
            }
            Event::End { path } => self.bar.set_message(for_terminal(path).into_owned()),
            Event::Committing => self.bar.set_message("writing the index".to_owned()),
        }
        self.show();
    }
}
