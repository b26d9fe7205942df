//! Properties of a work besides its title: creators and genres.
//!
//! Owns: the properties, the splitting of a list of values, and when two names may be the same
//! creator. Must never: distinguish two creators if one name may be a short form of the other (`J.
//! Smith`, `John Smith`), since different creators make different works.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::name;

/// The properties, named as in schema.org.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// The creator: a book's author, an album's artist.
    Author,
    /// Translators, illustrators, further authors.
    Contributor,
    /// The director of a film.
    Director,
    /// The maker of a product, brewery, winery; the developer of a game.
    Brand,
    /// The genre or category.
    Genre,
}

impl Property {
    /// Every property, in the order of the documentation.
    pub const ALL: [Property; 5] = [
        Property::Author,
        Property::Contributor,
        Property::Director,
        Property::Brand,
        Property::Genre,
    ];

    /// The word stored in the archive.
    pub fn as_str(self) -> &'static str {
        match self {
            Property::Author => "author",
            Property::Contributor => "contributor",
            Property::Director => "director",
            Property::Brand => "brand",
            Property::Genre => "genre",
        }
    }

    /// Whether different names mean different works. Names of firms vary too much.
    pub fn distinguishes_works(self) -> bool {
        matches!(self, Property::Author | Property::Contributor | Property::Director)
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Property {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Property::ALL.into_iter().find(|property| property.as_str() == text);
        found.ok_or_else(|| format!("no property '{text}'"))
    }
}

/// Separators in revdb's own output and in MovieLens.
const MARKS: [char; 2] = [';', '|'];

/// The values of a cleaned text, each once, in order.
pub fn values(text: &str) -> Vec<String> {
    let mut folds = BTreeSet::new();
    let parts = text.split(MARKS).map(str::trim).filter(|part| !part.is_empty());
    parts.filter(|part| folds.insert(name::fold(part))).map(str::to_owned).collect()
}

/// A cell split at its format's separator. A list as Python and JSON print it (`['a', 'b']`) is
/// recognised in any format.
pub fn parted<'a>(cell: &'a str, separator: Option<&str>) -> Vec<&'a str> {
    let listed = cell.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match (listed, separator) {
        (Some(listed), _) => {
            listed.split(',').map(|part| part.trim().trim_matches(['\'', '"'])).collect()
        }
        (None, Some(separator)) => cell.split(separator).collect(),
        (None, None) => vec![cell],
    }
}

/// `Holt, Karin` in the usual order of names.
pub fn turned_round(surname_first: &str) -> String {
    match surname_first.split_once(',') {
        Some((surname, rest)) => {
            let (given, suffix) = rest.split_once(',').unwrap_or((rest, ""));
            [given, surname, suffix].map(str::trim).join(" ").trim().to_owned()
        }
        None => surname_first.trim().to_owned(),
    }
}

/// Words of a name that are ignored.
const ASIDE: [&str; 8] = ["the", "jr", "sr", "ii", "iii", "iv", "dr", "phd"];

/// Placeholder names.
const NOBODY: [&str; 6] =
    ["various", "various artists", "various authors", "unknown", "unknown author", "anonymous"];

/// Separators between creators printed as one name.
const TOGETHER: [&str; 7] = [" & ", " and ", ", ", " with ", " feat ", " featuring ", " / "];

/// The keys by which a creator is compared: two names that may be the same creator share one. A
/// key is the last word and its first letter, so that initials, middle names and `Surname, Name`
/// do not matter.
pub fn creator_keys(printed: &str) -> Vec<String> {
    // A note after the name: "(Translator)", "(2)".
    let bare = printed.split(" (").next().unwrap_or(printed);
    let folded = name::fold(bare);
    if NOBODY.contains(&folded.as_str()) {
        return Vec::new();
    }
    let mut parts = vec![folded.as_str()];
    for mark in TOGETHER {
        parts = parts.into_iter().flat_map(|part| part.split(mark)).collect();
    }
    let mut keys = vec![creator_key(&turned_round(&folded))];
    keys.extend(parts.into_iter().map(creator_key));
    keys.retain(|key| !key.is_empty());
    keys.sort();
    keys.dedup();
    keys
}

fn creator_key(folded: &str) -> String {
    let words =
        || folded.split([' ', ',']).filter(|word| !word.is_empty() && !ASIDE.contains(word));
    let first = words().next().and_then(|word| word.chars().next());
    match (words().next_back(), first) {
        (Some(last), Some(first)) => format!("{last} {first}"),
        _ => folded.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_split() {
        for (cell, separator, wanted) in [
            ("Comedy, Drama", Some(","), "Comedy; Drama"),
            ("Comedy, Drama", None, "Comedy, Drama"),
            ("Drama|Mystery", None, "Drama; Mystery"),
            ("slow; warm; Slow", None, "slow; warm"),
            ("['Ida Brook', 'Jo Poe']", None, "Ida Brook; Jo Poe"),
            ("[]", Some(","), ""),
            ("Karin Holt & Pierre Lund", Some(" & "), "Karin Holt; Pierre Lund"),
            (" , ", Some(","), ""),
        ] {
            let text = parted(cell, separator).join(";");
            assert_eq!(values(&text).join("; "), wanted, "{cell}");
        }
        assert_eq!(turned_round("Holt, Karin"), "Karin Holt");
        assert_eq!(turned_round("Moor, Ines, Jr."), "Ines Moor Jr.");
        assert_eq!(turned_round("Nine Rivers"), "Nine Rivers");
    }

    #[test]
    fn short_forms_may_be_the_same_creator() {
        let meet = |a: &str, b: &str| {
            let b = creator_keys(b);
            creator_keys(a).iter().any(|key| b.contains(key))
        };
        for (a, b) in [
            ("K. M. Holt", "Karin Holt"),
            ("Holt, Karin", "Karin Maria Holt"),
            ("De Moor, Ines", "Ines De Moor"),
            ("Karin Holt (Translator)", "KARIN HOLT"),
            ("The Nine Rivers", "Nine Rivers"),
            ("Rivers, The", "The Rivers"),
            ("Karin Holt & Jo Poe", "Jo Poe"),
            ("Ines Moor Jr.", "Ines Moor"),
            ("村上", "村上"),
        ] {
            assert!(meet(a, b), "{a} and {b}");
        }
        for (a, b) in [("Karin Holt", "Pierre Lund"), ("Karin Holt", "Pierre Holt"), ("村", "上")]
        {
            assert!(!meet(a, b), "{a} and {b}");
        }
        assert!(creator_keys("Various Artists").is_empty());
    }
}
