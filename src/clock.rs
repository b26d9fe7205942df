//! The current time in UTC.
//!
//! Owns: the notation of timestamps: ISO 8601 of fixed length, so that text sorts like time.

use std::time::SystemTime;

use time::{Date, Duration, OffsetDateTime};

/// The current time in nanoseconds, so that the later of two decisions can be told.
pub fn now() -> String {
    let now = moment();
    format!("{}.{:09}Z", to_the_second(now), now.nanosecond())
}

/// The current time in seconds.
pub fn second() -> String {
    format!("{}Z", to_the_second(moment()))
}

pub fn today() -> Date {
    moment().date()
}

fn moment() -> OffsetDateTime {
    since_1970(SystemTime::now())
}

/// Clamps a clock beyond year 9999, for which `OffsetDateTime::now_utc` panics.
fn since_1970(clock: SystemTime) -> OffsetDateTime {
    let whole = |time: std::time::Duration| Duration::try_from(time).unwrap_or(Duration::MAX);
    let epoch = OffsetDateTime::UNIX_EPOCH;
    match clock.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => epoch.saturating_add(whole(after)),
        Err(before) => epoch.saturating_sub(whole(before.duration())),
    }
}

fn to_the_second(time: OffsetDateTime) -> String {
    let (hour, minute, second) = time.to_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}", time.date())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_moment_is_iso_8601() {
        let moment = time::OffsetDateTime::from_unix_timestamp(1_343_279_107).unwrap();
        assert_eq!(super::to_the_second(moment), "2012-07-26T05:05:07");
        assert_eq!(super::now().len(), "2012-07-26T05:05:07.000000000Z".len());
    }

    #[test]
    fn a_clock_beyond_year_9999_is_clamped() {
        let at = |seconds: u64, before: bool| {
            let (epoch, apart) = (std::time::UNIX_EPOCH, std::time::Duration::from_secs(seconds));
            let clock = if before { epoch - apart } else { epoch + apart };
            super::to_the_second(super::since_1970(clock))
        };
        assert_eq!(at(1, true), "1969-12-31T23:59:59");
        assert_eq!(at(253_402_300_799, false), "9999-12-31T23:59:59");
        assert_eq!(at(253_402_300_800, false), "9999-12-31T23:59:59");
        assert_eq!(at(i64::MAX as u64, false), "9999-12-31T23:59:59");
    }
}
