use super::super::sample::reviews;
use super::super::table::Collected;
use super::*;
use std::io::Read;

/// A part of the workbook, which is a ZIP of XML files.
fn part(workbook: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(io::Cursor::new(workbook)).expect("a ZIP");
    let mut text = String::new();
    zip.by_name(name).expect(name).read_to_string(&mut text).expect("text");
    text
}

fn workbook(mut rows: Collected) -> (Vec<u8>, Summary) {
    let mut out = Vec::new();
    let summary = Xlsx.write(&mut rows, &mut out, &OutputOptions::default());
    (out, summary.expect("a workbook"))
}

#[test]
fn cells_are_typed_and_nothing_is_a_formula() {
    let (book, summary) = workbook(reviews());
    let sheet = part(&book, "xl/worksheets/sheet1.xml");
    assert_eq!(summary, Summary { rows: 3, notes: vec![] });
    assert!(!sheet.contains("<f>"), "{sheet}");
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("autoFilter ref=\"A1:E4\""));
    // 41116 is 26 July 2012 counted from 1900; the partial date is a string.
    assert!(sheet.contains("<v>41116</v>") && sheet.contains("<c r=\"B3\" t=\"s\">"));
    assert!(sheet.contains("<v>66.666666</v>"));
    let strings = part(&book, "xl/sharedStrings.xml");
    assert!(strings.contains("<t>=1+1</t>") && strings.contains("<t>-1</t>"));
    assert!(!strings.contains(super::super::MATCH_START));
}

#[test]
fn long_text_is_cut_visibly_and_counted() {
    let column = Column::new("quote", ColumnKind::Quote);
    let cells = ["x".repeat(40_000), "🎬".repeat(20_000), "y".repeat(32_767)];
    let rows = cells.map(|text| vec![Cell::Text(text)]).to_vec();
    let (book, summary) = workbook(Collected::new(vec![column], rows, Caption::default()));
    assert_eq!(
        summary.notes,
        ["2 cells were cut to the 32767 characters that a spreadsheet holds"]
    );
    assert_eq!(part(&book, "xl/sharedStrings.xml").matches("[…cut]").count(), 2);
}

#[test]
fn a_long_answer_has_its_texts_in_the_cells() {
    let column = Column::new("name", ColumnKind::Text);
    let rows = vec![vec![Cell::Text("Ann".to_owned())]; SHARED_ROWS + 1];
    let (book, summary) = workbook(Collected::new(vec![column], rows, Caption::default()));
    assert_eq!(summary.rows, SHARED_ROWS as u64 + 1);
    let sheet = part(&book, "xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches("<t>Ann</t>").count(), SHARED_ROWS + 1);
}

#[test]
fn a_full_sheet_is_followed_by_another() {
    let columns = vec![Column::new("n", ColumnKind::Int)];
    let mut sheets = Sheets::new(&columns, "N", 4, false).expect("a workbook");
    for n in 0..7 {
        sheets.push(&[Cell::Int(n)]).expect("a row");
    }
    let (mut workbook, summary) = sheets.finish(&Caption::default()).expect("a workbook");
    assert_eq!((workbook.worksheets().len(), summary.rows), (3, 7));
    assert_eq!(
        workbook.worksheets().iter().map(Worksheet::name).collect::<Vec<_>>(),
        ["N", "N 2", "N 3"]
    );
    workbook.save_to_buffer().expect("packed");
}

#[test]
fn a_sheet_is_called_after_the_report() {
    for (title, name) in [
        ("Score spread by critic", "Score spread by critic"),
        ("What marks: [good] or bad?", "What marks good or bad"),
        ("'Tis a title that is longer than a sheet has room for", "Tis a title that is longer"),
        ("History", "History 1"),
        ("???", "Result"),
    ] {
        assert_eq!(sheet_name(title), name);
        Worksheet::new().set_name(name).expect("a name that Excel takes");
    }
}

#[test]
fn only_whole_dates_are_dates() {
    for (text, whole) in [
        ("2012-07-26", true),
        ("2012-07", false),
        ("2012", false),
        ("2012-13-01", false),
        ("2011-02-29", false),
        ("1899-12-31", false),
        ("12-07-26", false),
        ("", false),
    ] {
        assert_eq!(whole_date(text).is_some(), whole, "{text}");
    }
}
