//! Reads the rows of each kind of chart.
//!
//! Labels are escaped and shortened here, so that renderers need not do it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::safe::{for_terminal, without_markers};
use super::super::table::{Cell, Collected};
use super::picture::{Centres, MOST_POINTS, MOST_ROWS, MOST_SERIES, Shape, shortened, title};
use super::{BETWEEN_BINS, ChartError, ChartSpec};

/// Maximum width of a label.
const LONGEST_LABEL: usize = 34;

/// Reads a table by the roles of a chart, and counts what is left out.
pub(super) struct Taker<'a> {
    pub(super) spec: &'a ChartSpec,
    pub(super) table: &'a Collected,
    /// Rows without a finite number.
    pub unplaced: usize,
    /// Rows, labels or series beyond the maximum.
    pub more: usize,
}

impl<'a> Taker<'a> {
    pub fn new(spec: &'a ChartSpec, table: &'a Collected) -> Self {
        Taker { spec, table, unplaced: 0, more: 0 }
    }

    pub fn index(&self, column: &str) -> Result<usize, ChartError> {
        let columns = &self.table.columns;
        columns.iter().position(|found| found.name == column).ok_or_else(|| {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            ChartError(format!(
                "the {} chart wants a column \"{}\"; there are {}",
                self.spec.name(),
                for_terminal(column),
                for_terminal(&names.join(", "))
            ))
        })
    }

    pub(super) fn role(&self, role: &str) -> Result<usize, ChartError> {
        self.index(self.spec.column(role).unwrap_or_default())
    }

    /// Rows with a label and finite numbers; others are counted.
    fn labelled<const N: usize>(
        &mut self,
        label: &str,
        values: [&str; N],
        most: usize,
    ) -> Result<Vec<(String, [f64; N])>, ChartError> {
        let label = self.role(label)?;
        let groups = self.groups("group")?;
        let mut indexes = [0; N];
        for (index, role) in indexes.iter_mut().zip(values) {
            *index = self.role(role)?;
        }
        let mut rows = Vec::new();
        for row in &self.table.rows {
            let mut numbers = [0.0; N];
            let mut whole = true;
            for (number, index) in numbers.iter_mut().zip(indexes) {
                match row.get(index).and_then(Cell::number) {
                    Some(found) => *number = found,
                    None => whole = false,
                }
            }
            if !whole {
                self.unplaced += 1;
            } else if rows.len() < most {
                rows.push((self.grouped(row, label, groups), numbers));
            } else {
                self.more += 1;
            }
        }
        Ok(rows)
    }

    pub(super) fn label(&self, cell: Option<&Cell>) -> String {
        let text = cell.and_then(Cell::data_text).unwrap_or_else(|| "(none)".to_owned());
        let text = without_markers(&text).replace('\n', " ");
        shortened(&for_terminal(&text), LONGEST_LABEL)
    }

    /// A row's label, with its group if there are several.
    fn grouped(&self, row: &[Cell], label: usize, groups: Option<usize>) -> String {
        let label = self.label(row.get(label));
        match groups {
            Some(group) => format!("{label} ({})", self.label(row.get(group))),
            None => label,
        }
    }

    pub fn bars(&mut self) -> Result<Shape, ChartError> {
        let groups = self.groups("group")?;
        let (x, y) = (self.role("x")?, self.role("y")?);
        if self.table.rows.len() > MOST_ROWS && self.is_time(x) {
            return self.lines_of(x, y, groups);
        }
        Ok(self.bars_of(x, y, groups))
    }

    fn bars_of(&mut self, x: usize, y: usize, groups: Option<usize>) -> Shape {
        let mut bars = Vec::new();
        let mut rows: Vec<&Vec<Cell>> = self.table.rows.iter().collect();
        if self.is_time(x) {
            // Time order, independent of groups.
            rows.sort_by_cached_key(|row| row.get(x).and_then(Cell::data_text));
        }
        for row in rows {
            match row.get(y).and_then(Cell::number) {
                None => self.unplaced += 1,
                Some(_) if bars.len() >= MOST_ROWS => self.more += 1,
                Some(value) => {
                    bars.push((self.grouped(row, x, groups), value));
                }
            }
        }
        Shape::Bars(bars)
    }

    /// The column that splits the rows into groups, if there is more than one group:
    /// two audiences in one chart must be distinguished, a single one need not be named.
    fn groups(&self, role: &str) -> Result<Option<usize>, ChartError> {
        let Some(column) = self.spec.column(role) else {
            return Ok(None);
        };
        let column = self.index(column)?;
        let group = |row: &Vec<Cell>| row.get(column).and_then(Cell::data_text);
        let first = self.table.rows.first().map(group);
        let differ = self.table.rows.iter().any(|row| Some(group(row)) != first);
        Ok(differ.then_some(column))
    }

    /// One bar per bin, summed over all rows, separately for each group.
    pub fn bins(&mut self) -> Result<Shape, ChartError> {
        let groups = self.groups("group")?;
        let names = self.spec.column("bins").unwrap_or_default().split(BETWEEN_BINS);
        let columns = names
            .map(|name| Ok((name, self.index(name)?)))
            .collect::<Result<Vec<_>, ChartError>>()?;
        let mut counts: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for row in &self.table.rows {
            let group = groups.map_or(String::new(), |group| self.label(row.get(group)));
            let sums = counts.entry(group).or_insert_with(|| vec![0.0; columns.len()]);
            let mut whole = true;
            for (sum, (_, column)) in sums.iter_mut().zip(&columns) {
                match row.get(*column).and_then(Cell::number) {
                    Some(count) => *sum += count,
                    None => whole = false,
                }
            }
            self.unplaced += usize::from(!whole);
        }
        let mut bars = Vec::new();
        for (group, sums) in counts {
            for (sum, (name, _)) in sums.into_iter().zip(&columns) {
                let name = self.label(Some(&Cell::Text((*name).to_owned())));
                let label = if groups.is_some() { format!("{name} ({group})") } else { name };
                bars.push((label, sum));
            }
        }
        self.more = bars.len().saturating_sub(MOST_ROWS);
        bars.truncate(MOST_ROWS);
        if bars.iter().all(|(_, sum)| *sum == 0.0) {
            bars.clear();
        }
        Ok(Shape::Bars(bars))
    }

    pub fn boxes(&mut self) -> Result<Shape, ChartError> {
        let roles = ["min", "q1", "median", "q3", "max"];
        Ok(Shape::Boxes(self.labelled("label", roles, MOST_ROWS)?))
    }

    pub fn strips(&mut self) -> Result<Shape, ChartError> {
        let (label, value) = (self.role("label")?, self.role("x")?);
        let mark = self.spec.column("mark").map(|column| self.index(column)).transpose()?;
        let centre = self.spec.column("centre").map(|column| self.index(column)).transpose()?;
        let groups = self.groups("group")?;
        let mut centres = Vec::new();
        let mut places: HashMap<(String, Option<String>), usize> = HashMap::new();
        let mut rows: Vec<(String, Vec<(f64, bool)>)> = Vec::new();
        let mut beyond = HashSet::new();
        for row in &self.table.rows {
            let Some(number) = row.get(value).and_then(Cell::number) else {
                self.unplaced += 1;
                continue;
            };
            // Labels are compared in full and shortened for display.
            let text = |at: usize| row.get(at).and_then(Cell::data_text).unwrap_or_default();
            let key = (text(label), groups.map(text));
            let place = match places.get(&key) {
                Some(place) => *place,
                None if rows.len() < MOST_ROWS => {
                    places.insert(key, rows.len());
                    rows.push((self.grouped(row, label, groups), Vec::new()));
                    centres.push(centre.and_then(|at| row.get(at)).and_then(Cell::number));
                    rows.len() - 1
                }
                None => {
                    beyond.insert(key);
                    continue;
                }
            };
            if let Some((_, points)) = rows.get_mut(place) {
                points.push((number, mark.is_some_and(|mark| is_marked(row.get(mark)))));
            }
        }
        self.more = beyond.len();
        let mark = self.spec.column("mark").map(title);
        let centres =
            self.spec.column("centre").map(|name| Centres { name: title(name), at: centres });
        Ok(Shape::Strips { rows, mark, centres })
    }

    pub fn lines(&mut self) -> Result<Shape, ChartError> {
        let (x, y) = (self.role("x")?, self.role("y")?);
        let series = self.spec.column("series").map(|column| self.index(column)).transpose()?;
        let placed = |row: &Vec<Cell>| {
            matches!(row.get(x), Some(Cell::Null)) || row.get(x).and_then(place).is_some()
        };
        if !self.is_time(x) && !self.table.rows.iter().all(placed) {
            // Names have no natural order for a line.
            let groups = self.groups("series")?;
            return Ok(self.bars_of(x, y, groups));
        }
        self.lines_of(x, y, series)
    }

    /// Whether a column has periods: each label begins with a year. Too many periods for bars
    /// become a line, since taking the first ones would be arbitrary.
    fn is_time(&self, column: usize) -> bool {
        self.table.rows.iter().all(|row| {
            let text = row.get(column).and_then(Cell::data_text).unwrap_or_default();
            let year = text.get(..4).unwrap_or_default();
            year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit())
        })
    }

    fn lines_of(&mut self, x: usize, y: usize, series: Option<usize>) -> Result<Shape, ChartError> {
        let numeric = self.table.rows.iter().all(|row| {
            matches!(row.get(x), Some(Cell::Null)) || row.get(x).and_then(place).is_some()
        });
        let labels = if numeric { Vec::new() } else { self.labels_in_order(x) };
        let label_places: HashMap<&str, usize> =
            labels.iter().enumerate().map(|(place, label)| (label.as_str(), place)).collect();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut lines: Vec<(String, Vec<(f64, f64)>)> = Vec::new();
        let mut beyond = HashSet::new();
        for row in self.table.rows.iter().take(MOST_POINTS) {
            let at = if numeric {
                row.get(x).and_then(place)
            } else {
                let place = label_places.get(self.label(row.get(x)).as_str());
                place.map(|place| *place as f64)
            };
            let (Some(at), Some(value)) = (at, row.get(y).and_then(Cell::number)) else {
                self.unplaced += 1;
                continue;
            };
            let name = series.map_or(String::new(), |series| self.label(row.get(series)));
            let place = match places.get(&name) {
                Some(place) => *place,
                None if lines.len() < MOST_SERIES => {
                    places.insert(name.clone(), lines.len());
                    lines.push((name, Vec::new()));
                    lines.len() - 1
                }
                None => {
                    beyond.insert(name);
                    continue;
                }
            };
            if let Some((_, points)) = lines.get_mut(place) {
                points.push((at, value));
            }
        }
        for (_, points) in &mut lines {
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        self.more = beyond.len() + self.table.rows.len().saturating_sub(MOST_POINTS);
        Ok(Shape::Lines { series: lines, labels: (!numeric).then_some(labels) })
    }

    /// The labels of an axis: periods in time order, others in row order.
    fn labels_in_order(&self, x: usize) -> Vec<String> {
        let mut seen = HashSet::new();
        let rows = self.table.rows.iter().take(MOST_POINTS);
        let mut labels: Vec<String> = rows
            .map(|row| self.label(row.get(x)))
            .filter(|label| seen.insert(label.clone()))
            .collect();
        if self.is_time(x) {
            labels.sort_unstable();
        }
        labels
    }
}

/// A cell's position on an axis. A year written as text is converted to a number, so that a year
/// without a row leaves a gap.
fn place(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Text(text) if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) => {
            text.parse().ok()
        }
        cell => cell.number(),
    }
}

/// Whether a cell marks a point: any number but 0, any text but "", "0", "no", "false".
fn is_marked(cell: Option<&Cell>) -> bool {
    match cell {
        Some(Cell::Text(text)) => !matches!(text.as_str(), "" | "0" | "no" | "false"),
        Some(cell) => cell.number().is_some_and(|number| number != 0.0),
        None => false,
    }
}
