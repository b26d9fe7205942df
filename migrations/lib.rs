//! The schema of the archive, as migrations that `refinery` applies in order.
//!
//! Owns: the `.sql` files in this directory. Must never: apply one; `revdb_store` does, in its own
//! transaction.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

use refinery_core::{Error, Migration, Runner};

/// The tables and views; the SQL for other engines is derived from this.
pub const SCHEMA: &str = include_str!("V1__archive.sql");

/// Each file with its name, in order. Listed here instead of using refinery's macro, which would
/// compile regex, url and more a second time.
const FILES: [(&str, &str); 1] = [("V1__archive", SCHEMA)];

/// The number of the newest migration.
pub const NEWEST: i64 = FILES.len() as i64;

/// All migrations.
///
/// # Errors
/// A file with an invalid name; a test excludes this from releases.
pub fn runner() -> Result<Runner, Error> {
    let migrations = FILES.iter().map(|(name, text)| Migration::unapplied(name, text));
    Ok(Runner::new(&migrations.collect::<Result<Vec<_>, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_under_its_number() {
        let runner = runner().unwrap();
        let numbers = runner.get_migrations().iter().map(|m| i64::from(m.version()));
        assert!(numbers.eq(1..=NEWEST));
        let files = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        names.retain(|path| path.extension().is_some_and(|ending| ending == "sql"));
        assert_eq!(names.len(), FILES.len());
        for (name, _) in FILES {
            assert!(names.iter().any(|path| path.file_stem().is_some_and(|stem| stem == name)));
        }
    }
}
