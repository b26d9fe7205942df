//! Continues record numbers across several lists of one document.
//!
//! Must never: change a record's content.

use crate::format::{Note, Sink, Stop};
use crate::record::{Item, Position};

/// Numbers a list's records after those of the lists before it.
pub(super) struct Renumbered<'a> {
    pub(super) after: u64,
    pub(super) last: u64,
    pub(super) list: Option<&'a str>,
    pub(super) sink: &'a mut dyn Sink,
}

impl Sink for Renumbered<'_> {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        self.last = self.after + at.record;
        self.sink.item(Position { record: self.last, line: at.line }, raw, item)
    }

    fn note(&mut self, note: Note) -> Result<(), Stop> {
        let message = match self.list {
            Some(list) => format!("{list}: {}", note.message),
            None => note.message,
        };
        self.sink.note(Note { message, ..note })
    }
}
