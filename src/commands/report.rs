//! `revdb report`: the page to hand on.
//!
//! One self-contained file: what there is, what is missing, the reports most people ask for
//! with their charts, and under each how it was computed. A section is its report run as
//! `revdb query` runs it, so that the page cannot say otherwise.
//! Quotes and names are data: output escapes all of them.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::archive::Archive;
use crate::archive::sql::sql;
use crate::output::html_format::{PageWriter, Section};
use crate::output::{Caption, Cell, Collected, Column, ColumnKind, OutputFormat, file};
use crate::query::{AudienceChoice, Counts, Filter, Scope};

use super::filter::{FilterArgs, tell};
use super::guard::TimeArgs;
use super::rows::cell;
use super::{CommandError, ExitStatus, Global, reports};

/// Rows of one table on the page; the charts are drawn from all.
const MOST_ROWS: usize = 40;
/// Weeks are shown up to this many (two years), then months up to as many, then years.
const MOST_PERIODS: usize = 105;

/// The reports on the page, in the order in which a reader asks.
const SECTIONS: [&str; 5] =
    ["distribution", "score-spread", "reviews-per-week", "outliers", "leniency"];

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The page's title [default: the work, or how many there are]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    #[command(flatten)]
    pub filter: FilterArgs,
    /// The page to write, which appears whole or not at all
    #[arg(short, long, value_name = "PAGE.html", required = true)]
    pub output: Option<PathBuf>,
    /// Replace PAGE where it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub time: TimeArgs,
}

pub fn run(args: Args, global: &Global) -> Result<ExitStatus, CommandError> {
    is_page(args.output.as_deref())?;
    let mut archive = global.open()?;
    args.time.watch(archive.connection_mut())?;
    let done = page(&args, &archive);
    args.time.tell(done, global)
}

/// Refuses a file whose ending promises anything but HTML.
fn is_page(output: Option<&Path>) -> Result<(), CommandError> {
    let Some(path) = output.filter(|path| file::is_regular_target(path)) else { return Ok(()) };
    let Some(ending) = path.extension() else { return Ok(()) };
    if path.as_os_str() == "-" || OutputFormat::from_path(path) == Some(OutputFormat::Html) {
        return Ok(());
    }
    let error = CommandError::usage(format!("a page is HTML, and {} is not", path.display()));
    let named = path.with_extension("html");
    let error = error.help(format!("-o {}", named.display()));
    Err(match OutputFormat::from_path(path) {
        Some(_) => error.help(format!("revdb query REPORT -o {} writes its rows", path.display())),
        None if ending.eq_ignore_ascii_case("pdf") => {
            error.help("a browser prints the page as PDF")
        }
        None => error,
    })
}

fn page(args: &Args, archive: &Archive) -> Result<ExitStatus, CommandError> {
    let filter = args.filter.filter()?;
    let conn = archive.connection();
    // One moment of the archive for all sections, whoever writes beside us.
    let reading = conn.unchecked_transaction()?;
    args.filter.verify(conn)?;
    let applied = filter.apply(conn)?;
    tell(&applied.matches);
    applied.scope.lay(conn)?;
    let subject = Subject::of(conn)?;
    let title = args.title.clone().unwrap_or_else(|| subject.title());
    let (sources, summary) = (sources(conn)?, summary(conn)?);
    // As `revdb query` runs them: a report keeps the audiences apart itself, by its parameter.
    let of_both = Filter { audience: None, ..filter.clone() };
    let applied = of_both.apply_for_report(conn)?;
    let counts = Counts::of(conn, applied.scope.passing())?;
    let mut sections = vec![summary];
    for name in SECTIONS {
        sections.push(section((conn, &applied.scope), name, (filter.audience, counts), &subject)?);
    }
    sections.push(sources);
    // All is read: whoever is slow to take the page keeps no import waiting.
    drop(reading);
    let write = |out: &mut dyn std::io::Write| {
        let mut page = PageWriter::begin(out, &title, &filter.describe())?;
        for (section, mut rows, chart) in sections {
            page.section(&section, &mut rows, chart.as_ref())?;
        }
        page.end()
    };
    match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => file::to_file(path, args.force, write)?,
        None => file::to_stdout(write)?,
    }
    Ok(ExitStatus::Done)
}

/// What the page is about.
struct Subject {
    works: i64,
    one: Option<String>,
}

impl Subject {
    fn of(conn: &Connection) -> Result<Self, CommandError> {
        Ok(conn.query_row(sql("page/subject"), [], |row| {
            Ok(Subject { works: row.get(0)?, one: row.get(1)? })
        })?)
    }

    fn title(&self) -> String {
        match (&self.one, self.works) {
            (_, 0) => "No reviews".to_owned(),
            (Some(title), 1) => format!("Reviews of {title}"),
            (_, works) => format!("Reviews of {works} works"),
        }
    }
}

type Part = (Section, Collected, Option<crate::output::chart::ChartSpec>);

/// A report as a section: what it tells above, how it was computed below.
fn section(
    (conn, scope): (&Connection, &Scope),
    name: &str,
    (audience, counts): (Option<AudienceChoice>, Counts),
    subject: &Subject,
) -> Result<Part, CommandError> {
    let report = reports::find(Some(name), None)?;
    let said = audience.map(|choice| match choice {
        AudienceChoice::Only(audience) => audience.as_str(),
        AudienceChoice::All => "all",
    });
    let mut typed: Vec<(String, String)> =
        said.iter().map(|word| ("audience".to_owned(), (*word).to_owned())).collect();
    let spoken = reports::Spoken::of(&report, &typed, counts);
    typed.extend(spoken.typed());
    let choices: &[&str] = match name {
        // Of one work most critics have one review, and one score has no spread.
        "score-spread" if subject.works == 1 => &["work"],
        "reviews-per-week" => &["week", "month", "year"],
        _ => &[],
    };
    let mut choices = choices.iter();
    let (values, mut rows, chart) = loop {
        let by = choices.next().map(|by| ("by", *by));
        let typed = typed.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let values = report.values(typed.chain(by))?;
        let (rows, chart) = reports::collected(conn, scope, &report, &values)?;
        if rows.rows.len() <= MOST_PERIODS || choices.len() == 0 {
            break (values, rows, chart);
        }
    };
    rows.caption.notes.splice(0..0, spoken.note());
    let heading = rows.caption.title.clone();
    let section = Section {
        heading,
        text: vec![values.fill(&report.tells)],
        // A year of weeks is one thing; of a ranking the first rows tell most.
        most_rows: Some((
            if name == "reviews-per-week" { MOST_PERIODS } else { MOST_ROWS },
            format!("`revdb query {name}`"),
        )),
    };
    Ok((section, rows, chart))
}

fn summary(conn: &Connection) -> Result<Part, CommandError> {
    let kinds = [ColumnKind::Text, ColumnKind::Int, ColumnKind::Int];
    let mut rows = table(conn, sql("page/summary"), &kinds)?;
    rows.caption.notes = vec![
        "undated, unscored: the dump gave no date, or no score on a known scale; unattributed: \
         the byline names nobody"
            .to_owned(),
    ];
    let section = Section {
        heading: Some("Summary".to_owned()),
        text: vec!["Scores are on 0 to 100.".to_owned()],
        most_rows: None,
    };
    Ok((section, rows, None))
}

fn sources(conn: &Connection) -> Result<Part, CommandError> {
    let kinds = [ColumnKind::Text, ColumnKind::Text, ColumnKind::Text, ColumnKind::Int];
    let mut rows = table(conn, sql("page/sources"), &kinds)?;
    for row in &mut rows.rows {
        // Where the file lay on somebody's machine is nobody's business but theirs.
        if let Some(Cell::Text(path)) = row.first_mut()
            && let Some((_, name)) = path.rsplit_once(['/', '\\'])
        {
            *path = name.to_owned();
        }
    }
    rows.caption.notes = vec![format!("Made with revdb {}.", env!("CARGO_PKG_VERSION"))];
    let section = Section {
        heading: Some("Sources".to_owned()),
        text: vec![
            "The dumps that these reviews were read from, with the SHA-256 of each.".to_owned(),
        ],
        most_rows: Some((MOST_ROWS, "`revdb imports list --sources`".to_owned())),
    };
    Ok((section, rows, None))
}

/// All rows of a statement.
fn table(
    conn: &Connection,
    statement: &str,
    kinds: &[ColumnKind],
) -> Result<Collected, CommandError> {
    let mut statement = conn.prepare(statement)?;
    let names = statement.column_names().zip(kinds);
    let columns: Vec<Column> = names.map(|(name, kind)| Column::new(name, *kind)).collect();
    let mut found = statement.query([])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let cells = (0..columns.len()).map(|index| row.get(index).map(cell));
        rows.push(cells.collect::<Result<Vec<Cell>, _>>()?);
    }
    Ok(Collected::new(columns, rows, Caption::default()))
}
