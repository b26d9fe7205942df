//! The reviews themselves, as a table of the page.

use rusqlite::Connection;

use crate::commands::Result;
use crate::rows::cell;
use revdb_query::Filter;
use revdb_query::listing::{self, Columns, Sort};
use revdb_render::page::{Part, Section};
use revdb_render::{Caption, Cell, Collected, Column, ColumnKind};

use super::Chapter;

/// Default maximum number of reviews on a page.
const MOST: usize = 2_000;
/// Default maximum number of bytes, so that the page can be mailed.
const MOST_BYTES: usize = 800_000;
/// Estimated bytes of markup per row.
const MARKUP: usize = 200;
/// Columns with a filter.
const SIFTED: [&str; 5] = ["score", "critic", "publication", "work", "audience"];

/// The newest reviews that pass.
pub(super) fn newest(conn: &Connection, filter: &Filter, asked: Option<usize>) -> Result<Chapter> {
    let ids = filter.passing(conn)?;
    let most = asked.unwrap_or(MOST);
    let order = (Sort::Date, false);
    let mut statement = listing::prepare(conn, &ids, order, Columns::Page, Some(most))?;
    let mut found = statement.query([])?;
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while let Some(row) = found.next()? {
        let cells = (0..Columns::Page.names().len()).map(|index| row.get(index).map(cell));
        let cells = cells.collect::<Result<Vec<Cell>, _>>()?;
        bytes +=
            MARKUP + cells.iter().filter_map(Cell::data_text).map(|it| it.len()).sum::<usize>();
        if rows.len() >= most || asked.is_none() && bytes > MOST_BYTES {
            break;
        }
        rows.push(cells);
    }
    let columns = Columns::Page.names().iter().map(|name| Column::new(*name, kind(name)));
    let (columns, rows, same) = varying_columns(columns.collect(), rows);
    let (shown, all) = (rows.len(), ids.len());
    let mut notes = vec![match shown < all {
        true => format!(
            "The newest {shown} of {all} reviews stand here; the figures are of all. `revdb export` \
             has the others, and `revdb report --reviews N` shows more."
        ),
        false => "In the order of their dates, the newest first.".to_owned(),
    }];
    notes.extend(same);
    let part = Part { filtered_by: SIFTED.map(str::to_owned).into(), ..Part::default() };
    let section = Section { heading: Some("Reviews".to_owned()), text: notes, command: None };
    let rows = Collected::new(columns, rows, Caption::default());
    Ok(Chapter { section, parts: vec![(part, rows, None)] })
}

fn kind(name: &str) -> ColumnKind {
    match name {
        "score" => ColumnKind::Real { decimals: 1 },
        "date" => ColumnKind::Date,
        "quote" => ColumnKind::Quote,
        "source" => ColumnKind::Url,
        _ => ColumnKind::Text,
    }
}

/// The columns in which rows differ; a constant value becomes a sentence, and empty columns are
/// omitted.
fn varying_columns(
    columns: Vec<Column>,
    mut rows: Vec<Vec<Cell>>,
) -> (Vec<Column>, Vec<Vec<Cell>>, Option<String>) {
    let mut same = Vec::new();
    let differs: Vec<bool> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let first = rows.first().and_then(|row| row.get(index));
            let differ = rows.iter().any(|row| row.get(index) != first);
            if let (false, Some(Cell::Text(text)), ColumnKind::Text) = (differ, first, column.kind)
            {
                same.push(format!("{} {text}", column.name));
            }
            differ || !matches!(first, Some(Cell::Null)) && column.kind != ColumnKind::Text
        })
        .collect();
    let kept = |index: usize| differs.get(index).copied().unwrap_or(false);
    for row in &mut rows {
        let mut index = 0..;
        row.retain(|_| index.next().is_some_and(kept));
    }
    let columns = columns.into_iter().enumerate();
    let columns = columns.filter(|(index, _)| kept(*index)).map(|(_, column)| column).collect();
    (columns, rows, (!same.is_empty()).then(|| format!("All of these: {}.", same.join("; "))))
}
