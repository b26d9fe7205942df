//! A field bound to its columns in one dump; reads its value in a record.
//!
//! Must never: know which field it is.

use std::borrow::Cow;
use std::rc::Rc;

use regex::Regex;

use super::FullSpec;
use super::plan::Row;
use crate::missing::unless_missing;
use revdb_model::score::compare::same_value;
use revdb_model::{ExternalId, date, property};

#[derive(Debug)]
pub(super) struct BoundId {
    pub(super) site: String,
    pub(super) from: Bound,
}

#[derive(Debug)]
pub(super) struct BoundRule {
    pub(super) when: Vec<(usize, Vec<String>)>,
    pub(super) unless: Vec<(usize, Vec<String>)>,
    pub(super) reason: &'static str,
}

/// The sources of one field; the first non-empty one counts.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) sources: Vec<Source>,
    pub(super) change: Option<FullSpec>,
    pub(super) without: Option<Regex>,
    /// Placeholders for missing values.
    pub(super) unknown: Rc<[String]>,
}

#[derive(Debug)]
pub(super) enum Source {
    Cell(usize),
    Template(Vec<Part>),
}

#[derive(Debug)]
pub(super) enum Part {
    Text(String),
    Cell(usize),
}

impl BoundRule {
    pub(super) fn holds(&self, row: &dyn Row) -> bool {
        let has = |(slot, values): &(usize, Vec<String>)| {
            let cell = unless_missing(row.cell(*slot));
            values.iter().any(|value| same_value(value, cell))
        };
        self.when.iter().all(has) && !self.unless.iter().any(has)
    }
}

impl BoundId {
    pub(super) fn of(&self, row: &dyn Row) -> Option<ExternalId> {
        let value = self.from.value(row)?;
        match self.site.is_empty() {
            true => value.trim().split_once(':').map(|(site, id)| ExternalId::new(site, id)),
            false => Some(ExternalId::new(self.site.as_str(), value.trim())),
        }
    }
}

impl Bound {
    pub(super) fn value(&self, row: &dyn Row) -> Option<String> {
        let value = self.printed(row)?;
        let Some(change) = &self.change else { return Some(value) };
        let part = part_of(change, &value);
        let part = if change.values.is_empty() { part } else { word_for(change, part)? };
        if change.excel_days
            && let Some(day) = date::of_serial(part)
        {
            return Some(day.to_string());
        }
        (!part.trim().is_empty()).then(|| part.to_owned())
    }

    /// The value parsed by `read`, in the profile's words or the dump's. An unparseable value is
    /// returned as printed.
    pub(super) fn known<T>(
        &self,
        row: &dyn Row,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let Some(printed) = self.printed(row) else { return Ok(None) };
        let change = self.change.as_ref();
        let bare = change.map_or(printed.trim(), |change| part_of(change, &printed));
        match change.and_then(|change| word_for(change, bare)) {
            Some("") => Ok(None),
            word => read(word.unwrap_or(bare)).map(Some).ok_or_else(|| bare.to_owned()),
        }
    }

    /// The value as printed in the dump.
    fn printed(&self, row: &dyn Row) -> Option<String> {
        let value = self.sources.iter().find_map(|source| source.value(row, &self.unknown))?;
        match self.without.as_ref().map(|part| part.replace_all(&value, "")) {
            Some(Cow::Owned(rest)) => Some(rest),
            _ => Some(value),
        }
    }

    /// The record has a list of different values in this field.
    pub(super) fn is_several(&self, row: &dyn Row) -> bool {
        let mut given = self.sources.iter();
        given.find(|it| it.value(row, &self.unknown).is_some()).is_some_and(|source| match source {
            Source::Cell(slot) => row.is_several(*slot),
            Source::Template(parts) => {
                parts.iter().any(|part| matches!(part, Part::Cell(slot) if row.is_several(*slot)))
            }
        })
    }

    /// The values of a list.
    pub(super) fn values(&self, row: &dyn Row) -> Vec<String> {
        let Some(cell) = self.value(row) else { return Vec::new() };
        let separator = self.change.as_ref().and_then(|change| change.separator.as_deref());
        let is_turned = self.change.as_ref().is_some_and(|change| change.surname_first);
        let parts = property::parted(&cell, separator).into_iter();
        parts
            .map(|part| if is_turned { property::turned_round(part) } else { part.to_owned() })
            .collect()
    }
}

impl Source {
    fn value(&self, row: &dyn Row, unknown: &[String]) -> Option<String> {
        let is_unknown = |cell: &str| unknown.iter().any(|none| none == cell.trim());
        match self {
            Source::Cell(slot) => {
                let cell = row.cell(*slot);
                (!unless_missing(cell).is_empty() && !is_unknown(cell)).then(|| cell.to_owned())
            }
            Source::Template(parts) => parts.iter().try_fold(String::new(), |mut out, part| {
                match part {
                    Part::Text(text) => out.push_str(text),
                    Part::Cell(slot) => match unless_missing(row.cell(*slot)) {
                        "" => return None,
                        cell if is_unknown(cell) => return None,
                        cell => out.push_str(cell),
                    },
                }
                Some(out)
            }),
        }
    }
}

/// The part of a value selected by the profile.
fn part_of<'a>(change: &FullSpec, value: &'a str) -> &'a str {
    let mut value = value.trim();
    if change.excel_text {
        value = value.strip_prefix("=\"").and_then(|v| v.strip_suffix('"')).unwrap_or(value);
    }
    if let Some(mark) = &change.after {
        value = value.rfind(mark.as_str()).map_or(value, |at| &value[at + mark.len()..]);
    }
    if let Some(mark) = &change.before {
        value = value.find(mark.as_str()).map_or(value, |at| &value[..at]);
    }
    value
}

/// The profile's word for a value of the dump.
fn word_for<'a>(change: &'a FullSpec, value: &str) -> Option<&'a str> {
    let found = change.values.get(value);
    let alike = || change.values.iter().find(|(known, _)| same_value(known, value));
    found.or_else(|| alike().map(|(_, word)| word)).map(String::as_str)
}
