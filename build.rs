//! Makes cargo look again when a file that is compiled in appears or changes:
//! `include_dir!` and `embed_migrations!` do not say so themselves.

fn main() {
    for folder in ["migrations", "sql", "src/import/profiles", "src/output/templates"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
