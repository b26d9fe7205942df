//! Invented rows shared by the tests of several formats.

use super::table::{Caption, Cell, Collected, Column, ColumnKind};
use super::{MATCH_END, MATCH_START, OutputFormat, OutputOptions};

pub fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// Reviews with everything that ever broke an output: quotes, line ends, wide characters,
/// formulas, escape sequences, nulls.
pub fn reviews() -> Collected {
    let columns = vec![
        Column::new("critic", ColumnKind::Text),
        Column::new("date", ColumnKind::Date),
        Column::new("score", ColumnKind::Real { decimals: 1 }),
        Column::new("score_text", ColumnKind::Text),
        Column::new("quote", ColumnKind::Snippet),
    ];
    let rows = vec![
        vec![
            text("Ada Quill"),
            text("2012-07-26"),
            Cell::Real(100.0),
            text("A+"),
            Cell::Text(format!(
                "A {MATCH_START}sturdy{MATCH_END} film, \"made\" of wind, salt and three good shots of a lighthouse."
            )),
        ],
        vec![
            text("山田 花子 🎬"),
            text("2012-07"),
            Cell::Real(66.666_666),
            text("-1"),
            text("灯台の光は美しいが、話は同じ所を回りつづける。\n\nSecond paragraph."),
        ],
        vec![
            Cell::Null,
            Cell::Null,
            Cell::Null,
            text("=1+1"),
            text("\x1b]0;owned\x07Dull | grey\u{202e} *and* <b>long</b>."),
        ],
    ];
    let caption = Caption {
        title: Some("Reviews of The Lighthouse Ledger".to_owned()),
        filters: vec!["work: Lighthouse".to_owned(), "since 2012".to_owned()],
        notes: vec!["3 reviews; 1 of them undated, 1 unscored.".to_owned()],
        ..Caption::default()
    };
    Collected::new(columns, rows, caption)
}

/// The format with that name.
pub fn format(name: &str) -> OutputFormat {
    name.parse().expect("a name of the list")
}

/// The rows written in `format`, as text.
pub fn written(mut rows: Collected, format: OutputFormat, options: &OutputOptions) -> String {
    let mut out = Vec::new();
    format.write(&mut rows, &mut out, options).expect("a Vec takes everything");
    String::from_utf8(out).expect("the format is text")
}
