//! The neutral record that every format emits.

use revdb_model::{Audience, DateOrder, ExternalId, Kind, Property, Scale};

/// Position of a record in a dump. Both numbers count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Record number.
    pub record: u64,
    /// Line number of its first line.
    pub line: u64,
}

/// A review as printed in the dump: texts not cleaned, dates and scores not parsed. A format fills
/// what it finds and leaves the rest `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawReview {
    /// Who speaks.
    pub audience: Option<Audience>,
    /// An unrecognised value in the audience field.
    pub unknown_audience: Option<String>,
    /// The work reviewed.
    pub work: RawWork,
    /// The author's name.
    pub byline: Option<String>,
    /// Where it appeared.
    pub publication: Option<String>,
    /// The date as printed.
    pub date: Option<String>,
    /// The day-month order of `03/04/2012`, if the format or the whole column determines it.
    pub date_order: Option<DateOrder>,
    /// The score as printed.
    pub score: Option<String>,
    /// The originally printed score, if `score` was computed from it.
    pub score_text: Option<String>,
    /// The scale of bare scores, if the record itself gives it.
    pub scale: Option<Scale>,
    /// The review's text.
    pub quote: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// The site's id of the review.
    pub id: Option<ExternalId>,
    /// Its language.
    pub language: Option<String>,
    /// A judgement without a score ("Fresh", a thumbs-up): it makes the record a review even
    /// without score and words.
    pub verdict: Option<String>,
    /// Its list's status says that the work is not yet seen.
    pub planned: bool,
    /// The format knows that the quote is truncated.
    pub truncated: bool,
    /// Tags and shelves; one string may still contain several.
    pub tags: Vec<String>,
}

/// A work as printed in the dump.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawWork {
    /// Its title.
    pub title: Option<String>,
    /// Its kind.
    pub kind: Option<Kind>,
    /// An unrecognised value in the kind field.
    pub unknown_kind: Option<String>,
    /// A year, or a date that begins or ends with one.
    pub year: Option<String>,
    /// Sites' ids of the work.
    pub ids: Vec<ExternalId>,
    /// People and genres; one string may still contain several.
    pub properties: Vec<(Property, String)>,
}

/// A page's claim about itself, to be compared with the archive.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimKind {
    /// "Metascore 81": 0–100.
    Metascore,
    /// "User Score 8.1": as printed, 0–10.
    UserScore,
    /// "based on 28 Critics".
    CriticCount,
    /// "based on 10 Ratings".
    RatingCount,
    /// "Positive: 24 out of 28".
    Positive,
    /// "Mixed: 3 out of 28".
    Mixed,
    /// "Negative: 1 out of 28".
    Negative,
}

/// One claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The audience it is about.
    pub audience: Audience,
    /// What is claimed.
    pub kind: ClaimKind,
    /// The number claimed.
    pub value: f64,
    /// The total in "out of", if given.
    pub of: Option<f64>,
    /// The work that the page is about.
    pub work: RawWork,
}

/// One item read from a dump.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A review.
    Review(Box<RawReview>),
    /// A row of a companion table: it describes a work and is not a review.
    Work(RawWork),
    /// The dump's claim about its work's reviews.
    Claim(Claim),
    /// The record cannot be a review; the reason is one clause.
    Rejected(String),
    /// A record that is not a review by the format's own rule (a shelved book).
    LeftAlone(&'static str),
}
