//! The types of decisions about names.

use super::KnownName;
use revdb_model::{Kind, Property};

/// What can be merged and renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mergeable {
    /// A critic.
    Critic,
    /// A work.
    Work,
    /// A publication.
    Publication,
}

impl Mergeable {
    /// The word in the table and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Mergeable::Critic => "critic",
            Mergeable::Work => "work",
            Mergeable::Publication => "publication",
        }
    }

    /// The inverse of [`Mergeable::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        [Mergeable::Critic, Mergeable::Work, Mergeable::Publication]
            .into_iter()
            .find(|what| what.as_str() == word)
    }
}

/// The kind of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// The name means another one.
    Merge,
    /// The name is displayed as another one.
    Rename,
}

impl Verb {
    /// The word in the table and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Merge => "merge",
            Verb::Rename => "rename",
        }
    }
}

/// Restricts a decision to some works of a title, and sets their properties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfWork {
    /// No other work has the title, so mentions without year or kind are included.
    pub is_only: bool,
    /// Only works of this kind.
    pub from_kind: Option<Kind>,
    /// Only works of this year.
    pub from_year: Option<i16>,
    /// The new kind; `None` keeps each mention's.
    pub into_kind: Option<Kind>,
    /// The new year; `None` keeps each mention's.
    pub into_year: Option<i16>,
    /// The decision is about the work's creators: `into` has their names, and this the names in
    /// the dumps at the time, separated by "; ".
    pub creators: Option<(Property, String)>,
    /// Only works of these creators, separated by "; ", since others have the same title, year and
    /// kind.
    pub makers: Option<String>,
}

impl OfWork {
    pub(super) fn property(&self) -> Option<&'static str> {
        self.creators.as_ref().map(|(property, _)| property.as_str())
    }

    /// The creators in the dumps that the decision is about.
    pub(super) fn stated_names(&self) -> Option<&str> {
        self.creators.as_ref().map(|(_, names)| names).or(self.makers.as_ref()).map(String::as_str)
    }
}

/// A decision to be stored.
#[derive(Debug, Clone)]
pub struct Decision<'a> {
    /// Merge or rename.
    pub verb: Verb,
    /// What the name belongs to.
    pub what: Mergeable,
    /// The name it is about.
    pub from: &'a KnownName,
    /// The target.
    pub into: &'a KnownName,
    /// For works, if not all works of the title are meant.
    pub of_work: Option<OfWork>,
    /// The person's reason.
    pub reason: Option<&'a str>,
    /// UTC, ISO 8601.
    pub created_at: &'a str,
}

impl Decision<'_> {
    pub(super) fn scope(&self) -> &'static str {
        match &self.of_work {
            None => "title",
            Some(of_work) if of_work.is_only || of_work.makers.is_some() => "work",
            Some(_) => "exact",
        }
    }
}

/// A stored decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasRow {
    /// Its number.
    pub id: i64,
    /// merge or rename.
    pub verb: String,
    /// critic, work or publication.
    pub what: String,
    /// The folded name it is about.
    pub from_fold: String,
    /// The folded target.
    pub into_fold: String,
    /// The target as displayed.
    pub into_name: String,
    /// Only works of this year.
    pub from_year: Option<i64>,
    /// Only works of this kind.
    pub from_kind: Option<String>,
    /// The new year.
    pub into_year: Option<i64>,
    /// The new kind.
    pub into_kind: Option<String>,
    /// The person's reason.
    pub reason: Option<String>,
    /// UTC, ISO 8601.
    pub created_at: String,
    /// The property that `into_name` belongs to, if it is not a title.
    pub property: Option<String>,
    /// Only works of these creators, separated by "; ".
    pub from_names: Option<String>,
}
