//! `revdb merge`: two names, one thing; later imports follow.

use super::global::{say, tell_log};
use super::output::OutputArgs;
use super::{CommandError, ExitStatus, Global};
use crate::archive::{Archive, KnownName, MergeError, Mergeable, Merged, NameSearch};
use crate::output::{Caption, Cell, Collected, Column, ColumnKind};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What the names are names of
    #[arg(value_enum, required_unless_present = "list")]
    what: Option<What>,
    /// The name that is given up; a part of it is enough where no other name has it
    #[arg(required_unless_present = "list")]
    from: Option<String>,
    /// The name that stays
    #[arg(required_unless_present_any = ["list", "remove"])]
    into: Option<String>,
    /// Do it; without, only say what it would do
    #[arg(long)]
    yes: bool,
    /// Take a merge back: FROM is a name of its own again
    #[arg(long, conflicts_with_all = ["into", "list"])]
    remove: bool,
    /// Every merge that was made
    #[arg(long, conflicts_with_all = ["what", "yes"])]
    list: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    Critic,
    Work,
    Publication,
}

impl From<What> for Mergeable {
    fn from(what: What) -> Self {
        match what {
            What::Critic => Mergeable::Critic,
            What::Work => Mergeable::Work,
            What::Publication => Mergeable::Publication,
        }
    }
}

pub fn run(args: Args, global: &Global) -> Result<ExitStatus, CommandError> {
    let (Some(what), Some(from)) = (args.what, args.from) else {
        return list(&args.output, global);
    };
    let what = Mergeable::from(what);
    let mut archive = Archive::open_to_change(global.archive_path())?;
    archive.interrupt_when(global.interrupt.flag())?;
    let from = named(&archive, what, &from)?;
    if args.yes {
        archive.in_one_file()?;
    }
    match args.into {
        None => {
            let merged = archive.unmerge(what, &from, args.yes).map_err(explain)?;
            tell(args.yes, &format!("parted {} \"{}\"", what.as_str(), from.shown), &merged);
        }
        Some(into) => {
            let into = named(&archive, what, &into)?;
            let now = jiff::Timestamp::now().to_string();
            let merged = archive.merge(what, &from, &into, &now, args.yes).map_err(explain)?;
            let done =
                format!("merged {} \"{}\" into \"{}\"", what.as_str(), from.shown, into.shown);
            tell(args.yes, &done, &merged);
        }
    }
    if args.yes {
        tell_log(&archive)?;
    }
    Ok(ExitStatus::Done)
}

/// The one name of the archive that is meant.
fn named(archive: &Archive, what: Mergeable, asked: &str) -> Result<KnownName, CommandError> {
    let what_word = what.as_str();
    let quoted = |names: Vec<String>| {
        names.into_iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    };
    match archive.find_name(what, asked)? {
        NameSearch::One(known) => Ok(known),
        NameSearch::Several(names) => {
            Err(CommandError::failed(format!("\"{asked}\" is part of several {what_word} names"))
                .note("the archive is as before")
                .help(format!("write one of them whole: {}", quoted(names))))
        }
        NameSearch::None { near } => {
            let error = CommandError::failed(format!("no {what_word} has \"{asked}\" in its name"))
                .note("the archive is as before");
            Err(if near.is_empty() {
                error
            } else {
                error.help(format!("near to it: {}", quoted(near)))
            })
        }
    }
}

fn explain(error: MergeError) -> CommandError {
    let message = error.to_string();
    let failed = CommandError::failed(message).note("the archive is as before");
    match error {
        MergeError::Archive(error) => error.into(),
        MergeError::AlreadyMerged { .. } => {
            failed.help("`revdb merge WHAT FROM --remove` takes that back")
        }
        MergeError::NotMerged(_) => failed.help("`revdb merge --list` shows every merge"),
        MergeError::Same(_) | MergeError::Circle { .. } => failed,
    }
}

fn tell(yes: bool, done: &str, merged: &Merged) {
    let would = if yes { "" } else { "would have " };
    let change = |before: i64, after: i64, what: &str| match before == after {
        true => format!("{after} {what} as before"),
        false => format!("{before} {what} become {after}"),
    };
    say(&format!(
        "{would}{done}: {} records looked at again, {}, {}",
        merged.records,
        change(merged.reviews_before, merged.reviews_after, "reviews"),
        change(merged.works_before, merged.works_after, "works"),
    ));
    if !yes {
        say("note: nothing is changed yet; the same command with --yes does it");
    }
}

fn list(output: &OutputArgs, global: &Global) -> Result<ExitStatus, CommandError> {
    output.chosen()?;
    let rows = global
        .open()?
        .aliases()?
        .into_iter()
        .map(|alias| {
            [alias.what, alias.from_fold, alias.into_name, alias.created_at]
                .map(Cell::Text)
                .to_vec()
        })
        .collect();
    let columns =
        ["what", "from", "into", "since"].map(|name| Column::new(name, ColumnKind::Text)).to_vec();
    let caption = Caption { title: Some("Merged names".to_owned()), ..Caption::default() };
    output.deliver(&mut Collected::new(columns, rows, caption), global)
}
