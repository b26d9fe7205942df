//! Rows through a profile, as the pipeline sees them.

use std::io::{self, BufRead, Cursor};
use std::path::PathBuf;

use super::*;
use crate::import::decode::Decoded;
use crate::import::format::{Format, Probe, Stop};
use crate::import::profile::built_in;

/// A dump in memory.
pub struct Bytes(pub Vec<u8>);

impl Text for Bytes {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(Box::new(Decoded::new(Cursor::new(&self.0), None)))
    }
}

/// Everything that a format handed on.
#[derive(Default)]
pub struct Collected(pub Vec<(Position, String, Item)>);

impl Sink for Collected {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        let raw = if matches!(item, Item::Rejected(_)) {
            raw()
        } else {
            String::new()
        };
        self.0.push((at, raw, item));
        Ok(())
    }
}

/// A file of `../shared`, or `None`, said aloud, where there is none.
pub fn shared(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("REVDB_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let file = root.join("dumps").join(path);
    match std::fs::read(&file) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            eprintln!("skipped: {}: {error}", file.display());
            None
        }
    }
}

/// Reads a dump by the one profile that knows it.
pub fn read_by_profile(name: &str, bytes: Vec<u8>) -> (String, Collected) {
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let probe = Probe {
        name,
        head: &text,
        whole: true,
    };
    let profiles = built_in().unwrap_or_else(|error| panic!("{error}"));
    let known: Vec<_> = profiles
        .iter()
        .filter(|profile| profile.recognise(&probe) == crate::import::format::Sureness::Certain)
        .collect();
    assert_eq!(
        known.len(),
        1,
        "{name}: {:?}",
        known.iter().map(|p| p.name()).collect::<Vec<_>>()
    );
    let mut sink = Collected::default();
    known[0]
        .read(&mut Bytes(bytes), &ReadOptions::default(), &mut sink)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    (known[0].name.clone(), sink)
}

#[test]
fn the_rotten_tomatoes_scrape_and_its_films() {
    if let Some(bytes) = shared("rotten-tomatoes/scrape-2024/critic_reviews.csv") {
        let (profile, found) = read_by_profile("critic_reviews.csv", bytes);
        assert_eq!(profile, "rotten-tomatoes-2024");
        let reviews: Vec<_> = found
            .0
            .iter()
            .filter_map(|(_, _, item)| match item {
                Item::Review(review) => Some(review),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(reviews.len(), 7614);
        assert_eq!(
            reviews
                .iter()
                .filter(|review| review.date.is_none())
                .count(),
            158
        );
        assert_eq!(
            reviews
                .iter()
                .filter(|review| review.score.is_none())
                .count(),
            2103
        );
    }
    if let Some(bytes) = shared("rotten-tomatoes/scrape-2024/movies.csv") {
        let (profile, found) = read_by_profile("movies.csv", bytes);
        assert_eq!(profile, "rotten-tomatoes-2024-movies");
        assert_eq!(
            found
                .0
                .iter()
                .filter(|(_, _, item)| matches!(item, Item::Work(_)))
                .count(),
            28
        );
    }
}
