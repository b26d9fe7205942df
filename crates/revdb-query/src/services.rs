//! Reviews in the words of other services, which import them.
//!
//! Owns: the columns that each takes, and what it has no words for. Must never: leave out
//! something in silence.

use rusqlite::{Connection, Statement, named_params};

use super::ids::Ids;
use super::listing::{self, Sort};
use revdb_sql::sql;
use revdb_store::ArchiveError;

/// A service that takes reviews from a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Films: letterboxd.com/import
    Letterboxd,
    /// Books: goodreads.com/review/import
    Goodreads,
}

impl Service {
    /// Every service by its name.
    pub const NAMES: [(&str, Service); 2] =
        [("letterboxd", Service::Letterboxd), ("goodreads", Service::Goodreads)];

    /// Its columns, as it calls them.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Service::Letterboxd => &[
                "Title", "Year", "Directors", "imdbID", "tmdbID", "Rating10", "WatchedDate",
                "Rewatch", "Tags", "Review",
            ],
            Service::Goodreads => &[
                "Book Id",
                "Title",
                "Author",
                "Additional Authors",
                "ISBN13",
                "My Rating",
                "Original Publication Year",
                "Date Read",
                "Bookshelves",
                "Exclusive Shelf",
                "My Review",
            ],
        }
    }

    /// The statement that gives the rows of these ids.
    ///
    /// # Errors
    /// What the archive says.
    pub fn prepare<'c>(
        self,
        conn: &'c Connection,
        ids: &Ids,
        order: (Sort, bool),
        most: Option<usize>,
    ) -> Result<Statement<'c>, ArchiveError> {
        listing::create_listed(conn, ids, order, most)?;
        Ok(conn.prepare(match self {
            Service::Letterboxd => sql("services/letterboxd"),
            Service::Goodreads => sql("services/goodreads"),
        })?)
    }

    /// What is lost on the way, a line each; of the ids that [`Service::prepare`] was asked for.
    ///
    /// # Errors
    /// What the archive says.
    pub fn unsaid(self, conn: &Connection) -> Result<Vec<String>, ArchiveError> {
        let (name, kind, step) = match self {
            Service::Letterboxd => ("Letterboxd", "movie", 10),
            Service::Goodreads => ("Goodreads", "book", 20),
        };
        let mut statement = conn.prepare(sql("services/unsaid"))?;
        let asked = named_params! {":service": name, ":kind": kind, ":step": step};
        let lines = statement.query_map(asked, |row| row.get(0))?;
        Ok(lines.collect::<Result<_, _>>()?)
    }
}
