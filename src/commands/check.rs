//! `revdb check`: verifies the archive; one row per fault.

use super::global::{note_log, say};
use super::messages::counted;
use super::output::OutputArgs;
use super::{ExitStatus, Global, Result};
use revdb_render::Collected;
use revdb_render::ColumnKind::{Int, Quote, Text};
use revdb_store::{Archive, Fault, Finding, Health};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rebuild the full-text index and the packed columns from the reviews, then check
    #[arg(long)]
    rebuild_index: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// Exit status 4 if anything is wrong.
pub fn run(args: Args, global: &Global) -> Result {
    args.output.chosen()?;
    if args.rebuild_index {
        let mut archive = global.open_to_change(true)?;
        archive.rebuild_index()?;
        say("the full-text index and the packed columns are rebuilt from the reviews");
        note_log(&archive)?;
    }
    let mut archive = Archive::open_to_try(global.archive_path())?;
    archive.interrupt_when(global.interrupt.flag())?;
    let health = archive.check()?;
    if health.findings.is_empty() {
        let Health { reviews, dumps, raw_dumps: kept, hidden, .. } = health;
        let hidden = if hidden > 0 { format!(" and {hidden} hidden") } else { String::new() };
        say(&format!(
            "healthy: {}{hidden} of {} ({kept} kept), rows and full-text index agree",
            counted(reviews, "review"),
            counted(dumps, "dump"),
        ));
        return match args.output.is_said() {
            true => args.output.deliver(&mut table(health), global),
            false => Ok(ExitStatus::Done),
        };
    }
    let helps = helps(&health.findings);
    // A failure to print must not hide the damage.
    if let Err(unprinted) = args.output.deliver(&mut table(health), global) {
        unprinted.report();
    }
    for help in helps {
        say(&help);
    }
    Ok(ExitStatus::Damaged)
}

fn table(health: Health) -> Collected {
    let count = health.findings.len();
    let columns = [
        ("fault", Text),
        ("table", Text),
        ("row", Text),
        ("source", Text),
        ("line", Int),
        ("detail", Quote),
    ];
    let rows = health.findings.into_iter().map(|it| {
        let fault = it.fault.as_str().into();
        [fault, it.table.into(), it.row.into(), it.path.into(), it.line.into(), it.detail.into()]
    });
    Collected::of(columns, rows)
        .titled("Damage")
        .noted(format!("{}; nothing is changed or deleted", counted(count, "finding")))
}

/// Advice for the user.
fn helps(findings: &[Finding]) -> Vec<String> {
    let mut helps = Vec::new();
    if findings.iter().any(|finding| finding.fault == Fault::Index) {
        helps.push(
            "help: `revdb check --rebuild-index` makes the index again from the quotes".to_owned(),
        );
    }
    if findings.iter().any(|finding| finding.fault != Fault::Index) {
        helps.push(
            "help: put a backup back, or import the named sources again into a new archive; \
             `revdb imports dump SOURCE` gives back one whose bytes are kept"
                .to_owned(),
        );
    }
    helps
}
