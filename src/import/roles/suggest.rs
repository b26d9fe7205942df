//! What a person could type for a table of which too little is known.
//!
//! Must never: be read as an answer; a suggestion is shown, not taken.

use super::values::Values;
use super::{Column, Reading, Table, Whose};

/// A word as a shell takes it.
pub fn shell_word(word: &str) -> String {
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ':' | '=' | ',');
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// The column that looks most like titles: short words, and the most different ones.
pub(super) fn title(columns: &[Column]) -> Option<usize> {
    let free = columns.iter().enumerate().filter(|(_, column)| {
        let unnamed = column.meaning.as_ref().is_none_or(|meaning| {
            matches!(
                meaning.role,
                super::Role::Title | super::Role::OtherTitle | super::Role::WorkDetail
            )
        });
        let plain = column.told.is_none() && column.remark.is_none();
        plain && unnamed && looks_like_titles(&column.values)
    });
    // Of two that differ as much the first: titles stand before what is said of them.
    free.max_by_key(|(at, column)| (column.values.distinct, std::cmp::Reverse(*at)))
        .map(|(at, _)| at)
}

fn looks_like_titles(values: &Values) -> bool {
    values.are_words() && !values.are_long() && values.filled > 0
}

/// `--map` for the fields that no column is known for, by what the values look like.
pub(super) fn flags(table: &Table, reading: &Reading) -> Vec<String> {
    let mut flags = reading.unsure.as_ref().map(|unsure| unsure.flags.clone()).unwrap_or_default();
    // Figures of many together are nobody's marks, whatever they look like.
    if matches!(reading.whose, Whose::Aggregates | Whose::Works) {
        return flags;
    }
    let values =
        |at: usize| Values::of(table.rows.iter().map(|row| row.get(at).map_or("", String::as_str)));
    let mut free: Vec<(usize, Values)> = (0..table.names.len())
        .filter(|&at| reading.columns.get(at).is_some_and(|column| column.field.is_none()))
        .map(|at| (at, values(at)))
        .filter(|(at, values)| !values.none() && !values.counter && !table.names[*at].is_empty())
        .collect();
    let known = |field: &str, flags: &[String]| {
        reading.columns.iter().any(|column| column.field == Some(field))
            || flags.iter().any(|flag| {
                flag.contains(&format!("{field}="))
                    || field == "title" && flag.starts_with("--title")
            })
    };
    type Fits = fn(&Values) -> bool;
    let looks: [(&str, Fits); 4] = [
        ("title", looks_like_titles),
        ("score", |values| {
            values.are_marks() && !values.are_years() && !values.are_dates() && values.max <= 100.0
        }),
        ("quote", |values| values.are_words() && values.words > values.filled * 4),
        ("date", |values| values.are_dates() && !values.are_numbers()),
    ];
    for (field, fits) in looks {
        if known(field, &flags) {
            continue;
        }
        if let Some(found) = free.iter().position(|(_, values)| fits(values)) {
            let (at, _) = free.remove(found);
            flags.push(format!("--map {field}={}", shell_word(&table.names[at])));
        }
    }
    flags
}
