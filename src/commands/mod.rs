//! The command line: arguments in, a thin `run` for each verb, an exit code out.
//!
//! Owns: every flag, the form of messages, the exit codes, and what goes to stdout (data) and
//! stderr (messages). Must never: contain a domain rule, a SQL statement or an output layout; it
//! calls the crates that do. Nothing imports this module.

mod backup;
mod check;
mod completion;
mod config;
mod convert;
mod correct;
mod datasette;
mod decision;
mod drawing;
mod error;
mod examples;
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
mod messages;
mod mistake;
mod order;
mod output;
mod pager;
mod query;
mod rename;
mod report;
mod reports;
mod search;
mod settings;
mod settle;
mod show;
mod sql;
mod summary;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use error::{CommandError, ExitStatus, Result};
pub use global::{Global, GlobalArgs, say};
pub use interrupt::Interrupt;

/// Turns review dumps into one local SQLite archive, and answers questions about it.
#[derive(Parser)]
#[command(
    name = "revdb",
    version,
    about,
    arg_required_else_help = true,
    subcommand_required = true,
    help_template = "{about-with-newline}\n{usage-heading} {usage}\n\n{before-help}{options}{after-help}",
    after_help = "`revdb COMMAND -h` shows a command's main flags, `--help` all with examples.",
    after_long_help = FIRST_HOUR
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
    /// Write one HTML page to share: figures, charts and their methods
    Report(report::Args),
    /// Show one review: its fields, its sources, and what changed
    Show(show::Args),
    /// Write the normalised reviews, for other tools
    Export(export::Args),
    /// Convert dumps to normalised records in parallel, without an archive
    Convert(convert::Args),
    /// Merge converted records into reviews
    Settle(settle::Args),
    /// Run one read-only SELECT of your own
    Sql(sql::Args),
    /// List the formats that can be read, or show how a file would be read
    Formats(formats::Args),
    /// List imports and rejected records, or undo an import
    Imports(imports::Args),
    /// Treat two names as one, in later imports too
    Merge(merge::Args),
    /// Change the name of a critic, a publication or a work, or its year
    Rename(rename::Args),
    /// Correct values of one review; the dumps stay as they are
    Correct(correct::Args),
    /// Leave one review out of all listings, reports and exports
    Hide(correct::HideArgs),
    /// Find every damaged row, and the sources that held it
    Check(check::Args),
    /// Show every setting, its value, and where it comes from
    Config(config::Args),
    /// Write a consistent copy of the archive while others read it
    Backup(backup::Args),
    /// Write completions, manual pages, an example report, Datasette files
    Generate(generate::Args),
}

/// Appended to the long help: the first steps.
const FIRST_HOUR: &str = "\
The first hour:
  revdb formats --explain FILE   how a file would be read; nothing is stored
  revdb import FILE              read it into reviews.db in this folder
  revdb query                    list the reviews
  revdb query --list             list the reports
  revdb query outliers --help    what a report computes, its flags and columns
  revdb report -o page.html      one page to share

`revdb COMMAND --help` lists all flags of a command, with examples.";

/// The verbs by purpose; those not listed here are for maintenance.
#[rustfmt::skip]
const GROUPS: [(&str, &[&str]); 3] = [
    ("Start here", &["import", "query", "search", "report"]),
    ("Ask", &["show", "export", "sql", "formats"]),
    ("Keep", &[]),
];

/// The command line without reports' parameters.
fn plain() -> clap::Command {
    let command = Cli::command();
    let verbs = groups(&command);
    command.before_help(verbs).mut_subcommands(|verb| with_examples(verb, ""))
}

/// A verb and its subcommands, each with its examples at the end of its long help.
fn with_examples(verb: clap::Command, above: &str) -> clap::Command {
    let name = format!("{above}{}", verb.get_name());
    let mut after = examples::help(&name);
    if name == "config" {
        after = after + "\n" + config::HELP;
    }
    let above = format!("{name} ");
    verb.after_long_help(after).mut_subcommands(|verb| with_examples(verb, &above))
}

/// The list of verbs in the help.
fn groups(verbs: &clap::Command) -> String {
    let named = |group: &[&str], verb: &str| group.contains(&verb);
    let mut text = String::new();
    for (title, group) in GROUPS {
        text.push_str(&format!("{title}:\n"));
        for verb in verbs.get_subcommands() {
            let name = verb.get_name();
            let is_here = match group.is_empty() {
                true => !GROUPS.iter().any(|(_, others)| named(others, name)),
                false => named(group, name),
            };
            if is_here {
                let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
                text.push_str(&format!("  {name:<9} {about}\n"));
            }
        }
        text.push('\n');
    }
    text
}

/// Runs the program and returns its exit code, after all messages were printed.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if std::env::var_os(completion::VARIABLE).is_some() {
        match completion::answer(&args) {
            Ok(true) => return ExitCode::from(ExitStatus::Done.code()),
            Ok(false) => {}
            Err(error) => return ExitCode::from(refuse(&error, &args)),
        }
    }
    let cli = match parse(&args) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(refuse(&error, &args)),
    };
    let status = Interrupt::install().map_err(CommandError::from).and_then(|interrupt| {
        let global = Global::new(cli.global, interrupt)?;
        let done = run(cli.command, &global);
        // The archive is closed, so slow output blocks nobody.
        let taken = global.end_output();
        match (done.and_then(|status| taken.map(|()| status)), global.interrupt.status()) {
            (Err(error), Some(status)) => Err(error.interrupted(status)),
            (done, _) => done,
        }
    });
    ExitCode::from(status.unwrap_or_else(|error| error.report()).code())
}

/// Parses with the plain command line first. Reports' parameters require reading every report's
/// header and building the commands twice, which takes longer than a short listing, so that is
/// done only for unknown flags.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let parsed = plain().try_get_matches_from(args);
    match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Err(error)
            if error.kind() == ErrorKind::UnknownArgument
                && args.iter().any(|arg| arg == "query") =>
        {
            parse_with_parameters(args)
        }
        plain => plain,
    }
}

fn parse_with_parameters(args: &[OsString]) -> Result<Cli, clap::Error> {
    let flags = reports::parameter_flags(args);
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

/// The command line with a flag for every report parameter that is not also a filter.
fn command(flags: &[String]) -> clap::Command {
    let mut whole = plain();
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
            // The report checks the range of numbers.
            arg.hide(true).allow_negative_numbers(true)
        })
        .collect();
    plain().mut_subcommand("query", |query| query.args(own))
}

/// clap's help for a verb, long or short.
fn verb_help(verb: &str, is_long: bool) -> String {
    let mut whole = plain();
    whole.build();
    let mut command = whole.find_subcommand(verb).cloned().unwrap_or(whole);
    let help = if is_long { command.render_long_help() } else { command.render_help() };
    help.to_string()
}

fn run(command: Command, global: &Global) -> Result {
    match command {
        Command::Import(args) => import::run(args, global),
        Command::Query(args) => query::run(args, global),
        Command::Search(args) => search::run(args, global),
        Command::Show(args) => show::run(args, global),
        Command::Report(args) => report::run(args, global),
        Command::Export(args) => export::run(args, global),
        Command::Convert(args) => convert::run(args, global),
        Command::Settle(args) => settle::run(args, global),
        Command::Sql(args) => sql::run(args, global),
        Command::Imports(args) => imports::run(args, global),
        Command::Check(args) => check::run(args, global),
        Command::Generate(args) => generate::run(args, global),
        Command::Backup(args) => backup::run(args, global),
        Command::Config(args) => config::run(args, global),
        Command::Merge(args) => merge::run(args, global),
        Command::Rename(args) => rename::run(args, global),
        Command::Correct(args) => correct::run(args, global),
        Command::Hide(args) => correct::hide(args, global),
        Command::Formats(args) => formats::run(args, global),
    }
}

/// Prints help to stdout, a mistake to stderr.
fn refuse(error: &clap::Error, args: &[OsString]) -> u8 {
    let asks_help = args.get(1).is_some_and(|word| word == "help");
    let printed = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.print().map_err(Into::into),
        // `help outliers`, `help query outliers`: help for a report as for a verb.
        ErrorKind::InvalidSubcommand if asks_help => {
            let name = args.last().map(|name| name.to_string_lossy());
            match reports::print_help_of(name.as_deref(), None, true) {
                Ok(done) => return done.code(),
                Err(_) => Err(mistake::explain(error, args)),
            }
        }
        _ => Err(mistake::explain(error, args)),
    };
    match printed {
        Ok(()) => u8::try_from(error.exit_code()).unwrap_or(ExitStatus::Usage.code()),
        Err(error) => error.report().code(),
    }
}
