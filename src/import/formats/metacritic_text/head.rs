//! The head of a review: the run of short lines that say who, when and how much.
//!
//! Owns: which runs of lines can begin a review and how strongly they say so.
//! Must never: decide whether a weak head counts; only the page around it
//! (list marks, what ends its reviews) can tell, which `page` knows.
//! Looks at most [`LONGEST`] lines ahead, so that it stays linear.

use super::claims::above_verdict;
use super::line::{Line, Marker, Shape, date_text};

/// Publication, name, "By", date, score: no head has more lines.
const LONGEST: usize = 6;

/// How strongly a run of lines says that a review begins here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// A number alone.
    Number,
    /// A score with a date, a name or a publication, in any order.
    Several,
    /// A form that no sentence has: "Reviewed by:", or a score beside a glued
    /// name and date.
    Certain,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    pub strength: Strength,
    /// Index of the first line after the head.
    pub end: usize,
    pub score: Option<String>,
    pub date: Option<String>,
    /// After "Reviewed by:" or "By".
    pub byline: Option<String>,
    /// Of a glued name and date; audience tells what it is.
    pub glued: Option<String>,
    /// Short texts among the others, in order: publication, name.
    pub labels: Vec<String>,
    /// List mark of the first line.
    pub marker: Option<Marker>,
    /// Later lines of the head are bulleted too, so the quote's bullet is the list's.
    pub inner_bullets: bool,
    /// A glued name and date stands above the score.
    pub reversed: bool,
}

impl Head {
    /// The head beginning with the line at `start`.
    pub fn at(lines: &[Line<'_>], start: usize) -> Option<Head> {
        let first = lines.get(start)?;
        if matches!(first.shape, Shape::Footer(_) | Shape::Furniture | Shape::By(_)) {
            return None;
        }
        let mut head = Head::empty(start, first.marker);
        let mut explicit = false;
        let mut at = start;
        while at < start + LONGEST && at < lines.len() {
            let line = &lines[at];
            if at > start && matches!(line.marker, Some(Marker::Number(_))) {
                break;
            }
            if !head.take(lines, start, at, &mut explicit) {
                break;
            }
            head.inner_bullets |= at > start && line.marker == Some(Marker::Bullet);
            at += 1;
        }
        head.end = at;
        head.strength = head.judged(explicit)?;
        Some(head)
    }

    fn empty(end: usize, marker: Option<Marker>) -> Head {
        Head {
            strength: Strength::Number,
            end,
            score: None,
            date: None,
            byline: None,
            glued: None,
            labels: Vec::new(),
            marker,
            inner_bullets: false,
            reversed: false,
        }
    }

    /// Takes one line into the place it fills; false where it fills none.
    fn take(&mut self, lines: &[Line<'_>], start: usize, at: usize, explicit: &mut bool) -> bool {
        let line = &lines[at];
        match &line.shape {
            Shape::ReviewedBy(name)
                if self.byline.is_none() && (at == start || self.only_labels()) =>
            {
                *explicit = true;
                self.byline = Some(name.clone());
            }
            Shape::Signed { publication, name, date }
                if self.byline.is_none() && (at == start || self.only_labels()) =>
            {
                *explicit = true;
                self.byline = Some(name.clone());
                self.date.clone_from(date);
                self.labels.extend(publication.clone());
            }
            Shape::Text if self.byline.as_deref() == Some("") && line.could_be_name() => {
                self.byline = Some(line.body.clone());
            }
            Shape::By(name) if self.byline.is_none() => self.byline = Some(name.clone()),
            Shape::Number if self.score.is_none() && above_verdict(lines, at).is_none() => {
                self.reversed = self.glued.is_some();
                self.score = Some(line.body.clone());
            }
            Shape::Date if self.date.is_none() => self.date = Some(date_text(&line.body)),
            Shape::NameDate { name, date } if self.date.is_none() && self.labels.is_empty() => {
                self.glued = Some(name.clone());
                self.date = Some(date.clone());
            }
            Shape::Text if self.takes_label(lines, start, at) => {
                self.labels.push(line.body.clone())
            }
            _ => return false,
        }
        true
    }

    fn only_labels(&self) -> bool {
        self.score.is_none()
            && self.date.is_none()
            && self.glued.is_none()
            && !self.labels.is_empty()
    }

    /// A short text belongs to the head only where more of the head follows.
    fn takes_label(&self, lines: &[Line<'_>], start: usize, at: usize) -> bool {
        let most = if at == start || self.only_labels() { 1 } else { 2 };
        if self.glued.is_some() || self.labels.len() >= most || !lines[at].could_be_name() {
            return false;
        }
        let fills = |ahead: usize| match lines.get(at + ahead) {
            Some(next) if matches!(next.marker, Some(Marker::Number(_))) => false,
            Some(next) => match &next.shape {
                Shape::Date => self.date.is_none(),
                Shape::By(_) => self.byline.is_none(),
                Shape::ReviewedBy(_) | Shape::Signed { .. } => at == start && self.byline.is_none(),
                Shape::Number => {
                    self.score.is_none()
                        && (at == start || self.date.is_none())
                        && above_verdict(lines, at + ahead).is_none()
                }
                _ => false,
            },
            None => false,
        };
        let name_between = at > start
            && self.labels.is_empty()
            && self.date.is_none()
            && lines.get(at + 1).is_some_and(Line::could_be_name)
            && lines.get(at + 2).is_some_and(|line| line.shape == Shape::Date);
        fills(1) || name_between
    }

    /// How strong the filled places are together; `None` where they are no head.
    fn judged(&self, explicit: bool) -> Option<Strength> {
        let labelled = !self.labels.is_empty() || self.byline.is_some();
        if explicit || (self.score.is_some() && self.glued.is_some()) {
            return Some(Strength::Certain);
        }
        match (&self.score, &self.date) {
            (Some(_), Some(_)) => Some(Strength::Several),
            (Some(_), None) if labelled => Some(Strength::Several),
            (Some(_), None) => Some(Strength::Number),
            (None, Some(_)) if labelled => Some(Strength::Several),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::formats::metacritic_text::line::lines;

    /// (text, strength, lines taken, score, date, byline, labels)
    #[test]
    fn heads() {
        use Strength::*;
        type Case = (
            &'static str,
            Option<(Strength, usize, &'static str, &'static str, &'static str, &'static str)>,
        );
        let cases: [Case; 15] = [
            (
                "Reviewed by: A B\nAug 2, 2012\n100\nText.",
                Some((Certain, 3, "100", "Aug 2, 2012", "A B", "")),
            ),
            (
                "Reviewed by:\nA B\nAug 2, 2012\n100\nText.",
                Some((Certain, 4, "100", "Aug 2, 2012", "A B", "")),
            ),
            (
                "The Echo\nReviewed by: A B\nAug 2, 2012\n100\nText.",
                Some((Certain, 4, "100", "Aug 2, 2012", "A B", "The Echo")),
            ),
            (
                "The EchoReviewed by: A BAug 2, 2012\n100\nText.",
                Some((Certain, 2, "100", "Aug 2, 2012", "A B", "The Echo")),
            ),
            (
                "2. Reviewed by: A BAug 2, 2012\n100\nText.",
                Some((Certain, 2, "100", "Aug 2, 2012", "A B", "")),
            ),
            (
                "The Echo\nReviewed by:\n**\n`40`\nText.",
                Some((Certain, 3, "40", "", "", "The Echo")),
            ),
            ("7\nbo3Dec 1, 2019\n10\nText.", Some((Certain, 2, "7", "Dec 1, 2019", "", ""))),
            ("IGN\nFeb 23, 2022\n100\nText.", Some((Several, 3, "100", "Feb 23, 2022", "", "IGN"))),
            ("100\nIGN\nFeb 23, 2022\nText.", Some((Several, 3, "100", "Feb 23, 2022", "", "IGN"))),
            (
                "100\nThe Echo\nBy A B\nFeb 23, 2022\nText.",
                Some((Several, 4, "100", "Feb 23, 2022", "A B", "The Echo")),
            ),
            (
                "100\nThe Echo\nA B\nFeb 23, 2022\nText.",
                Some((Several, 4, "100", "Feb 23, 2022", "", "The Echo|A B")),
            ),
            ("8. 88\nShort words\n9. Reviewed by: A", Some((Number, 1, "88", "", "", ""))),
            ("88\nShort words\nReviewed by: A", Some((Number, 1, "88", "", "", ""))),
            ("Nov 20, 2012\n6\nText.", Some((Several, 2, "6", "Nov 20, 2012", "", ""))),
            ("Only a text.\n6", None),
        ];
        for (text, wanted) in cases {
            let lines = lines(text);
            let head = Head::at(&lines, 0);
            let text_of = |part: Option<String>| part.unwrap_or_default();
            let found = head.map(|head| {
                (
                    head.strength,
                    head.end,
                    text_of(head.score),
                    text_of(head.date),
                    text_of(head.byline),
                    head.labels.join("|"),
                )
            });
            let wanted = wanted.map(|(s, n, score, date, byline, labels)| {
                (s, n, score.to_string(), date.to_string(), byline.to_string(), labels.to_string())
            });
            assert_eq!(found, wanted, "{text}");
        }
    }
}
