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
//! -- n = "int: scored reviews"                  text quote int real date url, and what it tells
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

/// How a column's values are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Short text: a name, a word.
    Text,
    /// Long text.
    Quote,
    Int,
    /// Digits after the point where people read it; data keep all of them.
    Real {
        decimals: u8,
    },
    /// ISO, possibly partial.
    Date,
    Url,
}

/// A declared column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    pub kind: Kind,
    /// Shown instead of the name; may hold `{param}`.
    pub heading: Option<String>,
    /// Shown to people where the value is NULL.
    pub blank: Option<String>,
    /// What the column summary, for help; may hold `{param}`.
    pub summary: Option<String>,
}

impl ColumnSpec {
    /// What people read above the column `name`.
    pub fn heading(&self, name: &str, values: &Values) -> String {
        self.heading.as_ref().map_or_else(|| name.replace('_', " "), |text| values.fill(text))
    }
}

/// What a report's rows can be drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartKind {
    /// `label`, `value`; with `group` one row of bars for each.
    Bars,
    /// `label`, `min`, `q1`, `median`, `q3`, `max`; with `group` each label says its group, where there
    /// are several.
    Box,
    /// `label`, `value`: one point for each row on one line for each label; `mark`ed points stand
    /// out, `centre` is what they are far from, `group` as with boxes.
    Strip,
    /// `at`, `value`; with `group` one line for each.
    Line,
    /// `label`, `from`, `to`: one line from the first value to the second for each row; `from_at` and
    /// `to_at` are where its ends stand (years), `weight` chooses the rows where there are too many.
    Slope,
    /// `label`, `bins`: column names with commas between, each a count; summed over the rows, with
    /// `group` one histogram for each.
    Histogram,
}

/// Declared by `chart`.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub kind: ChartKind,
    /// Role (`label`, `value`, `q1` …) → column of the SELECT.
    pub roles: BTreeMap<String, String>,
    /// What the value axis shows at least, such as 0 to 100; else what the values need.
    pub axis: Option<[f64; 2]>,
    /// Titles of the axes, with units; may hold `{param}`.
    pub x: Option<String>,
    pub y: Option<String>,
}

/// The values of a parameter from the finest to the coarsest: a picture of more than `most` rows
/// takes the next one, where the person chose none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coarser {
    pub param: String,
    pub values: Vec<String>,
    pub most: usize,
}

/// A chart that is drawn where the parameter `param` is `value`.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartFor {
    pub param: String,
    pub value: String,
    pub chart: Chart,
}

/// One statement of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    pub sql: String,
    /// The line of the file on which `sql` begins, from 1.
    pub line: usize,
}

/// A report, read but not yet checked against an archive.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The file's name without `.sql`.
    pub name: String,
    /// As messages name it.
    pub file: String,
    /// The whole file.
    pub text: String,
    /// Comes with revdb, whose tests run all of it.
    pub is_built_in: bool,
    pub title: String,
    pub summary: String,
    /// The rule in one short line.
    pub short: Option<String>,
    pub rule: String,
    pub source: Option<String>,
    pub example: Option<String>,
    pub chart: Option<Chart>,
    /// Charts that stand for it where a parameter has a value.
    pub chart_for: Vec<ChartFor>,
    pub coarser: Option<Coarser>,
    /// SQLite without the engine takes seconds of 100,000 reviews.
    pub heavy: bool,
    /// In the order declared.
    pub columns: Vec<(String, ColumnSpec)>,
    /// In the order declared; the last is always `audience`.
    pub params: Vec<Param>,
    pub select: Statement,
    pub notes: Option<Statement>,
    pub details: Option<Statement>,
}

impl Report {
    /// The chart of a result with these parameters.
    pub fn chart_of(&self, values: &Values) -> Option<&Chart> {
        let holds = |other: &&ChartFor| matches!(values.get(&other.param), Some(Value::Text(value)) if *value == other.value);
        self.chart_for.iter().find(holds).map(|other| &other.chart).or(self.chart.as_ref())
    }

    /// Columns with what each summary, in the order of the file.
    pub fn described_columns(&self, values: &Values) -> impl Iterator<Item = (String, String)> {
        self.columns.iter().filter_map(|(name, column)| {
            let told = values.fill(column.summary.as_ref()?);
            Some((column.heading(name, values), told))
        })
    }

    /// What the columns tell, as one line; nothing where none says so.
    pub fn columns_in_words(&self, values: &Values) -> Option<String> {
        let told = self.described_columns(values).map(|(name, told)| format!("{name}: {told}"));
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| format!("Columns: {}", told.join("; ")))
    }

    /// The whole rule and its source, as it is printed.
    pub fn whole_rule(&self, values: &Values) -> String {
        let rule = one_line(&values.fill(&self.rule));
        match &self.source {
            Some(source) => format!("Rule: {rule} Source: {source}"),
            None => format!("Rule: {rule}"),
        }
    }

    /// The rule in one short line; of a report that has none, its first sentence.
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
