//! Which reviews a question is about.
//!
//! A filter is not written into statements: the ids that pass are gathered (`selection`) and
//! handed on as a [`Scope`](super::Scope). So one text of a report serves with and without filters, and no
//! statement is put together from pieces.

use rusqlite::Connection;

use super::ids::Ids;
use super::words::Words;
use revdb_model::{Audience, Kind, PartialDate};
use revdb_store::ArchiveError;

mod names;
mod selection;
#[cfg(test)]
mod tests;

pub use names::{NameFilter, NameMatch, Named};
pub use selection::Selection;
pub(super) use selection::{Part, ids, with_number, with_number_in, with_state};

/// Whose reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceChoice {
    Only(Audience),
    /// Both, in a report kept apart.
    All,
}

/// What was asked for; everything optional, all of it must hold. Several names
/// of one sort: any of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub names: Vec<NameFilter>,
    pub audience: Option<AudienceChoice>,
    pub kind: Option<Kind>,
    /// A partial review date is inside where its period and the one asked for
    /// have a day in common; an undated review is not.
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
    /// Inclusive, 0–100; an unscored review is outside of any bound.
    pub min_score: Option<f64>,
    pub max_score: Option<f64>,
    pub words: Option<Words>,
    /// Seen by this import.
    pub import: Option<i64>,
    /// Held by a dump of this format, or with this part in its path; any of them.
    pub from: Vec<String>,
}

/// Why a filter could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    #[error("the full-text query cannot be read: {0}")]
    Syntax(String),
    #[error("there is no import {0}")]
    NoImport(i64),
    #[error("no dump has \"{from}\" in its path, and none has that format")]
    NoDump { from: String, formats: Vec<String> },
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl From<rusqlite::Error> for FilterError {
    fn from(error: rusqlite::Error) -> Self {
        FilterError::Archive(error.into())
    }
}

impl Filter {
    /// Whether every review passes.
    pub fn is_off(&self) -> bool {
        *self == Filter::default()
            || *self == Filter { audience: Some(AudienceChoice::All), ..Filter::default() }
    }

    /// The names of one sort that are asked for, or left out.
    pub fn asked(&self, what: Named, is_excluded: bool) -> impl Iterator<Item = &str> {
        let names = self.names.iter();
        let names = names.filter(move |name| (name.what, name.is_excluded) == (what, is_excluded));
        names.map(|name| name.text.as_str())
    }

    /// The reviews that pass.
    ///
    /// # Errors
    /// As [`select`](Self::select).
    pub fn passing(&self, conn: &Connection) -> Result<Ids, FilterError> {
        self.select(conn)?.ids(conn)
    }

    /// The filters that are on, one short text each, for captions.
    pub fn describe(&self) -> Vec<String> {
        let mut on = Vec::new();
        for (what, is_excluded) in NameFilter::sorts() {
            let names: Vec<&str> = self.asked(what, is_excluded).collect();
            if !names.is_empty() {
                let not = if is_excluded { "not " } else { "" };
                on.push(format!("{not}{}: {}", what.as_str(), names.join(" or ")));
            }
        }
        if !self.from.is_empty() {
            on.push(format!("from: {}", self.from.join(" or ")));
        }
        match self.audience {
            Some(AudienceChoice::Only(audience)) => {
                on.push(format!("audience: {}", audience.as_str()))
            }
            Some(AudienceChoice::All) => on.push("audience: all".to_owned()),
            None => {}
        }
        on.extend(self.kind.map(|kind| format!("kind: {}", kind.as_str())));
        on.extend(self.since.map(|date| format!("since {date}")));
        on.extend(self.until.map(|date| format!("until {date}")));
        on.extend(self.min_score.map(|score| format!("score at least {score}")));
        on.extend(self.max_score.map(|score| format!("score at most {score}")));
        on.extend(self.words.as_ref().map(|words| format!("matching: {}", words.typed)));
        on.extend(self.import.map(|import| format!("import {import}")));
        on
    }
}
