//! Parses numbers, dates and names from the command line.
//!
//! An error says what was expected and gives an example; `mistake` adds the flag.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use revdb_model::date::{self, DateError};
use revdb_model::{Audience, Kind, PartialDate};
use revdb_query::AudienceChoice;

fn whole<T: std::str::FromStr>(
    text: &str,
    is_one: impl Fn(&T) -> bool,
    wanted: &str,
) -> Result<T, String> {
    text.trim().parse().ok().filter(is_one).ok_or_else(|| wanted.to_owned())
}

/// The number of a review.
pub fn review(text: &str) -> Result<i64, String> {
    whole(
        text,
        |_| true,
        "a review's number is wanted, such as 12: the first column of `revdb query`",
    )
}

/// The number of an import.
pub fn import(text: &str) -> Result<i64, String> {
    whole(text, |_| true, "an import's number is wanted, such as 3: `revdb imports` lists them")
}

/// The number of a source.
pub fn source(text: &str) -> Result<i64, String> {
    let wanted =
        "a source's number is wanted, such as 5: `revdb imports list --sources` lists them";
    whole(text, |_| true, wanted)
}

/// The year of a work.
pub fn year(text: &str) -> Result<i16, String> {
    whole(
        text,
        |year| (1000..=9999).contains(year),
        "a year of four digits is wanted, such as 2012",
    )
}

/// A number of rows.
pub fn rows(text: &str) -> Result<u64, String> {
    if text == "all" {
        return Ok(u64::MAX);
    }
    whole(text, |_| true, "a number of rows is wanted, such as 20, or all")
}

/// Any count from 1.
pub fn count(text: &str) -> Result<u64, String> {
    whole(text, |count| *count >= 1, "a whole number from 1 is wanted, such as 10")
}

/// Seconds, at most one day.
pub fn seconds(text: &str) -> Result<u64, String> {
    let wanted = "seconds are wanted, 1 to 86400, such as 60";
    whole(text, |seconds| (1..=86_400).contains(seconds), wanted)
}

/// A day, month or year in any unambiguous notation.
pub fn date(text: &str) -> Result<PartialDate, String> {
    let text = text.trim();
    if let Some(date) = PartialDate::from_iso(text) {
        return Ok(date);
    }
    date::parse(text, None).map_err(|error| match error {
        DateError::Ambiguous => "which is the day and which the month? Write 2012-07-26".to_owned(),
        _ => "a day, a month or a year is wanted: 2012-07-26, 2012-07 or 2012".to_owned(),
    })
}

/// A score of 0 to 100.
pub fn score(text: &str) -> Result<f64, String> {
    let text = text.trim();
    match text.parse::<f64>() {
        Ok(score) if (0.0..=100.0).contains(&score) => return Ok(score),
        _ => {}
    }
    let (marks, full) = text.split_once('/').unwrap_or((text, "100"));
    let number = |text: &str| text.trim().replace(',', ".").parse::<f64>().ok();
    let as_share = number(marks).zip(number(full)).map(|(marks, full)| 100.0 * marks / full);
    let wanted = "a number from 0 to 100 is wanted, with a point, such as 72.5";
    Err(match as_share.filter(|score| (0.0..=100.0).contains(score)) {
        Some(score) => format!("{wanted}; {text} is {} there", (score * 10.0).round() / 10.0),
        None => wanted.to_owned(),
    })
}

/// Part of a name. An empty one would match every name, and is probably an unset variable.
pub fn name(text: &str) -> Result<String, String> {
    if revdb_model::name::fold(text.trim_start_matches(['=', '~'])).is_empty() {
        return Err("there is no name in it; leave the flag out to take all".to_owned());
    }
    Ok(text.to_owned())
}

/// The kinds of work and their synonyms.
pub fn kind() -> impl TypedValueParser<Value = Kind> {
    let other_words = |kind| -> &[&str] {
        match kind {
            Kind::Movie => &["movies", "film", "films"],
            Kind::Tv => &["show", "shows", "series"],
            Kind::Game => &["games"],
            Kind::Album => &["albums", "music"],
            Kind::Book => &["books"],
            Kind::Product => &["products"],
            Kind::Other => &[],
        }
    };
    let value = move |kind: Kind| PossibleValue::new(kind.as_str()).aliases(other_words(kind));
    PossibleValuesParser::new(Kind::ALL.map(value)).try_map(move |word| {
        let word = word.to_lowercase();
        let called =
            |kind: &Kind| kind.as_str() == word || other_words(*kind).contains(&word.as_str());
        Kind::ALL.into_iter().find(called).ok_or("no kind of work")
    })
}

/// One of several words, each with a value.
pub fn one_of<T: Copy + Send + Sync + 'static, const N: usize>(
    words: [(&'static str, T); N],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(words.map(|(word, _)| word)).try_map(move |asked| {
        let found = words.iter().find(|(word, _)| *word == asked);
        found.map(|(_, meant)| *meant).ok_or("no such word")
    })
}

/// The audience: critics, users or both.
pub fn audience() -> impl TypedValueParser<Value = AudienceChoice> {
    let both = PossibleValue::new("all").alias("both");
    PossibleValuesParser::new(speakers().into_iter().chain([both]))
        .map(|word| Audience::parse(&word).map_or(AudienceChoice::All, AudienceChoice::Only))
}

/// The audience of a dump.
pub fn one_audience() -> impl TypedValueParser<Value = Audience> {
    PossibleValuesParser::new(speakers())
        .try_map(|word| Audience::parse(&word).ok_or("no audience"))
}

fn speakers() -> [PossibleValue; 2] {
    [("critic", "critics"), ("user", "users")]
        .map(|(name, other)| PossibleValue::new(name).alias(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_parsed_in_common_notations() {
        let iso = |text| date(text).map(|date| date.to_string());
        for (typed, read) in [
            ("2012", "2012"),
            (" 2012-07", "2012-07"),
            ("26 July 2012", "2012-07-26"),
            ("July 2012", "2012-07"),
            ("26.07.2012", "2012-07-26"),
        ] {
            assert_eq!(iso(typed).as_deref(), Ok(read), "{typed}");
        }
        assert!(iso("03/04/2012").is_err_and(|why| why.contains("Write 2012-07-26")));
        assert!(iso("yesterday").is_err_and(|why| why.contains("2012-07-26, 2012-07 or 2012")));
        assert!(iso("2013-2012").is_err());
    }

    #[test]
    fn scores_on_other_scales_are_explained() {
        assert_eq!(score("72.5"), Ok(72.5));
        assert!(score("4.5/5").is_err_and(|why| why.ends_with("4.5/5 is 90 there")));
        assert!(score("101").is_err_and(|why| why.ends_with("such as 72.5")));
        assert!(score("72,5").is_err_and(|why| why.ends_with("72,5 is 72.5 there")));
    }
}
