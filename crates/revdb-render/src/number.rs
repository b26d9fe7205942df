//! Real numbers as text: all digits for data formats, rounded for people.
//!
//! Must never: print a number that does not read back as itself, except for binary rounding noise,
//! or NaN and infinities.

/// Significant digits to which a number is rounded to detect noise.
const SIGNIFICANT: usize = 12;
/// At least this many of them must become zeros: a statistic has digits to its end, 0.1 + 0.2 has
/// not.
const ZEROS: usize = 3;
/// Maximum relative size of noise. Differences of two scores (90.1 - 90) lose three of a double's
/// sixteen digits: 5.7e-14.
const NOISE: f64 = 1e-13;

/// The shortest decimal that parses as the same double [`without_noise`], always recognisable as a
/// real number (`100.0`); `None` for NaN and infinities.
pub fn real_text(value: f64) -> Option<String> {
    let mut text = String::new();
    push_real(&mut text, value).then_some(text)
}

/// Appends [`real_text`]; returns false and appends nothing if there is none. A report of 13,000
/// rows prints 40,000 numbers, so their digits are checked before rounding.
pub fn push_real(text: &mut String, value: f64) -> bool {
    if !value.is_finite() {
        return false;
    }
    let start = text.len();
    push_shortest(text, value);
    if text.get(start..).is_some_and(may_be_noisy) {
        let near = nearest_short(value);
        if near.to_bits() != value.to_bits() {
            text.truncate(start);
            push_shortest(text, near);
        }
    }
    true
}

/// As `{value:?}`, but faster unless an exponent is needed. If two texts of the same length parse
/// as the value, it may choose the other one.
fn push_shortest(text: &mut String, value: f64) {
    if (1e-4..1e16).contains(&value.abs()) {
        text.push_str(zmij::Buffer::new().format_finite(value));
    } else {
        text.push_str(&format!("{value:?}"));
    }
}

/// A number as data formats print it: 0.30000000000000004, the binary sum of 0.1 and 0.2, becomes
/// 0.3. Other numbers are exact to the last digit.
pub fn without_noise(value: f64) -> f64 {
    if value.is_finite() && may_be_noisy(&format!("{value:?}")) {
        nearest_short(value)
    } else {
        value
    }
}

/// Whether a number with these digits could end in [`ZEROS`] after rounding to [`SIGNIFICANT`]
/// digits: it has zeros or nines there. One number in 500.
fn may_be_noisy(shortest: &str) -> bool {
    let digits = shortest.bytes().take_while(|&byte| byte != b'e').filter(u8::is_ascii_digit);
    let mut last = digits.skip_while(|&digit| digit == b'0').skip(SIGNIFICANT - ZEROS);
    match last.next() {
        Some(digit @ (b'0' | b'9')) => {
            let mut same = 1;
            while same < ZEROS && last.next() == Some(digit) {
                same += 1;
            }
            same == ZEROS
        }
        _ => false,
    }
}

/// The short number within the distance of noise, else the number itself.
fn nearest_short(value: f64) -> f64 {
    let rounded = format!("{value:.*e}", SIGNIFICANT - 1);
    let digits = rounded.split('e').next().unwrap_or_default();
    if !digits.ends_with(&"0".repeat(ZEROS)) {
        return value;
    }
    match rounded.parse::<f64>() {
        Ok(near) if (near - value).abs() <= NOISE * value.abs() => near,
        _ => value,
    }
}

/// `decimals` digits after the point, without the "-0.0" that rounding can leave. Above 10^15 a
/// double has no decimals: the shortest form is printed instead.
pub fn rounded(value: f64, decimals: u8) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:?}");
    }
    let text = format!("{value:.*}", usize::from(decimals));
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| matches!(b, b'0' | b'.')) => digits.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cell;
    use super::*;

    #[test]
    fn only_noise_is_taken_away() {
        for (value, kept) in [
            (0.1 + 0.2, 0.3),
            (90.1 - 90.0, 0.1),
            (-(8.1 - 7.9), -0.2),
            (0.999_999_999_999_999_9, 1.0),
            (1.0 / 3.0, 1.0 / 3.0),
            (200.0 / 3.0, 200.0 / 3.0),
            (21.694_853_460_363_973, 21.694_853_460_363_973),
            (123_456_789.123_456_79, 123_456_789.123_456_79),
            (f64::MAX, f64::MAX),
            (f64::MIN_POSITIVE, f64::MIN_POSITIVE),
        ] {
            assert_eq!(without_noise(value), kept);
            assert_eq!(real_text(value), Some(format!("{kept:?}")));
        }
    }

    /// The check of the digits only avoids rounding; it must not change the result.
    #[test]
    fn the_digit_check_misses_no_noise() {
        let mut state = 20_120_726_u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let few = (state >> 40) as f64 / 1000.0;
            let digits = (state >> 20) as f64 / 1e13;
            for value in [few, few + 0.1 - 0.1, few * 3.0 / 3.0, digits, few / 7.0, digits * 1e-9] {
                assert_eq!(without_noise(value).to_bits(), nearest_short(value).to_bits());
            }
        }
    }

    #[test]
    fn the_fast_formatter_round_trips() {
        let mut state = 20_120_726_u64;
        let mut text = String::new();
        for _ in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let few = (state >> 44) as f64 / 1000.0;
            for value in [f64::from_bits(state), few, -few / 7.0, few * 1e-9, few * 1e12, few.ln()]
            {
                text.clear();
                if value.is_finite() {
                    push_shortest(&mut text, value);
                    let slower = format!("{value:?}");
                    assert_eq!(text.len(), slower.len(), "{text} {slower}");
                    assert_eq!(text.parse(), Ok(value), "{text} {slower}");
                }
            }
        }
    }

    #[test]
    fn numbers_are_rounded_for_people_and_whole_for_machines() {
        let cases = [
            (100.0, 1, "100.0", "100.0"),
            (81.666_666, 1, "81.7", "81.666666"),
            (-0.04, 1, "0.0", "-0.04"),
            (-0.06, 1, "-0.1", "-0.06"),
            (1e300, 1, "1e300", "1e300"),
            (7.5, 0, "8", "7.5"),
        ];
        for (value, decimals, display, data) in cases {
            assert_eq!(rounded(value, decimals), display);
            assert_eq!(real_text(value).as_deref(), Some(data));
        }
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(real_text(value), None);
            assert_eq!(Cell::Real(value).number(), None);
        }
    }
}
