//! Every page format, one file each, and the list of them.

use super::format::Format;

mod html;
pub mod metacritic_html;
pub mod metacritic_text;
pub mod schema_org;
#[cfg(test)]
mod testing;
mod whole_page;

/// The formats that need code. Column-shaped and JSON-shaped ones are profiles.
pub fn all() -> Vec<&'static dyn Format> {
    vec![
        &metacritic_text::MetacriticText,
        &metacritic_html::MetacriticHtml,
        &schema_org::SchemaOrgHtml,
    ]
}
