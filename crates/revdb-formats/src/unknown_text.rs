//! Text that no format recognises: the nearest profile and alternatives.
//!
//! Owns: naming the text profile that fits best. Must never: refer the user to a list of formats,
//! none of which fits.

use super::format::Probe;
use super::profile::{GUIDE, Profile, Shape, built_in, text};

/// What the user can do with such a text.
pub fn ways_on() -> String {
    format!(
        "import the page saved as HTML, which says what is a name and what a score; or put its \
         reviews into a table, a column each for title, critic, score and quote; or describe the \
         text's lines in a profile with shape = \"text\" and say --profile: {GUIDE}"
    )
}

/// The nearest profile as a clause; empty if none is near.
pub fn near(probe: &Probe<'_>) -> String {
    nearest(probe).map_or(String::new(), |(profile, missing)| {
        format!("; the nearest is {} ({}){missing}", profile.name, profile.describe)
    })
}

/// Longer patterns are not shown, since they do not help a user.
const SHORT: usize = 40;

/// The text profile most of whose patterns match, and the pattern that does not. Profiles with
/// ambiguous patterns are ignored.
fn nearest<'p>(probe: &Probe<'_>) -> Option<(&'p Profile, String)> {
    let all = built_in().ok()?.iter();
    let texts = all.filter(|profile| profile.shape == Shape::Text && profile.detect.certain);
    let likeness = texts.filter_map(|profile| {
        let there = text::matching_patterns(profile, probe)?;
        let share = there.iter().filter(|there| **there).count() as f64 / there.len() as f64;
        (share > 0.0).then_some((share, profile, there))
    });
    let (_, profile, there) = likeness.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let missing = there.iter().zip(&profile.detect.lines).find(|(there, _)| !**there);
    let missing = missing.filter(|(_, mark)| mark.len() <= SHORT);
    let missing = missing.map(|(_, mark)| format!(", but no line of it is {mark}"));
    Some((profile, missing.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_profile_is_named() {
        let of = |text: &str| near(&Probe::new("dump.txt", text, true));
        assert_eq!(of("Dear diary,\nit rained, and I went to see a film.\n"), "");
        let half = of("It rains\n3 out of 5 found this helpful. Was this review helpful?\nmore\n");
        assert!(half.contains("the nearest is imdb-") && half.ends_with("is Permalink"), "{half}");
    }
}
