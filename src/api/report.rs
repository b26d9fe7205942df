//! Reports and their results.

use std::io::Write;

use revdb_query::report::{self, Catalogue, Values};
use revdb_render::{Cell, Collected, OutputFormat, OutputOptions};

use super::Error;

/// A report with its parameters.
#[derive(Debug, Clone)]
pub struct Report {
    pub(super) inner: report::Report,
    pub(super) given: Vec<(String, String)>,
}

impl Report {
    /// The names of the built-in reports.
    pub fn names() -> Vec<String> {
        Catalogue::built_in().names().map(str::to_owned).collect()
    }

    /// The built-in report with this name.
    ///
    /// # Errors
    /// An unknown name; the message has similar ones.
    pub fn named(name: &str) -> Result<Self, Error> {
        Ok(Report { inner: Catalogue::built_in().get(name)?, given: Vec::new() })
    }

    /// Sets a parameter, as typed on the command line: `with("min_reviews", "5")`.
    pub fn with(mut self, param: &str, value: &str) -> Self {
        self.given.push((param.to_owned(), value.to_owned()));
        self
    }

    /// What it answers, in one sentence.
    ///
    /// # Errors
    /// An invalid parameter value.
    pub fn summary(&self) -> Result<String, Error> {
        Ok(self.values()?.fill(&self.inner.summary))
    }

    pub(super) fn values(&self) -> Result<Values, Error> {
        let given = self.given.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Ok(self.inner.values(given)?)
    }
}

/// Rows with named columns.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) inner: Collected,
}

impl Table {
    /// The columns' names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.inner.columns.iter().map(|column| column.name.as_str())
    }

    /// The rows, with one cell per column.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.inner.rows
    }

    /// Writes it in a format of `--format`: `table`, `csv`, `json`, `markdown`, `html`, `xlsx` and
    /// others.
    ///
    /// # Errors
    /// An unknown format; the error of `out`.
    pub fn write(&self, format: &str, out: &mut dyn Write) -> Result<(), Error> {
        let format: OutputFormat = format.parse().map_err(Error::new)?;
        format.write(&mut self.inner.clone(), out, &OutputOptions::default())?;
        Ok(())
    }
}
