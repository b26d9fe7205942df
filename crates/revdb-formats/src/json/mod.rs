//! JSON dumps: one document, or JSON lines.
//!
//! Owns: finding the records, their line numbers and their text. Must never: hold more than one
//! record of a dump, or know the keys of a particular dump; a profile gives the path of the
//! records and maps keys to fields.
//!
//! `cut` splits a document into records knowing only strings, brackets and depth; serde_json then
//! parses each record separately. So a broken record is one rejection with its verbatim text and
//! line, also in JSON lines, where `StreamDeserializer` would lose the following record. Numbers
//! reach the fields as printed (`4.50`, an id beyond 2^64), because they are passed on as strings.

pub mod any;
mod cut;
pub(crate) mod generated;
mod keys;
mod lists;
mod record;

use std::io::Read;

use serde_json::Value;

use super::format::{Probe, ReadOptions, Result, Sink, Text};
use super::profile::{Plan, Profile, Row, same_column};
use super::record::{Claim, ClaimKind, Item, Position, RawWork};
pub use cut::{Cut, Cutter, LONGEST_RECORD};
use keys::Keys;
use record::Record;
pub use record::{KEY, as_printed, checked};
use revdb_model::{Audience, DateOrder, date};

/// Number of records that detection examines, so that fields that only some records have are seen.
const LOOKED_AT: usize = 50;

/// Reads a whole dump with `profile`.
///
/// # Errors
/// If the document (not just one record of it) is malformed, or there is no record at the
/// profile's path.
pub fn read(
    profile: &Profile,
    text: &mut dyn Text,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result {
    let (plan, mut paths) = Plan::for_json(profile, &options.map)?;
    let known = names_of_first(text.reader()?, &profile.records);
    let mut unspelt: Vec<usize> = (0..paths.len()).collect();
    unspelt.retain(|&slot| !respell(&mut paths[slot], &known));
    let mut keys = Keys::default();
    let date_order = match options.date_order.or(profile.date_order) {
        Some(order) => Some(order),
        None => order_of_dates(profile, &plan, &paths, text)?,
    };
    let mut cutter = Cutter::new(text.reader()?, &profile.records);
    let mut record = 0;
    let mut works = Works::default();
    while let Some(cut) = cutter.next()? {
        record += 1;
        // A key that only later records have gets the spelling used there.
        if !unspelt.is_empty() && keys.has_rare(&cut.text) {
            let names = record::names(&cut.text);
            unspelt.retain(|&slot| !respell(&mut paths[slot], &names));
        }
        let values = match record::values(&cut, profile.each.as_deref()) {
            Ok(values) => values,
            Err(why) => {
                let at = Position { record, line: cut.line };
                sink.item(at, &|| cut.raw(), Item::Rejected(why))?;
                continue;
            }
        };
        // Several records with one position in the document are numbered separately.
        record -= 1;
        for value in values {
            record += 1;
            let item = plan.item(&Record::of(&value, &paths), date_order);
            let item = match is_other_kind(profile, &item, &value) {
                true => Item::Rejected(format!("it is no review as {} has them", profile.name)),
                false => item,
            };
            if let (Item::Review(review), false) = (&item, profile.claims.is_empty()) {
                works.note(&review.work);
            }
            let raw = || match profile.each {
                Some(_) => value.to_string(),
                None => cut.raw(),
            };
            sink.item(Position { record, line: cut.line }, &raw, item)?;
        }
    }
    drop(cutter);
    match works {
        Works::One(work) => claims(profile, work, text, sink),
        _ => Ok(()),
    }
}

/// A record of another kind in the same dump, such as a business among its reviews: it has neither
/// the reviewer's key nor that of the words.
fn is_other_kind(profile: &Profile, item: &Item, value: &Value) -> bool {
    let Item::Review(review) = item else { return false };
    let silent = review.byline.is_none() && review.quote.is_none();
    if !silent || profile.detect.columns.is_empty() {
        return false;
    }
    let (sources, names) = (profile.sources(), record::names_of(value));
    let lacks = |field: &str| {
        let of = sources.iter().filter(|(known, _)| *known == field);
        let mut columns = of.flat_map(|(_, columns)| columns).peekable();
        columns.peek().is_some()
            && columns.all(|column| !names.iter().any(|name| same_column(name, column)))
    };
    lacks("byline") && lacks("quote")
}

/// The day-month order shown by the dump's unambiguous dates, if some dates are ambiguous; `None`
/// if there is no evidence, or if two dates disagree.
///
/// # Errors
/// If the dump cannot be opened.
fn order_of_dates(
    profile: &Profile,
    plan: &Plan,
    paths: &[Vec<String>],
    text: &mut dyn Text,
) -> Result<Option<DateOrder>> {
    let Some(path) = plan.date_slot().and_then(|slot| paths.get(slot..=slot)) else {
        return Ok(None);
    };
    let mut cutter = Cutter::new(text.reader()?, &profile.records);
    let (mut order, mut open, mut looked_at) = (date::ColumnOrder::default(), false, 0);
    // Malformed text is reported by the actual reading.
    while let Ok(Some(cut)) = cutter.next() {
        for value in record::values(&cut, profile.each.as_deref()).unwrap_or_default() {
            let record = Record::of(&value, path);
            let printed = record.cell(0);
            open |= date::parse(printed, None) == Err(date::DateError::Ambiguous);
            order.add(printed);
        }
        looked_at += 1;
        if looked_at == LOOKED_AT && order.order().is_none() && !open {
            return Ok(None);
        }
    }
    Ok(order.order())
}

/// The works of a document's reviews: claims apply only if there is exactly one.
#[derive(Default)]
enum Works {
    #[default]
    None,
    One(RawWork),
    Several,
}

impl Works {
    fn note(&mut self, work: &RawWork) {
        match self {
            Works::None => *self = Works::One(work.clone()),
            Works::One(known) if known != work => *self = Works::Several,
            _ => {}
        }
    }
}

/// The document's claims next to its records.
fn claims(profile: &Profile, work: RawWork, text: &mut dyn Text, sink: &mut dyn Sink) -> Result {
    for claim in &profile.claims {
        let mut cutter = Cutter::new(text.reader()?, std::slice::from_ref(&claim.from));
        let Some(cut) = cutter.next()? else { continue };
        let Ok(value) = String::from_utf8_lossy(&cut.text).trim_matches('"').parse::<f64>() else {
            continue;
        };
        let audience = match claim.kind {
            ClaimKind::UserScore | ClaimKind::RatingCount => Audience::User,
            _ => profile.audience.unwrap_or(Audience::Critic),
        };
        let item =
            Item::Claim(Claim { audience, kind: claim.kind, value, of: None, work: work.clone() });
        sink.item(Position { record: 1, line: cut.line }, &|| cut.raw(), item)?;
    }
    Ok(())
}

/// The dotted names in the first records of the dump; `None` if it is not JSON.
pub(crate) fn first_names(profile: &Profile, probe: &Probe<'_>) -> Option<Vec<String>> {
    let start = probe.head.trim_start();
    if !start.starts_with(['{', '[']) {
        return None;
    }
    Some(names_of_first(probe.head.as_bytes(), &profile.records))
}

/// The dotted names in the first records. The text may end within a record.
fn names_of_first<R: Read>(text: R, records: &[String]) -> Vec<String> {
    let mut cutter = Cutter::new(text, records);
    let mut names: Vec<String> = Vec::new();
    for _ in 0..LOOKED_AT {
        let Ok(Some(Cut { text, .. })) = cutter.next() else {
            break;
        };
        for name in record::names(&text) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Changes the path of a value to the dump's spelling; false if the dump does not have it.
fn respell(path: &mut Vec<String>, known: &[String]) -> bool {
    let wanted = path.join(".");
    if known.contains(&wanted) {
        return true;
    }
    let Some(name) = known.iter().find(|name| same_column(name, &wanted)) else { return false };
    *path = name.split('.').map(str::to_owned).collect();
    true
}

/// The names of the values in the first `records` records, in order, each with its first non-empty
/// value.
///
/// # Errors
/// As for reading.
pub fn cells(
    profile: &Profile,
    text: &mut dyn Text,
    records: usize,
) -> Result<Vec<(String, String)>> {
    let mut cutter = Cutter::new(text.reader()?, &profile.records);
    let mut cells: Vec<(String, String)> = Vec::new();
    for _ in 0..records {
        let Some(cut) = cutter.next()? else { break };
        let names = record::names(&cut.text);
        let paths: Vec<Vec<String>> =
            names.iter().map(|name| name.split('.').map(str::to_owned).collect()).collect();
        let Ok(record) = Record::parse(&cut.text, &paths) else { continue };
        for (slot, name) in names.into_iter().enumerate() {
            add_example(&mut cells, name, record.cell(slot));
        }
    }
    // An object is not a value; its members are listed one by one.
    let is_object = |name: &str| cells.iter().any(|(other, _)| within(other, name));
    let keep: Vec<bool> = cells.iter().map(|(name, _)| !is_object(name)).collect();
    let mut keep = keep.into_iter();
    cells.retain(|_| keep.next().unwrap_or(true));
    Ok(cells)
}

/// Adds a value by its name, unless a non-empty one is known.
pub(crate) fn add_example(cells: &mut Vec<(String, String)>, name: String, value: &str) {
    let value = value.trim().to_owned();
    match cells.iter_mut().find(|(known, _)| *known == name) {
        Some((_, example)) if example.is_empty() => *example = value,
        Some(_) => {}
        None => cells.push((name, value)),
    }
}

/// True for `author.name` and `author`.
pub(crate) fn within(name: &str, object: &str) -> bool {
    name.strip_prefix(object).is_some_and(|rest| rest.starts_with('.'))
}

/// The object that contains a key: `author` for `author.name`, empty for `name`.
pub(crate) fn object_of(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(object, _)| object)
}

#[cfg(test)]
mod tests;
