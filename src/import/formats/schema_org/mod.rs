//! Any page with schema.org `Review` data, as JSON-LD or microdata.
//!
//! Owns: finding that data on a page. Must never: read what the page merely
//! shows. A format made for one site beats this one, as it reads more of it.
//! `json` is also the way for schema.org data in JSON files.

pub mod json;
mod microdata;

use serde_json::Value;

use super::html::{self, LineFinder, attribute, walk};
use super::whole_page::read_page;
use crate::import::format::{Format, Probe, ReadError, ReadOptions, Sink, Sureness, Text};
use crate::import::record::{Item, Position, RawReview};

pub struct SchemaOrgHtml;

impl Format for SchemaOrgHtml {
    fn name(&self) -> &str {
        "schema-org-html"
    }

    fn describe(&self) -> &str {
        "any saved page with schema.org Review data (JSON-LD or microdata)"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Sureness {
        let head = probe.head;
        let is_page = head.trim_start_matches('\u{feff}').trim_start().starts_with('<')
            || head.contains("<html");
        let linked = head.contains("application/ld+json")
            && ["Review\"", "\"review\"", "\"reviews\""].iter().any(|mark| head.contains(mark));
        let micro = head.contains("itemprop")
            && ["schema.org/Review", "schema.org/CriticReview", "schema.org/UserReview"]
                .iter()
                .any(|mark| head.contains(mark));
        if is_page && (linked || micro) { Sureness::Shape } else { Sureness::No }
    }

    fn read(
        &self,
        text: &mut dyn Text,
        _options: &ReadOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ReadError> {
        let page = read_page(text)?;
        let tree = html::parse(&page)?;
        let mut record = 0;
        let mut lines = LineFinder::new(&page);
        let mut linked = Vec::new();
        for script in walk(tree.root_element(), |_| false) {
            if script.value().name() != "script" || !is_linked_data(attribute(script, "type")) {
                continue;
            }
            let source: String = script.text().collect();
            match serde_json::from_str::<Value>(source.trim().trim_end_matches(';')) {
                Ok(value) => linked.extend(json::reviews_of(&value)),
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
        let shown: Vec<RawReview> =
            microdata::items(tree.root_element()).iter().flat_map(json::reviews_of).collect();
        // A page that has both says the same twice.
        let reviews = if shown.len() > linked.len() { shown } else { linked };
        for review in reviews {
            record += 1;
            let mark = review.quote.as_deref().map(mark_of).unwrap_or_default();
            let at = Position { record, line: lines.line_of(&mark) };
            sink.item(at, &String::new, Item::Review(Box::new(review)))?;
        }
        Ok(())
    }
}

fn is_linked_data(kind: Option<&str>) -> bool {
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/ld+json"))
}

/// The first plain words of a quote: they stand in the source as they are.
fn mark_of(quote: &str) -> String {
    quote
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, ' ' | ',' | '.'))
        .take(40)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::formats::testing::{probe, read};

    #[test]
    fn microdata() {
        let page = r#"<html><body><div itemscope itemtype="https://schema.org/Movie"><h1 itemprop="name">Dull Rain</h1>
            <div itemprop="review" itemscope itemtype="https://schema.org/Review">
              <span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Ann Oak</b></span>
              <meta itemprop="datePublished" content="2012-07-26">
              <span itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating"><span itemprop="ratingValue">4</span>/<span itemprop="bestRating">5</span></span>
              <p itemprop="reviewBody">It rains.<br>It stops.</p></div></div></body></html>"#;
        assert_eq!(SchemaOrgHtml.recognise(&probe(page)), Sureness::Shape);
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
}
