//! Parts shared by all SVG charts: legend, text, marks, axis ticks.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::super::number::rounded;
use super::super::wrap::width_of;
use super::picture::{Picture, Shape, mark_meaning};
use super::svg::{Area, CHARACTER, COLOURS, Drawn, FONT, MARGIN};

const INK: RGBColor = RGBColor(0x33, 0x33, 0x33);
/// Line height of a legend.
const LEGEND_ROW: i32 = 18;

/// Names with their colours under the axis title, side by side if there is room.
pub(super) struct Legend {
    names: Vec<(String, RGBColor)>,
    /// Pixels from one entry to the next; `None`: one per line.
    room: Option<i32>,
}

impl Legend {
    pub fn of(picture: &Picture, width: i32) -> Self {
        let [first, second, ..] = COLOURS;
        let names: Vec<(String, RGBColor)> = match &picture.shape {
            _ if picture.is_empty() => Vec::new(),
            Shape::Bars(_) => Vec::new(),
            Shape::Boxes(_) => {
                vec![("median; box: middle half; line: min to max".to_owned(), second)]
            }
            Shape::Strips { rows, mark, centres } => {
                let mark = mark_meaning(rows, mark.as_deref())
                    .into_iter()
                    .map(|it| (format!("diamond: {it}"), second));
                let centre = centres.iter().map(|of| (format!("line: {}", of.name), first));
                mark.chain(centre).collect()
            }
            Shape::Lines { series, .. } => {
                let named = series.iter().map(|(name, _)| name.clone()).zip(COLOURS);
                named.filter(|(name, _)| !name.is_empty()).collect()
            }
            Shape::Slopes { rows, .. } if rows.iter().all(|row| row.at.is_some()) => {
                vec![("rises".to_owned(), first), ("falls".to_owned(), second)]
            }
            Shape::Slopes { .. } => Vec::new(),
        };
        let longest = names.iter().map(|(name, _)| width_of(name)).max().unwrap_or(0) as i32;
        let room = (width - MARGIN * 8) / names.len().max(1) as i32;
        let room = Some(room).filter(|room| *room >= longest * CHARACTER + MARGIN);
        Legend { names, room }
    }

    /// Height below its first line.
    pub fn height(&self) -> i32 {
        let lines = if self.room.is_some() { 1 } else { self.names.len() as i32 };
        (lines - 1).max(0) * LEGEND_ROW
    }

    pub fn draw(&self, area: &Area<'_>, left: i32, top: i32) -> Drawn {
        for (index, (name, colour)) in self.names.iter().enumerate() {
            let (x, y) = match self.room {
                Some(room) => (left + room * index as i32, top),
                None => (left, top + LEGEND_ROW * index as i32),
            };
            area.draw(&Rectangle::new([(x, y - 5), (x + 9, y + 4)], colour.filled()))?;
            write(area, name, (x + 14, y), HPos::Left)?;
        }
        Ok(())
    }
}

pub(super) fn diamond(x: i32, y: i32) -> Polygon<(i32, i32)> {
    diamond_of(x, y, COLOURS[1])
}

pub(super) fn diamond_of(x: i32, y: i32, colour: RGBColor) -> Polygon<(i32, i32)> {
    let corners = vec![(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)];
    Polygon::new(corners, colour.filled())
}

pub(super) fn write(area: &Area<'_>, text: &str, at: (i32, i32), across: HPos) -> Drawn {
    let style = ("sans-serif", FONT).into_font().color(&INK).pos(Pos::new(across, VPos::Center));
    // Removes characters that XML cannot contain (controls are escaped already).
    let text: String = text
        .chars()
        .map(|c| if matches!(c, '\u{FFFE}' | '\u{FFFF}') { '\u{FFFD}' } else { c })
        .collect();
    area.draw(&Text::new(text, at, style))
}

/// Four to nine round numbers within a range, in steps of 1, 2 or 5 times a power of ten.
pub(super) fn ticks(low: f64, high: f64) -> Vec<(f64, String)> {
    let rough = (high - low) / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    if !step.is_finite() || step <= 0.0 {
        return vec![(low, rounded(low, 1)), (high, rounded(high, 1))];
    }
    // A step below 1 needs as many decimals as its power of ten.
    let digits = (-step.log10().floor()).clamp(0.0, 9.0) as u8;
    let first = (low / step).ceil();
    (0..12)
        .map(|index| (first + f64::from(index)) * step)
        .take_while(|value| *value <= high + step * 1e-9)
        .map(|value| (value, rounded(value, digits)))
        .collect()
}
