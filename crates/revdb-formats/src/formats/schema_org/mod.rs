//! Any page with schema.org `Review` data, as JSON-LD or microdata.
//!
//! Owns: finding that data on a page. Must never: read the page's visible text. A site-specific
//! format takes precedence, because it reads more. `json` also reads schema.org data in JSON files
//! (`document`).

mod document;
mod json;
mod microdata;
mod nodes;

pub use document::SchemaOrgJson;

use serde_json::Value;

use super::html::{self, LineFinder, attribute, mark_of, walk};
use super::whole_page::read_page;
use crate::format::{Confidence, Format, Probe, ReadOptions, Result, Sink, Text};
use crate::json::as_printed;
use crate::record::{Item, Position, RawReview};
use nodes::Nodes;

pub struct SchemaOrgHtml;

impl Format for SchemaOrgHtml {
    fn name(&self) -> &str {
        "schema-org-html"
    }

    fn describe(&self) -> &str {
        "any saved page with schema.org Review data (JSON-LD or microdata)"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        let head = probe.head;
        let is_page = head.trim_start_matches('\u{feff}').trim_start().starts_with('<')
            || head.contains("<html");
        let linked = head.contains("application/ld+json")
            && ["Review\"", "\"review\"", "\"reviews\""].iter().any(|mark| head.contains(mark));
        let micro = head.contains("itemprop")
            && ["schema.org/Review", "schema.org/CriticReview", "schema.org/UserReview"]
                .iter()
                .any(|mark| head.contains(mark));
        if is_page && (linked || micro) { Confidence::Shape } else { Confidence::No }
    }

    fn read(&self, text: &mut dyn Text, _options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let page = read_page(text)?;
        let tree = html::parse(&page)?;
        let mut record = 0;
        let mut lines = LineFinder::new(&page);
        let mut documents = Vec::new();
        for script in walk(tree.root_element(), |_| false) {
            if script.name() != "script" || !is_linked_data(attribute(script, "type")) {
                continue;
            }
            let source: String = script.source();
            match as_printed(unwrapped(&source).as_bytes()) {
                Ok(value) => documents.push(value),
                Err(error) if source.contains("Review\"") => {
                    record += 1;
                    let at = Position { record, line: lines.line_of("application/ld+json") };
                    sink.item(
                        at,
                        &|| source.clone(),
                        Item::Rejected(format!("the page's JSON-LD cannot be read: {error}")),
                    )?;
                }
                Err(_) => {}
            }
        }
        let linked = reviews(&documents);
        let shown = reviews(&microdata::items(tree.root_element()));
        // A page with both contains each review twice.
        let found = if shown.len() > linked.len() { shown } else { linked };
        for review in found {
            record += 1;
            let mark = mark_of(review.quote.as_deref());
            let at = Position { record, line: lines.line_of(&mark) };
            sink.item(at, &String::new, Item::Review(Box::new(review)))?;
        }
        Ok(())
    }
}

/// The reviews of all documents of a page, which may refer to each other's nodes. Pages also mark
/// up links to reviews elsewhere; such reviews without words and score are skipped.
fn reviews(documents: &[Value]) -> Vec<RawReview> {
    let mut nodes = Nodes::default();
    documents.iter().for_each(|document| nodes.learn(document));
    let mut found: Vec<RawReview> =
        documents.iter().flat_map(|document| json::reviews_of(document, &nodes)).collect();
    found.retain(|review| review.score.is_some() || review.quote.is_some());
    found
}

/// Markup around a script's text that hides it from HTML or XML parsers.
const WRAPPERS: [(&str, &str); 5] =
    [("<!--", "-->"), ("<![CDATA[", "]]>"), ("/*", "*/"), ("//", "//"), ("", ";")];

/// A script's text without such wrappers, in any order.
fn unwrapped(source: &str) -> &str {
    let mut text = source.trim();
    loop {
        let before = text.len();
        for (start, end) in WRAPPERS {
            text = text.strip_prefix(start).unwrap_or(text).trim_start();
            text = text.strip_suffix(end).unwrap_or(text).trim_end();
        }
        // `/*<![CDATA[*/ … /*]]>*/`: the other half of the comment.
        text = text.strip_prefix("*/").unwrap_or(text).trim_start();
        text = text.strip_suffix("/*").unwrap_or(text).trim_end();
        if text.len() == before {
            return text;
        }
    }
}

fn is_linked_data(kind: Option<&str>) -> bool {
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/ld+json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::{probe, read};
    use revdb_model::{Audience, Scale};

    #[test]
    fn microdata() {
        let page = r#"<html><body><div itemscope itemtype="https://schema.org/Movie"><h1 itemprop="name">Dull Rain</h1>
            <div itemprop="review" itemscope itemtype="https://schema.org/Review">
              <span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Ann Oak</b></span>
              <meta itemprop="datePublished" content="2012-07-26">
              <span itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating"><span itemprop="ratingValue">4</span>/<span itemprop="bestRating">5</span></span>
              <p itemprop="reviewBody">It rains.<br>It stops.</p></div></div></body></html>"#;
        assert_eq!(SchemaOrgHtml.recognise(&probe(page)), Confidence::Shape);
        let found = read(&SchemaOrgHtml, page);
        let reviews = found.reviews();
        assert_eq!(reviews.len(), 1);
        let review = reviews[0].1;
        assert_eq!(review.work.title.as_deref(), Some("Dull Rain"));
        assert_eq!(review.byline.as_deref(), Some("Ann Oak"));
        assert_eq!(review.date.as_deref(), Some("2012-07-26"));
        assert_eq!(review.score.as_deref(), Some("4"));
        assert_eq!(review.quote.as_deref(), Some("It rains.\nIt stops."));
        assert_eq!(reviews[0].0.line, 6);
    }

    const REVIEW: &str = r##"{"@type":"Review","itemReviewed":{"@type":"Movie","name":"Dull Rain"},"author":{"name":"Al"},
        "reviewBody":"It rains.","reviewRating":{"ratingValue":4.50,"bestRating":"5"}}"##;

    #[test]
    fn wrapped_scripts_are_read() {
        for (before, after) in [
            ("", ""),
            ("// <![CDATA[\n", "\n// ]]>"),
            ("//<![CDATA[\n", "\n//]]>"),
            ("<!--\n", "\n//-->"),
            ("<!-- ", " -->"),
            ("/*<![CDATA[*/ ", " /*]]>*/"),
            ("<![CDATA[", "]]>"),
            ("", ";"),
        ] {
            let page = format!(
                "<html><script type=\"application/ld+json\">{before}{REVIEW}{after}</script></html>"
            );
            let found = read(&SchemaOrgHtml, &page);
            assert_eq!(found.reviews().len(), 1, "{before}: {:?}", found.rejected);
        }
    }

    /// Audience, score and scale of a review must not depend on its notation.
    #[test]
    fn one_review_is_equal_in_every_notation() {
        let line = REVIEW.replace('\n', "");
        let microdata = r#"<html><div itemscope itemtype="https://schema.org/Review">
            <i itemprop="itemReviewed" itemscope itemtype="https://schema.org/Movie"><b itemprop="name">Dull Rain</b></i>
            <b itemprop="author">Al</b><p itemprop="reviewBody">It rains.</p>
            <i itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating"><meta itemprop="bestRating" content="5"><b itemprop="ratingValue">4.50</b></i></div></html>"#;
        let dresses: [(&dyn Format, String); 6] = [
            (&SchemaOrgHtml, format!("<html><script type='application/ld+json'>{REVIEW}</script>")),
            (&SchemaOrgHtml, microdata.to_owned()),
            (&SchemaOrgJson, REVIEW.to_owned()),
            (&SchemaOrgJson, format!("[{REVIEW}]")),
            (&SchemaOrgJson, line.clone()),
            (&SchemaOrgJson, format!("{{\"@graph\":[\n{REVIEW}]}}")),
        ];
        for (format, dump) in dresses {
            assert!(format.recognise(&probe(&dump)) > Confidence::No, "{dump}");
            let found = read(format, &dump);
            let reviews = found.reviews();
            assert_eq!(reviews.len(), 1, "{dump}");
            let review = reviews[0].1;
            assert_eq!(review.audience, Some(Audience::User), "{dump}");
            assert_eq!(review.score.as_deref(), Some("4.50"), "{dump}");
            assert_eq!(review.scale, Some(Scale { worst: 1.0, best: 5.0 }), "{dump}");
            assert_eq!(review.work.title.as_deref(), Some("Dull Rain"), "{dump}");
        }
    }
}
