//! A report's parameters: declared in its header, given on the command line, bound in SQL.

use std::collections::BTreeMap;

use rusqlite::types::Value;

use super::error::ReportError;
use super::header::Report;
use revdb_model::PartialDate;
use revdb_model::name::nearest;

/// The parameter that every report has.
pub const AUDIENCE: &str = "audience";
/// The values of [`AUDIENCE`]. `all` keeps audiences apart and never mixes them.
pub(crate) const AUDIENCES: [&str; 3] = ["critic", "user", "all"];

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamType {
    /// Text.
    Text,
    /// An integer.
    Int,
    /// A number.
    Real,
    /// `2012`, `2012-07` or `2012-07-26`.
    Date,
}

/// A parameter: `:min_reviews` in SQL, `--min-reviews` on the command line.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// The name in SQL, without the colon.
    pub name: String,
    /// The type.
    pub kind: ParamType,
    /// The default; NULL if the header has none.
    pub default: Value,
    /// The allowed values; empty allows any.
    pub one_of: Vec<String>,
    /// The least value.
    pub min: Option<f64>,
    /// The greatest value.
    pub max: Option<f64>,
    /// The help text.
    pub help: String,
}

impl Param {
    /// The flag's name: `min-reviews`.
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The parameter [`AUDIENCE`] with a report's default.
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

    /// Parses a value from the command line.
    ///
    /// # Errors
    /// A message that continues "--flag: ".
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

    /// Whether a value of the right type is allowed.
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

/// A checked value for every parameter of a report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values(BTreeMap<String, Value>);

impl Values {
    /// The value of `:name`; `None` if the report has no such parameter.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Replaces `{by}` in a title, rule or heading by the parameter's value.
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
    /// Checks the given values and adds the defaults. Names may have `-` or `_`.
    ///
    /// # Errors
    /// [`ReportError::Parameter`].
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

    /// The parameter with this name or flag.
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
