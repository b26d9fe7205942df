//! The line chart in characters: a grid of cells, one symbol per series.

use super::super::number::rounded;
use super::super::wrap::width_of;
use super::picture::{Picture, widened};
use super::terminal::{Glyphs, Scale, axis_digits, fitted, ticks, wrapped};

/// Lines of the grid.
const LINE_HEIGHT: usize = 14;

pub(super) fn lines(
    picture: &Picture,
    series: &[(String, Vec<(f64, f64)>)],
    labels: Option<&[String]>,
    width: usize,
    glyphs: &Glyphs,
) -> String {
    let (low, high) = picture.range();
    let digits = axis_digits(low, high);
    let (low_text, high_text) = (rounded(low, digits), rounded(high, digits));
    let label_width = low_text.len().max(high_text.len()).min(width / 3);
    let columns = width - label_width - 2;
    let xs = || series.iter().flat_map(|(_, points)| points).map(|(x, _)| *x);
    let (x_low, x_high) =
        widened(xs().fold(f64::INFINITY, f64::min), xs().fold(f64::NEG_INFINITY, f64::max));
    let across = Scale { low: x_low, high: x_high, columns };
    let up = Scale { low, high, columns: LINE_HEIGHT };
    let mut grid = vec![vec![" "; columns]; LINE_HEIGHT];
    for (index, (_, points)) in series.iter().enumerate() {
        let symbol = glyphs.series.get(index % glyphs.series.len()).copied().unwrap_or("*");
        trace(&mut grid, points, &across, &up, (symbol, glyphs.step));
    }
    let mut out = String::new();
    for (line, cells) in grid.iter().rev().enumerate() {
        let label = match line {
            0 => high_text.as_str(),
            _ if line == LINE_HEIGHT - 1 => low_text.as_str(),
            _ => "",
        };
        let line = format!("{label:>label_width$} {}{}", glyphs.axis, cells.concat());
        out.push_str(line.trim_end());
        out.push('\n');
    }
    x_axis(&mut out, &across, labels, label_width + 1, glyphs);
    let mut legend = format!("{} by {}", picture.value_title, picture.label_title);
    for (index, (name, _)) in series.iter().enumerate().filter(|(_, (name, _))| !name.is_empty()) {
        let symbol = glyphs.series.get(index % glyphs.series.len()).copied().unwrap_or("*");
        legend.push_str(&format!("   {symbol} {name}"));
    }
    out.push_str(&wrapped(&legend, width));
    out
}

/// Draws points as symbols, and the line between them in free cells.
fn trace(
    grid: &mut [Vec<&'static str>],
    points: &[(f64, f64)],
    across: &Scale,
    up: &Scale,
    (symbol, step): (&'static str, &'static str),
) {
    for pair in points.windows(2) {
        let [(x0, y0), (x1, y1)] = pair else { continue };
        let wide = across.at(*x0).abs_diff(across.at(*x1));
        let high = up.at(*y0).abs_diff(up.at(*y1));
        // As many steps as cells on the longer side, so that a steep line has no gaps.
        let steps = wide.max(high);
        for step_number in 1..steps {
            let share = step_number as f64 / steps as f64;
            let (column, row) = (across.at(x0 + (x1 - x0) * share), up.at(y0 + (y1 - y0) * share));
            if let Some(cell) = grid.get_mut(row).and_then(|row| row.get_mut(column))
                && *cell == " "
            {
                *cell = step;
            }
        }
    }
    for (x, y) in points {
        if let Some(cell) = grid.get_mut(up.at(*y)).and_then(|row| row.get_mut(across.at(*x))) {
            *cell = symbol;
        }
    }
}

fn x_axis(
    out: &mut String,
    across: &Scale,
    labels: Option<&[String]>,
    indent: usize,
    glyphs: &Glyphs,
) {
    let pad = " ".repeat(indent);
    out.push_str(&format!("{pad}{}{}\n", glyphs.corner, glyphs.rule.repeat(across.columns)));
    let ticks = match labels {
        None => ticks(across),
        Some(labels) => {
            let first = labels.first().map_or("", String::as_str);
            let last = labels.last().map_or("", String::as_str);
            let half = across.columns / 2;
            let (first, last) =
                (fitted(first, half.min(width_of(first))), fitted(last, half.min(width_of(last))));
            let gap = across.columns.saturating_sub(width_of(&first) + width_of(&last));
            format!("{first}{}{last}", " ".repeat(gap))
        }
    };
    out.push_str(format!("{pad} {ticks}").trim_end());
    out.push('\n');
}
