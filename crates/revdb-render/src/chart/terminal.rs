//! Charts in characters, as wide as the terminal.
//!
//! Labels are on the left and values extend to the right, one line per row for every kind but
//! the line chart. ASCII where Unicode is not available. No meaning depends on colour.

use std::cmp::Ordering;

use super::super::number::rounded;
use super::super::wrap::width_of;
use super::picture::{Centres, Picture, Shape, Slope, bar_digits, mark_meaning, shortened};
use super::terminal_lines;

/// Minimum width of the plot.
const LEAST_PLOT: usize = 16;
/// Minimum width at which a slope chart prints its years.
const LEAST_WITH_YEARS: usize = 60;
/// Maximum width; more would only stretch the picture.
const WIDEST: usize = 120;

/// The characters of one chart.
pub(super) struct Glyphs {
    /// A bar's end in eighths of a character.
    eighths: &'static [&'static str],
    full: &'static str,
    pub axis: &'static str,
    whisker: &'static str,
    whisker_ends: (&'static str, &'static str),
    inside: &'static str,
    median: &'static str,
    /// One point, several points in one cell, a marked point.
    points: (&'static str, &'static str, &'static str),
    /// Arrow heads for falling and rising lines.
    heads: (&'static str, &'static str),
    pub series: &'static [&'static str],
    pub step: &'static str,
    pub corner: &'static str,
    pub rule: &'static str,
}

static UNICODE: Glyphs = Glyphs {
    eighths: &["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"],
    full: "█",
    axis: "│",
    whisker: "─",
    whisker_ends: ("├", "┤"),
    inside: "▒",
    median: "┃",
    points: ("•", "●", "◆"),
    heads: ("◀", "▶"),
    series: &["●", "▲", "■", "◇", "○", "△"],
    step: "·",
    corner: "└",
    rule: "─",
};

static ASCII: Glyphs = Glyphs {
    eighths: &[""],
    full: "#",
    axis: "|",
    whisker: "-",
    // Not "|", which is the axis: a score of 0 is next to it.
    whisker_ends: ("[", "]"),
    inside: "=",
    median: "M",
    points: (".", "o", "X"),
    heads: ("<", ">"),
    series: &["o", "x", "+", "*", "@", "%"],
    step: ".",
    corner: "+",
    rule: "-",
};

/// Draws a picture at most `width` columns wide, ending with a line feed; an empty picture becomes
/// a sentence.
pub fn draw(picture: &Picture, width: usize, ascii_only: bool) -> String {
    let glyphs = if ascii_only { &ASCII } else { &UNICODE };
    if picture.is_empty() {
        let sentence = "nothing to draw: no row has the numbers that the chart needs";
        return wrapped(sentence, width);
    }
    let width = width.clamp(LEAST_PLOT + 8, WIDEST);
    let mut drawn = match &picture.shape {
        Shape::Lines { series, labels } => {
            terminal_lines::lines(picture, series, labels.as_deref(), width, glyphs)
        }
        _ => rows(picture, width, glyphs),
    };
    for remark in picture.remarks() {
        drawn.push_str(&wrapped(&remark, width));
    }
    if ascii_only {
        drawn = drawn.replace('…', "~").replace('–', "-");
    }
    drawn
}

pub(super) fn wrapped(text: &str, width: usize) -> String {
    let mut lines = super::super::wrap::wrap(text, width, false).join("\n");
    lines.push('\n');
    lines
}

/// Maps values to columns 0 to `columns` - 1.
pub(super) struct Scale {
    pub low: f64,
    pub high: f64,
    pub columns: usize,
}

impl Scale {
    pub fn at(&self, value: f64) -> usize {
        let share = (value - self.low) / (self.high - self.low);
        // The share is within 0 and 1, so the cast can neither wrap nor be NaN.
        let last = self.columns.saturating_sub(1);
        ((share.clamp(0.0, 1.0) * last as f64).round() as usize).min(last)
    }
}

fn rows(picture: &Picture, width: usize, glyphs: &Glyphs) -> String {
    let labelled = labelled_lines(picture, width >= LEAST_WITH_YEARS);
    let label_width = labelled.iter().map(|(label, _)| width_of(label)).max().unwrap_or(0);
    let label_width = label_width.min(width / 3);
    let value_width = labelled.iter().map(|(_, value)| width_of(value)).max().unwrap_or(0);
    let gap = usize::from(value_width > 0);
    let columns =
        width.saturating_sub(label_width + 2 + value_width + gap).max(LEAST_PLOT.min(width / 2));
    let (low, high) = picture.range();
    let scale = Scale { low, high, columns };
    let mut out = String::new();
    for (index, (label, value)) in labelled.iter().enumerate() {
        let cells = plot(picture, index, &scale, glyphs);
        let line = format!("{} {}{cells}", fitted(label, label_width), glyphs.axis);
        let gap = (label_width + 2 + columns + 1).saturating_sub(width_of(&line));
        let value = if value.is_empty() {
            String::new()
        } else {
            format!("{}{value}", " ".repeat(gap.max(1)))
        };
        out.push_str(format!("{line}{value}").trim_end());
        out.push('\n');
    }
    axis(&mut out, picture, &scale, label_width + 1, glyphs);
    out
}

/// Labels, and the number printed after the drawing, if any.
fn labelled_lines(picture: &Picture, with_years: bool) -> Vec<(String, String)> {
    match &picture.shape {
        Shape::Bars(rows) => {
            let digits = bar_digits(rows);
            rows.iter().map(|(label, value)| (label.clone(), rounded(*value, digits))).collect()
        }
        Shape::Boxes(rows) => {
            rows.iter().map(|(label, _)| (label.clone(), String::new())).collect()
        }
        Shape::Strips { rows, .. } => {
            rows.iter().map(|(label, _)| (label.clone(), String::new())).collect()
        }
        Shape::Slopes { rows, .. } => rows
            .iter()
            .map(|row| {
                let years = years(row).filter(|_| with_years).unwrap_or_default();
                (row.label.clone(), format!("{years}{}", row.change()))
            })
            .collect(),
        Shape::Lines { .. } => Vec::new(),
    }
}

fn plot(picture: &Picture, index: usize, scale: &Scale, glyphs: &Glyphs) -> String {
    match &picture.shape {
        Shape::Bars(rows) => rows.get(index).map(|(_, value)| bar(*value, scale, glyphs)),
        Shape::Boxes(rows) => rows.get(index).map(|(_, five)| box_plot(five, scale, glyphs)),
        Shape::Strips { rows, centres, .. } => rows.get(index).map(|(_, points)| {
            let centre = centres.as_ref().and_then(|centres| *centres.at.get(index)?);
            strip(points, centre, scale, glyphs)
        }),
        Shape::Slopes { rows, .. } => rows.get(index).map(|row| slope(row, scale, glyphs)),
        Shape::Lines { .. } => None,
    }
    .unwrap_or_default()
}

fn bar(value: f64, scale: &Scale, glyphs: &Glyphs) -> String {
    if scale.low < 0.0 {
        // From the zero line to either side; eighths exist only for a bar's right end.
        let (zero, end) = (scale.at(0.0), scale.at(value));
        let mut cells = vec![" "; scale.columns];
        for cell in cells.iter_mut().take(zero.max(end) + 1).skip(zero.min(end)) {
            *cell = glyphs.full;
        }
        if let Some(cell) = cells.get_mut(zero) {
            *cell = glyphs.axis;
        }
        return cells.concat();
    }
    let share = (value / scale.high).clamp(0.0, 1.0);
    let steps = glyphs.eighths.len();
    let length = (share * (scale.columns * steps) as f64).round() as usize;
    let mut bar = glyphs.full.repeat(length / steps);
    bar.push_str(glyphs.eighths.get(length % steps).copied().unwrap_or_default());
    if bar.is_empty() && value > 0.0 {
        // A small value must remain visible.
        bar.push_str(glyphs.eighths.get(1).copied().unwrap_or("."));
    }
    bar
}

fn box_plot(five: &[f64; 5], scale: &Scale, glyphs: &Glyphs) -> String {
    let [min, q1, median, q3, max] = five.map(|value| scale.at(value));
    let mut cells = vec![" "; scale.columns];
    let mut fill = |from: usize, to: usize, with: &'static str| {
        for cell in cells.iter_mut().take(to + 1).skip(from) {
            *cell = with;
        }
    };
    fill(min, max, glyphs.whisker);
    fill(min, min, glyphs.whisker_ends.0);
    fill(max, max, glyphs.whisker_ends.1);
    fill(q1, q3, glyphs.inside);
    fill(median, median, glyphs.median);
    cells.concat()
}

fn strip(points: &[(f64, bool)], centre: Option<f64>, scale: &Scale, glyphs: &Glyphs) -> String {
    let mut cells = vec![" "; scale.columns];
    if let Some(cell) = centre.and_then(|centre| cells.get_mut(scale.at(centre))) {
        *cell = glyphs.median;
    }
    for (value, marked) in points {
        if let Some(cell) = cells.get_mut(scale.at(*value)) {
            *cell = match (*marked, *cell) {
                (true, _) => glyphs.points.2,
                (false, there) if there == " " || there == glyphs.median => glyphs.points.0,
                (false, there) if there == glyphs.points.2 => there,
                (false, _) => glyphs.points.1,
            };
        }
    }
    cells.concat()
}

/// A line between two values, with an arrow head.
fn slope(row: &Slope, scale: &Scale, glyphs: &Glyphs) -> String {
    let (start, end) = (scale.at(row.from), scale.at(row.to));
    let mut cells = vec![" "; scale.columns];
    for cell in cells.iter_mut().take(start.max(end) + 1).skip(start.min(end)) {
        *cell = glyphs.whisker;
    }
    if let Some(cell) = cells.get_mut(start) {
        *cell = glyphs.points.0;
    }
    if let Some(cell) = cells.get_mut(end) {
        *cell = match row.direction() {
            Ordering::Less => glyphs.heads.0,
            Ordering::Equal => glyphs.points.1,
            Ordering::Greater => glyphs.heads.1,
        };
    }
    cells.concat()
}

/// "2012–2017 ": the years of a slope, where it has any.
fn years(row: &Slope) -> Option<String> {
    let year =
        |at: f64| (at.fract() == 0.0 && (0.0..10_000.0).contains(&at)).then(|| rounded(at, 0));
    let (from, to) = row.at?;
    Some(format!("{}–{} ", year(from)?, year(to)?))
}

/// The value axis below the rows: ends and middle, then its title and a legend.
fn axis(out: &mut String, picture: &Picture, scale: &Scale, indent: usize, glyphs: &Glyphs) {
    let pad = " ".repeat(indent);
    out.push_str(&format!("{pad}{}{}\n", glyphs.corner, glyphs.rule.repeat(scale.columns)));
    out.push_str(&format!("{pad} {}\n", ticks(scale)));
    let legend = match &picture.shape {
        Shape::Boxes(_) => format!(
            "   {}{} min to max, {} middle half, {} median",
            glyphs.whisker_ends.0, glyphs.whisker_ends.1, glyphs.inside, glyphs.median
        ),
        Shape::Strips { rows, mark, centres } => {
            strip_legend(rows, mark.as_deref(), centres.as_ref(), glyphs)
        }
        Shape::Slopes { from, to, .. } => {
            format!(
                "   {} {from}, {} or {} {to}, {} no change",
                glyphs.points.0, glyphs.heads.0, glyphs.heads.1, glyphs.points.1
            )
        }
        Shape::Bars(_) | Shape::Lines { .. } => String::new(),
    };
    let title = match &picture.shape {
        Shape::Slopes { .. } => picture.value_title.clone(),
        _ => format!("{} by {}", picture.value_title, picture.label_title),
    };
    let width = indent + 1 + scale.columns;
    out.push_str(&wrapped(&format!("{title}{legend}"), width));
}

/// Explains only the symbols that are drawn.
fn strip_legend(
    rows: &[(String, Vec<(f64, bool)>)],
    mark: Option<&str>,
    centres: Option<&Centres>,
    glyphs: &Glyphs,
) -> String {
    let mut parts = Vec::new();
    if rows.iter().flat_map(|(_, points)| points).any(|(_, marked)| !marked) {
        parts.push(format!("{} one, {} several", glyphs.points.0, glyphs.points.1));
    }
    parts.extend(mark_meaning(rows, mark).map(|it| format!("{} {it}", glyphs.points.2)));
    parts.extend(centres.map(|centres| format!("{} {}", glyphs.median, centres.name)));
    format!("   {}", parts.join(", "))
}

/// Decimals of the numbers on an axis. Between whole numbers there are none: half a review or half
/// a day would be one that does not exist.
pub(super) fn axis_digits(low: f64, high: f64) -> u8 {
    match high - low {
        _ if low.fract() == 0.0 && high.fract() == 0.0 => 0,
        10.0.. => 0,
        1.0.. => 1,
        _ => 2,
    }
}

/// Numbers at the ends and in the middle of the axis, if there is room.
pub(super) fn ticks(scale: &Scale) -> String {
    let digits = axis_digits(scale.low, scale.high);
    let number = |value: f64| rounded(value, digits);
    let (low, high) = (number(scale.low), number(scale.high));
    // Zero is the most important value of differences.
    let has_zero = scale.low < 0.0 && scale.high > 0.0;
    let middle = match f64::midpoint(scale.low, scale.high) {
        _ if has_zero => 0.0,
        // As printed, so that the number is at its own place.
        middle if digits == 0 => middle.floor(),
        middle => middle,
    };
    let at = scale.at(middle);
    let middle = number(middle);
    let room = scale.columns.saturating_sub(low.len() + high.len());
    if room < middle.len() + 2 || middle == low {
        return format!("{low}{}{high}", " ".repeat(room.max(1)));
    }
    let before = at.saturating_sub(low.len() + middle.len() / 2);
    let before = before.clamp(1, room - middle.len() - 1);
    let after = room - before - middle.len();
    format!("{low}{}{middle}{}{high}", " ".repeat(before), " ".repeat(after))
}

/// A label padded or cut to `width` columns.
pub(super) fn fitted(label: &str, width: usize) -> String {
    let mut shown = shortened(label, width);
    let padding = width.saturating_sub(width_of(&shown));
    shown.extend(std::iter::repeat_n(' ', padding));
    shown
}
