//! The built-in profiles.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use super::parse::ProfileError;
use super::schema::Profile;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/profiles");

static PROFILES: LazyLock<Result<Vec<Profile>, ProfileError>> = LazyLock::new(|| {
    let mut files: Vec<_> = FILES.files().collect();
    files.sort_by_key(|file| file.path());
    files
        .into_iter()
        .map(|file| {
            Profile::parse_unchecked(
                &file.path().to_string_lossy(),
                file.contents_utf8().unwrap_or(""),
            )
        })
        .collect()
});

/// Every built-in profile, sorted by name.
///
/// # Errors
/// The first file that does not parse; a test excludes this from releases.
pub fn built_in() -> Result<&'static [Profile], &'static ProfileError> {
    PROFILES.as_deref()
}

#[cfg(test)]
mod tests {
    use crate::profile::text;

    #[test]
    fn every_file_parses_and_names_itself() {
        let profiles = super::built_in().unwrap();
        assert!(!profiles.is_empty());
        for profile in profiles {
            assert_eq!(text::faults(profile), [], "{}", profile.name);
            let path = format!("{}.toml", profile.name);
            assert!(
                super::FILES.get_file(&path).is_some(),
                "{path} is not the file of {}",
                profile.name
            );
        }
    }
}
