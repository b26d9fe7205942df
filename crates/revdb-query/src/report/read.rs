//! Parses a report's file: the TOML of its header, the SELECT, the notes.
//!
//! Owns: every message about a header, with line and hint. Must never: read an archive; `run`
//! checks the SQL against one.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Fault, ReportError};
use super::header::{Chart, ChartFor, ChartKind, Coarser, ColumnSpec, Kind, Report, Statement};
use super::param::{AUDIENCE, AUDIENCES, Param};
use super::read_param::{RawParam, read_param};
use revdb_model::name::nearest;

#[derive(Deserialize)]
struct RawChart {
    kind: ChartKind,
    axis: Option<[f64; 2]>,
    x: Option<String>,
    y: Option<String>,
    #[serde(flatten)]
    roles: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawColumn {
    Kind(String),
    Whole { kind: String, heading: Option<String>, blank: Option<String> },
}

/// The keys of the header.
const KEYS: [&str; 13] = [
    "title", "summary", "short", "rule", "source", "example", "audience", "heavy", "chart",
    "chart_for", "coarser", "columns", "param",
];

/// The header's TOML and its mistakes so far.
struct Source<'a> {
    toml: &'a str,
    faults: Vec<Fault>,
}

impl Report {
    /// Parses a report. `name` is the name on the command line, `file` the name in messages.
    ///
    /// # Errors
    /// [`ReportError::Broken`] with every mistake in the header. The SQL is checked by
    /// [`Report::prepare`], which has an archive.
    pub fn parse(name: &str, file: &str, text: &str) -> Result<Self, ReportError> {
        let mut toml = String::new();
        let mut body_line = 1;
        for line in text.lines().take_while(|line| line.starts_with("--")) {
            let line = line.strip_prefix("--").unwrap_or(line);
            toml.push_str(line.strip_prefix(' ').unwrap_or(line));
            toml.push('\n');
            body_line += 1;
        }
        let mut source = Source { toml: &toml, faults: Vec::new() };
        let body: Vec<&str> = text.lines().skip(body_line - 1).collect();
        let (select, [notes, details]) = statements(&body, body_line);
        let report = source.read().map(|header| Self {
            name: name.to_owned(),
            file: file.to_owned(),
            text: text.to_owned(),
            is_built_in: false,
            select,
            notes,
            details,
            ..header
        });
        match report {
            Some(report) if source.faults.is_empty() => Ok(report),
            _ => {
                source.faults.sort_by_key(|fault| fault.line);
                Err(ReportError::Broken { file: file.to_owned(), faults: source.faults })
            }
        }
    }
}

/// Splits the body at the lines `-- notes` and `-- details`.
fn statements(body: &[&str], first_line: usize) -> (Statement, [Option<Statement>; 2]) {
    let place = |mark: &str| body.iter().position(|line| line.trim() == mark);
    let (notes, details) = (place("-- notes"), place("-- details"));
    let part = |from: usize, to: usize| Statement {
        sql: body.get(from..to).unwrap_or_default().join("\n"),
        line: first_line + from,
    };
    let end = body.len();
    let select = part(0, notes.or(details).unwrap_or(end));
    let notes = notes.map(|from| part(from, details.unwrap_or(end)));
    (select, [notes, details.map(|from| part(from, end))])
}

impl<'a> Source<'a> {
    fn fault(&mut self, at: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        let before = self.toml.get(..at.start).unwrap_or(self.toml);
        let line = before.matches('\n').count() + 1;
        self.faults.push(Fault { line, message: message.into(), hint: Some(hint.into()) });
    }

    /// The header, as far as it can be parsed despite mistakes; the SQL is empty.
    fn read(&mut self) -> Option<Report> {
        if self.toml.trim().is_empty() {
            self.fault(
                0..0,
                "the header is missing",
                "`revdb generate report NAME` writes a model",
            );
            return None;
        }
        let (table, errors) = DeTable::parse_recoverable(self.toml);
        for error in &errors {
            let hint = "the lines that begin with -- are TOML, without their --";
            self.fault(error.span().unwrap_or(0..0), error.message(), hint);
        }
        if !errors.is_empty() {
            return None;
        }
        let mut keys = table.into_inner();
        for (key, _) in keys.iter().filter(|(key, _)| !KEYS.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref().as_ref();
            let near = nearest(name, KEYS);
            let hint = near.first().map_or(KEYS.join(", "), |near| format!("did you mean {near}?"));
            self.fault(key.span(), format!("a header has no {name:?}"), hint);
        }
        let [title, summary, rule] =
            ["title", "summary", "rule"].map(|key| self.needed(key, keys.remove(key)));
        let [short, source, example] =
            ["short", "source", "example"].map(|key| keys.remove(key).and_then(|v| self.get(v)));
        let audience = keys.remove("audience");
        let params = self.params(keys.remove("param"), audience);
        let columns = self.columns(keys.remove("columns"));
        let chart = keys.remove("chart").and_then(|chart| self.get(chart));
        let chart = chart.and_then(|chart| self.chart(chart, &columns));
        let chart_for = keys.remove("chart_for").and_then(|charts| self.get(charts));
        let chart_for = self.chart_for(chart_for.unwrap_or_default(), &params, &columns);
        let heavy = keys.remove("heavy").and_then(|heavy| self.get(heavy)).unwrap_or_default();
        let coarser = keys.remove("coarser");
        let coarser = coarser.and_then(|coarser| self.coarser(coarser, &params));
        let report = Report {
            title: title.unwrap_or_default(),
            summary: summary.unwrap_or_default(),
            rule: rule.unwrap_or_default(),
            short,
            source,
            example,
            chart,
            chart_for,
            coarser,
            heavy,
            columns,
            params,
            ..Report::default()
        };
        self.check_templates(&report);
        Some(report)
    }

    /// A value of the expected type; otherwise adds a mistake.
    fn get<T: Deserialize<'a>>(&mut self, value: Spanned<DeValue<'a>>) -> Option<T> {
        let at = value.span();
        match T::deserialize(value.into_deserializer()) {
            Ok(value) => Some(value),
            Err(error) => {
                let hint = "the header of any report shows the form: `revdb query REPORT --sql`";
                self.fault(error.span().unwrap_or(at), error.message(), hint);
                None
            }
        }
    }

    fn needed(&mut self, key: &str, value: Option<Spanned<DeValue<'a>>>) -> Option<String> {
        if value.is_none() {
            self.fault(0..0, format!("the header has no {key}"), format!("-- {key} = \"...\""));
        }
        self.get(value?)
    }

    /// `{name}` must name a parameter.
    fn check_templates(&mut self, report: &Report) {
        let columns = report.columns.iter().flat_map(|(_, c)| [&c.heading, &c.summary]);
        let texts = [&report.title, &report.summary, &report.rule].into_iter();
        let texts = texts.chain(&report.short).chain(columns.flatten());
        for piece in texts.flat_map(|text| text.split('{').skip(1)) {
            let name = piece.split('}').next().unwrap_or(piece);
            if report.param(name).is_none() {
                let hint = "declare it with [[param]], or write it without braces";
                self.fault(0..0, format!("{{{name}}} stands for no parameter"), hint);
            }
        }
    }

    fn params(
        &mut self,
        raw: Option<Spanned<DeValue<'a>>>,
        audience: Option<Spanned<DeValue<'a>>>,
    ) -> Vec<Param> {
        let mut params: Vec<Param> = Vec::new();
        let values = match raw.map(|raw| (raw.span(), raw.into_inner())) {
            Some((_, DeValue::Array(values))) => values.into_iter().collect(),
            Some((at, _)) => {
                self.fault(at, "a parameter is not of this form", "[[param]], in double brackets");
                Vec::new()
            }
            None => Vec::new(),
        };
        for value in values {
            let at = value.span();
            let Some(raw) = self.get::<RawParam>(value) else { continue };
            match read_param(&raw) {
                Err((message, hint)) => self.fault(at, message, hint),
                Ok(param)
                    if param.name == AUDIENCE || params.iter().any(|p| p.name == param.name) =>
                {
                    let message = format!("parameter {:?} is there already", param.name);
                    self.fault(at, message, "every report has :audience without declaring it");
                }
                Ok(param) => params.push(param),
            }
        }
        let at = audience.as_ref().map_or(0..0, Spanned::span);
        let audience = audience.and_then(|audience| self.get::<String>(audience));
        let audience = audience.as_deref().unwrap_or("critic");
        if !AUDIENCES.contains(&audience) {
            let all = AUDIENCES.join(", ");
            self.fault(at, format!("audience {audience:?} is not one of {all}"), all);
        }
        params.push(Param::audience(audience));
        params
    }

    /// In the order of the file.
    fn columns(&mut self, raw: Option<Spanned<DeValue<'a>>>) -> Vec<(String, ColumnSpec)> {
        let mut raw: Vec<_> = match raw.map(|raw| (raw.span(), raw.into_inner())) {
            Some((_, DeValue::Table(table))) => table.into_iter().collect(),
            told => {
                let hint = "-- [columns] and for each column of the SELECT a line, -- n = \"int\"";
                let at = told.map_or(0..0, |(at, _)| at);
                self.fault(at, "the header has no table [columns]", hint);
                Vec::new()
            }
        };
        raw.sort_by_key(|(name, _)| name.span().start);
        let mut columns = Vec::new();
        for (name, value) in raw {
            let (name, at) = (name.into_inner().into_owned(), value.span());
            let (kind, heading, blank) = match self.get::<RawColumn>(value) {
                Some(RawColumn::Kind(kind)) => (kind, None, None),
                Some(RawColumn::Whole { kind, heading, blank }) => (kind, heading, blank),
                None => continue,
            };
            // "real 2: the column's meaning".
            let (word, summary) = match kind.split_once(':') {
                Some((word, summary)) => (word, Some(summary.trim().to_owned())),
                None => (kind.as_str(), None),
            };
            match read_kind(word) {
                Some(kind) => columns.push((name, ColumnSpec { kind, heading, blank, summary })),
                None => {
                    let hint = "text, quote, int, real (or `real 2`: decimals shown), date, url";
                    self.fault(at, format!("column {name:?} cannot be {word:?}"), hint);
                }
            }
        }
        columns
    }

    fn chart_for(
        &mut self,
        raw: BTreeMap<String, BTreeMap<String, Spanned<RawChart>>>,
        params: &[Param],
        columns: &[(String, ColumnSpec)],
    ) -> Vec<ChartFor> {
        let mut all = Vec::new();
        for (param, charts) in raw {
            for (value, chart) in charts {
                let of = params.iter().find(|known| known.name == param);
                if !of.is_some_and(|known| known.one_of.contains(&value)) {
                    let message = format!("chart_for.{param}.{value}: no such parameter and value");
                    let hint = "a parameter with one_of, and one of its values";
                    self.fault(chart.span(), message, hint);
                }
                if let Some(chart) = self.chart(chart, columns) {
                    all.push(ChartFor { param: param.clone(), value, chart });
                }
            }
        }
        all
    }

    fn coarser(&mut self, raw: Spanned<DeValue<'a>>, params: &[Param]) -> Option<Coarser> {
        let at = raw.span();
        let coarser: Coarser = self.get(raw)?;
        let param = params.iter().find(|param| param.name == coarser.param);
        let is_known = |value: &String| param.is_some_and(|param| param.one_of.contains(value));
        if !coarser.values.iter().all(is_known) {
            self.fault(
                at,
                "coarser names no parameter and its values",
                "see the parameter's one_of",
            );
        }
        Some(coarser)
    }

    fn chart(&mut self, raw: Spanned<RawChart>, columns: &[(String, ColumnSpec)]) -> Option<Chart> {
        let at = raw.span();
        let RawChart { kind, axis, x, y, roles } = raw.into_inner();
        let (needed, allowed): (&[&str], &[&str]) = match kind {
            ChartKind::Bars => (&["label", "value"], &["group"]),
            ChartKind::Box => (&["label", "min", "q1", "median", "q3", "max"], &["group"]),
            ChartKind::Strip => (&["label", "value"], &["mark", "centre", "group"]),
            ChartKind::Line => (&["at", "value"], &["group"]),
            ChartKind::Slope => (&["label", "from", "to"], &["from_at", "to_at", "weight"]),
            ChartKind::Histogram => (&["label", "bins"], &["group"]),
        };
        let hint = format!(
            "this chart needs {}; it may have {}axis, x, y",
            needed.join(", "),
            allowed.iter().map(|role| format!("{role}, ")).collect::<String>(),
        );
        let before = self.faults.len();
        for role in needed.iter().filter(|role| !roles.contains_key(**role)) {
            self.fault(at.clone(), format!("the chart has no {role:?}"), hint.as_str());
        }
        let is_column = |name: &str| columns.iter().any(|(column, _)| column == name);
        for (role, column) in &roles {
            if !needed.contains(&role.as_str()) && !allowed.contains(&role.as_str()) {
                let message = format!("this chart knows no {role:?}");
                self.fault(at.clone(), message, hint.as_str());
            } else if let Some(column) = column.split(',').find(|name| !is_column(name)) {
                let message = format!("the chart's {role} is {column:?}, which is no column");
                self.fault(at.clone(), message, "see [columns]");
            }
        }
        (self.faults.len() == before).then_some(Chart { kind, roles, axis, x, y })
    }
}

fn read_kind(text: &str) -> Option<Kind> {
    Some(match text.trim() {
        "text" => Kind::Text,
        "quote" => Kind::Quote,
        "int" => Kind::Int,
        "date" => Kind::Date,
        "url" => Kind::Url,
        "real" => Kind::Real { decimals: 2 },
        other => Kind::Real {
            decimals: other
                .strip_prefix("real ")?
                .trim()
                .parse()
                .ok()
                .filter(|&decimals: &u8| decimals <= 15)?,
        },
    })
}
