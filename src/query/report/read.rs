//! Reads a report's file: the header's TOML, the SELECT, the notes.
//!
//! Owns: every complaint about a header, with its line and a hint. Must never:
//! look at an archive; what only an archive can tell is `run`'s.

use std::collections::BTreeMap;
use std::ops::Range;

use rusqlite::types::Value;
use serde::Deserialize;
use toml::Spanned;

use super::error::ReportError;
use super::header::{Chart, ChartFor, ChartKind, ColumnSpec, Kind, Report, Statement};
use super::param::{AUDIENCE, AUDIENCES, Param, ParamType};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHeader {
    title: String,
    tells: String,
    short: Option<String>,
    rule: String,
    source: Option<String>,
    example: Option<String>,
    audience: Option<Spanned<String>>,
    chart: Option<Spanned<RawChart>>,
    /// Parameter → its value → the chart there.
    #[serde(default)]
    chart_for: BTreeMap<String, BTreeMap<String, Spanned<RawChart>>>,
    columns: BTreeMap<String, Spanned<RawColumn>>,
    #[serde(default)]
    param: Vec<Spanned<RawParam>>,
}

#[derive(Deserialize)]
struct RawChart {
    kind: ChartKind,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParam {
    name: String,
    #[serde(rename = "type")]
    kind: ParamType,
    default: Option<toml::Value>,
    #[serde(default)]
    one_of: Vec<String>,
    min: Option<f64>,
    max: Option<f64>,
    help: String,
}

/// The header's TOML and where it stands in the file.
struct Source<'a> {
    file: &'a str,
    toml: String,
}

impl Source<'_> {
    fn broken(&self, at: Range<usize>, message: String, hint: Option<String>) -> ReportError {
        let before = self.toml.get(..at.start).unwrap_or(&self.toml);
        ReportError::Broken {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            message,
            hint,
        }
    }
}

impl Report {
    /// Reads a report's text. `name` is what it is asked for by, `file` what
    /// messages call it.
    ///
    /// # Errors
    /// [`ReportError::Broken`] at the line of the first mistake of the header.
    /// The SQL is looked at by [`Report::prepare`], which has an archive.
    pub fn parse(name: &str, file: &str, text: &str) -> Result<Self, ReportError> {
        let header_lines = text.lines().take_while(|line| line.starts_with("--"));
        let mut source = Source { file, toml: String::new() };
        let mut body_line = 1;
        for line in header_lines.clone() {
            let line = line.strip_prefix("--").unwrap_or(line);
            source.toml.push_str(line.strip_prefix(' ').unwrap_or(line));
            source.toml.push('\n');
            body_line += 1;
        }
        let raw = source.read()?;
        let params = source.params(&raw)?;
        let columns = source.columns(&raw)?;
        let chart = raw.chart.map(|chart| source.chart(chart, &columns)).transpose()?;
        let chart_for = source.chart_for(raw.chart_for, &params, &columns)?;
        let body: Vec<&str> = text.lines().skip(body_line - 1).collect();
        let (select, notes) = statements(&body, body_line);
        let report = Self {
            name: name.to_owned(),
            file: file.to_owned(),
            is_built_in: false,
            title: raw.title,
            tells: raw.tells,
            short: raw.short,
            rule: raw.rule,
            source: raw.source,
            example: raw.example,
            chart,
            chart_for,
            columns,
            params,
            select,
            notes,
        };
        report.check_templates()?;
        Ok(report)
    }

    /// `{name}` must name a parameter.
    fn check_templates(&self) -> Result<(), ReportError> {
        let headings = self.columns.values().filter_map(|c| c.heading.as_deref());
        let texts = [&self.title, &self.tells, &self.rule].into_iter().chain(&self.short);
        for text in texts.map(String::as_str).chain(headings) {
            for piece in text.split('{').skip(1) {
                let name = piece.split('}').next().unwrap_or(piece);
                if self.param(name).is_none() {
                    return Err(ReportError::Broken {
                        file: self.file.clone(),
                        line: 1,
                        message: format!("{{{name}}} stands for no parameter"),
                        hint: Some("declare it with [[param]], or write it without braces".into()),
                    });
                }
            }
        }
        Ok(())
    }
}

/// Splits the body at the line `-- notes`.
fn statements(body: &[&str], first_line: usize) -> (Statement, Option<Statement>) {
    let cut = body.iter().position(|line| line.trim() == "-- notes");
    let select = body.get(..cut.unwrap_or(body.len())).unwrap_or(body);
    let notes = cut
        .and_then(|cut| body.get(cut..))
        .map(|lines| Statement { sql: lines.join("\n"), line: first_line + select.len() });
    let select = Statement { sql: select.join("\n"), line: first_line };
    (select, notes)
}

impl Source<'_> {
    fn read(&self) -> Result<RawHeader, ReportError> {
        if self.toml.trim().is_empty() {
            let hint = "begin with `-- title = \"...\"`; any file of sql/reports is a model";
            return Err(self.broken(0..0, "the header is missing".into(), Some(hint.into())));
        }
        toml::from_str(&self.toml).map_err(|error| {
            let at = error.span().unwrap_or(0..0);
            let hint = "the lines that begin with -- are TOML: title, tells, short, rule, source, \
                        example, audience, chart, chart_for, [columns], [[param]]";
            self.broken(at, error.message().to_owned(), Some(hint.into()))
        })
    }

    fn params(&self, raw: &RawHeader) -> Result<Vec<Param>, ReportError> {
        let mut params: Vec<Param> = Vec::new();
        for spanned in &raw.param {
            let at = spanned.span();
            let param = read_param(spanned.get_ref())
                .map_err(|(message, hint)| self.broken(at.clone(), message, Some(hint)))?;
            if param.name == AUDIENCE || params.iter().any(|other| other.name == param.name) {
                let message = format!("parameter {:?} is there already", param.name);
                let hint = "every report has :audience without declaring it";
                return Err(self.broken(at, message, Some(hint.into())));
            }
            params.push(param);
        }
        let audience = raw.audience.as_ref().map_or("critic", |a| a.get_ref());
        if !AUDIENCES.contains(&audience) {
            let at = raw.audience.as_ref().map_or(0..0, Spanned::span);
            let message = format!("audience {audience:?} is not one of {}", AUDIENCES.join(", "));
            return Err(self.broken(at, message, None));
        }
        params.push(Param::audience(audience));
        Ok(params)
    }

    fn columns(&self, raw: &RawHeader) -> Result<BTreeMap<String, ColumnSpec>, ReportError> {
        let mut columns = BTreeMap::new();
        for (name, spanned) in &raw.columns {
            let (kind, heading, blank) = match spanned.get_ref() {
                RawColumn::Kind(kind) => (kind, None, None),
                RawColumn::Whole { kind, heading, blank } => (kind, heading.clone(), blank.clone()),
            };
            let kind = read_kind(kind).ok_or_else(|| {
                let hint = "text, quote, int, real (or `real 2`: decimals shown), date, url";
                let message = format!("column {name:?} cannot be {kind:?}");
                self.broken(spanned.span(), message, Some(hint.into()))
            })?;
            columns.insert(name.clone(), ColumnSpec { kind, heading, blank });
        }
        Ok(columns)
    }

    fn chart_for(
        &self,
        raw: BTreeMap<String, BTreeMap<String, Spanned<RawChart>>>,
        params: &[Param],
        columns: &BTreeMap<String, ColumnSpec>,
    ) -> Result<Vec<ChartFor>, ReportError> {
        let mut all = Vec::new();
        for (param, charts) in raw {
            for (value, chart) in charts {
                let of = params.iter().find(|known| known.name == param);
                if !of.is_some_and(|known| known.one_of.contains(&value)) {
                    let message = format!("chart_for.{param}.{value}: no such parameter and value");
                    let hint = "a parameter with one_of, and one of its values";
                    return Err(self.broken(chart.span(), message, Some(hint.into())));
                }
                let chart = self.chart(chart, columns)?;
                all.push(ChartFor { param: param.clone(), value, chart });
            }
        }
        Ok(all)
    }

    fn chart(
        &self,
        raw: Spanned<RawChart>,
        columns: &BTreeMap<String, ColumnSpec>,
    ) -> Result<Chart, ReportError> {
        let at = raw.span();
        let RawChart { kind, x, y, roles } = raw.into_inner();
        let (needed, allowed): (&[&str], &[&str]) = match kind {
            ChartKind::Bars => (&["label", "value"], &["group"]),
            ChartKind::Box => (&["label", "min", "q1", "median", "q3", "max"], &["group"]),
            ChartKind::Strip => (&["label", "value"], &["mark", "centre", "group"]),
            ChartKind::Line => (&["at", "value"], &["group"]),
            ChartKind::Slope => (&["label", "from", "to"], &["from_at", "to_at", "weight"]),
            ChartKind::Histogram => (&["label", "bins"], &["group"]),
        };
        let hint = Some(format!(
            "this chart needs {}; it may have {}x, y",
            needed.join(", "),
            allowed.iter().map(|role| format!("{role}, ")).collect::<String>(),
        ));
        for role in needed {
            if !roles.contains_key(*role) {
                return Err(self.broken(at, format!("the chart has no {role:?}"), hint));
            }
        }
        for (role, column) in &roles {
            if !needed.contains(&role.as_str()) && !allowed.contains(&role.as_str()) {
                return Err(self.broken(at, format!("this chart knows no {role:?}"), hint));
            }
            if let Some(column) = column.split(',').find(|name| !columns.contains_key(*name)) {
                let message = format!("the chart's {role} is {column:?}, which is no column");
                return Err(self.broken(at, message, Some("see [columns]".into())));
            }
        }
        Ok(Chart { kind, roles, x, y })
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

/// A parameter, or what is wrong with it and a hint.
fn read_param(raw: &RawParam) -> Result<Param, (String, String)> {
    let name = &raw.name;
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !plain {
        return Err((
            format!("{name:?} cannot be a parameter's name"),
            "small letters, digits and _, as in :min_reviews".into(),
        ));
    }
    let default = match (&raw.default, raw.kind) {
        (None, _) => Value::Null,
        (Some(toml::Value::String(text)), ParamType::Text) => Value::Text(text.clone()),
        (Some(toml::Value::Integer(int)), ParamType::Int) => Value::Integer(*int),
        (Some(toml::Value::Integer(int)), ParamType::Real) => Value::Real(*int as f64),
        (Some(toml::Value::Float(real)), ParamType::Real) => Value::Real(*real),
        (Some(toml::Value::String(text)), ParamType::Date)
            if crate::domain::PartialDate::from_iso(text).is_some() =>
        {
            Value::Text(text.clone())
        }
        (Some(other), kind) => {
            return Err((
                format!("the default {other} of parameter {name:?} is not of its type"),
                format!(
                    "its type is {kind:?}: text in quotes, numbers without, dates as \"2012-07\""
                )
                .to_lowercase(),
            ));
        }
    };
    let param = Param {
        name: name.clone(),
        kind: raw.kind,
        default,
        one_of: raw.one_of.clone(),
        min: raw.min,
        max: raw.max,
        help: raw.help.clone(),
    };
    param.check(&param.default).map_err(|why| {
        (format!("the default of parameter {name:?}: {why}"), "see its one_of, min and max".into())
    })?;
    Ok(param)
}
