//! Charts as plain data: the kind, and the column for each role.
//!
//! `picture::Picture` reads the numbers from a table; two renderers draw it, in characters for a
//! terminal and as SVG for a page.
//!
//! Must never: compute a statistic. Quartiles and means come from the report's SQL, so that chart
//! and table cannot disagree.

pub(crate) mod picture;
pub(crate) mod svg;
mod svg_parts;
mod svg_slopes;
mod take;
mod take_slopes;
pub(crate) mod terminal;
mod terminal_lines;
#[cfg(test)]
mod tests_of_pictures;

use std::fmt;

/// The kind of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// One bar per row.
    Bar,
    /// One box plot per row, from five columns.
    Box,
    /// One line of points per label; marked points stand out.
    Strip,
    /// Points joined in order of x, one line per series.
    Line,
    /// A line from one value to another per row; the roles `from_at` and `to_at` give the ends'
    /// positions, such as years.
    Slope,
    /// A histogram of counts, one column per bin, summed over the rows.
    Bins,
}

/// A kind's name and the roles that it requires.
struct Grammar {
    kind: ChartKind,
    name: &'static str,
    needed: &'static [&'static str],
}

#[rustfmt::skip]
static GRAMMAR: &[Grammar] = &[
    Grammar { kind: ChartKind::Bar, name: "bar", needed: &["x", "y"] },
    Grammar { kind: ChartKind::Box, name: "box", needed: &["label", "min", "q1", "median", "q3", "max"] },
    Grammar { kind: ChartKind::Strip, name: "strip", needed: &["x", "label"] },
    Grammar { kind: ChartKind::Line, name: "line", needed: &["x", "y"] },
    Grammar { kind: ChartKind::Slope, name: "slope", needed: &["label", "from", "to"] },
    Grammar { kind: ChartKind::Bins, name: "bins", needed: &["bins"] },
];

/// Separates the column names in the role `bins`.
pub const BETWEEN_BINS: char = ',';

/// A chart's kind and the column for each role.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSpec {
    /// The kind.
    pub kind: ChartKind,
    /// Role and column name, as declared.
    roles: Vec<(String, String)>,
    /// Title of the label axis in place of the column's name.
    pub label_title: Option<String>,
    /// Title of the value axis in place of the column's name.
    pub value_title: Option<String>,
    /// The least range of the value axis; `None` is the range of the values.
    pub axis: Option<(f64, f64)>,
}

/// A mistake in a chart's declaration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ChartError(pub String);

impl ChartSpec {
    /// A chart with these roles; its axis titles are the column names.
    ///
    /// # Errors
    /// A missing role that the kind requires.
    pub fn new(kind: ChartKind, roles: Vec<(String, String)>) -> Result<Self, ChartError> {
        let spec = ChartSpec { kind, roles, label_title: None, value_title: None, axis: None };
        spec.complete()?;
        Ok(spec)
    }

    fn complete(&self) -> Result<(), ChartError> {
        let needed = GRAMMAR
            .iter()
            .find(|grammar| grammar.kind == self.kind)
            .map_or(&[][..], |grammar| grammar.needed);
        if self.column("from_at").is_some() != self.column("to_at").is_some() {
            return Err(error(format_args!("from_at and to_at go together")));
        }
        match needed.iter().find(|role| self.column(role).is_none()) {
            None => Ok(()),
            Some(role) => Err(error(format_args!("a {} chart needs {role}=COLUMN", self.name()))),
        }
    }

    /// The column declared for a role.
    pub fn column(&self, role: &str) -> Option<&str> {
        self.roles.iter().find(|(name, _)| name == role).map(|(_, column)| column.as_str())
    }

    /// Every column that the chart reads.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().flat_map(|(role, column)| {
            // A list of columns, one per bin.
            let between = if role == "bins" { BETWEEN_BINS } else { '\0' };
            column.split(between)
        })
    }

    /// The kind's name: "bar".
    pub fn name(&self) -> &'static str {
        GRAMMAR
            .iter()
            .find(|grammar| grammar.kind == self.kind)
            .map_or("chart", |grammar| grammar.name)
    }
}

fn error(message: fmt::Arguments<'_>) -> ChartError {
    ChartError(message.to_string())
}
