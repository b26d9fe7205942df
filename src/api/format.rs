//! Dump formats.

use std::path::Path;

use revdb_formats::container::{self, Found, Limits};
use revdb_formats::detect;
use revdb_formats::format::ReadOptions;

use super::Error;

/// A dump format that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    /// Its name for `--input-format`.
    pub name: String,
    /// One-line description.
    pub description: String,
}

impl Format {
    /// All formats.
    ///
    /// # Errors
    /// A built-in profile that does not parse.
    pub fn all() -> Result<Vec<Format>, Error> {
        Ok(detect::formats()?.into_iter().map(Format::of).collect())
    }

    /// The format of each dump in a file or folder, by the dump's path; `None` if no format
    /// recognises it, or several do.
    ///
    /// # Errors
    /// A path that does not exist or cannot be read.
    pub fn find(path: impl AsRef<Path>) -> Result<Vec<(String, Option<Format>)>, Error> {
        let formats = detect::formats()?;
        let options = ReadOptions::default();
        let mut all = Vec::new();
        for found in container::find(&[path.as_ref().to_owned()], Limits::default())? {
            let (path, format) = match found {
                Found::Dump(dump) => {
                    let head = detect::look(&dump, &options)?.ok();
                    let format = head.and_then(|head| detect::choose(&head.probe(), &formats).ok());
                    (dump.path, format.map(Format::of))
                }
                Found::LeftAlone { path, .. } | Found::Refused { path, .. } => (path, None),
            };
            all.push((path, format));
        }
        Ok(all)
    }

    fn of(format: &dyn revdb_formats::format::Format) -> Self {
        Format { name: format.name().to_owned(), description: format.describe().to_owned() }
    }
}
