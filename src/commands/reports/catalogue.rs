//! Where reports are found: built in, in a person's own folder, in a file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::commands::Result;
use crate::commands::settings::{self, Setting};
use revdb_query::report::{self, Catalogue, Report};

/// The folder of a person's own reports, whether it is there or not.
pub(super) fn own_folder() -> Result<Option<PathBuf>> {
    settings::path(Setting::Reports)
}

/// Every report there is: built in, then a person's own, which stand before those of the same name.
pub fn catalogue() -> Result<Catalogue> {
    let mut catalogue = Catalogue::built_in();
    if let Some(folder) = own_folder()?.filter(|folder| folder.is_dir()) {
        catalogue.add_folder(&folder)?;
    }
    Ok(catalogue)
}

/// The names of all parameters that any report declares, so that clap can read
/// them; whether the report that is run has them is checked then. A file
/// with a mistake adds none: the mistake is told when it is run.
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

/// The report that is asked for.
pub fn find(name: Option<&str>, file: Option<&Path>) -> Result<Report> {
    let mut catalogue = catalogue()?;
    let name = match file {
        Some(file) => catalogue.add_file(file)?,
        None => name.map(str::to_owned).unwrap_or_default(),
    };
    Ok(catalogue.get(&name)?)
}
