//! Resolves column names to slots, once per dump.
//!
//! Owns: the handling of missing and duplicate columns. Must never: read a cell.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::bound::{Bound, BoundId, BoundRule, Part, Source};
use super::detect::same_column;
use super::fields::{FieldSpec, Fields, IdSpec};
use super::map::numbered;
use super::plan::BoundFields;
use super::schema::LeftAlone;
use super::text::pattern;
use crate::format::{ReadError, Result};

/// Resolves names to slots.
pub(super) struct Binder<'a> {
    pub(super) unknown: Rc<[String]>,
    pub(super) find: &'a mut dyn FnMut(&str) -> Result<Option<usize>>,
}

impl Binder<'_> {
    /// `None` if the dump has none of the field's columns.
    pub(super) fn bound(&mut self, spec: &FieldSpec) -> Result<Option<Bound>> {
        let change = match spec {
            FieldSpec::Full(full) => Some(full.clone()),
            FieldSpec::One(_) | FieldSpec::First(_) => None,
        };
        let mut sources = Vec::new();
        for name in spec.names() {
            sources.extend(self.source(name)?);
        }
        let unknown = Rc::clone(&self.unknown);
        let without = change.as_ref().and_then(|change| change.without.as_deref());
        let without = without.map(pattern::anywhere).transpose().map_err(|why| {
            let message = format!("the profile's `without`: {why}");
            ReadError::Malformed { message, line: None, help: None }
        })?;
        Ok((!sources.is_empty()).then_some(Bound { sources, change, without, unknown }))
    }

    /// The fields that have a column in this dump.
    fn list(&mut self, specs: &[FieldSpec]) -> Result<Vec<Bound>> {
        specs.iter().filter_map(|spec| self.bound(spec).transpose()).collect()
    }

    fn source(&mut self, name: &str) -> Result<Option<Source>> {
        if !name.contains('{') {
            return Ok((self.find)(name)?.map(Source::Cell));
        }
        let mut parts = Vec::new();
        for piece in name.split_inclusive('}') {
            let (text, column) = piece.split_once('{').unwrap_or((piece, ""));
            parts.push(Part::Text(text.to_owned()));
            if let Some(column) = column.strip_suffix('}') {
                let Some(slot) = (self.find)(column)? else {
                    return Ok(None);
                };
                parts.push(Part::Cell(slot));
            }
        }
        Ok(Some(Source::Template(parts)))
    }

    pub(super) fn id(&mut self, spec: &IdSpec) -> Result<Option<BoundId>> {
        Ok(self.bound(&spec.from)?.map(|from| BoundId { site: spec.site.clone(), from }))
    }

    /// A missing column counts as empty.
    pub(super) fn rule(&mut self, rule: &LeftAlone) -> Result<BoundRule> {
        let mut bound = |by_column: &BTreeMap<String, Vec<String>>| {
            let mut slots = Vec::new();
            for (column, values) in by_column {
                slots.push(((self.find)(column)?.unwrap_or(usize::MAX), values.clone()));
            }
            Ok::<_, ReadError>(slots)
        };
        let (when, unless) = (bound(&rule.when)?, bound(&rule.unless)?);
        Ok(BoundRule { when, unless, reason: rule.reason.0 })
    }

    pub(super) fn fields(&mut self, fields: &Fields) -> Result<BoundFields> {
        let mut properties = Vec::new();
        for (property, specs) in fields.properties() {
            properties.extend(self.list(specs)?.into_iter().map(|bound| (property, bound)));
        }
        let tags = self.list(&fields.tags)?;
        let mut bind = |spec: &Option<FieldSpec>| match spec {
            Some(spec) => self.bound(spec),
            None => Ok(None),
        };
        Ok(BoundFields {
            title: bind(&fields.title)?,
            year: bind(&fields.year)?,
            kind: bind(&fields.kind)?,
            audience: bind(&fields.audience)?,
            byline: bind(&fields.byline)?,
            publication: bind(&fields.publication)?,
            date: bind(&fields.date)?,
            score: bind(&fields.score)?,
            score_text: bind(&fields.score_text)?,
            scale_best: bind(&fields.scale_best)?,
            quote: bind(&fields.quote)?,
            url: bind(&fields.url)?,
            language: bind(&fields.language)?,
            verdict: bind(&fields.verdict)?,
            status: bind(&fields.status)?,
            properties,
            tags,
        })
    }
}

/// The column with this name, or else one that differs only in spelling; it must not be duplicated
/// in the header.
pub(super) fn find_column(names: &[String], wanted: &str) -> Result<Option<usize>> {
    let exact = |at: &usize| names[*at].trim().eq_ignore_ascii_case(wanted.trim());
    let spelt = (0..names.len()).any(|at| exact(&at));
    let is_it = |at: &usize| if spelt { exact(at) } else { same_column(&names[*at], wanted) };
    let mut places = (0..names.len()).filter(is_it);
    let first = places.next();
    let nameless = || numbered(wanted).filter(|&at| names.get(at).is_some_and(String::is_empty));
    match places.next() {
        None => Ok(first.or_else(nameless)),
        Some(_) => Err(ReadError::Malformed {
            message: format!("the header has the column '{wanted}' twice"),
            line: Some(1),
            help: Some("rename one of the two, so that it is certain which is meant".to_owned()),
        }),
    }
}

pub(super) fn no_such_column(column: &str, known: &[String]) -> ReadError {
    ReadError::Malformed {
        message: format!("--map names the column '{column}', which is not in the header"),
        line: Some(1),
        help: Some(format!("the columns are: {}", known.join(", "))),
    }
}
