//! Tables without a profile: infers the kind of table and the role of each column.
//!
//! Owns: interpreting a header as a whole together with a sample of rows, and the confidence: what
//! is *sure* is read, what is *assumed* is read with a note, and what is *unsure* is asked about,
//! with nothing stored. Delimited text and JSON share the same roles. Must never: read a record
//! (the resulting profile does), use more than the sample, or take a column for the *review's* id
//! that is not globally unique: with row numbers as ids, two reviews would become one.
//!
//! `names.toml` maps names to roles, `values` classifies a sample, `correct` checks names against
//! values, `decided` judges the table as a whole, `fields` chooses one column per field, and
//! `suggest` builds the command that the user could type instead.

mod context;
mod correct;
mod fields;
mod looks;
mod names;
mod place;
mod suggest;
mod table;
mod table_kind;
mod table_refusal;
mod values;
mod wide;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::format::{Note, ReadError, ReadOptions, Result};
use super::profile::{
    FieldSpec, LeftAlone, Profile, Reason, Role as ProfileRole, Shape, map_field, mapped_columns,
    numbered, same_column,
};
use fields::Chosen;
pub(crate) use names::plain;
use names::{Meaning, Role};
use revdb_model::Audience;
pub(crate) use suggest::suggestion;
pub use suggest::{Flag, shell_word};
pub use table::{Shown, Table};
pub use table_kind::TableKind;
use values::Values;

/// Rows in a sample: enough for values to repeat, few enough to be fast.
pub(crate) const SAMPLE_ROWS: usize = 200;

/// The certainty of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    Sure,
    Assumed,
    /// Given by the user.
    Explicit,
}

impl Certainty {
    pub fn as_str(self) -> &'static str {
        match self {
            Certainty::Sure => "sure",
            Certainty::Assumed => "assumed",
            Certainty::Explicit => "explicit",
        }
    }
}

/// The reading of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnReading {
    pub name: String,
    /// The field it fills, by its name in `--map`; `None` if it is not used.
    pub field: Option<&'static str>,
    pub certainty: Certainty,
    /// Why it is used, or not.
    pub why: String,
}

/// The reading of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub kind: TableKind,
    /// The profile for this reading.
    pub profile: Profile,
    pub columns: Vec<ColumnReading>,
    /// Notes for the summary.
    pub notes: Vec<Note>,
    /// Why it is not read unless the user says more.
    pub unsure: Option<Unsure>,
}

/// What the user must decide before a table is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsure {
    /// What is missing or ambiguous, as a clause.
    pub reason: String,
    /// The flags that answer it.
    pub flags: Vec<Flag>,
}

/// A column while its role is being inferred.
#[derive(Debug)]
struct Column {
    name: String,
    meaning: Option<Meaning>,
    values: Values,
    /// Why its values contradict its name.
    remark: Option<&'static str>,
    /// Mapped by the user, so nothing is inferred.
    mapped: Option<&'static str>,
}

impl Column {
    fn is(&self, role: Role) -> bool {
        self.mapped.is_none() && self.meaning.as_ref().is_some_and(|meaning| meaning.role == role)
    }

    fn rank(&self) -> u8 {
        self.meaning.as_ref().map_or(0, |meaning| meaning.rank)
    }
}

/// Interprets a header as a whole. `name`: the resulting profile's.
///
/// # Errors
/// If the table of names is invalid.
pub fn read(table: &Table, options: &ReadOptions, shape: Shape, name: &str) -> Result<Reading> {
    let columns = columns_of(table, options).map_err(broken)?;
    let mut lists = table.each.as_deref().into_iter().chain([table.list.as_str()]);
    let list = lists.find_map(names::audience_of_list);
    let decided = table_kind::decide(&columns, list, options);
    let chosen = fields::choose(&columns, table, &decided, options);
    let notes = notes(&columns, &decided, &chosen, options);
    let unsure = table.without_header();
    let unsure = unsure
        .or_else(|| chosen.unsure.clone())
        .or_else(|| table_refusal::refusal(&columns, &decided, &chosen, options));
    let readings = readings(&columns, &chosen);
    let profile = profile(name, shape, &decided, &chosen, options);
    Ok(Reading { kind: decided.kind, profile, columns: readings, notes, unsure })
}

/// Whether the name is a known column name.
pub fn is_known(name: &str) -> bool {
    matches!(names::meaning(name), Ok(Some(_)))
}

/// Whether the name may be that of a work's title.
pub fn is_title(name: &str) -> bool {
    names::meaning(name).ok().flatten().is_some_and(|it| it.role == Role::Title && it.rank >= 2)
}

/// The judgement field that this name certainly means.
pub fn judgement(name: &str) -> Option<&'static str> {
    let meaning = names::meaning(name).ok()??;
    match (meaning.role, meaning.rank) {
        (Role::Quote, 3) => Some("quote"),
        (Role::OwnScore, _) => Some("score"),
        (Role::OwnDate, 3) => Some("date"),
        _ => None,
    }
}

/// The field that this name means in a review: a judgement's, reviewer or work.
pub fn of_a_review(name: &str) -> Option<&'static str> {
    let meaning = names::meaning(name).ok()??;
    match (meaning.role, meaning.rank) {
        (Role::Quote, 2..) => Some("quote"),
        (Role::OwnScore, _) | (Role::Score, 2..) => Some("score"),
        (Role::OwnDate, 3) | (Role::Date, 2..) => Some("date"),
        (Role::Title, 3) => Some("title"),
        (Role::Critic | Role::Reviewer | Role::User, 3) => Some("byline"),
        _ => None,
    }
}

/// The table of names is invalid.
fn broken(message: String) -> ReadError {
    ReadError::Malformed { message, line: None, help: None }
}

fn columns_of(table: &Table, options: &ReadOptions) -> Result<Vec<Column>, String> {
    let mut columns = Vec::with_capacity(table.names.len());
    for (at, name) in table.names.iter().enumerate() {
        let is_it = |by: &str| {
            let is_it = |it| same_column(it, name) || name.is_empty() && numbered(it) == Some(at);
            mapped_columns(by).into_iter().any(is_it)
        };
        let mapped = options.map.iter().rfind(|(_, column)| is_it(column));
        columns.push(Column {
            name: name.clone(),
            meaning: meaning_of(name, table)?,
            values: table.values(at),
            remark: None,
            mapped: mapped.and_then(|(field, _)| map_field(field)),
        });
    }
    let spoken = correct::has_people_or_texts(&columns);
    columns.iter_mut().try_for_each(|column| correct::by_values(column, spoken))?;
    if let Some(each) = &table.each {
        place::by_place(&mut columns, each);
    }
    place::messages_of_a_chat(&mut columns, table.each.as_deref().unwrap_or(&table.list));
    place::parts_of_an_overall_mark(&mut columns);
    place::works_in_objects(&mut columns);
    place::names_in_keys(&mut columns);
    correct::scandinavian_newspapers(&mut columns);
    correct::authors_of_reviews(&mut columns);
    context::critics_beside_words(&mut columns);
    context::names_of_people(&mut columns);
    context::marks_of_people(&mut columns);
    correct::job_titles_under_title(&mut columns);
    correct::texts_by_language(&mut columns, &table.rows);
    correct::drop_textual_scores(&mut columns);
    correct::year_of_a_day(&mut columns);
    Ok(columns)
}

/// What a name means in this table.
fn meaning_of(name: &str, table: &Table) -> Result<Option<Meaning>, String> {
    // pandas writes a second "rating" as "rating.1".
    let again = name.rsplit_once('.').filter(|(first, number)| {
        table.header_line.is_some()
            && number.bytes().all(|b| b.is_ascii_digit())
            && table.names.iter().any(|other| other == first)
    });
    let name = again.map_or(name, |(first, _)| first);
    let list = table.each.as_deref().unwrap_or_default();
    match name.strip_prefix(list).and_then(|rest| rest.strip_prefix('.')) {
        Some(key) if !list.is_empty() => names::meaning_within(list, key),
        _ => names::meaning_in(&table.list, name),
    }
}

fn readings(columns: &[Column], chosen: &Chosen) -> Vec<ColumnReading> {
    let reading = |(at, column): (usize, &Column)| {
        let used = chosen.used.iter().find(|used| used.column == at);
        let source = column.meaning.as_ref().map_or("", |meaning| meaning.source);
        let (field, certainty, why) = match (column.mapped, used) {
            (Some(field), _) => (Some(field), Certainty::Explicit, "--map says so".to_owned()),
            (None, Some(used)) => {
                let why = used.why.clone().unwrap_or_else(|| format!("named so in: {source}"));
                (Some(used.field), used.certainty, why)
            }
            (None, None) => (None, Certainty::Sure, not_used(column)),
        };
        ColumnReading { name: column.name.clone(), field, certainty, why }
    };
    columns.iter().enumerate().map(reading).collect()
}

/// A column's name as displayed in a note.
fn shown(name: &str) -> &str {
    if name.is_empty() { "(no name)" } else { name }
}

/// Why a column fills no field.
fn not_used(column: &Column) -> String {
    let Some(meaning) = &column.meaning else {
        return column.remark.unwrap_or("its name is not known").to_owned();
    };
    let what = match meaning.role {
        Role::SiteScore => "many people's marks together, never one review's",
        Role::Count => "a number of marks or reviews",
        Role::WorkAuthor
        | Role::WorkDetail
        | Role::Artist
        | Role::Part
        | Role::Season
        | Role::Episode
        | Role::EpisodeTitle => "it says something of the work",
        Role::Author => "the work's own author, or a reviewer: not certain",
        Role::OtherTitle => "another title of the same work",
        Role::Blurb => "words about the work, not a review's",
        Role::Private => "notes to oneself",
        Role::Headline => "the review's own headline",
        Role::Number => "a number of rows, which is no id",
        Role::Own => "it shows one person's own table",
        Role::Users => "it shows many users' reviews",
        Role::Critics => "it shows critics' reviews",
        Role::Publisher => "the work's publisher, or whence the record is",
        Role::Foreign => "what no review has",
        Role::Publication => "what published the work, in such a table",
        _ => "another column says it better, or the table has no use for it",
    };
    column.remark.unwrap_or(what).to_owned()
}

fn notes(
    columns: &[Column],
    decided: &table_kind::Decided,
    chosen: &Chosen,
    options: &ReadOptions,
) -> Vec<Note> {
    let mut notes = Vec::new();
    let field_of = |(at, column): (usize, &Column)| {
        let chosen = || chosen.used.iter().find(|used| used.column == at).map(|used| used.field);
        column.mapped.or_else(chosen)
    };
    let fields = columns.iter().enumerate().map(field_of);
    let used: Vec<(&str, &str)> = fields
        .zip(columns)
        .filter_map(|(field, column)| Some((field?, column.name.as_str())))
        .collect();
    let told: Vec<String> =
        used.iter().map(|(field, name)| format!("{field} from {}", shown(name))).collect();
    let message = format!("read by its header: {}", told.join(", "));
    notes.push(Note { message, help: Some("--map FIELD=COLUMN reads otherwise".to_owned()) });
    let says_who = used.iter().find(|(field, _)| *field == "audience").map(|(_, name)| *name);
    notes.extend(table_kind::note(decided, says_who, options));
    notes.extend(chosen.notes.iter().cloned());
    notes
}

fn profile(
    name: &str,
    shape: Shape,
    decided: &table_kind::Decided,
    chosen: &Chosen,
    options: &ReadOptions,
) -> Profile {
    let audience = match decided.kind {
        TableKind::Critics => Some(Audience::Critic),
        _ => Some(Audience::User),
    };
    let role = match decided.kind {
        TableKind::Works if options.map.is_empty() => ProfileRole::Works,
        _ => ProfileRole::Reviews,
    };
    Profile {
        name: name.to_owned(),
        shape,
        role,
        quotes: true,
        audience,
        scale: chosen.scale,
        unknown_scores: chosen.unknown_scores.clone(),
        fields: chosen.fields.clone(),
        work_ids: chosen.work_ids.clone(),
        left_alone: [unjudged(decided, chosen, options), chosen.left_alone.clone()].concat(),
        ..Profile::default()
    }
}

/// In a personal list, a row without score and text is not a review.
fn unjudged(
    decided: &table_kind::Decided,
    chosen: &Chosen,
    options: &ReadOptions,
) -> Vec<LeftAlone> {
    if decided.kind != TableKind::Own {
        return Vec::new();
    }
    let mut when = BTreeMap::new();
    let none = || vec![String::new()];
    for (field, spec, values) in [
        ("score", &chosen.fields.score, [none(), chosen.unknown_scores.clone()].concat()),
        ("quote", &chosen.fields.quote, none()),
    ] {
        let mapped =
            options.map.iter().rfind(|(known, _)| known == field).map(|(_, column)| column);
        let column = match (mapped, spec) {
            (Some(column), _) => Some(column.clone()).filter(|column| !column.is_empty()),
            (None, Some(FieldSpec::One(column))) => Some(column.clone()),
            _ => None,
        };
        when.extend(column.map(|column| (column, values)));
    }
    let reason = Reason("listed without a mark or words");
    if when.is_empty() {
        Vec::new()
    } else {
        vec![LeftAlone { when, unless: Default::default(), reason }]
    }
}
