//! The options that change a reading, as the archive keeps them.
//!
//! Owns: their JSON, both ways. Must never: lose one, or take in silence one
//! that it does not know: a kept dump read again otherwise would be another.

use encoding_rs::Encoding;

use crate::domain::{Audience, DateOrder, Scale};
use crate::import::format::ReadOptions;

/// The options that change a reading, as the archive keeps them.
pub(super) fn options_json(options: &ReadOptions) -> String {
    let scale = options.scale.map(|scale| [scale.worst, scale.best]);
    let mut said = serde_json::Map::new();
    let mut put = |name: &str, value: Option<serde_json::Value>| {
        if let Some(value) = value {
            said.insert(name.to_owned(), value);
        }
    };
    put("audience", options.audience.map(|audience| audience.as_str().into()));
    put("title", options.title.as_deref().map(Into::into));
    put("kind", options.kind.map(|kind| kind.as_str().into()));
    put("year", options.year.map(Into::into));
    put("scale", scale.map(|[worst, best]| serde_json::json!([worst, best])));
    let order = |order| match order {
        DateOrder::DayFirst => "day-first",
        DateOrder::MonthFirst => "month-first",
    };
    put("date_order", options.date_order.map(|o| order(o).into()));
    put("encoding", options.encoding.map(|encoding| encoding.name().into()));
    put("header", options.header.map(Into::into));
    let map: Vec<String> =
        options.map.iter().map(|(field, column)| format!("{field}={column}")).collect();
    put("map", (!map.is_empty()).then(|| map.into()));
    serde_json::Value::Object(said).to_string()
}

/// The other way round.
///
/// # Errors
/// What cannot be understood: an archive of a revdb that knew more options.
pub(super) fn options_of_json(json: &str) -> Result<ReadOptions, String> {
    let said: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(json).map_err(|error| error.to_string())?;
    let mut options = ReadOptions::default();
    for (name, value) in said {
        let bad = || format!("the option {name} cannot be understood: {value}");
        match name.as_str() {
            "audience" => {
                options.audience = Some(value.as_str().and_then(Audience::parse).ok_or_else(bad)?)
            }
            "title" => options.title = Some(value.as_str().ok_or_else(bad)?.to_owned()),
            "kind" => {
                options.kind =
                    Some(value.as_str().and_then(|kind| kind.parse().ok()).ok_or_else(bad)?)
            }
            "year" => {
                options.year =
                    Some(value.as_i64().and_then(|year| year.try_into().ok()).ok_or_else(bad)?)
            }
            "scale" => {
                let ends: (f64, f64) = serde_json::from_value(value.clone()).map_err(|_| bad())?;
                options.scale = Some(Scale { worst: ends.0, best: ends.1 });
            }
            "date_order" => {
                options.date_order = Some(match value.as_str() {
                    Some("day-first") => DateOrder::DayFirst,
                    Some("month-first") => DateOrder::MonthFirst,
                    _ => return Err(bad()),
                });
            }
            "encoding" => {
                let label = value.as_str().unwrap_or("");
                options.encoding = Some(Encoding::for_label(label.as_bytes()).ok_or_else(bad)?);
            }
            "header" => options.header = Some(value.as_u64().ok_or_else(bad)?),
            "map" => {
                let pairs: Vec<String> =
                    serde_json::from_value(value.clone()).map_err(|_| bad())?;
                for pair in pairs {
                    let (field, column) = pair.split_once('=').ok_or_else(bad)?;
                    options.map.push((field.to_owned(), column.to_owned()));
                }
            }
            _ => return Err(bad()),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_come_back_from_the_archive_as_they_went_in() {
        let all = ReadOptions {
            audience: Some(Audience::User),
            title: Some("T".to_owned()),
            kind: Some(crate::domain::Kind::Game),
            year: Some(1999),
            scale: Some(Scale { worst: 1.0, best: 5.0 }),
            date_order: Some(DateOrder::DayFirst),
            encoding: Some(encoding_rs::WINDOWS_1251),
            header: Some(3),
            map: vec![("byline".to_owned(), "Who=wrote".to_owned())],
        };
        for options in [ReadOptions::default(), all] {
            assert_eq!(options_of_json(&options_json(&options)), Ok(options));
        }
        assert!(options_of_json(r#"{"colour":"red"}"#).is_err());
        assert!(options_of_json(r#"{"audience":"all"}"#).is_err());
    }
}
