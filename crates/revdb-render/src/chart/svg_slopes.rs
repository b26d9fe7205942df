//! The slope chart as SVG: one line per row, its name next to its end.
//!
//! A name stands near its line, joined by a thin leader, since sixteen colours could not be told
//! apart. Colour only repeats the line's direction.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::super::number::rounded;
use super::super::wrap::width_of;
use super::picture::{Picture, Slope, widened};
use super::svg::{Area, COLOURS, Drawn, Frame, GREY};
use super::svg_parts::{diamond_of, ticks, write};

/// Minimum vertical distance of two names.
const APART: i32 = 17;
/// Range of the width for names and changes, right of the plot.
const NAMES: RangeInclusive<i32> = 120..=270;
/// Space on the left for the axis numbers.
const LEFT: i32 = 56;
/// Distance from the end of a line to its name.
const LEADER: i32 = 26;

/// The plot's frame, with space for names on its right.
pub(super) fn frame(
    picture: &Picture,
    rows: &[Slope],
    (width, top): (i32, i32),
    height: i32,
) -> Frame {
    let longest = rows.iter().map(|row| width_of(&name(row))).max();
    let longest = i32::try_from(longest.unwrap_or(0)).unwrap_or(i32::MAX);
    let room = longest.saturating_mul(super::svg::CHARACTER).saturating_add(LEADER + 8);
    let (low, high) = picture.range();
    // Padding, so that no end is on the frame.
    let air = (high / 2.0 - low / 2.0) * 0.08;
    let (low, high) = (low - air, high + air);
    Frame {
        left: LEFT,
        right: width - room.clamp(*NAMES.start(), *NAMES.end()).min(width / 2),
        top,
        bottom: top + height,
        low,
        high,
        row: 0,
    }
}

/// Height for this number of names, and at least for the lines.
pub(super) fn height(rows: usize) -> i32 {
    let names = i32::try_from(rows).unwrap_or(i32::MAX).saturating_mul(APART);
    names.clamp(240, 400)
}

fn name(row: &Slope) -> String {
    format!("{} {}", row.label, row.change()).trim_end().to_owned()
}

fn colour(row: &Slope) -> RGBColor {
    match row.direction() {
        Ordering::Greater => COLOURS[0],
        Ordering::Less => COLOURS[1],
        Ordering::Equal => GREY,
    }
}

pub(super) fn draw(
    frame: &Frame,
    area: &Area<'_>,
    picture: &Picture,
    (rows, from, to): (&[Slope], &str, &str),
) -> Drawn {
    let places: Vec<(f64, f64)> = rows.iter().map(|row| row.at.unwrap_or((0.0, 1.0))).collect();
    let ends = || places.iter().flat_map(|(start, end)| [*start, *end]);
    let (low, high) =
        widened(ends().fold(f64::INFINITY, f64::min), ends().fold(f64::NEG_INFINITY, f64::max));
    let across = Frame { low, high, ..*frame };
    frame.value_grid(area, ticks(frame.low, frame.high))?;
    for (row, (start, end)) in rows.iter().zip(&places) {
        let (start, end) =
            ((across.x(*start), frame.up(row.from)), (across.x(*end), frame.up(row.to)));
        let colour = colour(row);
        area.draw(&PathElement::new(vec![start, end], colour.stroke_width(2)))?;
        area.draw(&Circle::new(start, 4, colour.filled()))?;
        area.draw(&diamond_of(end.0, end.1, colour))?;
    }
    names(frame, &across, area, rows, &places)?;
    if rows.iter().all(|row| row.at.is_some()) {
        across.whole_axis(area, &picture.label_title)?;
    } else {
        let words = [from.to_owned(), to.to_owned()];
        across.word_axis(area, &words, &picture.label_title)?;
    }
    write(area, &picture.value_title, (8, 7), HPos::Left)
}

/// Places each name at the height of its line's end, moved only as far as its neighbours require.
fn names(
    frame: &Frame,
    across: &Frame,
    area: &Area<'_>,
    rows: &[Slope],
    places: &[(f64, f64)],
) -> Drawn {
    let wanted: Vec<i32> = rows.iter().map(|row| frame.up(row.to)).collect();
    let heights = spread(&wanted, frame.top + 6, frame.bottom);
    for (((row, (_, end)), at), height) in rows.iter().zip(places).zip(&wanted).zip(heights) {
        let (end, column) = (across.x(*end), frame.right + LEADER);
        // A leader to a name that was moved, or whose line ends early.
        area.draw(&PathElement::new(
            vec![(end + 7, *at), (frame.right + 8, *at), (column - 4, height)],
            GREY.mix(0.5),
        ))?;
        write(area, &name(row), (column, height), HPos::Left)?;
    }
    Ok(())
}

/// Heights at least [`APART`] from each other and close to the wanted ones, computed in one pass
/// down and one pass up; if there are too many for the frame, they overlap at the bottom.
fn spread(wanted: &[i32], top: i32, bottom: i32) -> Vec<i32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|index| wanted.get(*index).copied().unwrap_or(0));
    let mut sorted: Vec<i32> =
        order.iter().map(|index| wanted.get(*index).copied().unwrap_or(0)).collect();
    let mut least = top;
    for height in &mut sorted {
        *height = (*height).max(least);
        least = *height + APART;
    }
    let mut most = bottom;
    for height in sorted.iter_mut().rev() {
        *height = (*height).min(most);
        most = *height - APART;
    }
    let mut heights = vec![0; wanted.len()];
    for (index, height) in order.into_iter().zip(sorted) {
        if let Some(place) = heights.get_mut(index) {
            *place = height;
        }
    }
    heights
}

/// Ticks at integers only: there is no year 2012.5.
pub(super) fn whole_ticks(low: f64, high: f64) -> Vec<(f64, String)> {
    ticks(low, high)
        .into_iter()
        .filter(|(value, _)| value.fract() == 0.0)
        .map(|(value, _)| (value, rounded(value, 0)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_overlap() {
        for (wanted, kept) in [
            (vec![100, 40], vec![100, 40]),
            (vec![50, 50, 52], vec![50, 67, 84]),
            (vec![300, 299], vec![300, 283]),
        ] {
            assert_eq!(spread(&wanted, 0, 300), kept);
        }
    }

    #[test]
    fn years_are_whole() {
        let ticks: Vec<String> =
            whole_ticks(2012.0, 2013.0).into_iter().map(|(_, text)| text).collect();
        assert_eq!(ticks, ["2012", "2013"]);
    }
}
