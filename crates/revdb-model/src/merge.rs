//! Merges a review's records into the values to display.
//!
//! Order matters only here: an empty value is filled by the first record that has one; a
//! contradicting later value replaces the earlier one and is listed as a change. Another spelling
//! of a name, another notation of a score, other line breaks in a quote, or a partial date next to
//! a complete one are not contradictions.

use std::collections::BTreeSet;

use super::score::compare::{self, Judgement};
use super::{PartialDate, Review, name, property};

pub use values::{Differs, Piece, Values};

mod values;

/// A contradiction: `field` was `old` and became `new`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Name of the column.
    pub field: &'static str,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

/// The effect of a further record on a review.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// A previously empty field was filled.
    pub filled: bool,
    /// Contradicted values, in the order of the fields.
    pub changes: Vec<Change>,
}

impl Effect {
    /// Combines two successive effects.
    pub fn add(&mut self, other: Effect) {
        self.filled |= other.filled;
        self.changes.extend(other.changes);
    }
}

/// The values of a record.
impl From<Review> for Values {
    fn from(review: Review) -> Self {
        Values {
            byline: review.byline,
            publication: review.publication,
            date: review.date.map(|date| date.to_string()),
            score: review.score,
            score_text: review.score_text,
            quote: review.quote,
            url: review.url,
            truncated: review.truncated,
            language: review.language,
            verdict: review.verdict,
            tags: review.tags,
        }
    }
}

impl Values {
    /// The score in comparable form.
    pub fn judgement(&self) -> Option<Judgement> {
        Judgement::of(self.score, self.score_text.as_deref())
    }

    /// Merges the values of a later record.
    pub fn take(&mut self, later: &Values) -> Effect {
        let mut effect = Effect::default();
        let same_name = |a: &str, b: &str| name::fold(a) == name::fold(b);
        merge(&mut self.byline, &later.byline, "byline", same_name, &mut effect);
        merge(&mut self.publication, &later.publication, "publication", same_name, &mut effect);
        self.take_date(later, &mut effect);
        self.take_score(later, &mut effect);
        self.take_quote(later, &mut effect);
        merge(&mut self.url, &later.url, "url", |a, b| a == b, &mut effect);
        merge(&mut self.language, &later.language, "language", |a, b| a == b, &mut effect);
        let same_verdict = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        merge(&mut self.verdict, &later.verdict, "verdict", same_verdict, &mut effect);
        merge(&mut self.tags, &later.tags, "tags", same_tags, &mut effect);
        effect
    }

    fn take_date(&mut self, later: &Values, effect: &mut Effect) {
        let both = (self.date.as_deref(), later.date.as_deref());
        if let (Some(old), Some(new)) = both
            && let (Some(a), Some(b)) = (PartialDate::from_iso(old), PartialDate::from_iso(new))
        {
            if b.is_prefix_of(a) {
                return;
            }
            if a.is_prefix_of(b) {
                self.date.clone_from(&later.date);
                effect.filled = true;
                return;
            }
        }
        merge(&mut self.date, &later.date, "date", |a, b| a == b, effect);
    }

    /// Score and score text are always taken from the same record.
    fn take_score(&mut self, later: &Values, effect: &mut Effect) {
        if later.score_text.is_none() && later.score.is_none() {
            return;
        }
        let told = |v: &Values| v.score_text.clone().or_else(|| v.score.map(|s| s.to_string()));
        let equal = match (self.score, later.score) {
            (Some(_), None) => later.score_text.is_none() || is_printed_by(later, self),
            _ => self.judgement() == later.judgement(),
        };
        if equal {
            return;
        }
        let filled =
            self.score.is_none() && (self.score_text.is_none() || is_printed_by(self, later));
        if filled {
            effect.filled = true;
        } else {
            effect.changes.push(Change {
                field: "score_text",
                old: told(self).unwrap_or_else(String::new),
                new: told(later).unwrap_or_else(String::new),
            });
        }
        self.score = later.score;
        self.score_text.clone_from(&later.score_text);
    }

    /// A full quote replaces a truncated one, never the other way round.
    fn take_quote(&mut self, later: &Values, effect: &mut Effect) {
        if self.quote.is_some() && later.quote.is_some() && self.truncated != later.truncated {
            if self.truncated {
                self.quote.clone_from(&later.quote);
                self.truncated = false;
                effect.filled = true;
            }
            return;
        }
        let had_none = self.quote.is_none();
        // Line ends are the dump's layout (mails are wrapped), not the critic's words.
        let same_words = |a: &str, b: &str| a.split_whitespace().eq(b.split_whitespace());
        merge(&mut self.quote, &later.quote, "quote", same_words, effect);
        if had_none {
            self.truncated = later.truncated;
        }
    }
}

/// Whether a mark without a score is what `scored` printed, with or without its scale.
fn is_printed_by(unscored: &Values, scored: &Values) -> bool {
    let (Some(bare), Some(text)) = (&unscored.score_text, &scored.score_text) else {
        return false;
    };
    compare::plain(bare) == compare::plain(text)
        || scored.score.is_some_and(|score| compare::is_bare(bare, text, score))
}

/// Compares tags in any order.
fn same_tags(a: &str, b: &str) -> bool {
    let of = |tags: &str| property::values(tags).into_iter().collect::<BTreeSet<_>>();
    of(a) == of(b)
}

fn merge(
    shown: &mut Option<String>,
    later: &Option<String>,
    field: &'static str,
    same: impl Fn(&str, &str) -> bool,
    effect: &mut Effect,
) {
    match (shown.as_deref(), later.as_deref()) {
        (_, None) => {}
        (None, Some(_)) => {
            shown.clone_from(later);
            effect.filled = true;
        }
        (Some(old), Some(new)) if same(old, new) => {}
        (Some(old), Some(new)) => {
            effect.changes.push(Change { field, old: old.to_owned(), new: new.to_owned() });
            shown.clone_from(later);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_richer_record_fills_and_a_contradicting_one_changes() {
        let mut shown = Values { score: Some(90.0), score_text: text("90"), ..Values::default() };
        let richer = Values { publication: text("Times"), ..shown.clone() };
        assert_eq!(shown.take(&richer), Effect { filled: true, changes: vec![] });
        let other = Values { score: Some(85.0), score_text: text("85"), ..Values::default() };
        let effect = shown.take(&other);
        assert_eq!(
            effect.changes,
            [Change { field: "score_text", old: "90".into(), new: "85".into() }]
        );
        assert_eq!((shown.score, shown.publication.as_deref()), (Some(85.0), Some("Times")));
    }

    #[test]
    fn differences_that_are_no_contradictions() {
        let mut shown = Values {
            byline: text("Manohla Dargis"),
            date: text("2012-07-26"),
            score: Some(80.0),
            score_text: text("4/5"),
            ..Values::default()
        };
        let before = shown.clone();
        let later = Values {
            byline: text("MANOHLA  DARGIS"),
            date: text("2012-07"),
            score: Some(80.0),
            score_text: text("80"),
            ..Values::default()
        };
        assert_eq!(shown.take(&later), Effect::default());
        assert_eq!(shown, before);
    }

    #[test]
    fn other_line_breaks_are_no_change() {
        let said = |quote: &str| Values { quote: text(quote), ..Values::default() };
        for (old, new, changed) in [
            ("A slow film\nand a wet one.", "A slow film and a wet one.", false),
            ("A slow film and a wet one.", "A slow film\nand a wet one.", false),
            ("A slow film.", "A slow filming.", true),
            ("Aslow film.", "A slow film.", true),
        ] {
            let mut shown = said(old);
            let effect = shown.take(&said(new));
            assert_eq!(!effect.changes.is_empty(), changed, "{new}");
            assert_eq!(shown.quote.as_deref(), Some(if changed { new } else { old }), "{new}");
        }
    }

    #[test]
    fn a_whole_date_or_quote_fills_a_partial_one() {
        let mut shown = Values {
            date: text("2012"),
            quote: text("It is"),
            truncated: true,
            ..Values::default()
        };
        let later =
            Values { date: text("2012-07-26"), quote: text("It is fine."), ..Values::default() };
        assert_eq!(shown.take(&later), Effect { filled: true, changes: vec![] });
        assert_eq!(shown, later);
    }

    #[test]
    fn records_are_restored_from_differences() {
        let shown =
            Values { byline: text("A"), score: Some(50.0), url: text("u"), ..Values::default() };
        let record = Values { byline: text("a"), date: text("2012"), ..Values::default() };
        let differs = Differs::between(&shown, &record).expect("they differ");
        let json = serde_json::to_string(&differs).expect("plain data");
        assert_eq!(json, r#"{"byline":"a","date":"2012","score":null,"url":null}"#);
        let read: Differs = serde_json::from_str(&json).expect("what was written");
        assert_eq!(read.apply(&shown), record);
        assert_eq!(Differs::between(&shown, &shown), None);
    }
}
