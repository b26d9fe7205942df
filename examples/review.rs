//! All details of each review that contains some words: `cargo run --example review reviews.db
//! rain`

use revdb::{Archive, Error, Filter};

fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let archive = Archive::open(args.next().unwrap_or_else(|| "reviews.db".to_owned()))?;
    let words = args.next().unwrap_or_else(|| "film".to_owned());
    for review in archive.reviews(&Filter::new().matching(&words)?)? {
        println!("{review:#?}");
    }
    Ok(())
}
