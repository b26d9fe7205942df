//! The data of a chart, read from a table: finite, labelled, counted.
//!
//! Rows whose value is null, text, NaN or infinite are skipped; a note below the chart says how
//! many, and how many rows are beyond [`MOST_ROWS`].

use super::super::number::rounded;
use super::super::safe::for_terminal;
use super::super::table::Collected;
use super::super::wrap::width_of;
use super::take::Taker;
use super::{ChartError, ChartKind, ChartSpec};

/// The most bars, boxes or labels of a readable chart.
pub const MOST_ROWS: usize = 40;
/// The most lines of a chart, one per colour.
pub(crate) const MOST_SERIES: usize = 6;
/// The most slopes whose labels fit next to their ends.
pub(crate) const MOST_SLOPES: usize = 16;
/// The most points of a line or bar chart, such as weeks; they may overlap.
pub(crate) const MOST_POINTS: usize = 5_000;

/// A chart ready to be drawn. Every number is finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// The rows, by the kind of chart.
    pub shape: Shape,
    /// Title of the label axis: "critic", "week".
    pub label_title: String,
    /// Title of the value axis, with the unit: "score (points)".
    pub value_title: String,
    /// The least range of the value axis.
    pub axis: Option<(f64, f64)>,
    /// Number of rows without a finite number.
    pub unplaced: usize,
    /// Number of rows or series beyond the maximum.
    pub more: usize,
}

/// The data of a chart by its kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Label and value of each bar.
    Bars(Vec<(String, f64)>),
    /// Label, then min, q1, median, q3 and max.
    Boxes(Vec<(String, [f64; 5])>),
    /// Rows of points.
    Strips {
        /// Label, then each point's value and whether it is marked.
        rows: Vec<(String, Vec<(f64, bool)>)>,
        /// The meaning of a marked point, for the legend.
        mark: Option<String>,
        /// Each row's reference value, such as its median.
        centres: Option<Centres>,
    },
    /// Lines through points.
    Lines {
        /// Name, then the points (x, y) in order of x.
        series: Vec<(String, Vec<(f64, f64)>)>,
        /// Labels of x = 0, 1, 2 …, where x is not numeric.
        labels: Option<Vec<String>>,
    },
    /// Changes from one value to another.
    Slopes {
        /// The slopes.
        rows: Vec<Slope>,
        /// Title of the first value.
        from: String,
        /// Title of the second value.
        to: String,
        /// If there are too many rows, those with the greatest value of this column are drawn.
        chosen_by: Option<String>,
    },
}

/// One row of a slope chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Slope {
    /// The row's label.
    pub label: String,
    /// The first value.
    pub from: f64,
    /// The second value.
    pub to: f64,
    /// Positions of the two values, such as years; `None` is first and second.
    pub at: Option<(f64, f64)>,
}

impl Slope {
    /// The sign of the change; a change smaller than the printed precision (0.05) is `Equal`.
    pub fn direction(&self) -> std::cmp::Ordering {
        let change = self.to - self.from;
        if change.abs() < 0.05 {
            return std::cmp::Ordering::Equal;
        }
        change.total_cmp(&0.0)
    }

    /// The change as printed next to the label, such as "+3.2"; empty if it is not finite.
    pub fn change(&self) -> String {
        if !(self.to - self.from).is_finite() {
            return String::new();
        }
        let sign = if self.direction().is_gt() { "+" } else { "" };
        format!("{sign}{}", rounded(self.to - self.from, 1))
    }
}

/// One reference value per row.
#[derive(Debug, Clone, PartialEq)]
pub struct Centres {
    /// What it is, such as "median".
    pub name: String,
    /// The value of each row, if it has one.
    pub at: Vec<Option<f64>>,
}

impl Picture {
    /// Reads the chart's data from a table.
    ///
    /// # Errors
    /// The table lacks a declared column.
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

    /// Whether no row can be drawn.
    pub fn is_empty(&self) -> bool {
        match &self.shape {
            Shape::Bars(rows) => rows.is_empty(),
            Shape::Boxes(rows) => rows.is_empty(),
            Shape::Strips { rows, .. } => rows.is_empty(),
            Shape::Lines { series, .. } => series.is_empty(),
            Shape::Slopes { rows, .. } => rows.is_empty(),
        }
    }

    /// The range of the value axis: least and greatest value, never equal, for bars including 0.
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
        match (low, high) {
            // Nothing is below zero.
            (0.0, 0.0) => (0.0, 1.0),
            _ => widened(low, high),
        }
    }

    /// The labels of the rows; empty for a line chart.
    pub fn labels(&self) -> Vec<&str> {
        match &self.shape {
            Shape::Bars(rows) => rows.iter().map(|(label, _)| label.as_str()).collect(),
            Shape::Boxes(rows) => rows.iter().map(|(label, _)| label.as_str()).collect(),
            Shape::Strips { rows, .. } => rows.iter().map(|(label, _)| label.as_str()).collect(),
            Shape::Slopes { rows, .. } => rows.iter().map(|row| row.label.as_str()).collect(),
            Shape::Lines { .. } => Vec::new(),
        }
    }

    /// Notes on what the chart does not show.
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

/// Decimals of the numbers next to bars: none for counts, more for small values.
pub(super) fn bar_digits(rows: &[(String, f64)]) -> u8 {
    let values = || rows.iter().map(|(_, value)| value.abs());
    match values().fold(0.0, f64::max) {
        _ if values().all(|value| value.fract() == 0.0) => 0,
        ..1.0 => 2,
        _ => 1,
    }
}

/// The legend of a strip chart's marked points; `None` without such points. If all are marked, the
/// mark distinguishes nothing.
pub(super) fn mark_meaning(
    rows: &[(String, Vec<(f64, bool)>)],
    mark: Option<&str>,
) -> Option<String> {
    let mut points = rows.iter().flat_map(|(_, points)| points);
    let mark = mark.filter(|_| points.clone().any(|(_, marked)| *marked))?;
    Some(match points.all(|(_, marked)| *marked) {
        true => "value".to_owned(),
        false => format!("with a {mark}"),
    })
}

/// A range with a non-zero length.
pub(super) fn widened(low: f64, high: f64) -> (f64, f64) {
    if !low.is_finite() || !high.is_finite() {
        return (0.0, 1.0);
    }
    // Halving avoids an infinite difference of two finite doubles.
    let held = |end: f64| end.clamp(f64::MIN / 8.0, f64::MAX / 8.0);
    let (low, high) = (held(low), held(high));
    if high - low > f64::EPSILON * low.abs().max(high.abs()) {
        (low, high)
    } else {
        let room = (low.abs() * 0.1).max(1.0);
        (low - room, high + room)
    }
}

/// A label at most `width` columns wide, cut in its middle: the year or the audience at its end may
/// be all that distinguishes it from the next.
pub(super) fn shortened(label: &str, width: usize) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    if width_of(label) <= width {
        return label.to_owned();
    }
    let within = |room: usize| {
        let mut used = 0;
        move |grapheme: &&str| {
            used += width_of(grapheme);
            used <= room
        }
    };
    let of_end = width / 3;
    let mut end: Vec<&str> = label.graphemes(true).rev().take_while(within(of_end)).collect();
    end.reverse();
    let beginning = label.graphemes(true).take_while(within(width.saturating_sub(of_end + 1)));
    beginning.chain(["…"]).chain(end).collect()
}

/// A column's name as an axis title.
pub(super) fn title(column: &str) -> String {
    for_terminal(&column.replace('_', " ")).into_owned()
}
