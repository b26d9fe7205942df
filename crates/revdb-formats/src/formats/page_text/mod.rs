//! Text of Metacritic pages: pasted from a browser, or made by a converter.
//!
//! Owns: converting such a text to raw reviews and claims. Must never: read a saved page
//! (`metacritic-html` does), or decide by a field whether there is a review.
//!
//! A page is read as a whole before any part of it. `markup` removes converters' markup (`links`
//! and `addresses` that of links, `printed` that of printing), `lines` classifies each line by
//! itself (`wrapped`, `statements`, `glued_dates`, `one_line_heads` first repair split and glued
//! lines), `header` finds where pages begin and their works, `blocks`
//! splits a page into statements (`claims`), boilerplate (`boilerplate`, a table; `footer`),
//! details (`details`, `summary`) and lists; `lists` and `runs` (using `heads`, `cards`) split a list into items (`item_splitting` if
//! numbers are missing), `slots` an item into fields (using the list's `list_layout`;
//! `joined_names` if two names are glued together), `duplicates` finds reviews that were pasted
//! twice, `attribution` tells critics' lists from users', `page_claims` their claims, `guard` refuses what would be read
//! wrongly, `truncation` handles the text's incomplete end, `notes` compares the page's claims
//! with what was read.

mod addresses;
mod attribution;
mod blocks;
mod boilerplate;
mod cards;
mod claims;
mod details;
mod duplicates;
mod figures;
mod footer;
mod glued_dates;
mod guard;
mod header;
mod heads;
mod item_splitting;
mod joined_names;
mod lines;
mod links;
mod list_layout;
mod lists;
mod markup;
mod notes;
pub mod notice;
mod one_line_heads;
mod page_claims;
mod printed;
mod reading;
mod recognise;
mod repeated_text;
mod runs;
mod slots;
mod statements;
mod summary;
mod truncation;
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

    fn shape(&self) -> &'static str {
        "text"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        let start = probe.head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        if start.starts_with(['<', '{']) {
            return Confidence::No;
        }
        let page = markup::plain_page(probe.head);
        recognise::confidence(&lines::lines(&page))
    }

    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let page = read_page(text)?;
        guard::refuse_divisions(&page)?;
        let page = markup::plain_page(&page);
        let lines = lines::lines(&page);
        let pages = reading::pages(&lines, options);
        guard::refuse(&lines, &pages)?;
        let mut record = 0;
        for page in &pages {
            page.emit(&mut record, sink)?;
        }
        for note in notes::notes(&lines, &pages) {
            sink.note(note)?;
        }
        Ok(())
    }

    fn line_uses(&self, text: &mut dyn Text, options: &ReadOptions) -> Result<Vec<LineUse>> {
        let page = read_page(text)?;
        let page = markup::plain_page(&page);
        let lines = lines::lines(&page);
        let pages = reading::pages(&lines, options);
        Ok(pages.iter().flat_map(reading::PageRead::explained).collect())
    }
}

/// Statements of a page's text outside its reviews: audience, kind, value and "out of". Saved
/// pages use the same sentences.
pub(crate) fn claims_in(text: &str) -> Vec<(Audience, ClaimKind, f64, Option<f64>)> {
    let lines = lines::lines(text);
    let mut found: Vec<(Audience, ClaimKind, f64, Option<f64>)> = Vec::new();
    let mut heading = None;
    let mut at = 0;
    while at < lines.len() {
        let Some(said) = claims::statement_at(&lines, at) else {
            at += 1;
            continue;
        };
        heading = said.audience.or(heading);
        if let (Some(audience), Some((kind, value, of))) = (heading, said.claim)
            && !found.iter().any(|(side, what, ..)| (*side, *what) == (audience, kind))
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
mod kinds_tests;
#[cfg(test)]
mod layouts_tests;
#[cfg(test)]
mod lost_tests;
#[cfg(test)]
mod pages_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod scraper_tests;
#[cfg(test)]
mod splitting_tests;
#[cfg(test)]
mod tests;
