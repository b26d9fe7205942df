//! Recognises numbers and dates in lines of a page.
//!
//! Owns: which texts look like a score, a count or a date. Must never: interpret a date;
//! `revdb_model::date` does that later.

use revdb_model::date::MONTHS;

use super::lines::NAME_LIMIT;

/// The value of a lone number: up to four digits, one decimal point. "007" is a name.
pub fn number(text: &str) -> Option<f64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    let digits = |s: &str, most: usize| {
        (1..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit())
    };
    (digits(whole, 4) && digits(part, 2)).then(|| text.parse().ok()).flatten()
}

/// A count with or without thousands separators.
pub fn count(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| *c != ',').collect();
    let digits = !plain.is_empty() && plain.len() <= 9 && plain.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| plain.parse().ok()).flatten()
}

/// "Plot: 7", "Sound - 8.5", "Looks 9/10": a score for an aspect of the work, inside a text.
pub fn is_part_mark(text: &str) -> bool {
    let mark = |text: &str| {
        let (score, of) = text.split_once('/').unwrap_or((text, "10"));
        number(score.trim()).is_some() && number(of.trim()).is_some()
    };
    let labelled = |sign: &str| {
        text.rsplit_once(sign)
            .is_some_and(|(part, rest)| part.ends_with(char::is_alphabetic) && mark(rest.trim()))
    };
    let ratio = text.rsplit_once(' ').is_some_and(|(part, rest)| {
        part.ends_with(char::is_alphabetic) && rest.contains('/') && mark(rest)
    });
    ratio || [":", " -", " –", " ="].iter().any(|sign| labelled(sign))
}

/// A critic's score that is printed with a label or as a percentage: "Metascore: 80", "40%".
pub fn printed_score(body: &str) -> Option<&str> {
    const LABEL: &str = "metascore:";
    let label = body.get(..LABEL.len()).filter(|label| label.eq_ignore_ascii_case(LABEL));
    let (score, value) = match label.and_then(|label| body.get(label.len()..)) {
        Some(score) => (score.trim(), score.trim()),
        None => (body, body.strip_suffix('%')?),
    };
    number(value).is_some_and(|value| value <= 100.0).then_some(score)
}

/// A school grade: "B+".
pub fn is_grade(body: &str) -> bool {
    let sign = body.strip_prefix(|c: char| matches!(c, 'A'..='D' | 'F'));
    sign.is_some_and(|sign| matches!(sign, "" | "+" | "-" | "−" | "–"))
}

pub fn is_month(word: &str) -> bool {
    let word = word.trim_end_matches('.').to_lowercase();
    word.len() >= 3
        && (word == "sept"
            || MONTHS.iter().any(|month| *month == word || month.get(..3) == Some(&word)))
}

fn is_day(word: &str) -> bool {
    let word = word.trim_end_matches(',');
    word.len() <= 2 && word.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day))
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse::<u16>().is_ok_and(|year| (1800..2200).contains(&year))
}

/// Whether the text is a date: `Dec 17, 2019`, `17 December 2019`, `2019-12-17`, `12/17/2019`,
/// `17.12.2019`, or a browser's translation of these (`17 de diciembre de 2019`).
pub fn is_date(text: &str) -> bool {
    if text.len() > 40 {
        return false;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [one] => is_numeric_date(one),
        [a, b, year] => {
            is_year(year)
                && ((is_month(a) && is_day(b))
                    || (is_day(a) && is_month(b.trim_end_matches(',')))
                    || is_foreign_date(text, a))
        }
        [day, _, _, year] | [day, _, _, _, year] => is_year(year) && is_foreign_date(text, day),
        _ => false,
    }
}

/// A line with a date: in any form with a day and a four-digit year, or incomplete ("August 2012",
/// "Aug 2", "3 days ago"), which is not a name either.
pub fn is_date_line(text: &str) -> bool {
    if is_date(text) {
        return true;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if text.len() > 60 || digits == 0 || digits == text.len() {
        return false;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [month, day] if is_month(month) && (is_day(day) || is_year(day)) => return true,
        [day, month] if is_day(day) && is_month(month) => return true,
        [count, unit, "ago"] if is_day(count) => {
            let unit = unit.trim_end_matches('s');
            return ["minute", "hour", "day", "week", "month", "year"].contains(&unit);
        }
        _ => {}
    }
    let year = text.split(|c: char| !c.is_ascii_digit()).any(is_year);
    year && revdb_model::date::parse(text, Some(revdb_model::DateOrder::MonthFirst))
        .is_ok_and(|date| date.day().is_some())
}

/// A day and a month in another language, as `revdb_model` reads them.
fn is_foreign_date(text: &str, day: &str) -> bool {
    day.starts_with(|c: char| c.is_ascii_digit())
        && revdb_model::date::parse(text, None).is_ok_and(|date| date.day().is_some())
}

fn is_numeric_date(text: &str) -> bool {
    let separator = ['-', '/', '.'].into_iter().find(|c| text.contains(*c));
    let Some(separator) = separator else {
        return false;
    };
    let parts: Vec<&str> = text.split(separator).collect();
    let small = |s: &str| (1..=2).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [a, b, c] => (is_year(a) && small(b) && small(c)) || (small(a) && small(b) && is_year(c)),
        _ => false,
    }
}

/// "Codex13Dec 17, 2019" → ("Codex13", "Dec 17, 2019"). The date is the shortest suffix that is
/// one, so that a name may end in digits or a month.
pub fn name_and_date(body: &str) -> Option<(String, String)> {
    if !body.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let from = body.len().saturating_sub(20);
    let split =
        (from.max(1)..body.len()).rev().filter(|at| body.is_char_boundary(*at)).find(|at| {
            body[*at..].starts_with(|c: char| c.is_ascii_uppercase()) && is_date(&body[*at..])
        })?;
    let name = body[..split].trim().trim_end_matches(['|', '·', '-', ',']).trim();
    let fits = !name.is_empty() && name.chars().count() <= 2 * NAME_LIMIT;
    fits.then(|| (name.to_string(), body[split..].to_string()))
}

/// "Universal Pictures | Release Date: December 13, 2019" → the date.
pub fn release_date(body: &str) -> Option<&str> {
    if body.len() > 300 {
        return None;
    }
    const LABELS: [&str; 5] = [
        "Release Date:",
        "Series Premiere Date:",
        "Season Premiere Date:",
        "Premiere Date:",
        "Released On:",
    ];
    LABELS
        .iter()
        .find_map(|label| body.split_once(label))
        .filter(|(before, _)| {
            before.is_empty()
                || before.trim_end().ends_with('|')
                || before.trim_end().ends_with("Initial")
        })
        .map(|(_, date)| date.trim())
        .filter(|date| date.chars().filter(char::is_ascii_digit).count() >= 4 && date.len() < 40)
}
