//! Reports on the command line: which there are, their help, running one.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::archive::heap;
use crate::output::chart::ChartSpec;
use crate::output::svg_format::MOST_CHART_ROWS;
use crate::output::{Caption, Cell, Collected, Column, ColumnKind, OutputFormat, RowError, Rows};
use crate::query::report::{self, Fault, Kind, Report, ReportError, Values};
use crate::query::{AudienceChoice, Counts, Filter, Scope};

use super::filter::{left_out, tell};
use super::order::sorted;
use super::query::Args;
use super::rows::put;
use super::{CommandError, ExitStatus, Global, drawing, guard, mistake};

mod audience;
mod catalogue;
mod help;
mod own;
mod why_none;

pub use audience::Spoken;
pub use catalogue::{catalogue, find, parameter_flags};
pub use help::{list, print_help, print_help_of};
pub use own::write_model;

impl From<ReportError> for CommandError {
    fn from(error: ReportError) -> Self {
        let (text, hint) = (error.to_string(), error.hint());
        let made = match error {
            ReportError::Broken { file, faults } => return broken(&file, faults),
            ReportError::Failed { report, source } => {
                CommandError::from(*source).at(format!("report {report}"))
            }
            ReportError::Archive { report, source } => {
                CommandError::from(*source).at(format!("report {report}"))
            }
            ReportError::Unknown { name, near } => return mistake::no_such_report(&name, &near),
            ReportError::Parameter { .. } => CommandError::usage(text),
            ReportError::Unreadable { .. } => CommandError::failed(text),
        };
        match hint {
            Some(hint) => made.help(hint),
            None => made,
        }
    }
}

/// All mistakes of a report's file, each with what to do.
fn broken(file: &str, faults: Vec<Fault>) -> CommandError {
    let many = faults.len() > 1;
    let first = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
    let message = if many { format!("{} mistakes in {file}", faults.len()) } else { first };
    let mut error = CommandError::usage(message);
    let mut hints: Vec<String> = Vec::new();
    for Fault { line, message, hint } in faults {
        error = match many {
            true => error.at(format!("{file}:{line}: {message}")),
            false => error.at(format!("{file}:{line}")),
        };
        hints.extend(hint.filter(|hint| !hints.contains(hint)));
    }
    hints.into_iter().fold(error, CommandError::help)
}

/// Runs a report over what the filters leave.
pub fn run(mut args: Args, global: &Global) -> Result<ExitStatus, CommandError> {
    let report = find(args.report.as_deref(), args.report_file.as_deref())?;
    args.output.chosen()?;
    let typed = typed(&report, &mut args);
    // A mistake in what was typed is told before the archive is opened.
    let values = asked(&report, &typed)?;
    if args.sql {
        return own::print_sql(&report, &values);
    }
    // A report keeps the audiences apart itself, by its parameter.
    args.filter.audience = None;
    let filter = args.filter.filter()?;
    if !report.is_built_in {
        heap::count();
    }
    let mut archive = global.open()?;
    if !report.is_built_in {
        heap::bound(archive.connection())?;
    }
    args.time.watch(archive.connection_mut())?;
    archive.connection_mut().authorizer(Some(guard::reads_beside_temporary))?;
    let done = over(archive.connection(), &report, typed, &filter, &args, global);
    args.time.tell(done, global)
}

/// The report over what one filter leaves.
fn over(
    conn: &Connection,
    report: &Report,
    mut typed: Vec<(String, String)>,
    filter: &Filter,
    args: &Args,
    global: &Global,
) -> Result<ExitStatus, CommandError> {
    let format = args.output.chosen()?;
    // Rows for programs have no place for notes, which take as long as the rows.
    let noted = !is_for_programs(format);
    // One state of the archive for filters, sums, rows and notes, whoever imports meanwhile.
    // It is never committed: what is made on the way is temporary.
    let _reading = conn.unchecked_transaction()?;
    args.filter.verify(conn)?;
    let mut notes = if noted { left_out(filter, conn)? } else { Vec::new() };
    let applied = filter.apply_for_report(conn)?;
    tell(&applied.matches);
    let counts = Counts::of(conn, applied.scope.passing())?;
    let spoken = Spoken::of(report, &typed, counts);
    typed.extend(spoken.typed());
    let values = asked(report, &typed)?;
    let mut prepared = report.prepare(conn, &applied.scope, &values)?;
    if noted {
        notes.extend(spoken.note());
        notes.extend(report.notes(conn, &values)?);
        notes.push(rule(report, &values, format, args.rule));
    } else if let Some(note) = spoken.note() {
        super::say(&format!("note: {note}"));
    }
    let caption =
        Caption { title: Some(values.fill(&report.title)), filters: filter.describe(), notes };
    // Programs get names that stay; people get headings.
    let for_people = format.is_for_people();
    let columns: Vec<Column> =
        prepared.columns().iter().map(|given| column(given, for_people)).collect();
    let chart = chart(report, &prepared, &columns, &values, args)?;
    let sort = args.order.column().map(|(typed, minus)| {
        let shown = heading_of(typed, prepared.columns(), &columns);
        (shown, minus)
    });
    let limit = args.order.limit;
    let mut rows = Stepped::of(&mut prepared, columns, caption, for_people, limit);
    let (status, is_empty) = match &sort {
        None if !args.order.reverse => {
            let status = args.output.deliver_read(&mut rows, chart, global)?;
            (status, rows.seen == 0)
        }
        by => {
            rows.limit = None;
            let mut sorted = sorted(&mut rows, by.as_ref(), args.order.reverse)?;
            let all = sorted.rows.len();
            if let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok())
                && all > limit
            {
                sorted.rows.truncate(limit);
                sorted
                    .caption
                    .notes
                    .push(format!("{} more: --limit {limit} ends here", all - limit));
            }
            (args.output.deliver_read(&mut sorted, chart, global)?, all == 0)
        }
    };
    if is_empty {
        why_none::tell_of(conn, report, &typed, (filter, &applied, counts))?;
    }
    Ok(status)
}

/// Formats that have no place for notes.
fn is_for_programs(format: OutputFormat) -> bool {
    matches!(
        format,
        OutputFormat::Csv | OutputFormat::Tsv | OutputFormat::Json | OutputFormat::Jsonl
    )
}

/// The rule under the table: whole on pages and in workbooks, which are handed on, and where it is
/// asked for; else one line.
fn rule(report: &Report, values: &Values, format: OutputFormat, is_whole: bool) -> String {
    match is_whole || matches!(format, OutputFormat::Html | OutputFormat::Xlsx | OutputFormat::Svg)
    {
        true => report.whole_rule(values),
        false => report.short_rule(values),
    }
}

/// What a column is called in this output, where its name or its heading was typed.
fn heading_of(typed: &str, given: &[report::Column], shown: &[Column]) -> String {
    let named = |column: &report::Column| {
        [&column.name, &column.heading].iter().any(|name| name.eq_ignore_ascii_case(typed))
    };
    let found = given.iter().position(named).and_then(|index| shown.get(index));
    found.map_or_else(|| typed.to_owned(), |column| column.name.clone())
}

/// A report's rows, at most as many as a chart is drawn from, and its chart.
pub fn collected(
    conn: &Connection,
    scope: &Scope,
    report: &Report,
    values: &Values,
) -> Result<(Collected, Option<ChartSpec>), CommandError> {
    let mut prepared = report.prepare(conn, scope, values)?;
    let mut notes = report.notes(conn, values)?;
    notes.push(report.whole_rule(values));
    let title = Some(values.fill(&report.title));
    let caption = Caption { title, filters: Vec::new(), notes };
    let columns: Vec<Column> = prepared.columns().iter().map(|given| column(given, true)).collect();
    let chart = match report.chart_of(values) {
        Some(chart) => Some(drawing::spec(chart, prepared.columns(), &columns, values)?),
        None => None,
    };
    let mut rows = Stepped::of(&mut prepared, columns, caption, true, None);
    let (rows, _) =
        Collected::take(&mut rows, MOST_CHART_ROWS).map_err(crate::output::OutputError::from)?;
    Ok((rows, chart))
}

/// What the report is to be drawn as: always where the format is a picture or a page,
/// on a terminal where it was asked for.
fn chart(
    report: &Report,
    prepared: &report::Prepared<'_>,
    columns: &[Column],
    values: &Values,
    args: &Args,
) -> Result<Option<ChartSpec>, CommandError> {
    let format = args.output.chosen()?;
    let drawn = match format {
        OutputFormat::Html | OutputFormat::Svg => true,
        OutputFormat::Table => args.chart,
        _ if args.chart => {
            return Err(CommandError::usage(format!("there is no chart in {format}"))
                .help("--chart draws on the terminal; --format svg and html draw without it"));
        }
        _ => false,
    };
    match report.chart_of(values) {
        Some(chart) if drawn => {
            Ok(Some(drawing::spec(chart, prepared.columns(), columns, values)?))
        }
        None if args.chart => {
            Err(CommandError::usage(format!("report {} declares no chart", report.name)))
        }
        _ => Ok(None),
    }
}

/// The values of what was typed, with the defaults for the rest.
fn asked(report: &Report, typed: &[(String, String)]) -> Result<Values, CommandError> {
    Ok(report.values(typed.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
}

/// What was typed for the report. A parameter with a filter's name
/// (`agreement --critic X`) takes the filter's value with it.
fn typed(report: &Report, args: &mut Args) -> Vec<(String, String)> {
    let mut typed = std::mem::take(&mut args.params);
    let names = [
        ("critic", &mut args.filter.critic),
        ("work", &mut args.filter.work),
        ("publication", &mut args.filter.publication),
    ];
    for (name, asked) in names {
        if report.param(name).is_some() {
            typed.extend(asked.drain(..).map(|value| (name.to_owned(), value)));
        }
    }
    if let Some(audience) = args.filter.audience {
        let word = match audience {
            AudienceChoice::Only(audience) => audience.as_str(),
            AudienceChoice::All => "all",
        };
        typed.push(("audience".to_owned(), word.to_owned()));
    }
    typed
}

fn column(column: &report::Column, for_people: bool) -> Column {
    let kind = match column.kind {
        Kind::Text => ColumnKind::Text,
        Kind::Quote => ColumnKind::Quote,
        Kind::Int => ColumnKind::Int,
        Kind::Real { decimals } => ColumnKind::Real { decimals },
        Kind::Date => ColumnKind::Date,
        Kind::Url => ColumnKind::Url,
    };
    let name = if for_people { &column.heading } else { &column.name };
    Column::new(name.clone(), kind)
}

/// An interruption as what it is; other errors with the report's name.
fn row_error(error: ReportError) -> RowError {
    match error {
        ReportError::Failed { source, .. }
            if source.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) =>
        {
            source
        }
        other => other.into(),
    }
}

/// A report's rows as output takes them.
struct Stepped<'p> {
    rows: report::ReportRows<'p>,
    columns: Vec<Column>,
    /// What people read of each column where it is NULL; nothing where programs read.
    blanks: Vec<Option<String>>,
    caption: Caption,
    limit: Option<u64>,
    seen: u64,
    /// A row beyond the limit was seen.
    more: bool,
}

impl<'p> Stepped<'p> {
    fn of(
        prepared: &'p mut report::Prepared<'_>,
        columns: Vec<Column>,
        caption: Caption,
        for_people: bool,
        limit: Option<u64>,
    ) -> Self {
        let blanks = prepared.columns().iter().map(|column| column.blank.clone());
        let blanks = if for_people { blanks.collect() } else { Vec::new() };
        Stepped { rows: prepared.rows(), columns, blanks, caption, limit, seen: 0, more: false }
    }
}

impl Rows for Stepped<'_> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn caption(&self) -> Caption {
        let mut caption = self.caption.clone();
        if let Some(limit) = self.limit.filter(|_| self.more) {
            caption.notes.push(format!("there are more: --limit {limit} ends here"));
        }
        caption
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        let mut row = Vec::new();
        Ok(self.next_into(&mut row)?.then_some(row))
    }

    fn next_into(&mut self, row: &mut Vec<Cell>) -> Result<bool, RowError> {
        if self.limit.is_some_and(|limit| self.seen >= limit) {
            self.more = self.more || self.rows.each_value(|_, _| Ok(())).map_err(row_error)?;
            return Ok(false);
        }
        row.resize(self.columns.len(), Cell::Null);
        let mut cells = row.iter_mut();
        let show = |_, value: &ValueRef<'_>| cells.next().map_or(Ok(()), |cell| put(value, cell));
        let there = self.rows.each_value(show).map_err(row_error)?;
        self.seen += u64::from(there);
        for (cell, blank) in row.iter_mut().zip(&self.blanks) {
            if let (Cell::Null, Some(blank)) = (&*cell, blank) {
                *cell = Cell::Text(blank.clone());
            }
        }
        Ok(there)
    }
}
