//! Counts printed scores of a dump that did not become numbers.
//!
//! Owns: the counts for the summary. Must never: change a review; a score that cannot be read with
//! certainty stays `score_text` only.

use revdb_formats::format::Note;
use revdb_model::{Scale, score};

/// Common maximum scores.
const FULL_MARKS: [f64; 4] = [5.0, 10.0, 20.0, 100.0];

/// Scores of one dump without a number.
#[derive(Debug, Default)]
pub(super) struct Scores {
    /// Bare numbers without a known scale.
    unscaled: u64,
    highest: f64,
    /// One of them is less than 0.
    below: bool,
    /// One of them is between 0 and 1.
    parts: bool,
    /// How many of them fit five stars.
    small: u64,
    /// Bare numbers outside the given scale.
    outside: u64,
    scale: Option<Scale>,
    /// Texts without a number.
    unread: u64,
    example: Option<String>,
}

impl Scores {
    /// Counts one review's score; `scale`: that of its bare numbers.
    pub(super) fn see(&mut self, score: Option<f64>, text: Option<&str>, scale: Option<Scale>) {
        let (None, Some(text)) = (score, text) else { return };
        match (bare_number(text), scale) {
            (Some(number), None) => {
                self.unscaled += 1;
                self.highest = self.highest.max(number);
                self.below |= number < 0.0;
                self.parts |= number > 0.0 && number < 1.0;
                self.small += u64::from(number <= 5.0);
            }
            (Some(_), Some(_)) => {
                self.outside += 1;
                self.scale = scale;
            }
            (None, _) => {
                self.unread += 1;
                self.example.get_or_insert_with(|| text.to_owned());
            }
        }
    }

    /// The probable maximum; `N` if unknown.
    fn best(&self) -> String {
        // Fractions of one, or of a few stars.
        if self.parts && self.highest <= 1.0 {
            return "N".to_owned();
        }
        let best = FULL_MARKS.into_iter().find(|best| self.highest <= *best);
        best.map_or("N".to_owned(), |best| best.to_string())
    }

    /// Mixed scales (4 next to 85): at least one in five fits stars, and others do not.
    fn may_be_of_several(&self) -> bool {
        self.highest > 20.0 && self.small * 5 >= self.unscaled && self.small < self.unscaled
    }

    /// The notes for the summary.
    pub(super) fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.unscaled > 0 {
            notes.push(Note {
                message: format!(
                    "{} without a known scale, highest {}: kept as text alone",
                    counted(self.unscaled),
                    self.highest
                ),
                help: Some(match self.may_be_of_several() {
                    _ if self.below => "marks that go below 0 have no scale here".to_owned(),
                    true => "they may be out of different numbers; --scale N says one for all"
                        .to_owned(),
                    false => format!("--scale {} says what they are out of", self.best()),
                }),
            });
        }
        if let Some(scale) = self.scale {
            notes.push(Note {
                message: format!(
                    "{} outside the scale of {} to {}: kept as text alone",
                    counted(self.outside),
                    scale.worst,
                    scale.best
                ),
                help: Some("--scale N says what they are out of".to_owned()),
            });
        }
        if let Some(example) = &self.example {
            let message = format!(
                "{} with no certain number, such as \"{example}\": kept as text alone",
                counted(self.unread)
            );
            notes.push(Note { message, help: None });
        }
        notes
    }
}

/// The number of a score without a scale: `4.5`, `4,5`, `5 stars`.
fn bare_number(text: &str) -> Option<f64> {
    let number = text.replacen(',', ".", 1).parse().ok();
    number.or_else(|| score::parse(text, Some(Scale::out_of(100.0))))
}

fn counted(number: u64) -> String {
    let what = if number == 1 { "score" } else { "scores" };
    format!("{} {what}", grouped(number))
}

/// `2,577`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_without_numbers_are_counted_and_noted() {
        let mut scores = Scores::default();
        let five = Some(Scale::out_of(5.0));
        let seen = [
            ("4", None),
            ("4,5", None),
            ("7", five),
            ("5 stars", None),
            ("Rotten", None),
            ("", None),
        ];
        for (text, scale) in seen {
            scores.see(None, Some(text).filter(|text| !text.is_empty()), scale);
        }
        let messages: Vec<String> = scores.notes().into_iter().map(|note| note.message).collect();
        assert_eq!(
            messages,
            [
                "3 scores without a known scale, highest 5: kept as text alone",
                "1 score outside the scale of 0 to 5: kept as text alone",
                "1 score with no certain number, such as \"Rotten\": kept as text alone",
            ]
        );
        for (texts, help) in [
            (["0.8", "1.0"], "--scale N says what they are out of"),
            (["1", "0"], "--scale 5 says what they are out of"),
            (["3", "-2"], "marks that go below 0 have no scale here"),
        ] {
            let mut scores = Scores::default();
            texts.into_iter().for_each(|text| scores.see(None, Some(text), None));
            assert_eq!(scores.notes()[0].help.as_deref(), Some(help), "{texts:?}");
        }
        assert_eq!(grouped(2_577), "2,577");
        assert_eq!(grouped(1_000_000), "1,000,000");
        assert_eq!(grouped(12), "12");
    }
    #[test]
    fn mixed_scales_get_no_suggestion() {
        let help = |marks: &[&str]| {
            let mut scores = Scores::default();
            marks.iter().for_each(|mark| scores.see(None, Some(mark), None));
            scores.notes().into_iter().find_map(|note| note.help).unwrap_or_default()
        };
        assert!(help(&["4", "85", "3.5", "60"]).contains("different numbers"));
        assert!(help(&["4", "85", "73", "60", "91", "55"]).starts_with("--scale 100"));
        assert!(help(&["4", "2.5"]).starts_with("--scale 5"));
    }
}
