//! Charts as SVG, drawn with plotters.
//!
//! Colours are those of Okabe and Ito ("Color Universal Design", 2008), which colour-blind readers
//! can tell apart, and no meaning depends only on colour: marked points are larger and have
//! another shape, series have a legend. The background is transparent and greys are medium, so
//! that a page can show the chart in light and dark mode.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::super::OutputError;
use super::super::number::rounded;
use super::super::wrap::width_of;
use super::picture::{Centres, Picture, Shape, bar_digits, widened};
use super::svg_parts::{Legend, diamond, ticks, write};
use super::svg_slopes;

/// Okabe and Ito's colours without yellow, which is too pale on white.
pub(super) const COLOURS: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0x56, 0xB4, 0xE9),
];
pub(super) const GREY: RGBColor = RGBColor(0x80, 0x80, 0x80);

/// Width in pixels of a chart on a sheet or a wide page.
pub(crate) const WIDE: i32 = 760;
/// Width in pixels of a chart for a phone.
pub const NARROW: i32 = 360;
const ROW: i32 = 22;
/// Height of a row whose label is above its mark.
const TWO_LINES: i32 = 40;
/// Range of the width for labels.
const LABELS: std::ops::RangeInclusive<i32> = 60..=260;
/// Average width of a character in a sans-serif font of 13 pixels; wide ones count twice.
pub(super) const CHARACTER: i32 = 8;
/// Space for the number next to a bar.
const RIGHT: i32 = 60;
/// Left margin of a plot without labels.
pub(super) const MARGIN: i32 = 16;
const TOP: i32 = 14;
const BOTTOM: i32 = 64;
const LINE_HEIGHT: i32 = 320;
/// Lines with more points are drawn without dots.
const MOST_DOTS: usize = 120;
/// In plotters' unit, 1.24 times SVG's: 13 pixels.
pub(super) const FONT: i32 = 16;

/// Font attributes of all text, set once on the root.
pub(crate) const TYPE: &str = "font-family=\"sans-serif\" font-size=\"13\"";

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A chart as SVG.
pub struct Drawing {
    /// Width in pixels.
    pub width: i32,
    /// Height in pixels.
    pub height: i32,
    /// The content of the `svg` element.
    pub marks: String,
}

impl Drawing {
    /// The `svg` element for a page, with a `viewBox` and no fixed size.
    pub fn element(&self) -> String {
        let Drawing { width, height, marks } = self;
        format!(
            "<svg role=\"img\" viewBox=\"0 0 {width} {height}\" {TYPE} \
             style=\"max-width:{width}px;width:100%\">{marks}</svg>"
        )
    }
}

/// Draws a picture `width` pixels wide; an empty picture becomes a sentence.
///
/// # Errors
/// [`OutputError::Unwritable`] if plotters fails; no input is known to cause this.
pub fn draw(picture: &Picture, width: i32) -> Result<Drawing, OutputError> {
    let remarks = picture.remarks();
    let row = if label_room(picture) > width / 3 { TWO_LINES } else { ROW };
    // At most MOST_ROWS rows, so that the products are small.
    let plot = match &picture.shape {
        Shape::Bars(rows) => rows.len() as i32 * row,
        Shape::Boxes(rows) => rows.len() as i32 * row,
        Shape::Strips { rows, .. } => rows.len() as i32 * row,
        Shape::Slopes { rows, .. } => svg_slopes::height(rows.len()),
        Shape::Lines { .. } => LINE_HEIGHT,
    };
    let legend = Legend::of(picture, width);
    let height = TOP + plot + BOTTOM + legend.height() + ROW * remarks.len() as i32;
    let mut svg = String::new();
    {
        let size = (width.unsigned_abs(), height.unsigned_abs());
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let frame = Frame::of(picture, (width, plot), row);
        frame.draw(&area, picture, &legend, &remarks).map_err(refused)?;
        area.present().map_err(refused)?;
    }
    // plotters' own size in pixels is dropped.
    let within = svg.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</svg>"));
    let marks = within.map_or(svg.as_str(), |(marks, _)| marks).trim();
    // Attributes that are the same everywhere are set once on the root, or are defaults.
    let size = format!(" font-size=\"{}\"", f64::from(FONT) / 1.24);
    let marks = [size.as_str(), " font-family=\"sans-serif\"", " opacity=\"1\""]
        .iter()
        .fold(marks.to_owned(), |marks, same| marks.replace(same, ""));
    Ok(Drawing { width, height, marks })
}

fn refused(error: impl std::fmt::Display) -> OutputError {
    OutputError::unwritable(format!("cannot draw the chart: {error}"))
}

pub(super) type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// The position of the drawing, and the mapping from values to pixels.
pub(super) struct Frame {
    pub left: i32,
    pub right: i32,
    pub top: i32,
    pub bottom: i32,
    pub low: f64,
    pub high: f64,
    /// Height of a row in pixels.
    pub row: i32,
}

impl Frame {
    fn of(picture: &Picture, (width, plot): (i32, i32), row: i32) -> Self {
        if let Shape::Slopes { rows, .. } = &picture.shape {
            return svg_slopes::frame(picture, rows, (width, TOP), plot);
        }
        let (low, high) = picture.range();
        let lines = matches!(picture.shape, Shape::Lines { .. });
        Frame {
            left: match row {
                _ if lines => width.min(560) / 8,
                TWO_LINES => MARGIN,
                _ => label_room(picture),
            },
            right: width - if lines { MARGIN } else { RIGHT },
            top: TOP,
            bottom: TOP + plot,
            low,
            high,
            row,
        }
    }

    fn draw(
        &self,
        area: &Area<'_>,
        picture: &Picture,
        legend: &Legend,
        remarks: &[String],
    ) -> Drawn {
        if picture.is_empty() {
            return write(
                area,
                "Nothing to draw: no row has the numbers that the chart needs.",
                (10, TOP + 20),
                HPos::Left,
            );
        }
        match &picture.shape {
            Shape::Bars(rows) => self.bars(area, rows)?,
            Shape::Boxes(rows) => self.boxes(area, rows)?,
            Shape::Strips { rows, centres, .. } => {
                self.strips(area, rows, centres.as_ref())?;
            }
            Shape::Slopes { rows, from, to, .. } => {
                svg_slopes::draw(self, area, picture, (rows, from, to))?
            }
            Shape::Lines { series, labels } => {
                self.lines(area, picture, series, labels.as_deref())?;
            }
        }
        if !matches!(picture.shape, Shape::Lines { .. } | Shape::Slopes { .. }) {
            let title = format!("{} by {}", picture.value_title, picture.label_title);
            match &picture.shape {
                Shape::Bars(rows) if rows.iter().all(|(_, value)| value.fract() == 0.0) => {
                    self.whole_axis(area, &title)?;
                }
                _ => self.value_axis(area, &title)?,
            }
        }
        let left = self.left.min(MARGIN * 8);
        legend.draw(area, left, self.bottom + 50)?;
        let below = self.bottom + BOTTOM + legend.height() + 8;
        for (index, remark) in remarks.iter().enumerate() {
            write(area, remark, (left, below + ROW * index as i32), HPos::Left)?;
        }
        Ok(())
    }

    /// The pixel of a value, clamped to the frame.
    pub fn x(&self, value: f64) -> i32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.left + (share * f64::from(self.right - self.left)).round() as i32
    }

    /// The pixel of a value on the vertical axis.
    pub fn up(&self, value: f64) -> i32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.bottom - (share * f64::from(self.bottom - self.top)).round() as i32
    }

    /// A grid line at each of these numbers, with the number on its left.
    pub(crate) fn value_grid(&self, area: &Area<'_>, ticks: Vec<(f64, String)>) -> Drawn {
        for (value, text) in ticks {
            let y = self.up(value);
            area.draw(&PathElement::new(vec![(self.left, y), (self.right, y)], GREY.mix(0.3)))?;
            write(area, &text, (self.left - 8, y), HPos::Right)?;
        }
        Ok(())
    }

    /// The centre of a row's mark, below its label if that is above.
    fn y(&self, row: usize) -> i32 {
        self.top + (row as i32 + 1) * self.row - ROW / 2
    }

    fn label(&self, area: &Area<'_>, label: &str, row: usize) -> Drawn {
        match self.row {
            TWO_LINES => write(area, label, (self.left, self.y(row) - ROW + 4), HPos::Left),
            _ => write(area, label, (self.left - 8, self.y(row)), HPos::Right),
        }
    }

    fn value_axis(&self, area: &Area<'_>, title: &str) -> Drawn {
        self.axis(area, title, ticks(self.low, self.high))
    }

    /// An axis of years: integers only.
    pub(crate) fn whole_axis(&self, area: &Area<'_>, title: &str) -> Drawn {
        self.axis(area, title, svg_slopes::whole_ticks(self.low, self.high))
    }

    fn axis(&self, area: &Area<'_>, title: &str, ticks: Vec<(f64, String)>) -> Drawn {
        area.draw(&PathElement::new(
            vec![(self.left, self.bottom), (self.right, self.bottom)],
            GREY,
        ))?;
        for (value, text) in ticks {
            let x = self.x(value);
            area.draw(&PathElement::new(vec![(x, self.bottom), (x, self.bottom + 5)], GREY))?;
            write(area, &text, (x, self.bottom + 14), HPos::Center)?;
        }
        let middle = i32::midpoint(self.left, self.right);
        write(area, title, (middle, self.bottom + 34), HPos::Center)
    }

    fn bars(&self, area: &Area<'_>, rows: &[(String, f64)]) -> Drawn {
        if self.low < 0.0 {
            let zero = self.x(0.0);
            area.draw(&PathElement::new(vec![(zero, self.top), (zero, self.bottom)], GREY))?;
        }
        let digits = bar_digits(rows);
        for (row, (label, value)) in rows.iter().enumerate() {
            self.label(area, label, row)?;
            let y = self.y(row);
            let (zero, end) = (self.x(0.0), self.x(*value));
            area.draw(&Rectangle::new(
                [(zero.min(end), y - 7), (zero.max(end), y + 7)],
                COLOURS[0].filled(),
            ))?;
            let text = rounded(*value, digits);
            write(area, &text, (zero.max(end) + 5, y), HPos::Left)?;
        }
        Ok(())
    }

    fn boxes(&self, area: &Area<'_>, rows: &[(String, [f64; 5])]) -> Drawn {
        for (row, (label, five)) in rows.iter().enumerate() {
            self.label(area, label, row)?;
            let y = self.y(row);
            let [min, q1, median, q3, max] = five.map(|value| self.x(value));
            for (from, to) in [(min, q1), (q3, max)] {
                area.draw(&PathElement::new(vec![(from, y), (to, y)], GREY.stroke_width(2)))?;
            }
            for end in [min, max] {
                area.draw(&PathElement::new(
                    vec![(end, y - 4), (end, y + 4)],
                    GREY.stroke_width(2),
                ))?;
            }
            area.draw(&Rectangle::new([(q1, y - 7), (q3, y + 7)], COLOURS[0].mix(0.45).filled()))?;
            area.draw(&Rectangle::new([(q1, y - 7), (q3, y + 7)], COLOURS[0]))?;
            area.draw(&PathElement::new(
                vec![(median, y - 8), (median, y + 8)],
                COLOURS[1].stroke_width(3),
            ))?;
        }
        Ok(())
    }

    fn strips(
        &self,
        area: &Area<'_>,
        rows: &[(String, Vec<(f64, bool)>)],
        centres: Option<&Centres>,
    ) -> Drawn {
        for (row, (label, points)) in rows.iter().enumerate() {
            self.label(area, label, row)?;
            let y = self.y(row);
            area.draw(&PathElement::new(vec![(self.left, y), (self.right, y)], GREY.mix(0.25)))?;
            if let Some(at) = centres.and_then(|centres| *centres.at.get(row)?) {
                let x = self.x(at);
                area.draw(&PathElement::new(
                    vec![(x, y - 7), (x, y + 7)],
                    COLOURS[0].stroke_width(3),
                ))?;
            }
            for (value, _) in points.iter().filter(|(_, marked)| !marked) {
                area.draw(&Circle::new((self.x(*value), y), 4, COLOURS[0].mix(0.5).filled()))?;
            }
            for (value, _) in points.iter().filter(|(_, marked)| *marked) {
                area.draw(&diamond(self.x(*value), y))?;
            }
        }
        Ok(())
    }

    fn lines(
        &self,
        area: &Area<'_>,
        picture: &Picture,
        series: &[(String, Vec<(f64, f64)>)],
        labels: Option<&[String]>,
    ) -> Drawn {
        let xs = || series.iter().flat_map(|(_, points)| points).map(|(x, _)| *x);
        let (low, high) =
            widened(xs().fold(f64::INFINITY, f64::min), xs().fold(f64::NEG_INFINITY, f64::max));
        let across = Frame { low, high, ..*self };
        let mut ys = series.iter().flat_map(|(_, points)| points).map(|(_, y)| *y);
        let of_values = match ys.all(|y| y.fract() == 0.0) {
            true => svg_slopes::whole_ticks(self.low, self.high),
            false => ticks(self.low, self.high),
        };
        self.value_grid(area, of_values)?;
        for (series, (_, points)) in series.iter().enumerate() {
            let colour = COLOURS[series % COLOURS.len()];
            let path: Vec<(i32, i32)> =
                points.iter().map(|(x, y)| (across.x(*x), self.up(*y))).collect();
            // With many points only the line is visible.
            for point in path.iter().filter(|_| points.len() <= MOST_DOTS) {
                area.draw(&Circle::new(*point, 3, colour.filled()))?;
            }
            area.draw(&PathElement::new(path, colour.stroke_width(2)))?;
        }
        match labels {
            // Years and days: integers only.
            None if xs().all(|x| x.fract() == 0.0) => {
                across.whole_axis(area, &picture.label_title)?;
            }
            None => across.value_axis(area, &picture.label_title)?,
            Some(labels) => across.word_axis(area, labels, &picture.label_title)?,
        }
        // Right of the axis: the uppermost value is on its left.
        write(area, &picture.value_title, (self.left, 7), HPos::Left)
    }

    /// First and last label only: there is seldom room for more.
    pub(crate) fn word_axis(&self, area: &Area<'_>, labels: &[String], title: &str) -> Drawn {
        area.draw(&PathElement::new(
            vec![(self.left, self.bottom), (self.right, self.bottom)],
            GREY,
        ))?;
        if let (Some(first), Some(last)) = (labels.first(), labels.last()) {
            write(area, first, (self.left, self.bottom + 14), HPos::Left)?;
            if labels.len() > 1 {
                write(area, last, (self.right, self.bottom + 14), HPos::Right)?;
            }
        }
        let middle = i32::midpoint(self.left, self.right);
        write(area, title, (middle, self.bottom + 34), HPos::Center)
    }
}

/// Width of the longest label.
fn label_room(picture: &Picture) -> i32 {
    let longest = picture.labels().into_iter().map(width_of).max().unwrap_or(0);
    let longest = i32::try_from(longest).unwrap_or(i32::MAX);
    longest.saturating_mul(CHARACTER).saturating_add(16).clamp(*LABELS.start(), *LABELS.end())
}
