//! Determines which elements are lists, from a document's beginning.
//!
//! Must never: hold more than names and paths.

use std::collections::{HashMap, HashSet};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::as_json::{is_markup, is_named_cell, name_of};
use super::{DEEPEST, dotted};

/// Elements that are repeated under the same parent at least once.
#[derive(Debug, Default)]
pub(super) struct Lists {
    names: HashSet<String>,
    /// Paths of the parents of such elements.
    around: HashSet<String>,
}

impl Lists {
    /// Judged by a document's beginning.
    pub(super) fn of(head: &[u8]) -> Self {
        let mut lists = Self::default();
        let mut elements = Vec::new();
        let mut xml = Reader::from_reader(head);
        let mut open: Vec<(String, HashMap<String, usize>)> = Vec::new();
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let (tag, empty) = match xml.read_event_into(&mut buffer) {
                Ok(Event::Start(tag)) => (tag, false),
                Ok(Event::Empty(tag)) => (tag, true),
                Ok(Event::End(_)) => {
                    open.pop();
                    continue;
                }
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => continue,
            };
            let name = name_of(&tag);
            let mut path = name.clone();
            if let Some((above, counts)) = open.last_mut() {
                path = dotted(above, &name);
                let count = counts.entry(name.clone()).or_default();
                *count += 1;
                // `<book>` in `<books>` is a list even with one element.
                let plural = above.rsplit('.').next().is_some_and(|above| is_plural(above, &name));
                if (*count > 1 || plural) && !is_named_cell(&tag) && !is_markup(&name) {
                    lists.names.insert(name.clone());
                }
                elements.push((above.clone(), name));
            }
            if open.len() > DEEPEST {
                break;
            }
            if !empty {
                open.push((path, HashMap::new()));
            }
        }
        for (above, name) in elements {
            if lists.names.contains(&name) {
                let steps = above.match_indices('.').map(|(at, _)| above[..at].to_owned());
                lists.around.extend(steps.chain([above.clone()]));
            }
        }
        lists
    }

    pub(super) fn has(&self, path: &str) -> bool {
        path.rsplit('.').next().is_some_and(|name| self.names.contains(name))
    }

    /// Whether the element contains lists.
    pub(super) fn stand_in(&self, path: &str) -> bool {
        self.around.contains(path)
    }
}

fn is_plural(above: &str, name: &str) -> bool {
    above.strip_prefix(name).is_some_and(|end| matches!(end, "s" | "es"))
}
