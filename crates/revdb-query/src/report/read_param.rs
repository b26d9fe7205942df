//! Parses one `[[param]]` of a report's header.

use rusqlite::types::Value;
use serde::Deserialize;

use super::param::{Param, ParamType};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawParam {
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

/// A parameter, or the mistake in it and a hint.
pub(super) fn read_param(raw: &RawParam) -> Result<Param, (String, String)> {
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
            if revdb_model::PartialDate::from_iso(text).is_some() =>
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
