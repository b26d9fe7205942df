//! The numbers of a chart, taken out of a table: finite, labelled, counted.
//!
//! Rows whose value is null, text, NaN or infinite have no place in a picture; how many
//! they were is kept and printed under it. So is what lies beyond [`MOST_ROWS`].

use super::super::number::rounded;
use super::super::safe::for_terminal;
use super::super::table::Collected;
use super::take::Taker;
use super::{ChartError, ChartKind, ChartSpec};

/// Bars, boxes or labels that one picture can hold and still be read.
pub const MOST_ROWS: usize = 40;
/// Lines that can be told apart: as many as there are colours for.
pub(crate) const MOST_SERIES: usize = 6;
/// Slopes whose labels can stand beside their ends.
pub(crate) const MOST_SLOPES: usize = 16;
/// Weeks on a line or a bar chart may be many; two in the same place are no harm.
pub(crate) const MOST_POINTS: usize = 5_000;

/// One chart, ready to be drawn. Every number is finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub shape: Shape,
    /// What the labels are: "critic", "week".
    pub label_title: String,
    /// What the numbers are, with their unit: "score (points)".
    pub value_title: String,
    /// What the value axis shows at least.
    pub axis: Option<(f64, f64)>,
    /// Rows left out because they hold no finite number.
    pub unplaced: usize,
    /// Rows (or series) beyond what a picture can hold.
    pub more: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    Bars(Vec<(String, f64)>),
    /// min, q1, median, q3, max.
    Boxes(Vec<(String, [f64; 5])>),
    /// Points and whether they are marked.
    Strips {
        rows: Vec<(String, Vec<(f64, bool)>)>,
        mark: Option<String>,
        /// For each row what its points are far from, such as the median.
        centres: Option<Centres>,
    },
    Lines {
        series: Vec<(String, Vec<(f64, f64)>)>,
        /// Where x is no number: its labels, x being their index.
        labels: Option<Vec<String>>,
    },
    /// Value before and after.
    Slopes {
        rows: Vec<Slope>,
        from: String,
        to: String,
        /// Of too many rows those with the most of this are drawn.
        chosen_by: Option<String>,
    },
}

/// One row of a slope chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Slope {
    pub label: String,
    pub from: f64,
    pub to: f64,
    /// Where the two values stand, such as years; None: simply first and second.
    pub at: Option<(f64, f64)>,
}

impl Slope {
    /// Which way it goes; a change too small to be printed (0.05) goes neither way.
    pub fn direction(&self) -> std::cmp::Ordering {
        let change = self.to - self.from;
        if change.abs() < 0.05 {
            return std::cmp::Ordering::Equal;
        }
        change.total_cmp(&0.0)
    }

    /// "+3.2": what is printed beside the label; nothing where doubles cannot hold it.
    pub fn change(&self) -> String {
        if !(self.to - self.from).is_finite() {
            return String::new();
        }
        let sign = if self.direction().is_gt() { "+" } else { "" };
        format!("{sign}{}", rounded(self.to - self.from, 1))
    }
}

/// One number a row, and what it is: "median".
#[derive(Debug, Clone, PartialEq)]
pub struct Centres {
    pub name: String,
    pub at: Vec<Option<f64>>,
}

impl Picture {
    /// Takes the picture out of a table.
    ///
    /// # Errors
    /// A declared column that the table does not have.
    pub fn take(spec: &ChartSpec, table: &Collected) -> Result<Self, ChartError> {
        let mut taker = Taker::new(spec, table);
        for column in spec.columns() {
            taker.index(column)?;
        }
        let shape = match spec.kind {
            ChartKind::Bar => taker.bars()?,
            ChartKind::Bins => taker.bins()?,
            ChartKind::Box => taker.boxes()?,
            ChartKind::Strip => taker.strips()?,
            ChartKind::Line => taker.lines()?,
            ChartKind::Slope => taker.slopes()?,
        };
        let (label_role, value_role) = match spec.kind {
            ChartKind::Bar | ChartKind::Line => ("x", "y"),
            ChartKind::Bins => ("bins", ""),
            ChartKind::Box => ("label", "median"),
            ChartKind::Strip => ("label", "x"),
            ChartKind::Slope => ("label", "to"),
        };
        let value_title = match spec.kind {
            ChartKind::Box => "value".to_owned(),
            ChartKind::Slope => taker.pair_title(),
            ChartKind::Bins => "count".to_owned(),
            _ => title(spec.column(value_role).unwrap_or_default()),
        };
        let label = match spec.kind {
            ChartKind::Bins => "bin".to_owned(),
            _ => title(spec.column(label_role).unwrap_or_default()),
        };
        Ok(Picture {
            shape,
            label_title: spec.label_title.as_deref().map_or(label, title),
            value_title: spec.value_title.as_deref().map_or(value_title, title),
            axis: spec.axis,
            unplaced: taker.unplaced,
            more: taker.more,
        })
    }

    /// Nothing to draw.
    pub fn is_empty(&self) -> bool {
        match &self.shape {
            Shape::Bars(rows) => rows.is_empty(),
            Shape::Boxes(rows) => rows.is_empty(),
            Shape::Strips { rows, .. } => rows.is_empty(),
            Shape::Lines { series, .. } => series.is_empty(),
            Shape::Slopes { rows, .. } => rows.is_empty(),
        }
    }

    /// Least and greatest number to be placed on the value axis, never equal, bars from zero.
    pub fn range(&self) -> (f64, f64) {
        let mut low = f64::INFINITY;
        let mut high = f64::NEG_INFINITY;
        let mut see = |value: f64| {
            low = low.min(value);
            high = high.max(value);
        };
        if let Some((low, high)) = self.axis {
            see(low);
            see(high);
        }
        match &self.shape {
            Shape::Bars(rows) => {
                see(0.0);
                rows.iter().for_each(|(_, value)| see(*value));
            }
            Shape::Boxes(rows) => rows.iter().flat_map(|(_, five)| five).for_each(|v| see(*v)),
            Shape::Strips { rows, centres, .. } => {
                let centres = centres.iter().flat_map(|centres| centres.at.iter().flatten());
                centres.for_each(|value| see(*value));
                let points = rows.iter().flat_map(|(_, points)| points);
                points.for_each(|(value, _)| see(*value));
            }
            Shape::Lines { series, .. } => {
                series.iter().flat_map(|(_, points)| points).for_each(|(_, y)| see(*y))
            }
            Shape::Slopes { rows, .. } => rows.iter().for_each(|row| {
                see(row.from);
                see(row.to);
            }),
        }
        widened(low, high)
    }

    /// The labels of the rows; a line chart has none.
    pub fn labels(&self) -> Vec<&str> {
        match &self.shape {
            Shape::Bars(rows) => rows.iter().map(|(label, _)| label.as_str()).collect(),
            Shape::Boxes(rows) => rows.iter().map(|(label, _)| label.as_str()).collect(),
            Shape::Strips { rows, .. } => rows.iter().map(|(label, _)| label.as_str()).collect(),
            Shape::Slopes { rows, .. } => rows.iter().map(|row| row.label.as_str()).collect(),
            Shape::Lines { .. } => Vec::new(),
        }
    }

    /// What the picture does not show, as sentences.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if let Shape::Slopes { rows, chosen_by: Some(by), .. } = &self.shape
            && self.more > 0
        {
            let (drawn, more) = (rows.len(), self.more);
            remarks.push(format!(
                "drawn: the {drawn} with the highest {by}; {more} more are not drawn"
            ));
        } else if self.more > 0 {
            let what =
                if matches!(self.shape, Shape::Lines { .. }) { "series or points" } else { "rows" };
            remarks.push(format!("and {} more {what}, not drawn", self.more));
        }
        if self.unplaced > 0 {
            let (rows, have) = if self.unplaced == 1 { ("row", "has") } else { ("rows", "have") };
            remarks.push(format!("{} {rows} {have} no number to draw", self.unplaced));
        }
        remarks
    }
}

/// A range with a length, whatever came in.
pub(super) fn widened(low: f64, high: f64) -> (f64, f64) {
    if !low.is_finite() || !high.is_finite() {
        return (0.0, 1.0);
    }
    // The difference of two finite doubles may be infinite; of these it is not.
    let held = |end: f64| end.clamp(f64::MIN / 8.0, f64::MAX / 8.0);
    let (low, high) = (held(low), held(high));
    if high - low > f64::EPSILON * low.abs().max(high.abs()) {
        (low, high)
    } else {
        let room = (low.abs() * 0.1).max(1.0);
        (low - room, high + room)
    }
}

/// A column's name as an axis title.
pub(super) fn title(column: &str) -> String {
    for_terminal(&column.replace('_', " ")).into_owned()
}
