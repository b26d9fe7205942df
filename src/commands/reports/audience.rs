//! Whose reviews a report is about, where nobody said it: of whoever is there, critics before users.

use rusqlite::types::Value;

use crate::commands::talk::counted;
use revdb_query::Counts;
use revdb_query::report::{AUDIENCE, Report};

/// Whose reviews a report takes, and what it leaves out by that.
#[derive(Debug, Clone, Copy)]
pub struct Spoken {
    /// Said neither by the person nor by the report.
    chosen: Option<&'static str>,
    counts: Counts,
}

impl Spoken {
    /// What was typed counts; so does a report that takes others than critics by itself.
    pub fn of(report: &Report, typed: &[(String, String)], counts: Counts) -> Self {
        let is_said = typed.iter().any(|(name, _)| name == AUDIENCE);
        let default = report.param(AUDIENCE).map(|param| &param.default);
        let is_open = matches!(default, Some(Value::Text(word)) if word == "critic");
        let chosen = match counts {
            _ if is_said || !is_open => None,
            Counts { critics: 0, users } if users > 0 => Some("user"),
            _ => Some("critic"),
        };
        Spoken { chosen, counts }
    }

    /// As if it had been typed.
    pub fn typed(self) -> Option<(String, String)> {
        self.chosen.map(|word| (AUDIENCE.to_owned(), word.to_owned()))
    }

    /// What is left out.
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
