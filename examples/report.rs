//! A report as CSV: `cargo run --example report reviews.db score-spread`

use revdb::{Archive, Error, Filter, Report};

fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let archive = Archive::open(args.next().unwrap_or_else(|| "reviews.db".to_owned()))?;
    let report = Report::named(&args.next().unwrap_or_else(|| "score-spread".to_owned()))?;
    eprintln!("{}", report.summary()?);
    archive.report(&report, &Filter::new())?.write("csv", &mut std::io::stdout())
}
