//! `revdb report`: an HTML page to share.
//!
//! One self-contained file: first key figures and the reviews, then the most popular reports with
//! their charts, separately for each audience, and how the page was made. Each part runs its
//! report as `revdb query` does, so the results agree. Quotes and names are escaped.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::ingest;
use revdb_model::Audience;
use revdb_query::{AudienceChoice, Counts, Filter, Scope};
use revdb_render::chart::ChartSpec;
use revdb_render::page::{Head, PageWriter, Part, Section};
use revdb_render::{Collected, OutputFormat, file};
use revdb_sql::sql;
use revdb_store::Archive;

use super::filter::{FilterArgs, left_out, print_matches};
use super::global::wrote;
use super::guard::TimeArgs;
use super::messages::counted;
use super::{CommandError, ExitStatus, Global, Result, reports};

mod about;
mod figures;
mod listed;

/// Maximum rows of a table on the page; charts use all rows.
const MOST_ROWS: usize = 40;
/// Maximum number of weeks shown (two years), then as many months, then years.
const MOST_PERIODS: usize = 105;

/// The reports on the page, in the order of a reader's questions, with the link texts.
const SECTIONS: [(&str, &str); 5] = [
    ("distribution", "Positive, mixed, negative"),
    ("score-spread", "Score spread"),
    ("reviews-per-week", "Through time"),
    ("outliers", "Outliers"),
    ("leniency", "Lenient and strict critics"),
];

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The page's title [default: the work, or the number of works]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// How many reviews the page shows, the newest first [default: 2000, up to 800 kB]
    #[arg(long, value_name = "N")]
    pub reviews: Option<usize>,
    #[command(flatten)]
    pub filter: FilterArgs,
    /// The page to write, complete or not at all
    #[arg(short, long, value_name = "PAGE.html", required = true)]
    pub output: Option<PathBuf>,
    /// Replace PAGE if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub time: TimeArgs,
}

pub fn run(args: Args, global: &Global) -> Result {
    is_page(args.output.as_deref())?;
    let mut archive = global.open()?;
    args.time.watch(archive.connection_mut())?;
    let done = page(&args, &archive);
    args.time.tell(done, global)
}

/// Refuses a file extension other than HTML's.
fn is_page(output: Option<&Path>) -> Result<()> {
    let Some(path) = output.filter(|path| file::is_regular_target(path)) else { return Ok(()) };
    let Some(ending) = path.extension() else { return Ok(()) };
    if path.as_os_str() == "-"
        || OutputFormat::from_path(path).is_some_and(|format| format.name == "html")
    {
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

/// Tables under one heading.
struct Chapter {
    section: Section,
    parts: Vec<(Part, Collected, Option<ChartSpec>)>,
}

fn page(args: &Args, archive: &Archive) -> Result {
    let filter = args.filter.filter()?;
    let conn = archive.connection();
    // All sections must see one state of the archive.
    let reading = conn.unchecked_transaction()?;
    args.filter.verify(conn)?;
    let selection = filter.select(conn)?;
    print_matches(&selection.matches);
    selection.scope(conn)?.create_views(conn)?;
    let subject = Subject::of(conn)?;
    let (figures, sources) = (figures::of(conn)?, about::sources(conn)?);
    let listed = listed::newest(conn, &filter, args.reviews)?;
    // As in `revdb query`, a report distinguishes the audiences by its parameter.
    let of_both = Filter { audience: None, ..filter.clone() };
    let scope = of_both.select(conn)?.scope(conn)?;
    let counts = Counts::of(conn, scope.passing())?;
    let audiences = audiences(&filter, counts);
    let mut notes = left_out(&selection, conn, None)?;
    notes.extend(other_audience(&filter, counts));
    let mut chapters = vec![listed];
    for (name, heading) in SECTIONS {
        chapters.push(chapter((conn, &scope), (name, heading), &audiences, &subject)?);
    }
    let command = ingest::command_line(std::env::args_os().skip(1));
    chapters.push(about::chapter(&command, sources));
    // Everything is read: a slow output must not block imports.
    drop(reading);
    let head = Head {
        title: args.title.clone().unwrap_or_else(|| subject.title()),
        filters: filter.describe(),
        figures,
        notes,
        contents: chapters.iter().filter_map(|chapter| chapter.section.heading.clone()).collect(),
        has_script: true,
    };
    let write = |out: &mut dyn std::io::Write| {
        let mut page = PageWriter::begin(out, &head)?;
        for Chapter { section, parts } in chapters {
            page.section(&section)?;
            for (part, mut rows, chart) in parts {
                page.part(&part, &mut rows, chart.as_ref())?;
            }
        }
        page.end(head.has_script)
    };
    match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => {
            file::to_file(path, args.force, write)?;
            wrote("the page", path);
        }
        None => file::to_stdout(write)?,
    }
    Ok(ExitStatus::Done)
}

/// The audiences with reviews; critics, if there are no reviews.
fn audiences(filter: &Filter, counts: Counts) -> Vec<Audience> {
    match (filter.audience, counts) {
        (Some(AudienceChoice::Only(only)), _) => vec![only],
        (_, Counts { users: 0, .. }) => vec![Audience::Critic],
        (_, Counts { critics: 0, .. }) => vec![Audience::User],
        _ => vec![Audience::Critic, Audience::User],
    }
}

/// The note about the audience excluded by `--audience`.
fn other_audience(filter: &Filter, counts: Counts) -> Option<String> {
    let other = match filter.audience {
        Some(AudienceChoice::Only(Audience::Critic)) => Audience::User,
        Some(AudienceChoice::Only(Audience::User)) => Audience::Critic,
        _ => return None,
    };
    let reviews = counts.by(other);
    (reviews > 0)
        .then(|| format!("left out: {} by {}s", counted(reviews, "review"), other.as_str()))
}

/// The subject of the page.
struct Subject {
    works: i64,
    one: Option<String>,
}

impl Subject {
    fn of(conn: &Connection) -> Result<Self> {
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

/// A report as a chapter: summary, then a part for each audience.
fn chapter(
    (conn, scope): (&Connection, &Scope),
    (name, heading): (&str, &str),
    audiences: &[Audience],
    subject: &Subject,
) -> Result<Chapter> {
    let report = reports::find(Some(name), None)?;
    let mut parts = Vec::new();
    let mut text = Vec::new();
    for audience in audiences {
        let choices: &[&str] = match name {
            // Most critics have one review of a single work, and one score has no spread.
            "score-spread" if subject.works == 1 => &["work"],
            "reviews-per-week" => &["week", "month", "year"],
            _ => &[],
        };
        let mut choices = choices.iter();
        let (values, mut rows, chart) = loop {
            let by = choices.next().map(|by| ("by", *by));
            let typed = [("audience", audience.as_str())];
            let values = report.values(typed.into_iter().chain(by))?;
            let (rows, chart) = reports::collected(conn, scope, &report, &values)?;
            if rows.rows.len() <= MOST_PERIODS || choices.len() == 0 {
                break (values, rows, chart);
            }
        };
        text = vec![values.fill(&report.summary)];
        let title = rows.caption.title.take().unwrap_or_default();
        let who = if *audience == Audience::Critic { "Critics" } else { "Users" };
        // Columns whose value is in the heading of the page or of this part.
        let hidden = if subject.works == 1 { &["audience", "work"][..] } else { &["audience"] };
        let part = Part {
            heading: Some(format!("{who}: {}", title.to_lowercase())),
            // A year of weeks belongs together; of a ranking the first rows matter most.
            most_rows: Some((
                if name == "reviews-per-week" { MOST_PERIODS } else { MOST_ROWS },
                format!("`revdb query {name}`"),
            )),
            rule: reports::in_full(&report, &values).collect(),
            hidden: hidden.iter().map(|name| (*name).to_owned()).collect(),
            filtered_by: Vec::new(),
        };
        parts.push((part, rows, chart));
    }
    Ok(Chapter {
        section: Section { heading: Some(heading.to_owned()), text, command: None },
        parts,
    })
}
