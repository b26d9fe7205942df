//! Order and limit of rows: the same flags for listings, reports and exports.

use revdb_model::name;
use revdb_query::listing::Sort;
use revdb_render::{Cell, Collected, Rows};

use super::{CommandError, Result};

#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Order")]
pub struct OrderArgs {
    /// Sort by date (newest first), score (highest first), critic, work, publication or id; a report by
    /// any of its columns, numbers from the highest, text from A. A minus reverses it: --sort -score
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Reverse the order
    #[arg(long)]
    pub reverse: bool,
    /// At most N rows, or `all` [default: all; 20 for a search on a terminal]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = super::values::rows)]
    pub limit: Option<u64>,
}

impl OrderArgs {
    /// The column as typed, and whether a minus precedes it.
    pub fn column(&self) -> Option<(&str, bool)> {
        let typed = self.sort.as_deref()?;
        Some(typed.strip_prefix('-').map_or((typed, false), |column| (column, true)))
    }

    /// The maximum number of rows.
    pub fn most(&self) -> Option<usize> {
        self.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
    }

    /// The order of search results; best first by default.
    ///
    /// # Errors
    /// An unknown order; `--reverse` of best first, which is useless.
    pub fn of_matches(&self) -> Result<Option<(Sort, bool)>> {
        match (&self.sort, self.reverse) {
            (None, false) => Ok(None),
            (None, true) => Err(CommandError::usage("--reverse needs an order, and none is named")
                .help("without --sort the best matches come first; --sort date --reverse")),
            _ => self.of_reviews(Sort::Date).map(Some),
        }
    }

    /// The order of reviews, and whether it is reversed.
    ///
    /// # Errors
    /// An unknown order.
    pub fn of_reviews(&self, usual: Sort) -> Result<(Sort, bool)> {
        let Some((name, minus)) = self.column() else {
            return Ok((usual, self.reverse));
        };
        let found = Sort::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let Some((_, sort)) = found else {
            let names = Sort::NAMES.map(|(name, _)| name).join(", ");
            return Err(CommandError::usage(format!("a listing cannot be sorted by {name}"))
                .help(format!("--sort takes {names}")));
        };
        Ok((*sort, self.reverse != minus))
    }
}

/// Sorts all rows by one column: numbers descending, text ascending, or reversed with the flag;
/// blanks last. Without a column, reverses the report's own order.
pub fn sorted(
    rows: &mut dyn Rows,
    by: Option<&(String, bool)>,
    reverse: bool,
) -> Result<Collected> {
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
        Collected::take(rows, usize::MAX).map_err(revdb_render::OutputError::from)?;
    match index {
        None => all.rows.reverse(),
        Some(index) => {
            sort(&mut all.rows, index, reverse != by.is_some_and(|(_, minus)| *minus));
        }
    }
    Ok(all)
}

/// Text is sorted folded, as names are compared; each text is folded once.
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
