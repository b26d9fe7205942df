//! Writes a profile file that parses as the same profile.

use super::schema::Profile;

impl Profile {
    /// The profile file for this profile of a table or of JSON. (A text profile's own keys and
    /// detection rules are not written; a user's profile does not need the latter.)
    ///
    /// # Errors
    /// A value that TOML cannot represent; no profile has one today.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::detect::Detect;
    use crate::profile::{Shape, built_in};

    #[test]
    fn profiles_round_trip() {
        for profile in built_in().unwrap().iter().filter(|it| it.shape != Shape::Text) {
            let text = profile.to_toml().unwrap();
            let read = Profile::parse("x.toml", &text).unwrap_or_else(|it| panic!("{it}\n{text}"));
            let written = Profile { detect: Detect::default(), ..profile.clone() };
            assert_eq!(read.to_toml().as_ref(), Ok(&text));
            assert_eq!(read, written, "{text}");
        }
    }
}
