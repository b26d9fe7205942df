//! Which tables of a page are read, and their cells.

use super::*;
use crate::formats::testing::{probe, read};

#[test]
fn only_tables_with_a_known_header_are_read() {
    let header = "<tr><th>site</th><th>user</th><th>review_target</th><th>review</th><th>score</th><th>max_score</th></tr>";
    let row = "<tr><td>m</td><td>Ann</td><td>Salt</td><td>Fine.<br>Really.</td><td>8</td><td>10</td></tr>";
    let page = format!(
        "<html><table><tr><td>menu</td></tr></table>\n<table>{header}\n{row}\n<tr><td>foot</td></tr></table></html>"
    );
    assert_eq!(HtmlTable.recognise(&probe(&page)), Confidence::Certain);
    let found = read(&HtmlTable, &page);
    let reviews = found.reviews();
    assert_eq!(reviews.len(), 1);
    let (at, review) = &reviews[0];
    assert_eq!((at.record, at.line), (1, 3));
    assert_eq!(review.quote.as_deref(), Some("Fine.\nReally."));
    for other in [
        "<html><table><tr><td>city</td><td>people</td></tr></table></html>",
        "<table",
        "site,user",
        "<html></html>",
    ] {
        assert_eq!(HtmlTable.recognise(&probe(other)), Confidence::No, "{other}");
    }
}

const HEAD: &str = "<html><body><table><tr><th>Film</th><th>Critic</th><th>Rating</th></tr>";

#[test]
fn cells_span_rows_and_columns() {
    let page = format!(
        "{HEAD}<tr><td rowspan=\"2\">Salt</td><td>Ann</td><td>4/5</td></tr>
        <tr><td>Bo</td><td>2/5</td></tr>
        <tr><td colspan=\"3\">Last year</td></tr>
        <tr><td>Rain</td><td>Bo</td><td>1/5</td></tr></table></body></html>"
    );
    let found = read(&HtmlTable, &page);
    let told: Vec<_> = found
        .reviews()
        .iter()
        .map(|(at, review)| {
            let title = review.work.title.clone().unwrap_or_default();
            (at.line, title, review.byline.clone().unwrap_or_default())
        })
        .collect();
    let wanted = [(1, "Salt", "Ann"), (2, "Salt", "Bo"), (4, "Rain", "Bo")];
    assert_eq!(told, wanted.map(|(line, a, b)| (line, a.to_owned(), b.to_owned())));
}

#[test]
fn a_heading_may_stand_above_the_header() {
    let page =
        "<table><caption>Film club<tr><th colspan=3>2019</th></tr><tr><th>Film</th><th>Critic</th>
        <th>Rating</th></tr><tr><td>Salt</td><td>Ann</td><td>4/5</td></tr></table>";
    assert_eq!(HtmlTable.recognise(&probe(page)), Confidence::Shape);
    assert_eq!(read(&HtmlTable, page).reviews().len(), 1);
}

#[test]
fn hidden_rows_are_reported() {
    let page = format!(
        "{HEAD}<tr><td>Salt</td><td>Ann</td><td>4/5</td></tr>
        <tr style=\"color: red; display: none\"><td>Fog</td><td>Bo</td><td>2/5</td></tr>
        <tr hidden><td>Rain</td><td>Bo</td><td>1/5</td></tr></table></body></html>"
    );
    let found = read(&HtmlTable, &page);
    assert_eq!(found.reviews().len(), 3);
    let told: Vec<&str> = found.notes.iter().map(|note| note.message.as_str()).collect();
    assert!(told.contains(&"2 rows that the page hides are read as well"), "{told:?}");
}

#[test]
fn a_header_may_have_two_rows() {
    let page = "<table><tr><th rowspan=2>Film<th colspan=2>Critic<th rowspan=2>Score
        <tr><th>Name<th>Paper<tr><td>Salt<td>Ann<td>Post<td>4/5<tr><td>Rain<td>Bo<td>Day<td>1/5</table>";
    let found = read(&HtmlTable, page);
    let names: Vec<_> = found.reviews().iter().map(|(_, it)| it.byline.clone()).collect();
    assert_eq!(names, [Some("Ann".to_owned()), Some("Bo".to_owned())]);
}

#[test]
fn tables_without_titles_need_a_title_each() {
    let table = "<table><tr><th>Critic<th>Score<tr><td>Ann<td>4/5<tr><td>Bo<td>1/5</table>";
    let asked = |page: &str| {
        let mut page = crate::columns::tests::Bytes(page.as_bytes().to_vec());
        let mut sink = crate::columns::tests::Collected::default();
        match HtmlTable.read(&mut page, &ReadOptions::default(), &mut sink) {
            Err(ReadError::Unsure(unsure)) => (unsure.reason, unsure.flags),
            other => panic!("{other:?}"),
        }
    };
    let (_, flags) = asked(&format!("<h1>Salt</h1>{table}"));
    assert_eq!(flags, ["--title TITLE"]);
    let (reason, flags) = asked(&format!("<h2>Salt</h2>{table}<h2>Rain</h2>{table}"));
    assert!(reason.contains("several tables") && flags.is_empty(), "{reason}: {flags:?}");
}

#[test]
fn a_header_may_span_columns() {
    let page = "<table><tr><th>Film<th colspan=2>Critic<th>Score
        <tr><td>Salt<td>Ann<td>Post<td>4/5<tr><td>Rain<td>Bo<td>Day<td>1/5</table>";
    assert_eq!(HtmlTable.recognise(&probe(page)), Confidence::Shape);
    assert_eq!(read(&HtmlTable, page).reviews().len(), 2);
}

#[test]
fn images_are_read_by_their_alternative_text() {
    let page = format!(
        "{HEAD}<tr><td>Salt</td><td>Ann</td><td><img alt=\"4/5\"></td></tr>
        <tr><td>Rain</td><td>Bo</td><td><b><span aria-label=\"1 of 5\"></span></b></td></tr>
        <tr><td>Hill</td><td>Bo</td><td><i class=\"star\"></i></td></tr></table></body></html>"
    );
    let found = read(&HtmlTable, &page);
    let scores: Vec<_> = found.reviews().iter().map(|(_, review)| review.score.clone()).collect();
    assert_eq!(scores, [Some("4/5".to_owned()), Some("1 of 5".to_owned()), None]);
    assert!(grid::note_of_pictures(0).is_none());
}

#[test]
fn url_columns_use_link_targets() {
    let row = |link: &str| {
        format!(
            "<tr><td><a href='http://f.example/'>Salt</a></td><td>Ann Ferris</td><td>80/100</td><td>Dry.</td><td>{link}</td></tr>"
        )
    };
    for (link, url) in [
        ("<a href='http://x.example/1'>Full review</a>", "http://x.example/1"),
        ("<a href='/r/2'>x.example</a>", "/r/2"),
        ("http://x.example/3", "http://x.example/3"),
        ("<a href='#top'>http://x.example/4</a>", "http://x.example/4"),
        ("<a href='/a'>http://x.example/5</a> <a href='/b'>b</a>", "http://x.example/5 b"),
    ] {
        let page = format!(
            "<html><table><tr><th>Title</th><th>Critic</th><th>Score</th><th>Review</th><th>URL</th></tr>{}</table></html>",
            row(link)
        );
        let found = read(&HtmlTable, &page);
        let (_, review) = &found.reviews()[0];
        assert_eq!(review.url.as_deref(), Some(url), "{link}");
        assert_eq!(review.work.title.as_deref(), Some("Salt"));
    }
}
