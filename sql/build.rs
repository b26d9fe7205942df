//! Rebuilds when a file is added: `include_dir!` does not register the directory with cargo.

fn main() {
    for folder in ["archive", "query", "reports"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
