//! A work as one dump names it.

use std::fmt;
use std::str::FromStr;

use super::Property;

/// The kind of a work. The score bands of `distribution` depend on it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A film.
    Movie,
    /// A series or season.
    Tv,
    /// A game.
    Game,
    /// A music album.
    Album,
    /// A book.
    Book,
    /// A product.
    Product,
    /// Anything else.
    Other,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Kind; 7] =
        [Kind::Movie, Kind::Tv, Kind::Game, Kind::Album, Kind::Book, Kind::Product, Kind::Other];

    /// The word stored in the archive and typed on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Movie => "movie",
            Kind::Tv => "tv",
            Kind::Game => "game",
            Kind::Album => "album",
            Kind::Book => "book",
            Kind::Product => "product",
            Kind::Other => "other",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Other names of the kinds, in lower case without punctuation.
const SYNONYMS: [(Kind, &[&str]); 5] = [
    (
        Kind::Movie,
        &[
            "film", "featurefilm", "tvmovie", "shortfilm", "documentary", "película", "filme",
            "фильм", "电影", "映画", "영화",
        ],
    ),
    (
        Kind::Tv,
        &[
            "show", "tvshow", "series", "tvseries", "serie", "série", "miniseries", "serial",
            "сериал",
        ],
    ),
    (Kind::Game, &["videogame", "videojuego", "jeuvidéo", "videospiel", "игра"]),
    (Kind::Album, &["lp", "ep", "record", "musicalbum", "альбом"]),
    (
        Kind::Book,
        &[
            "novel", "manga", "graphicnovel", "libro", "livre", "livro", "buch", "bok", "boek",
            "книга",
        ],
    ),
];

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let bare = bare.to_lowercase();
        let own = Kind::ALL.into_iter().find(|kind| kind.as_str() == bare);
        let other = || SYNONYMS.iter().find(|(_, words)| words.contains(&bare.as_str()));
        own.or_else(|| other().map(|(kind, _)| *kind)).ok_or_else(|| {
            let known: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("no kind '{text}'; the kinds are {}", known.join(", "))
        })
    }
}

/// An identifier that one site gave to a review or a work.
///
/// Two ids are comparable only within one `site` (a short stable word such as
/// `metacritic`, `rotten-tomatoes`, `letterboxd`, or `isbn`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalId {
    /// The service, for example `imdb`.
    pub site: String,
    /// As the service writes it.
    pub id: String,
}

impl ExternalId {
    /// The `id` of that `site`.
    pub fn new(site: impl Into<String>, id: impl Into<String>) -> Self {
        Self { site: site.into(), id: id.into() }
    }
}

/// What one record says about its work. Any part may be missing; a mention with neither title nor
/// id is filled from `--title` or the file name before it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkMention {
    /// As printed; `None` if only an id is known.
    pub title: Option<String>,
    /// `None` if the dump does not say.
    pub kind: Option<Kind>,
    /// Year of release, 1000–9999.
    pub year: Option<i16>,
    /// Ids of the *work* (a movieId, an asin, an ISBN), not of the review.
    pub ids: Vec<ExternalId>,
    /// Creators, genres etc., by property and then in the dump's order, each name once.
    pub properties: Vec<(Property, String)>,
}

/// A work id in canonical form. IMDb's have `tt` and at least seven digits, but spreadsheets and
/// data sets omit the letters and leading zeros; ISBNs may have hyphens, ten digits (with leading
/// zeros dropped by a spreadsheet) or thirteen.
pub fn plain_id(site: &str, id: &str) -> String {
    let id = id.trim();
    let plain = match site {
        "imdb" => imdb(id),
        "isbn" => isbn(id),
        _ => None,
    };
    plain.unwrap_or_else(|| id.to_owned())
}

fn imdb(id: &str) -> Option<String> {
    // An episode may be given with its show: tt0944947/s1e2.
    let (title, rest) = id.find('/').map_or((id, ""), |at| id.split_at(at));
    let digits = title.strip_prefix("tt").unwrap_or(title);
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    let number: u64 = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
    Some(format!("tt{number:07}{rest}"))
}

fn isbn(id: &str) -> Option<String> {
    let id: String = id.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match id.len() {
        13 if is_digits(&id) => Some(id),
        // No ISBN with seven or more leading zeros is known.
        7..=10 => {
            let ten = format!("{:0>10}", id.to_ascii_uppercase());
            let nine = ten.get(..9).filter(|nine| is_digits(nine))?;
            let digit = |b: u8| if b == b'X' { 10 } else { u32::from(b.wrapping_sub(b'0')) };
            let sum: u32 = (1..).zip(ten.bytes()).map(|(at, b)| at * digit(b)).sum();
            if !sum.is_multiple_of(11) {
                return None;
            }
            let twelve = format!("978{nine}");
            let weights = [1, 3].into_iter().cycle();
            let sum: u32 = twelve.bytes().zip(weights).map(|(b, weight)| weight * digit(b)).sum();
            Some(format!("{twelve}{}", (10 - sum % 10) % 10))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, plain_id};

    #[test]
    fn kinds_have_synonyms() {
        for (word, kind) in [
            ("Film", Kind::Movie),
            ("TV Show", Kind::Tv),
            ("tv_series", Kind::Tv),
            ("Video-Game", Kind::Game),
            ("Livre", Kind::Book),
            ("ALBUM", Kind::Album),
        ] {
            assert_eq!(word.parse(), Ok(kind), "{word}");
        }
        assert!("filming".parse::<Kind>().is_err() && "".parse::<Kind>().is_err());
    }

    #[test]
    fn ids_are_compared_in_canonical_form() {
        for (site, id, plain) in [
            ("imdb", "tt0031381", "tt0031381"),
            ("imdb", "31381", "tt0031381"),
            ("imdb", "tt31381", "tt0031381"),
            ("imdb", "0031381", "tt0031381"),
            ("imdb", "tt12345678", "tt12345678"),
            ("imdb", "tt0944947/s1e2", "tt0944947/s1e2"),
            ("imdb", "nm0000001", "nm0000001"),
            ("isbn", "978-0-306-40615-7", "9780306406157"),
            ("isbn", "0-306-40615-2", "9780306406157"),
            ("isbn", "306406152", "9780306406157"),
            ("isbn", "0306406153", "0306406153"),
            ("isbn", "080442957x", "9780804429573"),
            ("asin", "0439893577", "0439893577"),
        ] {
            assert_eq!(plain_id(site, id), plain, "{site} {id}");
        }
    }
}
