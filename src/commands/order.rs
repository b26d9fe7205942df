//! In which order, and how many: the same for listings, reports and exports.

use crate::domain::name;
use crate::output::{Cell, Collected, Rows};
use crate::query::listing::Sort;

use super::CommandError;

#[derive(Debug, Clone, Default, clap::Args)]
pub struct OrderArgs {
    /// Order: date (newest first), score (highest first), critic, work, publication, id; of a report
    /// any of its columns. A minus before it: from the greatest down, from Z to A
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// The other way round
    #[arg(long)]
    pub reverse: bool,
    /// At most so many rows
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = limit)]
    pub limit: Option<u64>,
}

impl OrderArgs {
    /// The column as it was typed, and whether a minus stood before it.
    pub fn column(&self) -> Option<(&str, bool)> {
        let typed = self.sort.as_deref()?;
        Some(typed.strip_prefix('-').map_or((typed, false), |column| (column, true)))
    }

    /// So many rows need be at hand to see whether there are more than `--limit`.
    pub fn most(&self) -> Option<usize> {
        self.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1))
    }

    /// An order of reviews, and whether it is turned round. The minus means what it says: where
    /// an order begins with the greatest anyway, it changes nothing.
    ///
    /// # Errors
    /// A name that is no order.
    pub fn of_reviews(&self, usual: Sort) -> Result<(Sort, bool), CommandError> {
        let Some((name, minus)) = self.column() else {
            return Ok((usual, self.reverse));
        };
        let found = Sort::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let Some((_, sort)) = found else {
            let names = Sort::NAMES.map(|(name, _)| name).join(", ");
            return Err(CommandError::usage(format!("a listing cannot be sorted by {name}"))
                .help(format!("--sort takes {names}")));
        };
        Ok((*sort, self.reverse != (minus && !sort.is_descending())))
    }
}

/// A number of rows.
///
/// # Errors
/// What is none, in words.
pub fn limit(text: &str) -> Result<u64, String> {
    text.trim().parse().map_err(|_| "not a number of rows, which is 0 or more".to_owned())
}

/// All rows by one column: numbers highest first, text from A; blanks last.
/// Without a column, the report's own order, turned round.
/// The flag beside the column: from the greatest down, which for text is the other way round.
pub fn sorted(
    rows: &mut dyn Rows,
    by: Option<&(String, bool)>,
    reverse: bool,
) -> Result<Collected, CommandError> {
    let index = match by {
        None => None,
        Some((name, _)) => {
            let found =
                rows.columns().iter().position(|column| column.name.eq_ignore_ascii_case(name));
            Some(found.ok_or_else(|| {
                let names: Vec<_> =
                    rows.columns().iter().map(|column| column.name.clone()).collect();
                CommandError::usage(format!("the report has no column {name}"))
                    .help(names.join(", "))
            })?)
        }
    };
    let (mut all, _) =
        Collected::take(rows, usize::MAX).map_err(crate::output::OutputError::from)?;
    match index {
        None => all.rows.reverse(),
        Some(index) => {
            let is_text = all.columns.get(index).is_some_and(|column| !column.kind.is_number());
            let reverse = reverse != (is_text && by.is_some_and(|(_, minus)| *minus));
            sort(&mut all.rows, index, reverse);
        }
    }
    Ok(all)
}

/// Text is put in order folded, as names are compared; each once.
fn sort(rows: &mut Vec<Vec<Cell>>, index: usize, reverse: bool) {
    let text = |row: &[Cell]| {
        let cell = row.get(index).filter(|cell| cell.number().is_none());
        cell.and_then(Cell::data_text).map(|text| name::fold(&text))
    };
    let mut keyed: Vec<(Option<String>, Vec<Cell>)> =
        rows.drain(..).map(|row| (text(&row), row)).collect();
    keyed.sort_by(|(a, x), (b, y)| order((a, x.get(index)), (b, y.get(index)), reverse));
    rows.extend(keyed.into_iter().map(|(_, row)| row));
}

type Key<'k> = (&'k Option<String>, Option<&'k Cell>);

fn order((a_text, a): Key<'_>, (b_text, b): Key<'_>, reverse: bool) -> std::cmp::Ordering {
    use std::cmp::Ordering;
    let number = |cell: Option<&Cell>| cell.and_then(Cell::number);
    let natural = match (number(a), number(b)) {
        (Some(a), Some(b)) => b.total_cmp(&a),
        (Some(_), None) => return Ordering::Less,
        (None, Some(_)) => return Ordering::Greater,
        (None, None) => match (a_text, b_text) {
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => Ordering::Equal,
        },
    };
    if reverse { natural.reverse() } else { natural }
}
