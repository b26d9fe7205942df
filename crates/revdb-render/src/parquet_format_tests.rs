//! Output is read back with the crate's own reader.

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use proptest::prelude::*;

use super::super::sample::{self, text};
use super::super::{Caption, Collected, MATCH_END, MATCH_START, OutputOptions};
use super::*;

/// Every row's values by name, as text; `None` for null.
type Read = Vec<Vec<(String, Option<String>)>>;

fn bytes(columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Result<Vec<u8>, OutputError> {
    let mut rows = Collected::new(columns, rows, Caption::default());
    let mut out = Vec::new();
    sample::format("parquet").write(&mut rows, &mut out, &OutputOptions::default())?;
    Ok(out)
}

fn stored(bytes: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("written");
    file
}

fn read(bytes: &[u8]) -> Read {
    let file = SerializedFileReader::new(stored(bytes)).expect("a Parquet file");
    let shown = |field: &Field| match field {
        Field::Null => None,
        Field::Str(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let rows = file.get_row_iter(None).expect("rows");
    rows.map(|row| {
        let row = row.expect("a row");
        row.get_column_iter().map(|(name, field)| (name.clone(), shown(field))).collect()
    })
    .collect()
}

fn pairs(row: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
    row.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect()
}

#[test]
fn values_keep_their_types_and_partial_dates_their_text() {
    let columns = vec![
        Column::new("id", ColumnKind::Int),
        Column::new("date", ColumnKind::Date),
        Column::new("score", ColumnKind::Real { decimals: 1 }),
        Column::new("truncated", ColumnKind::Bool),
        Column::new("found", ColumnKind::Snippet),
        Column::new("asked", ColumnKind::Text),
    ];
    let marked = format!("a {MATCH_START}sturdy{MATCH_END} =film\u{1b}");
    let rows = vec![
        vec![
            Cell::Int(1),
            text("2012-07-26"),
            Cell::Int(90),
            Cell::Int(1),
            text(&marked),
            Cell::Int(3),
        ],
        vec![Cell::Int(2), text("2012-07"), Cell::Real(66.6), Cell::Int(0), Cell::Null, Cell::Null],
        vec![Cell::Int(3), text("1899-12-31"), Cell::Null, Cell::Null, Cell::Null, Cell::Int(4)],
    ];
    let read = read(&bytes(columns, rows).expect("written"));
    let expected = [
        [
            ("id", Some("1")),
            ("date", Some("2012-07-26")),
            ("date_text", Some("2012-07-26")),
            ("score", Some("90.0")),
            ("truncated", Some("true")),
            ("found", Some("a sturdy =film\u{1b}")),
            ("asked", Some("3")),
        ],
        [
            ("id", Some("2")),
            ("date", None),
            ("date_text", Some("2012-07")),
            ("score", Some("66.6")),
            ("truncated", Some("false")),
            ("found", None),
            ("asked", None),
        ],
        [
            ("id", Some("3")),
            ("date", Some("1899-12-31")),
            ("date_text", Some("1899-12-31")),
            ("score", None),
            ("truncated", None),
            ("found", None),
            ("asked", Some("4")),
        ],
    ];
    assert_eq!(read, expected.map(|row| pairs(&row)));
}

#[test]
fn later_row_groups_with_other_types_are_errors() {
    let columns = || vec![Column::new("n", ColumnKind::Text)];
    let count = i64::try_from(ROWS).expect("fits") + 1;
    let mut rows: Vec<_> = (0..count).map(|n| vec![Cell::Int(n)]).collect();
    let file = bytes(columns(), rows.clone()).expect("written");
    let reader = SerializedFileReader::new(stored(&file)).expect("a file");
    assert_eq!(reader.metadata().num_row_groups(), 2);
    let last = read(&file).pop().expect("rows");
    assert_eq!(last, pairs(&[("n", Some(&(count - 1).to_string()))]));
    rows.push(vec![text("many")]);
    let refused = bytes(columns(), rows).expect_err("a text among numbers").to_string();
    assert!(refused.contains(&format!("row {}", count + 1)), "{refused}");
}

#[test]
fn no_rows_are_a_file_with_columns() {
    let columns = vec![Column::new("n", ColumnKind::Int), Column::new("n", ColumnKind::Text)];
    let file = bytes(columns, Vec::new()).expect("written");
    let reader = SerializedFileReader::new(stored(&file)).expect("a file");
    let schema = reader.metadata().file_metadata().schema_descr();
    let names: Vec<&str> = schema.columns().iter().map(|column| column.name()).collect();
    assert_eq!(names, ["n", "n_2"]);
    assert_eq!(reader.metadata().num_row_groups(), 0);
}

proptest! {
    #[test]
    fn parquet_round_trips(rows in proptest::collection::vec((any::<Option<i64>>(), any::<Option<f64>>(), any::<Option<String>>()), 0..20)) {
        let columns = vec![
            Column::new("i", ColumnKind::Int),
            Column::new("r", ColumnKind::Real { decimals: 1 }),
            Column::new("t", ColumnKind::Quote),
        ];
        let cells = |(int, real, text): (Option<i64>, Option<f64>, Option<String>)| vec![
            int.map_or(Cell::Null, Cell::Int),
            real.map_or(Cell::Null, Cell::Real),
            text.map_or(Cell::Null, Cell::Text),
        ];
        let file = bytes(columns, rows.iter().cloned().map(cells).collect()).expect("written");
        let reader = SerializedFileReader::new(stored(&file)).expect("a file");
        let back = reader.get_row_iter(None).expect("rows").map(|row| {
            let row = row.expect("a row");
            let mut fields = row.get_column_iter().map(|(_, field)| field.clone());
            let mut next = || fields.next().expect("a field");
            let (int, real, text) = (next(), next(), next());
            let int = if let Field::Long(int) = int { Some(int) } else { None };
            let real = if let Field::Double(real) = real { Some(real.to_bits()) } else { None };
            let text = if let Field::Str(text) = text { Some(text) } else { None };
            (int, real, text)
        });
        let rows = rows.into_iter().map(|(int, real, text)| (int, real.map(f64::to_bits), text));
        prop_assert!(back.eq(rows));
    }
}
