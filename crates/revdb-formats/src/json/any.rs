//! JSON without a profile: fields are inferred from its keys, as from a table's columns.
//!
//! Owns: which lists of a document contain reviews, each read by its own keys; and records nested
//! in another list's records (`[{"title": …, "reviews": [{…}]}]`), whose work is the outer record.
//! Must never: take the top-level object for a record if it contains a list of records, or omit a
//! list silently.

use std::io::Read;

use serde_json::Value;

use super::lists::{Place, places};
use super::read;
use super::record::checked;
use crate::format::{Confidence, Format, Note, Probe, ReadError, ReadOptions, Result, Sink, Text};
use crate::inferred;
use crate::profile::{Shape, mapped_columns, same_column};
use crate::roles::{self, Reading, Table};
use revdb_model::Kind;

mod beyond_sample;
mod choose;
mod joined;
mod lone;
mod names;
mod record_numbers;
mod sample;
mod tabular;

pub(crate) use beyond_sample::may_go_on;
use choose::{choose, inner};
use record_numbers::Renumbered;
use sample::{ENDS_EARLY, LATE, Sampled, table_of};

/// The format's name for `--input-format`.
pub const NAME: &str = "json";

/// The whole document as one record.
const WHOLE: &str = ".";

/// JSON that matches no profile.
pub struct AnyJson;

impl Format for AnyJson {
    fn name(&self) -> &str {
        NAME
    }

    fn describe(&self) -> &str {
        "any JSON records (a list, or one a line), by their keys or by --map field=key"
    }

    fn shape(&self) -> &'static str {
        "JSON"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        let Ok(lists) = lists_in(probe, probe.options) else { return Confidence::No };
        let sure = lists.iter().map(|list| inferred::confidence(&list.table, &list.reading));
        sure.max().unwrap_or(Confidence::No)
    }

    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let text = &mut tabular::Unfolded::of(text)?;
        let lists = lists_of(text, options)?;
        let (reviews, others) = sorted(lists, options)?;
        let several = reviews.len() > 1;
        let mut after = 0;
        for list in &reviews {
            let mut numbered = Renumbered { after, last: after, list: list.label(several), sink };
            list.notes.iter().try_for_each(|note| numbered.note(note.clone()))?;
            inferred::read(&list.reading, options, &mut numbered, |profile, sink| {
                read(profile, text, options, sink)
            })?;
            after = numbered.last;
        }
        for list in others {
            let message = format!("its list {} is not read: {}", list.name, list.left_out());
            sink.note(Note { message, help: None })?;
        }
        Ok(())
    }
}

/// Splits lists into those to read and those without reviews.
fn sorted(lists: Vec<List>, options: &ReadOptions) -> Result<(Vec<List>, Vec<List>)> {
    let holds = |list: &List| list.is_of_reviews() && list.has_mapped(options);
    let alone = lists.len() == 1;
    let (reviews, others): (Vec<List>, Vec<List>) =
        lists.into_iter().partition(|list| alone || holds(list));
    let reviews = choose::without_outer(reviews);
    let several = reviews.len() > 1;
    let asked = if reviews.is_empty() { &others } else { &reviews };
    if let Some(list) = asked.iter().find(|list| list.is_asked(options))
        && let Some(unsure) = &list.reading.unsure
    {
        let reason = match several {
            true => format!("its list {}: {}", list.name, unsure.reason),
            false => unsure.reason.clone(),
        };
        return Err(inferred::question(&list.table, &list.reading, reason, options, Shape::Json));
    }
    if reviews.is_empty() {
        return Err(no_records());
    }
    Ok((reviews, others))
}

/// A list of records and how it is read.
#[derive(Debug, Clone)]
pub struct List {
    /// Display name: `data.items`; empty for a dump's only list.
    pub name: String,
    pub table: Table,
    pub reading: Reading,
    /// Further notes about the list.
    pub notes: Vec<Note>,
    /// Nested lists of objects that are not read.
    pub lists: Vec<String>,
}

impl List {
    /// Infers the fields again, including keys that only later records have.
    fn look_through(&mut self, text: &mut dyn Text, options: &ReadOptions) -> Result {
        let profile = &self.reading.profile;
        let outer = profile.records.first().map_or("", String::as_str);
        let whole = list(text.reader()?, outer, profile.each.as_deref(), options)?;
        if let Some(whole) = whole {
            (self.table, self.reading, self.lists) = (whole.table, whole.reading, whole.lists);
            self.notes.extend(whole.notes);
        }
        Ok(())
    }

    fn is_of_reviews(&self) -> bool {
        inferred::confidence(&self.table, &self.reading) != Confidence::No
    }

    fn has(&self, key: &str) -> bool {
        self.table.names.iter().any(|name| same_column(name, key))
    }

    fn has_mapped(&self, options: &ReadOptions) -> bool {
        options.map.iter().flat_map(|(_, key)| mapped_columns(key)).all(|key| self.has(key))
    }

    fn is_good(&self, options: &ReadOptions) -> bool {
        self.is_of_reviews() && self.reading.unsure.is_none() && self.has_mapped(options)
    }

    /// It contains reviews, but the user must say more.
    fn is_asked(&self, options: &ReadOptions) -> bool {
        self.reading.unsure.is_some() && self.has_mapped(options)
    }

    /// The top-level object's fields are read with each record.
    fn is_whole(&self) -> bool {
        self.reading.profile.records == [WHOLE]
    }

    fn column(&self, field: &str) -> Option<&str> {
        let mut columns = self.reading.columns.iter();
        columns.find(|column| column.field == Some(field)).map(|column| column.name.as_str())
    }

    /// Whether the document tells the audience, or the work if a record's own title is the
    /// review's headline.
    fn says_more(&self, plain: &List) -> bool {
        let each = self.reading.profile.each.as_deref().unwrap_or("");
        let outside = |field| self.column(field).is_some_and(|name| !super::within(name, each));
        let vague = plain.column("title").is_none_or(is_vague);
        let more = |field| outside(field) && plain.column(field).is_none();
        more("byline") || more("publication") || outside("title") && vague
    }

    /// Whether its title is the document's name; a list of films has its own titles.
    fn has_document_title(&self, plain: &List) -> bool {
        let each = self.reading.profile.each.as_deref().unwrap_or("");
        self.column("title").is_some_and(is_vague)
            && !names::is_of_reviews(each)
            && ["title", "name"].iter().any(|name| plain.has(name))
    }

    /// The audience given by the document, if the list itself does not tell.
    fn audience_key(&self, plain: &List) -> Option<&str> {
        let each = self.reading.profile.each.as_deref().unwrap_or("");
        let who = self.column("byline").filter(|name| !super::within(name, each));
        who.filter(|_| plain.column("byline").is_none())
    }

    fn label(&self, several: bool) -> Option<&str> {
        several.then_some(self.name.as_str())
    }

    fn left_out(&self) -> String {
        match &self.reading.unsure {
            Some(unsure) => unsure.reason.clone(),
            None => "the keys of --map are not in it".to_owned(),
        }
    }
}

/// A key that may hold a work's title or any other name.
fn is_vague(name: &str) -> bool {
    same_column(name, "title") || same_column(name, "name")
}

/// The lists of a dump that are read or asked about.
///
/// # Errors
/// As for reading, and if there are no records.
pub(crate) fn lists_of(text: &mut dyn Text, options: &ReadOptions) -> Result<Vec<List>> {
    let text = &mut tabular::Unfolded::of(text)?;
    let mut bytes = Vec::new();
    text.reader()?.take(Probe::LIMIT as u64).read_to_end(&mut bytes)?;
    let whole = bytes.len() < Probe::LIMIT;
    let head = String::from_utf8_lossy(&bytes);
    let mut lists = match lists_in(&Probe::new("", &head, whole), options) {
        // The lists may begin after the sample.
        Err(_) if !whole && is_json(&head) => Vec::new(),
        found => found?,
    };
    let mut found = places(head.as_bytes())?;
    if !whole {
        for list in lists.iter_mut().filter(|list| list.is_of_reviews()) {
            list.look_through(text, options)?;
        }
        let (more, lone) = beyond_sample::lists(&head, text, options)?;
        lists.extend(more);
        found.lone = lone;
    }
    if !found.lines {
        lone::add_note(&found.lone, &mut lists);
    }
    if lists.is_empty() {
        return Err(no_records());
    }
    known_keys(&lists, options)?;
    joined::drop_own_numbers(&mut lists);
    Ok(lists)
}

/// Whether a text begins like JSON.
pub(crate) fn is_json(head: &str) -> bool {
    head.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '['])
}

/// As [`lists_of`], for the beginning of a dump.
///
/// # Errors
/// If it is not JSON with records.
pub(crate) fn lists_in(probe: &Probe<'_>, options: &ReadOptions) -> Result<Vec<List>> {
    let head = probe.head.trim_start_matches('\u{feff}');
    if !is_json(head) {
        return Err(no_records());
    }
    let unfolded = if probe.whole { tabular::records(head) } else { None };
    let head = unfolded.as_deref().unwrap_or(head);
    let mut found = places(head.as_bytes())?;
    let keyed: Vec<String> =
        found.lists.iter().filter(|it| it.keyed).map(|it| it.path.clone()).collect();
    found.lists.retain(|place| !place.keyed);
    let mut lists = Vec::new();
    for outer in outermost(&found.lists, found.lines) {
        let within: Vec<&Place> =
            found.lists.iter().filter(|it| inner(&outer, &it.path).is_some()).collect();
        lists.extend(choose(head, probe.whole, &outer, &within, options)?);
    }
    // Otherwise their keys may be the names of works or of people.
    let good = lists.iter().any(|list| list.is_good(options));
    if let Some(path) = keyed.iter().find(|path| !path.contains('.'))
        && let Some(whole) = list(head.as_bytes(), path, None, options)?
        && (!good && whole.is_of_reviews()
            || whole.is_good(options) && whole.column("byline") == Some(super::KEY))
    {
        lists = vec![whole];
    }
    match lists.is_empty() {
        true => Err(no_records()),
        false => Ok(lists),
    }
}

fn no_records() -> ReadError {
    ReadError::Malformed {
        message: "no records were found".to_owned(),
        line: None,
        help: Some("a list of objects, or one object a line, is read".to_owned()),
    }
}

/// Paths of lists that are not nested in another; JSON lines have the path `""`, and a document
/// without a list is one record.
fn outermost(lists: &[Place], lines: bool) -> Vec<String> {
    if lines {
        return vec![String::new()];
    }
    let of_none = |place: &&Place| {
        let stem = place.path.trim_end_matches("[]").trim_end_matches('*');
        !stem.contains("[]") && !stem.contains('*')
    };
    let found: Vec<String> = lists.iter().filter(of_none).map(|it| it.path.clone()).collect();
    if found.is_empty() { vec![WHOLE.to_owned()] } else { found }
}

/// The list at a path, with its inferred fields; `None` if it has no record.
fn list(
    from: impl Read,
    outer: &str,
    each: Option<&str>,
    options: &ReadOptions,
) -> Result<Option<List>> {
    let records: Vec<String> = match outer {
        "" | "[]" => Vec::new(),
        path => vec![path.to_owned()],
    };
    let Some(Sampled { mut table, lists, several }) = table_of(from, &records, each) else {
        return Ok(None);
    };
    let stem = outer.trim_end_matches("[]").trim_end_matches(".*").trim_matches('.');
    table.list = stem.to_owned();
    let mut reading = roles::read(&table, options, Shape::Json, NAME)?;
    if is_by_columns(&reading, &several) {
        let reason = "it is a table by columns: its keys have lists of values, and one value of \
                      each makes a record; write it anew as a list of records"
            .to_owned();
        reading.unsure = Some(roles::Unsure { reason, flags: Vec::new() });
    }
    let titles = lists.iter().find(|name| roles::is_title(name.rsplit('.').next().unwrap_or(name)));
    if let (Some(titles), Some(unsure)) = (titles, reading.unsure.as_mut())
        && unsure.flags.iter().any(|flag| matches!(flag, roles::Flag::Title))
    {
        unsure.reason = format!("each record's {titles} is a list of objects: keep one title each");
        unsure.flags = Vec::new();
    }
    reading.profile.records = records;
    reading.profile.each = each.map(str::to_owned);
    reading.profile.kind = kind_of(stem);
    let name = [stem, each.unwrap_or("")].into_iter().filter(|part| !part.is_empty());
    let name = name.collect::<Vec<_>>().join(".");
    let message = ENDS_EARLY.to_owned();
    let notes = (table.late >= LATE).then_some(Note { message, help: None }).into_iter().collect();
    Ok(Some(List { name, table, reading, notes, lists }))
}

/// Whether title and judgement are lists of values: one record with several works.
fn is_by_columns(reading: &Reading, several: &[String]) -> bool {
    let listed = |field: &str| {
        let is_it = |column: &&roles::ColumnReading| column.field == Some(field);
        reading.columns.iter().filter(is_it).any(|column| several.contains(&column.name))
    };
    listed("title") && ["score", "quote", "byline"].into_iter().any(listed)
}

/// The kind of works that a list's name tells.
fn kind_of(name: &str) -> Option<Kind> {
    let name = name.rsplit('.').next()?;
    // These words name kinds, but nobody names such a list after a kind.
    let named = !matches!(name, "records" | "record" | "others" | "other");
    named.then(|| name.strip_suffix('s').unwrap_or(name).parse().ok())?
}

/// A mapped key that no record of the sample has is a typo.
fn known_keys(lists: &[List], options: &ReadOptions) -> Result {
    let mut mapped = options.map.iter().flat_map(|(_, key)| mapped_columns(key));
    let Some(key) = mapped.find(|key| !lists.iter().any(|list| list.has(key))) else {
        return Ok(());
    };
    let keys: Vec<&str> =
        lists.iter().flat_map(|list| &list.table.names).map(String::as_str).collect();
    Err(ReadError::Malformed {
        message: format!("--map names the key '{key}', which the first records do not have"),
        line: None,
        help: Some(format!("their keys are: {}", keys.join(", "))),
    })
}

/// The keys of the top-level object, for an error message.
pub(crate) fn top_keys(probe: &Probe<'_>) -> Vec<String> {
    match checked(probe.head.trim().as_bytes()) {
        Ok(Value::Object(map)) => map.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
