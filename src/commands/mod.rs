//! The command line: arguments in, a thin `run` for each verb, an exit code out.
//!
//! Owns: every flag, the form of messages, the exit codes, and which stream gets
//! what (data to stdout, talk to stderr). Must never: hold a rule of the domain,
//! a statement of SQL or a layout of output; those are called, and what they
//! give is put together here. Nothing imports this module.

mod backup;
mod check;
mod completion;
mod datasette;
mod drawing;
mod error;
mod export;
mod filter;
mod formats;
mod generate;
mod global;
mod guard;
mod import;
mod imports;
mod interrupt;
mod merge;
mod order;
mod output;
mod pager;
mod query;
mod report;
mod reports;
mod rows;
mod search;
mod show;
mod sql;
mod summary;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use error::{CommandError, ExitStatus};
pub use global::{Global, GlobalArgs, say};
pub use interrupt::Interrupt;

/// Turns review dumps into one local SQLite archive, and answers questions about it.
#[derive(Parser)]
#[command(
    name = "revdb",
    version,
    about,
    arg_required_else_help = true,
    subcommand_required = true
)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read dumps into the archive
    Import(import::Args),
    /// List reviews, or run a report on them
    Query(query::Args),
    /// Search the quotes: ranked, with the matches marked
    Search(search::Args),
    /// Show one review whole: every source that held it, and what changed
    Show(show::Args),
    /// One page to hand on: summary, charts, outliers, and how each was computed
    Report(report::Args),
    /// The normalised reviews, for other tools
    Export(export::Args),
    /// Run one SELECT of your own; it can only read
    Sql(sql::Args),
    /// What came in, what was rejected, and taking an import back
    Imports(imports::Args),
    /// The archive's health: every damaged row and the sources that held it
    Check(check::Args),
    /// A consistent copy while others read
    Backup(backup::Args),
    /// Take two names for one thing; later imports follow
    Merge(merge::Args),
    /// What can be read, and how a file would be
    Formats(formats::Args),
    /// Shell completions, manual pages, metadata for Datasette
    Generate(generate::Args),
}

/// Runs the program and says how it ended. Every message is on stderr by then.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if std::env::var_os(completion::VARIABLE).is_some() {
        match completion::answer(&args) {
            Ok(true) => return ExitCode::from(ExitStatus::Done.code()),
            Ok(false) => {}
            Err(error) => return ExitCode::from(refuse(&error)),
        }
    }
    let cli = match parse(args) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(refuse(&error)),
    };
    let status = Interrupt::install().map_err(CommandError::from).and_then(|interrupt| {
        let global = Global::new(cli.global, interrupt);
        let done = run(cli.command, &global);
        // The archive is closed: now the output may take its time.
        let taken = global.end_output();
        done.and_then(|status| taken.map(|()| status))
    });
    ExitCode::from(status.unwrap_or_else(|error| error.report()).code())
}

/// The plain command line first. To know the reports' parameters, every report's
/// header is read and the commands are put together twice, which takes longer than a
/// short listing: that is done where something was typed that is not known without.
fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let args: Vec<OsString> = args.into_iter().collect();
    match Cli::try_parse_from(&args) {
        Err(error)
            if error.kind() == ErrorKind::UnknownArgument
                && args.iter().any(|arg| arg == "query") =>
        {
            parse_with_parameters(args)
        }
        plain => plain,
    }
}

fn parse_with_parameters(args: Vec<OsString>) -> Result<Cli, clap::Error> {
    let flags = reports::parameter_flags(&args);
    let matches = command(&flags).try_get_matches_from(args)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let (Command::Query(args), Some(matches)) =
        (&mut cli.command, matches.subcommand_matches("query"))
    {
        let typed = |flag: &String| {
            Some((flag.clone(), matches.try_get_one::<String>(flag).ok()??.clone()))
        };
        args.params = flags.iter().filter_map(typed).collect();
    }
    Ok(cli)
}

/// The command line, with a flag for every parameter that some report declares
/// and that is not a filter's too.
fn command(flags: &[String]) -> clap::Command {
    let mut whole = Cli::command();
    whole.build();
    let taken: Vec<String> = whole
        .find_subcommand("query")
        .map(|query| {
            query.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
        })
        .unwrap_or_default();
    let own = flags.iter().filter(|flag| !taken.contains(flag));
    let own: Vec<clap::Arg> = own
        .map(|flag| {
            let arg = clap::Arg::new(flag.clone()).long(flag.clone()).value_name("VALUE");
            // The report says which numbers it takes.
            arg.hide(true).allow_negative_numbers(true)
        })
        .collect();
    Cli::command().mut_subcommand("query", |query| query.args(own))
}

/// What clap makes of a verb's help.
fn verb_help(verb: &str) -> String {
    let mut whole = Cli::command();
    whole.build();
    match whole.find_subcommand_mut(verb) {
        Some(verb) => verb.render_long_help().to_string(),
        None => whole.render_long_help().to_string(),
    }
}

fn run(command: Command, global: &Global) -> Result<ExitStatus, CommandError> {
    let done = match command {
        Command::Import(args) => import::run(args, global),
        Command::Query(args) => query::run(args, global),
        Command::Search(args) => search::run(args, global),
        Command::Show(args) => show::run(args, global),
        Command::Report(args) => report::run(args, global),
        Command::Export(args) => export::run(args, global),
        Command::Sql(args) => sql::run(args, global),
        Command::Imports(args) => imports::run(args, global),
        Command::Check(args) => check::run(args, global),
        Command::Generate(args) => generate::run(args, global),
        Command::Backup(args) => backup::run(args, global),
        Command::Merge(args) => merge::run(args, global),
        Command::Formats(args) => formats::run(args, global),
    };
    match (done, global.interrupt.status()) {
        (Err(error), Some(status)) => Err(error.interrupted(status)),
        (done, _) => done,
    }
}

/// Prints what clap has to say: help to stdout, a mistake to stderr and escaped,
/// because it repeats what was typed.
fn refuse(error: &clap::Error) -> u8 {
    let printed = if error.use_stderr() {
        let text = error.render().to_string();
        write!(std::io::stderr(), "{}", crate::output::safe::for_terminal_block(&text))
    } else {
        error.print()
    };
    match printed {
        Ok(()) => u8::try_from(error.exit_code()).unwrap_or(ExitStatus::Usage.code()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitStatus::Done.code(),
        Err(_) => ExitStatus::Failed.code(),
    }
}
