//! Translates a report to SQL of another engine, over a Parquet export.
//!
//! The report's SQL and the archive's views are translated token by token; views that cannot be
//! translated are written out in `sql/dialect`. `tests/dialects.rs` runs the result.
//!
//! Must never: produce SQL that reads what an export does not contain; such a report is refused by
//! name.

use std::collections::BTreeSet;

use rusqlite::types::Value;

use super::Report;
use super::param::Values;
use super::tokens::{is_trivia, tokens};
use crate::sqlite_rules::tokens::{Cutter, Folds};
use revdb_migrations::SCHEMA;
use revdb_sql::dialect::statement;

mod differences;

/// An engine that reads Parquet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
    /// Apache Spark.
    Spark,
}

/// Why a report cannot be translated.
#[derive(Debug, thiserror::Error)]
pub enum DialectError {
    /// It reads a table of the archive.
    #[error("it reads the table {0} of the archive, which is not in an export")]
    Table(String),
    /// It uses a function or keyword without a counterpart.
    #[error("its SQL uses {0}, which only SQLite has")]
    Word(String),
    /// SQLite failed while the folding table was read.
    #[error("SQLite's rules for words cannot be had")]
    Folds(#[from] rusqlite::Error),
}

/// Idioms of SQLite and the dialects' functions for them.
const IDIOMS: [(&str, &str); 1] = [(
    "format('%s-W%02d', strftime('%Y', begins, '+3 days'), (strftime('%j', begins, '+3 days') + 6) / 7)",
    "iso_week(begins)",
)];

/// Words without a counterpart.
const ONLY_SQLITES: [&str; 8] = [
    "GLOB", "json_each", "json_quote", "julianday", "strftime", "group_concat", "name_fold",
    "title_fold",
];

impl Dialect {
    /// Every dialect by its name.
    pub const NAMES: [(&str, Dialect); 2] =
        [("duckdb", Dialect::DuckDb), ("spark", Dialect::Spark)];

    fn file(self) -> &'static str {
        match self {
            Dialect::DuckDb => "duckdb",
            Dialect::Spark => "spark",
        }
    }

    fn own(self, name: &str) -> Option<&'static str> {
        statement(self.file(), name).or_else(|| statement("views", name))
    }

    /// The dialect's name of an SQLite function.
    fn function(self, name: &str) -> Option<&'static str> {
        match (name.to_ascii_lowercase().as_str(), self) {
            ("iif", Dialect::Spark) => Some("if"),
            ("sqrt", Dialect::DuckDb) => Some("root"),
            ("percentile_cont", Dialect::DuckDb) => Some("quantile_cont"),
            ("percentile_cont", Dialect::Spark) => Some("percentile"),
            _ => None,
        }
    }

    /// A value as an SQL literal.
    fn literal(self, value: Option<&Value>) -> String {
        match value {
            Some(Value::Integer(int)) => int.to_string(),
            Some(Value::Real(real)) if self == Dialect::Spark => format!("{real:?}D"),
            Some(Value::Real(real)) => format!("{real:?}"),
            Some(Value::Text(text)) => quoted(text),
            _ => "NULL".to_owned(),
        }
    }

    /// The report with these values over the Parquet export at `path`: views first, then its
    /// SELECT.
    ///
    /// # Errors
    /// [`DialectError`] if it reads what an export does not contain.
    pub fn text(
        self,
        report: &Report,
        values: &Values,
        path: &str,
    ) -> Result<String, DialectError> {
        let mut views = Views { dialect: self, made: BTreeSet::new(), text: String::new() };
        let select = self.translated(&report.select.sql, values)?;
        views.need(&select)?;
        let mut text = self.begin(&views.text, path)?;
        text.push_str(&views.text);
        text.push_str(select.trim().trim_end_matches(';').trim_end());
        text.push_str(";\n");
        Ok(text)
    }

    /// The statements before all views, with the helper functions that are used.
    fn begin(self, views: &str, path: &str) -> Result<String, DialectError> {
        let mut text = String::new();
        for part in self.own("begin").unwrap_or_default().split_inclusive(";\n") {
            let is_fold = part.contains("{letters}");
            if is_fold && !views.contains("folded(") {
                continue;
            }
            let folds = if is_fold { Cutter::new()?.folds()? } else { Folds::default() };
            let translated = part.replace("{letters}", &quoted(&folds.letters));
            text.push_str(
                &translated
                    .replace("{folds}", &quoted(&folds.folds))
                    .replace("{path}", &quoted(path)),
            );
        }
        text.push('\n');
        Ok(text)
    }

    /// SQLite's SQL in this dialect.
    fn translated(self, sql: &str, values: &Values) -> Result<String, DialectError> {
        let mut sql = sql.to_owned();
        for (idiom, translated) in IDIOMS {
            sql = sql.replace(idiom, translated);
        }
        let tokens = tokens(&sql);
        if let Some(word) = ONLY_SQLITES.iter().find(|word| tokens.contains(word)) {
            return Err(DialectError::Word((*word).to_owned()));
        }
        let mut text = String::with_capacity(sql.len());
        let mut named: Vec<(usize, String)> = Vec::new();
        let mut at = 0;
        while let Some(&token) = tokens.get(at) {
            let next = next(&tokens, at);
            let before = before(&tokens, at);
            match token {
                _ if token.starts_with(':') => {
                    text.push_str(&self.literal(values.get(&token[1..])))
                }
                "MATERIALIZED" => {}
                // SQLite's LIKE ignores case.
                _ if token.eq_ignore_ascii_case("LIKE") => text.push_str("ILIKE"),
                "CROSS" if joins_on(&tokens, at) => {}
                "LIMIT" if rest(&tokens, at).starts_with("- 1") => at = index(&tokens, at, 2),
                "TEXT" if before == "AS" => text.push_str("STRING"),
                "REAL" if before == "AS" => text.push_str("DOUBLE"),
                "INTEGER" if before == "AS" => text.push_str("BIGINT"),
                "(" if next == "VALUES" => {
                    named.push(columns_of_values(&tokens, at));
                    text.push('(');
                }
                _ if named.last().is_some_and(|(end, _)| *end == at) => {
                    let columns = named.pop().map(|(_, columns)| columns).unwrap_or_default();
                    text.push(')');
                    if next == "AS" {
                        let name = index(&tokens, at, 2);
                        text.push_str(&tokens[at + 1..=name].concat());
                        at = name;
                    } else {
                        text.push_str(" AS listed");
                    }
                    text.push_str(&columns);
                }
                _ if next == "(" => text.push_str(self.function(token).unwrap_or(token)),
                // In Spark a number with a point is a decimal, and loses digits on division.
                _ if self == Dialect::Spark && is_real(token) => {
                    text.push_str(token);
                    text.push('D');
                }
                _ if token.starts_with('"') && self == Dialect::Spark => {
                    text.push_str(&token.replace('"', "`"));
                }
                _ => text.push_str(token),
            }
            at += 1;
        }
        Ok(text)
    }
}

/// Views written so far, each after those that it reads.
struct Views {
    dialect: Dialect,
    made: BTreeSet<String>,
    text: String,
}

impl Views {
    /// Writes the views that `sql` reads and that are not written yet.
    fn need(&mut self, sql: &str) -> Result<(), DialectError> {
        let tokens = tokens(sql);
        for (at, token) in tokens.iter().enumerate() {
            if !matches!(before(&tokens, at), "FROM" | "JOIN") || self.made.contains(*token) {
                continue;
            }
            let own = self.dialect.own(token).map(str::to_owned);
            let text = match (own, archive_view(token)) {
                (Some(own), _) => own,
                (None, Some(view)) => self.dialect.translated(view, &Values::default())?,
                (None, None) if is_archive_table(token) => {
                    return Err(DialectError::Table((*token).to_owned()));
                }
                (None, None) => continue,
            };
            self.made.insert((*token).to_owned());
            self.need(&text)?;
            let view = self.dialect.own("view").unwrap_or_default();
            self.text.push_str(view.replace("{name}", token).replace("{text}", text.trim()).trim());
            self.text.push_str("\n\n");
        }
        Ok(())
    }
}

/// The SELECT of a view of the archive.
fn archive_view(name: &str) -> Option<&'static str> {
    let (_, text) = SCHEMA.split_once(&format!("\nCREATE VIEW {name} AS"))?;
    text.split_once(";\n").map(|(select, _)| select)
}

fn is_archive_table(name: &str) -> bool {
    ["TABLE", "VIRTUAL TABLE"]
        .iter()
        .any(|what| SCHEMA.contains(&format!("\nCREATE {what} {name} ")))
}

/// Whether a token is a number with a decimal point.
fn is_real(token: &str) -> bool {
    token.contains('.') && token.starts_with(|c: char| c.is_ascii_digit())
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Index of the `count`-th token after this one, trivia skipped.
fn index(tokens: &[&str], at: usize, count: usize) -> usize {
    let behind = (at + 1..tokens.len()).filter(|&at| !is_trivia(tokens[at]));
    behind.take(count).last().unwrap_or(at)
}

fn next<'t>(tokens: &[&'t str], at: usize) -> &'t str {
    tokens.iter().skip(at + 1).find(|token| !is_trivia(token)).copied().unwrap_or_default()
}

fn before<'t>(tokens: &[&'t str], at: usize) -> &'t str {
    tokens.iter().take(at).rev().find(|token| !is_trivia(token)).copied().unwrap_or_default()
}

/// The next two tokens.
fn rest(tokens: &[&str], at: usize) -> String {
    let behind = tokens.iter().skip(at + 1).filter(|token| !is_trivia(token));
    behind.take(2).copied().collect::<Vec<_>>().join(" ")
}

/// Whether a CROSS JOIN, which fixes SQLite's loop order, has a condition.
fn joins_on(tokens: &[&str], at: usize) -> bool {
    let mut depth = 0_usize;
    for token in tokens.iter().skip(index(tokens, at, 1) + 1) {
        match *token {
            "(" => depth += 1,
            ")" if depth == 0 => return false,
            ")" => depth -= 1,
            "ON" if depth == 0 => return true,
            "CROSS" | "JOIN" | "LEFT" | "WHERE" | "GROUP" | "ORDER" | "UNION" | ","
                if depth == 0 =>
            {
                return false;
            }
            _ => {}
        }
    }
    false
}

/// The index of the parenthesis that closes a VALUES list, and SQLite's names for its columns.
fn columns_of_values(tokens: &[&str], at: usize) -> (usize, String) {
    let (mut depth, mut columns, mut is_first) = (0_usize, 1, true);
    for (at, token) in tokens.iter().enumerate().skip(at) {
        match *token {
            "(" => depth += 1,
            ")" if depth == 1 => {
                let names: Vec<String> = (1..=columns).map(|n| format!("column{n}")).collect();
                return (at, format!("({})", names.join(", ")));
            }
            ")" => {
                depth -= 1;
                is_first = false;
            }
            "," if depth == 2 && is_first => columns += 1,
            _ => {}
        }
    }
    (tokens.len(), String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_idioms_are_translated() {
        let translation = |dialect: Dialect, sql: &str| {
            dialect.translated(sql, &Values::default()).expect("said")
        };
        for (sql, duckdb, spark) in [
            (
                "a CROSS JOIN b ON x = y CROSS JOIN c WHERE z",
                "a  JOIN b ON x = y CROSS JOIN c WHERE z",
                None,
            ),
            ("WITH a AS MATERIALIZED (SELECT 1 LIMIT -1)", "WITH a AS  (SELECT 1 )", None),
            (
                "FROM (VALUES ('a', 1), ('b', f(2, 3))) AS t, u",
                "FROM (VALUES ('a', 1), ('b', f(2, 3))) AS t(column1, column2), u",
                None,
            ),
            (
                "SELECT column1 FROM (VALUES (1))",
                "SELECT column1 FROM (VALUES (1)) AS listed(column1)",
                None,
            ),
            (
                "iif(a, CAST(b AS TEXT), ':x') AS \"0-9\"",
                "iif(a, CAST(b AS STRING), ':x') AS \"0-9\"",
                Some("if(a, CAST(b AS STRING), ':x') AS `0-9`"),
            ),
            ("title LIKE 'the %'", "title ILIKE 'the %'", None),
            ("percentile_cont(x, 0.25)", "quantile_cont(x, 0.25)", Some("percentile(x, 0.25D)")),
        ] {
            assert_eq!(translation(Dialect::DuckDb, sql), duckdb);
            assert_eq!(translation(Dialect::Spark, sql), spark.unwrap_or(duckdb));
        }
    }
}
