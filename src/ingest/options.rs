//! The options that affect reading, as stored in the archive.
//!
//! Owns: their JSON, in both directions. Must never: lose an option, or silently accept an unknown
//! one: a stored dump would then be read differently.

use std::fmt::Display;

use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::run::Request;
use revdb_formats::format::ReadOptions;
use revdb_model::{Audience, DateOrder, Kind, Scale, name};

/// The user's options that affect reading, including `--input-format` and `--profile`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct DumpOptions {
    pub(super) options: ReadOptions,
    pub(super) format: Option<String>,
    /// The file's name and text, so that an edited profile counts as another.
    pub(super) profile: Option<(String, String)>,
}

/// Without the folder, which is private.
fn named((file, text): &(String, String)) -> (String, String) {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    (name.to_owned(), text.clone())
}

impl DumpOptions {
    /// The options of the request for a dump; `own`: the user's profile reads it.
    pub(super) fn of(request: &Request<'_>, own: bool) -> Self {
        DumpOptions {
            options: request.options.clone(),
            format: request.format.clone(),
            profile: request.profile.as_ref().filter(|_| own).map(named),
        }
    }

    pub(super) fn json(&self) -> String {
        let options = &self.options;
        let map = options.map.iter().map(|(field, column)| format!("{field}={column}"));
        let mut given = json!(GivenOptions {
            audience: options.audience,
            title: options.title.clone(),
            kind: options.kind,
            year: options.year,
            scale: options.scale.map(|scale| (scale.worst, scale.best)),
            date_order: options.date_order,
            by: options.by.clone(),
            encoding: options.encoding.map(|encoding| encoding.name().to_owned()),
            header: options.header,
            map: (!options.map.is_empty()).then(|| map.collect()),
            format: self.format.clone(),
            profile: self.profile.clone(),
        });
        if let Some(given) = given.as_object_mut() {
            given.retain(|_, value| !value.is_null());
        }
        given.to_string()
    }

    /// # Errors
    /// An unknown option, from a newer version of revdb.
    pub(super) fn of_json(json: &str) -> Result<Self, String> {
        let bad = |error: &dyn Display| format!("how it is read cannot be understood: {error}");
        let given: GivenOptions = serde_json::from_str(json).map_err(|error| bad(&error))?;
        let encoding = given.encoding.map(|name| {
            Encoding::for_label(name.as_bytes()).ok_or_else(|| bad(&format!("encoding {name}")))
        });
        let map = given.map.unwrap_or_default().into_iter().map(|pair| {
            let (field, column) = pair.split_once('=').ok_or_else(|| bad(&pair))?;
            Ok((field.to_owned(), column.to_owned()))
        });
        let options = ReadOptions {
            audience: given.audience,
            title: given.title,
            kind: given.kind,
            year: given.year,
            scale: given.scale.map(|(worst, best)| Scale { worst, best }),
            date_order: given.date_order,
            by: given.by,
            encoding: encoding.transpose()?,
            header: given.header,
            map: map.collect::<Result<_, String>>()?,
        };
        Ok(DumpOptions { options, format: given.format, profile: given.profile })
    }
}

/// All options that affect reading, as stored; absent ones were not given.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct GivenOptions {
    audience: Option<Audience>,
    title: Option<String>,
    kind: Option<Kind>,
    year: Option<i16>,
    scale: Option<(f64, f64)>,
    date_order: Option<DateOrder>,
    by: Option<String>,
    encoding: Option<String>,
    header: Option<u64>,
    /// `field=column`.
    map: Option<Vec<String>>,
    format: Option<String>,
    profile: Option<(String, String)>,
}

type Map = serde_json::Map<String, serde_json::Value>;

/// The effective options of a dump for which these were given in order: later ones override, and
/// those not repeated remain in effect.
///
/// # Errors
/// As [`DumpOptions::of_json`].
pub(super) fn effective<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<String, String> {
    let mut all = Map::new();
    for json in words {
        let given: Map = serde_json::from_str(json).map_err(|error| error.to_string())?;
        // Format and profile exclude each other.
        if given.contains_key("format") || given.contains_key("profile") {
            all.remove("format");
            all.remove("profile");
        }
        all.extend(given);
    }
    Ok(serde_json::Value::Object(all).to_string())
}

/// The owner given earlier for a dump, if another is given now: two people may provide the same
/// bytes, and these are separate marks.
///
/// # Errors
/// As [`DumpOptions::of_json`].
pub(super) fn another(options: &str, by: Option<&str>) -> Result<Option<String>, String> {
    let before = DumpOptions::of_json(options)?.options.by;
    Ok(before
        .filter(|before| by.is_some_and(|by| name::fold(before) != name::fold(by)))
        .map(|before| before.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_round_trip() {
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
            DumpOptions::default(),
            DumpOptions { options: all.clone(), format: Some("imdb".to_owned()), profile: None },
            DumpOptions { options: all, format: None, profile },
        ] {
            assert_eq!(DumpOptions::of_json(&words.json()), Ok(words));
        }
        assert!(DumpOptions::of_json(r#"{"colour":"red"}"#).is_err());
        assert!(DumpOptions::of_json(r#"{"audience":"all"}"#).is_err());
    }

    #[test]
    fn later_options_override_and_others_remain() {
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
