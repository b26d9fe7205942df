//! Maps a report's declared chart to the renderer's chart.
//!
//! Reports name the roles of a chart by meaning (`label`, `value`), the renderer by position (`x`,
//! `y`); and columns may be displayed under other names.

use revdb_query::report::{self, Chart, Values};
use revdb_render::chart::{BETWEEN_BINS, ChartKind, ChartSpec};
use revdb_render::{Column, OutputError};

/// The chart for the columns of a result, with titles filled in from the parameters.
///
/// # Errors
/// A required role that the report does not declare.
pub fn spec(
    chart: &Chart,
    columns: &[report::Column],
    shown: &[Column],
    values: &Values,
) -> Result<ChartSpec, OutputError> {
    let (kind, roles) = roles(chart.kind);
    let roles = roles.iter().filter_map(|role| {
        let (theirs, ours) = role.split_once(':').unwrap_or((role, role));
        let named = chart.roles.get(theirs)?;
        Some((ours.to_owned(), shown_names(named, columns, shown)))
    });
    let mut spec = ChartSpec::new(kind, roles.collect())
        .map_err(|error| OutputError::unwritable(error.to_string()))?;
    spec.axis = chart.axis.map(|[low, high]| (low, high));
    let (x, y) = (filled(chart.x.as_deref(), values), filled(chart.y.as_deref(), values));
    // Values are on the x axis in box and strip charts, and on the y axis elsewhere.
    (spec.label_title, spec.value_title) = match chart.kind {
        report::ChartKind::Box | report::ChartKind::Strip => (y, x),
        report::ChartKind::Bars
        | report::ChartKind::Line
        | report::ChartKind::Slope
        | report::ChartKind::Histogram => (x, y),
    };
    Ok(spec)
}

/// The roles of a chart as a report names them, with the renderer's name after a colon if it
/// differs.
fn roles(kind: report::ChartKind) -> (ChartKind, &'static [&'static str]) {
    match kind {
        report::ChartKind::Bars => (ChartKind::Bar, &["label:x", "value:y", "group"]),
        report::ChartKind::Box => {
            (ChartKind::Box, &["label", "min", "q1", "median", "q3", "max", "group"])
        }
        report::ChartKind::Strip => {
            (ChartKind::Strip, &["label", "value:x", "mark", "centre", "group"])
        }
        report::ChartKind::Line => (ChartKind::Line, &["at:x", "value:y", "group:series"]),
        report::ChartKind::Slope => {
            (ChartKind::Slope, &["label", "from", "to", "from_at", "to_at", "weight"])
        }
        report::ChartKind::Histogram => (ChartKind::Bins, &["bins", "group"]),
    }
}

/// Columns by their displayed names.
fn shown_names(named: &str, columns: &[report::Column], shown: &[Column]) -> String {
    let name = |name: &str| {
        let found = columns.iter().position(|column| column.name == name);
        let found = found.and_then(|index| shown.get(index));
        found.map_or_else(|| name.to_owned(), |column| column.name.clone())
    };
    let between = BETWEEN_BINS.to_string();
    named.split(BETWEEN_BINS).map(name).collect::<Vec<_>>().join(&between)
}

fn filled(title: Option<&str>, values: &Values) -> Option<String> {
    title.map(|title| values.fill(title))
}
