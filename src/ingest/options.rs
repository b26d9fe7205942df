//! The options that change a reading, as the archive keeps them.
//!
//! Owns: their JSON, both ways. Must never: lose one, or take in silence one
//! that it does not know: a kept dump read again otherwise would be another.

use encoding_rs::Encoding;

use super::run::Request;
use revdb_formats::format::ReadOptions;
use revdb_model::{Audience, DateOrder, Scale, name};

/// What a person says that changes a reading: `--input-format` and `--profile` beside the options.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Words {
    pub(super) options: ReadOptions,
    pub(super) format: Option<String>,
    /// The file's name and its text, so that a mended profile is another.
    pub(super) profile: Option<(String, String)>,
}

/// Without its folder, which is nobody else's business.
fn named((file, text): &(String, String)) -> (String, String) {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    (name.to_owned(), text.clone())
}

impl Words {
    /// What the request says of a dump; `own`: its profile is the person's.
    pub(super) fn of(request: &Request<'_>, own: bool) -> Self {
        Words {
            options: request.options.clone(),
            format: request.format.clone(),
            profile: request.profile.as_ref().filter(|_| own).map(named),
        }
    }

    pub(super) fn json(&self) -> String {
        let mut said = options_map(&self.options);
        if let Some(format) = &self.format {
            said.insert("format".to_owned(), format.as_str().into());
        }
        if let Some((file, text)) = &self.profile {
            said.insert("profile".to_owned(), serde_json::json!([file, text]));
        }
        serde_json::Value::Object(said).to_string()
    }

    /// # Errors
    /// What cannot be understood: an archive of a revdb that knew more words.
    pub(super) fn of_json(json: &str) -> Result<Self, String> {
        let mut said: Said = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let bad =
            |error: serde_json::Error| format!("how it is read cannot be understood: {error}");
        let format = said.remove("format").map(serde_json::from_value).transpose().map_err(bad)?;
        let profile =
            said.remove("profile").map(serde_json::from_value).transpose().map_err(bad)?;
        Ok(Words { options: options_of_map(said)?, format, profile })
    }
}

/// How a dump is read of which this was said, one after the other: a later word counts, and what
/// is not said again holds on.
///
/// # Errors
/// As [`Words::of_json`].
pub(super) fn effective<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<String, String> {
    let mut all = Said::new();
    for json in words {
        let said: Said = serde_json::from_str(json).map_err(|error| error.to_string())?;
        // One says how to read instead of the other.
        if said.contains_key("format") || said.contains_key("profile") {
            all.remove("format");
            all.remove("profile");
        }
        all.extend(said);
    }
    Ok(serde_json::Value::Object(all).to_string())
}

/// Whose a dump was said to be, where it is now said to be another's: two people may hand in the
/// same bytes, and their marks are two.
///
/// # Errors
/// As [`Words::of_json`].
pub(super) fn another(options: &str, by: Option<&str>) -> Result<Option<String>, String> {
    let before = Words::of_json(options)?.options.by;
    Ok(before
        .filter(|before| by.is_some_and(|by| name::fold(before) != name::fold(by)))
        .map(|before| before.trim().to_owned()))
}

type Said = serde_json::Map<String, serde_json::Value>;

fn options_map(options: &ReadOptions) -> Said {
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
    put("by", options.by.as_deref().map(Into::into));
    put("encoding", options.encoding.map(|encoding| encoding.name().into()));
    put("header", options.header.map(Into::into));
    let map: Vec<String> =
        options.map.iter().map(|(field, column)| format!("{field}={column}")).collect();
    put("map", (!map.is_empty()).then(|| map.into()));
    said
}

/// The other way round.
fn options_of_map(said: Said) -> Result<ReadOptions, String> {
    let mut options = ReadOptions::default();
    for (name, value) in said {
        let bad = || format!("the option {name} cannot be understood: {value}");
        match name.as_str() {
            "audience" => {
                options.audience = Some(value.as_str().and_then(Audience::parse).ok_or_else(bad)?)
            }
            "title" => options.title = Some(value.as_str().ok_or_else(bad)?.to_owned()),
            "by" => options.by = Some(value.as_str().ok_or_else(bad)?.to_owned()),
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
            kind: Some(revdb_model::Kind::Game),
            year: Some(1999),
            scale: Some(Scale { worst: 1.0, best: 5.0 }),
            date_order: Some(DateOrder::DayFirst),
            by: Some("Ann".to_owned()),
            encoding: Some(encoding_rs::WINDOWS_1251),
            header: Some(3),
            map: vec![("byline".to_owned(), "Who=wrote".to_owned())],
        };
        let profile = Some(("a.toml".to_owned(), "name = \"a\"".to_owned()));
        for words in [
            Words::default(),
            Words { options: all.clone(), format: Some("imdb".to_owned()), profile: None },
            Words { options: all, format: None, profile },
        ] {
            assert_eq!(Words::of_json(&words.json()), Ok(words));
        }
        assert!(Words::of_json(r#"{"colour":"red"}"#).is_err());
        assert!(Words::of_json(r#"{"audience":"all"}"#).is_err());
    }

    #[test]
    fn a_later_word_counts_and_what_is_not_said_again_holds_on() {
        for (words, read) in [
            (vec!["{}", r#"{"title":"A"}"#, "{}"], r#"{"title":"A"}"#),
            (
                vec![r#"{"title":"A","year":1999}"#, r#"{"title":"B"}"#],
                r#"{"title":"B","year":1999}"#,
            ),
            (vec![r#"{"format":"imdb"}"#, r#"{"profile":["a","b"]}"#], r#"{"profile":["a","b"]}"#),
        ] {
            assert_eq!(effective(words), Ok(read.to_owned()));
        }
    }
}
