//! The claims of a page, each with the audience it is about.
//!
//! Owns: telling critics' claims from users' by the headings and the lists around them. Must
//! never: change a claim's figures.

use super::blocks::Kind;
use super::reading::PageRead;
use crate::record::Claim;
use revdb_model::Audience;

/// All claims of a page in order, each with the index of its block.
pub fn claims(page: &PageRead<'_>) -> Vec<(usize, Claim)> {
    let mut heading = None;
    let mut found = Vec::new();
    for (at, block) in page.blocks.iter().enumerate() {
        let Kind::Statement(said) = &block.kind else { continue };
        // "Score distribution:" names no audience: the list below does.
        let neutral = said.audience.is_none() && said.claim.is_none() && said.certain;
        heading = said.audience.or_else(|| heading.filter(|_| !neutral));
        if let Some((kind, value, of)) = said.claim {
            let audience = heading.or_else(|| next_audience(page, at)).unwrap_or(Audience::Critic);
            found.push((at, Claim { audience, kind, value, of, work: page.work.clone() }));
        }
    }
    found
}

/// The audience of the next list below the block at `at`.
fn next_audience(page: &PageRead<'_>, at: usize) -> Option<Audience> {
    let next = page.lists.partition_point(|list| list.block <= at);
    let next = page.lists.get(next).map(|list| list.attribution.audience);
    // A text may end within the distribution of a list that is missing.
    next.or_else(|| {
        let last = page.lists.last()?.attribution.audience;
        Some(if last == Audience::Critic { Audience::User } else { Audience::Critic })
    })
}
