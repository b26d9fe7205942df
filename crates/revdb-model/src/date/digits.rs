//! Dates of digits only: a year, `20120726`, time since the epoch.
//!
//! Must never: allocate, as `scan`.

use super::PartialDate;

/// Epoch seconds that are accepted as a date: 1990-01-01 up to 2100-01-01.
const EPOCH: std::ops::Range<i64> = 631_152_000..4_102_444_800;

/// Years accepted at the start of eight digits.
const COMPACT_YEARS: std::ops::RangeInclusive<u64> = 1900..=2100;

/// The value of a text of ASCII digits only.
pub(super) fn digits(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() || bytes.len() > 18 || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(bytes.iter().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0')))
}

/// Digits only: a year, `20120726`, or time since the epoch.
pub(super) fn one_number(number: u64, len: usize) -> Option<PartialDate> {
    match len {
        4 => PartialDate::new(i16::try_from(number).ok()?, None, None),
        8 if COMPACT_YEARS.contains(&(number / 10_000)) => {
            full(number / 10_000, number / 100 % 100, number % 100)
        }
        9 | 10 => epoch(number),
        12 | 13 => epoch(number / 1_000),
        15 | 16 => epoch(number / 1_000_000),
        _ => None,
    }
}

fn epoch(seconds: u64) -> Option<PartialDate> {
    let seconds = i64::try_from(seconds).ok()?;
    if !EPOCH.contains(&seconds) {
        return None;
    }
    let date = time::OffsetDateTime::from_unix_timestamp(seconds).ok()?.date();
    PartialDate::new(i16::try_from(date.year()).ok()?, Some(date.month().into()), Some(date.day()))
}

/// A date with day and month; `None` if it is invalid.
pub(super) fn full(year: u64, month: u64, day: u64) -> Option<PartialDate> {
    PartialDate::new(
        i16::try_from(year).ok()?,
        Some(u8::try_from(month).ok()?),
        Some(u8::try_from(day).ok()?),
    )
}
