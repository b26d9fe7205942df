//! Makes cargo look again when a profile appears: `include_dir!` does not say so itself.

fn main() {
    println!("cargo:rerun-if-changed=src/profiles");
}
