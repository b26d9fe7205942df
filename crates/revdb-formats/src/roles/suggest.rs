//! Suggests flags for a table about which too little is known.
//!
//! Must never: be treated as an answer; suggestions are displayed, not applied.

use std::fmt;

use super::names::Role;
use super::values::Values;
use super::{Column, Reading, Table, TableKind, broken, columns_of, read};
use crate::format::{ReadOptions, Result};
use crate::profile::Shape;
use revdb_model::Kind;

/// A word quoted for the shell.
pub fn shell_word(word: &str) -> String {
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ':' | '=' | ',');
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// A flag of `revdb import`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flag {
    Map {
        field: &'static str,
        column: String,
    },
    /// `--title`; the user supplies the title.
    Title,
    /// `--by`, for whose scores they are.
    By(String),
}

impl Flag {
    pub(super) fn map(field: &'static str, column: &str) -> Self {
        Flag::Map { field, column: column.to_owned() }
    }

    /// The column at this index, by number if it has no name.
    pub(super) fn map_at(field: &'static str, columns: &[Column], at: usize) -> Self {
        let name = columns.get(at).map_or("", |column| column.name.as_str());
        let column = if name.is_empty() { format!("#{}", at + 1) } else { name.to_owned() };
        Flag::Map { field, column }
    }

    fn field(&self) -> &'static str {
        match self {
            Flag::Map { field, .. } => field,
            Flag::Title => "title",
            Flag::By(_) => "byline",
        }
    }

    /// Applies the flag as if the user had given it.
    pub(super) fn apply(&self, options: &mut ReadOptions) {
        match self {
            Flag::Map { field, column } => options.map.push(((*field).to_owned(), column.clone())),
            Flag::Title => options.title = Some("TITLE".to_owned()),
            Flag::By(name) => options.by = Some(name.clone()),
        }
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flag::Map { field, column } if column.is_empty() => write!(f, "--map {field}="),
            Flag::Map { field, column } => write!(f, "--map {field}={}", shell_word(column)),
            Flag::Title => f.write_str("--title TITLE"),
            Flag::By(name) => write!(f, "--by {}", shell_word(name)),
        }
    }
}

/// The column that looks most like titles: short texts, most of them different.
pub(super) fn title(columns: &[Column]) -> Option<usize> {
    let free = columns.iter().enumerate().filter(|(_, column)| {
        let unnamed = column.meaning.as_ref().is_none_or(|meaning| match meaning.role {
            Role::Title | Role::OtherTitle | Role::WorkDetail | Role::Artist => true,
            // A ramen has a type too, different for each.
            Role::Kind => is_no_kind(&column.values),
            _ => false,
        });
        let plain = column.mapped.is_none()
            && column.remark.is_none()
            && !is_id(&column.name)
            && (asks_for_a_work(&column.name) || !says_something_else(&column.name));
        let mostly = column.values.filled * 2 > column.values.rows;
        let label =
            column.values.filled > 4 && column.values.distinct < 3 && !is_called_name(&column.name);
        let works = asks_for_a_work(&column.name) || !label;
        plain && unnamed && mostly && works && looks_like_titles(&column.values)
    });
    // Among equally varied columns the first: titles precede other data. A band names a concert
    // only if nothing else does.
    let merit = |at: usize, column: &Column| {
        let other = !column.is(Role::Artist);
        (asks_for_a_work(&column.name), other, column.values.distinct, std::cmp::Reverse(at))
    };
    free.max_by_key(|(at, column)| merit(*at, column)).map(|(at, _)| at)
}

fn looks_like_titles(values: &Values) -> bool {
    let email = values.first.as_ref().is_some_and(|first| first.contains('@'));
    let people = values.are_signed() || values.are_posts();
    values.are_words()
        && !values.are_long()
        && values.filled > 0
        && values.whole_marks == 0
        && !email
        && !people
}

/// Nearly all differ, and the first is not a kind of work.
fn is_no_kind(values: &Values) -> bool {
    let first = values.first.as_deref().unwrap_or_default();
    values.distinct * 3 > values.filled * 2 && first.trim().parse::<Kind>().is_err()
}

/// "gameRefId": an id whose name does not refer to a person or a row.
pub(super) fn looks_like_work_id(column: &Column) -> bool {
    let name = super::names::plain(&column.name);
    let stem = ["id", "sku", "slug"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or("");
    column.meaning.is_none()
        && stem.len() > 2
        && ![
            "user", "author", "review", "row", "parent", "owner", "order", "respondent",
            "response", "customer", "session", "purchase", "transaction", "submission", "survey",
            "entry", "record", "comment", "message",
        ]
        .iter()
        .any(|no| stem.ends_with(no))
}

/// `film_url`, or URLs under "Film": one per work.
pub(super) fn is_a_works_address(column: &Column) -> bool {
    let name = super::names::plain(&column.name);
    let stem = ["url", "uri", "link", "href"].iter().find_map(|word| name.strip_suffix(word));
    column.mapped.is_none()
        && column.values.are_urls()
        && super::names::is_work_word(stem.unwrap_or(&name))
}

/// A form question that asks for the work: "Which film did you watch?"
fn asks_for_a_work(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2);
    name.contains(' ') && !is_of_an_aspect(name) && words.any(super::names::is_work_word)
}

/// "Overall for product" and "Product quality": scores.
fn is_of_an_aspect(name: &str) -> bool {
    const ASPECTS: [&str; 6] = ["overall", "quality", "value", "rating", "score", "total"];
    words_of(name).iter().any(|word| ASPECTS.contains(&word.as_str()))
}

fn is_called_name(name: &str) -> bool {
    words_of(name).iter().any(|word| word == "name" || word == "title")
}

fn says_overall(name: &str) -> bool {
    words_of(name).iter().any(|word| ["overall", "total", "gesamt"].contains(&word.as_str()))
}

/// "Reviewer Language" and "Your name": no word refers to a work.
fn says_something_else(name: &str) -> bool {
    name.starts_with('_') || is_of_an_aspect(name) || is_called_otherwise(name)
}

/// A word of it refers to people, places or programs.
fn is_called_otherwise(name: &str) -> bool {
    const OTHERS: [&str; 62] = [
        "language", "lang", "code", "month", "day", "date", "time", "version", "location", "city",
        "country", "state", "email", "mail", "phone", "device", "status", "currency", "reviewer",
        "user", "username", "author", "nationality", "gender", "age", "sex", "address", "your",
        "first", "last", "surname", "uri", "reply", "response", "label", "labels", "sentiment",
        "polarity", "emotion", "tag", "level", "verification", "verified", "venue", "hall", "role",
        "segment", "channel", "browser", "goal", "goals", "question", "confidence", "probability",
        "prob", "likes", "votes", "customer", "reference", "locale", "entity", "school",
    ];
    words_of(name).iter().any(|word| OTHERS.contains(&word.as_str()))
        || ["回复", "回覆", "返信", "답글"].iter().any(|reply| name.contains(reply))
}

/// `displayName.languageCode` is display, name, language and code.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && after_small {
            words.push(String::new());
        }
        after_small = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// Numbers that are ids or counts by their name.
fn is_id(name: &str) -> bool {
    const COUNTS: [&str; 7] = ["count", "counts", "n", "number", "quantity", "qty", "frequency"];
    let name = name.trim().to_lowercase();
    name.ends_with("id")
        || name.ends_with("identifier")
        || name.ends_with("rank")
        || COUNTS.contains(&name.as_str())
}

/// The flags with which the table would be read; empty if a few flags are not enough.
///
/// # Errors
/// As [`read`].
pub(crate) fn suggestion(
    table: &Table,
    reading: &Reading,
    options: &ReadOptions,
    shape: Shape,
) -> Result<Vec<Flag>> {
    let mut said: Vec<Flag> = Vec::new();
    if table.without_header().is_some() {
        return Ok(said);
    }
    let mut options = options.clone();
    let mut reading = reading.clone();
    for _ in 0..3 {
        if reading.unsure.is_none() {
            return Ok(said);
        }
        let columns = columns_of(table, &options).map_err(broken)?;
        // Unknown names as long as sentences are prose; unknown JSON keys may be anything.
        let unknown = |column: &Column| column.meaning.is_none() && column.mapped.is_none();
        let long = |column: &Column| column.name.split_whitespace().count() > 3;
        let is_json = table.header_line.is_none();
        if columns.iter().all(unknown) && (is_json || columns.iter().any(long)) {
            break;
        }
        let more = flags(table, &reading, &columns, &options);
        let twice = |name: &String| table.names.iter().filter(|other| *other == name).count() > 1;
        let is_open = |flag: &Flag| matches!(flag, Flag::Map { column, .. } if twice(column));
        // Two columns with the same name cannot be distinguished.
        if more.iter().any(is_open) || more.iter().all(|flag| said.contains(flag)) {
            break;
        }
        more.iter().for_each(|flag| flag.apply(&mut options));
        said.extend(more);
        reading = read(table, &options, shape, &reading.profile.name)?;
    }
    Ok(if reading.unsure.is_none() { said } else { Vec::new() })
}

/// Neither its name nor its inferred role contradicts the field.
fn may_feed(field: &str, column: &Column) -> bool {
    let name = column.name.as_str();
    let known = column.meaning.as_ref().map(|meaning| meaning.role);
    let marks = field != "score" || !is_called_otherwise(name);
    !name.is_empty()
        && column.remark.is_none()
        && match known {
            None => marks,
            Some(role) => matches!(
                (field, role),
                ("score", Role::Score | Role::OwnScore)
                    | ("quote", Role::Quote | Role::Verdict)
                    | ("date", Role::Date | Role::OwnDate | Role::Added)
            ),
        }
}

type Fits = fn(&Values) -> bool;

/// What the values of a field look like.
const LOOKS: [(&str, Fits); 4] = [
    ("title", looks_like_titles),
    ("score", looks_like_scores),
    ("quote", |values| {
        values.are_words() && values.words > values.filled * 4 && !values.are_lists()
    }),
    ("date", |values| values.are_dates() && !values.are_numbers()),
];

fn looks_like_scores(values: &Values) -> bool {
    values.are_marks()
        && values.marks * 5 >= values.filled * 4
        && !values.are_years()
        && !values.are_dates()
        && !values.are_yes_no()
        && values.max <= 100.0
}

/// `--map` flags for fields without a known column, chosen by values.
pub(super) fn flags(
    table: &Table,
    reading: &Reading,
    columns: &[Column],
    options: &ReadOptions,
) -> Vec<Flag> {
    let mut flags = reading.unsure.as_ref().map(|unsure| unsure.flags.clone()).unwrap_or_default();
    // Aggregates are not scores of a person.
    let foreign = columns.iter().any(|column| column.is(Role::Foreign));
    if flags.is_empty()
        && (foreign || matches!(reading.kind, TableKind::Aggregates | TableKind::Works))
    {
        return flags;
    }
    let values = |at: usize| table.values(at);
    let flagged = |name: &String, flags: &[Flag]| {
        flags.iter().any(|flag| matches!(flag, Flag::Map { column, .. } if column == name))
    };
    let mut free: Vec<(usize, Values)> = (0..table.names.len())
        .filter(|&at| reading.columns.get(at).is_some_and(|column| column.field.is_none()))
        .filter(|&at| !flagged(&table.names[at], &flags))
        .map(|at| (at, values(at)))
        .filter(|(_, values)| !values.none() && !values.counter)
        .collect();
    let known = |field: &str, flags: &[Flag]| {
        reading.columns.iter().any(|column| column.field == Some(field))
            || flags.iter().any(|flag| flag.field() == field)
            || field == "title"
                && (options.title.is_some() || flags.iter().any(|flag| flag.field() == "work_id"))
    };
    for (field, fits) in LOOKS {
        if known(field, &flags) {
            continue;
        }
        let titles = if field == "title" { title(columns) } else { None };
        let fitting = |(at, values): &(usize, Values)| match field {
            "title" => titles == Some(*at),
            _ if !may_feed(field, &columns[*at]) => false,
            "date" => fits(values),
            _ => fits(values) && !is_id(&table.names[*at]),
        };
        // The overall score is preferred to an aspect's.
        let whole = |(at, values): &(usize, Values)| {
            field == "score"
                && values.words <= values.filled * 4
                && says_overall(&table.names[*at])
                && may_feed(field, &columns[*at])
        };
        let found = free.iter().position(whole).or_else(|| free.iter().position(fitting));
        if let Some(found) = found {
            let (at, _) = free.remove(found);
            flags.push(Flag::map_at(field, columns, at));
        }
    }
    flags
}
