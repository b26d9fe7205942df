//! The time of day, in UTC.
//!
//! Owns: how a moment is written: as ISO 8601, always as long, so that text sorts as time does.

use time::{Date, OffsetDateTime};

/// This moment to the nanosecond: of two decisions the later one counts.
pub fn now() -> String {
    let now = OffsetDateTime::now_utc();
    format!("{}.{:09}Z", to_the_second(now), now.nanosecond())
}

/// This moment to the second.
pub fn second() -> String {
    format!("{}Z", to_the_second(OffsetDateTime::now_utc()))
}

pub fn today() -> Date {
    OffsetDateTime::now_utc().date()
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
}
