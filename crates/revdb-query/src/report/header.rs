//! The form of a report's file, and what it holds once `read` has read it.
//!
//! The file begins with SQL comment lines that, without their `--`, are TOML:
//!
//! ```sql
//! -- title = "Score spread"                     one line, for lists and headings
//! -- summary = "How hard each {by} marks."        what a reader learns from it
//! -- short = "mean and sd by critic"              optional: the rule in one short line
//! -- rule = """The exact definition,
//! -- with its formula."""                       in the help, on pages, with --rule
//! -- source = "Tukey 1977"                      optional: where the formula is from
//! -- example = "revdb query score-spread --by work"
//! -- audience = "critic"                        optional: default of :audience (critic, user, all)
//! -- heavy = true                               optional: SQLite alone takes seconds of 100,000 reviews, so that
//!                                               Datasette gets the rows as a table
//! -- chart = { kind = "box", label = "critic", min = "min", axis = [0, 100], x = "score" }
//! -- coarser = { param = "by", values = ["week", "year"], most = 105 }   optional: for pictures of many rows
//! -- chart_for.by.work = { kind = "bars", ... }   optional: another one where --by is work
//! --
//! -- [columns]                                  each column of the SELECT, by name
//! -- group = { kind = "text", heading = "{by}" }
//! -- critic = { kind = "text", blank = "(no byline)" }   shown to people where it is NULL
//! -- n = "int: scored reviews"                  text quote int real date url, and its meaning
//! -- mean = "real 2"                            real takes the decimals shown
//! --
//! -- [[param]]                                  :min_reviews, --min-reviews
//! -- name = "min_reviews"
//! -- type = "int"                               text int real date
//! -- default = 1                                left out: NULL
//! -- min = 1                                    optional, also max
//! -- help = "leave out smaller groups"
//! --
//! -- [[param]]
//! -- name = "by"
//! -- type = "text"
//! -- default = "critic"
//! -- one_of = ["critic", "work"]                optional: the only values
//! -- help = "what to group by"
//!
//! SELECT ...;
//!
//! -- notes
//! SELECT ...;
//!
//! -- details
//! SELECT ...;
//! ```
//!
//! Exactly one SELECT follows. After a line `-- notes` there may be a second one
//! with the same parameters: each row's first column is a line printed under the
//! table (n, what was left out); `NULL` rows are passed over. So after `-- details` for lines
//! that stand only beside the whole rule (`--rule`, pages, workbooks). All statements
//! may only read, and the whole file runs unchanged in a stock `sqlite3` shell.
//! `:audience` is there without being declared. `{name}` in title, summary, rule
//! and headings stands for a parameter's value.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use serde::Deserialize;

use super::param::{Param, Values};

/// The type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Short text.
    Text,
    /// Long text.
    Quote,
    /// An integer.
    Int,
    /// A floating-point number.
    Real {
        /// Digits after the point for people; data formats print all digits.
        decimals: u8,
    },
    /// An ISO 8601 date, possibly partial.
    Date,
    /// A web address.
    Url,
}

/// A declared column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The type of its values.
    pub kind: Kind,
    /// The heading in place of the name; may contain `{param}`.
    pub heading: Option<String>,
    /// Text for people where the value is NULL.
    pub blank: Option<String>,
    /// The column's meaning, for help; may contain `{param}`.
    pub summary: Option<String>,
}

impl ColumnSpec {
    /// What people read above the column `name`.
    pub fn heading(&self, name: &str, values: &Values) -> String {
        self.heading.as_ref().map_or_else(|| name.replace('_', " "), |text| values.fill(text))
    }
}

/// A kind of chart, and the roles that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartKind {
    /// `label`, `value`; with `group`, each label names its group.
    Bars,
    /// `label`, `min`, `q1`, `median`, `q3`, `max`; `group` as with bars.
    Box,
    /// `label`, `value`: a point per row on a line per label. `mark` highlights points, `centre`
    /// is their reference value, `group` as with bars.
    Strip,
    /// `at`, `value`; with `group`, a line per group.
    Line,
    /// `label`, `from`, `to`: a line per row. `from_at` and `to_at` are the positions of the ends,
    /// such as years; `weight` selects rows where there are too many.
    Slope,
    /// `label`, `bins`: column names separated by commas, each a count, summed over the rows; with
    /// `group`, a histogram per group.
    Histogram,
}

/// A declared chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The kind.
    pub kind: ChartKind,
    /// Role (`label`, `value`, `q1` …) → column of the SELECT.
    pub roles: BTreeMap<String, String>,
    /// The least range of the value axis, such as 0 to 100; `None` is the range of the values.
    pub axis: Option<[f64; 2]>,
    /// Title of the horizontal axis with the unit; may contain `{param}`.
    pub x: Option<String>,
    /// Title of the vertical axis; see `x`.
    pub y: Option<String>,
}

/// Coarser values of a parameter for charts with too many rows, used where the person chose none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coarser {
    /// The parameter's name.
    pub param: String,
    /// Its values from fine to coarse.
    pub values: Vec<String>,
    /// The most rows of a chart before the next value is used.
    pub most: usize,
}

/// A chart for one value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartFor {
    /// The parameter's name.
    pub param: String,
    /// Its value.
    pub value: String,
    /// The chart.
    pub chart: Chart,
}

/// One statement of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// The SQL.
    pub sql: String,
    /// The line on which `sql` begins, from 1.
    pub line: usize,
}

/// A parsed report, not yet checked against an archive.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The file's name without `.sql`.
    pub name: String,
    /// The file's name in messages.
    pub file: String,
    /// The whole file.
    pub text: String,
    /// Whether it is part of revdb, whose tests run it.
    pub is_built_in: bool,
    /// The title; may contain `{param}`.
    pub title: String,
    /// What a reader learns from it; may contain `{param}`.
    pub summary: String,
    /// The rule in one short line.
    pub short: Option<String>,
    /// The exact definition; may contain `{param}`.
    pub rule: String,
    /// Where the formula is from.
    pub source: Option<String>,
    /// A command line.
    pub example: Option<String>,
    /// The chart.
    pub chart: Option<Chart>,
    /// Charts that replace it for a parameter's value.
    pub chart_for: Vec<ChartFor>,
    /// Coarser parameter values for charts.
    pub coarser: Option<Coarser>,
    /// Without the engine, SQLite takes seconds for 100,000 reviews.
    pub heavy: bool,
    /// The columns in the order declared.
    pub columns: Vec<(String, ColumnSpec)>,
    /// The parameters in the order declared; the last is always `audience`.
    pub params: Vec<Param>,
    /// The SELECT.
    pub select: Statement,
    /// The statement after `-- notes`.
    pub notes: Option<Statement>,
    /// The statement after `-- details`.
    pub details: Option<Statement>,
}

impl Report {
    /// The chart for these parameters.
    pub fn chart_of(&self, values: &Values) -> Option<&Chart> {
        let holds = |other: &&ChartFor| matches!(values.get(&other.param), Some(Value::Text(value)) if *value == other.value);
        self.chart_for.iter().find(holds).map(|other| &other.chart).or(self.chart.as_ref())
    }

    /// Columns with a summary, in the order of the file.
    pub fn described_columns(&self, values: &Values) -> impl Iterator<Item = (String, String)> {
        self.columns.iter().filter_map(|(name, column)| {
            let description = values.fill(column.summary.as_ref()?);
            Some((column.heading(name, values), description))
        })
    }

    /// The summaries of the columns in one line; `None` if there are none.
    pub fn columns_in_words(&self, values: &Values) -> Option<String> {
        let described = self
            .described_columns(values)
            .map(|(name, description)| format!("{name}: {description}"));
        let described: Vec<String> = described.collect();
        (!described.is_empty()).then(|| format!("Columns: {}", described.join("; ")))
    }

    /// The whole rule and its source, as printed.
    pub fn whole_rule(&self, values: &Values) -> String {
        let rule = one_line(&values.fill(&self.rule));
        match &self.source {
            Some(source) => format!("Rule: {rule} Source: {source}"),
            None => format!("Rule: {rule}"),
        }
    }

    /// The rule in one short line; without one, the first sentence of the rule.
    pub fn short_rule(&self, values: &Values) -> String {
        let whole = || {
            let rule = one_line(&values.fill(&self.rule));
            let end = rule.find(". ").or_else(|| rule.find("; ")).unwrap_or(rule.len());
            rule.get(..end).unwrap_or(&rule).to_owned()
        };
        let short = self.short.as_ref().map_or_else(whole, |short| values.fill(short));
        format!("Rule: {short} (--rule has the whole)")
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
