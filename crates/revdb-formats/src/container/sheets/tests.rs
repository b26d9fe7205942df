//! Workbooks made in memory, read as the CSV they would be saved as.

use std::io::Cursor;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::*;
use crate::container::Limits;

fn text_of(bytes: Vec<u8>, wanted: Option<&str>, limits: Limits) -> Result<String, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let kind = kind(&mut archive).ok_or("no workbook")?;
    let mut sheet = read(archive, kind, wanted, &mut Budget::new(limits))?;
    let mut text = String::new();
    sheet.text.rewind().map_err(|error| error.to_string())?;
    sheet.text.read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(format!("{} beside {}\n{text}", sheet.name, sheet.others.join(", ")))
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Empty").expect("a name");
    let sheet = book.add_worksheet().set_name("Films").expect("a name");
    let day = Format::new().set_num_format("yyyy-mm-dd");
    sheet.write(0, 0, "My films").expect("a cell");
    for (column, name) in ["film", "rating", "date", "review"].into_iter().enumerate() {
        sheet.write(2, column as u16, name).expect("a cell");
    }
    sheet.write(3, 0, "A \"Door\"").expect("a cell");
    sheet.write(3, 1, 4.5).expect("a cell");
    let date = ExcelDateTime::from_ymd(2019, 3, 14).expect("a day");
    sheet.write_with_format(3, 2, &date, &day).expect("a cell");
    sheet.write(3, 3, "Slow,\nwarm").expect("a cell");
    sheet.write(5, 0, 1917).expect("a cell");
    sheet.write(5, 1, 4.1).expect("a cell");
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn an_xlsx_sheet_has_one_line_per_row() {
    let films = "Films beside Empty\nMy films\n\nfilm,rating,date,review\n\
                 \"A \"\"Door\"\"\",4.5,2019-03-14,\"Slow,\u{2028}warm\"\n\n1917,4.1,,\n";
    for wanted in [None, Some("Films")] {
        assert_eq!(text_of(workbook(), wanted, Limits::default()).as_deref(), Ok(films));
    }
    let told = text_of(workbook(), Some("Books"), Limits::default());
    assert_eq!(told, Err("it has no sheet \"Books\"; its sheets are: Empty, Films".to_owned()));
}

#[test]
fn a_merged_cell_is_repeated_in_its_rows() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Films").expect("a name");
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 2, "My films", &plain).expect("a title");
    sheet.merge_range(2, 0, 4, 0, "Tide", &plain).expect("a cell");
    for (row, column, text) in [
        (1, 0, "film"),
        (1, 1, "critic"),
        (1, 2, "score"),
        (2, 1, "Ann"),
        (2, 2, "4/5"),
        (4, 1, "Bo"),
        (4, 2, "2/5"),
        (5, 0, "Ebb"),
        (5, 1, "Cy"),
        (5, 2, "1/5"),
    ] {
        sheet.write(row, column, text).expect("a cell");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let wanted =
        "Films beside \nMy films\nfilm,critic,score\nTide,Ann,4/5\n\nTide,Bo,2/5\nEbb,Cy,1/5\n";
    assert_eq!(text_of(bytes, None, Limits::default()).as_deref(), Ok(wanted));
}

#[test]
fn percentage_formats_give_percentages() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Films").expect("a name");
    for (row, format, share) in
        [(0, "0%", 0.8), (1, "0.00%", 0.285), (2, "0.0 %", 1.0), (3, "0.0", 0.8)]
    {
        let format = Format::new().set_num_format(format);
        sheet.write_with_format(row, 0, share, &format).expect("a cell");
        sheet.write(row, 1, "x").expect("a cell");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let told = text_of(bytes, None, Limits::default());
    assert_eq!(told.as_deref(), Ok("Films beside \n80%,x\n28.5%,x\n100%,x\n0.8,x\n"));
    let row = "<table:table-row><table:table-cell office:value-type=\"percentage\" \
        office:value=\"0.8\"><text:p>80 %</text:p></table:table-cell></table:table-row>";
    let content = format!("<a><table:table table:name=\"One\">{row}</table:table></a>");
    let told = text_of(ods(&content), None, Limits::default());
    assert_eq!(told.as_deref(), Ok("One beside \n80%\n"));
}

fn ods(content: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in
        [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)]
    {
        writer.start_file(name, options).expect("a member");
        writer.write_all(text.as_bytes()).expect("its text");
    }
    writer.finish().expect("a zip").into_inner()
}

#[test]
fn an_ods_sheet_has_one_line_per_row() {
    let rows = "<table:table-row><table:table-cell><text:p>film</text:p></table:table-cell>\
        <table:table-cell><text:p>rating</text:p></table:table-cell>\
        <table:table-cell><text:p>date</text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>\
        <table:table-row><table:table-cell><office:annotation><text:p>aside</text:p></office:annotation>\
        <text:p>A &amp; B,</text:p><text:p>two<text:s/>lines</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"float\" office:value=\"4.5\"><text:p>4,5</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"date\" office:date-value=\"2019-03-14T00:00:00\"><text:p>14.03.19</text:p></table:table-cell></table:table-row>";
    let content = format!(
        "<office:document-content><table:table table:name=\"One\">{rows}</table:table></office:document-content>"
    );
    assert_eq!(
        text_of(ods(&content), None, Limits::default()).as_deref(),
        Ok("One beside \nfilm,rating,date\n\n\n\"A & B,\u{2028}two lines\",4.5,2019-03-14\n")
    );
}

#[test]
fn declared_sheet_sizes_allocate_no_memory() {
    let limits = Limits { total: 1 << 20, ..Limits::default() };
    let row = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell \
        table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row>";
    let content = format!("<a><table:table table:name=\"One\">{row}</table:table></a>");
    let told = text_of(ods(&content), None, limits);
    assert!(told.is_err_and(|reason| reason.contains("MiB")), "a bomb is read");
    let broken = text_of(ods("<a><table:table table:name=\"One\"><table:table-row>"), None, limits);
    assert!(broken.is_err_and(|reason| reason.contains("damaged")));
}

/// A workbook of sheets; rows are separated by line ends and cells by `|`.
fn book_of(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).expect("a name");
        for (row, line) in (0..).zip(rows.lines()) {
            for (column, cell) in (0..).zip(line.split('|')) {
                sheet.write(row, column, cell).expect("a cell");
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn a_cover_sheet_is_skipped() {
    let films = ("Films", "film|rating\nTide|4");
    let told = |first: (&str, &str)| text_of(book_of(&[first, films]), None, Limits::default());
    for cover in [
        ("My films", "These are my films.\nMarks are out of five."),
        ("Read me", "Author|Karin\nMarks|out of five"),
    ] {
        let wanted = format!("Films beside {}\nfilm,rating\nTide,4\n", cover.0);
        assert_eq!(told(cover), Ok(wanted));
    }
    let books = told(("Books", "book|rating\nRain|3"));
    assert_eq!(books.as_deref(), Ok("Books beside Films\nbook,rating\nRain,3\n"));
}

/// The first sheet with one text replaced.
fn changed(from: &str, to: &str) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(workbook())).expect("a zip");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let mut member = zip.by_index(index).expect("a member");
        let name = member.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).expect("bytes");
        if name.ends_with("sheet2.xml") {
            let text = String::from_utf8(bytes).expect("XML");
            assert!(text.contains(from), "{text}");
            bytes = text.replace(from, to).into_bytes();
        }
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        writer.write_all(&bytes).expect("bytes");
    }
    writer.finish().expect("a zip").into_inner()
}

#[test]
fn an_overflowing_cell_position_is_damage() {
    for (from, to) in [
        ("r=\"A1\"", "r=\"AAAAAAAAAAAA1\""),
        ("r=\"A1\"", "r=\"A4294967298\""),
        ("<row r=\"1\"", "<row r=\"99999999999999999999\""),
    ] {
        let told = text_of(changed(from, to), Some("Films"), Limits::default());
        assert!(told.as_ref().is_err_and(|told| told.contains("damaged")), "{to}: {told:?}");
    }
}
