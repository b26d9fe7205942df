//! Good reviews of a work by critics: `cargo run --example filter reviews.db "season of rain"`

use revdb::{Archive, Audience, Error, Filter};

fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let archive = Archive::open(args.next().unwrap_or_else(|| "reviews.db".to_owned()))?;
    let mut filter = Filter::new().audience(Audience::Critic).scores(70.0, 100.0);
    if let Some(title) = args.next() {
        filter = filter.work(&title);
    }
    println!("{} reviews", archive.reviews(&filter)?.len());
    Ok(())
}
