//! Reads dumps into an archive: `cargo run --example import reviews.db PATH...`

use revdb::{Error, Import};

fn main() -> Result<(), Error> {
    let mut args = std::env::args_os().skip(1);
    let (Some(archive), paths) = (args.next(), args.collect::<Vec<_>>()) else {
        eprintln!("usage: import ARCHIVE PATH...");
        return Ok(());
    };
    let done = Import::of(paths).into_archive(&archive)?;
    println!("{} new, {} changed, {} rejected", done.new, done.changed, done.rejected);
    for (path, reason) in done.refused {
        println!("{path}: {reason}");
    }
    Ok(())
}
