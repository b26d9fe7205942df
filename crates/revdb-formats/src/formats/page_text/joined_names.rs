//! A publication and its critic glued together: "The GullBo TidewellMay 3, 2019".
//!
//! Owns: detecting such names in a list, and splitting them. Must never: split a name in a list
//! where most names are single ("PlayStation Universe"). A note reports the split.

use super::lines::NAME_LIMIT;
use super::slots::Slots;

/// Whether a list's reviews have two names glued to the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    No,
    /// Some may have.
    Perhaps,
    /// Half of them or more.
    Yes,
}

impl Joined {
    pub fn of(items: &[Slots]) -> Self {
        let glued = |item: &&Slots| item.glued.as_deref().is_some_and(could_be_two);
        let two = items.iter().filter(glued).count();
        // A single publication may have capitals within its name.
        match (two, items.len()) {
            (0, _) => Joined::No,
            (two, all) if two * 2 >= all && (two > 1 || all == 1) => Joined::Yes,
            (two, all) if two * 4 >= all => Joined::Perhaps,
            _ => Joined::No,
        }
    }
}

/// Whether a text glued to a date may be a name, or a publication and a name. Each has one or a few
/// words; "Played until Mar 5, 2019" is text.
pub fn could_be_glued(text: &str) -> bool {
    let most = if could_be_two(text) { 8 } else { 5 };
    text.split(' ').count() <= most && text.chars().count() <= NAME_LIMIT
}

fn could_be_two(text: &str) -> bool {
    parted(text).is_some()
}

/// The publication, and its critic after a bar ("The Gull | By Bo Tidewell") or glued to it.
pub fn both(glued: &str, joined: bool) -> (&str, Option<&str>) {
    if let Some((publication, name)) = glued.split_once('|') {
        let name = name.trim();
        return (publication.trim(), Some(name.strip_prefix("By ").unwrap_or(name)));
    }
    match parted(glued).filter(|_| joined) {
        Some((publication, name)) => (publication, Some(name)),
        None => (glued, None),
    }
}

/// Publication and critic: a capital directly after a lower-case letter, followed by two or more
/// words that could be a name. The last such place is used, since publications have more capitals.
fn parted(text: &str) -> Option<(&str, &str)> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let is_word_end = |c: char| c.is_lowercase() || c.is_ascii_digit() || c == ')';
    // "TGNBo Tidewell": behind capitals one begins a word.
    let joint = |at: &usize| match chars.get(*at..*at + 3) {
        Some([(_, before), (_, next), _]) if is_word_end(*before) => next.is_uppercase(),
        Some([(_, before), (_, next), (_, after)]) => {
            let above = at.checked_sub(1).is_none_or(|above| chars[above].1.is_uppercase());
            let capitals = above && before.is_uppercase();
            capitals && next.is_uppercase() && after.is_lowercase()
        }
        _ => false,
    };
    let joints = (0..chars.len()).filter(joint).map(|at| chars[at]);
    let ends = joints.map(|(at, before)| at + before.len_utf8());
    let mut found = ends.filter_map(|at| text.split_at_checked(at));
    found.rfind(|(left, right)| !is_within_name(left) && is_person(right))
}

/// "McGull", "MacGull" and "PlayStation" are single names.
fn is_within_name(left: &str) -> bool {
    let word = left.rsplit([' ', '-']).next().unwrap_or(left);
    matches!(word, "Mc" | "Mac" | "De" | "Le" | "La" | "Van" | "Di" | "Play")
}

fn is_person(text: &str) -> bool {
    let words = text.split(' ').count();
    let last = text.rsplit(' ').next();
    (2..=5).contains(&words)
        && !text.contains(|c: char| c.is_ascii_digit())
        && last.is_some_and(|word| word.starts_with(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn names_run_together() {
        for (text, wanted) in [
            ("The GullBo Tidewell", Some(("The Gull", "Bo Tidewell"))),
            ("TeaHarbourLena A. O'Marsh", Some(("TeaHarbour", "Lena A. O'Marsh"))),
            ("Pier 9Cyrus McGull", Some(("Pier 9", "Cyrus McGull"))),
            (
                "The Salt (Cornwall)Bo van der Meer",
                Some(("The Salt (Cornwall)", "Bo van der Meer")),
            ),
            ("Tea 1UPHana J. Yarrow", Some(("Tea 1UP", "Hana J. Yarrow"))),
            ("TGNBo Tidewell", Some(("TGN", "Bo Tidewell"))),
            ("TBo Tidewell", Some(("T", "Bo Tidewell"))),
            ("The GullUna A. van der Oak", Some(("The Gull", "Una A. van der Oak"))),
            ("Tea Weekly", None),
            ("PlayStation Kettle Magazine", None),
            ("TeaHarbour", None),
        ] {
            assert_eq!(parted(text), wanted, "{text}");
        }
    }
}
