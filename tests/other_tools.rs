//! Opens revdb's output with other programs: LibreOffice, Datasette, sqlite-utils. Each test is
//! skipped with a message if its program is not installed. `REVDB_TOOLS` may name a folder (of a
//! Python environment) to search first.

#[path = "common/shared.rs"]
mod shared;

use shared::skipped;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const DUMP: &str = "title,kind,critic,publication,date,score,quote\n\
    The Lantern,movie,Zoë O'Quill,Harbour Post,2012-07-26,90/100,\"=HYPERLINK(\"\"x\"\") 映画 rain\"\n\
    The Lantern,movie,+Ben,Hill Gazette,2012-08,60/100,@SUM(1)\n\
    The Lantern,movie,Cy,-1+1,2013,41.5/100,plain rain\n";

/// Works of one title and year.
const NAMESAKES: &str = "title,kind,year,author,critic,date,score\n\
    Low Water,book,2014,Ida Brook,Ann,2014-05-01,80/100\n\
    Low Water,book,2014,Tomas Kell,Ann,2014-05-02,40/100\n\
    Low Water,movie,2014,,Bo,2014-05-03,60/100\n";

/// The program, if installed.
fn tool(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("REVDB_TOOLS").map(PathBuf::from).into_iter();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = folders.chain(std::env::split_paths(&path)).map(|folder| folder.join(name));
    let found = found.into_iter().find(|program| program.is_file());
    if found.is_none() {
        skipped(format_args!("{name} is not installed"));
    }
    found
}

fn run(program: &Path, folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).env_remove("REVDB_DB").env("HOME", folder);
    let done = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{} {args:?}: {said}", program.display());
    done
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn archive() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("dump.csv"), DUMP).expect("a dump");
    revdb(folder.path(), &["import", "dump.csv"]);
    folder
}

fn import_namesakes(folder: &Path) {
    std::fs::write(folder.join("namesakes.csv"), NAMESAKES).expect("a dump");
    revdb(folder, &["import", "namesakes.csv", "--map", "author=author"]);
}

fn revdb(folder: &Path, args: &[&str]) {
    run(Path::new(env!("CARGO_BIN_EXE_revdb")), folder, args);
}

#[test]
fn libreoffice_reads_types_and_accents_and_runs_no_formula() {
    let Some(office) = tool("soffice") else { return };
    let folder = archive();
    for (file, filter) in [("book.xlsx", None), ("plain.csv", Some("--infilter=CSV:44,34,76,1"))] {
        revdb(folder.path(), &["export", "-o", file]);
        let mut args = vec!["--headless", "--convert-to", "fods"];
        args.extend(filter);
        args.push(file);
        run(&office, folder.path(), &args);
        let flat = folder.path().join(file).with_extension("fods");
        let flat = std::fs::read_to_string(flat).expect("LibreOffice wrote a file");
        assert!(!flat.contains("table:formula"), "{file} holds a formula");
        assert!(flat.contains("office:date-value=\"2012-07-26\""), "{file} has no date");
        assert!(flat.contains("office:value=\"41.5\""), "{file} has no number");
        for words in ["Zoë", "映画", "2012-08<", "@SUM(1)"] {
            assert!(flat.contains(words), "{file} has lost {words}");
        }
    }
}

#[test]
fn datasette_searches_and_its_reports_are_the_programs() {
    let Some(datasette) = tool("datasette") else { return };
    let folder = archive();
    import_namesakes(folder.path());
    revdb(folder.path(), &["generate", "datasette", "-o", "site"]);
    let version = text(&run(&datasette, folder.path(), &["--version"]).stdout);
    let is_old = version.contains("version 0.");
    let get = |path: &str| {
        let mut args =
            vec!["reviews.db", "site/heavy-reports.db", "--metadata", "site/metadata.json"];
        args.extend(["--plugins-dir", "site/plugins"]);
        if !is_old {
            args.extend(["--config", "site/datasette.yaml"]);
        }
        args.extend(["--get", path]);
        let answer = text(&run(&datasette, folder.path(), &args).stdout);
        serde_json::from_str::<serde_json::Value>(&answer).unwrap_or_else(|_| panic!("{answer}"))
    };
    let page = ["reviews.db", "--plugins-dir", "site/plugins", "--get", "/reviews"];
    let page = text(&run(&datasette, folder.path(), &page).stdout);
    assert!(page.contains("reviews") && !page.contains("attached to this connection"), "{page}");
    let found = get("/reviews/reviews.json?_search=rain&_shape=array");
    assert_eq!(found.as_array().map(Vec::len), Some(2), "{found}");
    let sources = get("/reviews/sources-of-review.json?id=1&_shape=array");
    assert_eq!(sources[0]["path"], "dump.csv", "{sources}");
    let tables = get("/reviews.json");
    let shown = tables["tables"].as_array().expect("tables").iter();
    let shown: Vec<_> = shown.filter(|table| table["hidden"] == false).collect();
    assert!(shown.is_empty(), "{shown:?}");
    let heavy = ["agreement", "keywords", "name-variants", "near-duplicates"];
    for report in std::fs::read_dir("sql/reports").expect("reports") {
        let name = report.expect("a report").path();
        let name = name.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        // Some reports need lower thresholds than their defaults to have rows.
        let (typed, asked): (&str, &[&str]) = match name {
            "score-spread" => ("by=work", &["--by", "work"]),
            "outliers" => ("min_reviews=3", &["--min-reviews", "3"]),
            _ => ("", &[]),
        };
        let (place, asked) = match heavy.contains(&name) {
            true => ("heavy-reports", [asked, &["--audience", "all"]].concat()),
            false => ("reviews", asked.to_vec()),
        };
        let theirs = get(&format!("/{place}/{name}.json?{typed}&_shape=array"));
        let args = [&["query", name, "--format", "json"], &asked[..]].concat();
        let ours = run(Path::new(env!("CARGO_BIN_EXE_revdb")), folder.path(), &args).stdout;
        let ours: serde_json::Value = serde_json::from_slice(&ours).expect("JSON");
        assert_eq!(without_noise(&theirs), without_noise(&ours), "{name}");
    }
}

/// Numbers to ten digits: sums may be computed in another order.
fn without_noise(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Number(number) => {
            format!("{:.10e}", number.as_f64().expect("a number"))
        }
        serde_json::Value::Array(values) => {
            values.iter().map(without_noise).collect::<Vec<_>>().join("\n")
        }
        serde_json::Value::Object(fields) => {
            // Datasette adds this for a table without a key.
            let fields = fields.iter().filter(|(name, _)| *name != "rowid");
            let fields = fields.map(|(name, value)| format!("{name}: {}", without_noise(value)));
            fields.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

#[test]
fn sqlite_utils_reads_the_view_and_searches() {
    let Some(utils) = tool("sqlite-utils") else { return };
    let folder = archive();
    let rows = run(&utils, folder.path(), &["rows", "reviews.db", "reviews", "--csv"]);
    assert!(text(&rows.stdout).contains("Zoë O'Quill"));
    // Its own `search` looks for `content="review"` or `[review]` in the schema, and ours says
    // 'review'.
    let search = "SELECT rowid FROM review_fts WHERE review_fts MATCH 'rain'";
    let found = run(&utils, folder.path(), &["query", "reviews.db", search]);
    assert_eq!(text(&found.stdout).matches("rowid").count(), 2, "{}", text(&found.stdout));
}

/// The schema is parsed as a whole before the first row: syntax that an older SQLite lacks, in any
/// view, would make the archive unreadable. Python often has an older one.
#[test]
fn the_sqlite_of_python_reads_every_public_view() {
    let Some(python) = tool("python3") else { return };
    let folder = archive();
    let script = "import sqlite3; c = sqlite3.connect('reviews.db')\n\
                  for view in ('reviews', 'works'): print(view, len(c.execute(f'SELECT * FROM {view}').fetchall()))";
    let read = run(&python, folder.path(), &["-c", script]);
    assert_eq!(text(&read.stdout), "reviews 3\nworks 1\n");
}

/// Reads the canned queries and loads the plugin, without Datasette.
const SITE: &str = "
import json, sqlite3, sys, types
sys.modules['datasette'] = types.SimpleNamespace(hookimpl=lambda function: function)
sys.path.append('site/plugins')
import revdb_functions
queries = json.load(open('site/metadata.json'))['databases']['reviews']['queries']
";

/// Prints the works of some canned queries, from an archive that is only read.
const WORKS: &str = "
for name in ('distribution', 'timing'):
    conn = sqlite3.connect('file:reviews.db?mode=ro', uri=True)
    revdb_functions.prepare_connection(conn)
    query = queries[name]
    for row in conn.execute(query['sql'], dict.fromkeys(query['params'], '')): print(name, row[0])
";

#[test]
fn canned_queries_tell_works_of_one_title_apart() {
    let Some(python) = tool("python3") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    import_namesakes(folder.path());
    revdb(folder.path(), &["generate", "datasette", "-o", "site"]);
    let said = text(&run(&python, folder.path(), &["-c", &(SITE.to_owned() + WORKS)]).stdout);
    let labels = ["book, Ida Brook", "book, Tomas Kell", "movie"];
    let row = |name| labels.map(|label| format!("{name} Low Water (2014), {label}\n")).concat();
    assert_eq!(said, row("distribution") + &row("timing"));
}

#[test]
fn canned_queries_are_of_users_where_no_critic_is() {
    let folder = tempfile::tempdir().expect("a folder");
    for audience in ["user", "critic"] {
        let dump = format!("title,score,audience\nRain,{}/100,{audience}\n", audience.len());
        std::fs::write(folder.path().join("dump.csv"), dump).expect("a dump");
        revdb(folder.path(), &["import", "dump.csv"]);
        revdb(folder.path(), &["generate", "datasette", "-o", "site", "--force"]);
        let site = std::fs::read_to_string(folder.path().join("site/metadata.json")).expect("it");
        assert_eq!(site.contains("left empty: user"), audience == "user");
        assert_eq!(site.contains("nullif(:audience, ''), 'user')"), audience == "user");
    }
}

#[test]
fn the_commands_and_links_fit_any_archive_name() {
    let folder = archive();
    let name = "my reviews.2024.sqlite";
    std::fs::rename(folder.path().join("reviews.db"), folder.path().join(name)).expect("renamed");
    revdb(folder.path(), &["--db", name, "generate", "datasette", "-o", "site"]);
    let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).expect("written");
    let readme = read("site/README.md");
    assert_eq!(readme.matches("datasette 'ARCHIVE/my reviews.2024.sqlite' ").count(), 2);
    assert!(read("site/metadata.json").contains("/my+reviews~2E2024/score-spread"));
    let served = ["--db", name, "generate", "datasette", "-o", "site", "--serve"];
    let served = run(Path::new(env!("CARGO_BIN_EXE_revdb")), folder.path(), &served);
    assert!(text(&served.stdout).starts_with("datasette 'my reviews.2024.sqlite' site/"));
    assert!(text(&served.stderr).contains("1.0 also needs --config site/datasette.yaml"));
}

/// Prints the cost of each canned query, in steps of SQLite's virtual machine per review.
const STEPS: &str = "
for name, query in queries.items():
    conn = sqlite3.connect('reviews.db')
    revdb_functions.prepare_connection(conn)
    reviews = conn.execute('SELECT count(*) FROM review').fetchone()[0]
    taken = [0]
    def step():
        taken[0] += 1000
        return taken[0] > 20000 * reviews
    conn.set_progress_handler(step, 1000)
    try: conn.execute(query['sql'], dict.fromkeys(query['params'], '')).fetchall()
    except sqlite3.OperationalError as error: print(name, error)
    print(name, taken[0] // reviews)
";

/// Datasette stops a query after a second: some 100 million steps, so 1,000 for each of 100,000
/// reviews. A join without an index takes tens of thousands.
#[test]
fn every_canned_query_is_within_a_second_at_100_000_reviews() {
    let Some(python) = tool("python3") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut dump = "title,kind,year,critic,publication,date,score,quote,audience\n".to_owned();
    for i in 0..6_000_u32 {
        let (work, year, day) = (i * 7 % 800, 1960 + i % 60, 1 + i % 28);
        let (score, who) = ((i * i) % 101, i * 31 % 500);
        let audience = if i % 4 == 0 { "user" } else { "critic" };
        dump += &format!(
            "Work {work},movie,{year},Name {who},Paper {},2012-07-{day:02},{score}/100,Words {i} of rain,{audience}\n",
            who % 40
        );
    }
    std::fs::write(folder.path().join("dump.csv"), dump).expect("a dump");
    revdb(folder.path(), &["import", "dump.csv"]);
    revdb(folder.path(), &["generate", "datasette", "-o", "site"]);
    let said = text(&run(&python, folder.path(), &["-c", &(SITE.to_owned() + STEPS)]).stdout);
    let steps = said.lines().map(|line| line.rsplit_once(' ').expect("a name and a number"));
    let slow: Vec<_> =
        steps.filter(|(_, n)| n.parse::<u32>().map_or(true, |n| n > 1_000)).collect();
    assert!(slow.is_empty(), "{slow:?} of {said}");
    assert!(said.lines().count() > 10, "{said}");
}
