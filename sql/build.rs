//! Makes cargo look again when a file appears: `include_dir!` does not say so itself.

fn main() {
    for folder in ["archive", "query", "reports"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
