//! A normalised review, the common result of all formats.

use super::{ExternalId, PartialDate, WorkMention, name};

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

    /// The audience given by the archive's word or by those of pages and exports ("Critics",
    /// "press review", "verified customer"); `None` if there is any other word, or words of both.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "critic" => return Some(Audience::Critic),
            "user" => return Some(Audience::User),
            _ if text.len() > LONGEST => return None,
            _ => {}
        }
        let folded = name::fold(text);
        let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut found = None;
        for word in words {
            let one = word.strip_suffix('s').unwrap_or(word);
            let is_in = |known: &[&str]| known.contains(&word) || known.contains(&one);
            let here = match () {
                () if is_in(&CRITICS) => Audience::Critic,
                () if is_in(&USERS) => Audience::User,
                () if is_in(&BESIDE) || one.is_empty() => continue,
                () => return None,
            };
            if found.replace(here).is_some_and(|before| before != here) {
                return None;
            }
        }
        found
    }
}

/// Maximum length of a text that may name an audience.
const LONGEST: usize = 64;

/// Words for professional critics, folded and in the singular: from Metacritic, Rotten Tomatoes,
/// AlloCiné, Filmaffinity, Filmstarts and data sets.
const CRITICS: [&str; 18] = [
    "critic", "press", "expert", "professional", "pro", "journalist", "columnist", "outlet",
    "presse", "critique", "critico", "critica", "prensa", "stampa", "kritiker", "pressestimme",
    "критик", "пресса",
];

/// Words for users, in the same form.
const USERS: [&str; 34] = [
    "user",
    "audience",
    "fan",
    "reader",
    "viewer",
    "customer",
    "player",
    "gamer",
    "member",
    "public",
    "community",
    "consumer",
    "listener",
    "buyer",
    "shopper",
    "guest",
    "visitor",
    "amateur",
    "people",
    "spectateur",
    "utilisateur",
    "lecteur",
    "usuario",
    "utente",
    "lettore",
    "publico",
    "pubblico",
    "nutzer",
    "leser",
    "zuschauer",
    "publikum",
    "besucher",
    "пользователь",
    "зритель",
];

/// Neutral words that may accompany them.
const BESIDE: [&str; 14] = [
    "review", "reviewer", "rating", "score", "top", "all", "verified", "super", "registered",
    "the", "of", "site", "general", "film",
];

/// A review after normalising: cleaned texts, a typed date, a score 0–100.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The audience.
    pub audience: Audience,
    /// The work, as the dump names it.
    pub work: WorkMention,
    /// The printed name, even if it names nobody ("Staff (Not credited)").
    pub byline: Option<String>,
    /// Where it appeared.
    pub publication: Option<String>,
    /// The date, possibly partial.
    pub date: Option<PartialDate>,
    /// 0–100, or `None` if the printed score has no known scale.
    pub score: Option<f64>,
    /// Exactly what the dump printed.
    pub score_text: Option<String>,
    /// A printed judgement that is not a score: "Fresh", "recommended".
    pub verdict: Option<String>,
    /// Cleaned text; paragraphs are separated by `\n`.
    pub quote: Option<String>,
    /// The URL of the full review.
    pub url: Option<String>,
    /// The site's id of this review.
    pub id: Option<ExternalId>,
    /// The quote is truncated in the dump ("…Expand" with nothing after it).
    pub truncated: bool,
    /// The language of the full review, as printed in the dump.
    pub language: Option<String>,
    /// The reviewer's tags and shelves, separated by "; ", and `rewatch` if the dump says that the
    /// work was known already.
    pub tags: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::Audience::{self, Critic, User};

    #[test]
    fn an_audience_is_read_in_the_words_of_pages() {
        for (text, wanted) in [
            ("critic", Some(Critic)),
            ("Critics' Reviews", Some(Critic)),
            ("CRITIC\u{2019}S REVIEW", Some(Critic)),
            (" press ", Some(Critic)),
            ("Professional reviewer", Some(Critic)),
            ("Top Critics", Some(Critic)),
            ("Expert", Some(Critic)),
            ("user", Some(User)),
            ("USERS ", Some(User)),
            ("user_review", Some(User)),
            ("Verified Audience", Some(User)),
            ("the general public", Some(User)),
            ("Fans", Some(User)),
            ("member", Some(User)),
            ("Zuschauer", Some(User)),
            ("Público", Some(User)),
            ("staff", None),
            ("reviewer", None),
            ("critics and users", None),
            ("usher", None),
            ("s", None),
            ("", None),
            ("4.5", None),
        ] {
            assert_eq!(Audience::parse(text), wanted, "{text}");
        }
        for audience in [Critic, User] {
            assert_eq!(Audience::parse(audience.as_str()), Some(audience));
        }
    }
}
