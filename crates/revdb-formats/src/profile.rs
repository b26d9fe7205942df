//! Profiles: formats declared as data, for columns, JSON and text.
//!
//! Owns: what a profile file may contain, the built-in profiles, and how a profile becomes a
//! [`Format`]. Must never: have code for one dump; what a dump needs goes into its profile, and a
//! missing key is added for all profiles.
//!
//! The files are in `profiles/`, one per format; see `CONTRIBUTING.md`. An unknown key in a file
//! is an error, so that a mistyped rule is not ignored.

mod bind;
mod bound;
mod built_in;
mod detect;
mod fields;
mod lenient;
mod map;
mod misfit;
mod parse;
mod plan;
mod schema;
pub(crate) mod text;
mod write;

pub use built_in::built_in;
pub(crate) use detect::{folded, same_column};
pub(crate) use fields::{FieldSpec, Fields, FullSpec, IdSpec};
pub use map::{MAP_FIELDS, map_field};
pub(crate) use map::{mapped_columns, numbered};
pub use parse::ProfileError;
pub(crate) use plan::{Plan, Row, SUM, is_names_and_number, is_title_and_number};
pub(crate) use schema::{LeftAlone, Reason};
pub use schema::{Profile, Role, Shape};

use std::io::{self, BufRead as _};

/// Where the guide to profiles is, for whoever has the program alone.
pub const GUIDE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/own-profile.md");

use super::columns;
use super::format::{Confidence, Format, LineUse, Probe, ReadOptions, Result, Sink, Text};
use super::front_matter;
use super::json;
use super::roles;
use super::xml;

impl Format for Profile {
    fn name(&self) -> &str {
        &self.name
    }

    fn describe(&self) -> &str {
        &self.describe
    }

    fn profile(&self) -> Option<&Profile> {
        Some(self)
    }

    fn line_uses(&self, text: &mut dyn Text, _options: &ReadOptions) -> Result<Vec<LineUse>> {
        match self.shape {
            Shape::Text => text::line_uses(self, text),
            Shape::Columns | Shape::Json | Shape::Xml | Shape::Notes => Ok(Vec::new()),
        }
    }

    fn shape(&self) -> &'static str {
        match self.role {
            Role::Works => "companion",
            Role::Reviews => self.shape.word(),
        }
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        if self.shape == Shape::Text {
            return text::recognise(self, probe);
        }
        if !self.detect.columns.is_empty() && !self.detect.sets_could_fit(probe) {
            return Confidence::No;
        }
        let fits = |names: &Vec<String>| {
            let named = matches!(self.shape, Shape::Columns | Shape::Json);
            self.fits(names, probe.name) && !(named && self.ignores_review_columns(names))
        };
        if self.names_in(probe).is_some_and(|names| fits(&names)) {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        match self.shape_of(&beginning(text)?) {
            Shape::Columns => columns::read(self, text, options, sink),
            Shape::Json => json::read(self, text, options, sink),
            Shape::Text => text::read(self, text, options, sink),
            Shape::Xml => xml::read(self, text, options, sink),
            Shape::Notes => front_matter::read(self, text, options, sink),
        }
    }
}

impl Profile {
    /// The shape of a dump that begins with `start`: columns and JSON keys are interchangeable,
    /// unless the profile gives a path to the records.
    pub fn shape_of(&self, start: &str) -> Shape {
        let start = start.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        let is_json = start.starts_with(['{', '[']);
        let flat = self.role == Role::Reviews
            && (self.records.is_empty() || self.records.iter().any(|path| path == "[]"));
        match self.shape {
            Shape::Columns if is_json => Shape::Json,
            Shape::Json if !is_json && flat => Shape::Columns,
            shape => shape,
        }
    }

    /// The dump's columns, or the keys of its first records; `None` if the dump has another shape.
    fn names_in(&self, probe: &Probe<'_>) -> Option<Vec<String>> {
        match self.shape_of(probe.head) {
            Shape::Columns => probe.header(self.quotes).ok().map(|header| header.names),
            Shape::Json => json::first_names(self, probe),
            Shape::Text => None,
            Shape::Xml => xml::first_names(self, probe),
            Shape::Notes => front_matter::first_names(probe),
        }
    }

    /// Whether a table has a score, words, a date, a name or a title that this profile does not
    /// read; then it only shares column names with the format.
    fn ignores_review_columns(&self, names: &[String]) -> bool {
        let sources = self.sources();
        let is_read = |name: &str| {
            let mut known = sources.iter().flat_map(|(_, columns)| columns.iter().copied());
            known.any(|known| same_column(known, name))
                || self.detect.unread.iter().any(|known| same_column(known, name))
        };
        let read_as = |field: &str| {
            let of = sources.iter().filter(|(known, _)| *known == field);
            let mut columns = of.flat_map(|(_, columns)| columns);
            columns.any(|known| names.iter().any(|name| same_column(known, name)))
        };
        // A user's profile (without a source) may ignore columns on purpose.
        let field_of = match self.role {
            Role::Reviews if !self.source.is_empty() => roles::of_a_review,
            Role::Reviews | Role::Works => roles::judgement,
        };
        // A nested object may be anything: a list of friends, the game's own page.
        let nested = |name: &str| self.shape == Shape::Json && name.contains('.');
        names
            .iter()
            .filter(|name| !is_read(name) && !nested(name))
            .any(|name| field_of(name).is_some_and(|field| !read_as(field)))
    }

    fn fits(&self, names: &[String], file: &str) -> bool {
        if self.detect.columns.is_empty() {
            self.feeds(names)
        } else {
            self.detect.fits(names, file)
        }
    }
}

/// The beginning of a text, as much as its reader buffers.
///
/// # Errors
/// If it cannot be read.
pub fn beginning(text: &mut dyn Text) -> io::Result<String> {
    let mut reader = text.reader()?;
    Ok(String::from_utf8_lossy(reader.fill_buf()?).into_owned())
}

#[cfg(test)]
mod tests;
