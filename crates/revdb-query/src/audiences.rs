//! How many reviews of either audience there are.

use rusqlite::Connection;

use super::ids::Ids;
use revdb_model::Audience;
use revdb_store::ArchiveError;
use revdb_store::columns;

/// Reviews by who speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub critics: u64,
    pub users: u64,
}

impl Counts {
    /// Of the reviews that pass; of all, where none are named.
    ///
    /// # Errors
    /// What the archive says.
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

    pub fn by(self, audience: Audience) -> u64 {
        match audience {
            Audience::Critic => self.critics,
            Audience::User => self.users,
        }
    }

    pub fn all(self) -> u64 {
        self.critics + self.users
    }
}
