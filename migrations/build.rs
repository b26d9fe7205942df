//! Makes cargo look again when a migration appears: `embed_migrations!` does not say so itself.

fn main() {
    println!("cargo:rerun-if-changed=.");
}
