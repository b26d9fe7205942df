//! The summary of an import, on stderr.
//!
//! Owns: what is printed for each dump, how similar dumps are grouped, and the order: what was
//! read, what was skipped, totals, and last what needs attention. Must never: omit a dump or a
//! record that is not at least counted.

use std::io::{Result, Write};

use super::global::IN_LOG;
use super::messages::{self, counted};
use crate::ingest::{ImportReport, LeftAlone, Refused, SourceReport};
use revdb_formats::Shown;
use revdb_formats::format::Note;
use revdb_model::text::shortened;
use revdb_render::safe::for_terminal;
use revdb_store::{AdoptedDecisions, Counts};

/// Maximum number of dumps of one format that are listed one by one.
const ONE_BY_ONE: usize = 3;

/// Number of paths named of a group.
const NAMED: usize = 3;

/// Longer paths are shortened in the middle.
const LONG: usize = 40;

/// Number of rejections listed for a group.
const REJECTIONS: usize = 20;

/// The level of detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verbosity {
    /// Only what needs attention.
    Quiet,
    /// Similar dumps and files are grouped.
    Usual,
    /// Each file separately.
    Verbose,
}

/// Prints the summary on standard error.
pub fn print_to_stderr(report: &ImportReport, dry_run: bool, verbosity: Verbosity) {
    let mut lines = Vec::new();
    // Writing to a buffer cannot fail.
    drop(print(&mut lines, report, dry_run, verbosity));
    if !lines.is_empty() {
        messages::print(&String::from_utf8_lossy(&lines));
    }
}

/// Prints the summary.
fn print(
    out: &mut impl Write,
    report: &ImportReport,
    dry_run: bool,
    verbosity: Verbosity,
) -> Result<()> {
    let is_verbose = verbosity == Verbosity::Verbose;
    let folder = if is_verbose { "" } else { common_folder(report) };
    if verbosity != Verbosity::Quiet {
        let shown: Vec<_> =
            report.sources.iter().map(|source| below_source(source, folder)).collect();
        let sources: Vec<&SourceReport> = shown.iter().collect();
        match is_verbose {
            true => sources.iter().try_for_each(|source| {
                line(out, source)?;
                notes(out, &[source])
            })?,
            false => {
                by_format(out, &sources)?;
                notes(out, &sources)?;
            }
        }
        left_alone(out, &report.left_alone, folder, is_verbose)?;
        in_all(out, report, folder)?;
        decisions(out, &report.decisions)?;
        if report.in_log && report.import_id.is_some() {
            writeln!(out, "note: {IN_LOG}")?;
        }
        match report.import_id {
            _ if dry_run => writeln!(out, "note: a dry run: nothing is stored")?,
            Some(id) => {
                writeln!(
                    out,
                    "note: this was import {id}; `revdb imports undo {id}` takes it back"
                )?;
            }
            None => {}
        }
    }
    // With full paths, since the user will open them next.
    let sources: Vec<&SourceReport> = report.sources.iter().collect();
    doubts(out, &sources)?;
    rejections(out, &sources)?;
    refused(out, &report.refused, is_verbose)
}

/// The folder that contains all files of the import, with a trailing slash; "" if there is none.
fn common_folder(report: &ImportReport) -> &str {
    let sources = report.sources.iter().map(|source| source.path.as_str());
    let paths: Vec<_> =
        sources.chain(report.left_alone.iter().map(|left| left.path.as_str())).collect();
    let Some((first, others)) = paths.split_first().filter(|(_, others)| !others.is_empty()) else {
        return "";
    };
    let is_shared = |folder: &&str| others.iter().all(|path| path.starts_with(*folder));
    let ends = first.match_indices(['/', '\\']).filter_map(|(at, _)| first.get(..=at));
    ends.take_while(is_shared).last().unwrap_or("")
}

/// The path relative to the folder, shortened in the middle.
fn below(path: &str, folder: &str) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    let ends = path.split_once('/').zip(path.rsplit_once('/'));
    match ends {
        Some(((first, rest), (_, last)))
            if !folder.is_empty() && path.chars().count() > LONG && rest != last =>
        {
            format!("{first}/…/{last}")
        }
        _ => path.to_owned(),
    }
}

fn below_source(source: &SourceReport, folder: &str) -> SourceReport {
    SourceReport { path: below(&source.path, folder), ..source.clone() }
}

/// Groups items by key, in the order of first occurrence.
fn alike<T, K: PartialEq>(items: &[T], key: impl Fn(&T) -> K) -> Vec<(K, Vec<&T>)> {
    let mut groups: Vec<(K, Vec<&T>)> = Vec::new();
    for item in items {
        let key = key(item);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(item),
            None => groups.push((key, vec![item])),
        }
    }
    groups
}

/// "28 new, 1 changed, 2 filled in, 0 same, 1 rejected", and other counts unless zero.
fn counts_line(counts: &Counts) -> String {
    let mut line = format!(
        "{} new, {} changed, {} filled in, {} same, {} rejected",
        counts.new, counts.changed, counts.filled_in, counts.same, counts.rejected
    );
    if counts.left_alone > 0 {
        line.push_str(&format!(", {} left alone", counts.left_alone));
    }
    if counts.works > 0 {
        line.push_str(&format!(", {} described", counted(counts.works, "work")));
    }
    line
}

/// Prints one dump.
fn line(out: &mut impl Write, source: &SourceReport) -> Result<()> {
    let path = for_terminal(&source.path);
    let again = if source.again { "; the same file as before" } else { "" };
    writeln!(out, "{path} ({}): {}{again}", source.format, counts_line(&source.counts))
}

/// Prints a line per format, for many dumps.
fn by_format(out: &mut impl Write, sources: &[&SourceReport]) -> Result<()> {
    for (format, dumps) in alike(sources, |source| source.format.clone()) {
        if dumps.len() <= ONE_BY_ONE {
            dumps.into_iter().try_for_each(|source| line(out, source))?;
            continue;
        }
        let mut total = Counts::default();
        dumps.iter().for_each(|source| total.add(&source.counts));
        let again = match dumps.iter().filter(|source| source.again).count() {
            0 => String::new(),
            again => format!("; {again} the same files as before"),
        };
        writeln!(out, "{format}, {} dumps: {}{again}", dumps.len(), counts_line(&total))?;
    }
    Ok(())
}

/// Prints the notes of dumps; equal ones once.
fn notes(out: &mut impl Write, sources: &[&SourceReport]) -> Result<()> {
    titled(out, sources)?;
    let notes: Vec<(Note, &str)> = sources
        .iter()
        .flat_map(|source| notes_of(source).into_iter().map(|note| (note, source.path.as_str())))
        .collect();
    for (note, of) in alike(&notes, |(note, _)| note.clone()) {
        let paths: Vec<&str> = of.iter().map(|(_, path)| *path).collect();
        let whose = match sources.len() {
            1 => String::new(),
            _ => format!(" ({})", some_paths(&paths, NAMED)),
        };
        print_note(out, &note, &whose)?;
    }
    let records: Vec<_> = sources.iter().flat_map(|source| &source.left_alone).collect();
    for (reason, of) in alike(&records, |(reason, _)| reason.clone()) {
        let count: u64 = of.iter().map(|(_, count)| count).sum();
        let reason = for_terminal(&reason);
        let records = if count == 1 { "record" } else { "records" };
        writeln!(out, "note: {count} {records} left alone: {reason}")?;
    }
    Ok(())
}

/// Prints works whose title is the file name.
fn titled(out: &mut impl Write, sources: &[&SourceReport]) -> Result<()> {
    let titles: Vec<String> = sources
        .iter()
        .filter_map(|source| source.titled_by_file.as_ref())
        .map(|title| format!("\"{}\"", for_terminal(title)))
        .collect();
    let named: Vec<&str> = titles.iter().map(String::as_str).collect();
    let named = some_paths(&named, NAMED);
    match titles.len() {
        0 => Ok(()),
        1 => writeln!(
            out,
            "note: it names no work, so its file's name is the title: {named} (--title gives another)"
        ),
        many => writeln!(
            out,
            "note: {many} dumps name no work, so their files' names are the titles: {named} (--title gives another, one file at a time)"
        ),
    }
}

/// Prints unreadable values that were omitted from records.
fn doubts(out: &mut impl Write, sources: &[&SourceReport]) -> Result<()> {
    let doubts = sources.iter().flat_map(|source| source.doubts.iter().map(|d| (&source.path, d)));
    for (path, doubt) in doubts.take(REJECTIONS) {
        let (path, reason) = (for_terminal(path), for_terminal(&doubt.reason));
        writeln!(out, "{path}:{}: {reason}; kept without it", doubt.line)?;
    }
    let doubtful: u64 = sources.iter().map(|source| source.doubtful).sum();
    match doubtful {
        0 => Ok(()),
        1 => writeln!(out, "note: 1 record is kept without a value that cannot be read"),
        many => writeln!(out, "note: {many} records are kept without values that cannot be read"),
    }
}

/// The notes of one dump.
fn notes_of(source: &SourceReport) -> Vec<Note> {
    let plain = |message: String| Note { message, help: None };
    let unused = (!source.unused_columns.is_empty()).then(|| {
        let columns: Vec<&str> = source
            .unused_columns
            .iter()
            .map(|name| if name.is_empty() { "(no name)" } else { name.as_str() })
            .collect();
        plain(format!("columns not used: {} (--map field=column uses one)", columns.join(", ")))
    });
    let assumed = [&source.encoding, &source.warning].into_iter().flatten().cloned().map(plain);
    unused.into_iter().chain(assumed).chain(source.notes.iter().cloned()).collect()
}

fn print_note(out: &mut impl Write, note: &Note, whose: &str) -> Result<()> {
    writeln!(out, "note: {}{whose}", for_terminal(&note.message))?;
    match &note.help {
        Some(help) => writeln!(out, "help: {}", for_terminal(help)),
        None => Ok(()),
    }
}

/// Prints rejected records; only their number for dumps that were read before.
fn rejections(out: &mut impl Write, sources: &[&SourceReport]) -> Result<()> {
    let named: Vec<_> = sources
        .iter()
        .flat_map(|source| source.rejections.iter().map(|rejection| (&source.path, rejection)))
        .collect();
    for (path, rejection) in named.iter().take(REJECTIONS) {
        let (path, reason) = (for_terminal(path), for_terminal(&rejection.reason));
        writeln!(out, "{path}:{}: {reason}", rejection.line)?;
    }
    let fresh = sources.iter().filter(|source| !source.again);
    let all: u64 = fresh.map(|source| source.counts.rejected).sum();
    let unnamed = all.saturating_sub(named.len().min(REJECTIONS) as u64);
    match unnamed {
        0 => Ok(()),
        _ => writeln!(out, "note: {unnamed} more rejected; `revdb imports rejects` lists them all"),
    }
}

/// "a.csv, b.csv, c.csv and 37 more".
fn some_paths(paths: &[&str], most: usize) -> String {
    let named: Vec<_> = paths.iter().take(most).map(|path| for_terminal(path)).collect();
    let more = paths.len().saturating_sub(most);
    match more {
        0 => named.join(", "),
        _ => format!("{} and {more} more", named.join(", ")),
    }
}

/// Prints what became of the decisions of an imported archive.
fn decisions(out: &mut impl Write, decisions: &AdoptedDecisions) -> Result<()> {
    if decisions.made > 0 {
        let (made, were) =
            (counted(decisions.made, "decision"), if decisions.made == 1 { "was" } else { "were" });
        writeln!(out, "note: {made} {were} taken over; `revdb merge --list` has them all")?;
    }
    for left in &decisions.left {
        let left = for_terminal(left);
        writeln!(out, "note: not taken over, as it was decided otherwise here: {left}")?;
    }
    Ok(())
}

fn left_alone(out: &mut impl Write, left: &[LeftAlone], folder: &str, verbose: bool) -> Result<()> {
    for (reason, files) in alike(left, |left| left.reason.clone()) {
        let reason = for_terminal(&reason);
        if verbose {
            for file in files {
                writeln!(out, "{}: left alone: {reason}", for_terminal(&file.path))?;
            }
            continue;
        }
        let paths: Vec<_> = files.iter().map(|file| below(&file.path, folder)).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        writeln!(out, "{}: left alone: {reason}", some_paths(&paths, NAMED))?;
    }
    Ok(())
}

fn in_all(out: &mut impl Write, report: &ImportReport, folder: &str) -> Result<()> {
    let (dumps, refused, left) =
        (report.sources.len(), report.refused.len(), report.left_alone.len());
    if dumps + refused < 2 {
        return Ok(());
    }
    let below = match folder {
        "" => String::new(),
        _ => format!(" below {}", for_terminal(folder)),
    };
    let dumps = counted(dumps, "dump");
    write!(out, "in all, {dumps}{below}: {}", counts_line(&report.total))?;
    if left > 0 {
        write!(out, "; {} left alone", counted(left, "file"))?;
    }
    if refused > 0 {
        write!(out, "; {} refused", counted(refused, "file"))?;
    }
    writeln!(out)
}

/// Prints refused dumps, grouped by reason.
fn refused(out: &mut impl Write, refused: &[Refused], verbose: bool) -> Result<()> {
    for (reason, files) in alike(refused, |refused| refused.reason.clone()) {
        writeln!(out, "error: refused, not stored: {}", for_terminal(&reason))?;
        let named = if verbose { files.len() } else { files.len().min(NAMED) };
        for file in files.iter().take(named) {
            let line = file.line.map(|line| format!(":{line}")).unwrap_or_default();
            writeln!(out, " --> {}{line}", for_terminal(&file.path))?;
        }
        if files.len() > named {
            writeln!(out, " --> and {} more (--verbose names them)", files.len() - named)?;
        }
        // One table is enough as an example.
        if let Some(shown) = files.first().and_then(|file| file.shown.as_ref()) {
            table(out, shown)?;
        }
        if let Some(help) = files.first().and_then(|file| file.help.as_ref()) {
            writeln!(out, "help: {}", for_terminal(help))?;
        }
    }
    Ok(())
}

/// Prints a table as understood: columns and first rows, each cut to one line.
fn table(out: &mut impl Write, shown: &Shown) -> Result<()> {
    match shown.header_line {
        Some(at) => writeln!(out, "note: line {at} taken for the header; the table as read:")?,
        None => writeln!(out, "note: its keys and first records, as a table:")?,
    }
    writeln!(out, "{}", row(&shown.columns))?;
    shown.rows.iter().try_for_each(|cells| writeln!(out, "{}", row(cells)))
}

fn row(cells: &[String]) -> String {
    const COLUMNS: usize = 12;
    const CELL: usize = 24;
    let cut = |cell: &String| shortened(&for_terminal(cell.trim()), CELL);
    let more = if cells.len() > COLUMNS { " | …" } else { "" };
    let cells: Vec<String> = cells.iter().take(COLUMNS).map(cut).collect();
    format!("    {}{more}", cells.join(" | "))
}

#[cfg(test)]
mod tests;
