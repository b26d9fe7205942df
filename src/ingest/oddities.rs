//! Suspicious values in a dump: URLs and dates instead of names, lost letters, placeholder and
//! future dates.
//!
//! Owns: counting them over a whole dump, for the summary. Must never: change a review; it is
//! stored as in the dump.

use revdb_formats::format::Note;
use revdb_formats::normalise::Normalised;
use revdb_model::text::shortened;
use revdb_model::{Audience, PartialDate, byline};

/// Dates that spreadsheets and programs write for a missing one.
const NO_DAYS: [&str; 6] =
    ["1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1904-01-01", "1970-01-01"];

/// One kind of oddity.
#[derive(Debug, Default)]
struct Odd {
    count: u64,
    /// Line and value of the first one.
    first: Option<(u64, String)>,
}

impl Odd {
    fn see(&mut self, line: u64, text: &str) {
        self.count += 1;
        self.first.get_or_insert_with(|| (line, shortened(text, 30)));
    }
}

/// Counts over one dump.
#[derive(Debug, Default)]
pub(super) struct Oddities {
    /// Later dates are in the future, in every time zone.
    tomorrow: Option<PartialDate>,
    lost_letters: Odd,
    no_names: Odd,
    numbered: Odd,
    addressed_works: Odd,
    later: Odd,
    no_days: Odd,
    planned: Odd,
}

impl Oddities {
    pub(super) fn new(tomorrow: Option<PartialDate>) -> Self {
        Self { tomorrow, ..Self::default() }
    }

    pub(super) fn see(&mut self, line: u64, normalised: &Normalised) {
        let review = &normalised.review;
        if normalised.planned {
            self.planned.see(line, review.work.title.as_deref().unwrap_or(""));
        }
        let texts = [&review.work.title, &review.byline, &review.publication, &review.quote];
        if let Some(text) = texts.into_iter().flatten().find(|text| text.contains('\u{fffd}')) {
            self.lost_letters.see(line, text);
        }
        if let Some(name) = &review.byline {
            if byline::is_address(name) || byline::is_date(name) {
                self.no_names.see(line, name);
            } else if review.audience == Audience::Critic
                && name.bytes().all(|byte| byte.is_ascii_digit())
            {
                self.numbered.see(line, name);
            }
        }
        if let Some(title) = review.work.title.as_deref().filter(|it| byline::is_address(it)) {
            self.addressed_works.see(line, title);
        }
        if let Some(date) = &review.date {
            let printed = date.to_string();
            if NO_DAYS.contains(&printed.as_str()) {
                self.no_days.see(line, &printed);
            } else if self.tomorrow.is_some_and(|tomorrow| *date > tomorrow) {
                self.later.see(line, &printed);
            }
        }
    }

    /// The notes for the summary.
    pub(super) fn notes(&self) -> Vec<Note> {
        let kinds: [(&Odd, [&str; 2], Option<&str>); 7] = [
            (
                &self.lost_letters,
                [
                    "review has letters that were lost (\u{fffd})",
                    "reviews have letters that were lost (\u{fffd})",
                ],
                Some("where its bytes are not lost yet, --encoding names what they are in"),
            ),
            (
                &self.no_names,
                [
                    "byline is an address or a date, and names nobody",
                    "bylines are addresses or dates, and name nobody",
                ],
                Some("--map byline=COLUMN names another column, --map byline= none"),
            ),
            (
                &self.numbered,
                ["critic is a number", "critics are numbers"],
                Some("--map byline=COLUMN names another column, --map byline= none"),
            ),
            (
                &self.addressed_works,
                ["work's title is an address", "works' titles are addresses"],
                None,
            ),
            (&self.later, ["date lies in the future", "dates lie in the future"], None),
            (
                &self.no_days,
                [
                    "date is one that programs write for none",
                    "dates are ones that programs write for none",
                ],
                Some("a profile's unknown-dates leave them out (formats --save-profile)"),
            ),
            (
                &self.planned,
                ["work is marked and listed as planned", "works are marked and listed as planned"],
                None,
            ),
        ];
        let note = |(odd, words, help): (&Odd, [&str; 2], Option<&str>)| {
            let (line, example) = odd.first.as_ref()?;
            let what = words[usize::from(odd.count > 1)];
            let message =
                format!("{} {what}: line {line}, \"{example}\"; kept as it stands", odd.count);
            Some(Note { message, help: help.map(str::to_owned) })
        };
        kinds.into_iter().filter_map(note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use revdb_model::{Review, WorkMention};

    #[test]
    fn suspicious_values_are_counted_and_noted() {
        let day = |text: &str| PartialDate::from_iso(text).expect("a date");
        let mut odd = Oddities::new(Some(day("2020-05-01")));
        let review = |byline: &str, date: &str, title: &str| Review {
            audience: Audience::Critic,
            work: WorkMention { title: Some(title.into()), ..WorkMention::default() },
            byline: Some(byline.into()),
            date: Some(day(date)),
            publication: None,
            score: None,
            score_text: None,
            verdict: None,
            tags: None,
            quote: None,
            url: None,
            id: None,
            truncated: false,
            language: None,
        };
        for (line, review) in [
            (2, review("Ann Ferris", "2020-05-01", "Salt Harbour")),
            (3, review("https://x.invalid/ann", "2020-05-02", "Caf\u{fffd}")),
            (4, review("1234", "1899-12-30", "http://x.invalid/salt")),
            (5, review("2020-01-01", "2087", "Nine Rivers")),
        ] {
            let planned = line == 2;
            odd.see(
                line,
                &Normalised { review, titled_by_file: false, planned, doubts: Vec::new() },
            );
        }
        let messages: Vec<String> = odd.notes().into_iter().map(|note| note.message).collect();
        assert_eq!(
            messages,
            [
                "1 review has letters that were lost (\u{fffd}): line 3, \"Caf\u{fffd}\"; kept as it stands",
                "2 bylines are addresses or dates, and name nobody: line 3, \"https://x.invalid/ann\"; kept as it stands",
                "1 critic is a number: line 4, \"1234\"; kept as it stands",
                "1 work's title is an address: line 4, \"http://x.invalid/salt\"; kept as it stands",
                "2 dates lie in the future: line 3, \"2020-05-02\"; kept as it stands",
                "1 date is one that programs write for none: line 4, \"1899-12-30\"; kept as it stands",
                "1 work is marked and listed as planned: line 2, \"Salt Harbour\"; kept as it stands",
            ]
        );
    }
}
