//! A normalised review, the common result of all formats.

use super::{ExternalId, PartialDate, WorkMention};

/// Who wrote a review. The two are never mixed in one statistic.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// A professional critic.
    Critic,
    /// Anybody else.
    User,
}

impl Audience {
    /// The word stored in the archive.
    pub fn as_str(self) -> &'static str {
        match self {
            Audience::Critic => "critic",
            Audience::User => "user",
        }
    }

    /// The inverse of [`Audience::as_str`]; `None` for any other word.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "critic" => Some(Audience::Critic),
            "user" => Some(Audience::User),
            _ => None,
        }
    }
}

/// A review after normalising: cleaned texts, a typed date, a score 0–100.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Who speaks.
    pub audience: Audience,
    /// What is reviewed, as the dump names it.
    pub work: WorkMention,
    /// The name printed, also where it names nobody ("Staff (Not credited)").
    pub byline: Option<String>,
    /// Where it appeared.
    pub publication: Option<String>,
    /// When, as far as the dump says.
    pub date: Option<PartialDate>,
    /// 0–100, or `None` where the dump's text has no known scale.
    pub score: Option<f64>,
    /// Exactly what the dump printed.
    pub score_text: Option<String>,
    /// The judgement as printed where it is no score: "Fresh", "recommended".
    pub verdict: Option<String>,
    /// Cleaned text; paragraphs are separated by `\n`.
    pub quote: Option<String>,
    /// Where the whole review stands.
    pub url: Option<String>,
    /// The site's own id of this review.
    pub id: Option<ExternalId>,
    /// The dump cut the quote off ("…Expand" with nothing after it).
    pub truncated: bool,
    /// What the dump said of the full review's language, as it said it.
    pub language: Option<String>,
    /// The reviewer's own words for it, parted by "; ": tags, shelves, and `rewatch` where the
    /// dump says that the work was known already.
    pub tags: Option<String>,
}
