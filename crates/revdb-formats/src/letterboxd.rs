//! Combines the tables of one Letterboxd export, so that no film counts twice.
//!
//! Owns: which rows of `diary.csv` and `ratings.csv` are covered by `reviews.csv` (or by the
//! diary). Must never: drop a second review of a film watched again.
//!
//! The rule: every entry of reviews.csv is a review; so is a rated diary entry without a review
//! entry of the same film and watched date; so is a rated film that is in neither. Covered rows
//! are skipped with a reason. Tables imported separately meet in the archive, where a film's
//! rating is a *standing rating* (`revdb_model::identity`).

use rustc_hash::FxHashSet;

use super::columns::{self, Found, Rows};
use super::container::{self, Dump};
use super::decode::Decoded;
use super::format::{
    Confidence, Format, Note, Probe, ReadError, ReadOptions, Result, Sink, Stop, Text,
};
use super::profile::{Profile, built_in};
use super::record::{Item, Position, RawReview};
use super::roles::shell_word;

/// One unit of an import.
#[derive(Debug)]
pub enum Unit {
    /// Anything else.
    One(container::Found),
    /// Tables of one folder's Letterboxd export: those of reviews, diary and ratings that exist.
    /// Each is read with its format from [`formats`].
    Letterboxd(Vec<Dump>),
}

/// Names of the tables, in reading order.
const TABLES: [&str; 3] = ["reviews.csv", "diary.csv", "ratings.csv"];

/// Groups the tables of Letterboxd exports and passes everything else through. Tables are held
/// back until the walk ends, since an archive's members come in any order; that is at most three
/// dumps per export.
pub fn unite(found: impl Iterator<Item = container::Found>) -> impl Iterator<Item = Unit> {
    let mut found = found;
    let mut held: Vec<(String, Vec<Dump>)> = Vec::new();
    let mut walking = true;
    std::iter::from_fn(move || {
        while walking {
            match found.next() {
                None => {
                    walking = false;
                    held.reverse();
                }
                Some(container::Found::Dump(dump)) if is_table(&dump) => hold(&mut held, dump),
                Some(other) => return Some(Unit::One(other)),
            }
        }
        let (_, mut dumps) = held.pop()?;
        dumps.sort_by_key(|dump| TABLES.iter().position(|table| *table == dump.name));
        match dumps.len() {
            1 => dumps.pop().map(|dump| Unit::One(container::Found::Dump(dump))),
            _ => Some(Unit::Letterboxd(dumps)),
        }
    })
}

fn hold(held: &mut Vec<(String, Vec<Dump>)>, dump: Dump) {
    match held.iter_mut().find(|(folder, _)| *folder == dump.folder) {
        Some((_, dumps)) => dumps.push(dump),
        None => held.push((dump.folder.clone(), vec![dump])),
    }
}

/// Judged by name and header; a dump that cannot be opened fails later.
fn is_table(dump: &Dump) -> bool {
    TABLES.contains(&dump.name.as_str())
        && !aside(&dump.path)
        && dump.head(256).is_ok_and(|head| {
            String::from_utf8_lossy(&head).contains("Name,Year,Letterboxd URI,Rating")
        })
}

/// Whether the path is in a folder of withdrawn entries or of other members' content. Their tables
/// look like the real ones.
fn aside(path: &str) -> bool {
    let folder = path.rsplit('/').nth(1).unwrap_or("");
    ["deleted", "orphaned", "likes", "lists"].contains(&folder)
}

/// Why a table of a Letterboxd export is skipped; `None` if it is not such a table. `head`: the
/// dump's decoded beginning.
pub fn skip_reason(path: &str, head: &str) -> Option<String> {
    if let Some(account) = account(path, head) {
        return Some(format!(
            "a Letterboxd account's profile: --by {} keeps its reviews apart from others'",
            shell_word(&account)
        ));
    }
    let of_letterboxd =
        head.lines().take(3).any(|line| line.contains("Letterboxd") || line.starts_with("Date,"));
    let reason = match path.rsplit('/').nth(1).unwrap_or("") {
        "deleted" if of_letterboxd => Some("Letterboxd entries that the member deleted"),
        "orphaned" if of_letterboxd => Some("Letterboxd entries of films that are no longer there"),
        "likes" if of_letterboxd => Some("Letterboxd likes: not the member's own reviews"),
        "lists" if of_letterboxd => Some("a Letterboxd list: films, not reviews"),
        _ => None,
    };
    reason.map(str::to_owned)
}

/// The owner of the export, from the table with exactly one row.
fn account(path: &str, head: &str) -> Option<String> {
    let is_profile = path.rsplit('/').next() == Some("profile.csv");
    if !is_profile || !head.starts_with("Date Joined,Username,") {
        return None;
    }
    let mut rows = csv::Reader::from_reader(head.as_bytes());
    let row = rows.records().next()?.ok()?;
    row.get(1).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// One format for each table of [`Unit::Letterboxd`], in the same order.
///
/// # Errors
/// If a table cannot be read.
pub fn formats(tables: &[Dump]) -> Result<Vec<United>> {
    let mut entries = FxHashSet::default();
    let mut films = FxHashSet::default();
    let mut formats = Vec::new();
    for dump in tables {
        let stem = dump.name.trim_end_matches(".csv");
        let name = format!("letterboxd-{stem}");
        let profiles = built_in().map_err(|error| malformed(error.to_string()))?;
        let Some(profile) = profiles.iter().find(|profile| profile.name == name) else {
            return Err(malformed(format!("no profile {name}")));
        };
        let covered = match stem {
            "diary" => Covered::Entries(entries.clone()),
            "ratings" => Covered::Films(films.clone()),
            _ => Covered::Nothing,
        };
        formats.push(United { profile, covered });
        note_entries(dump, &mut entries, &mut films)?;
    }
    Ok(formats)
}

fn malformed(message: String) -> ReadError {
    ReadError::Malformed { message, line: None, help: None }
}

/// A film and the day it was watched, or a film.
type Entry = (String, String, String);
type Film = (String, String);

fn note_entries(
    dump: &Dump,
    entries: &mut FxHashSet<Entry>,
    films: &mut FxHashSet<Film>,
) -> Result {
    let mut rows = Rows::open(Decoded::new(dump.open()?, None))?;
    let column = |name: &str| rows.header.names.iter().position(|known| known == name);
    let (name, year, rating) = (column("Name"), column("Year"), column("Rating"));
    let (watched, entered) = (column("Watched Date"), column("Date"));
    let is_review = column("Review").is_some();
    while let Some(found) = rows.next()? {
        if !matches!(found, Found::Row { .. }) {
            continue;
        }
        let cell = |at: Option<usize>| {
            at.and_then(|at| rows.row().get(at)).unwrap_or("").trim().to_owned()
        };
        if is_review || !cell(rating).is_empty() {
            films.insert((cell(name), cell(year)));
            // The profiles use the entry date if there is no watched date.
            let day =
                Some(cell(watched)).filter(|day| !day.is_empty()).unwrap_or_else(|| cell(entered));
            entries.insert((cell(name), cell(year), day));
        }
    }
    Ok(())
}

/// What earlier tables cover.
#[derive(Debug)]
enum Covered {
    Nothing,
    Entries(FxHashSet<Entry>),
    Films(FxHashSet<Film>),
}

/// A table of an export, without rows that earlier tables cover.
#[derive(Debug)]
pub struct United {
    profile: &'static Profile,
    covered: Covered,
}

impl Format for United {
    fn name(&self) -> &str {
        self.profile.name()
    }

    fn describe(&self) -> &str {
        self.profile.describe()
    }

    fn profile(&self) -> Option<&Profile> {
        Some(self.profile)
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        self.profile.recognise(probe)
    }

    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        columns::read(self.profile, text, options, &mut Uncovered { covered: &self.covered, sink })
    }
}

struct Uncovered<'a> {
    covered: &'a Covered,
    sink: &'a mut dyn Sink,
}

impl Sink for Uncovered<'_> {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        let item = match item {
            Item::Review(review) => self.covered.unless(review),
            other => other,
        };
        self.sink.item(at, raw, item)
    }

    fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.sink.note(note)
    }
}

impl Covered {
    fn unless(&self, review: Box<RawReview>) -> Item {
        let part = |text: &Option<String>| text.as_deref().unwrap_or("").trim().to_owned();
        let film = (part(&review.work.title), part(&review.work.year));
        match self {
            Covered::Nothing => Item::Review(review),
            Covered::Entries(entries) => {
                match entries.contains(&(film.0, film.1, part(&review.date))) {
                    true => Item::LeftAlone("reviews.csv beside it has this entry"),
                    false => Item::Review(review),
                }
            }
            Covered::Films(films) => match films.contains(&film) {
                true => Item::LeftAlone("reviews.csv or diary.csv beside it has this film"),
                false => Item::Review(review),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::tests::{Bytes, Collected, shared};

    #[test]
    fn the_real_export_is_164_reviews() {
        let mut tables = Vec::new();
        for name in TABLES {
            let Some(bytes) = shared(&format!("letterboxd/export/{name}")) else {
                return;
            };
            tables.push(Dump::of_bytes(&format!("export/{name}"), &bytes).unwrap());
        }
        let formats = formats(&tables).unwrap();
        let mut reviews = Vec::new();
        for (dump, format) in tables.iter().zip(&formats) {
            let mut found = Collected::default();
            let bytes = dump.head(1 << 20).unwrap();
            format.read(&mut Bytes(bytes), &ReadOptions::default(), &mut found).unwrap();
            reviews.push(
                found.0.iter().filter(|(_, _, item)| matches!(item, Item::Review(_))).count(),
            );
        }
        assert_eq!(reviews, [159, 1, 4]);
    }

    #[test]
    fn tables_of_one_folder_are_grouped() {
        let table = b"Date,Name,Year,Letterboxd URI,Rating\n";
        let dump = |path: &str| container::Found::Dump(Dump::of_bytes(path, table).unwrap());
        let walk = [
            "x.zip!/ratings.csv",
            "x.zip!/deleted/reviews.csv",
            "x.zip!/reviews.csv",
            "y/ratings.csv",
        ];
        let units: Vec<_> = unite(walk.into_iter().map(dump))
            .map(|unit| match unit {
                Unit::One(container::Found::Dump(dump)) => dump.path,
                Unit::Letterboxd(dumps) => {
                    dumps.into_iter().map(|dump| dump.path).collect::<Vec<_>>().join("+")
                }
                Unit::One(other) => format!("{other:?}"),
            })
            .collect();
        assert_eq!(
            units,
            [
                "x.zip!/deleted/reviews.csv",
                "x.zip!/reviews.csv+x.zip!/ratings.csv",
                "y/ratings.csv"
            ]
        );
        assert!(skip_reason("x/deleted/reviews.csv", "Date,Name,Year,Letterboxd URI").is_some());
        assert!(skip_reason("x/reviews.csv", "Date,Name,Year,Letterboxd URI").is_none());
        let profile = "Date Joined,Username,Given Name\n2019-01-02,ada lorne,\"Ada\nL\"\n";
        let said = skip_reason("x.zip!/profile.csv", profile);
        assert!(said.is_some_and(|said| said.contains("--by 'ada lorne'")));
        assert!(skip_reason("x/profile.csv", "Date,Username\n").is_none());
    }
}
