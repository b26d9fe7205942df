//! The default audience of a report: the one that is present, critics before users.

use rusqlite::types::Value;

use crate::commands::messages::counted;
use revdb_query::Counts;
use revdb_query::report::{AUDIENCE, Report};

/// The audience of a report, and what it excludes.
#[derive(Debug, Clone, Copy)]
pub struct Spoken {
    /// Chosen by default, neither by the user nor by the report.
    chosen: Option<&'static str>,
    counts: Counts,
}

impl Spoken {
    /// The user's choice counts, then that of a report whose default is not critics.
    pub fn of(report: &Report, typed: &[(String, String)], counts: Counts) -> Self {
        let chosen = match counts {
            _ if !Self::is_open(report, typed) => None,
            Counts { critics: 0, users } if users > 0 => Some("user"),
            _ => Some("critic"),
        };
        Spoken { chosen, counts }
    }

    /// Whether neither the user nor the report chooses.
    pub fn is_open(report: &Report, typed: &[(String, String)]) -> bool {
        let is_said = typed.iter().any(|(name, _)| name == AUDIENCE);
        let default = report.param(AUDIENCE).map(|param| &param.default);
        !is_said && matches!(default, Some(Value::Text(word)) if word == "critic")
    }

    /// The choice as a typed parameter.
    pub fn typed(self) -> Option<(String, String)> {
        self.chosen.map(|word| (AUDIENCE.to_owned(), word.to_owned()))
    }

    /// The note on what is excluded.
    pub fn note(self) -> Option<String> {
        let Counts { users, critics } = self.counts;
        match self.chosen {
            Some("critic") if users > 0 && critics > 0 => Some(format!(
                "left out: {} by users (--audience user, or all)",
                counted(users, "review")
            )),
            Some("user") => {
                Some(format!("the {} by users; by critics there is none", counted(users, "review")))
            }
            _ => None,
        }
    }
}
