//! The schema of the archive, as migrations that `refinery` runs in their order.
//!
//! Owns: the `.sql` files beside this one. Must never: run one; `revdb_store` does, in a
//! transaction of its own.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

use refinery_core::{Error, Migration, Runner};

/// The tables and views as they are made; what other engines are told of is taken from here.
pub const SCHEMA: &str = include_str!("V1__archive.sql");

/// Each file by its name, in their order. Listed here and not found by refinery's macro, for
/// which regular expressions, URLs and more would be compiled a second time.
const FILES: [(&str, &str); 1] = [("V1__archive", SCHEMA)];

/// The number of the newest migration.
pub const NEWEST: i64 = FILES.len() as i64;

/// All migrations.
///
/// # Errors
/// A file whose name is no migration's; a test keeps that from being released.
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
