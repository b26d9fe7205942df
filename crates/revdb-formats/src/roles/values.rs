//! Statistics over a sample of a column's values, independent of its name.
//!
//! Must never: use more than the sample; a table is read once, and memory must not grow with it.

use super::looks;
use crate::missing::{is_aggregate_name, is_planned, is_unrated, unless_missing};
use revdb_model::{Audience, Scale, date, score, verdict};

/// Counts over the non-missing values of a column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values {
    /// Number of rows.
    pub rows: usize,
    /// Rows with a value.
    pub filled: usize,
    pub distinct: usize,
    pub numbers: usize,
    pub integers: usize,
    /// Numbers that are not multiples of a quarter, unlike star ratings.
    pub fine: usize,
    pub min: f64,
    pub max: f64,
    pub zeros: usize,
    pub dates: usize,
    /// Years without more.
    pub years: usize,
    pub urls: usize,
    /// Texts that parse as scores: `3/4`, `B+`, `★★★`, numbers.
    pub marks: usize,
    /// Scores that include their scale: `3/4`, `85%`, `★★★`.
    pub whole_marks: usize,
    pub yes_no: usize,
    /// Words for critics or users.
    pub audiences: usize,
    /// `1` and `-1`.
    pub thumbs: usize,
    /// Names that denote an aggregate.
    pub of_many: usize,
    /// IMDb ids, such as `tt0012349`.
    pub imdb_ids: usize,
    /// Words for works not yet seen.
    pub planned: usize,
    /// Values that begin with an HTML tag, so written by a site or a program.
    pub tagged: usize,
    /// Names that are not titles: "Ana R.", "by Kevin B.".
    pub signed: usize,
    /// Two or three words that may be a person's name: "Ana Reyes".
    pub people: usize,
    /// With a comma or brackets: "Reyes, Ana", "Ana Reyes (The Pier)".
    pub parted: usize,
    /// Job titles: "CTO at Northwind".
    pub posts: usize,
    /// Values that end like a sentence: "Never again!".
    pub ended: usize,
    /// Months by name.
    pub months: usize,
    /// Timestamps with seconds.
    pub timed: usize,
    /// Lists in JSON or Python notation.
    pub lists: usize,
    /// Objects in JSON or Python notation: `{"name": "Ana"}`.
    pub records: usize,
    /// "A1B2C3,D4E5F6".
    pub joined: usize,
    /// "BBB+", "Baa1".
    pub credit: usize,
    /// "+32 9 555 12 34".
    pub phones: usize,
    /// Total number of characters.
    pub chars: usize,
    pub words: usize,
    /// Each value is the previous one plus one.
    pub counter: bool,
    /// The first value.
    pub first: Option<String>,
}

impl Values {
    /// Counts the cells of one column; the first `consecutive` are adjacent rows.
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>, consecutive: usize) -> Self {
        let mut values =
            Values { counter: true, min: f64::INFINITY, max: f64::NEG_INFINITY, ..Self::default() };
        let mut seen: Vec<&str> = Vec::new();
        let mut before: Option<f64> = None;
        for cell in cells {
            values.rows += 1;
            let cell = unless_missing(cell);
            values.planned += usize::from(is_planned(cell));
            if cell.is_empty() || is_unrated(cell) {
                continue;
            }
            values.filled += 1;
            values.first.get_or_insert_with(|| cell.to_owned());
            if !seen.contains(&cell) {
                seen.push(cell);
            }
            let number = values.count(cell);
            if values.rows > consecutive {
                continue;
            }
            values.counter &= match (before, number) {
                (Some(before), Some(now)) => now == before + 1.0,
                (None, Some(now)) => now == 0.0 || now == 1.0,
                _ => false,
            };
            before = number;
        }
        values.distinct = seen.len();
        values.counter &= values.filled > 1;
        values
    }

    fn count(&mut self, cell: &str) -> Option<f64> {
        let number = number(cell);
        if let Some(number) = number {
            self.numbers += 1;
            self.integers += usize::from(number.fract() == 0.0);
            self.fine += usize::from((number * 4.0).fract() != 0.0);
            self.min = self.min.min(number);
            self.max = self.max.max(number);
        }
        let share = cell.strip_suffix('%').and_then(self::number);
        self.zeros += usize::from(number.or(share) == Some(0.0));
        let year = cell.len() == 4 && number.is_some_and(|year| (1870.0..=2100.0).contains(&year));
        self.years += usize::from(year);
        let dated = !matches!(date::parse(cell, None), Err(date::DateError::Unknown));
        self.dates += usize::from(dated);
        let lower = cell.to_lowercase();
        self.urls += usize::from(
            lower.starts_with("http://")
                || lower.starts_with("https://")
                || lower.starts_with("www."),
        );
        let whole = number.is_none() && score::parse(cell, None).is_some();
        // A single letter may be any word.
        self.whole_marks += usize::from(whole && cell.chars().any(|c| !c.is_alphabetic()));
        self.marks += usize::from(
            whole
                || number.is_some()
                || verdict::is_one(cell)
                || score::parse(cell, Some(Scale::out_of(100.0))).is_some(),
        );
        self.yes_no += usize::from(
            ["yes", "no", "true", "false", "y", "n", "0", "1", "x"].contains(&lower.as_str()),
        );
        self.audiences += usize::from(Audience::parse(cell).is_some());
        self.thumbs += usize::from(number.is_some_and(|number| number.abs() == 1.0));
        self.imdb_ids += usize::from(looks::is_imdb_id(cell));
        self.of_many += usize::from(is_aggregate_name(cell));
        self.tagged += usize::from(cell.starts_with('<'));
        self.signed += usize::from(looks::is_signed(cell));
        self.people += usize::from(looks::may_be_a_name(cell));
        self.parted += usize::from(looks::is_parted(cell));
        self.posts += usize::from(looks::is_a_post(cell));
        self.ended += usize::from(looks::ends_as_a_sentence(cell));
        self.months += usize::from(number.is_none() && looks::is_a_month(cell));
        self.timed += usize::from(dated && looks::has_seconds(cell));
        self.lists += usize::from(looks::is_printed_list(cell));
        self.records += usize::from(looks::is_printed_record(cell));
        self.joined += usize::from(number.is_none() && looks::is_joined_ids(cell));
        self.credit += usize::from(looks::is_a_credit_rating(cell));
        self.phones += usize::from(looks::is_a_phone_number(cell));
        self.chars += cell.chars().count();
        self.words += cell.split_whitespace().count();
        number
    }

    /// Whether at least `share` per cent of the values are counted in `count`.
    fn most(&self, count: usize, share: usize) -> bool {
        self.filled > 0 && count * 100 >= self.filled * share
    }

    /// No values.
    pub fn none(&self) -> bool {
        self.filled == 0
    }

    /// Sentences, most of them different.
    pub fn are_sentences(&self) -> bool {
        self.words > self.filled * 2 && self.distinct * 4 > self.filled * 3
    }

    /// Sentences too long for names, several of them ended as sentences.
    pub fn are_prose(&self) -> bool {
        self.are_sentences() && self.words > self.filled * 5 && self.are_exclaimed()
    }

    pub fn are_numbers(&self) -> bool {
        self.most(self.numbers, 80)
    }

    pub fn are_whole_numbers(&self) -> bool {
        self.most(self.integers, 100)
    }

    /// No number has decimals.
    pub fn are_whole(&self) -> bool {
        self.integers == self.numbers
    }

    /// Integers, some above ten, as counts are.
    pub fn are_counts(&self) -> bool {
        self.are_numbers() && self.integers == self.numbers && self.max > 10.0
    }

    /// Some value parses as a date, or there are no values.
    pub fn has_dates(&self) -> bool {
        self.filled == 0 || self.dates > 0
    }

    pub fn are_dates(&self) -> bool {
        self.most(self.dates, 60)
    }

    pub fn are_years(&self) -> bool {
        self.most(self.years, 80)
    }

    pub fn are_urls(&self) -> bool {
        self.most(self.urls, 80)
    }

    pub fn are_marks(&self) -> bool {
        self.most(self.marks, 50)
    }

    /// Thumbs up and down as numbers, both present.
    pub fn are_thumbs(&self) -> bool {
        self.filled > 0 && self.thumbs == self.filled && self.min < 0.0
    }

    /// All values are scores that include their scale.
    pub fn are_whole_marks(&self) -> bool {
        self.most(self.whole_marks, 100)
    }

    pub fn are_of_many(&self) -> bool {
        self.most(self.of_many, 100)
    }

    /// Single-letter codes of one site: `v`, `r`, `x`, `o`.
    pub fn are_codes(&self) -> bool {
        self.chars <= self.filled && !self.are_numbers() && !self.are_yes_no()
    }

    pub fn are_imdb_ids(&self) -> bool {
        self.most(self.imdb_ids, 100)
    }

    pub fn are_tagged(&self) -> bool {
        self.most(self.tagged, 50)
    }

    /// Distinct people's names: some are clearly no titles, or all may be names.
    pub fn are_people(&self) -> bool {
        self.are_signed() || self.distinct == self.filled && self.most(self.people, 80)
    }

    /// Possible names of people, repeated or not.
    pub fn are_names_of_people(&self) -> bool {
        self.most(self.people + self.signed, 80) && self.ended == 0
    }

    /// Most have two parts: "Reyes, Ana", "Ana Reyes, The Pier".
    pub fn are_in_parts(&self) -> bool {
        self.filled > 1 && self.most(self.parted, 80)
    }

    /// People's names that cannot be titles.
    pub fn are_signed(&self) -> bool {
        self.most(self.signed, 34)
    }

    /// Several job titles; a single one may be a film's title ("The Founder").
    pub fn are_posts(&self) -> bool {
        self.posts > 1 && self.most(self.posts, 50)
    }

    /// More than one in five ends like a sentence.
    pub fn are_exclaimed(&self) -> bool {
        self.ended > 1 && self.most(self.ended, 20)
    }

    pub fn are_months(&self) -> bool {
        self.most(self.months, 100)
            || self.most(self.integers, 100) && self.min >= 1.0 && self.max <= 12.0
    }

    pub fn are_timed(&self) -> bool {
        self.most(self.timed, 80)
    }

    /// Each cell contains a printed list of texts or objects.
    pub fn are_lists(&self) -> bool {
        self.most(self.lists, 50)
    }

    pub fn are_records(&self) -> bool {
        self.most(self.records, 50)
    }

    /// Whether each cell has several ids.
    pub fn are_joined_ids(&self) -> bool {
        self.joined > 1 && self.most(self.joined, 50)
    }

    /// Serial days of spreadsheets, from 1954 to 2064.
    pub fn are_serial_days(&self) -> bool {
        self.most(self.numbers, 100) && self.min >= 20_000.0 && self.max < 60_000.0
    }

    /// Ratings of debtors: one such value is enough, since no grade of a review is so written.
    pub fn are_of_credit(&self) -> bool {
        self.credit > 0 && self.numbers == 0
    }

    pub fn are_phone_numbers(&self) -> bool {
        self.most(self.phones, 80)
    }

    pub fn are_yes_no(&self) -> bool {
        self.most(self.yes_no, 90)
    }

    /// Averages: at least one in four has decimals that are not halves, quarters or tenths of
    /// stars.
    pub fn are_fine(&self) -> bool {
        self.are_numbers() && self.fine * 4 >= self.numbers
    }

    /// Prose: longer than titles or names.
    pub fn are_long(&self) -> bool {
        self.filled > 0 && self.chars > self.filled * 120
    }

    /// Words, not numbers, dates or URLs.
    pub fn are_words(&self) -> bool {
        !self.are_numbers() && !self.are_dates() && !self.are_urls() && !self.are_yes_no()
    }

    /// Values repeat: at most two different ones in three.
    pub fn repeat(&self) -> bool {
        self.filled >= 6 && self.distinct * 3 <= self.filled * 2
    }
}

/// A bare number, with a decimal point or comma, or as programs print large ones: `1.2E+03`.
pub fn number(cell: &str) -> Option<f64> {
    let cell = cell.trim();
    let plain = |text: &str| {
        text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+'))
    };
    let (digits, exponent) = cell.split_once(['e', 'E']).unwrap_or((cell, ""));
    if digits.is_empty() || !plain(digits) || !plain(exponent) {
        return None;
    }
    let number: f64 = cell.replacen(',', ".", 1).parse().ok()?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(cells: &[&str]) -> Values {
        Values::of(cells.iter().copied(), cells.len())
    }

    #[test]
    fn columns_are_classified_by_values() {
        assert!(values(&["1", "2", "3"]).counter);
        assert!(values(&["0", "1", "2"]).counter);
        assert!(!values(&["4", "5", "3"]).counter);
        assert!(values(&["4", "4,5", "3.5"]).are_marks());
        assert!(!values(&["4", "4,5", "3.5"]).are_fine());
        assert!(values(&["8.7", "9.3", "8.9"]).are_fine());
        assert!(values(&["PG-13", "R", "PG"]).marks == 0);
        assert!(values(&["3/4", "B+", "n/a"]).are_marks());
        assert!(values(&["2019-03-14", "14 March 2019", ""]).are_dates());
        assert!(values(&["https://a.invalid/1"]).are_urls());
        assert!(values(&["17350", "2052"]).are_counts());
        assert!(values(&["['a', 'b']", r#"[{"text": "a"}]"#]).are_lists());
        assert!(!values(&["[sic] a text", "['tis over"]).are_lists());
        assert!(values(&[r#"{"name": "Ana"}"#, "{'name': 'Bo'}"]).are_records());
        assert!(!values(&["{sic} a text: so", "{}"]).are_records());
        assert!(
            values(&["1.2E+03", "7"]).are_counts() && values(&["e5", "5e", "1e999"]).numbers == 0
        );
        assert_eq!(values(&["80%", "0%", "0"]).zeros, 2);
        assert_eq!(values(&["\\N", "nan", "None", "-"]).filled, 0);
    }
}
