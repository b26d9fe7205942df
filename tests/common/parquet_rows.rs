//! Parquet read back by the crate that wrote it.

use std::fs::File;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::{Value, json};

/// The rows of a Parquet file as JSON; dates and other logical types as the reader shows them.
pub fn rows(path: &Path) -> Vec<Value> {
    let file = SerializedFileReader::new(File::open(path).expect("there")).expect("Parquet");
    let rows = file.get_row_iter(None).expect("rows");
    let json = |field: &Field| match field {
        Field::Null => Value::Null,
        Field::Bool(value) => json!(value),
        Field::Int(value) => json!(value),
        Field::Long(value) => json!(value),
        Field::Double(value) => json!(value),
        Field::Str(value) => json!(value),
        other => json!(other.to_string()),
    };
    rows.map(|row| {
        let row = row.expect("a row");
        row.get_column_iter().map(|(name, field)| (name.clone(), json(field))).collect()
    })
    .collect()
}
