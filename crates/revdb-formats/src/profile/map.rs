//! `--map field=column`: the user's mapping, which overrides the profile's.
//!
//! Owns: the field names on its left side. Must never: accept an unknown field.

use super::fields::{FieldSpec, IdSpec};
use super::schema::Profile;
use crate::format::{ReadError, Result};

/// The field names on the left side of `--map`.
pub const MAP_FIELDS: [&str; 21] = [
    "title", "kind", "year", "audience", "byline", "publication", "date", "score", "scale",
    "quote", "url", "language", "verdict", "author", "contributor", "director", "brand", "genre",
    "tags", "id", "work_id",
];

/// The field that a word before the `=` of `--map` means, by its name in `MAP_FIELDS`.
pub fn map_field(word: &str) -> Option<&'static str> {
    let word = match word {
        "critic" => "byline",
        "work-id" => "work_id",
        word => word,
    };
    MAP_FIELDS.into_iter().find(|field| *field == word)
}

/// The columns on the right side of `--map`: one, several in a template, or none.
pub fn mapped_columns(column: &str) -> Vec<&str> {
    match column {
        "" => Vec::new(),
        column => FieldSpec::columns_of(std::slice::from_ref(&column)),
    }
}

/// `#2` is the second column, for headers without names; returns its index from 0.
pub fn numbered(column: &str) -> Option<usize> {
    let number: usize = column.trim().strip_prefix('#')?.parse().ok()?;
    number.checked_sub(1)
}

impl Profile {
    /// The profile with the user's mapping applied.
    ///
    /// # Errors
    /// If `map` names an unknown field.
    pub fn with_map(&self, map: &[(String, String)]) -> Result<Self> {
        let mut profile = self.clone();
        for (field, column) in map {
            apply_map(&mut profile, field, column)?;
        }
        Ok(profile)
    }
}

/// Sets a field's column.
///
/// # Errors
/// If there is no such field.
fn apply_map(profile: &mut Profile, field: &str, column: &str) -> Result {
    let fields = &mut profile.fields;
    // `--map quote=` leaves the field empty.
    let spec = (!column.is_empty()).then(|| FieldSpec::One(column.to_owned()));
    let id = spec.clone().map(|from| IdSpec { site: "mapped".to_owned(), from });
    let place = match field {
        "title" => &mut fields.title,
        "kind" => &mut fields.kind,
        "year" => &mut fields.year,
        "audience" => &mut fields.audience,
        "byline" | "critic" => &mut fields.byline,
        "publication" => &mut fields.publication,
        "date" => &mut fields.date,
        "score" => {
            profile.scores.clear();
            &mut fields.score
        }
        "scale" => &mut fields.scale_best,
        "quote" => &mut fields.quote,
        "url" => &mut fields.url,
        "language" => &mut fields.language,
        "verdict" => &mut fields.verdict,
        "id" => {
            fields.id = id;
            return Ok(());
        }
        "work_id" | "work-id" => {
            profile.work_ids = id.into_iter().collect();
            return Ok(());
        }
        "author" | "contributor" | "director" | "brand" | "genre" | "tags" => {
            let list = match field {
                "author" => &mut fields.author,
                "contributor" => &mut fields.contributor,
                "director" => &mut fields.director,
                "brand" => &mut fields.brand,
                "genre" => &mut fields.genre,
                _ => &mut fields.tags,
            };
            *list = spec.into_iter().collect();
            return Ok(());
        }
        _ => {
            return Err(ReadError::Malformed {
                message: format!("--map has no field '{field}'"),
                line: None,
                help: Some(format!("the fields are: {}", MAP_FIELDS.join(", "))),
            });
        }
    };
    *place = spec;
    Ok(())
}
