//! Titles and years of works, from file names and texts.
//!
//! Must never: take a number within a title for a year, or correct a mistyped year.

use revdb_model::date;

/// The title and the trailing year of a file name: "Salt (1999)", "salt-1999". A lower-case name
/// without spaces is split at `-` or `_`, and its words are capitalised.
pub fn title_of_file(stem: &str) -> (String, Option<i16>) {
    let (title, year) = year_at_end(stem).unwrap_or((stem, None));
    let joined = !title.contains(' ') && !title.chars().any(char::is_uppercase);
    let mut text = title.to_owned();
    if joined {
        text = text.replace(['-', '_'], " ");
    }
    if !title.chars().any(char::is_uppercase) {
        text = text.split(' ').map(capitalised).collect::<Vec<_>>().join(" ");
    }
    (text.trim().to_owned(), year)
}

/// "Salt (2014)" is Salt of 2014, unless the dump gives another year.
pub(super) fn without_year(title: String, said: Option<i16>) -> (Option<String>, Option<i16>) {
    let bracketed = title.ends_with(')').then(|| year_at_end(&title).or_else(|| as_imdb(&title)));
    let bracketed = bracketed.flatten();
    match bracketed {
        Some((bare, year)) if said.is_none() || said == year => (Some(bare.to_owned()), year),
        _ => (Some(title), None),
    }
}

/// "Salt (2017– )" and "Salt (TV Series 2017–2019)". Two years without more may be part of the
/// title: "Letters (1910–1920)".
fn as_imdb(title: &str) -> Option<(&str, Option<i16>)> {
    const SORTS: [&str; 8] = [
        "TV Series ", "TV Mini Series ", "TV Movie ", "TV Special ", "TV Short ", "Video Game ",
        "Video ", "Short ",
    ];
    let (before, inner) = title.strip_suffix(')')?.rsplit_once('(')?;
    let sort = SORTS.iter().find_map(|sort| inner.strip_prefix(sort));
    let (first, last) = match sort.unwrap_or(inner).split_once(['–', '-']) {
        Some((first, last)) => (first, Some(last.trim())),
        None => (sort?, None),
    };
    let goes_on = last.is_some_and(str::is_empty);
    let year: i16 = first.parse().ok().filter(|year| (1870..=2100).contains(year))?;
    let before = before.trim_end();
    (!before.is_empty() && (sort.is_some() || goes_on)).then_some((before, Some(year)))
}

fn year_at_end(stem: &str) -> Option<(&str, Option<i16>)> {
    let rest = stem.trim_end();
    let (rest, bracketed) = match rest.strip_suffix(')') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let digits = rest.get(rest.len().checked_sub(4)?..)?;
    let year: i16 = digits.parse().ok().filter(|year| (1870..=2100).contains(year))?;
    let before = rest.strip_suffix(digits)?;
    let title = match bracketed {
        true => before.strip_suffix('(')?,
        false => before.strip_suffix(['-', '_'])?,
    };
    let title = title.trim_end_matches(['-', '_', ' ']);
    (!title.is_empty()).then_some((title, Some(year)))
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The year in "2012", "2012-07-26", "July 26, 2012", "(2012)".
pub(super) fn read_year(text: &str) -> Option<i16> {
    let text = text.trim().trim_matches(['(', ')']);
    if let Ok(date) = date::parse(text, None) {
        return Some(date.year());
    }
    let year = |digits: &str| digits.parse().ok().filter(|year| (1000..=2999).contains(year));
    text.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 4).find_map(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_files() {
        for (stem, title, year) in [
            ("ai-weiwei-never-sorry", "Ai Weiwei Never Sorry", None),
            ("Salt (1999)", "Salt", Some(1999)),
            ("nine_quiet_rivers-2019", "Nine Quiet Rivers", Some(2019)),
            ("WALL-E", "WALL-E", None),
            ("Spider-Man_2002", "Spider-Man", Some(2002)),
            ("the long rain", "The Long Rain", None),
            ("1917", "1917", None),
            ("blade runner 2049", "Blade Runner 2049", None),
            ("page-12345", "Page 12345", None),
            ("é-1999", "É", Some(1999)),
            ("", "", None),
        ] {
            assert_eq!(title_of_file(stem), (title.to_owned(), year), "{stem}");
        }
    }

    #[test]
    fn titles_in_imdbs_notation() {
        for (title, bare, year) in [
            ("Salt (2017– )", "Salt", Some(2017)),
            ("Salt (2017-)", "Salt", Some(2017)),
            ("Salt (TV Series 2011–2019)", "Salt", Some(2011)),
            ("Salt (TV Movie 2011)", "Salt", Some(2011)),
            ("Salt (I) (2013)", "Salt (I)", Some(2013)),
            ("Letters (1910–1920)", "Letters (1910–1920)", None),
            ("Salt (Video)", "Salt (Video)", None),
            ("(TV Movie 2011)", "(TV Movie 2011)", None),
        ] {
            assert_eq!(without_year(title.into(), None), (Some(bare.into()), year), "{title}");
        }
    }

    #[test]
    fn years() {
        for (text, year) in [
            ("2012", Some(2012)),
            ("2012-07-26", Some(2012)),
            ("(1995)", Some(1995)),
            ("2011–2013", Some(2011)),
            ("soon", None),
            ("19950", None),
        ] {
            assert_eq!(read_year(text), year, "{text}");
        }
    }
}
