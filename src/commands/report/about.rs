//! How the page was made: the command, the date, the version, and the sources.
//!
//! Must never: reveal local paths.

use rusqlite::Connection;

use crate::commands::Result;
use crate::rows::cell;
use revdb_render::page::{Part, Section};
use revdb_render::{Caption, Cell, Collected, Column, ColumnKind};
use revdb_sql::sql;

use super::Chapter;

/// The sentences with which the page can be reproduced.
fn made() -> Vec<String> {
    let day = crate::clock::today();
    vec![
        "The dumps that these reviews were read from, with the SHA-256 of each. A record that could \
         not be read is counted as rejected; `revdb imports rejects` has it word for word."
            .to_owned(),
        format!("Made on {day} with revdb {} by this command:", env!("CARGO_PKG_VERSION")),
    ]
}

/// Each dump that contained one of the reviews.
pub(super) fn sources(conn: &Connection) -> Result<Collected> {
    let mut statement = conn.prepare(sql("page/sources"))?;
    let kinds = |name: &str| match name {
        "reviews" | "rejected" => ColumnKind::Int,
        // As long as a quote, and formatted like one.
        "sha256" => ColumnKind::Quote,
        _ => ColumnKind::Text,
    };
    let columns = statement.column_names();
    let columns: Vec<Column> =
        columns.into_iter().map(|name| Column::new(name, kinds(name))).collect();
    let mut found = statement.query([])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let cells = (0..columns.len()).map(|index| row.get(index).map(cell));
        rows.push(cells.collect::<Result<Vec<Cell>, _>>()?);
    }
    Ok(Collected::new(columns, rows, Caption::default()))
}

pub(super) fn chapter(command: &str, sources: Collected) -> Chapter {
    let part = Part {
        most_rows: Some((super::MOST_ROWS, "`revdb imports list --sources`".to_owned())),
        ..Part::default()
    };
    let section = Section {
        heading: Some("How this page was made".to_owned()),
        text: made(),
        command: Some(format!("revdb {command}")),
    };
    Chapter { section, parts: vec![(part, sources, None)] }
}
