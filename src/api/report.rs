//! Reports, and the table that one gives.

use std::io::Write;

use revdb_query::report::{self, Catalogue, Values};
use revdb_render::{Cell, Collected, OutputFormat, OutputOptions};

use super::Error;

/// A canned question, and what it is asked with.
#[derive(Debug, Clone)]
pub struct Report {
    pub(super) inner: report::Report,
    pub(super) given: Vec<(String, String)>,
}

impl Report {
    /// The reports that come with revdb, by name.
    pub fn names() -> Vec<String> {
        Catalogue::built_in().names().map(str::to_owned).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// Where there is none of that name; the nearest are said.
    pub fn named(name: &str) -> Result<Self, Error> {
        Ok(Report { inner: Catalogue::built_in().get(name)?, given: Vec::new() })
    }

    /// With another value of a parameter, as it would be typed: `with("min_reviews", "5")`.
    pub fn with(mut self, param: &str, value: &str) -> Self {
        self.given.push((param.to_owned(), value.to_owned()));
        self
    }

    /// What it answers, in one sentence.
    ///
    /// # Errors
    /// A value that it does not take.
    pub fn summary(&self) -> Result<String, Error> {
        Ok(self.values()?.fill(&self.inner.summary))
    }

    pub(super) fn values(&self) -> Result<Values, Error> {
        let given = self.given.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Ok(self.inner.values(given)?)
    }
}

/// Rows under named columns.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) inner: Collected,
}

impl Table {
    /// The columns' names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.inner.columns.iter().map(|column| column.name.as_str())
    }

    /// The rows, as many cells each as there are columns.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.inner.rows
    }

    /// Writes it in an output format by its name: `table`, `csv`, `json`, `markdown`, `html`,
    /// `xlsx` and the others of `--format`.
    ///
    /// # Errors
    /// A name that no format has; what `out` says.
    pub fn write(&self, format: &str, out: &mut dyn Write) -> Result<(), Error> {
        let format: OutputFormat = format.parse().map_err(Error::new)?;
        format.write(&mut self.inner.clone(), out, &OutputOptions::default())?;
        Ok(())
    }
}
