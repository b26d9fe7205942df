//! A report's parameters: declared in its header, typed by a person, bound in SQL.

use std::collections::BTreeMap;

use rusqlite::types::Value;

use super::error::ReportError;
use super::header::Report;
use revdb_model::PartialDate;
use revdb_model::name::nearest;

/// The parameter that every report has without declaring it.
pub const AUDIENCE: &str = "audience";
/// What [`AUDIENCE`] may be. `all` keeps the two apart, it never mixes them.
pub(crate) const AUDIENCES: [&str; 3] = ["critic", "user", "all"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamType {
    Text,
    Int,
    Real,
    /// `2012`, `2012-07` or `2012-07-26`.
    Date,
}

/// `:min_reviews` in the SQL, `--min-reviews` on the command line.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// As in the SQL, without the colon.
    pub name: String,
    pub kind: ParamType,
    /// `Null` where the header gives none: the SQL decides what that means.
    pub default: Value,
    /// The only words allowed; empty: any.
    pub one_of: Vec<String>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub help: String,
}

impl Param {
    /// `min-reviews`.
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The parameter that stands for the audience, with a report's own default.
    pub(super) fn audience(default: &str) -> Self {
        Self {
            name: AUDIENCE.into(),
            kind: ParamType::Text,
            default: Value::Text(default.into()),
            one_of: AUDIENCES.map(String::from).to_vec(),
            min: None,
            max: None,
            help: "whose reviews; all keeps critics and users apart".into(),
        }
    }

    /// The value of what a person typed, or why it is none, in words that
    /// follow "--flag: ".
    pub fn read(&self, typed: &str) -> Result<Value, String> {
        let typed = typed.trim();
        let value = match self.kind {
            ParamType::Text => Value::Text(typed.to_owned()),
            ParamType::Int => Value::Integer(
                typed.parse().map_err(|_| format!("{typed:?} is no whole number, such as 5"))?,
            ),
            ParamType::Real => typed
                .parse()
                .ok()
                .filter(|real: &f64| real.is_finite())
                .map(Value::Real)
                .ok_or_else(|| format!("{typed:?} is no number, such as 3.5"))?,
            ParamType::Date => PartialDate::from_iso(typed)
                .map(|date| Value::Text(date.to_string()))
                .ok_or_else(|| format!("{typed:?} is no date such as 2012, 2012-07, 2012-07-26"))?,
        };
        self.check(&value)?;
        Ok(value)
    }

    /// Whether a value of the right type is one of those allowed.
    pub(super) fn check(&self, value: &Value) -> Result<(), String> {
        if let Value::Text(text) = value
            && !self.one_of.is_empty()
            && !self.one_of.contains(text)
        {
            let near = nearest(text, self.one_of.iter().map(String::as_str));
            let near = near.first().map_or(String::new(), |near| format!("; did you mean {near}?"));
            return Err(format!("{text:?} is not one of {}{near}", self.one_of.join(", ")));
        }
        let number = match value {
            Value::Integer(int) => *int as f64,
            Value::Real(real) => *real,
            _ => return Ok(()),
        };
        match (self.min, self.max) {
            (Some(min), _) if number < min => Err(format!("{number} is below {min}")),
            (_, Some(max)) if number > max => Err(format!("{number} is above {max}")),
            _ => Ok(()),
        }
    }
}

/// A checked value for every parameter of one report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values(BTreeMap<String, Value>);

impl Values {
    /// The value of `:name`; `None` where the report has no such parameter.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// `{by}` in a title, a rule or a heading becomes the parameter's value.
    pub fn fill(&self, template: &str) -> String {
        let mut filled = template.to_owned();
        for (name, value) in &self.0 {
            filled = filled.replace(&format!("{{{name}}}"), &in_words(value));
        }
        filled
    }
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "its own".into(),
        Value::Integer(int) => int.to_string(),
        Value::Real(real) => real.to_string(),
        Value::Text(text) => text.clone(),
        Value::Blob(_) => String::new(),
    }
}

impl Report {
    /// What was typed for this report's parameters, checked, with the defaults
    /// for the rest. Names with `-` or `_`.
    pub fn values<'a>(
        &self,
        typed: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Values, ReportError> {
        let mut values: BTreeMap<String, Value> =
            self.params.iter().map(|param| (param.name.clone(), param.default.clone())).collect();
        for (name, text) in typed {
            let param = self.param(name).ok_or_else(|| self.no_such(name))?;
            let value = param.read(text).map_err(|why| ReportError::Parameter {
                report: self.name.clone(),
                message: format!("--{}: {why}", param.flag()),
                hint: Some(format!("--{}: {}", param.flag(), param.help)),
            })?;
            values.insert(param.name.clone(), value);
        }
        Ok(Values(values))
    }

    /// The parameter of that name or flag.
    pub fn param(&self, name: &str) -> Option<&Param> {
        let name = name.replace('-', "_");
        self.params.iter().find(|param| param.name == name)
    }

    fn no_such(&self, name: &str) -> ReportError {
        let flags: Vec<_> = self.params.iter().map(|param| format!("--{}", param.flag())).collect();
        ReportError::Parameter {
            report: self.name.clone(),
            message: format!("it has no parameter --{}", name.replace('_', "-")),
            hint: Some(format!("its parameters: {}", flags.join(", "))),
        }
    }
}
