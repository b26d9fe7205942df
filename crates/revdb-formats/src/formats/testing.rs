//! Shared by the tests of the page formats: a [`Text`] over `&str`, a collecting sink, and the
//! path of the real dumps.

use std::io::{self, BufRead};

use crate::format::{Format, Note, Probe, ReadOptions, Sink, Stop, Text};
use crate::record::{Claim, Item, Position, RawReview};

pub struct Page<'a>(pub &'a str);

impl Text for Page<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(Box::new(self.0.as_bytes()))
    }
}

#[derive(Default)]
pub struct Collected {
    pub items: Vec<(Position, Item)>,
    /// Position, reason and raw text of each rejection.
    pub rejected: Vec<(Position, String, String)>,
    pub notes: Vec<Note>,
}

impl Sink for Collected {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        if let Item::Rejected(reason) = &item {
            self.rejected.push((at, reason.clone(), raw()));
        }
        self.items.push((at, item));
        Ok(())
    }

    fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.notes.push(note);
        Ok(())
    }
}

impl Collected {
    pub fn reviews(&self) -> Vec<(Position, &RawReview)> {
        self.items
            .iter()
            .filter_map(|(at, item)| match item {
                Item::Review(review) => Some((*at, review.as_ref())),
                _ => None,
            })
            .collect()
    }

    pub fn claims(&self) -> Vec<&Claim> {
        self.items
            .iter()
            .filter_map(|(_, item)| match item {
                Item::Claim(claim) => Some(claim),
                _ => None,
            })
            .collect()
    }
}

pub fn read(format: &dyn Format, text: &str) -> Collected {
    let mut sink = Collected::default();
    format
        .read(&mut Page(text), &ReadOptions::default(), &mut sink)
        .unwrap_or_else(|error| panic!("{}: {error}", format.name()));
    sink
}

/// A probe of a dump smaller than [`Probe::LIMIT`].
pub fn probe(text: &str) -> Probe<'_> {
    Probe::new("dump", text, true)
}

/// The text of a real dump, if available.
pub fn shared(path: &str) -> Option<String> {
    let bytes = std::fs::read(crate::shared::shared(path)?).expect("the dump can be read");
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// White space collapsed, for comparing texts of different layouts.
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
