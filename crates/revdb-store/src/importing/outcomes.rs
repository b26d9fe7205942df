//! The outcomes of a dump's records, which may change until its end.
//!
//! Must never: use more than half a byte per record.

use super::{DumpSummary, Outcome};

/// By record number, two per byte; 0 without an outcome.
#[derive(Debug, Default)]
pub(super) struct Outcomes(Vec<u8>);

/// Flag within four bits: an earlier record of the dump has the same review. The other bits are
/// the position in [`OUTCOMES`], plus 1.
const REPEAT: u8 = 0b1000;

/// In the order of their declaration.
const OUTCOMES: [Outcome; 4] = [Outcome::New, Outcome::Changed, Outcome::FilledIn, Outcome::Same];

impl Outcomes {
    /// Counts a record, replacing its earlier outcome. `is_repeat`: an earlier record of the dump
    /// has the same review.
    pub(super) fn count(
        &mut self,
        summary: &mut DumpSummary,
        (record, line): (i64, i64),
        (outcome, is_repeat): (Outcome, bool),
    ) {
        let before = self.replace(record.unsigned_abs() as usize, outcome, is_repeat);
        if let Some(at) = (before & !REPEAT).checked_sub(1) {
            *summary.counts.of(OUTCOMES[usize::from(at)]) -= 1;
        }
        *summary.counts.of(outcome) += 1;
        if is_repeat && before & REPEAT == 0 {
            summary.note_repeat(line.unsigned_abs());
        }
    }

    /// Replaces the outcome of a record and returns the previous one with its flags.
    fn replace(&mut self, record: usize, outcome: Outcome, is_repeat: bool) -> u8 {
        let (at, shift) = (record / 2, record % 2 * 4);
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        let half = (outcome as u8 + 1) | if is_repeat { REPEAT } else { 0 };
        let byte = &mut self.0[at];
        let before = *byte >> shift & 0b1111;
        *byte = *byte & !(0b1111 << shift) | half << shift;
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_counted_once_as_it_was_decided_last() {
        let (mut outcomes, mut summary) = (Outcomes::default(), DumpSummary::default());
        for (record, outcome, is_repeat) in [
            (1, Outcome::New, false),
            (2, Outcome::Same, true),
            (3, Outcome::FilledIn, false),
            (2, Outcome::Changed, true),
            (1, Outcome::New, true),
            (4, Outcome::Same, false),
        ] {
            outcomes.count(&mut summary, (record, record * 10), (outcome, is_repeat));
        }
        let counts = &summary.counts;
        assert_eq!(
            [counts.new, counts.changed, counts.filled_in, counts.same, summary.repeated],
            [1, 1, 1, 1, 2]
        );
        assert_eq!(summary.repeated_lines, [20, 10]);
    }

    #[test]
    fn outcomes_stand_at_their_numbers() {
        assert!(OUTCOMES.iter().enumerate().all(|(at, outcome)| *outcome as usize == at));
    }
}
