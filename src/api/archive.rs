//! An archive opened for reading.

use std::path::Path;

use revdb_model::Audience;
use revdb_query::AudienceChoice;
use revdb_query::listing::{self, Columns, Sort};
use revdb_query::report::AUDIENCE;
use revdb_render::{Caption, Collected};
use rusqlite::Row;

use super::{Error, Filter, Report, Table};
use crate::rows::{cell, column};

/// An archive opened for reading; [`Import`](super::Import) writes one.
pub struct Archive {
    inner: revdb_store::Archive,
}

/// One judgement of one work, as in the archive's public view `reviews`.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Stable as long as one of its records remains.
    pub id: i64,
    /// The title; `None` if only an id of the work is known.
    pub work: Option<String>,
    /// `movie`, `tv`, `game`, `album`, `book`, `product`, `other`.
    pub kind: Option<String>,
    /// The work's year.
    pub year: Option<i64>,
    /// The audience.
    pub audience: Audience,
    /// The person; `None` if the byline names nobody.
    pub critic: Option<String>,
    /// As printed.
    pub byline: Option<String>,
    /// Where it appeared.
    pub publication: Option<String>,
    /// ISO 8601, possibly without a day or a month.
    pub date: Option<String>,
    /// 0 to 100; `None` if the score_text has no known scale.
    pub score: Option<f64>,
    /// As printed.
    pub score_text: Option<String>,
    /// The quote.
    pub quote: Option<String>,
    /// The URL of the full review.
    pub url: Option<String>,
}

impl Review {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let audience: String = row.get("audience")?;
        Ok(Review {
            id: row.get("id")?,
            work: row.get("work")?,
            kind: row.get("kind")?,
            year: row.get("year")?,
            audience: Audience::parse(&audience).ok_or(rusqlite::Error::InvalidQuery)?,
            critic: row.get("critic")?,
            byline: row.get("byline")?,
            publication: row.get("publication")?,
            date: row.get("date")?,
            score: row.get("score")?,
            score_text: row.get("score_text")?,
            quote: row.get("quote")?,
            url: row.get("url")?,
        })
    }
}

impl Archive {
    /// Opens an archive for reading; creates and migrates nothing.
    ///
    /// # Errors
    /// If it does not exist, is damaged, or was made by an incompatible version; it is not
    /// changed.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Archive { inner: revdb_store::Archive::open(path.as_ref())? })
    }

    /// The reviews that pass, newest first, all in memory.
    ///
    /// # Errors
    /// The archive's error.
    pub fn reviews(&self, filter: &Filter) -> Result<Vec<Review>, Error> {
        let conn = self.inner.connection();
        // Filter and rows must see one state of the archive; never committed.
        let _reading = conn.unchecked_transaction()?;
        let ids = filter.inner.passing(conn)?;
        let order = (Sort::Date, false);
        let mut statement = listing::prepare(conn, &ids, order, Columns::Exported, None)?;
        let rows = statement.query_map([], Review::of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Runs a report on the reviews that pass. Critics and users are kept apart: without an
    /// audience in the filter or the parameter, the report's default applies.
    ///
    /// # Errors
    /// An invalid parameter value; the archive's error.
    pub fn report(&self, report: &Report, filter: &Filter) -> Result<Table, Error> {
        let conn = self.inner.connection();
        let _reading = conn.unchecked_transaction()?;
        let mut filter = filter.inner.clone();
        let mut report = report.clone();
        if let Some(AudienceChoice::Only(audience)) = filter.audience.take() {
            report = report.with(AUDIENCE, audience.as_str());
        }
        let values = report.values()?;
        let scope = filter.select(conn)?.scope(conn)?;
        let mut prepared = report.inner.prepare(conn, &scope, &values)?;
        let columns = prepared.columns().iter().map(|it| column(it, false)).collect();
        let mut stepped = prepared.rows();
        let mut rows = Vec::new();
        while let Some(row) = stepped.next_row()? {
            rows.push(row.into_iter().map(cell).collect());
        }
        let title = Some(values.fill(&report.inner.title));
        let caption = Caption { title, filters: filter.describe(), ..Caption::default() };
        Ok(Table { inner: Collected::new(columns, rows, caption) })
    }
}
