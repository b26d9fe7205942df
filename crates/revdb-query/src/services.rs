//! Reviews in the CSV formats that other services import.
//!
//! Owns: each service's columns, and the fields it cannot take. Must never: drop a field silently.

use rusqlite::{Connection, Statement, named_params};

use super::ids::Ids;
use super::listing::{self, Sort};
use revdb_sql::sql;
use revdb_store::ArchiveError;

/// A service that imports reviews from a CSV file.
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

    /// Its column names.
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

    /// The statement that returns its rows for these ids.
    ///
    /// # Errors
    /// The archive's error.
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

    /// What the service cannot take, one line each, of the ids given to [`Service::prepare`].
    ///
    /// # Errors
    /// The archive's error.
    pub fn losses(self, conn: &Connection) -> Result<Vec<String>, ArchiveError> {
        let (name, kind, step) = match self {
            Service::Letterboxd => ("Letterboxd", "movie", 10),
            Service::Goodreads => ("Goodreads", "book", 20),
        };
        let mut statement = conn.prepare(sql("services/losses"))?;
        let asked = named_params! {":service": name, ":kind": kind, ":step": step};
        let lines = statement.query_map(asked, |row| row.get(0))?;
        Ok(lines.collect::<Result<_, _>>()?)
    }
}
