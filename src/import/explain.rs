//! How a dump would be read, before anything is imported.
//!
//! Owns: the data behind `revdb formats --explain FILE`. Must never: print.

use super::columns::{self, Found, Rows, mapped};
use super::format::{ReadError, ReadOptions, Text};
use super::profile::{Profile, Shape, built_in};

/// One column of the dump and the fields that it feeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    pub column: String,
    /// Names as `--map` takes them; none where the column is not used.
    pub fields: Vec<&'static str>,
    /// The first value that is not empty, if one of the first rows has any.
    pub example: Option<String>,
}

/// How many rows are looked through for examples.
const ROWS: usize = 50;

/// Column by column how a column-shaped dump would be read by the format
/// `name`; empty for other shapes, which have no columns to show.
///
/// # Errors
/// As the reading itself.
pub fn columns_of(
    name: &str,
    text: &mut dyn Text,
    options: &ReadOptions,
) -> Result<Vec<ColumnUse>, ReadError> {
    let mut rows = Rows::open(text.reader()?)?;
    let names = rows.header.names.clone();
    let profile = if name == mapped::NAME {
        mapped::profile_for(&names, options)?
    } else {
        let known = built_in()
            .ok()
            .and_then(|all| all.iter().find(|profile| profile.name == name));
        match known {
            Some(profile) if profile.shape == Shape::Columns => profile.clone(),
            _ => return Ok(Vec::new()),
        }
    };
    let mut uses = uses_of(&profile, &names, options);
    let mut looked_at = 0;
    while looked_at < ROWS
        && let Some(found) = rows.next()?
    {
        looked_at += 1;
        if matches!(found, Found::Row { .. }) {
            take_examples(&mut uses, rows.row());
        }
    }
    Ok(uses)
}

fn take_examples(uses: &mut [ColumnUse], row: &csv::StringRecord) {
    for (used, cell) in uses.iter_mut().zip(row) {
        if used.example.is_none() && !cell.trim().is_empty() {
            used.example = Some(cell.trim().to_owned());
        }
    }
}

fn uses_of(profile: &Profile, names: &[String], options: &ReadOptions) -> Vec<ColumnUse> {
    let by_profile = profile.sources();
    names
        .iter()
        .map(|column| {
            let mapped = |field: &str| options.map.iter().find(|(mapped, _)| mapped == field);
            let fields = by_profile
                .iter()
                .filter(|(field, sources)| match mapped(field) {
                    Some((_, chosen)) => columns::same_column(chosen, column),
                    None => sources
                        .iter()
                        .any(|source| columns::same_column(source, column)),
                })
                .map(|(field, _)| *field)
                .collect();
            ColumnUse {
                column: column.clone(),
                fields,
                example: None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::columns::tests::Bytes;

    #[test]
    fn columns_and_their_fields() {
        let mut text =
            Bytes(b"Movie Title,Reviewer,Mood,Comment\nFarewell,,sad,fine\n,Ann,,\n".to_vec());
        let uses = columns_of(mapped::NAME, &mut text, &ReadOptions::default())
            .unwrap_or_else(|error| panic!("{error}"));
        let shown: Vec<_> = uses
            .iter()
            .map(|used| {
                format!(
                    "{} {:?} {}",
                    used.column,
                    used.fields,
                    used.example.as_deref().unwrap_or("-")
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "Movie Title [\"title\"] Farewell",
                "Reviewer [\"byline\"] Ann",
                "Mood [] sad",
                "Comment [\"quote\"] fine"
            ]
        );
    }
}
