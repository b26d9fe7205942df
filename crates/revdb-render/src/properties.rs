//! Property tests that hold for every format.

use proptest::prelude::*;

use super::safe::is_unsafe;
use super::sample::format;
use super::sample::{reviews, text, written};
use super::table::{Caption, Cell, Collected, Column, ColumnKind};
use super::wrap::width_of;
use super::{Draws, OutputFormat, OutputOptions};

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-=+@,;\"'\t\r\n a-z\u{1b}\u{202e}\u{9b}映👩\u{200d}🚀\u{e000}\u{e001}]{0,60}",
    ]
}

fn any_cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        1 => Just(Cell::Null),
        2 => any::<i64>().prop_map(Cell::Int),
        2 => any::<f64>().prop_map(Cell::Real),
        4 => any_text().prop_map(Cell::Text),
    ]
}

/// Two to five rows with five columns of every kind and arbitrary cells.
fn any_rows() -> impl Strategy<Value = Collected> {
    let row = proptest::collection::vec(any_cell(), 5);
    (proptest::collection::vec(row, 0..5), any_text()).prop_map(|(rows, title)| {
        let columns = vec![
            Column::new("critic", ColumnKind::Text),
            Column::new("n", ColumnKind::Int),
            Column::new("mean", ColumnKind::Real { decimals: 1 }),
            Column::new("date", ColumnKind::Date),
            Column::new("quote", ColumnKind::Quote),
        ];
        let caption = Caption {
            title: Some(title.clone()),
            filters: vec![title.clone()],
            notes: vec![title],
            of_reviews: false,
        };
        Collected::new(columns, rows, caption)
    })
}

fn data(cell: &Cell) -> String {
    cell.data_text().unwrap_or_default()
}

fn read_back(delimiter: u8, written: &str) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(written.as_bytes())
        .records()
        .map(|record| {
            let record = record.expect("what was written can be read");
            record.iter().map(str::to_owned).collect()
        })
        .collect()
}

proptest! {
    #[test]
    fn csv_and_tsv_round_trip(rows in any_rows()) {
        let raw = OutputOptions { raw: true, ..OutputOptions::default() };
        let cells: Vec<Vec<String>> =
            rows.rows.iter().map(|row| row.iter().map(data).collect()).collect();
        for (format, delimiter) in [(format("csv"), b','), (format("tsv"), b'\t')] {
            let text = written(rows.clone(), format, &raw);
            prop_assert_eq!(&read_back(delimiter, &text), &cells);
        }
    }

    #[test]
    fn guarded_csv_differs_in_the_apostrophe_only(rows in any_rows()) {
        let text = written(rows.clone(), format("csv"), &OutputOptions::default());
        for (row, record) in rows.rows.iter().zip(read_back(b',', &text)) {
            for (cell, field) in row.iter().zip(record) {
                let plain = data(cell);
                let without = |text: &str| text.replace('\'', "");
                prop_assert!(field == plain || without(&field) == without(&plain));
                if matches!(cell, Cell::Text(_)) {
                    prop_assert!(!field.starts_with(['=', '+', '-', '@', '\t', '\r']));
                }
            }
        }
    }

    #[test]
    fn json_round_trips(rows in any_rows()) {
        let lines = written(rows.clone(), format("jsonl"), &OutputOptions::default());
        let array = written(rows.clone(), format("json"), &OutputOptions::default());
        let array: Vec<serde_json::Value> = serde_json::from_str(&array).expect("an array");
        prop_assert_eq!(lines.lines().count(), rows.rows.len());
        for ((line, row), same) in lines.lines().zip(&rows.rows).zip(&array) {
            let object: serde_json::Value = serde_json::from_str(line).expect("an object");
            prop_assert_eq!(&object, same);
            for (cell, column) in row.iter().zip(&rows.columns) {
                let value = &object[&column.name];
                match cell {
                    Cell::Int(number) => prop_assert_eq!(value.as_i64(), Some(*number)),
                    Cell::Text(text) => prop_assert_eq!(value.as_str(), Some(text.as_str())),
                    Cell::Real(number) if number.is_finite() => {
                        // serde_json may be off by one unit in the last place when reading.
                        let number = super::number::without_noise(*number);
                        let read = value.as_f64().expect("a number");
                        let slack = number.abs() * 1e-15 + f64::MIN_POSITIVE;
                        prop_assert!((read - number).abs() <= slack);
                    }
                    Cell::Real(_) | Cell::Null => prop_assert!(value.is_null()),
                }
            }
        }
    }

    #[test]
    fn nothing_controls_a_terminal(rows in any_rows(), width in 40_usize..=200) {
        for format in OutputFormat::all().filter(|f| !f.is_binary && *f != format("svg")) {
            let shown = written(rows.clone(), format, &OutputOptions::for_terminal(width, false));
            let acts = |c: char| is_unsafe(c) && !matches!(c, '\n' | '\t');
            prop_assert!(!shown.replace("\r\n", "\n").contains(acts), "{format}: {shown:?}");
        }
    }

    #[test]
    fn a_table_is_never_wider_than_the_terminal(rows in any_rows(), width in 40_usize..=200) {
        let shown = written(rows, format("table"), &OutputOptions::for_terminal(width, false));
        for line in shown.lines() {
            prop_assert!(width_of(line) <= width, "{} > {width}: {line:?}", width_of(line));
        }
    }

    #[test]
    fn a_pipe_gets_one_line_a_row(rows in any_rows()) {
        let count = rows.rows.len().max(1);
        let shown = written(
            Collected::new(rows.columns, rows.rows, Caption::default()),
            format("table"),
            &OutputOptions::default(),
        );
        // Names and rule precede the rows; before them may be lines about blank and constant
        // columns; above "no rows" there is nothing.
        let told = ["blank: ", "in every row: "].iter().any(|told| shown.starts_with(told));
        let above = if told { 4 } else { 2 };
        prop_assert!(shown.lines().count() == count + above || shown == "no rows\n", "{shown}");
        prop_assert!(!shown.contains(|c| is_unsafe(c) && c != '\n'));
    }

    #[test]
    fn any_rows_make_a_workbook(rows in any_rows()) {
        let mut rows = rows;
        let mut out = Vec::new();
        let summary = format("xlsx").write(&mut rows, &mut out, &OutputOptions::default());
        prop_assert!(summary.is_ok(), "{summary:?}");
        prop_assert!(out.starts_with(b"PK"));
    }

    #[test]
    fn markup_in_data_stays_text(rows in any_rows()) {
        let page = written(rows, format("html"), &OutputOptions::default());
        let body = page.split("<body>").nth(1).unwrap_or_default();
        let known = ["main", "h1", "p", "code", "section", "div", "table", "thead", "tr", "th", "tbody", "td", "br", "body", "html"];
        for tag in body.split('<').skip(1) {
            let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
            prop_assert!(known.contains(&name.as_str()), "{tag:?}");
        }
    }
}

#[test]
fn a_long_table_streams_in_the_widths_of_its_first_rows() {
    let rows = (0..25_000).map(|n| vec![text("Ada Quill"), Cell::Int(n)]).collect();
    let columns = vec![Column::new("critic", ColumnKind::Text), Column::new("n", ColumnKind::Int)];
    let table = Collected::new(columns, rows, Caption::default());
    for options in [OutputOptions::default(), OutputOptions::for_terminal(80, false)] {
        let shown = written(table.clone(), format("table"), &options);
        assert_eq!(shown.lines().count(), 25_002);
        let widths: std::collections::HashSet<usize> = shown.lines().map(width_of).collect();
        assert_eq!(widths.len(), 1, "{widths:?}");
    }
}

#[test]
fn every_format_has_a_name_and_an_ending_of_its_own() {
    for format in OutputFormat::all() {
        assert_eq!(format.name.parse(), Ok(format));
    }
    let cases = [
        ("a.csv", Some(format("csv"))),
        ("A.CSV", Some(format("csv"))),
        ("a.ndjson", Some(format("jsonl"))),
        ("page.html", Some(format("html"))),
        ("notes.md", Some(format("markdown"))),
        ("a.parquet", Some(format("parquet"))),
        ("a.orc", None),
        ("csv", None),
    ];
    for (path, format) in cases {
        assert_eq!(OutputFormat::from_path(path.as_ref()), format, "{path}");
    }
    assert_eq!(
        "pdf\x1b".parse::<OutputFormat>().map_err(|e| e.to_string()),
        Err("there is no output format \"pdf\\x1b\"".to_owned())
    );
}

#[test]
fn the_formats_look_as_they_should() {
    let pipe = OutputOptions::default();
    let is_text = |format: &OutputFormat| !format.is_binary && format.draws != Draws::Always;
    for format in OutputFormat::all().filter(is_text).filter(|format| format.name != "html") {
        insta::assert_snapshot!(format.name, written(reviews(), format, &pipe));
    }
    let page = written(reviews(), format("html"), &pipe);
    insta::assert_snapshot!("html_body", page.split("<body>").nth(1).unwrap_or_default());
}

#[test]
fn a_file_for_a_spreadsheet_begins_with_a_byte_order_mark() {
    for (options, marked) in [
        (OutputOptions::for_file(false), true),
        (OutputOptions::for_file(true), false),
        (OutputOptions::default(), false),
    ] {
        let csv = written(reviews(), format("csv"), &options);
        assert_eq!(csv.starts_with('\u{feff}'), marked);
        assert!(csv.contains("\r\n"));
    }
}
