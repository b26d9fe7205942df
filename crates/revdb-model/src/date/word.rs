//! The words in a date: months, weekdays, zones.
//!
//! Owns their names, in English only: dumps in other languages print numbers, and three letters
//! may name different months in two languages. Must never: allocate.

/// Names of the months, in English and lower case.
pub const MONTHS: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
];

const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A word in lower case, on the stack; longer words than any month keep their length only.
#[derive(Default)]
pub(super) struct Word {
    bytes: [u8; 9],
    len: usize,
}

impl Word {
    pub(super) fn push(&mut self, c: char) {
        if let (Some(place), Ok(byte)) = (self.bytes.get_mut(self.len), u8::try_from(c)) {
            *place = byte.to_ascii_lowercase();
        }
        self.len += 1;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The word, or nothing where it is longer than any that is known.
    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.as_bytes() == word.as_bytes()
    }

    /// Three letters or more of an English month.
    pub(super) fn month(&self) -> Option<u8> {
        let at = MONTHS.iter().position(|month| self.begins(month))?;
        u8::try_from(at + 1).ok()
    }

    pub(super) fn weekday(&self) -> bool {
        WEEKDAYS.iter().any(|day| self.begins(day))
    }

    fn begins(&self, whole: &str) -> bool {
        self.as_bytes().len() >= 3 && whole.as_bytes().starts_with(self.as_bytes())
    }

    /// Zone names are at most five letters (`AEST`, `CHAST`).
    pub(super) fn zone(&self) -> bool {
        (1..=5).contains(&self.len)
    }
}
