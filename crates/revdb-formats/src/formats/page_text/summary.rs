//! Numbered points in a page's summary of the work, which look like a list of reviews.
//!
//! Must never: take a list for the summary's unless what follows it shows that the reviews are
//! still to come.

use super::blocks::{Block, Kind};
use super::boilerplate::Role;
use super::claims::statement_at;
use super::lines::{Line, Marker, Shape};
use super::list_layout::ListLayout;
use super::lists::List;
use super::slots::Slots;
use crate::record::ClaimKind;

/// Whether the list, below the blocks `found`, continues the summary above it.
pub fn continues(lines: &[Line<'_>], found: &[Block], list: &List) -> bool {
    let above = found.iter().rev().find(|block| block.kind != Kind::Left);
    let summary = above.and_then(|block| lines.get(block.start)).is_some_and(|line| {
        let label = line.body.get(.."summary:".len());
        label.is_some_and(|label| label.eq_ignore_ascii_case("summary:"))
    });
    let bare = |item: &[usize]| Slots::of(lines, item, ListLayout::default()).is_bare();
    summary
        && list.entries.iter().all(|entry| bare(&entry.lines))
        && (is_above_detail(lines, list.end) || is_above_bands(lines, found, list.end))
}

/// A further detail of the work follows.
fn is_above_detail(lines: &[Line<'_>], end: usize) -> bool {
    lines.get(end).is_some_and(|line| {
        line.marker == Some(Marker::Bullet) && line.shape == Shape::Boilerplate(Role::Detail)
    })
}

/// The distribution of the critics' scores follows: it is out of the critics counted above.
fn is_above_bands(lines: &[Line<'_>], found: &[Block], end: usize) -> bool {
    let heading = statement_at(lines, end).is_some_and(|said| said.certain && said.claim.is_none());
    let of = statement_at(lines, end + 1).and_then(|said| said.claim?.2);
    let critics = found.iter().find_map(|block| match &block.kind {
        Kind::Statement(said) => said.claim.filter(|claim| claim.0 == ClaimKind::CriticCount),
        _ => None,
    });
    heading && of.is_some() && of == critics.map(|(_, count, _)| count)
}
