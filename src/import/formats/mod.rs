//! Every page format, one file each, and the list of them.

use super::format::Format;

pub mod metacritic_text;
#[cfg(test)]
mod testing;
mod whole_page;

/// The formats that need code. Column-shaped and JSON-shaped ones are profiles.
pub fn all() -> Vec<&'static dyn Format> {
    vec![&metacritic_text::MetacriticText]
}
