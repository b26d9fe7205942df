//! The formats implemented in code, one file each, and their list.

use super::format::Format;

mod html;
mod html_table;
mod metacritic_html;
mod page_text;
mod schema_org;
#[cfg(test)]
mod testing;
mod whole_page;

pub use html::Tree;
pub(crate) use whole_page::read_page;

/// The formats implemented in code. Others, delimited or JSON, are profiles.
pub fn all() -> Vec<&'static dyn Format> {
    vec![
        &page_text::MetacriticText,
        &metacritic_html::MetacriticHtml,
        &schema_org::SchemaOrgHtml,
        &schema_org::SchemaOrgJson,
        &html_table::HtmlTable,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Confidence;

    /// A page format must not claim dumps of other kinds.
    #[test]
    fn page_formats_claim_only_pages() {
        let others = [
            "rotten-tomatoes/kaggle-2020-head.csv",
            "rotten-tomatoes/reviews-slice.tsv",
            "goodreads/goodreads_library_export.csv",
            "metacritic-csv/users-head.csv",
            "metacritic-json/reviews-critic.json",
            "metacritic-json/reviews-user.json",
            "metacritic-json/scraped-mario-kart-world.json",
            "metacritic-json/mock_valid_response.jsonl",
            "metacritic-html/README-fragments.txt",
            "steam/review_10.json",
            "amazon/alexa-head.tsv",
            "README.md",
        ];
        for path in others {
            let Some(text) = testing::shared(&format!("dumps/{path}")) else {
                continue;
            };
            for format in all() {
                assert_eq!(
                    format.recognise(&testing::probe(&text)),
                    Confidence::No,
                    "{} {path}",
                    format.name()
                );
            }
        }
    }
}
