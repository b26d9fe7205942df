//! Duplicate reviews in a text in which a page was pasted twice.
//!
//! Must never: drop one of two equal reviews in the same list, or a single one of a longer list:
//! two people may write the same.

use std::collections::HashSet;

use super::guard::{second_count, second_score};
use super::lines::Line;
use super::lists::Entry;
use super::reading::PageRead;

/// Marks the items of each list that are also in an earlier list of the same audience and work.
pub fn mark_duplicates(pages: &mut [PageRead<'_>]) {
    let mut above = HashSet::new();
    // Different works may have some equal reviews.
    let of_one =
        |page: &&mut PageRead<'_>| second_score(page).is_none() && second_count(page).is_none();
    for PageRead { lines, work, blocks, lists } in pages.iter_mut().filter(of_one) {
        for read in lists {
            let Some(list) = blocks.get(read.block).and_then(|block| block.list()) else {
                continue;
            };
            let key = |entry| {
                (work.title.clone(), read.attribution.audience.as_str(), text_of(lines, entry))
            };
            let keys: Vec<_> = list.entries.iter().map(key).collect();
            let known: Vec<bool> = keys.iter().map(|key| above.contains(key)).collect();
            let times = known.iter().filter(|known| **known).count();
            let twice = times > 1 || times == known.len();
            read.duplicate = known.into_iter().map(|known| known && twice).collect();
            above.extend(keys);
        }
    }
}

fn text_of(lines: &[Line<'_>], entry: &Entry) -> String {
    let bodies: Vec<&str> =
        entry.lines.iter().filter_map(|at| lines.get(*at)).map(|line| line.body.as_str()).collect();
    bodies.join("\n")
}
