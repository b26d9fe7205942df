//! The newest reviews of an archive: `cargo run --example archive reviews.db`

use revdb::{Archive, Error, Filter, Review};

fn main() -> Result<(), Error> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "reviews.db".into());
    let archive = Archive::open(path)?;
    for Review { date, critic, work, score_text, .. } in
        archive.reviews(&Filter::new())?.into_iter().take(10)
    {
        let [date, critic, work, score] =
            [date, critic, work, score_text].map(|it| it.unwrap_or_else(|| "–".to_owned()));
        println!("{date}  {critic}: {work}, {score}");
    }
    Ok(())
}
