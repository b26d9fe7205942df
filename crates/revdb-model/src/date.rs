//! Dates as dumps print them, and partial dates as the archive keeps them.
//!
//! Owns what a printed date means; `scan` does the reading. Must never complete
//! a partial date, look at the clock, or move a date between time zones: the
//! date printed is the date kept, because dumps of one page differ in zone but
//! not in what the page said.
//!
//! | printed | read as | seen in |
//! | --- | --- | --- |
//! | `2012-07-26`, also with time and zone | as ISO 8601 says | most exports |
//! | `2012`, `2012-07`, `July 2012`, `07/2012` | partial, stays so | letterboxd, books |
//! | `Jul 26, 2012`, `Aug  3, 2018`, `July 26th, 2012`, `Thursday, July 26 2012` | month by name, whole or cut to 3 letters or more | Metacritic |
//! | `Sat Dec 31 00:00:00 2016`, also with a zone before the year | as C's ctime writes | IMDb before 2017 |
//! | `26 July 2012`, `31-Jul-18` | the same | Amazon (Alexa set) |
//! | `2014/04/05`, `2014.04.05`, `20120726` | year first (eight digits: years 1900–2100) | Rotten Tomatoes |
//! | `3 de agosto de 2012`, `2. März 2014`, `12 февраля 2014` | months of other languages by name | Metacritic in a browser that translates |
//! | `09.09.2009, 15:34` | dots: day first | Kinopoisk |
//! | `09 12, 2016` | month first | Amazon 2014/2018 `reviewTime` |
//! | `26/07/2012`, `7/26/12` | a part above 12 settles it | |
//! | `03/04/2012` | only with a [`DateOrder`] | |
//! | `19-03-14`, all of two digits | only with a [`DateOrder`]: the year may be the first or the last | |
//! | 9–10 digits, 12–13, 15–16 | seconds, milli- or microseconds since 1970 in UTC, within 1990–2100 | Steam, Amazon, Takeout |
//! | `Posted Jun 20, 2018`, `Reviewed in Canada on July 26, 2012` | what follows the words | Amazon |
//!
//! Two-digit years are POSIX strptime's: 69–99 are 19xx, 00–68 are 20xx.

use std::fmt;

use time::{Date, Month};

mod clock;
mod column;
mod digits;
mod scan;
mod word;

pub use column::ColumnOrder;
pub use word::MONTHS;

/// A calendar date of which the day, or day and month, may be unknown.
/// Partial stays partial: nothing is ever completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    year: i16,
    month: Option<u8>,
    day: Option<u8>,
}

/// How to read `03/04/2012`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
    /// `19-03-14` is in 2019.
    YearFirst,
}

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Day and month are ambiguous; the column or `--date-order` decides.
    #[error("day and month could be either way round")]
    Ambiguous,
    /// Not a date in any known form.
    #[error("in no known format")]
    Unknown,
}

fn calendar(year: i16, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year.into(), Month::try_from(month).ok()?, day).ok()
}

impl PartialDate {
    /// A date whose parts are in range, or `None` (no 31 June, no year 0).
    pub fn new(year: i16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        if !(1000..=9999).contains(&year) || (day.is_some() && month.is_none()) {
            return None;
        }
        calendar(year, month.unwrap_or(1), day.unwrap_or(1))?;
        Some(Self { year, month, day })
    }

    /// Days since 1970-01-01; none of a partial date.
    pub fn day_number(self) -> Option<i32> {
        const EPOCH: i32 = 2_440_588;
        Some(calendar(self.year, self.month?, self.day?)?.to_julian_day() - EPOCH)
    }

    /// Parses exactly what [`fmt::Display`] writes: `2012`, `2012-07` or `2012-07-26`.
    pub fn from_iso(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let dashes = [4, 7].iter().all(|&at| bytes.get(at).is_none_or(|&b| b == b'-'));
        if !dashes || !matches!(bytes.len(), 4 | 7 | 10) {
            return None;
        }
        let part = |range: std::ops::Range<usize>| digits::digits(bytes.get(range)?);
        let optional = |range: std::ops::Range<usize>| {
            if bytes.len() < range.end {
                Some(None)
            } else {
                part(range).map(|n| u8::try_from(n).ok())
            }
        };
        Self::new(i16::try_from(part(0..4)?).ok()?, optional(5..7)?, optional(8..10)?)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// 1 to 12.
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// 1 to 31; only with a month.
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// Whether `self` is `other` with fewer parts (`2012-07` of `2012-07-26`).
    pub(crate) fn is_prefix_of(self, other: Self) -> bool {
        self.year == other.year
            && (self.month.is_none() || self.month == other.month)
            && (self.day.is_none() || self.day == other.day)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Every dated record is written this way; three `write!` calls are five times as slow.
        let year = self.year.unsigned_abs();
        let (month, day) = (self.month.unwrap_or(0), self.day.unwrap_or(0));
        let digit = |number: u16| char::from(b'0' + (number % 10) as u8);
        let two = |number: u8| [digit(u16::from(number / 10)), digit(u16::from(number))];
        let mut text = String::with_capacity(10);
        text.extend([digit(year / 1000), digit(year / 100), digit(year / 10), digit(year)]);
        for part in
            [self.month.map(|_| two(month)), self.day.map(|_| two(day))].into_iter().flatten()
        {
            text.push('-');
            text.extend(part);
        }
        f.write_str(&text)
    }
}

/// Parses a date in any form of the table above.
///
/// `order` is needed only for forms like `03/04/2012`; a part above 12 overrides it. An order
/// given by the user or shown by the column overrides the conventions for dots (day first) and for
/// `09 12, 2016` (month first).
pub fn parse(text: &str, order: Option<DateOrder>) -> Result<PartialDate, DateError> {
    match scan::read(text).ok_or(DateError::Unknown)? {
        scan::Reading::Date(date) => Ok(date),
        scan::Reading::Numbers(numbers) => numbers.date(order),
    }
}

/// The date of a spreadsheet's serial day (`43538`), for the years 1954 to 2064; fractions of a
/// day are dropped.
pub fn of_serial(text: &str) -> Option<PartialDate> {
    const FIRST: i32 = 2_415_019;
    let days: f64 = text.trim().replacen(',', ".", 1).parse().ok()?;
    let days = (20_000.0..60_000.0).contains(&days).then_some(days as i32)?;
    let day = Date::from_julian_day(FIRST + days).ok()?;
    PartialDate::new(i16::try_from(day.year()).ok()?, Some(day.month().into()), Some(day.day()))
}

/// Whether the year may be first or last, as in `19-03-14`.
pub fn year_is_open(text: &str) -> bool {
    matches!(scan::read(text), Some(scan::Reading::Numbers(numbers)) if numbers.open_ends().is_some())
}

/// Whether a spreadsheet converts a text to a date, such as the score `8/10` or `3-5`: two or
/// three numbers that may be day, month and year, in any order except ISO 8601's. `points`: also
/// `4.5`, the fourth of May where numbers have a decimal comma.
pub fn is_read_as_day(text: &str, points: bool) -> bool {
    let parts: Vec<&str> =
        text.split(|c: char| matches!(c, '/' | '-') || points && c == '.').collect();
    let number = |part: &&str| match part.len() {
        1..=4 if part.bytes().all(|byte| byte.is_ascii_digit()) => part.parse::<u16>().ok(),
        _ => None,
    };
    let numbers: Vec<u16> = parts.iter().filter_map(number).collect();
    let is_part = |number: &u16| (1..=31).contains(number);
    match (numbers.len() == parts.len(), numbers.as_slice()) {
        (true, [first, rest @ .., last]) if rest.len() < 2 => {
            is_part(first)
                && rest.iter().all(is_part)
                && (*last < 100 && (is_part(last) || *first <= 12) || *last >= 1900)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
