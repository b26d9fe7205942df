//! Charts as plain data: what kind, and which column plays which part.
//!
//! A report declares its chart in one line, `box label=critic min=min q1=q1 median=median
//! q3=q3 max=max`; [`ChartSpec::parse`] reads it, [`picture::Picture`] takes the numbers out of a
//! table, and two renderers draw them: characters for a terminal, SVG for a page.
//!
//! Must never: compute a statistic. Quartiles and means come from the report's SQL,
//! so that picture and table cannot disagree; only a histogram counts.

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

use super::safe::for_terminal;

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
    /// Values counted in bins.
    Histogram,
    /// Counts that stand in one column a bin, summed over the rows.
    Bins,
}

/// A kind, its name, the roles that need a column, and those that may have one.
struct Grammar {
    kind: ChartKind,
    name: &'static str,
    needed: &'static [&'static str],
    optional: &'static [&'static str],
}

#[rustfmt::skip]
static GRAMMAR: &[Grammar] = &[
    Grammar { kind: ChartKind::Bar, name: "bar", needed: &["x", "y"], optional: &["group"] },
    Grammar { kind: ChartKind::Box, name: "box", needed: &["label", "min", "q1", "median", "q3", "max"], optional: &["group"] },
    Grammar { kind: ChartKind::Strip, name: "strip", needed: &["x", "label"], optional: &["mark", "centre", "group"] },
    Grammar { kind: ChartKind::Line, name: "line", needed: &["x", "y"], optional: &["series"] },
    Grammar { kind: ChartKind::Slope, name: "slope", needed: &["label", "from", "to"], optional: &["from_at", "to_at", "weight"] },
    Grammar { kind: ChartKind::Histogram, name: "histogram", needed: &["x"], optional: &["y"] },
    Grammar { kind: ChartKind::Bins, name: "bins", needed: &["bins"], optional: &["group"] },
];

/// Settings that are no columns: `unit` stands behind the title of the value axis, `bin`
/// is the width of a histogram's bins in the unit of its x column.
const SETTINGS: &[&str] = &["unit", "bin"];

/// Stands between the columns of `bins`.
pub const BETWEEN_BINS: char = ',';

/// Width of a histogram's bins where none is given: tens, as scores are 0 to 100.
pub const DEFAULT_BIN: f64 = 10.0;

/// Which column plays which part.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSpec {
    pub kind: ChartKind,
    /// Role and column name, as declared.
    roles: Vec<(String, String)>,
    /// Unit of the values, for the axis title: "points", "reviews".
    pub unit: Option<String>,
    /// Width of a histogram's bins; positive and finite.
    pub bin: f64,
    /// Titles of the axes where the columns' names are not what people should read.
    pub label_title: Option<String>,
    pub value_title: Option<String>,
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
        let spec = ChartSpec {
            kind,
            roles,
            unit: None,
            bin: DEFAULT_BIN,
            label_title: None,
            value_title: None,
        };
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

    /// Reads a declaration: the kind, then `role=column` pairs. A value with spaces
    /// stands in double quotes.
    ///
    /// # Errors
    /// An unknown kind, an unknown or doubled role, a role without a column.
    pub fn parse(declaration: &str) -> Result<Self, ChartError> {
        let mut words = words(declaration)?.into_iter();
        let kind = words.next().unwrap_or_default();
        let Some(grammar) = GRAMMAR.iter().find(|grammar| grammar.name == kind) else {
            let names: Vec<&str> = GRAMMAR.iter().map(|grammar| grammar.name).collect();
            return Err(error(format_args!(
                "there is no chart \"{}\": use one of {}",
                for_terminal(&kind),
                names.join(", ")
            )));
        };
        let mut spec = ChartSpec {
            kind: grammar.kind,
            roles: Vec::new(),
            unit: None,
            bin: DEFAULT_BIN,
            label_title: None,
            value_title: None,
        };
        for word in words {
            spec.read_pair(&word, grammar)?;
        }
        spec.complete()?;
        Ok(spec)
    }

    fn read_pair(&mut self, word: &str, grammar: &Grammar) -> Result<(), ChartError> {
        let Some((role, value)) = word.split_once('=').filter(|(_, value)| !value.is_empty())
        else {
            return Err(error(format_args!(
                "\"{}\" is not of the form role=column",
                for_terminal(word)
            )));
        };
        match role {
            "unit" => self.unit = Some(value.to_owned()),
            "bin" if grammar.kind == ChartKind::Histogram => {
                self.bin = value
                    .parse()
                    .ok()
                    .filter(|bin: &f64| bin.is_finite() && *bin > 0.0)
                    .ok_or_else(|| error(format_args!("bin must be a number above 0")))?;
            }
            _ if self.column(role).is_some() => {
                return Err(error(format_args!("{role} is given twice")));
            }
            _ if grammar.needed.contains(&role) || grammar.optional.contains(&role) => {
                self.roles.push((role.to_owned(), value.to_owned()));
            }
            _ => {
                let known: Vec<&str> = [grammar.needed, grammar.optional, SETTINGS]
                    .concat()
                    .into_iter()
                    .filter(|name| *name != "bin" || grammar.kind == ChartKind::Histogram)
                    .collect();
                return Err(error(format_args!(
                    "a {} chart has no \"{}\": it has {}",
                    grammar.name,
                    for_terminal(role),
                    known.join(", ")
                )));
            }
        }
        Ok(())
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

/// Words between spaces; double quotes hold a space within a word.
fn words(text: &str) -> Result<Vec<String>, ChartError> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if quoted {
        return Err(error(format_args!("a double quote is not closed")));
    }
    if !word.is_empty() {
        words.push(word);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_that_are_right() {
        let cases = [
            ("bar x=week y=reviews", ChartKind::Bar, "y", "reviews"),
            (
                "box label=critic min=min q1=q1 median=median q3=q3 max=max unit=\"points of 100\"",
                ChartKind::Box,
                "median",
                "median",
            ),
            ("strip x=score label=work mark=outlier", ChartKind::Strip, "mark", "outlier"),
            ("line  x=year y=\"mean score\" series=critic", ChartKind::Line, "y", "mean score"),
            ("slope label=critic from=first to=last", ChartKind::Slope, "to", "last"),
            ("histogram x=score bin=5", ChartKind::Histogram, "x", "score"),
        ];
        for (declaration, kind, role, column) in cases {
            let spec = ChartSpec::parse(declaration).expect(declaration);
            assert_eq!((spec.kind, spec.column(role)), (kind, Some(column)));
        }
    }

    #[test]
    fn declarations_that_are_wrong() {
        let cases = [
            (
                "",
                "there is no chart \"\": use one of bar, box, strip, line, slope, histogram, bins",
            ),
            (
                "pie x=a",
                "there is no chart \"pie\": use one of bar, box, strip, line, slope, histogram, bins",
            ),
            ("bar x=week", "a bar chart needs y=COLUMN"),
            ("slope label=a from=b to=c from_at=d", "from_at and to_at go together"),
            ("bar x=week y=", "\"y=\" is not of the form role=column"),
            ("bar x=week y=n z=1", "a bar chart has no \"z\": it has x, y, group, unit"),
            ("bar x=week x=n", "x is given twice"),
            ("bar x=\"week", "a double quote is not closed"),
            ("histogram x=score bin=0", "bin must be a number above 0"),
        ];
        for (declaration, message) in cases {
            let error = ChartSpec::parse(declaration).expect_err(declaration);
            assert_eq!(error.to_string(), message);
        }
    }
}
