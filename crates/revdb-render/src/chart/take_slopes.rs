//! Reads the rows of a slope chart, and selects rows if there are too many.

use super::super::table::Cell;
use super::ChartError;
use super::picture::{MOST_SLOPES, Shape, Slope, title};
use super::take::Taker;

impl Taker<'_> {
    pub(super) fn pair_title(&self) -> String {
        format!("{} to {}", self.role_title("from"), self.role_title("to"))
    }

    fn role_title(&self, role: &str) -> String {
        title(self.spec.column(role).unwrap_or_default())
    }

    pub(super) fn slopes(&mut self) -> Result<Shape, ChartError> {
        let label = self.role("label")?;
        let (from, to) = (self.role("from")?, self.role("to")?);
        let optional = |role| self.spec.column(role).map(|column| self.index(column)).transpose();
        let (from_at, to_at, weight) =
            (optional("from_at")?, optional("to_at")?, optional("weight")?);
        let mut rows = Vec::new();
        for row in &self.table.rows {
            let number = |index| row.get(index).and_then(Cell::number);
            let at = from_at.and_then(number).zip(to_at.and_then(number));
            match (number(from), number(to)) {
                (Some(from), Some(to)) if at.is_some() || from_at.is_none() => {
                    let label = self.label(row.get(label));
                    let slope = Slope { label, from, to, at };
                    rows.push((weight.and_then(number).unwrap_or(0.0), slope));
                }
                _ => self.unplaced += 1,
            }
        }
        self.more = rows.len().saturating_sub(MOST_SLOPES);
        Ok(Shape::Slopes {
            rows: heaviest(rows),
            from: self.role_title("from"),
            to: self.role_title("to"),
            chosen_by: self.spec.column("weight").map(title),
        })
    }
}

/// The slopes that fit into one picture, in order: those with the greatest weight, since a steep
/// line through two points says less than a flat one through hundreds.
fn heaviest(rows: Vec<(f64, Slope)>) -> Vec<Slope> {
    let mut kept: Vec<(usize, (f64, Slope))> = rows.into_iter().enumerate().collect();
    kept.sort_by(|a, b| b.1.0.total_cmp(&a.1.0));
    kept.truncate(MOST_SLOPES);
    kept.sort_by_key(|(index, _)| *index);
    kept.into_iter().map(|(_, (_, slope))| slope).collect()
}
