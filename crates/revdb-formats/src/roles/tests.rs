//! Tables as people and sites write them, with invented content, and how each is read.
//!
//! `shapes.txt` has the cases: a name, the header and some rows, and after `=>` the ownership, the
//! fields, assumptions (`~`), and, after `?`, the question to the user.

use super::*;
use crate::columns::any_columns;
use crate::columns::tests::Bytes;

/// A reading on one line.
fn described(table: &str) -> String {
    let table = any_columns::sample(&mut Bytes(table.as_bytes().to_vec()), &ReadOptions::default())
        .unwrap_or_else(|error| panic!("{table}: {error}"));
    let reading = read(&table, &ReadOptions::default(), Shape::Columns, any_columns::NAME).unwrap();
    let mut line = format!("{:?}", reading.kind).to_lowercase();
    for column in &reading.columns {
        let Some(field) = column.field else { continue };
        let assumed = if column.certainty == Certainty::Assumed { "~" } else { "" };
        line.push_str(&format!(" | {field} = {}{assumed}", column.name));
    }
    if let Some(unsure) = &reading.unsure {
        line.push_str(&format!(" ? {}", unsure.reason));
    }
    line
}

/// A flag that repeats what the header says changes nothing.
#[test]
fn a_mapped_byline_still_tells_who_speaks() {
    let table = "title,critic,score,quote\nRain,Ann,80/100,wet\nRain,Bo,40/100,dry\n";
    let kind = |map: &[(String, String)]| {
        let options = ReadOptions { map: map.to_vec(), ..ReadOptions::default() };
        let mut text = Bytes(table.as_bytes().to_vec());
        let table = any_columns::sample(&mut text, &options).unwrap();
        read(&table, &options, Shape::Columns, any_columns::NAME).unwrap().kind
    };
    assert_eq!(kind(&[]), TableKind::Critics);
    assert_eq!(kind(&[("byline".to_owned(), "critic".to_owned())]), TableKind::Critics);
    assert_eq!(kind(&[("publication".to_owned(), "critic".to_owned())]), TableKind::Critics);
}

#[test]
fn tables_are_read_right_or_asked_about() {
    let mut strays = Vec::new();
    let shapes = include_str!("shapes.txt").split("\n# ").skip(1);
    for shape in shapes {
        let (name, rest) = shape.split_once('\n').expect("a name");
        let (table, wanted) = rest.split_once("=> ").expect("an expectation");
        let found = described(table);
        if found != wanted.trim() {
            strays.push(format!("# {name}\n=> {found}"));
        }
    }
    assert!(strays.is_empty(), "{}", strays.join("\n"));
}
