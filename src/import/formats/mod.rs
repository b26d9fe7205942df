//! Every page format, one file each, and the list of them.

use super::format::Format;

/// The formats that need code. Column-shaped and JSON-shaped ones are profiles.
pub fn all() -> Vec<&'static dyn Format> {
    vec![]
}
