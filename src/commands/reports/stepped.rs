//! Streams a report's rows to the output.

use rusqlite::types::ValueRef;

use crate::commands::guard::stepping;
use crate::rows::put;
use revdb_query::report::{self, ReportError};
use revdb_render::{Caption, Cell, Column, RowError, Rows};

/// Keeps an interruption as such; adds the report's name to other errors.
fn row_error(error: ReportError) -> RowError {
    match error {
        ReportError::Failed { source, .. }
            if source.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) =>
        {
            source
        }
        other => other.into(),
    }
}

/// Streams a report's rows to the output.
pub(super) struct Stepped<'p> {
    rows: report::ReportRows<'p>,
    columns: Vec<Column>,
    /// For people: the text for NULL in each column.
    blanks: Vec<Option<String>>,
    caption: Caption,
    pub(super) limit: Option<u64>,
    pub(super) seen: u64,
    /// Rows beyond the limit, counted once it is reached.
    rest: u64,
    ended: bool,
}

impl<'p> Stepped<'p> {
    pub(super) fn of(
        prepared: &'p mut report::Prepared<'_>,
        columns: Vec<Column>,
        caption: Caption,
        for_people: bool,
        limit: Option<u64>,
    ) -> Self {
        let blanks = prepared.columns().iter().map(|column| column.blank.clone());
        let blanks = if for_people { blanks.collect() } else { Vec::new() };
        Stepped {
            rows: prepared.rows(),
            columns,
            blanks,
            caption,
            limit,
            seen: 0,
            rest: 0,
            ended: false,
        }
    }
}

impl Rows for Stepped<'_> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn caption(&self) -> Caption {
        let mut caption = self.caption.clone();
        if let Some(limit) = self.limit.filter(|_| self.rest > 0) {
            caption.notes.push(format!("{} more rows: --limit {limit} ends here", self.rest));
        }
        caption
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        let mut row = Vec::new();
        Ok(self.next_into(&mut row)?.then_some(row))
    }

    fn next_into(&mut self, row: &mut Vec<Cell>) -> Result<bool, RowError> {
        if self.limit.is_some_and(|limit| self.seen >= limit) {
            while !self.ended && self.rows.each_value(|_, _| Ok(())).map_err(row_error)? {
                self.rest += 1;
            }
            self.ended = true;
            return Ok(false);
        }
        row.resize(self.columns.len(), Cell::Null);
        let mut cells = row.iter_mut();
        let show = |_, value: &ValueRef<'_>| cells.next().map_or(Ok(()), |cell| put(value, cell));
        let there = stepping(|| self.rows.each_value(show)).map_err(row_error)?;
        self.seen += u64::from(there);
        for (cell, blank) in row.iter_mut().zip(&self.blanks) {
            if let (Cell::Null, Some(blank)) = (&*cell, blank) {
                *cell = Cell::Text(blank.clone());
            }
        }
        Ok(there)
    }
}
