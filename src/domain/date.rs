//! Dates as dumps print them, and partial dates as the archive keeps them.

use std::fmt;

/// A calendar date of which the day, or day and month, may be unknown.
/// Partial stays partial: nothing is ever completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    year: i16,
    month: Option<u8>,
    day: Option<u8>,
}

/// How `03/04/2012` reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Day and month could be either way round; the column or `--date-order` decides.
    #[error("day and month could be either way round")]
    Ambiguous,
    #[error("in no form that is known")]
    Unknown,
}

impl PartialDate {
    /// A date whose parts are in range, or `None` (no 31 June, no year 0).
    pub fn new(year: i16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        if !(1000..=9999).contains(&year) || (day.is_some() && month.is_none()) {
            return None;
        }
        jiff::civil::Date::new(year, month.unwrap_or(1) as i8, day.unwrap_or(1) as i8).ok()?;
        Some(Self { year, month, day })
    }

    /// Reads what [`fmt::Display`] writes: `2012`, `2012-07` or `2012-07-26`.
    pub fn from_iso(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next().map(str::parse).transpose().ok()?;
        let day = parts.next().map(str::parse).transpose().ok()?;
        if parts.next().is_some() {
            return None;
        }
        Self::new(year, month, day)
    }

    pub fn year(self) -> i16 {
        self.year
    }

    /// True where `self` says the same as `other` with fewer parts (`2012-07` of `2012-07-26`).
    pub fn is_prefix_of(self, other: Self) -> bool {
        self.year == other.year
            && (self.month.is_none() || self.month == other.month)
            && (self.day.is_none() || self.day == other.day)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

/// Reads a date in any documented form.
pub fn parse(text: &str, _order: Option<DateOrder>) -> Result<PartialDate, DateError> {
    PartialDate::from_iso(text.trim()).ok_or(DateError::Unknown)
}

/// What a column tells of its day/month order: call for each value of the form
/// `a/b/yyyy`; `Some(order)` where this value settles it (one part > 12).
pub fn order_told_by(_text: &str) -> Option<DateOrder> {
    None
}
