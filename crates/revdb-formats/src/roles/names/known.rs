//! The parsed file of names.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::{Meaning, Role, combined, plain};
use revdb_model::Property;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    pub(super) names: Vec<Names>,
    pub(super) ids: Vec<Ids>,
    pub(super) lone_ids: Vec<LoneIds>,
    qualifiers: Vec<Qualifiers>,
    pub(super) not_publications: NotPublications,
    containers: Containers,
    authorless: Containers,
    properties: Vec<Properties>,
    pairs: Pairs,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Properties {
    property: String,
    #[expect(dead_code, reason = "for those who read the file")]
    source: String,
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pairs {
    source: String,
    names: Vec<[String; 2]>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Containers {
    #[expect(dead_code, reason = "for those who read the file")]
    source: String,
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    pub(super) role: Role,
    pub(super) rank: u8,
    pub(super) source: String,
    pub(super) names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ids {
    pub(super) site: String,
    pub(super) source: String,
    pub(super) names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoneIds {
    pub(super) source: String,
    pub(super) names: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Says {
    Own,
    Review,
    User,
    Work,
    Site,
    Count,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Qualifiers {
    says: Says,
    source: String,
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotPublications {
    #[cfg_attr(not(test), expect(dead_code, reason = "for those who read the file"))]
    pub(super) source: String,
    pub(super) values: Vec<String>,
}

/// The file, indexed for lookups.
pub(super) struct Known {
    names: FxHashMap<String, Meaning>,
    /// Folded words, longest first.
    qualifiers: Vec<(String, Says, &'static str)>,
    pub(super) not_publications: Vec<String>,
    pub(super) containers: Vec<String>,
    pub(super) authorless: Vec<String>,
    pub(super) properties: FxHashMap<String, Property>,
    pub(super) pairs: Vec<[String; 2]>,
}

static KNOWN: LazyLock<Result<Known, String>> = LazyLock::new(|| {
    let file: File =
        toml::from_str(include_str!("../names.toml")).map_err(|error| error.to_string())?;
    Known::of(file)
});

pub(super) fn known() -> Result<&'static Known, String> {
    KNOWN.as_ref().map_err(|error| format!("the table of columns' names is broken: {error}"))
}

/// Leaked: the table lives as long as the program.
fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

impl Known {
    fn of(file: File) -> Result<Self, String> {
        let mut names = FxHashMap::default();
        let mut put = |words: Vec<String>, meaning: &Meaning| {
            for word in words {
                names.entry(plain(&word)).or_insert_with(|| meaning.clone());
            }
        };
        let meaning = |role, rank, source: String| Meaning {
            role,
            rank,
            own: matches!(role, Role::OwnScore),
            site: None,
            best: None,
            source: kept(source),
        };
        for entry in file.names {
            put(entry.names, &meaning(entry.role, entry.rank, entry.source));
        }
        for entry in file.ids {
            let site = Some(kept(entry.site));
            put(entry.names, &Meaning { site, ..meaning(Role::WorkId, 3, entry.source) });
        }
        for entry in file.lone_ids {
            put(entry.names, &meaning(Role::LoneId, 2, entry.source));
        }
        let pairs: Vec<[String; 2]> = file.pairs.names;
        put(pairs.concat(), &meaning(Role::Quote, 2, file.pairs.source));
        let pairs = pairs.into_iter().map(|pair| pair.map(|name| plain(&name))).collect();
        let mut properties = FxHashMap::default();
        for entry in file.properties {
            let property: Property = entry.property.parse()?;
            properties.extend(entry.names.iter().map(|name| (plain(name), property)));
        }
        let mut qualifiers = Vec::new();
        for entry in file.qualifiers {
            let source = kept(entry.source);
            qualifiers.extend(entry.words.iter().map(|word| (plain(word), entry.says, source)));
        }
        qualifiers.sort_by_key(|(word, ..)| std::cmp::Reverse(word.len()));
        let not_publications = file.not_publications.values.iter().map(|v| plain(v)).collect();
        let plains = |names: &[String]| names.iter().map(|name| plain(name)).collect();
        let (containers, authorless) =
            (plains(&file.containers.names), plains(&file.authorless.names));
        Ok(Self { names, qualifiers, not_publications, containers, authorless, properties, pairs })
    }

    pub(super) fn exact(&self, plain: &str) -> Option<Meaning> {
        self.names.get(plain).cloned()
    }

    /// Whether a name begins with a word of this meaning.
    pub(super) fn is_qualified(&self, plain: &str, by: Says) -> bool {
        let before = |word: &str| plain.strip_prefix(word).is_some_and(|rest| !rest.is_empty());
        self.qualifiers.iter().any(|(word, says, _)| *says == by && before(word))
    }

    pub(super) fn composed(&self, plain: &str) -> Option<Meaning> {
        self.qualifiers.iter().find_map(|(word, says, source)| {
            let before = plain.strip_prefix(word.as_str());
            let behind = || plain.strip_suffix(word.as_str());
            let rest = match says {
                // In "user_comment", "comment" is not a qualifier.
                Says::Review if !word.starts_with("review") => before,
                Says::Site | Says::Count | Says::Review => before.or_else(behind),
                _ => before,
            }?;
            let base = self.exact(rest).or_else(|| match says {
                Says::Review | Says::User => self.composed(rest),
                _ => None,
            });
            let (role, rank) = combined(*says, rest, base.as_ref())?;
            let own = *says == Says::Own;
            // "reviews_link" next to "review_link" is the page of all reviews.
            let rank = if role == Role::Url && word == "reviews" { rank - 1 } else { rank };
            // A comment next to a review is a reply to it.
            let rank = if word.starts_with("comment") { rank.min(2) } else { rank };
            Some(Meaning { role, rank, own, site: None, best: None, source })
        })
    }
}
