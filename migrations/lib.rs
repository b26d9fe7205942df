//! The schema of the archive, as migrations that `refinery` runs in their order.
//!
//! Owns: the `.sql` files beside this one. Must never: run one; `revdb_store` does, in a
//! transaction of its own.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

use refinery_core::Runner;

mod embedded {
    refinery::embed_migrations!(".");
}

/// The number of the newest migration. Written down because every start asks for it:
/// `refinery` compiles a regular expression to read the names of the files.
pub const NEWEST: i64 = 1;

/// The tables and views as they are made; what other engines are told of is taken from here.
pub const SCHEMA: &str = include_str!("V1__archive.sql");

/// All migrations.
pub fn runner() -> Runner {
    embedded::migrations::runner()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_newest_is_what_refinery_takes_for_the_newest() {
        let runner = super::runner();
        let numbers = runner.get_migrations().iter().map(|m| i64::from(m.version()));
        assert_eq!(numbers.max(), Some(super::NEWEST));
    }
}
