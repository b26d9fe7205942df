//! XML as programs write it, with invented content.

use super::AnyXml;
use crate::columns::tests::{Bytes, Collected};
use crate::format::{Confidence, Format, Probe, ReadOptions};
use crate::record::Item;

/// `line title score words by byline` of each review, or the error.
fn read(text: &str) -> Result<Vec<String>, String> {
    let mut sink = Collected::default();
    AnyXml
        .read(&mut Bytes(text.as_bytes().to_vec()), &ReadOptions::default(), &mut sink)
        .map_err(|error| error.to_string())?;
    let told = |item: Item| match item {
        Item::Review(review) => {
            let parts = [review.work.title, review.score, review.quote, review.byline];
            parts.map(Option::unwrap_or_default).join("|")
        }
        other => format!("{other:?}"),
    };
    Ok(sink.0.into_iter().map(|(at, _, item)| format!("{}: {}", at.line, told(item))).collect())
}

fn confidence(text: &str) -> Confidence {
    AnyXml.recognise(&Probe::new("", text, true))
}

#[test]
fn elements_are_read_as_records() {
    for (text, wanted) in [
        // Elements and references.
        (
            "<?xml version=\"1.0\"?>\n<list>\n<review><title>Tide &amp; Rope</title><critic>Ann</critic>\
             <score>4/5</score><text>Slow <i>and</i> warm.</text></review>\n\n\
             <review><title>Ebb</title><critic>Bo</critic><score>2/5</score>\
             <text><![CDATA[Loud & long.]]></text></review></list>",
            &["3: Tide & Rope|4/5|Slow and warm.|Ann", "5: Ebb|2/5|Loud & long.|Bo"][..],
        ),
        // Attributes, the work around the reviews, text in the element itself.
        (
            "<film title=\"Tide\"><critics>\n<review critic=\"Ann\" rating=\"4/5\">Slow.</review>\n\
             <review critic=\"Bo\" rating=\"2/5\">Loud.</review></critics></film>",
            &["1: Tide|4/5|Slow.|Ann", "1: Tide|2/5|Loud.|Bo"],
        ),
        // A list within each record, with one element in the second.
        (
            "<films>\n<film><title>Tide</title><reviews><review><critic>Ann</critic><score>4/5</score>\
             </review><review><critic>Bo</critic><score>2/5</score></review></reviews></film>\n\
             <film><title>Ebb</title><reviews><review><critic>Ann</critic><score>3/5</score></review>\
             </reviews></film></films>",
            &["2: Tide|4/5||Ann", "2: Tide|2/5||Bo", "3: Ebb|3/5||Ann"],
        ),
        // A score with its maximum.
        (
            "<d><r><film>Tide</film><score max=\"10\">8</score><quote>Slow.</quote></r>\
             <r><film>Ebb</film><score max=\"10\">3</score><quote>Loud.</quote></r></d>",
            &["1: Tide|8|Slow.|", "1: Ebb|3|Loud.|"],
        ),
        // Columns named by an attribute.
        (
            "<mysqldump><database name=\"d\"><table_data name=\"t\">\n\
             <row><field name=\"id\">1</field><field name=\"title\">Tide</field>\
             <field name=\"score\">4/5</field><field name=\"critic\">Ann</field></row>\n\
             <row><field name=\"id\">2</field><field name=\"title\">Ebb</field>\
             <field name=\"score\">2/5</field><field name=\"critic\" xsi:nil=\"true\"/></row>\
             </table_data></database></mysqldump>",
            &["2: Tide|4/5||Ann", "3: Ebb|2/5||"],
        ),
        (
            "<pma_xml_export><database name=\"d\">\n\
             <table name=\"reviews\"><column name=\"title\">Tide</column>\
             <column name=\"score\">4/5</column><column name=\"critic\">Ann</column></table>\n\
             <table name=\"reviews\"><column name=\"title\">Ebb</column>\
             <column name=\"score\">2/5</column><column name=\"critic\">NULL</column></table>\
             </database></pma_xml_export>",
            &["2: Tide|4/5||Ann", "3: Ebb|2/5||"],
        ),
        // Two lists of one work.
        (
            "<film><title>Tide</title><criticReviews><review><name>Ann</name><score>4/5</score></review>\
             <review><name>Al</name><score>3/5</score></review></criticReviews><userReviews><review>\
             <name>Bo</name><score>2/5</score></review><review><name>Cy</name><score>1/5</score>\
             </review></userReviews></film>",
            &["1: Tide|4/5||Ann", "1: Tide|3/5||Al", "1: Tide|2/5||Bo", "1: Tide|1/5||Cy"],
        ),
        // A list with one element, next to another and within its own key.
        (
            "<log><books><book><title>Tide</title><score>4/5</score><comment>Slow.</comment></book></books>\
             <films><film><title>Ebb</title><score>3/5</score><comment>Loud.</comment></film><film>\
             <title>Rope</title><score>2/5</score></film></films></log>",
            &["1: Tide|4/5|Slow.|", "1: Ebb|3/5|Loud.|", "1: Rope|2/5||"],
        ),
        (
            "<log><y19><film><title>Tide</title><score>4/5</score></film></y19><y20><film>\
             <title>Ebb</title><score>3/5</score></film><film><title>Rope</title><score>2/5</score>\
             </film></y20></log>",
            &["1: Tide|4/5||", "1: Ebb|3/5||", "1: Rope|2/5||"],
        ),
        // Solr's metadata, Access's names, HTML markup.
        (
            "<response><lst name=\"responseHeader\"><int name=\"status\">0</int><int name=\"QTime\">1</int>\
             </lst><result><doc><str name=\"title\">Tide</str><str name=\"score\">4/5</str></doc><doc>\
             <str name=\"title\">Ebb</str><str name=\"score\">2/5</str></doc></result></response>",
            &["1: Tide|4/5||", "1: Ebb|2/5||"],
        ),
        (
            "<d><r><Film_x0020_Title>Tide</Film_x0020_Title><score>4/5</score><quote>It <em>is</em> \
             slow.<br/>Warm.</quote></r><r><Film_x0020_Title>Ebb</Film_x0020_Title><score>2/5</score>\
             <quote><p>Loud.</p><p>Long.</p></quote></r></d>",
            &["1: Tide|4/5|It is slow.\nWarm.|", "1: Ebb|2/5|Loud.\nLong.|"],
        ),
        // A title that contains its year.
        (
            "<r><review score=\"4/5\"><movie year=\"1995\">Tide</movie><critic>Ann</critic></review>\
             <review score=\"2/5\"><movie year=\"1985\">Ebb</movie><critic>Bo</critic></review></r>",
            &["1: Tide|4/5||Ann", "1: Ebb|2/5||Bo"],
        ),
        // A single review.
        (
            "<review><title>Tide</title><critic>Ann</critic><score>4/5</score></review>",
            &["1: Tide|4/5||Ann"],
        ),
    ] {
        assert_eq!(confidence(text), Confidence::Shape, "{text}");
        assert_eq!(read(text).unwrap_or_else(|error| panic!("{text}: {error}")), wanted, "{text}");
    }
}

#[test]
fn other_xml_is_not_claimed() {
    for text in [
        "<html><body><ul><li>Tide</li><li>Ebb</li></ul></body></html>",
        "<rss version=\"2.0\"><channel><item><title>Tide</title><description>Slow.</description></item>\
         <item><title>Ebb</title><description>Loud.</description></item></channel></rss>",
        "<svg><path d=\"M0\"/><path d=\"M1\"/></svg>",
        "<project><dependency><name>a</name><version>1</version></dependency>\
         <dependency><name>b</name><version>2</version></dependency></project>",
        "< 3 stars, I'd say",
        "<",
        "",
    ] {
        assert_eq!(confidence(text), Confidence::No, "{text}");
    }
}

#[test]
fn broken_xml_is_refused_with_its_line() {
    let whole = "<l>\n<r><title>Tide</title><score>4/5</score><critic>Ann</critic></r>\n\
                 <r><title>Ebb</title><score>2/5</score><critic>Bo</critic></r>\n</l>\n";
    assert_eq!(read(whole).map(|found| found.len()), Ok(2));
    for end in (whole.find("<r>").unwrap_or(0) + 3)..whole.find("</l>").unwrap_or(0) {
        let found = read(&whole[..end]);
        assert!(found.is_err(), "{}: {found:?}", &whole[..end]);
    }
    let parted = whole.replace("<r><title>Ebb", "<x/><r><title>Ebb");
    let told = read(&parted).expect_err("parted");
    assert!(told.contains("<r> are parted"), "{told}");
    let own = whole.replacen("<l>", "<!DOCTYPE l [<!ENTITY t \"Tide\">]><l>", 1);
    assert!(read(&own).is_err_and(|error| error.contains("entities")));
    let deep = "<a>".repeat(100_000);
    assert_eq!(confidence(&deep), Confidence::No);
    assert!(read(&deep).is_err());
    let twice = "<l><r>".to_owned() + &"<x>y</x>".repeat(50_000) + "</r><r/></l>";
    assert!(read(&twice).is_err(), "no reviews");
}
