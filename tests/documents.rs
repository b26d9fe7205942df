//! The generated parts of docs/, between `<!-- made from: NAME -->` and `<!-- end -->`, must be
//! current; `REVDB_BLESS=1 cargo test --test documents` writes them. Python blocks in docs/ are
//! run if Python and the modules are installed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use revdb_formats::detect;
use revdb_formats::profile::{Profile, Role};
use revdb_query::report::{Catalogue, Report};
use rusqlite::Connection;
use rusqlite::types::Value;

#[path = "common/shared.rs"]
mod shared;

const SCHEMA: &str = include_str!("../migrations/V1__archive.sql");

fn docs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let entries = std::fs::read_dir(folder).expect("the documents");
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.expect("one").path()).collect();
    pages.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.sort();
    pages
}

#[test]
fn generated_documentation_is_current() {
    let mut made = 0;
    for path in docs() {
        let page = std::fs::read_to_string(&path).expect("a page");
        let mut new = String::new();
        let mut rest = page.as_str();
        while let Some((before, after)) = rest.split_once("<!-- made from: ") {
            let (name, after) = after.split_once(" -->\n").expect("the name of a generator");
            let (_, after) = after.split_once("<!-- end -->").expect("the end of what is made");
            let text = match name {
                "formats" => formats(),
                "reports" => reports(),
                "rules" => rules(),
                "diagram" => diagram(),
                "tables" => tables(),
                other => panic!("{}: nothing makes {other}", path.display()),
            };
            let _infallible = write!(new, "{before}<!-- made from: {name} -->\n{text}<!-- end -->");
            rest = after;
            made += 1;
        }
        new.push_str(rest);
        if std::env::var_os("REVDB_BLESS").is_some() {
            std::fs::write(&path, &new).expect("the page");
        } else {
            let at = path.display();
            assert!(page == new, "{at} is not current: REVDB_BLESS=1 cargo test --test documents");
        }
    }
    assert_eq!(made, 5, "a document lost what is made for it");
}

/// A table cell on one line, with `|` escaped.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

fn formats() -> String {
    let formats = detect::formats().expect("the formats");
    let mut text = String::from(
        "| format | what it is | marks | where it is documented or was seen |\n| --- | --- | --- | --- |\n",
    );
    for format in formats {
        let profile = format.profile();
        let source = profile.map_or("", |profile| profile.source.as_str());
        let marks = profile.map_or(String::new(), marks);
        let _infallible = writeln!(
            text,
            "| `{}` | {} | {marks} | {} |",
            format.name(),
            cell(format.describe()),
            cell(source)
        );
    }
    text
}

/// Audience, kind and scale of a profile.
fn marks(profile: &Profile) -> String {
    if profile.role == Role::Works {
        return "titles for ids".to_owned();
    }
    let scale = profile.scale.map(|scale| match scale.worst {
        0.0 => format!("out of {}", scale.best),
        worst => format!("{worst} to {}", scale.best),
    });
    let audience = profile.audience.map(|audience| format!("{audience:?}").to_lowercase());
    let kind = profile.kind.map(|kind| kind.as_str().to_owned());
    let standing = profile.standing.then(|| "one for each work".to_owned());
    let all = [audience, kind, scale, standing].into_iter().flatten();
    all.collect::<Vec<_>>().join(", ")
}

fn each_report(told: impl Fn(&mut String, &Report)) -> String {
    let catalogue = Catalogue::built_in();
    let mut text = String::new();
    for name in catalogue.names() {
        told(&mut text, &catalogue.get(name).expect("a report"));
    }
    text
}

/// A text of a header with parameters replaced by their names.
fn plain(report: &Report, text: &str) -> String {
    let named = report.params.iter().fold(text.to_owned(), |text, param| {
        text.replace(&format!("{{{}}}", param.name), &format!("*{}*", param.flag()))
    });
    named.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn reports() -> String {
    each_report(|text, report| {
        let _infallible =
            write!(text, "\n## {}\n\n{}\n", report.name, plain(report, &report.summary));
        if let Some(example) = &report.example {
            let _infallible = write!(text, "\n    {example}\n");
        }
        text.push_str("\n| parameter | what it says | default |\n| --- | --- | --- |\n");
        for param in &report.params {
            let choices = match param.one_of.is_empty() {
                true => String::new(),
                false => format!(": {}", param.one_of.join(", ")),
            };
            let default = match &param.default {
                Value::Integer(int) => int.to_string(),
                Value::Real(real) => real.to_string(),
                Value::Text(text) => text.clone(),
                Value::Null | Value::Blob(_) => String::new(),
            };
            let help = cell(&format!("{}{choices}", param.help));
            let _infallible = writeln!(text, "| `--{}` | {help} | {default} |", param.flag());
        }
        text.push_str("\n| column | what it tells |\n| --- | --- |\n");
        for (name, column) in &report.columns {
            let tells = plain(report, column.summary.as_deref().unwrap_or_default());
            let _infallible = writeln!(text, "| `{name}` | {} |", cell(&tells));
        }
    })
}

fn rules() -> String {
    each_report(|text, report| {
        let _infallible =
            write!(text, "\n### {}\n\n{}\n", report.name, plain(report, &report.rule));
        if let Some(source) = &report.source {
            let _infallible = write!(text, "\nSource: {}\n", plain(report, source));
        }
    })
}

/// The CREATE statements of tables with the comments above them.
fn created() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut rest = SCHEMA;
    while let Some((before, after)) = rest.split_once("\nCREATE TABLE ") {
        let (name, body) = after.split_once(" (\n").expect("a table's name");
        let (body, after) = body.split_once("\n) STRICT").expect("a table's end");
        let comment = before.lines().rev().take_while(|line| line.starts_with("-- "));
        let mut comment: Vec<&str> = comment.map(|line| line.trim_start_matches("-- ")).collect();
        comment.reverse();
        found.push((name.to_owned(), comment.join(" "), body.to_owned()));
        rest = after;
    }
    found
}

/// The table that a column refers to, by declaration or by name.
fn refers(table: &str, column: &str, tables: &[(String, String, String)]) -> Option<String> {
    let name = match column {
        "mention" => "work_mention",
        other => other.strip_suffix("_id")?,
    };
    let is_table = tables.iter().any(|(known, ..)| known == name) && name != table;
    is_table.then(|| name.to_owned())
}

fn diagram() -> String {
    let tables = created();
    let conn = Connection::open_in_memory().expect("SQLite");
    let mut text = String::from("\n```mermaid\nerDiagram\n");
    for (table, _, body) in &tables {
        conn.execute_batch(&format!("CREATE TABLE {table} ({body}\n)")).expect("a table");
        let mut columns = conn.prepare("SELECT name FROM pragma_table_info(?1)").expect("columns");
        let columns = columns.query_map([table], |row| row.get::<_, String>(0)).expect("names");
        for column in columns.map(|column| column.expect("a name")) {
            if let Some(other) = refers(table, &column, &tables) {
                let _infallible = writeln!(text, "    {other} ||--o{{ {table} : {column}");
            }
        }
    }
    text + "```\n\n"
}

fn tables() -> String {
    let mut text = String::new();
    for (table, comment, body) in created() {
        let comment = if comment.is_empty() { comment } else { comment + "\n\n" };
        let _infallible =
            write!(text, "\n### {table}\n\n{comment}| column | type | |\n| --- | --- | --- |\n");
        for line in body.lines().map(str::trim) {
            let (said, comment) = line.split_once("--").unwrap_or((line, ""));
            let mut words = said.split_whitespace();
            let (Some(name), Some(kind)) = (words.next(), words.next()) else { continue };
            let is_column =
                name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if is_column
                && name != "hash"
                && kind.chars().all(|c| c.is_ascii_uppercase() || c == ',')
            {
                let kind = kind.trim_end_matches(',').to_lowercase();
                let _infallible = writeln!(text, "| `{name}` | {kind} | {} |", cell(comment));
            }
        }
    }
    text
}

#[test]
fn the_readme_names_every_output() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"))
        .expect("README.md");
    let (_, list) = readme.split_once("every result can be a table").expect("the list of outputs");
    let list = list.split("`-o FILE`").next().unwrap_or_default();
    let missing: Vec<_> = revdb_render::OutputFormat::names()
        .filter(|name| {
            *name != "table"
                && !list.contains(&format!("`{name}`"))
                && !list.contains(&format!(" {name}`"))
        })
        .collect();
    assert!(missing.is_empty(), "README.md does not name {missing:?} among the outputs");
}

/// Both pages say which outputs are for people and which for programs.
#[test]
fn the_reader_of_every_output_is_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (page, people) in
        [("README.md", "**Outputs for people** ("), ("docs/internals.md", "Formats for people (")]
    {
        let text = std::fs::read_to_string(root.join(page)).expect(page);
        let (_, rest) = text.split_once(people).expect("the formats for people");
        let (people, rest) = rest.split_once(')').expect("the end of the list");
        let (_, programs) = rest.split_once("for programs (").expect("the formats for programs");
        let programs = programs.split(')').next().unwrap_or_default();
        // A picture has neither headings nor column names.
        for format in revdb_render::OutputFormat::all().filter(|format| format.name != "svg") {
            let (list, whom) =
                if format.is_for_people() { (people, "people") } else { (programs, "programs") };
            let is_named = list.split([',', ' ', '\n']).any(|word| word == format.name);
            assert!(is_named, "{page} does not name {} among the formats for {whom}", format.name);
        }
    }
}

/// Runs the Python blocks of a page in order in one folder, and compares the output with the text
/// below each.
#[test]
fn python_prints_what_the_page_says() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let revdb = |args: &[&str]| {
        let done =
            Command::new(env!("CARGO_BIN_EXE_revdb")).args(args).current_dir(folder).output();
        let done = done.expect("revdb runs");
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    let dumps = ["metacritic-text", "letterboxd-diary", "goodreads"].map(|name| samples.join(name));
    let dumps = dumps.each_ref().map(|path| path.to_str().expect("UTF-8"));
    revdb(&["import", dumps[0], dumps[1], dumps[2]]);
    for file in ["reviews.jsonl", "reviews.csv", "reviews.parquet"] {
        revdb(&["export", "--raw", "-o", file]);
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_revdb")).parent().expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(bin.to_owned()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(path).expect("a search path");
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/python.md"));
    let page = page.expect("the page");
    let mut new = String::new();
    let mut parts = page.split("```python\n");
    new.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (block, rest) = part.split_once("```\n").expect("a block's end");
        let told = rest.strip_prefix("\n```text\n").and_then(|rest| rest.split_once("```\n"));
        let (told, rest) = told.expect("what it prints, below it");
        let mut python = Command::new("python3");
        python.args(["-c", block]).current_dir(folder).env("PATH", &path).env_remove("REVDB_DB");
        let done = python.output();
        let (out, said) = match &done {
            Ok(done) => {
                (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
            }
            Err(error) => (String::new().into(), error.to_string().into()),
        };
        let lacks = done.is_err() || said.contains("ModuleNotFoundError");
        if lacks {
            shared::skipped(said.lines().last().unwrap_or_default());
        } else {
            assert!(said.is_empty(), "{block}\n{said}");
        }
        let is_blessed = std::env::var_os("REVDB_BLESS").is_some();
        assert!(lacks || is_blessed || out == told, "{block}\nprints\n{out}\nand not\n{told}");
        let out = if lacks { told } else { &out };
        let _infallible = write!(new, "```python\n{block}```\n\n```text\n{out}```\n{rest}");
    }
    if std::env::var_os("REVDB_BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/python.md");
        std::fs::write(path, new).expect("the page");
    }
}
