//! Text of Metacritic pages: pasted from a browser, or made by a converter.
//!
//! Owns: the way from such a text to raw reviews and claims. Must never: take
//! a saved page (that is `metacritic-html`), or let a field decide whether a
//! review is there.
//!
//! A page is read as a whole before any part of it. `dressing` takes off what
//! converters add (`links` and `addresses` links, `printed` what printing does), `lines` says what each line could be (`pieces`, `wrapped`, `glued` mend broken ones), `header` where pages
//! begin and what they are about, `blocks` cuts a page into statements
//! (`claims`; `spread` where one takes several lines), furniture (`furniture`, a table; `foot`) and lists; `lists` and `runs`
//! (by `heads`, `cards`) cut a list into items (`parting` where numbers are lost), `slots` an item into
//! fields (by the list's `habits`; `joints` where two names run together), `again` knows what was pasted twice, `whose` tells critics'
//! lists from users', `guard` refuses what would be read wrong, `cut` knows what the text's
//! end left, `notes` holds what the page says of itself against what was read.

mod addresses;
mod again;
mod blocks;
mod cards;
mod claims;
mod cut;
mod details;
mod doubled;
mod dressing;
mod figures;
mod foot;
mod furniture;
mod gave;
mod glued;
mod guard;
mod habits;
mod header;
mod heads;
mod joints;
mod lines;
mod links;
mod lists;
mod notes;
pub mod notice;
mod parting;
mod pieces;
mod printed;
mod reading;
mod recognise;
mod runs;
mod slots;
mod spread;
mod whose;
mod wrapped;

use super::whole_page::read_page;
use crate::format::{Confidence, Format, LineUse, Probe, ReadOptions, Result, Sink, Text};
use crate::record::ClaimKind;
use revdb_model::Audience;

pub struct MetacriticText;

impl Format for MetacriticText {
    fn name(&self) -> &str {
        "metacritic-text"
    }

    fn describe(&self) -> &str {
        "text of a Metacritic page, pasted or converted: critic and user reviews"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        let start = probe.head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        if start.starts_with(['<', '{']) {
            return Confidence::No;
        }
        let page = dressing::plain_page(probe.head);
        recognise::confidence(&lines::lines(&page))
    }

    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let page = read_page(text)?;
        guard::refuse_divisions(&page)?;
        let page = dressing::plain_page(&page);
        let lines = lines::lines(&page);
        let pages = reading::pages(&lines, options);
        guard::refuse(&lines, &pages)?;
        let mut record = 0;
        for page in &pages {
            page.put(&mut record, sink)?;
        }
        for note in notes::notes(&lines, &pages) {
            sink.note(note)?;
        }
        Ok(())
    }

    fn line_uses(&self, text: &mut dyn Text, options: &ReadOptions) -> Result<Vec<LineUse>> {
        let page = read_page(text)?;
        let page = dressing::plain_page(&page);
        let lines = lines::lines(&page);
        let pages = reading::pages(&lines, options);
        Ok(pages.iter().flat_map(reading::PageRead::explained).collect())
    }
}

/// What a page's text outside its reviews says: whose scores, which figure,
/// its value and "out of". Saved pages use the same sentences.
pub(crate) fn claims_in(text: &str) -> Vec<(Audience, ClaimKind, f64, Option<f64>)> {
    let lines = lines::lines(text);
    let mut found: Vec<(Audience, ClaimKind, f64, Option<f64>)> = Vec::new();
    let mut heading = None;
    let mut at = 0;
    while at < lines.len() {
        let Some(said) = claims::said_at(&lines, at) else {
            at += 1;
            continue;
        };
        heading = said.audience.or(heading);
        if let (Some(audience), Some((kind, value, of))) = (heading, said.claim)
            && !found.iter().any(|(whose, what, ..)| (*whose, *what) == (audience, kind))
        {
            found.push((audience, kind, value, of));
        }
        at += said.lines;
    }
    found
}

#[cfg(test)]
mod between_tests;
#[cfg(test)]
mod cards_tests;
#[cfg(test)]
mod converters_tests;
#[cfg(test)]
mod dress_tests;
#[cfg(test)]
mod kinds_tests;
#[cfg(test)]
mod lost_tests;
#[cfg(test)]
mod pages_tests;
#[cfg(test)]
mod parted_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
