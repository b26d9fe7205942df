//! Charts as plain data: what kind, and which column plays which part.
//!
//! [`picture::Picture`] takes the numbers out of a table, and two renderers draw them:
//! characters for a terminal, SVG for a page.
//!
//! Must never: compute a statistic. Quartiles and means come from the report's SQL,
//! so that picture and table cannot disagree.

pub mod picture;
pub mod svg;
mod svg_parts;
mod svg_slopes;
mod take;
mod take_slopes;
pub mod terminal;
mod terminal_lines;
#[cfg(test)]
mod tests_of_pictures;

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// One bar a row.
    Bar,
    /// One box plot a row, from five columns.
    Box,
    /// One line of points for each label, marked points standing out.
    Strip,
    /// Points joined in order of x, one line for each series.
    Line,
    /// Two values a row, joined; where their places (years) are given, the line stands between those.
    Slope,
    /// Counts that stand in one column a bin, summed over the rows.
    Bins,
}

/// A kind, its name, and the roles that need a column.
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

/// Stands between the columns of `bins`.
pub const BETWEEN_BINS: char = ',';

/// Which column plays which part.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSpec {
    pub kind: ChartKind,
    /// Role and column name, as declared.
    roles: Vec<(String, String)>,
    /// Titles of the axes where the columns' names are not what people should read.
    pub label_title: Option<String>,
    pub value_title: Option<String>,
    /// What the value axis shows at least; else what the values need.
    pub axis: Option<(f64, f64)>,
}

/// A mistake in a chart's declaration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ChartError(pub String);

impl ChartSpec {
    /// A chart of which every role is known already; its titles are the columns' names.
    ///
    /// # Errors
    /// A role that the kind needs and that is not there.
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

    /// Every column that the chart reads: a report's tests can see that they exist.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().flat_map(|(role, column)| {
            // A list of columns, one a bin.
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
