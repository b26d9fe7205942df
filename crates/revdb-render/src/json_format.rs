//! The `json` (one array) and `jsonl` (one object per line) formats.
//!
//! Keys are the column names in column order, duplicates numbered. Reals always have a point
//! (`100.0`); null, NaN and infinities are `null`. A column of lists is an array of strings.
//! Control, bidirectional and other invisible characters are `\u` escapes: the same data, harmless
//! on a terminal.

use std::fmt::Write as _;
use std::io::Write;

use super::number::push_real;
use super::safe::{is_unsafe, without_markers};
use super::table::{Cell, Column, ColumnKind, Rows, unique_names};
use super::{Format, OutputError, OutputOptions, Reader, Summary, Writer};

/// The text before, between and after the objects.
struct Json {
    open: &'static str,
    between: &'static str,
    close: &'static str,
    close_empty: &'static str,
}

static ARRAY: Json = Json { open: "[\n", between: ",\n", close: "\n]\n", close_empty: "[]\n" };

static LINES: Json = Json { open: "", between: "\n", close: "\n", close_empty: "" };

/// The `json` format.
pub static JSON: Format = Format::new("json", &["json"], Reader::Program, &ARRAY);

/// The `jsonl` format.
pub static JSONL: Format = Format::new("jsonl", &["jsonl", "ndjson"], Reader::Program, &LINES);

impl Writer for Json {
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        _options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        let columns = rows.columns().to_vec();
        let keys: Vec<String> = unique_names(&columns)
            .iter()
            .map(|name| json_string(name))
            .collect::<Result<_, _>>()?;
        let mut summary = Summary::default();
        let mut line = String::new();
        while let Some(row) = rows.next_row()? {
            line.clear();
            line.push_str(if summary.rows == 0 { self.open } else { self.between });
            push_object(&mut line, &row, &columns, &keys)?;
            out.write_all(line.as_bytes())?;
            summary.rows += 1;
        }
        let end = if summary.rows == 0 { self.close_empty } else { self.close };
        out.write_all(end.as_bytes())?;
        Ok(summary)
    }
}

fn push_object(
    line: &mut String,
    row: &[Cell],
    columns: &[Column],
    keys: &[String],
) -> Result<(), OutputError> {
    line.push('{');
    for (index, ((cell, column), key)) in row.iter().zip(columns).zip(keys).enumerate() {
        if index > 0 {
            line.push(',');
        }
        line.push_str(key);
        line.push(':');
        match cell {
            Cell::Null => line.push_str("null"),
            Cell::Int(value) => {
                let _infallible = write!(line, "{value}");
            }
            Cell::Real(value) => {
                if !push_real(line, *value) {
                    line.push_str("null");
                }
            }
            Cell::Text(text) if column.kind == ColumnKind::Snippet => {
                line.push_str(&json_string(&without_markers(text))?);
            }
            Cell::Text(text) if column.kind == ColumnKind::List => {
                let parts = text.split("; ").map(json_string).collect::<Result<Vec<_>, _>>()?;
                let _infallible = write!(line, "[{}]", parts.join(","));
            }
            Cell::Text(text) => line.push_str(&json_string(text)?),
        }
    }
    line.push('}');
    Ok(())
}

/// A quoted JSON string with invisible characters as `\u` escapes, as surrogate pairs beyond the
/// basic plane (RFC 8259, 7); serde_json has escaped C0 already.
fn json_string(text: &str) -> Result<String, OutputError> {
    let json = serde_json::to_string(text)?;
    if !json.contains(is_unsafe) {
        return Ok(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _infallible = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    Ok(escaped)
}
