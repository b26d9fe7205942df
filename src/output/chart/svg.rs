//! A chart as SVG, through plotters.
//!
//! Colours are those of Okabe and Ito ("Color Universal Design", 2008), told apart by
//! colour-blind readers, and no meaning hangs on colour alone: marked points are also larger
//! and of another shape, series have a legend. The background is transparent and greys
//! are middle greys, so that a page can show it light or dark; a page's style sheet may colour `text`.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::super::OutputError;
use super::super::number::rounded;
use super::super::wrap::width_of;
use super::picture::{Centres, Picture, Shape, widened};
use super::svg_slopes;

/// Okabe and Ito's colours, the yellow left out (too pale on white).
pub(super) const COLOURS: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0x56, 0xB4, 0xE9),
];
pub(super) const GREY: RGBColor = RGBColor(0x80, 0x80, 0x80);
const INK: RGBColor = RGBColor(0x33, 0x33, 0x33);

/// Pixels. The page scales the picture to its width.
pub(super) const WIDTH: i32 = 760;
const ROW: i32 = 22;
/// Room for labels: that of the longest, within these.
const LABELS: std::ops::RangeInclusive<i32> = 60..=220;
/// An average character of a sans-serif font of 13 pixels; wide ones count as two.
pub(super) const CHARACTER: i32 = 7;
const RIGHT: i32 = 60;
const TOP: i32 = 14;
const BOTTOM: i32 = 64;
const LINE_HEIGHT: i32 = 320;
/// A line of more points is drawn without its dots.
const MOST_DOTS: usize = 120;
const FONT: i32 = 13;

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The SVG text of a picture; an empty one is a sentence in an SVG.
///
/// # Errors
/// [`OutputError::Unwritable`] where plotters refuses, which no input is known to cause.
pub fn draw(picture: &Picture) -> Result<String, OutputError> {
    let remarks = picture.remarks();
    // At most MOST_ROWS rows, so that the products are small.
    let plot = match &picture.shape {
        Shape::Bars(rows) => rows.len() as i32 * ROW,
        Shape::Boxes(rows) => rows.len() as i32 * ROW,
        Shape::Strips { rows, .. } => rows.len() as i32 * ROW,
        Shape::Slopes { rows, .. } => svg_slopes::height(rows.len()),
        Shape::Lines { .. } => LINE_HEIGHT,
    };
    let height = TOP + plot + BOTTOM + ROW * remarks.len() as i32;
    let mut svg = String::new();
    {
        let size = (WIDTH.unsigned_abs(), height.unsigned_abs());
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let frame = Frame::of(picture, plot);
        frame.draw(&area, picture, &remarks).map_err(refused)?;
        area.present().map_err(refused)?;
    }
    Ok(scalable(&svg, height))
}

fn refused(error: impl std::fmt::Display) -> OutputError {
    OutputError::unwritable(format!("cannot draw the chart: {error}"))
}

/// A `viewBox` alone lets the page choose the size; plotters also fixes it in pixels.
fn scalable(svg: &str, height: i32) -> String {
    svg.replacen(
        &format!("<svg width=\"{WIDTH}\" height=\"{height}\""),
        &format!(
            "<svg role=\"img\" font-family=\"sans-serif\" style=\"max-width:{WIDTH}px;width:100%\""
        ),
        1,
    )
}

pub(super) type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// Where the drawing lies, and how values map to pixels.
pub(super) struct Frame {
    pub left: i32,
    pub right: i32,
    pub top: i32,
    pub bottom: i32,
    pub low: f64,
    pub high: f64,
}

impl Frame {
    fn of(picture: &Picture, plot: i32) -> Self {
        if let Shape::Slopes { rows, .. } = &picture.shape {
            return svg_slopes::frame(picture, rows, TOP, plot);
        }
        let (low, high) = picture.range();
        let lines = matches!(picture.shape, Shape::Lines { .. });
        Frame {
            left: if lines { 70 } else { label_room(picture) },
            right: WIDTH - RIGHT,
            top: TOP,
            bottom: TOP + plot,
            low,
            high,
        }
    }

    fn draw(&self, area: &Area<'_>, picture: &Picture, remarks: &[String]) -> Drawn {
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
            Shape::Strips { rows, mark, centres } => {
                self.strips(area, rows, mark.as_deref(), centres.as_ref())?;
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
            self.value_axis(area, &title)?;
        }
        let below = self.bottom + BOTTOM + 8;
        for (index, remark) in remarks.iter().enumerate() {
            write(area, remark, (self.left, below + ROW * index as i32), HPos::Left)?;
        }
        Ok(())
    }

    /// The pixel of a value; within the frame whatever the value.
    pub fn x(&self, value: f64) -> i32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.left + (share * f64::from(self.right - self.left)).round() as i32
    }

    /// The pixel of a value on the upright axis.
    pub fn up(&self, value: f64) -> i32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.bottom - (share * f64::from(self.bottom - self.top)).round() as i32
    }

    /// A line across the plot at each round number, which stands left of it.
    pub fn value_grid(&self, area: &Area<'_>) -> Drawn {
        for (value, text) in ticks(self.low, self.high) {
            let y = self.up(value);
            area.draw(&PathElement::new(vec![(self.left, y), (self.right, y)], GREY.mix(0.3)))?;
            write(area, &text, (self.left - 8, y), HPos::Right)?;
        }
        Ok(())
    }

    fn y(&self, row: usize) -> i32 {
        self.top + row as i32 * ROW + ROW / 2
    }

    fn label(&self, area: &Area<'_>, label: &str, row: usize) -> Drawn {
        write(area, label, (self.left - 8, self.y(row)), HPos::Right)
    }

    fn value_axis(&self, area: &Area<'_>, title: &str) -> Drawn {
        self.axis(area, title, ticks(self.low, self.high))
    }

    /// An axis of years: whole numbers only.
    pub fn whole_axis(&self, area: &Area<'_>, title: &str) -> Drawn {
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
        let whole = rows.iter().all(|(_, value)| value.fract() == 0.0);
        for (row, (label, value)) in rows.iter().enumerate() {
            self.label(area, label, row)?;
            let y = self.y(row);
            let (zero, end) = (self.x(0.0), self.x(*value));
            area.draw(&Rectangle::new(
                [(zero.min(end), y - 7), (zero.max(end), y + 7)],
                COLOURS[0].filled(),
            ))?;
            let text = rounded(*value, if whole { 0 } else { 1 });
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
        self.legend(area, &[("median; box: middle half; line: min to max", COLOURS[1])])
    }

    fn strips(
        &self,
        area: &Area<'_>,
        rows: &[(String, Vec<(f64, bool)>)],
        mark: Option<&str>,
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
        let mark = mark.map(|mark| (format!("diamond: marked by its {mark}"), COLOURS[1]));
        let centre = centres.map(|centres| (format!("line: {}", centres.name), COLOURS[0]));
        let names: Vec<(&str, RGBColor)> =
            mark.iter().chain(&centre).map(|(name, colour)| (name.as_str(), *colour)).collect();
        self.legend(area, &names)
    }

    /// Names with their colours, under the title of the axis.
    pub fn legend(&self, area: &Area<'_>, names: &[(&str, RGBColor)]) -> Drawn {
        let room = (self.right - self.left) / names.len().max(1) as i32;
        for (index, (name, colour)) in names.iter().enumerate() {
            let at = (self.left + room * index as i32, self.bottom + 50);
            area.draw(&Rectangle::new(
                [(at.0 - 12, at.1 - 5), (at.0 - 3, at.1 + 4)],
                colour.filled(),
            ))?;
            write(area, name, at, HPos::Left)?;
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
        self.value_grid(area)?;
        for (series, (_, points)) in series.iter().enumerate() {
            let colour = COLOURS[series % COLOURS.len()];
            let path: Vec<(i32, i32)> =
                points.iter().map(|(x, y)| (across.x(*x), self.up(*y))).collect();
            // Of many points the line alone can be seen.
            for point in path.iter().filter(|_| points.len() <= MOST_DOTS) {
                area.draw(&Circle::new(*point, 3, colour.filled()))?;
            }
            area.draw(&PathElement::new(path, colour.stroke_width(2)))?;
        }
        match labels {
            // Years and days: between whole numbers there is nothing.
            None if xs().all(|x| x.fract() == 0.0) => {
                across.whole_axis(area, &picture.label_title)?;
            }
            None => across.value_axis(area, &picture.label_title)?,
            Some(labels) => across.word_axis(area, labels, &picture.label_title)?,
        }
        write(area, &picture.value_title, (8, 7), HPos::Left)?;
        let names: Vec<(&str, RGBColor)> = series
            .iter()
            .enumerate()
            .filter(|(_, (name, _))| !name.is_empty())
            .map(|(index, (name, _))| (name.as_str(), COLOURS[index % COLOURS.len()]))
            .collect();
        self.legend(area, &names)
    }

    /// First and last label: between them there is seldom room.
    pub fn word_axis(&self, area: &Area<'_>, labels: &[String], title: &str) -> Drawn {
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

/// Pixels left of the plot that the longest label needs.
fn label_room(picture: &Picture) -> i32 {
    let longest = picture.labels().into_iter().map(width_of).max().unwrap_or(0);
    let longest = i32::try_from(longest).unwrap_or(i32::MAX);
    longest.saturating_mul(CHARACTER).saturating_add(16).clamp(*LABELS.start(), *LABELS.end())
}

fn diamond(x: i32, y: i32) -> Polygon<(i32, i32)> {
    diamond_of(x, y, COLOURS[1])
}

pub(super) fn diamond_of(x: i32, y: i32, colour: RGBColor) -> Polygon<(i32, i32)> {
    let corners = vec![(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)];
    Polygon::new(corners, colour.filled())
}

pub(super) fn write(area: &Area<'_>, text: &str, at: (i32, i32), across: HPos) -> Drawn {
    let style = ("sans-serif", FONT).into_font().color(&INK).pos(Pos::new(across, VPos::Center));
    // What XML cannot hold even escaped (controls are shown escaped already).
    let text: String = text
        .chars()
        .map(|c| if matches!(c, '\u{FFFE}' | '\u{FFFF}') { '\u{FFFD}' } else { c })
        .collect();
    area.draw(&Text::new(text, at, style))
}

/// Round numbers within a range, four to nine of them: steps of 1, 2 or 5 times a power of ten.
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
    // From 1 down a step needs as many decimals as its power of ten has.
    let digits = (-step.log10().floor()).clamp(0.0, 9.0) as u8;
    let first = (low / step).ceil();
    (0..12)
        .map(|index| (first + f64::from(index)) * step)
        .take_while(|value| *value <= high + step * 1e-9)
        .map(|value| (value, rounded(value, digits)))
        .collect()
}
