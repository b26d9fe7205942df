//! `revdb imports`: what came in, what was rejected, and taking an import back.

use super::output::{OutputArgs, cells};
use super::{CommandError, ExitStatus, Global};
use crate::archive::Archive;
use crate::output::{Caption, Cell, Collected, Column, ColumnKind};

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
        /// One line a dump instead of one an import
        #[arg(long)]
        sources: bool,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Take an import back; without --yes, only say what that would do
    Undo {
        /// The import's number
        id: i64,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
    /// The records that could not become reviews, word for word
    Rejects {
        /// Of this import only
        id: Option<i64>,
        #[command(flatten)]
        output: OutputArgs,
    },
}

pub fn run(args: Args, global: &Global) -> Result<ExitStatus, CommandError> {
    match args.action {
        None => list(global, &args.output),
        Some(Action::List { sources: false, output }) => list(global, &output),
        Some(Action::List { sources: true, output }) => sources(global, &output),
        Some(Action::Undo { id, yes }) => undo(global, id, yes),
        Some(Action::Rejects { id, output }) => rejects(global, id, &output),
    }
}
