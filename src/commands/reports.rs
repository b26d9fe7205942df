//! Reports on the command line: list, help, running.

use rusqlite::Connection;
use rusqlite::types::Value;

use revdb_model::Audience;
use revdb_query::report::{self, AUDIENCE, Coarser, Fault, Report, ReportError, Values};
use revdb_query::{AudienceChoice, Counts, Filter, NameFilter, Scope};
use revdb_render::chart::ChartSpec;
use revdb_render::svg_format::MOST_CHART_ROWS;
use revdb_render::{Caption, Collected, Column, Draws, Reader};
use revdb_store::heap;

use super::filter::{left_out, print_matches};
use super::order::sorted;
use super::query::Args;
use super::{CommandError, ExitStatus, Global, Result, drawing, guard, mistake};
use crate::ingest::shell_line;
use crate::rows::column;

mod audience;
mod catalogue;
mod help;
mod notes;
mod own;
mod stepped;
mod why_none;

pub use audience::Spoken;
pub use catalogue::{catalogue, find, parameter_flags};
pub use help::{list, print_help, print_help_of};
pub use notes::in_full;
pub use own::write_model;
use stepped::Stepped;

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
            ReportError::Parameter { .. } | ReportError::Unreadable { .. } => {
                CommandError::usage(text)
            }
        };
        made.helped(hint)
    }
}

/// All mistakes in a report's file, each with advice.
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
    error.helped(hints)
}

/// Runs a report on the reviews that pass the filters.
pub fn run(mut args: Args, global: &Global) -> Result {
    let report = find(args.report.as_deref(), args.report_file.as_deref())?;
    args.output.chosen()?;
    let typed = typed(&report, &mut args);
    // Mistakes in the command line are reported before the archive is opened.
    let values = asked(&report, &typed)?;
    // A report distinguishes the audiences by its own parameter.
    args.filter.audience = None;
    let filter = args.filter.filter()?;
    if args.sql && filter != Filter::default() {
        return Err(CommandError::usage("filters are not in the SQL that --sql prints")
            .help("leave them out, and put conditions into the views that the SQL begins with"));
    }
    if args.sql && Spoken::is_open(&report, &typed) {
        super::say("note: of reviews by critics, for no archive is read (--audience user, or all)");
    }
    if let Some(dialect) = args.dialect {
        return own::print_dialect(&report, &called(&args), &values, dialect, &args.parquet);
    }
    if args.sql {
        return own::print_sql(&report, &values);
    }
    if !report.is_built_in {
        heap::count();
    }
    let mut archive = global.open()?;
    if !report.is_built_in {
        heap::bound(archive.connection())?;
        args.time.end_by_force(global)?;
    }
    args.time.watch(archive.connection_mut())?;
    archive.connection_mut().authorizer(Some(guard::reads_beside_temporary))?;
    let done = over(archive.connection(), &report, typed, &filter, &args, global);
    args.time.tell(done, global)
}

/// Runs the report with one filter.
fn over(
    conn: &Connection,
    report: &Report,
    mut typed: Vec<(String, String)>,
    filter: &Filter,
    args: &Args,
    global: &Global,
) -> Result {
    let format = args.output.chosen()?;
    // Formats for programs have no notes, which would take as long as the rows.
    let noted = format.is_for_people();
    // Filters, sums, rows and notes must see one state of the archive. Never committed: only
    // temporary objects are created.
    let _reading = conn.unchecked_transaction()?;
    args.filter.verify(conn)?;
    let selection = filter.select(conn)?;
    let scope = selection.scope(conn)?;
    print_matches(&selection.matches);
    let counts = Counts::of(conn, scope.passing())?;
    let spoken = Spoken::of(report, &typed, counts);
    typed.extend(spoken.typed());
    let audience = audience_of(&asked(report, &typed)?);
    let mut notes = if noted { left_out(&selection, conn, audience)? } else { Vec::new() };
    if is_drawn(format.draws, args.chart) {
        notes.extend(coarsen(conn, report, &scope, &mut typed)?);
    }
    let values = asked(report, &typed)?;
    let mut prepared = report.prepare(conn, &scope, &values)?;
    if noted {
        notes.extend(spoken.note());
        let is_whole = args.rule || format.read_by == Reader::Other;
        notes.extend(notes::own(conn, report, &values, is_whole)?);
    } else if let Some(note) = spoken.note() {
        super::say(&format!("note: {note}"));
    }
    let caption = Caption {
        title: Some(values.fill(&report.title)),
        ..Caption::of_reviews(filter.describe(), notes)
    };
    // Programs get stable names; people get headings.
    let for_people = format.is_for_people();
    let columns: Vec<Column> =
        prepared.columns().iter().map(|given| column(given, for_people)).collect();
    let chart = chart(report, &prepared, &columns, &values, args)?;
    let sort = args.order.column();
    let sort = sort.map(|(by, minus)| (heading_of(by, prepared.columns(), &columns), minus));
    let limit = args.order.limit;
    let rows = Stepped::of(&mut prepared, columns, caption, for_people, limit);
    let (status, is_empty) = deliver(args, rows, sort.as_ref(), chart, global)?;
    if is_empty {
        let report = (report, called(args));
        why_none::print_reasons(conn, report, &typed, (filter, &selection, &scope, counts))?;
    }
    Ok(status)
}

/// The report as named on the command line.
fn called(args: &Args) -> String {
    match (&args.report_file, &args.report) {
        (Some(path), _) => shell_line(&["--report-file".to_owned(), path.display().to_string()]),
        (None, name) => name.clone().unwrap_or_default(),
    }
}

/// Writes the rows, sorted if requested, and returns whether there were none.
fn deliver(
    args: &Args,
    mut rows: Stepped<'_>,
    sort: Option<&(String, bool)>,
    chart: Option<ChartSpec>,
    global: &Global,
) -> Result<(ExitStatus, bool)> {
    Ok(match sort {
        None if !args.order.reverse => {
            let status = args.output.deliver_read(&mut rows, chart, global)?;
            (status, rows.seen == 0)
        }
        by => {
            rows.limit = None;
            let mut sorted = sorted(&mut rows, by, args.order.reverse)?;
            let all = sorted.rows.len();
            if let Some(limit) = args.order.limit.and_then(|limit| usize::try_from(limit).ok())
                && all > limit
            {
                sorted.rows.truncate(limit);
                sorted
                    .caption
                    .notes
                    .push(format!("{} more rows: --limit {limit} ends here", all - limit));
            }
            (args.output.deliver_read(&mut sorted, chart, global)?, all == 0)
        }
    })
}

/// Whether to draw a chart, if the report declares one.
fn is_drawn(draws: Draws, is_asked: bool) -> bool {
    draws == Draws::Always || (draws == Draws::OnRequest && is_asked)
}

/// Chooses the next coarser value of a parameter that the user did not set while a chart would
/// have too many rows, and says so.
fn coarsen(
    conn: &Connection,
    report: &Report,
    scope: &Scope,
    typed: &mut Vec<(String, String)>,
) -> Result<Option<String>> {
    let Some(Coarser { param, values, most }) = &report.coarser else { return Ok(None) };
    if typed.iter().any(|(name, _)| name == param) {
        return Ok(None);
    }
    for value in values {
        typed.push((param.clone(), value.clone()));
        let mut prepared = report.prepare(conn, scope, &asked(report, typed)?)?;
        let (mut rows, mut count) = (prepared.rows(), 0);
        while count <= *most && rows.each_value(|_, _| Ok(()))? {
            count += 1;
        }
        if count <= *most || values.last() == Some(value) {
            let first = values.first().filter(|first| *first != value);
            return Ok(first.map(|first| {
                format!(
                    "by {value}: by {first} there would be more than {most} (--{param} {first})"
                )
            }));
        }
        typed.pop();
    }
    Ok(None)
}

/// The displayed name of a column that was given by its name or heading.
fn heading_of(typed: &str, given: &[report::Column], shown: &[Column]) -> String {
    let named = |column: &report::Column| {
        [&column.name, &column.heading].iter().any(|name| name.eq_ignore_ascii_case(typed))
    };
    let found = given.iter().position(named).and_then(|index| shown.get(index));
    found.map_or_else(|| typed.to_owned(), |column| column.name.clone())
}

/// A report's rows, up to a chart's maximum, and its chart.
pub fn collected(
    conn: &Connection,
    scope: &Scope,
    report: &Report,
    values: &Values,
) -> Result<(Collected, Option<ChartSpec>)> {
    let mut prepared = report.prepare(conn, scope, values)?;
    let notes = notes::of_page(conn, report, values)?;
    let title = Some(values.fill(&report.title));
    let caption = Caption { title, notes, ..Caption::default() };
    let columns: Vec<Column> = prepared.columns().iter().map(|given| column(given, true)).collect();
    let chart = match report.chart_of(values) {
        Some(chart) => Some(drawing::spec(chart, prepared.columns(), &columns, values)?),
        None => None,
    };
    let mut rows = Stepped::of(&mut prepared, columns, caption, true, None);
    let (rows, _) =
        Collected::take(&mut rows, MOST_CHART_ROWS).map_err(revdb_render::OutputError::from)?;
    Ok((rows, chart))
}

/// The chart of the report: always in picture and page formats, on a terminal on request.
fn chart(
    report: &Report,
    prepared: &report::Prepared<'_>,
    columns: &[Column],
    values: &Values,
    args: &Args,
) -> Result<Option<ChartSpec>> {
    let format = args.output.chosen()?;
    if args.chart && format.draws == Draws::Never {
        return Err(CommandError::usage(format!("there is no chart in {format}"))
            .help("--chart draws on the terminal; --format svg and html draw without it"));
    }
    let drawn = is_drawn(format.draws, args.chart);
    match report.chart_of(values) {
        Some(chart) if drawn => {
            let mut spec = drawing::spec(chart, prepared.columns(), columns, values)?;
            spec.axis = spec.axis.filter(|_| !args.fit);
            Ok(Some(spec))
        }
        None if args.chart => {
            Err(CommandError::usage(format!("report {} declares no chart", report.name))
                .help("leave --chart out; `revdb query REPORT --help` says which can be drawn"))
        }
        _ => Ok(None),
    }
}

/// The audience that the report covers; `None` is both.
fn audience_of(values: &Values) -> Option<Audience> {
    match values.get(AUDIENCE) {
        Some(Value::Text(word)) => Audience::parse(word),
        _ => None,
    }
}

/// The parameter values: those typed, and defaults for the rest.
fn asked(report: &Report, typed: &[(String, String)]) -> Result<Values> {
    Ok(report.values(typed.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
}

/// The parameters typed for the report. A parameter with a filter's name (`agreement --critic X`)
/// takes over the filter's value.
fn typed(report: &Report, args: &mut Args) -> Vec<(String, String)> {
    let mut typed = std::mem::take(&mut args.params);
    let is_param =
        |name: &NameFilter| !name.is_excluded && report.param(name.what.as_str()).is_some();
    let of_report = args.filter.names.0.extract_if(.., |name| is_param(name));
    typed.extend(of_report.map(|name| (name.what.as_str().to_owned(), name.text)));
    if let Some(audience) = args.filter.audience {
        let word = match audience {
            AudienceChoice::Only(audience) => audience.as_str(),
            AudienceChoice::All => "all",
        };
        typed.push(("audience".to_owned(), word.to_owned()));
    }
    typed
}
