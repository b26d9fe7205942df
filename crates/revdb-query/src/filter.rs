//! Filters: which reviews a query covers.
//!
//! A filter is not part of a statement: the ids that pass are collected (`selection`) and passed
//! on as a [`Scope`](super::Scope). So a report's SQL is the same with and without filters, and no
//! SQL is built from pieces.

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

/// Whose reviews pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceChoice {
    /// One audience.
    Only(Audience),
    /// Both audiences, kept apart in a report.
    All,
}

/// A conjunction of optional conditions; of several names of one sort, any may match.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Names that must or must not match.
    pub names: Vec<NameFilter>,
    /// Whose reviews; `None` is both.
    pub audience: Option<AudienceChoice>,
    /// The kind of the work.
    pub kind: Option<Kind>,
    /// The earliest date. A partial date passes if its period and the filter's overlap; an undated
    /// review does not pass.
    pub since: Option<PartialDate>,
    /// The latest date; see `since`.
    pub until: Option<PartialDate>,
    /// The least score, 0 to 100; an unscored review does not pass.
    pub min_score: Option<f64>,
    /// The greatest score; see `min_score`.
    pub max_score: Option<f64>,
    /// Full-text search in the quotes.
    pub words: Option<Words>,
    /// Seen by this import.
    pub import: Option<i64>,
    /// In a dump with this format, or with this text in its path; any of them.
    pub from: Vec<String>,
}

/// Why a filter cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// FTS5 does not accept the search.
    #[error("the full-text query cannot be read: {0}")]
    Syntax(String),
    /// There is no such import.
    #[error("there is no import {0}")]
    NoImport(i64),
    /// No dump has this format or path.
    #[error("no dump has \"{from}\" in its path, and none has that format")]
    NoDump {
        /// The format or path as typed.
        from: String,
        /// The formats of the archive's dumps.
        formats: Vec<String>,
    },
    /// The archive's error.
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

    /// The names of one sort that are required, or excluded.
    pub fn asked(&self, what: Named, is_excluded: bool) -> impl Iterator<Item = &str> {
        let names = self.names.iter();
        let names = names.filter(move |name| (name.what, name.is_excluded) == (what, is_excluded));
        names.map(|name| name.text.as_str())
    }

    /// The ids that pass.
    ///
    /// # Errors
    /// As [`select`](Self::select).
    pub fn passing(&self, conn: &Connection) -> Result<Ids, FilterError> {
        self.select(conn)?.ids(conn)
    }

    /// The active conditions, one short text each, for captions.
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
