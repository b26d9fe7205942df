//! The thing reviewed, as one dump names it.

use std::fmt;
use std::str::FromStr;

/// What sort of thing is reviewed. The band rules of `distribution` depend on it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Movie,
    Tv,
    Game,
    Album,
    Book,
    Product,
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

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Kind::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text)).ok_or_else(
            || {
                let known: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
                format!("no kind '{text}'; the kinds are {}", known.join(", "))
            },
        )
    }
}

/// An identifier that one site gave to a review or a work.
///
/// Two ids are comparable only within one `site` (a short stable word such as
/// `metacritic`, `rotten-tomatoes`, `letterboxd`, or `isbn`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalId {
    pub site: String,
    pub id: String,
}

impl ExternalId {
    pub fn new(site: impl Into<String>, id: impl Into<String>) -> Self {
        Self { site: site.into(), id: id.into() }
    }
}

/// What one record says of the work it is about. Any part may be missing;
/// a mention with neither title nor id cannot be resolved and is filled from
/// `--title` or the file's name before it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkMention {
    pub title: Option<String>,
    pub kind: Option<Kind>,
    /// Year of release, 1000–9999.
    pub year: Option<i16>,
    /// Ids of the *work* (a movieId, an asin, an ISBN), not of the review.
    pub ids: Vec<ExternalId>,
}
