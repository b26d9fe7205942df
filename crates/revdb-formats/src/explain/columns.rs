//! Explains the use of each column or JSON key.

use crate::any_records;
use crate::columns::{self, Found, Rows, TableOptions, any_columns};
use crate::format::{Format, Probe, ReadOptions, Result, Text};
use crate::formats::read_page;
use crate::front_matter;
use crate::json::{self, any};
use crate::profile::{Profile, Shape, beginning, map_field};
use crate::roles::{self, Reading, Table};
use crate::xml;

/// One column and the fields it fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    /// Its name.
    pub column: String,
    /// Field names as in `--map`; empty if the column is not used.
    pub fields: Vec<&'static str>,
    /// The first non-empty value in the first rows, if any.
    pub example: Option<String>,
    /// For a table without a profile: confidence and reason.
    pub why: Option<String>,
}

/// The columns of a table that no format reads.
pub(super) fn nameless_columns(probe: &Probe<'_>, options: &ReadOptions) -> Vec<ColumnUse> {
    let lists = any_records::lists_in(probe, options);
    if any_records::notation_of(probe).is_some() {
        return uses_of_lists(&lists);
    }
    let Some(table) = any_columns::table_in(probe) else { return Vec::new() };
    match roles::read(&table, options, Shape::Columns, any_columns::NAME) {
        Ok(reading) => uses_by_roles(&table, &reading),
        Err(_) => Vec::new(),
    }
}

/// With several lists, each key is shown with its list's name.
fn uses_of_lists(lists: &[any::List]) -> Vec<ColumnUse> {
    let mut all = Vec::new();
    for list in lists {
        let within = list.lists.iter().map(|name| ColumnUse {
            column: name.clone(),
            fields: Vec::new(),
            example: None,
            why: Some("a list within each record".to_owned()),
        });
        let uses = uses_by_roles(&list.table, &list.reading).into_iter().chain(within);
        all.extend(uses.map(|used| match lists {
            [_] => used,
            _ => ColumnUse { column: format!("{}: {}", list.name, used.column), ..used },
        }));
    }
    all
}

fn uses_by_roles(table: &Table, reading: &Reading) -> Vec<ColumnUse> {
    let example = |at: usize| {
        let mut cells = table.rows.iter().filter_map(|row| row.get(at));
        cells.find(|cell| !cell.trim().is_empty()).map(|cell| cell.trim().to_owned())
    };
    let of = |(at, column): (usize, &roles::ColumnReading)| ColumnUse {
        column: column.name.clone(),
        fields: column.field.into_iter().collect(),
        example: example(at),
        why: Some(match column.field {
            Some(_) => format!("{}: {}", column.certainty.as_str(), column.why),
            None => column.why.clone(),
        }),
    };
    reading.columns.iter().enumerate().map(of).collect()
}

/// Number of rows searched for examples.
const ROWS: usize = 50;

/// The use of each column of a delimited or JSON dump by `format`; empty for pages.
///
/// # Errors
/// As for reading.
pub fn columns_of(
    format: &dyn Format,
    text: &mut dyn Text,
    options: &ReadOptions,
) -> Result<Vec<ColumnUse>> {
    match format.profile() {
        Some(profile) => {
            let cells = match profile.shape_of(&beginning(text)?) {
                Shape::Xml => xml::cells(profile, text, ROWS)?,
                Shape::Json => json::cells(profile, text, ROWS)?,
                Shape::Columns => return columns_by(profile, text, options),
                Shape::Notes => front_matter::values(&read_page(text)?).unwrap_or_default(),
                Shape::Text => return Ok(Vec::new()),
            };
            let names: Vec<String> = cells.iter().map(|(name, _)| name.clone()).collect();
            let mut uses = uses_of(profile, &names, options);
            for (used, (_, example)) in uses.iter_mut().zip(cells) {
                used.example = Some(example).filter(|example| !example.is_empty());
            }
            Ok(uses)
        }
        None if format.name() == any_columns::NAME => {
            let table = any_columns::sample(text, options)?;
            let reading = roles::read(&table, options, Shape::Columns, any_columns::NAME)?;
            Ok(uses_by_roles(&table, &reading))
        }
        None => match any_records::lists_of(format.name(), text, options) {
            Some(lists) => Ok(uses_of_lists(&lists?)),
            None => Ok(Vec::new()),
        },
    }
}

fn columns_by(
    profile: &Profile,
    text: &mut dyn Text,
    options: &ReadOptions,
) -> Result<Vec<ColumnUse>> {
    let explicit = TableOptions::by(options, profile.quotes);
    let mut rows = Rows::open_with(text.reader()?, &explicit)?;
    let names = rows.header.names.clone();
    let mut uses = uses_of(profile, &names, options);
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
            let mapped = |field: &str| {
                options.map.iter().rfind(|(mapped, _)| map_field(mapped) == Some(field))
            };
            let mut fields: Vec<&'static str> = by_profile
                .iter()
                .filter(|(field, sources)| match mapped(field) {
                    Some((_, chosen)) => columns::same_column(chosen, column),
                    None => sources.iter().any(|source| columns::same_column(source, column)),
                })
                .map(|(field, _)| *field)
                .collect();
            // Columns that the user mapped to fields which the profile does not fill.
            let own = options.map.iter().filter(|(_, chosen)| columns::same_column(chosen, column));
            for field in own.filter_map(|(field, _)| map_field(field)) {
                if !fields.contains(&field) && !by_profile.iter().any(|(known, _)| *known == field)
                {
                    fields.push(field);
                }
            }
            ColumnUse { column: column.clone(), fields, example: None, why: None }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::tests::Bytes;

    #[test]
    fn mapped_columns_are_used() {
        let map =
            [("critic", "Who"), ("language", "Tongue"), ("work_id", "Nr"), ("quote", "Words")];
        let map = map.map(|(field, column)| (field.to_owned(), column.to_owned())).to_vec();
        let options = ReadOptions { map, ..ReadOptions::default() };
        let mut text = Bytes(b"Words,Who,Tongue,Nr,Mood\nfine,Ann,en,7,sad\n".to_vec());
        let uses = columns_of(&any_columns::AnyColumns, &mut text, &options).unwrap();
        let unused: Vec<_> =
            uses.iter().filter(|used| used.fields.is_empty()).map(|used| &used.column).collect();
        assert_eq!(unused, ["Mood"]);
    }

    #[test]
    fn columns_and_their_fields() {
        let mut text =
            Bytes(b"Movie Title,Reviewer,Mood,Comment\nFarewell,,sad,fine\n,Ann,,\n".to_vec());
        let uses =
            columns_of(&any_columns::AnyColumns, &mut text, &ReadOptions::default()).unwrap();
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
