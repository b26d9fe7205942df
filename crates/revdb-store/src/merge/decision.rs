//! What can be decided of a name, and what was.

use super::KnownName;
use revdb_model::{Kind, Property};

/// What can be merged and renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mergeable {
    Critic,
    Work,
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

/// What was decided of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// It is another's, too.
    Merge,
    /// It is to be this one.
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

/// Which works of a title a decision is about, and what they are from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfWork {
    /// No other work has the title: mentions without year or kind are of this one.
    pub is_only: bool,
    pub from_kind: Option<Kind>,
    pub from_year: Option<i16>,
    /// `None`: as each mention says.
    pub into_kind: Option<Kind>,
    pub into_year: Option<i16>,
    /// It is not about the title but about whose the work is: INTO's name holds the names, and this
    /// what dumps said then; parted by "; ".
    pub makers: Option<(Property, String)>,
}

impl OfWork {
    pub(super) fn property(&self) -> Option<&'static str> {
        self.makers.as_ref().map(|(property, _)| property.as_str())
    }
}

/// A decision to be made.
#[derive(Debug, Clone)]
pub struct Decision<'a> {
    pub verb: Verb,
    pub what: Mergeable,
    pub from: &'a KnownName,
    pub into: &'a KnownName,
    /// Of a work, where not all works of the title are meant.
    pub of_work: Option<OfWork>,
    pub reason: Option<&'a str>,
    /// UTC, ISO 8601.
    pub created_at: &'a str,
}

impl Decision<'_> {
    pub(super) fn scope(&self) -> &'static str {
        match &self.of_work {
            None => "title",
            Some(of_work) if of_work.is_only => "work",
            Some(_) => "exact",
        }
    }
}

/// One decision that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasRow {
    pub id: i64,
    pub verb: String,
    pub what: String,
    /// Folded: the spellings that it stands for may be many.
    pub from_fold: String,
    pub into_fold: String,
    pub into_name: String,
    pub from_year: Option<i64>,
    pub into_year: Option<i64>,
    pub into_kind: Option<String>,
    pub reason: Option<String>,
    /// UTC, ISO 8601.
    pub created_at: String,
    /// What `into_name` is, where it is no title.
    pub property: Option<String>,
}
