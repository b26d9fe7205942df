//! `revdb sql "SELECT ..."`: the user's own read-only SQL, in every output format.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::ffi;
use rusqlite::hooks::AuthContext;

use revdb_query::{Scope, engine};
use revdb_render::{Caption, Cell, Column, ColumnKind, RowError, Rows};
use revdb_store::heap;

use super::guard::{TimeArgs, reads, reads_beside_temporary, stepping};
use super::output::OutputArgs;
use super::{CommandError, Global, Result};
use crate::rows::SqlRows;

const EXAMPLE: &str = "`revdb sql \"SELECT * FROM reviews LIMIT 1\"` shows the columns";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// One SELECT; the view `reviews` has a row for every review
    pub statement: String,
    #[command(flatten)]
    pub time: TimeArgs,
    /// At most N rows
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = super::values::rows)]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result {
    args.output.chosen()?;
    heap::count();
    let mut archive = global.open()?;
    let conn = archive.connection_mut();
    heap::bound(conn)?;
    // As for reports: a view computed from the full-text index's words may not be read with an
    // untrusted schema.
    engine::create_tables(conn, &Scope::default())?;
    let runs = Arc::new(AtomicBool::new(false));
    let is_compiled = Arc::clone(&runs);
    conn.authorizer(Some(move |context: AuthContext<'_>| {
        match is_compiled.load(Ordering::Relaxed) {
            true => reads_beside_temporary(context),
            false => reads(context),
        }
    }))?;
    args.time.watch(conn)?;
    args.time.end_by_force(global)?;
    let mut statement = conn.prepare(&args.statement).map_err(|error| explain(error, &args))?;
    // SQLite compiles empty text, a comment or a lone semicolon to no statement.
    if statement.column_count() == 0 {
        return Err(CommandError::usage("there is no SELECT in it").help(EXAMPLE));
    }
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
    // Its tables are computed by revdb's own statements.
    runs.store(true, Ordering::Relaxed);
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let columns = names.into_iter().map(|name| Column::new(name, ColumnKind::Text)).collect();
    let rows =
        SqlRows::new(statement.raw_query(), columns, Caption::default(), ()).limited(args.limit);
    let mut rows = Own(rows);
    let done = args.output.deliver_read(&mut rows, None, global);
    args.time.tell(done, global)
}

/// Rows of the user's own statement: invalid UTF-8 may be its own product, and does not mean
/// damage.
struct Own<R>(R);

impl<R: Rows> Rows for Own<R> {
    fn columns(&self) -> &[Column] {
        self.0.columns()
    }

    fn caption(&self) -> Caption {
        self.0.caption()
    }

    /// The user named the columns, so they are kept.
    fn may_lift_constants(&self) -> bool {
        false
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        stepping(|| self.0.next_row()).map_err(|error| {
            let of_text = matches!(error.downcast_ref(), Some(rusqlite::Error::Utf8Error(..)));
            match of_text {
                true => format!("{error}; hex() shows the bytes, `revdb check` any damage").into(),
                false => error,
            }
        })
    }
}

fn explain(error: rusqlite::Error, args: &Args) -> CommandError {
    let first = args.statement.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next();
    let writes = ["INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "VACUUM"];
    if first.is_some_and(|word| writes.iter().any(|known| known.eq_ignore_ascii_case(word))) {
        return CommandError::usage("this statement writes, and sql only reads: one SELECT")
            .note("the archive is as before")
            .help(EXAMPLE);
    }
    match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => {
            let before = usize::try_from(offset).ok().and_then(|at| args.statement.get(..at));
            let at =
                |before: &str| format!("statement, after {} characters", before.chars().count());
            let error = CommandError::usage(msg).help(EXAMPLE);
            before.map(at).into_iter().fold(error, CommandError::at)
        }
        // Errors without a position in the text: a missing table, an incomplete SELECT.
        rusqlite::Error::SqliteFailure(
            ffi::Error { extended_code: ffi::SQLITE_ERROR, .. },
            Some(message),
        ) => CommandError::usage(message).help(EXAMPLE),
        rusqlite::Error::MultipleStatement => CommandError::usage("more than one statement"),
        other => match other.sqlite_error_code() {
            Some(rusqlite::ErrorCode::AuthorizationForStatementDenied) => {
                CommandError::usage("this is not allowed here")
                    .note("the archive is only read: one SELECT")
                    .help(EXAMPLE)
            }
            _ => other.into(),
        },
    }
}
