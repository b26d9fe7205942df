//! Splits a name and a date that a converter ran together: "Drip13Dec 17, 2019".
//!
//! Must never: guess. "jjw824 December 2000" is jjw8 on the 24th or jjw82 on the 4th; nothing in
//! it tells which.

use revdb_model::date::MONTHS;

/// The result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Glued {
    Parted {
        name: String,
        date: String,
    },
    /// The day's first digit could be the name's last.
    Open {
        /// Month and year, which are certain.
        date: String,
    },
    /// There is no date at its end.
    Neither,
}

/// Splits `text`, which ends with a date such as "24 December 2000" or "Dec 17, 2019".
pub fn part(text: &str) -> Glued {
    let text = text.trim();
    let year = text.len().checked_sub(4).filter(|at| text.is_char_boundary(*at));
    let Some((rest, year)) = year.map(|at| text.split_at(at)) else { return Glued::Neither };
    if !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return Glued::Neither;
    }
    let rest = rest.trim_end();
    match rest.strip_suffix(',') {
        Some(rest) => month_first(text, rest),
        None => day_first(rest, year),
    }
}

/// `Drip13Dec 17`: the month's capital separates it from the name.
fn month_first(text: &str, rest: &str) -> Glued {
    let day = rest.len() - rest.bytes().rev().take_while(u8::is_ascii_digit).count();
    let before = rest[..day].trim_end();
    match (rest.len() - day, month_at_end(before)) {
        (1..=2, Some(start)) if !before[..start].trim().is_empty() => Glued::Parted {
            name: before[..start].trim().to_owned(),
            date: text[start..].trim().to_owned(),
        },
        _ => Glued::Neither,
    }
}

/// `jjw824 December`: the day may have one digit or two.
fn day_first(rest: &str, year: &str) -> Glued {
    let Some(start) = month_at_end(rest) else { return Glued::Neither };
    let (before, month) = (rest[..start].trim_end(), &rest[start..]);
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (name, run) = before.split_at(before.len() - digits);
    if name.trim().is_empty() {
        return Glued::Neither;
    }
    // A space separates the two; otherwise the day is the last digit or the last two.
    let lengths = match name.ends_with(char::is_whitespace) {
        true => digits..=digits,
        false => 1..=digits.min(2),
    };
    let readings: Vec<(&str, &str)> = lengths
        .map(|length| run.split_at(digits - length))
        .filter(|(_, day)| is_day(day))
        .collect();
    match readings.as_slice() {
        [] => Glued::Neither,
        [(more, day)] => Glued::Parted {
            name: format!("{}{more}", name.trim()),
            date: format!("{day} {month} {year}"),
        },
        _ => Glued::Open { date: format!("{month} {year}") },
    }
}

fn is_day(text: &str) -> bool {
    !text.starts_with('0') && text.parse().is_ok_and(|day: u8| (1..=31).contains(&day))
}

/// Index where the month name at the end of `text` begins.
fn month_at_end(text: &str) -> Option<usize> {
    let letters: usize =
        text.chars().rev().take_while(|c| c.is_ascii_alphabetic() || *c == '.').count();
    // The longest month name has nine letters; the name before it may end in letters.
    (3..=letters.min(9)).rev().map(|length| text.len() - length).find(|&start| {
        let word = text[start..].trim_end_matches('.').to_ascii_lowercase();
        let whole = text[start..].starts_with(|c: char| c.is_ascii_uppercase());
        whole && MONTHS.iter().any(|month| is_month(&word, month))
    })
}

fn is_month(word: &str, month: &str) -> bool {
    word == month || month.get(..3) == Some(word) || word == "sept" && month == "september"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_dates() {
        let parted =
            |name: &str, date: &str| Glued::Parted { name: name.into(), date: date.into() };
        let open = |date: &str| Glued::Open { date: date.into() };
        let cases = [
            ("Drip13Dec 17, 2019", parted("Drip13", "Dec 17, 2019")),
            ("MayMay 1, 2019", parted("May", "May 1, 2019")),
            ("olmfan 9 May 2006", parted("olmfan", "9 May 2006")),
            ("olmfan 19 May 2006", parted("olmfan", "19 May 2006")),
            ("olmfan3 May 2006", parted("olmfan", "3 May 2006")),
            ("olmfan19 May 2006", open("May 2006")),
            ("jjw824 December 2000", open("December 2000")),
            ("jjw845 December 2000", parted("jjw84", "5 December 2000")),
            ("jjw8 24 December 2000", parted("jjw8", "24 December 2000")),
            ("jjw80 December 2000", Glued::Neither),
            ("24 December 2000", Glued::Neither),
            ("4 December 2000", Glued::Neither),
            ("Dec 17, 2019", Glued::Neither),
            ("a name", Glued::Neither),
            ("é", Glued::Neither),
            ("", Glued::Neither),
        ];
        for (text, wanted) in cases {
            assert_eq!(part(text), wanted, "{text}");
        }
    }
}
