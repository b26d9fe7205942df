//! Generates review dumps of any size, for measurements.
//!
//!     cargo run --release --example generate_dump -- --rows 1000000 -o reviews.csv --movies movies.csv
//!
//! The same options give the same bytes on every machine. `--first` continues where another dump
//! ended; `--shuffle-seed` gives the same reviews in another order; `--pages` writes them as saved
//! pages. `benches/generated/mod.rs` describes the reviews.

#[path = "../benches/generated/mod.rs"]
mod generated;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use generated::{Dump, Shape};

/// Makes review dumps of any size, to measure with.
#[derive(Parser)]
struct Args {
    /// How many reviews
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// The number of the first review: dumps whose numbers do not overlap share none
    #[arg(long, default_value_t = 0)]
    first: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leave out reviewId: the same review is then known by its words
    #[arg(long)]
    without_ids: bool,
    /// The same reviews in the order of this shuffle
    #[arg(long, value_name = "SEED")]
    shuffle_seed: Option<u64>,
    #[arg(long, default_value = "csv", value_parser = ["csv", "jsonl"])]
    format: String,
    /// Where to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the films too, as the movies.csv that goes with the reviews
    #[arg(long, value_name = "FILE")]
    movies: Option<PathBuf>,
    /// Save the reviews as HTML pages of 100 in this folder, instead of one file
    #[arg(long, value_name = "FOLDER", conflicts_with = "output")]
    pages: Option<PathBuf>,
}

const REVIEWS_A_PAGE: usize = 100;

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // `generate_dump | head` ends quietly.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> io::Result<()> {
    let dump = Dump::new(args.seed);
    if let Some(path) = &args.movies {
        let mut out = BufWriter::new(File::create(path)?);
        generated::write_movies(&mut out)?;
        out.flush()?;
    }
    let numbers = generated::order(args.first, args.rows, args.shuffle_seed);
    if let Some(folder) = &args.pages {
        return pages(&dump, &numbers, folder);
    }
    let out: Box<dyn Write> = match &args.output {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(io::stdout().lock()),
    };
    let mut out = BufWriter::with_capacity(1 << 20, out);
    let shape = if args.format == "jsonl" { Shape::Jsonl } else { Shape::Csv };
    generated::write_reviews(&dump, &numbers, shape, !args.without_ids, &mut out)?;
    out.flush()
}

fn pages(dump: &Dump, numbers: &[u64], folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (page, numbers) in (0u32..).zip(numbers.chunks(REVIEWS_A_PAGE)) {
        let mut out = BufWriter::new(File::create(folder.join(format!("page-{page:04}.html")))?);
        generated::write_page(dump, page, numbers, &mut out)?;
        out.flush()?;
    }
    Ok(())
}
