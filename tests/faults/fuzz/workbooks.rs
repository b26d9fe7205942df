//! Workbooks and tars with damaged contents: the zip around a damaged part is intact, so that
//! checksums do not reject what a malicious writer could produce.

use std::io::{Cursor, Read as _, Write as _};

use revdb_formats::container::{self, Found, Limits};
use rust_xlsxwriter::{ExcelDateTime, Workbook};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::fuzz;
use crate::scratch;

type Members = Vec<(String, Vec<u8>)>;

/// A workbook of two sheets with every cell type.
fn xlsx() -> Members {
    let mut book = Workbook::new();
    for name in ["Films", "Others"] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (column, head) in ["title", "critic", "date", "score", "quote"].iter().enumerate() {
            sheet.write(0, u16::try_from(column).expect("a column"), *head).expect("a cell");
        }
        for row in 1..9 {
            sheet.write(row, 0, format!("Film {row}")).expect("a cell");
            sheet.write(row, 1, "Ann Lee").expect("a cell");
            let day = ExcelDateTime::from_ymd(2012, 3, 4).expect("a date");
            sheet.write(row, 2, &day).expect("a cell");
            sheet.write(row, 3, f64::from(row) * 7.5).expect("a cell");
            sheet.write(row, 4, "Slow <and> \"warm\".").expect("a cell");
        }
    }
    members(book.save_to_buffer().expect("a workbook"))
}

fn ods() -> Members {
    let cell = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |cells: &[&str]| {
        let cells: String = cells.iter().map(|text| cell(text)).collect();
        format!(
            "<table:table-row table:number-rows-repeated=\"2\">{cells}<table:table-cell table:number-columns-repeated=\"9\"/></table:table-row>"
        )
    };
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"One\">{}{}</table:table></office:spreadsheet></office:body></office:document-content>",
        row(&["title", "critic", "quote"]),
        row(&["Rain", "Ann &amp; Lee", "Slow<text:s text:c=\"3\"/>rain"]),
    );
    vec![
        ("mimetype".to_owned(), b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("content.xml".to_owned(), content.into_bytes()),
    ]
}

fn members(zip: Vec<u8>) -> Members {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip");
    (0..zip.len())
        .map(|index| {
            let mut member = zip.by_index(index).expect("a member");
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).expect("bytes");
            (member.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}

fn zipped(members: &Members, damaged: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, whole) in members {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("a member");
        zip.write_all(if name == damaged { bytes } else { whole }).expect("bytes");
    }
    zip.finish().expect("a zip").into_inner()
}

fn walked(path: std::path::PathBuf) {
    let limits = Limits { total: 32 << 20, ..Limits::default() };
    let Ok(walk) = container::find(&[path], limits) else { return };
    for found in walk.take(200) {
        if let Found::Dump(dump) = found {
            let read =
                dump.open().and_then(|mut text| std::io::copy(&mut text, &mut std::io::sink()));
            drop(read);
        }
    }
}

fn fuzz_workbook(what: &str, ending: &str, members: &Members) {
    let folder = scratch();
    let parts: Members = members
        .iter()
        .filter(|(name, _)| name.ends_with(".xml") || name.ends_with(".rels"))
        .cloned()
        .collect();
    fuzz(what, &parts, |name, bytes, _| {
        walked(crate::write(folder.path(), ending, zipped(members, name, bytes)));
    });
}

#[test]
fn xlsx_workbooks() {
    fuzz_workbook("xlsx", "x.xlsx", &xlsx());
}

#[test]
fn ods_workbooks() {
    fuzz_workbook("ods", "x.ods", &ods());
}

#[test]
fn tars() {
    let folder = scratch();
    let mut tar = tar::Builder::new(Vec::new());
    for (name, rows) in [("a.csv".to_owned(), 9), (format!("{}/b.csv", "long".repeat(40)), 3)] {
        let text = crate::table(rows, 1);
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, text.as_bytes()).expect("a member");
    }
    let seeds = [("x.tar".to_owned(), tar.into_inner().expect("a tar"))];
    fuzz("tar", &seeds, |name, bytes, _| walked(crate::write(folder.path(), name, bytes)));
}
