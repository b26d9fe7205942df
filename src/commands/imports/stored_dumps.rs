//! `revdb imports dump` and `revdb imports renormalise`: uses of stored dumps.

use std::io::IsTerminal;
use std::path::Path;

use crate::commands::global::{say, wrote};
use crate::commands::messages::counted;
use crate::commands::output::OutputArgs;
use crate::commands::{CommandError, ExitStatus, Global, Result};
use crate::ingest::{self, ImportError, Renormalised};
use revdb_render::ColumnKind::{Int, Quote, Text};
use revdb_render::spool::Stdout;
use revdb_render::{Collected, OutputError, file};
use revdb_store::ArchiveError;

/// Writes the dump's original bytes to a file or to stdout.
pub fn dump(global: &Global, source: i64, to: Option<&Path>, force: bool) -> Result {
    let archive = global.open()?;
    let Some(kept) = archive.raw_dump_of_source(source)? else {
        return Err(CommandError::failed(format!("the dump of source {source} was not kept"))
            .help("import its file again with --keep always"));
    };
    // Damage shows only in the checksum at the end, so it is verified before writing.
    kept.write_to(&mut std::io::sink())?;
    let write = |out: &mut dyn std::io::Write| kept.write_to(out).map_err(output_error);
    match to.filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            let bytes = file::to_file(path, force, write)?;
            wrote(&counted(bytes, "byte"), path);
        }
        None if std::io::stdout().is_terminal() => {
            return Err(CommandError::usage("a dump's bytes are not for a terminal")
                .help("write them to a file with -o FILE"));
        }
        None => drop(global.to_sink(Box::new(Stdout(std::io::stdout())), write)?),
    };
    Ok(ExitStatus::Done)
}

/// Writes the rejected records below their dump's header, to a file or to stdout.
pub fn rejects(
    global: &Global,
    (import, source): (Option<i64>, Option<i64>),
    output: &OutputArgs,
) -> Result {
    let dump = ingest::rejects_as_dump(&global.open()?, import, source)
        .map_err(crate::commands::import::explain)?;
    let write = |out: &mut dyn std::io::Write| Ok(out.write_all(&dump)?);
    match output.output.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            file::to_file(path, output.force, write)?;
            wrote("the rejected records", path);
        }
        None => global.to_sink(Box::new(Stdout(std::io::stdout())), write)?,
    }
    Ok(ExitStatus::Done)
}

fn output_error(error: ArchiveError) -> OutputError {
    match error {
        ArchiveError::Io(error) => OutputError::from(error),
        other => OutputError::Rows(Box::new(other)),
    }
}

/// Lists what today's rules read differently, one row per field.
pub fn renormalise(global: &Global, yes: bool, output: &OutputArgs) -> Result {
    output.chosen()?;
    let mut archive = global.open_to_change(yes)?;
    let (report, again) = ingest::renormalise(&mut archive, &global.interrupt.flag()).map_err(
        |error| match error {
            ImportError::Archive(error) => error.into(),
            other => CommandError::failed(other.to_string()).note("the archive is as it was"),
        },
    )?;
    let (differing, left) = (report.revised.len(), report.left.clone());
    let not_kept = report.not_kept;
    let mut table = differences(report);
    // Nothing is stored if the table cannot be printed; the archive is not locked while a pager is
    // open.
    let status = output.deliver_read(&mut table, None, global)?;
    match yes {
        true => again.store()?,
        false => drop(again),
    }
    match global.end_output() {
        Err(untold) if yes => {
            untold.report();
        }
        told => told?,
    }
    for (path, why) in &left {
        say(&format!("{path}: left as it is: {why}"));
    }
    if not_kept > 0 && differing == 0 {
        say(&format!("note: {} not kept, so not read again", counted(not_kept, "dump")));
    }
    say(&match (yes, differing) {
        (_, 0) => "note: this version reads every kept dump as before".to_owned(),
        (true, 1) => "note: 1 difference is stored".to_owned(),
        (true, _) => format!("note: {differing} differences are stored"),
        (false, _) => {
            "note: nothing is changed yet; `revdb imports renormalise --yes` does it".to_owned()
        }
    });
    Ok(status)
}

/// One row per field that is read differently.
fn differences(report: Renormalised) -> Collected {
    let columns = [
        ("review", Int),
        ("path", Text),
        ("record", Int),
        ("field", Text),
        ("old", Quote),
        ("new", Quote),
    ];
    let rows = report.revised.into_iter().map(|revised| {
        let (path, it) = (revised.path, revised.revision);
        [
            it.review.into(),
            path.into(),
            it.record.into(),
            it.field.into(),
            it.old.into(),
            it.new.into(),
        ]
    });
    Collected::of(columns, rows).titled("Read again").noted(format!(
        "{} read again, {} not kept and left as they are",
        counted(report.read, "dump"),
        report.not_kept
    ))
}
