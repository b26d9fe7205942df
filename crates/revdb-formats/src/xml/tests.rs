//! Records of XML, valid and hostile.

use crate::columns::tests::{Bytes, Collected};
use crate::format::{Confidence, Format, Probe, ReadOptions};
use crate::profile::Profile;
use crate::record::Item;

const PROFILE: &str = r#"
name = "shelf"
shape = "xml"
records = "shelf.book"
scale = 10
[detect]
columns = ["@nr", "title", "mark.@value"]
[fields]
title = "title"
score = "mark.@value"
quote = "note"
id = { site = "shelf", from = "@nr" }
"#;

fn profile() -> Profile {
    Profile::parse("shelf.toml", PROFILE).unwrap()
}

fn read(text: &str) -> Result<Vec<(u64, String)>, String> {
    let mut found = Collected::default();
    profile()
        .read(&mut Bytes(text.as_bytes().to_vec()), &ReadOptions::default(), &mut found)
        .map_err(|error| error.to_string())?;
    let told = |item: Item| match item {
        Item::Review(review) => {
            [review.work.title, review.score, review.quote].map(Option::unwrap_or_default).join("|")
        }
        other => format!("{other:?}"),
    };
    Ok(found.0.into_iter().map(|(at, _, item)| (at.line, told(item))).collect())
}

#[test]
fn elements_and_attributes_are_fields() {
    let text = "<?xml version=\"1.0\"?>\n<shelf>\n <owner><title>no</title></owner>\n \
        <book nr=\"1\"><title>A &amp; B</title><mark value=\"8\"/>\n  <note><![CDATA[Slow & <dry>]]></note></book>\n \
        <book nr=\"2\"><title>C&#8217;s</title><title>other</title><mark value=\"3\" /><note/></book>\n</shelf>\n";
    let wanted = [(4, "A & B|8|Slow & <dry>".to_owned()), (6, "C’s|3|".to_owned())];
    assert_eq!(read(text).as_deref(), Ok(&wanted[..]));
    assert_eq!(profile().recognise(&Probe::new("x.xml", text, true)), Confidence::Certain);
    let other = text.replace("book", "disc");
    assert_eq!(profile().recognise(&Probe::new("x.xml", &other, true)), Confidence::No);
}

#[test]
fn declared_entities_are_not_resolved() {
    let text = "<!DOCTYPE shelf [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">\
        <!ENTITY c SYSTEM \"file:///etc/passwd\">]>\
        <shelf><book nr=\"1\"><title>T&b;&c;</title><mark value=\"8\"/></book></shelf>";
    assert_eq!(read(text), Ok(vec![(1, "T&b;&c;|8|".to_owned())]));
}

#[test]
fn a_broken_document_is_refused_with_its_line() {
    for text in [
        "<shelf>\n<book nr=\"1\"><title>T</title>\n",
        "<shelf>\n<book nr=\"1\"><title>T</book></shelf>",
        "<shelf>\n<book nr=\"1\"></book>\n",
    ] {
        assert!(read(text).is_err_and(|error| error.contains("XML is broken")), "{text}");
    }
    let deep = format!("<shelf><book>{}", "<a>".repeat(100_000));
    assert!(read(&deep).is_err());
}
