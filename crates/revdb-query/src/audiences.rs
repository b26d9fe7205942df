//! Counts reviews per audience.

use rusqlite::Connection;

use super::ids::Ids;
use revdb_model::Audience;
use revdb_store::ArchiveError;
use revdb_store::columns;

/// Numbers of reviews by audience.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Critics' reviews.
    pub critics: u64,
    /// Users' reviews.
    pub users: u64,
}

impl Counts {
    /// Counts the reviews in `passing`; `None` is all reviews.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub fn of(conn: &Connection, passing: Option<&Ids>) -> Result<Self, ArchiveError> {
        let mut counts = Self::default();
        for (id, state) in (0..).zip(columns::states(conn)?) {
            if state.exists() && passing.is_none_or(|ids| ids.contains(id)) {
                let count = if state.is_user() { &mut counts.users } else { &mut counts.critics };
                *count += 1;
            }
        }
        Ok(counts)
    }

    /// The number of this audience.
    pub fn by(self, audience: Audience) -> u64 {
        match audience {
            Audience::Critic => self.critics,
            Audience::User => self.users,
        }
    }

    /// Both audiences together.
    pub fn all(self) -> u64 {
        self.critics + self.users
    }
}
