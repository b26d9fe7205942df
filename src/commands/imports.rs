//! `revdb imports`: lists imports and rejections, and undoes an import.

mod stored_dumps;

use super::global::{note_log, say};
use super::output::OutputArgs;
use super::{CommandError, ExitStatus, Global, Result, values};
use crate::ingest;
use revdb_query::FilterError;
use revdb_render::ColumnKind::{Int, Quote, Text};
use revdb_render::safe::for_terminal;
use revdb_render::{Cell, Collected, ColumnKind};
use revdb_store::{ArchiveError, Counts, Numbered, RejectionRow};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Every import, with its counts (the default)
    List {
        /// One line for each dump instead of each import
        #[arg(long)]
        sources: bool,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Undo an import; without --yes, only show what would change
    Undo {
        /// The import's number
        #[arg(allow_negative_numbers = true, value_parser = values::import)]
        id: i64,
        /// Do it
        #[arg(long)]
        yes: bool,
        /// Then rewrite the whole file. Undo overwrites what it removes; this also clears what earlier
        /// imports left in free pages
        #[arg(long, requires = "yes")]
        vacuum: bool,
    },
    /// The records that could not be read as reviews, word for word
    Rejects {
        /// Only of this import
        #[arg(allow_negative_numbers = true, value_parser = values::import)]
        id: Option<i64>,
        /// As a file with the header of their dump, to correct and import again: -o FILE
        #[arg(long)]
        as_dump: bool,
        /// Only of this source (`revdb imports list --sources`)
        #[arg(long, value_name = "N", value_parser = values::source)]
        source: Option<i64>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Write out the original bytes of a kept dump
    Dump {
        /// The source's number (`revdb imports list --sources`)
        #[arg(allow_negative_numbers = true, value_parser = values::source)]
        source: i64,
        /// Write to a file, complete or not at all
        #[arg(short, long, value_name = "FILE")]
        output: Option<std::path::PathBuf>,
        /// Replace FILE if it exists
        #[arg(long)]
        force: bool,
    },
    /// Read the kept dumps again with this version's rules; without --yes, only show what would change
    Renormalise {
        /// Do it
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        output: OutputArgs,
    },
}

pub fn run(args: Args, global: &Global) -> Result {
    match args.action {
        None => list(global, &args.output),
        Some(Action::List { sources: false, output }) => list(global, &output),
        Some(Action::List { sources: true, output }) => sources(global, &output),
        Some(Action::Undo { id, yes, vacuum }) => undo(global, id, yes, vacuum),
        Some(Action::Rejects { id, as_dump, source, output }) => {
            let tell = if as_dump { stored_dumps::rejects } else { rejects };
            tell(global, (id, source), &output)
        }
        Some(Action::Dump { source, output, force }) => {
            stored_dumps::dump(global, source, output.as_deref(), force)
        }
        Some(Action::Renormalise { yes, output }) => {
            stored_dumps::renormalise(global, yes, &output)
        }
    }
}

/// The counts as columns, in the order of the summary.
const COUNTS: [(&str, ColumnKind); 6] = [
    ("new", Int),
    ("changed", Int),
    ("filled in", Int),
    ("same", Int),
    ("rejected", Int),
    ("left alone", Int),
];

fn counted(counts: &Counts) -> [Cell; 6] {
    [counts.new, counts.changed, counts.filled_in, counts.same, counts.rejected, counts.left_alone]
        .map(Cell::from)
}

fn list(global: &Global, output: &OutputArgs) -> Result {
    let imports = global.open()?.imports()?;
    let unfinished = imports.iter().filter(|import| import.finished_at.is_none()).count();
    let columns = [("import", Int), ("started", Text), ("dumps", Int)].into_iter().chain(COUNTS);
    let rows = imports.into_iter().map(|it| {
        let known = [it.id.into(), it.started_at.into(), it.sources.into()];
        [&known[..], &counted(&it.counts), &[it.command.into()]].concat()
    });
    let mut table = Collected::of(columns.chain([("command", Quote)]), rows).titled("Imports");
    if unfinished > 0 {
        table = table.noted(format!(
            "{unfinished} cut off between two dumps: run the same command again to go on"
        ));
    }
    output.deliver(&mut table, global)
}

fn sources(global: &Global, output: &OutputArgs) -> Result {
    let columns = [("source", Int), ("import", Int), ("path", Quote), ("format", Text)];
    let rows = global.open()?.sources(None)?.into_iter().map(|it| {
        let known = [it.id.into(), it.import_id.into(), it.path.into(), it.format.into()];
        let kept = if it.has_raw_dump { "yes" } else { "no" };
        [&known[..], &counted(&it.counts), &[kept.into()]].concat()
    });
    let columns = columns.into_iter().chain(COUNTS).chain([("kept", Text)]);
    output.deliver(&mut Collected::of(columns, rows).titled("Sources"), global)
}

fn rejects(
    global: &Global,
    (import, source): (Option<i64>, Option<i64>),
    output: &OutputArgs,
) -> Result {
    let archive = global.open()?;
    if let Some(id) = import
        && !archive.imports()?.iter().any(|known| known.id == id)
    {
        return Err(FilterError::NoImport(id).into());
    }
    if let Some(id) = source
        && !archive.sources(None)?.iter().any(|known| known.id == id)
    {
        return Err(ArchiveError::NotFound { what: Numbered::Source, id }.into());
    }
    let columns = [
        ("import", Int),
        ("path", Text),
        ("line", Int),
        ("record", Int),
        ("reason", Text),
        ("raw", Quote),
    ];
    let of_source = |it: &RejectionRow| source.is_none_or(|source| it.source_id == source);
    let rows = archive.rejections(import)?.into_iter().filter(of_source).map(|it| {
        let (import, line, record) = (it.import_id.into(), it.line.into(), it.record.into());
        [import, it.path.into(), line, record, it.reason.into(), it.raw.into()]
    });
    output.deliver(&mut Collected::of(columns, rows).titled("Rejected records"), global)
}

/// The note that decisions are kept for records which were removed.
fn print_undecided(reviews: &[i64]) {
    let (review, stays, its) = match reviews {
        [_] => ("review", "stays", "its record"),
        _ => ("reviews", "stay", "their records"),
    };
    let numbers = reviews.iter().take(10).map(i64::to_string).collect::<Vec<_>>().join(", ");
    let more = if reviews.len() > 10 { ", …" } else { "" };
    say(&format!(
        "note: {review} {numbers}{more} {stays} as other dumps have it, without what was corrected or hidden: that was said of {its} in this import"
    ));
    say(
        "help: `revdb correct --list` shows what waits until it is imported again; `revdb correct` and `revdb hide` decide anew",
    );
}

fn undo(global: &Global, id: i64, yes: bool, vacuum: bool) -> Result {
    let mut archive = global.open_to_change(yes)?;
    let (undone, left) = ingest::undo(&mut archive, id, yes, &global.interrupt.flag())
        .map_err(super::import::explain)?;
    let removed = match undone.reviews_before - undone.reviews_after {
        // Reviews that a decision of that import had hidden.
        back @ ..0 => format!("reviews shown again: {}", -back),
        removed => format!("reviews removed: {removed}"),
    };
    let done = if yes { "took back" } else { "would take back" };
    say(&format!(
        "{done} import {id}: {removed}, remaining: {}; dumps removed: {}; records matched again: {}",
        undone.reviews_after, undone.dumps_removed, undone.reviews_decided_again
    ));
    if undone.decisions_removed > 0 {
        say(&format!(
            "{done} decisions that it brought from another archive: {}",
            undone.decisions_removed
        ));
    }
    if !undone.undecided.is_empty() {
        print_undecided(&undone.undecided);
    }
    for (path, why) in left {
        let path = for_terminal(&path);
        say(&format!("note: {path} stays as that import read it: {why}"));
    }
    if !yes {
        say(&format!("note: nothing is changed yet; `revdb imports undo {id} --yes` does it"));
    } else {
        if vacuum {
            let untouched = format!("import {id} is taken back; the file is not rewritten");
            archive.vacuum().map_err(|error| CommandError::from(error).state(untouched))?;
        }
        note_log(&archive)?;
    }
    Ok(ExitStatus::Done)
}
