//! Adapts query results to the rows that output takes.

use rusqlite::types::{FromSqlResult, Value, ValueRef};

use revdb_query::report::{self, Kind};
use revdb_render::{Caption, Cell, Column, ColumnKind, RowError, Rows};

/// A stepped statement as output rows.
pub struct SqlRows<'s, F> {
    rows: rusqlite::Rows<'s>,
    columns: Vec<Column>,
    caption: Caption,
    seen: u64,
    limit: Option<u64>,
    /// A row beyond the limit was seen.
    more: bool,
    /// Called with each row before it is printed: counts for the footer, words to highlight.
    each: F,
}

/// Observes rows and adds notes below the table.
pub trait Watch {
    fn row(&mut self, cells: &mut [Cell]);
    /// The notes below the table, requested after the last row.
    fn notes(&self) -> Vec<String>;
}

/// Observes nothing.
impl Watch for () {
    fn row(&mut self, _: &mut [Cell]) {}

    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

impl<'s, F: Watch> SqlRows<'s, F> {
    pub fn new(rows: rusqlite::Rows<'s>, columns: Vec<Column>, caption: Caption, each: F) -> Self {
        SqlRows { rows, columns, caption, seen: 0, limit: None, more: false, each }
    }

    /// Number of rows so far.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// Stops after `limit` rows.
    #[must_use]
    pub fn limited(mut self, limit: Option<u64>) -> Self {
        self.limit = limit;
        self
    }
}

impl<F: Watch> Rows for SqlRows<'_, F> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn caption(&self) -> Caption {
        let mut caption = self.caption.clone();
        caption.notes.splice(0..0, self.each.notes());
        if let Some(limit) = self.limit.filter(|_| self.more) {
            caption.notes.push(format!("there are more: --limit {limit} ends here"));
        }
        caption
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        if self.limit.is_some_and(|limit| self.seen >= limit) {
            self.more = self.more || self.rows.next()?.is_some();
            return Ok(None);
        }
        let Some(row) = self.rows.next()? else {
            return Ok(None);
        };
        let mut cells = Vec::with_capacity(self.columns.len());
        for index in 0..self.columns.len() {
            cells.push(cell(row.get(index)?));
        }
        self.seen += 1;
        self.each.row(&mut cells);
        Ok(Some(cells))
    }
}

/// A report's column, with its heading for people.
pub fn column(column: &report::Column, for_people: bool) -> Column {
    let kind = match column.kind {
        Kind::Text => ColumnKind::Text,
        Kind::Quote => ColumnKind::Quote,
        Kind::Int => ColumnKind::Int,
        Kind::Real { decimals } => ColumnKind::Real { decimals },
        Kind::Date => ColumnKind::Date,
        Kind::Url => ColumnKind::Url,
    };
    let name = if for_people { &column.heading } else { &column.name };
    Column::new(name.clone(), kind)
}

/// An SQLite value as a cell. Blobs are shown in SQL notation: `x'0A'`.
pub fn cell(value: Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Integer(int) => Cell::Int(int),
        Value::Real(real) => Cell::Real(real),
        Value::Text(text) => Cell::Text(text),
        Value::Blob(bytes) => {
            let mut text = String::with_capacity(bytes.len() * 2 + 3);
            text.push_str("x'");
            for byte in bytes {
                for half in [byte >> 4, byte & 15] {
                    text.extend(char::from_digit(u32::from(half), 16));
                }
            }
            text.push('\'');
            Cell::Text(text)
        }
    }
}

/// As [`cell`], but reuses an existing cell and its text buffer. A report of a million rows has
/// eight cells per row, half of them text.
///
/// # Errors
/// Text that is not UTF-8.
pub fn put(value: &ValueRef<'_>, into: &mut Cell) -> FromSqlResult<()> {
    *into = match *value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(int) => Cell::Int(int),
        ValueRef::Real(real) => Cell::Real(real),
        ValueRef::Text(_) => {
            let new = value.as_str()?;
            if let Cell::Text(text) = into {
                text.clear();
                text.push_str(new);
                return Ok(());
            }
            Cell::Text(new.to_owned())
        }
        ValueRef::Blob(_) => cell(Value::try_from(*value)?),
    };
    Ok(())
}
