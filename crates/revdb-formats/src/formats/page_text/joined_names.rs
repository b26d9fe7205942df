//! A publication and its critic glued together: "The GullBo TidewellMay 3, 2019".
//!
//! Owns: detecting such names in a list, and splitting them. Must never: split a name in a list
//! where most names are single ("PlayStation Universe"). A note reports the split.

use super::slots::Slots;

/// Whether most reviews of the list have two names glued to the date.
pub fn are_joined(items: &[Slots]) -> bool {
    let glued = |item: &&Slots| item.glued.as_deref().is_some_and(|name| parted(name).is_some());
    items.iter().filter(glued).count() * 3 > items.len() * 2
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
            let capitals = *at > 0 && chars[*at - 1].1.is_uppercase() && before.is_uppercase();
            capitals && next.is_uppercase() && after.is_lowercase()
        }
        _ => false,
    };
    let joints = (0..chars.len()).filter(joint).map(|at| chars[at]);
    let ends = joints.map(|(at, before)| at + before.len_utf8());
    let mut found = ends.filter_map(|at| text.split_at_checked(at));
    found.rfind(|(left, right)| !is_within_name(left) && is_person(right))
}

/// "McGull" and "MacGull" are single names.
fn is_within_name(left: &str) -> bool {
    let word = left.rsplit([' ', '-']).next().unwrap_or(left);
    matches!(word, "Mc" | "Mac" | "De" | "Le" | "La" | "Van" | "Di")
}

fn is_person(text: &str) -> bool {
    let words = text.split(' ').count();
    let last = text.rsplit(' ').next();
    (2..=4).contains(&words)
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
            ("Tea Weekly", None),
            ("TeaHarbour", None),
        ] {
            assert_eq!(parted(text), wanted, "{text}");
        }
    }
}
