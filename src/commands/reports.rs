//! Reports on the command line: which there are, their help, running one.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};

use crate::output::chart::ChartSpec;
use crate::output::svg_format::MOST_CHART_ROWS;
use crate::output::{
    Caption, Cell, Collected, Column, ColumnKind, OutputFormat, RowError, Rows, file,
};
use crate::query::report::{self, Catalogue, Kind, Report, ReportError, Values};
use crate::query::{AudienceChoice, Filter};

use super::filter::{left_out, tell};
use super::order::sorted;
use super::output::OutputArgs;
use super::query::Args;
use super::rows::{cell, put};
use super::{CommandError, ExitStatus, Global, drawing, guard, say};

impl From<ReportError> for CommandError {
    fn from(error: ReportError) -> Self {
        let (text, hint) = (error.to_string(), error.hint());
        let made = match error {
            ReportError::Broken { file, line, message, .. } => {
                CommandError::usage(message).at(format!("{file}:{line}"))
            }
            ReportError::Failed { report, source } => {
                CommandError::from(*source).at(format!("report {report}"))
            }
            ReportError::Archive { report, source } => {
                CommandError::from(*source).at(format!("report {report}"))
            }
            ReportError::Unknown { near, .. } if !near.is_empty() => {
                return CommandError::usage(text)
                    .help(format!("did you mean {}?", near.join(", or ")));
            }
            ReportError::Parameter { .. } | ReportError::Unknown { .. } => {
                CommandError::usage(text)
            }
            ReportError::Unreadable { .. } => CommandError::failed(text),
        };
        match hint {
            Some(hint) => made.help(hint),
            None => made,
        }
    }
}

/// The folder of a person's own reports: `$REVDB_REPORTS`, else `reports` in the
/// configuration directory.
fn own_folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("REVDB_REPORTS").filter(|folder| !folder.is_empty()) {
        return Some(PathBuf::from(folder));
    }
    let names = AppStrategyArgs {
        top_level_domain: String::new(),
        author: String::new(),
        app_name: "revdb".to_owned(),
    };
    // Without a home directory there is no such folder.
    let folder = choose_app_strategy(names).map(|strategy| strategy.in_config_dir("reports"));
    folder.ok().filter(|folder| folder.is_dir())
}

/// Every report there is: built in, then a person's own, which stand before those of the same name.
pub fn catalogue() -> Result<Catalogue, CommandError> {
    let mut catalogue = Catalogue::built_in();
    if let Some(folder) = own_folder() {
        catalogue.add_folder(&folder)?;
    }
    Ok(catalogue)
}

/// The names of all parameters that any report declares, so that clap can read
/// them; whether the report that is run has them is checked then. A file
/// with a mistake adds none: the mistake is told when it is run.
pub fn parameter_flags(args: &[OsString]) -> Vec<String> {
    let mut catalogue = catalogue().unwrap_or_else(|_| Catalogue::built_in());
    let mut after = args.iter();
    while let Some(arg) = after.next() {
        let text = arg.to_string_lossy();
        let file = match text.strip_prefix("--report-file") {
            Some("") => after.next().map(PathBuf::from),
            Some(rest) => rest.strip_prefix('=').map(PathBuf::from),
            None => None,
        };
        if let Some(file) = file
            && catalogue.add_file(&file).is_err()
        {
            continue;
        }
    }
    let mut flags: Vec<String> = catalogue
        .names()
        .filter_map(|name| catalogue.get(name).ok())
        .flat_map(|report| report.params.iter().map(report::Param::flag).collect::<Vec<_>>())
        .collect();
    flags.sort();
    flags.dedup();
    flags
}

/// `query --list`.
pub fn list(output: &OutputArgs, global: &Global) -> Result<ExitStatus, CommandError> {
    let catalogue = catalogue()?;
    let mut rows = Vec::new();
    for name in catalogue.names() {
        match catalogue.get(name) {
            Ok(report) => {
                let values = report.values([])?;
                let texts =
                    [name.to_owned(), values.fill(&report.title), values.fill(&report.tells)];
                rows.push(texts.map(Cell::Text).to_vec());
            }
            Err(error) => say(&CommandError::from(error).render()),
        }
    }
    let columns = vec![
        Column::new("report", ColumnKind::Text),
        Column::new("title", ColumnKind::Text),
        Column::new("tells", ColumnKind::Quote),
    ];
    output.deliver(&mut Collected::new(columns, rows, Caption::default()), global)
}

/// The report that is asked for.
pub fn find(name: Option<&str>, file: Option<&Path>) -> Result<Report, CommandError> {
    let mut catalogue = catalogue()?;
    let name = match file {
        Some(file) => catalogue.add_file(file)?,
        None => name.map(str::to_owned).unwrap_or_default(),
    };
    Ok(catalogue.get(&name)?)
}

/// `query --help`, and from its header `query REPORT --help`.
pub fn print_help(args: &Args) -> Result<ExitStatus, CommandError> {
    let text = match (&args.report, &args.report_file) {
        (None, None) => super::verb_help("query"),
        (name, file) => help(&find(name.as_deref(), file.as_deref())?)?,
    };
    let text = crate::output::safe::for_terminal_block(&text);
    file::to_stdout(|out| Ok(out.write_all(text.as_bytes())?))?;
    Ok(ExitStatus::Done)
}

fn help(report: &Report) -> Result<String, CommandError> {
    let values = report.values([])?;
    let mut text = format!(
        "{}: {}\n\n{}\n",
        report.name,
        values.fill(&report.title),
        values.fill(&report.tells)
    );
    text.push_str(&format!(
        "\nUsage: revdb query {} [PARAMETERS] [FILTERS] [OUTPUT]\n\nParameters:\n",
        report.name
    ));
    for param in &report.params {
        let default =
            match values.get(&param.name).cloned().map(cell).and_then(|cell| cell.data_text()) {
                Some(default) => format!(" [default: {default}]"),
                None => String::new(),
            };
        let choices = match param.one_of.is_empty() {
            true => String::new(),
            false => format!(" [{}]", param.one_of.join(", ")),
        };
        text.push_str(&format!("  --{:<16} {}{choices}{default}\n", param.flag(), param.help));
    }
    text.push_str(&format!(
        "\nRule: {}\n",
        values.fill(&report.rule).split_whitespace().collect::<Vec<_>>().join(" ")
    ));
    for (label, line) in [("Source", &report.source), ("Example", &report.example)] {
        if let Some(line) = line {
            text.push_str(&format!("{label}: {line}\n"));
        }
    }
    if report.chart.is_some() {
        text.push_str("It can be drawn: --chart\n");
    }
    text.push_str(
        "\n`revdb query --help` has the filters and the output flags, which every report takes.\n",
    );
    Ok(text)
}

/// Runs a report over what the filters leave.
pub fn run(mut args: Args, global: &Global) -> Result<ExitStatus, CommandError> {
    let report = find(args.report.as_deref(), args.report_file.as_deref())?;
    args.output.chosen()?;
    let values = values(&report, &mut args)?;
    // A report keeps the audiences apart itself, by its parameter.
    args.filter.audience = None;
    let filter = args.filter.filter()?;
    let mut archive = global.open()?;
    args.time.watch(archive.connection_mut())?;
    archive.connection_mut().authorizer(Some(guard::reads_beside_temporary))?;
    let done = over(archive.connection(), &report, &values, &filter, &args, global);
    args.time.tell(done, global)
}

/// The report over what one filter leaves.
fn over(
    conn: &Connection,
    report: &Report,
    values: &Values,
    filter: &Filter,
    args: &Args,
    global: &Global,
) -> Result<ExitStatus, CommandError> {
    let format = args.output.chosen()?;
    // Rows for programs have no place for notes, which take as long as the rows.
    let noted = !matches!(
        format,
        OutputFormat::Csv | OutputFormat::Tsv | OutputFormat::Json | OutputFormat::Jsonl
    );
    // One state of the archive for filters, sums, rows and notes, whoever imports meanwhile.
    // It is never committed: what is made on the way is temporary.
    let _reading = conn.unchecked_transaction()?;
    let mut notes = if noted { left_out(filter, conn)? } else { Vec::new() };
    tell(&filter.apply_for_report(conn)?.matches);
    let mut prepared = report.prepare(conn, values)?;
    if noted {
        notes.extend(report.notes(conn, values)?);
    }
    let caption =
        Caption { title: Some(values.fill(&report.title)), filters: filter.describe(), notes };
    // Programs get names that stay; people get headings.
    let for_people = format.is_for_people();
    let columns: Vec<Column> =
        prepared.columns().iter().map(|given| column(given, for_people)).collect();
    let chart = chart(report, &prepared, &columns, values, args)?;
    let sort = args.order.column().map(|(typed, minus)| {
        let shown = heading_of(typed, prepared.columns(), &columns);
        (shown, minus)
    });
    let mut rows = Stepped { rows: prepared.rows(), columns, caption, left: args.order.limit };
    match &sort {
        None if !args.order.reverse => args.output.deliver_drawn(&mut rows, chart, global),
        by => {
            let limit = rows.left.take();
            let mut sorted = sorted(&mut rows, by.as_ref(), args.order.reverse)?;
            sorted.rows.truncate(
                limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX)),
            );
            args.output.deliver_drawn(&mut sorted, chart, global)
        }
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
    report: &Report,
    values: &Values,
) -> Result<(Collected, Option<ChartSpec>), CommandError> {
    let mut prepared = report.prepare(conn, values)?;
    let notes = report.notes(conn, values)?;
    let title = Some(values.fill(&report.title));
    let caption = Caption { title, filters: Vec::new(), notes };
    let columns: Vec<Column> = prepared.columns().iter().map(|given| column(given, true)).collect();
    let chart = match report.chart_of(values) {
        Some(chart) => Some(drawing::spec(chart, prepared.columns(), &columns, values)?),
        None => None,
    };
    let mut rows = Stepped { rows: prepared.rows(), columns, caption, left: None };
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

/// What was typed for the report. A parameter with a filter's name
/// (`agreement --critic X`) takes the filter's value with it.
fn values(report: &Report, args: &mut Args) -> Result<Values, CommandError> {
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
    Ok(report.values(typed.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
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
    caption: Caption,
    /// Rows that may still come.
    left: Option<u64>,
}

impl Rows for Stepped<'_> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn caption(&self) -> Caption {
        self.caption.clone()
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        let mut row = Vec::new();
        Ok(self.next_into(&mut row)?.then_some(row))
    }

    fn next_into(&mut self, row: &mut Vec<Cell>) -> Result<bool, RowError> {
        if let Some(left) = &mut self.left {
            match left.checked_sub(1) {
                Some(fewer) => *left = fewer,
                None => return Ok(false),
            }
        }
        row.resize(self.columns.len(), Cell::Null);
        let mut cells = row.iter_mut();
        let show = |_, value: &ValueRef<'_>| cells.next().map_or(Ok(()), |cell| put(value, cell));
        self.rows.each_value(show).map_err(row_error)
    }
}
