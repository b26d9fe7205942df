//! `revdb query`: lists reviews, or runs a report on them.

use std::path::PathBuf;

use rusqlite::Connection;

use revdb_query::ids::Ids;
use revdb_query::listing::{self, Columns, Sort};
use revdb_query::report::Dialect;
use revdb_query::{Counts, Filter};
use revdb_render::{Caption, Cell, Column, ColumnKind, OutputFormat, Stack};

use super::filter::{FilterArgs, Found, why_none};
use super::guard::TimeArgs;
use super::order::OrderArgs;
use super::output::OutputArgs;
use super::reports;
use super::{CommandError, Global, Result, settings, values};
use crate::rows::{SqlRows, Watch};

/// Flags that conflict with `--sql`, which prints no rows.
const BESIDE_SQL: [&str; 17] = [
    "list", "sort", "reverse", "limit", "chart", "fit", "rule", "timeout", "verify", "format",
    "output", "force", "raw", "delimiter", "decimal_comma", "columns", "fail_if_none",
];

#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Args {
    /// The report to run; without one, the reviews are listed (`--list` shows all reports)
    #[arg(value_name = "REPORT")]
    pub report: Option<String>,
    /// List all reports, with what each tells
    #[arg(long, conflicts_with = "report")]
    pub list: bool,
    /// Run the report in this .sql file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["report", "list"])]
    pub report_file: Option<PathBuf>,
    /// Print short help, of a report if one is named
    #[arg(short = 'h', id = "short-help")]
    pub short_help: bool,
    /// Print help with examples; of a report also its columns and rule
    #[arg(long = "help")]
    pub long_help: bool,
    #[command(flatten)]
    pub filter: FilterArgs,
    #[command(flatten)]
    pub order: OrderArgs,
    /// Draw the report's chart on the terminal, if it declares one
    #[arg(long, help_heading = "Report")]
    pub chart: bool,
    /// Fit a chart's axis to the values; otherwise scores are drawn on 0 to 100
    #[arg(long, help_heading = "Report")]
    pub fit: bool,
    /// Print the full rule under a report's table: formulas, order and sources
    #[arg(long, help_heading = "Report")]
    pub rule: bool,
    /// Print the report's SQL with its parameters, for the sqlite3 shell; without the filters
    #[arg(long, conflicts_with_all = BESIDE_SQL, help_heading = "Report")]
    pub sql: bool,
    /// With --sql: for this engine, on the Parquet files that `revdb export` writes
    #[arg(long, value_name = "ENGINE", requires = "sql", value_parser = values::one_of(Dialect::NAMES), help_heading = "Report")]
    pub dialect: Option<Dialect>,
    /// With --dialect: the Parquet file, or a pattern of several
    #[arg(
        long,
        value_name = "PATH",
        requires = "dialect",
        default_value = "reviews.parquet",
        help_heading = "Report",
        hide_short_help = true
    )]
    pub parquet: String,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    /// What was typed for parameters that reports declare: name and value.
    #[arg(skip)]
    pub params: Vec<(String, String)>,
}

pub fn run(mut args: Args, global: &Global) -> Result {
    if args.short_help || args.long_help {
        return reports::print_help(&args);
    }
    if args.list {
        return reports::list(&args.output, global);
    }
    if args.chart && !args.output.columns.is_empty() {
        return Err(CommandError::usage("--chart and --columns cannot be combined")
            .help("leave out --columns, or --chart"));
    }
    if args.report.is_some() || args.report_file.is_some() {
        return reports::run(args, global);
    }
    if let Some((name, _)) = args.params.first() {
        return Err(CommandError::usage(format!("--{name} needs a report, and none is named"))
            .help("`revdb query REPORT --help` shows a report's parameters"));
    }
    args.output.chosen()?;
    if args.sql {
        return Err(CommandError::usage("--sql prints a report, and none is named")
            .help("`revdb query --list` shows them; `revdb sql` runs a statement of your own"));
    }
    if args.chart {
        return Err(CommandError::usage("--chart draws a report, and no report is named")
            .help("`revdb query --list` shows them; one that can be drawn says so in its --help"));
    }
    if args.output.columns.is_empty() && args.output.chosen()?.is_for_people() {
        args.output.columns = settings::columns()?;
    }
    let (sort, reverse) = args.order.of_reviews(Sort::Date)?;
    let filter = args.filter.filter()?;
    let mut archive = global.open()?;
    args.time.watch(archive.connection_mut())?;
    let done = list(&args, (sort, reverse), &filter, archive.connection(), global);
    args.time.tell(done, global)
}

/// Lists the reviews that pass the filters.
fn list(
    args: &Args,
    (sort, reverse): (Sort, bool),
    filter: &Filter,
    conn: &Connection,
    global: &Global,
) -> Result {
    let format = args.output.chosen()?;
    // Filter and rows must see one state of the archive.
    let _reading = conn.unchecked_transaction()?;
    let Found { selection, ids, notes } = args.filter.found(filter, conn)?;
    let most = args.order.most();
    let order = (sort, reverse);
    // Programs get stable columns; people see verdicts only if there are any.
    let is_judged = !format.is_for_people() || listing::has_verdict(conn, &ids)?;
    let shown = match (args.output.columns.is_empty(), is_judged) {
        (false, _) => Columns::Exported,
        (true, true) => Columns::WithVerdict,
        (true, false) => Columns::Short,
    };
    let mut statement = listing::prepare(conn, &ids, order, shown, most)?;
    let rows = statement.query([])?;
    let caption = Caption::of_reviews(filter.describe(), notes);
    let columns = columns(shown.names(), format);
    let footer = Footer::of(conn, &ids, args.order.limit)?;
    let mut rows = SqlRows::new(rows, columns, caption, footer);
    let status = args.output.deliver_read(&mut rows, None, global)?;
    if rows.seen() == 0 && ids.is_empty() {
        why_none(conn, filter, &selection)?;
    }
    Ok(status)
}

/// The columns of listings with their types; with headings for people.
pub fn columns(names: &[&str], format: OutputFormat) -> Vec<Column> {
    let kind = |name| match name {
        "id" | "year" | "work_id" | "critic_id" | "publication_id" => ColumnKind::Int,
        "truncated" => ColumnKind::Bool,
        "date" => ColumnKind::Date,
        "score" => ColumnKind::Real { decimals: 1 },
        "quote" => ColumnKind::Quote,
        "snippet" => ColumnKind::Snippet,
        "url" => ColumnKind::Url,
        "tags" | "authors" | "contributors" | "directors" | "brands" | "genres" => ColumnKind::List,
        _ => ColumnKind::Text,
    };
    let stack = |name| match name {
        "work" | "audience" | "critic" | "publication" => Stack::Early,
        "id" | "date" | "score" => Stack::Late,
        _ => Stack::Never,
    };
    let shown = |name: &str| match format.is_for_people() {
        true => name.replace('_', " "),
        false => name.to_owned(),
    };
    names.iter().map(|&name| Column::new(shown(name), kind(name)).stacked(stack(name))).collect()
}

/// The note under a listing: how many reviews there are, and how many are shown.
pub fn listed(counts: Counts, limit: Option<u64>) -> Vec<String> {
    let all = counts.all();
    let reviews = if all == 1 { "review" } else { "reviews" };
    let mut line =
        format!("{all} {reviews}: {} by critics, {} by users", counts.critics, counts.users);
    if let Some(limit) = limit.filter(|limit| *limit < all) {
        line.push_str(&format!(
            "; {limit} {} shown (--limit N, or all)",
            if limit == 1 { "is" } else { "are" }
        ));
    }
    vec![line]
}

/// Prints the number of reviews under the rows.
#[derive(Debug)]
pub struct Footer(Vec<String>);

impl Footer {
    /// # Errors
    /// The archive's error.
    pub fn of(conn: &Connection, ids: &Ids, limit: Option<u64>) -> Result<Self> {
        Ok(Footer(listed(Counts::of(conn, Some(ids))?, limit)))
    }
}

impl Watch for Footer {
    fn row(&mut self, _: &mut [Cell]) {}

    fn notes(&self) -> Vec<String> {
        self.0.clone()
    }
}
