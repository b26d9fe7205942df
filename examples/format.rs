//! Which format each dump of a folder is in: `cargo run --example format samples`

use revdb::{Error, Format};

fn main() -> Result<(), Error> {
    let folder = std::env::args_os().nth(1).unwrap_or_else(|| "samples".into());
    for (path, format) in Format::find(folder)? {
        println!("{path}: {}", format.map_or_else(|| "none".to_owned(), |format| format.name));
    }
    Ok(())
}
