//! Which bylines name a person.

/// True where the byline names somebody who can be counted as a critic.
/// "Staff (Not credited)", "E! Staff", "Unsigned", "N/A" name nobody.
pub fn names_somebody(byline: &str) -> bool {
    let folded = super::name::fold(byline);
    !folded.is_empty()
        && !folded
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == "staff")
}

/// The byline without what pages print around it.
pub fn clean(byline: &str) -> String {
    byline.trim().to_owned()
}
