//! Rebuilds when a profile file is added: `include_dir!` does not register the directory with
//! cargo.

fn main() {
    println!("cargo:rerun-if-changed=src/profiles");
}
