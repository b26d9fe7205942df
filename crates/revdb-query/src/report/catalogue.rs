//! Finds reports: built-in ones and a person's own.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::ReportError;
use super::header::Report;
use revdb_model::name::nearest;
use revdb_system::small_file;

/// Reports by name. A later one hides an earlier one of the same name.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// The file's name in messages, its text, and whether it is built in.
    texts: BTreeMap<String, (String, String, bool)>,
}

impl Catalogue {
    /// The built-in reports.
    pub fn built_in() -> Self {
        let mut catalogue = Self::default();
        for (file, text) in revdb_sql::reports() {
            if let Some(name) = name_of(Path::new(file)) {
                let file = format!("sql/reports/{file}");
                catalogue.texts.insert(name, (file, text.to_owned(), true));
            }
        }
        catalogue
    }

    /// Adds every `.sql` file of a folder. A mistake in one is reported only when that report is
    /// used.
    ///
    /// # Errors
    /// The folder or a file in it cannot be read.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), ReportError> {
        let unreadable = |source| ReportError::Unreadable { path: folder.to_owned(), source };
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_file() && path.extension().is_some_and(|ending| ending == "sql") {
                self.add_file(&path)?;
            }
        }
        Ok(())
    }

    /// Adds one file and returns the report's name.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn add_file(&mut self, path: &Path) -> Result<String, ReportError> {
        let text = small_file::read(path)
            .map_err(|source| ReportError::Unreadable { path: path.to_owned(), source })?;
        let name = name_of(path).unwrap_or_else(|| path.display().to_string());
        self.texts.insert(name.clone(), (path.display().to_string(), text, false));
        Ok(name)
    }

    /// Every name in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// Parses the report of this name.
    ///
    /// # Errors
    /// [`ReportError::Unknown`] with similar names, or the mistakes in the header.
    pub fn get(&self, name: &str) -> Result<Report, ReportError> {
        match self.texts.get(name) {
            Some((file, text, is_built_in)) => {
                Ok(Report { is_built_in: *is_built_in, ..Report::parse(name, file, text)? })
            }
            None => Err(ReportError::Unknown { name: name.to_owned(), near: self.near(name) }),
        }
    }

    fn near(&self, name: &str) -> Vec<String> {
        nearest(name, self.names()).into_iter().map(str::to_owned).collect()
    }
}

fn name_of(path: &Path) -> Option<String> {
    Some(path.file_stem()?.to_str()?.to_owned())
}
