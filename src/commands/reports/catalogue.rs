//! Where reports are found: built in, in the user's folder, in a file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::commands::Result;
use crate::commands::settings::{self, Setting};
use revdb_query::report::{self, Catalogue, Report};

/// The user's folder of reports, whether or not it exists.
pub(super) fn own_folder() -> Result<Option<PathBuf>> {
    settings::path(Setting::Reports)
}

/// All reports: built-in ones, then the user's, which replace built-in ones of the same name.
pub fn catalogue() -> Result<Catalogue> {
    let mut catalogue = Catalogue::built_in();
    if let Some(folder) = own_folder()?.filter(|folder| folder.is_dir()) {
        catalogue.add_folder(&folder)?;
    }
    Ok(catalogue)
}

/// The names of all parameters that any report declares, so that clap accepts them; whether the
/// report has them is checked when it runs. A file with a mistake adds none: the mistake is
/// reported when it is run.
pub fn parameter_flags(args: &[OsString]) -> Vec<String> {
    let mut catalogue = catalogue().unwrap_or_else(|_| Catalogue::built_in());
    let mut after = args.iter();
    while let Some(arg) = after.next() {
        let text = arg.to_string_lossy();
        let file = match text.strip_prefix("--report-file") {
            Some("") => after.next().map(PathBuf::from),
            Some(rest) => rest.strip_prefix('=').map(PathBuf::from),
            None => None,
        };
        if let Some(file) = file
            && catalogue.add_file(&file).is_err()
        {
            continue;
        }
    }
    let mut flags: Vec<String> = catalogue
        .names()
        .filter_map(|name| catalogue.get(name).ok())
        .flat_map(|report| report.params.iter().map(report::Param::flag).collect::<Vec<_>>())
        .collect();
    flags.sort();
    flags.dedup();
    flags
}

/// The requested report.
pub fn find(name: Option<&str>, file: Option<&Path>) -> Result<Report> {
    let mut catalogue = catalogue()?;
    let name = match file {
        Some(file) => catalogue.add_file(file)?,
        None => name.map(str::to_owned).unwrap_or_default(),
    };
    Ok(catalogue.get(&name)?)
}
