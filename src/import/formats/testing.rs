//! What the tests of the page formats share: a text over `&str`, a sink that
//! collects, and the way to the real dumps.

use std::io::{self, BufRead};
use std::path::PathBuf;

use crate::import::format::{Format, Probe, ReadOptions, Sink, Stop, Text};
use crate::import::record::{Claim, Item, Position, RawReview};

pub struct Page<'a>(pub &'a str);

impl Text for Page<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(Box::new(self.0.as_bytes()))
    }
}

#[derive(Default)]
pub struct Collected {
    pub items: Vec<(Position, Item)>,
    /// Position, reason and raw text of each rejection.
    pub rejected: Vec<(Position, String, String)>,
}

impl Sink for Collected {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        if let Item::Rejected(reason) = &item {
            self.rejected.push((at, reason.clone(), raw()));
        }
        self.items.push((at, item));
        Ok(())
    }
}

impl Collected {
    pub fn reviews(&self) -> Vec<(Position, &RawReview)> {
        self.items
            .iter()
            .filter_map(|(at, item)| match item {
                Item::Review(review) => Some((*at, review.as_ref())),
                _ => None,
            })
            .collect()
    }

    pub fn claims(&self) -> Vec<&Claim> {
        self.items
            .iter()
            .filter_map(|(_, item)| match item {
                Item::Claim(claim) => Some(claim),
                _ => None,
            })
            .collect()
    }
}

pub fn read(format: &dyn Format, text: &str) -> Collected {
    let mut sink = Collected::default();
    format
        .read(&mut Page(text), &ReadOptions::default(), &mut sink)
        .unwrap_or_else(|error| panic!("{}: {error}", format.name()));
    sink
}

/// A probe of a dump that fits into [`Probe::LIMIT`].
pub fn probe(text: &str) -> Probe<'_> {
    Probe {
        name: "dump",
        head: text,
        whole: true,
    }
}

/// A real dump, or `None`, said aloud, where the folder is absent.
pub fn shared(path: &str) -> Option<String> {
    let root = std::env::var_os("REVDB_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let path = root.join(path);
    match std::fs::read(&path) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => {
            eprintln!("skipped: {}: {error}", path.display());
            None
        }
    }
}

/// White space made single, so that texts of different layouts compare.
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads every sample of a folder and holds it against the golden file beside
/// it. `REVDB_BLESS=1` writes the golden files instead.
pub fn golden(format: &dyn Format, folder: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("samples")
        .join(folder);
    let mut seen = 0;
    for entry in
        std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            format.recognise(&probe(&text)) > crate::import::format::Sureness::No,
            "{}",
            path.display()
        );
        let found: String = read(format, &text)
            .items
            .iter()
            .map(|(at, item)| format!("{}\n", as_json(*at, item)))
            .collect();
        let beside = path.with_extension("expected.jsonl");
        if std::env::var_os("REVDB_BLESS").is_some() {
            std::fs::write(&beside, &found).unwrap();
        }
        let wanted = std::fs::read_to_string(&beside)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert_eq!(found, wanted, "{}", path.display());
    }
    assert!(seen > 0, "no sample in {}", folder.display());
}

/// One item as a line for the eye; parts that are not there are left out.
fn as_json(at: Position, item: &Item) -> String {
    let mut map = serde_json::Map::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            map.insert(key.into(), value.into());
        }
    };
    put("line", Some(at.line.to_string()));
    match item {
        Item::Review(review) => {
            put(
                "audience",
                review
                    .audience
                    .map(|audience| audience.as_str().to_string()),
            );
            put("title", review.work.title.clone());
            put("kind", review.work.kind.map(|kind| kind.to_string()));
            put("year", review.work.year.clone());
            put("byline", review.byline.clone());
            put("publication", review.publication.clone());
            put("date", review.date.clone());
            put("score", review.score.clone());
            put(
                "scale",
                review
                    .scale
                    .map(|scale| format!("{}-{}", scale.worst, scale.best)),
            );
            put("quote", review.quote.clone());
            put("url", review.url.clone());
            put(
                "id",
                review
                    .id
                    .as_ref()
                    .map(|id| format!("{}:{}", id.site, id.id)),
            );
        }
        Item::Claim(claim) => {
            let of = claim.of.map(|of| format!(" of {of}")).unwrap_or_default();
            put(
                "claim",
                Some(format!(
                    "{} {:?} {}{of}",
                    claim.audience.as_str(),
                    claim.kind,
                    claim.value
                )),
            );
        }
        Item::Rejected(reason) => put("rejected", Some(reason.clone())),
        Item::Work(_) | Item::LeftAlone(_) => put("other", Some(format!("{item:?}"))),
    }
    serde_json::Value::Object(map).to_string()
}
