//! A profile as the text of a file: what is written here is read as the same profile.

use super::schema::Profile;

impl Profile {
    /// The text of a profile file that reads as this profile of a table or of
    /// JSON does. (What a profile of a text says beside is not written, nor how a
    /// dump is known: a profile of a person's own need not say it.)
    ///
    /// # Errors
    /// A value that TOML has no words for: none that a profile holds today.
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
    fn every_profile_comes_back_as_it_was_written() {
        for profile in built_in().unwrap().iter().filter(|it| it.shape != Shape::Text) {
            let text = profile.to_toml().unwrap();
            let read = Profile::parse("x.toml", &text).unwrap_or_else(|it| panic!("{it}\n{text}"));
            let written = Profile { detect: Detect::default(), ..profile.clone() };
            assert_eq!(read.to_toml().as_ref(), Ok(&text));
            assert_eq!(read, written, "{text}");
        }
    }
}
