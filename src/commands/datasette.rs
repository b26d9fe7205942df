//! The folder with which Datasette serves an archive: canned queries, a searchable view, a plugin.
//!
//! Datasette binds URL parameters as text, and an empty text for an empty field. Reports expect
//! typed values and defaults, so every `:name` is wrapped here in the conversion. Nothing else in
//! a report's SQL is changed.
//!
//! A report that takes SQLite seconds is not a canned query, which Datasette would stop after one:
//! its rows for the default parameters are precomputed by revdb in a separate database.
//!
//! Datasette 0.65 reads everything from its metadata; 1.0 reads queries, tables and settings from
//! its configuration, and descriptions from the metadata.

use std::ffi::OsStr;
use std::path::Path;

use minijinja::HtmlEscape;
use rusqlite::{Connection, MAIN_DB, params_from_iter};
use serde_json::{Map, Value, json};

use revdb_query::report::tokens::tokens;
use revdb_query::report::{Catalogue, ParamType, Report};
use revdb_query::{Counts, Scope};
use revdb_sql::sql;

use super::reports::Spoken;
use super::{CommandError, Result};
use crate::rows::cell;

const PLUGIN: &str = include_str!("datasette/plugin.py");
const README: &str = include_str!("datasette/readme.md");

/// Facets of a large archive need more than Datasette's 0.2 seconds, its reports more than 1,000
/// rows, and on a busy machine or beyond 100,000 reviews more than a second.
const SETTINGS: [(&str, u32); 3] =
    [("sql_time_limit_ms", 10_000), ("facet_time_limit_ms", 3_000), ("max_returned_rows", 10_000)];

/// The database of precomputed reports, and Datasette's name for it.
const HEAVY: &str = "heavy-reports";

/// The files of the folder by relative path. `database` is the name under which Datasette serves
/// the archive, by default its file name without the ending.
///
/// # Errors
/// A report with an invalid header; the archive's error.
pub fn files(
    conn: &Connection,
    catalogue: &Catalogue,
    archive: &Path,
    database: Option<String>,
) -> Result<[(String, Vec<u8>); 5]> {
    let name = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let stem = name(archive.file_stem());
    let database = &database.unwrap_or_else(|| stem.clone());
    let file = if *database == stem { name(archive.file_name()) } else { format!("{database}.db") };
    let counts = Counts::of(conn, None)?;
    let reports = catalogue.names().map(|name| Ok(of_those_there(catalogue.get(name)?, counts)));
    let (heavy, light): (Vec<_>, Vec<_>) =
        reports.collect::<Result<Vec<_>>>()?.into_iter().partition(|report| report.heavy);
    let metadata = metadata(conn, &light, &heavy, database)?;
    let settings: Map<String, Value> =
        SETTINGS.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let config = json!({ "settings": settings, "databases": metadata["databases"] });
    let flags: Vec<String> =
        SETTINGS.iter().map(|(name, value)| format!(" --setting {name} {value}")).collect();
    let readme = README
        .replace("{archive}", &crate::ingest::shell_line(&[format!("ARCHIVE/{file}")]))
        .replace("{file}", &file)
        .replace("{settings}", &flags.concat());
    Ok([
        ("metadata.json".to_owned(), text(&metadata)?.into()),
        // JSON is YAML.
        ("datasette.yaml".to_owned(), text(&config)?.into()),
        ("plugins/revdb_functions.py".to_owned(), plugin().into()),
        ("README.md".to_owned(), readme.into()),
        (format!("{HEAVY}.db"), worked_out(conn, &heavy)?),
    ])
}

/// The report with the default audience that `revdb query` would choose in this archive.
fn of_those_there(mut report: Report, counts: Counts) -> Report {
    let chosen = Spoken::of(&report, &[], counts).typed();
    for param in &mut report.params {
        if let Some((name, word)) = &chosen
            && param.name == *name
        {
            param.default = rusqlite::types::Value::Text(word.clone());
        }
    }
    report
}

/// The plugin, with the SQL that distinguishes works of one title and year.
fn plugin() -> String {
    let steps = [
        sql("engine/forget_namesakes"),
        sql("datasette/namesakes"),
        sql("engine/tell_apart"),
        sql("engine/create_work"),
    ];
    PLUGIN.replace("{namesakes}", &steps.join("\n"))
}

/// A database with a table for each of these reports: its rows for both audiences, in order.
fn worked_out(conn: &Connection, reports: &[Report]) -> Result<Vec<u8>> {
    let mut database = Connection::open_in_memory()?;
    for report in reports {
        let values = report.values([("audience", "all")])?;
        let mut prepared = report.prepare(conn, &Scope::default(), &values)?;
        let names: Vec<_> =
            prepared.columns().iter().map(|column| format!("\"{}\"", column.name)).collect();
        let (names, places) = (names.join(", "), vec!["?"; names.len()].join(", "));
        database.execute_batch(&format!("BEGIN; CREATE TABLE \"{}\" ({names})", report.name))?;
        {
            let mut insert =
                database.prepare(&format!("INSERT INTO \"{}\" VALUES ({places})", report.name))?;
            let mut rows = prepared.rows();
            while let Some(row) = rows.next_row()? {
                insert.execute(params_from_iter(row))?;
            }
        }
        database.execute_batch("COMMIT")?;
    }
    Ok(database.serialize(MAIN_DB)?.to_vec())
}

/// The command that serves `archive` with the files in `dir`, in Datasette 0.65.
pub fn command(archive: &Path, dir: &Path) -> String {
    let mut words = vec!["datasette".to_owned(), archive.display().to_string()];
    words.push(dir.join(HEAVY).with_extension("db").display().to_string());
    for (flag, file) in [("--metadata", "metadata.json"), ("--plugins-dir", "plugins")] {
        words.extend([flag.to_owned(), dir.join(file).display().to_string()]);
    }
    for (name, value) in SETTINGS {
        words.extend(["--setting".to_owned(), name.to_owned(), value.to_string()]);
    }
    crate::ingest::shell_line(&words)
}

/// The note on what that command lacks for Datasette 1.0.
pub fn newer(dir: &Path) -> String {
    let config = dir.join("datasette.yaml").display().to_string();
    format!("note: Datasette 1.0 also needs --config {}", crate::ingest::shell_line(&[config]))
}

fn text(value: &Value) -> Result<String> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| CommandError::failed(error.to_string()))?;
    Ok(text + "\n")
}

fn metadata(
    conn: &Connection,
    light: &[Report],
    heavy: &[Report],
    database: &str,
) -> Result<Value> {
    let mut queries = Map::new();
    let mut worked_out = Map::new();
    let mut home = String::new();
    for (report, place) in light
        .iter()
        .map(|report| (report, database))
        .chain(heavy.iter().map(|report| (report, HEAVY)))
    {
        let values = report.values([])?;
        home.push_str(&format!(
            "<li><a href=\"/{}/{}\">{}</a>: {}</li>\n",
            in_url(place),
            report.name,
            escaped(&values.fill(&report.title)),
            escaped(&values.fill(&report.summary))
        ));
        let description = description(report)?;
        match report.heavy {
            true => worked_out.insert(report.name.clone(), description),
            false => queries.insert(report.name.clone(), query(report, description)),
        };
    }
    queries.insert(
        "sources-of-review".to_owned(),
        json!({
            "title": "Sources of a review",
            "description_html": "<p>Every dump that held the review with this id, where in it, and what it said otherwise.</p>",
            "sql": sql("datasette/sources_of_review").trim().trim_end_matches(';'),
            "params": ["id"],
            "hide_sql": true,
        }),
    );
    let link = in_url(database);
    Ok(json!({
        "title": "Reviews",
        "description_html": format!(
            "<p><a href=\"/{link}/reviews\">All reviews</a>, one a row: search the words of the quotes, or choose a critic, \
             a work or an audience. Scores are on 0 to 100. <a href=\"/{link}/sources-of-review\">Sources of a review</a> \
             says which dumps held it. The reports; an empty field means the default:</p>\n<ul>\n{home}</ul>"
        ),
        "source": "the dumps that the archive names",
        "license": "The quotes are their authors'; quoting is for you to judge",
        "databases": {
            database: { "tables": tables(conn)?, "queries": queries },
            HEAVY: {
                "description_html": "Reports that take SQLite longer than a page may take, with their defaults, \
                    as revdb worked them out when it wrote this folder. Write it anew after an import.",
                "tables": worked_out,
            }
        }
    }))
}

/// The public view with its facets; everything else is hidden. Datasette hides tables marked as
/// hidden, but views only by permission.
fn tables(conn: &Connection) -> Result<Value> {
    let mut tables = Map::new();
    tables.insert(
        "reviews".to_owned(),
        json!({
            "fts_table": "review_fts",
            "fts_pk": "id",
            "sort_desc": "date",
            "facets": ["audience", "critic", "work"],
            "description_html": "One row a review. The search finds words of the quotes.",
        }),
    );
    let mut statement = conn.prepare(sql("datasette/tables"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let hidden = match row.get("is_view")? {
            true => json!({ "allow": false }),
            false => json!({ "hidden": true }),
        };
        tables.insert(row.get("name")?, hidden);
    }
    Ok(Value::Object(tables))
}

/// The description of a report: title, parameters if it is a query, and rule.
fn description(report: &Report) -> Result<Value> {
    let values = report.values([])?;
    let rule = values.fill(&report.rule).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut params = String::new();
    for param in report.params.iter().filter(|_| !report.heavy) {
        let default = match cell(param.default.clone()).data_text() {
            Some(default) => format!("; left empty: {default}"),
            None => String::new(),
        };
        let choices = match param.one_of.is_empty() {
            true => String::new(),
            false => format!(" ({})", param.one_of.join(", ")),
        };
        let description = escaped(&format!("{}{choices}{default}", param.help));
        params
            .push_str(&format!("<li><code>{}</code>: {description}</li>\n", escaped(&param.name)));
    }
    if !params.is_empty() {
        params = format!("<ul>\n{params}</ul>\n");
    }
    Ok(json!({
        "title": values.fill(&report.title),
        "description_html": format!(
            "<p>{}</p>\n{params}<details><summary>How it is computed</summary><p>{}</p></details>",
            escaped(&values.fill(&report.summary)),
            escaped(&rule)
        ),
    }))
}

fn query(report: &Report, mut description: Value) -> Value {
    let names: Vec<&str> = report.params.iter().map(|param| param.name.as_str()).collect();
    description["sql"] = json!(with_defaults(report));
    description["params"] = json!(names);
    description["hide_sql"] = json!(true);
    description
}

/// A database's name in Datasette's addresses.
fn in_url(name: &str) -> String {
    let mut url = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'_' | b'-' => url.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => url.push(char::from(byte)),
            b' ' => url.push('+'),
            _ => url.push_str(&format!("~{byte:02X}")),
        }
    }
    url
}

fn escaped(text: &str) -> String {
    HtmlEscape(text).to_string()
}

/// The SELECT with each parameter's type and default.
fn with_defaults(report: &Report) -> String {
    let mut sql = String::new();
    for piece in tokens(&report.select.sql) {
        match piece.strip_prefix(':').and_then(|name| report.param(name)) {
            None => sql.push_str(piece),
            Some(param) => {
                let default = match &param.default {
                    rusqlite::types::Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
                    other => cell(other.clone()).data_text().unwrap_or_else(|| "NULL".to_owned()),
                };
                let given = format!("coalesce(nullif({piece}, ''), {default})");
                sql.push_str(&match param.kind {
                    ParamType::Int => format!("CAST({given} AS INTEGER)"),
                    ParamType::Real => format!("CAST({given} AS REAL)"),
                    ParamType::Text | ParamType::Date => given,
                });
            }
        }
    }
    let sql = sql.trim();
    sql.strip_suffix(';').unwrap_or(sql).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_is_a_canned_query_with_its_parameters_wrapped() {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch(
            "CREATE TABLE dump (id); CREATE VIEW filtered AS SELECT 1; CREATE VIEW reviews AS SELECT 1",
        )
        .expect("a schema");
        let catalogue = Catalogue::built_in();
        let reports: Vec<_> =
            catalogue.names().map(|name| catalogue.get(name).expect("a report")).collect();
        let (heavy, light): (Vec<_>, Vec<_>) = reports.into_iter().partition(|report| report.heavy);
        let metadata = metadata(&conn, &light, &heavy, "reviews").expect("metadata");
        let database = &metadata["databases"]["reviews"];
        let queries = database["queries"].as_object().expect("queries");
        assert_eq!(queries.len(), light.len() + 1, "the reports and the sources");
        let tables = metadata["databases"][HEAVY]["tables"].as_object().expect("tables");
        assert_eq!(tables.len(), heavy.len());
        assert!(!heavy.is_empty());
        assert!(queries.values().all(|query| query["hide_sql"] == true));
        let spread = &queries["score-spread"];
        let sql = spread["sql"].as_str().expect("SQL");
        assert!(sql.contains("CAST(coalesce(nullif(:min_reviews, ''), 1) AS INTEGER)"), "{sql}");
        assert!(sql.contains("coalesce(nullif(:by, ''), 'critic')"), "{sql}");
        let description = spread["description_html"].as_str().expect("a description");
        assert!(
            description.contains("<code>min_reviews</code>") && description.contains("<details>"),
            "{description}"
        );
        assert_eq!(in_url("my_reviews-2024.v2 é"), "my_reviews-2024~2Ev2+~C3~A9");
        let tables = &database["tables"];
        assert_eq!(tables["dump"], json!({ "hidden": true }));
        assert_eq!(tables["filtered"], json!({ "allow": false }));
        assert_eq!(tables["reviews"]["facets"], json!(["audience", "critic", "work"]));
    }
}
