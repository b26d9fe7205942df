//! Parses and discards the time of day and the zone after a date.
//!
//! They are parsed so that nothing else passes for one. Must never: move the date; the printed
//! date is stored.

use super::scan::Scan;

impl Scan<'_> {
    /// Parses and discards a time of day and a zone after a complete date. `None` if anything else
    /// follows.
    pub(super) fn time(&mut self) -> Option<()> {
        while self.take_if(|c| matches!(c, ' ' | ',' | 'T' | 't' | '-' | '|' | '.')).is_some() {}
        if self.peek() == Some('a') {
            self.word().filter(|word| word.is("at"))?;
            self.spaces();
        }
        let Some(hour) = self.number() else {
            return self.zone();
        };
        let mut clock = hour.value <= 24 && hour.width <= 2;
        let mut colons = 0;
        while self.take_if(|c| c == ':').is_some() {
            let part = self.number()?;
            clock &= part.width == 2 && part.value <= 60;
            colons += 1;
        }
        if colons == 2 && self.take_if(|c| matches!(c, '.' | ',')).is_some() {
            while self.take_if(|c| c.is_ascii_digit()).is_some() {}
        }
        self.spaces();
        let half_day = self.half_day();
        (clock && colons <= 2 && (colons > 0 || half_day)).then_some(())?;
        self.zone()
    }

    /// Takes `AM`, `p.m.`.
    fn half_day(&mut self) -> bool {
        let ahead = self.chars.clone();
        if self.take_if(|c| matches!(c, 'a' | 'A' | 'p' | 'P')).is_some() {
            self.take_if(|c| c == '.');
            if self.take_if(|c| matches!(c, 'm' | 'M')).is_some() {
                self.take_if(|c| c == '.');
                return true;
            }
        }
        self.chars = ahead;
        false
    }

    /// `Z`, `UTC`, `+02:00`, `GMT+0200 (CEST)`, `[Europe/Berlin]`, up to the end.
    fn zone(&mut self) -> Option<()> {
        self.spaces();
        let Some(first) = self.peek() else {
            return Some(());
        };
        let zone = match first {
            '+' | '-' | '(' | '[' => true,
            _ => self.word().is_some_and(|word| word.zone()),
        };
        let rest = |c: char| {
            c.is_ascii_alphanumeric()
                || matches!(c, ' ' | '+' | '-' | ':' | '(' | ')' | '[' | ']' | '/' | '_')
        };
        while self.take_if(rest).is_some() {}
        (zone && self.peek().is_none()).then_some(())
    }
}
