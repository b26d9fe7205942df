//! `revdb sql "SELECT ..."`: read-only SQL of one's own, in every output format.

use std::time::{Duration, Instant};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use crate::output::{Caption, Column, ColumnKind};

use super::export::Silent;
use super::output::OutputArgs;
use super::rows::SqlRows;
use super::{CommandError, ExitStatus, Global};

/// Steps of SQLite's virtual machine between two looks at the clock: some
/// tens of microseconds.
const STEPS: i32 = 10_000;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// One SELECT; the view `reviews` has a row for every review
    pub statement: String,
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: Option<u64>,
    /// At most so many rows
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = super::order::limit)]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result<ExitStatus, CommandError> {
    args.output.chosen()?;
    let mut archive = global.open()?;
    let conn = archive.connection_mut();
    conn.authorizer(Some(may))?;
    let ends = args.timeout.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    if let Some(ends) = ends {
        conn.progress_handler(STEPS, Some(move || Instant::now() >= ends))?;
    }
    let mut statement = conn.prepare(&args.statement).map_err(|error| explain(error, &args))?;
    if !statement.readonly() {
        return Err(
            CommandError::usage("this statement writes").note("the archive is only read here")
        );
    }
    if statement.parameter_count() > 0 {
        return Err(CommandError::usage(
            "the statement has parameters, and nothing is bound to them",
        ));
    }
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let columns = names.into_iter().map(|name| Column::new(name, ColumnKind::Text)).collect();
    let mut rows = SqlRows::new(statement.raw_query(), columns, Caption::default(), Silent)
        .limited(args.limit);
    let done = args.output.deliver(&mut rows, global);
    match done {
        Err(error) if error.status() == ExitStatus::Interrupted && !global.interrupt.stopped() => {
            Err(CommandError::failed("the statement took longer than --timeout allows"))
        }
        done => done,
    }
}

fn explain(error: rusqlite::Error, args: &Args) -> CommandError {
    match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => {
            let before =
                usize::try_from(offset).ok().and_then(|offset| args.statement.get(..offset));
            let at = before.map_or(String::new(), |before| {
                format!("statement, after {} characters", before.chars().count())
            });
            let error = CommandError::usage(msg)
                .help("`revdb sql \"SELECT * FROM reviews LIMIT 1\"` shows the columns");
            if at.is_empty() { error } else { error.at(at) }
        }
        rusqlite::Error::MultipleStatement => CommandError::usage("more than one statement"),
        other => match other.sqlite_error_code() {
            Some(rusqlite::ErrorCode::AuthorizationForStatementDenied) => {
                CommandError::usage("this is not allowed here")
                    .note("the archive is only read: one SELECT")
            }
            _ => other.into(),
        },
    }
}

/// Reading, and the functions that only compute.
fn may(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => {
            Authorization::Allow
        }
        AuthAction::Function { function_name }
            if !function_name.eq_ignore_ascii_case("load_extension") =>
        {
            Authorization::Allow
        }
        AuthAction::Pragma { pragma_name, .. } if READING_PRAGMAS.contains(&pragma_name) => {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }
}

/// Pragmas that only describe the archive, whatever value they are given.
const READING_PRAGMAS: [&str; 9] = [
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
    "index_xinfo",
    "foreign_key_list",
    "function_list",
    "data_version",
];
