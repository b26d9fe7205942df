//! Metadata with which Datasette shows an archive: canned queries and the searchable view.
//!
//! Datasette binds what stands in the address: always text, and an empty text where a person
//! leaves a field empty. A report counts on typed values and on its defaults, so every
//! `:name` is wrapped here in what Datasette would have to do. Nothing else of a
//! report's SQL is touched.

use serde_json::{Map, Value, json};

use crate::query::report::{Catalogue, ParamType, Report};

use super::CommandError;
use super::rows::cell;

/// Gives Python's SQLite the aggregates `median` and `percentile_cont`, which the stock
/// shell has from 3.51 on and Python's build has not. Linear interpolation at (n - 1)p.
pub const PLUGIN: &str = include_str!("datasette_plugin.py");

/// The metadata as JSON. `database` is the name under which Datasette serves the archive.
///
/// # Errors
/// A report whose header is broken.
pub fn metadata(catalogue: &Catalogue, database: &str) -> Result<String, CommandError> {
    let mut queries = Map::new();
    for name in catalogue.names() {
        let report = catalogue.get(name)?;
        queries.insert(name.to_owned(), query(&report)?);
    }
    let metadata = json!({
        "title": "Reviews",
        "description": "An archive of reviews. The view reviews has one row a review; the canned queries are the reports of revdb.",
        "source": "revdb: the reviews come from the dumps listed in the table source",
        "about": "revdb",
        "license": "The quotes are their authors'; quoting is for you to judge",
        "databases": { database: {
            "tables": { "reviews": {
                "fts_table": "review_fts",
                "fts_pk": "id",
                "sort_desc": "date",
                "description": "One row a review; search finds words of the quotes"
            } },
            "queries": queries
        } }
    });
    let text = serde_json::to_string_pretty(&metadata)
        .map_err(|error| CommandError::failed(error.to_string()))?;
    Ok(text + "\n")
}

fn query(report: &Report) -> Result<Value, CommandError> {
    let values = report.values([])?;
    let rule = values.fill(&report.rule).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = vec![values.fill(&report.tells)];
    for param in &report.params {
        let default = match cell(param.default.clone()).data_text() {
            Some(default) => format!("; left empty: {default}"),
            None => String::new(),
        };
        let choices = match param.one_of.is_empty() {
            true => String::new(),
            false => format!(" ({})", param.one_of.join(", ")),
        };
        lines.push(format!("{}: {}{choices}{default}", param.name, param.help));
    }
    lines.push(format!("Rule: {rule}"));
    let names: Vec<&str> = report.params.iter().map(|param| param.name.as_str()).collect();
    Ok(json!({
        "title": values.fill(&report.title),
        "description": lines.join("\n"),
        "sql": with_defaults(report),
        "params": names,
    }))
}

/// The SELECT, each parameter with its type and default.
fn with_defaults(report: &Report) -> String {
    let mut sql = String::new();
    for piece in pieces(&report.select.sql) {
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

/// SQL cut so that each `:name` outside of strings, quoted names and comments is a piece.
fn pieces(sql: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = sql;
    while !rest.is_empty() {
        let length = token(rest);
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// Bytes of the token that `sql` begins with; other characters one by one.
fn token(sql: &str) -> usize {
    let until = |end: &str, from: usize| {
        let found = sql.get(from..).and_then(|rest| rest.find(end));
        found.map_or(sql.len(), |at| from + at + end.len())
    };
    let word = |c: char| c.is_alphanumeric() || c == '_';
    match sql.as_bytes() {
        [b'-', b'-', ..] => until("\n", 2),
        [b'/', b'*', ..] => until("*/", 2),
        [b'\'', ..] => until("'", 1),
        [b'"', ..] => until("\"", 1),
        [b':', ..] => {
            sql.get(1..).and_then(|rest| rest.find(|c| !word(c))).map_or(sql.len(), |at| at + 1)
        }
        _ => sql.chars().next().map_or(sql.len(), char::len_utf8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_stand_outside_of_strings_names_and_comments() {
        let sql = "SELECT ':a', \":b\" -- :c\n/* :d */ , :e + ':it''s' || :f";
        let found: Vec<_> =
            pieces(sql).into_iter().filter(|piece| piece.starts_with(':')).collect();
        assert_eq!(found, [":e", ":f"]);
        assert_eq!(pieces(sql).concat(), sql);
    }

    #[test]
    fn every_report_is_a_canned_query_with_its_parameters_wrapped() {
        let catalogue = Catalogue::built_in();
        let text = metadata(&catalogue, "reviews").expect("metadata");
        let metadata: Value = serde_json::from_str(&text).expect("JSON");
        let queries = metadata["databases"]["reviews"]["queries"].as_object().expect("queries");
        assert_eq!(queries.len(), catalogue.names().count());
        let spread = queries["score-spread"]["sql"].as_str().expect("SQL");
        assert!(
            spread.contains("CAST(coalesce(nullif(:min_reviews, ''), 1) AS INTEGER)"),
            "{spread}"
        );
        assert!(spread.contains("coalesce(nullif(:by, ''), 'critic')"), "{spread}");
    }
}
