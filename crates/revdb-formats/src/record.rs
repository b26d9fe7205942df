//! The neutral record: what every format hands on, whatever the dump looked like.

use revdb_model::{Audience, DateOrder, ExternalId, Kind, Property, Scale};

/// Where in a dump a record begins. Both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Which of the dump's records.
    pub record: u64,
    /// The line on which it begins.
    pub line: u64,
}

/// A review as the dump has it: texts not yet cleaned, dates and scores not
/// yet read. A format fills what it finds and leaves the rest `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawReview {
    /// Who speaks.
    pub audience: Option<Audience>,
    /// What stands in the audience's place and is none.
    pub unknown_audience: Option<String>,
    /// What is reviewed.
    pub work: RawWork,
    /// Who is named as its author.
    pub byline: Option<String>,
    /// Where it appeared.
    pub publication: Option<String>,
    /// When, as the dump prints it.
    pub date: Option<String>,
    /// How `03/04/2012` reads here, where the format or the whole column told.
    pub date_order: Option<DateOrder>,
    /// The mark, as the dump prints it.
    pub score: Option<String>,
    /// The score as it was printed, where `score` was worked out of it.
    pub score_text: Option<String>,
    /// What this record's bare numbers are out of, where the record itself says so.
    pub scale: Option<Scale>,
    /// The words.
    pub quote: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// The site's own id of the review.
    pub id: Option<ExternalId>,
    /// What it is written in.
    pub language: Option<String>,
    /// The record judges without a score ("Fresh", a thumb up), so it is a
    /// review even where score and words are missing.
    pub verdict: Option<String>,
    /// The list that it stands in says that the work is yet to be seen.
    pub planned: bool,
    /// The format knows that the quote is cut off.
    pub truncated: bool,
    /// Tags and shelves, of which one text may still name several.
    pub tags: Vec<String>,
}

/// A work as the dump has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawWork {
    /// What it is called.
    pub title: Option<String>,
    /// What sort of thing it is.
    pub kind: Option<Kind>,
    /// What stands in the kind's place and is none.
    pub unknown_kind: Option<String>,
    /// A year, or a date that begins or ends with one.
    pub year: Option<String>,
    /// Sites' ids of the work.
    pub ids: Vec<ExternalId>,
    /// People and genres, of which one text may still name several.
    pub properties: Vec<(Property, String)>,
}

/// What a page says of itself, to be held against what the archive holds.
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
    /// Whose reviews it is about.
    pub audience: Audience,
    /// What is said.
    pub kind: ClaimKind,
    /// The number said.
    pub value: f64,
    /// What it is "out of", where that is said.
    pub of: Option<f64>,
    /// The work that the page is about.
    pub work: RawWork,
}

/// One thing found in a dump.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A review.
    Review(Box<RawReview>),
    /// A row of a companion table: it describes a work and reviews nothing.
    Work(RawWork),
    /// What the dump says of its work's reviews.
    Claim(Claim),
    /// The format could not make a review of this record; the reason is one clause.
    Rejected(String),
    /// A record that is no review by the format's own rule (a shelved book).
    LeftAlone(&'static str),
}
