//! The `parquet` format: typed columns in compressed row groups, for query engines.
//!
//! A column's type is that of its cells (INT64, DOUBLE, BOOLEAN or STRING); if the first group has
//! none, the declared one. A complete date is DATE; the text as given, which may be partial
//! (`2012-07`), is in a further column `NAME_text`. Short texts are dictionary-encoded, all is
//! compressed with zstd. Nothing is escaped or rounded.
//!
//! The format needs a row group in memory: at most [`ROWS`] rows and [`BYTES`] of text.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type as SchemaType};

use super::safe::{for_terminal, without_markers};
use super::table::{Cell, Column, ColumnKind, Rows, unique_names};
use revdb_model::PartialDate;

use super::{Format, OutputError, OutputOptions, Reader, Summary, Writer};

/// Rows per group: what an engine gives to one of its threads.
const ROWS: usize = 1 << 16;
/// Bytes of text after which a group is full; a single row may exceed it.
const BYTES: usize = 32 << 20;

struct Parquet;

/// The `parquet` format.
pub static PARQUET: Format =
    Format { is_binary: true, ..Format::new("parquet", &["parquet"], Reader::Engine, &Parquet) };

impl Writer for Parquet {
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        _options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        let columns = rows.columns().to_vec();
        let mut summary = Summary::default();
        let mut group = Group::default();
        let mut there = group.fill(rows, ROWS)?;
        let written: Vec<Written> = written(&columns, &group.rows);
        let mut file = File::new(&written)?;
        while there {
            file.put(&written, &mut group, summary.rows)?;
            summary.rows += group.rows.len() as u64;
            file.hand_on(out)?;
            there = group.fill(rows, ROWS)?;
        }
        file.writer.finish().map_err(refused)?;
        file.hand_on(out)?;
        Ok(summary)
    }
}

fn refused(error: ParquetError) -> OutputError {
    OutputError::unwritable(format!("cannot make the Parquet file: {error}"))
}

/// The rows of the next group.
#[derive(Default)]
struct Group {
    rows: Vec<Vec<Cell>>,
}

impl Group {
    /// Reads the next rows; false if there are none.
    fn fill(&mut self, source: &mut dyn Rows, most: usize) -> Result<bool, OutputError> {
        self.rows.clear();
        let mut bytes = 0;
        while self.rows.len() < most && bytes < BYTES {
            let Some(row) = source.next_row()? else { break };
            let text = |cell: &Cell| if let Cell::Text(text) = cell { text.len() } else { 0 };
            bytes += row.iter().map(text).sum::<usize>();
            self.rows.push(row);
        }
        Ok(!self.rows.is_empty())
    }
}

/// The type of a column in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Values {
    Bool,
    Int,
    Real,
    /// For a date column: the day, if it is complete.
    Day,
    Text,
}

/// A column of the file.
struct Written {
    name: String,
    values: Values,
    /// Index of its cell in a row.
    cell: usize,
    kind: ColumnKind,
}

/// The columns of the file, derived from the first rows.
fn written(columns: &[Column], rows: &[Vec<Cell>]) -> Vec<Written> {
    let mut named = Vec::new();
    let mut written = Vec::new();
    for (cell, column) in columns.iter().enumerate() {
        let mut push = |name: String, values| {
            named.push(Column::new(name, column.kind));
            written.push(Written { name: String::new(), values, cell, kind: column.kind });
        };
        match column.kind {
            ColumnKind::Date => {
                push(column.name.clone(), Values::Day);
                push(format!("{}_text", column.name), Values::Text);
            }
            kind => {
                let cells = rows.iter().filter_map(|row| row.get(cell));
                push(column.name.clone(), widest(kind, cells));
            }
        }
    }
    for (column, name) in written.iter_mut().zip(unique_names(&named)) {
        column.name = name;
    }
    written
}

/// The common type of all cells; without any, the declared type.
fn widest<'c>(kind: ColumnKind, cells: impl Iterator<Item = &'c Cell>) -> Values {
    let of_cell = |cell: &Cell| match cell {
        Cell::Null => None,
        Cell::Int(0 | 1) if kind == ColumnKind::Bool => Some(Values::Bool),
        Cell::Int(_) => Some(Values::Int),
        Cell::Real(_) => Some(Values::Real),
        Cell::Text(_) => Some(Values::Text),
    };
    let said = match kind {
        ColumnKind::Bool => Values::Bool,
        ColumnKind::Int => Values::Int,
        ColumnKind::Real { .. } => Values::Real,
        _ => Values::Text,
    };
    let found = cells.filter_map(of_cell).max();
    match (said, found) {
        (Values::Real, Some(Values::Int)) | (_, None) => said,
        (_, Some(found)) => found,
    }
}

/// The file so far; its bytes are passed on group by group.
struct File {
    writer: SerializedFileWriter<Vec<u8>>,
}

impl File {
    fn new(columns: &[Written]) -> Result<Self, OutputError> {
        let level = ZstdLevel::try_new(3).map_err(refused)?;
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_created_by(concat!("revdb version ", env!("CARGO_PKG_VERSION")).to_owned());
        let mut fields = Vec::with_capacity(columns.len());
        for column in columns {
            // Long texts differ, so a dictionary of them is useless.
            if column.kind.is_long() || column.kind == ColumnKind::Url {
                let path = ColumnPath::new(vec![column.name.clone()]);
                properties = properties.set_column_dictionary_enabled(path, false);
            }
            fields.push(Arc::new(field(column)?));
        }
        let schema = SchemaType::group_type_builder("rows").with_fields(fields).build();
        let schema = Arc::new(schema.map_err(refused)?);
        let properties = Arc::new(properties.build());
        let writer = SerializedFileWriter::new(Vec::new(), schema, properties).map_err(refused)?;
        Ok(File { writer })
    }

    /// Writes the group, whose first row has the index `before`, and empties its cells.
    fn put(
        &mut self,
        columns: &[Written],
        group: &mut Group,
        before: u64,
    ) -> Result<(), OutputError> {
        let mut to = self.writer.next_row_group().map_err(refused)?;
        for column in columns {
            // The text of a date is written last, so it may be moved out of its cell.
            put_column(&mut to, column, group, before)?;
        }
        to.close().map_err(refused)?;
        Ok(())
    }

    fn hand_on(&mut self, out: &mut dyn Write) -> Result<(), OutputError> {
        self.writer.flush()?;
        out.write_all(&std::mem::take(self.writer.inner_mut()))?;
        Ok(())
    }
}

fn field(column: &Written) -> Result<SchemaType, OutputError> {
    let (physical, logical) = match column.values {
        Values::Bool => (Physical::BOOLEAN, None),
        Values::Int => (Physical::INT64, None),
        Values::Real => (Physical::DOUBLE, None),
        Values::Day => (Physical::INT32, Some(LogicalType::Date)),
        Values::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    SchemaType::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
        .map_err(refused)
}

fn put_column(
    to: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    column: &Written,
    group: &mut Group,
    before: u64,
) -> Result<(), OutputError> {
    let misfit = |row: usize| {
        let values = match column.values {
            Values::Bool => "only 0 and 1",
            Values::Int => "whole numbers",
            _ => "numbers",
        };
        OutputError::unwritable(format!(
            "column {} has {values} in its first rows and something else in row {}: \
             a column of Parquet is of one type (CAST it in SQL, or choose csv or jsonl)",
            for_terminal(&column.name),
            before + row as u64 + 1
        ))
    };
    match column.values {
        Values::Bool => put_values::<BoolType>(to, column, group, |cell| match cell {
            Cell::Int(value @ (0 | 1)) => Some(*value == 1),
            _ => None,
        }),
        Values::Int => put_values::<Int64Type>(to, column, group, |cell| match cell {
            Cell::Int(value) => Some(*value),
            _ => None,
        }),
        Values::Real => put_values::<DoubleType>(to, column, group, |cell| match cell {
            Cell::Int(value) => Some(*value as f64),
            Cell::Real(value) => Some(*value),
            _ => None,
        }),
        Values::Day => return put_days(to, column, group),
        Values::Text => put_values::<ByteArrayType>(to, column, group, |cell| match cell {
            Cell::Text(text) if column.kind == ColumnKind::Snippet => {
                Some(ByteArray::from(without_markers(text).as_bytes()))
            }
            Cell::Text(text) => Some(ByteArray::from(std::mem::take(text).into_bytes())),
            other => other.data_text().map(|text| ByteArray::from(text.into_bytes())),
        }),
    }
    .and_then(|misfits| misfits.map_or(Ok(()), |row| Err(misfit(row))))
}

/// Writes `value` of each cell that is not null; returns the first row without a value, if any.
fn put_values<T: DataType>(
    to: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    column: &Written,
    group: &mut Group,
    value: impl Fn(&mut Cell) -> Option<T::T>,
) -> Result<Option<usize>, OutputError> {
    let mut values = Vec::with_capacity(group.rows.len());
    let mut defined = Vec::with_capacity(group.rows.len());
    for (number, row) in group.rows.iter_mut().enumerate() {
        let cell = row.get_mut(column.cell).filter(|cell| **cell != Cell::Null);
        defined.push(i16::from(cell.is_some()));
        if let Some(cell) = cell {
            match value(cell) {
                Some(value) => values.push(value),
                None => return Ok(Some(number)),
            }
        }
    }
    put_batch::<T>(to, &values, &defined)?;
    Ok(None)
}

/// Complete dates only; others are null here and kept in the text column.
fn put_days(
    to: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    column: &Written,
    group: &Group,
) -> Result<(), OutputError> {
    let day = |row: &Vec<Cell>| match row.get(column.cell) {
        Some(Cell::Text(text)) => PartialDate::from_iso(text)?.day_number(),
        _ => None,
    };
    let days: Vec<Option<i32>> = group.rows.iter().map(day).collect();
    let defined: Vec<i16> = days.iter().map(|day| i16::from(day.is_some())).collect();
    let days: Vec<i32> = days.into_iter().flatten().collect();
    put_batch::<Int32Type>(to, &days, &defined)
}

fn put_batch<T: DataType>(
    to: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[T::T],
    defined: &[i16],
) -> Result<(), OutputError> {
    let next = to.next_column().map_err(refused)?;
    let mut column = next.ok_or_else(|| OutputError::unwritable("a column too many"))?;
    column.typed::<T>().write_batch(values, Some(defined), None).map_err(refused)?;
    column.close().map_err(refused)
}

#[cfg(test)]
#[path = "parquet_format_tests.rs"]
mod tests;
