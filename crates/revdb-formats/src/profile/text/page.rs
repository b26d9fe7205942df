//! Emits a parsed text: the page's own statements, its reviews, and unmatched lines among them.
//!
//! Must never: emit a review before the whole text is judged.

use super::lines::Line;
use super::pattern::{PAGE_GROUPS, Parts, RECORD_GROUPS};
use super::records::{Found, Reading, Record};
use crate::format::{Note, ReadOptions, Result, Sink};
use crate::profile::{Plan, Profile, Row};
use crate::record::{Claim, ClaimKind, Item, Position, RawWork};
use revdb_model::{Audience, DateOrder, date};

/// See the module documentation.
pub struct Page<'a> {
    profile: &'a Profile,
    options: &'a ReadOptions,
    lines: &'a [Line],
    reading: &'a Reading,
    plan: Plan,
    date_order: Option<DateOrder>,
    /// The names of a record's cells, in the order of the plan's slots.
    names: Vec<String>,
}

/// A record's parts in the plan's slots.
struct Cells<'a>(Vec<&'a str>);

impl Row for Cells<'_> {
    fn cell(&self, slot: usize) -> &str {
        self.0.get(slot).copied().unwrap_or("")
    }
}

impl<'a> Page<'a> {
    /// # Errors
    /// If `--map` names an unknown part or field.
    pub fn new(
        profile: &'a Profile,
        options: &'a ReadOptions,
        lines: &'a [Line],
        reading: &'a Reading,
    ) -> Result<Self> {
        let names: Vec<String> = RECORD_GROUPS
            .iter()
            .chain(PAGE_GROUPS.iter().filter(|name| !RECORD_GROUPS.contains(name)))
            .map(|name| (*name).to_owned())
            .collect();
        // By default a part fills the field of its name.
        let known: Vec<&str> = profile.sources().into_iter().map(|(field, _)| field).collect();
        let own: Vec<(String, String)> = RECORD_GROUPS
            .iter()
            .filter(|name| !known.contains(name) && !["name_and_date", "id"].contains(name))
            .map(|name| ((*name).to_owned(), (*name).to_owned()))
            .collect();
        let plan = Plan::for_columns(&profile.with_map(&own)?, &names, &options.map)?;
        let mut shown = date::ColumnOrder::default();
        for found in &reading.found {
            if let Found::Record(record) = found {
                part(&record.parts, "date").into_iter().for_each(|printed| shown.add(printed));
            }
        }
        let explicit = options.date_order.or(profile.date_order);
        let date_order = explicit.or_else(|| shown.order());
        Ok(Self { profile, options, lines, reading, plan, date_order, names })
    }

    /// Emits everything, beginning with the notes on the whole text.
    ///
    /// # Errors
    /// If the sink stops.
    pub fn put(&self, sink: &mut dyn Sink) -> Result {
        for note in self.notes() {
            sink.note(note)?;
        }
        let mut page = Parts::new();
        let mut record = 0;
        for found in &self.reading.found {
            let (lines, items) = match found {
                Found::Said { line, parts } => {
                    self.turn(&mut page, parts);
                    let claims = self.claims(parts, &page);
                    (*line..line + 1, claims.into_iter().map(Item::Claim).collect())
                }
                Found::Record(found) => (found.lines.clone(), vec![self.review(found, &page)]),
                Found::LeftOver(lines) => {
                    let reason = "no pattern of the profile takes these lines among the reviews";
                    (lines.clone(), vec![Item::Rejected(reason.to_owned())])
                }
            };
            let first =
                lines.clone().find_map(|at| self.lines.get(at)).map_or(1, |line| line.number);
            let raw = || self.raw(lines.clone());
            for item in items {
                record += 1;
                sink.item(Position { record, line: first }, &raw, item)?;
            }
        }
        Ok(())
    }

    /// A page line applies to what follows, until another replaces it.
    fn turn(&self, page: &mut Parts, parts: &Parts) {
        if parts.iter().any(|(name, _)| name == "title") {
            page.clear();
        }
        for (name, text) in parts {
            page.retain(|(known, _)| known != name);
            page.push((name.clone(), text.clone()));
        }
    }

    fn raw(&self, lines: std::ops::Range<usize>) -> String {
        let lines = self.lines.get(lines).unwrap_or_default();
        let raw: Vec<&str> = lines.iter().flat_map(|line| &line.raw).map(String::as_str).collect();
        raw.join("\n")
    }

    fn review(&self, record: &Record, page: &Parts) -> Item {
        let explicit = |name: &str| match name {
            // The user's options override the page.
            "title" => self.options.title.is_some(),
            "year" => self.options.year.is_some(),
            "kind" => self.options.kind.is_some(),
            _ => false,
        };
        let cells = self.names.iter().map(|name| {
            let of_page = || part(page, name).filter(|_| !explicit(name));
            part(&record.parts, name).or_else(of_page).unwrap_or("")
        });
        let item = self.plan.item(&Cells(cells.collect()), self.date_order);
        match item {
            Item::Review(mut review) => {
                review.truncated |= record.cut;
                Item::Review(review)
            }
            other => other,
        }
    }

    fn claims(&self, parts: &Parts, page: &Parts) -> Vec<Claim> {
        let audience = self.options.audience.or(self.profile.audience).unwrap_or(Audience::Critic);
        let of_work = |name: &str| part(page, name).map(str::to_owned);
        let work = RawWork {
            title: of_work("title").filter(|_| self.options.title.is_none()),
            year: of_work("year").filter(|_| self.options.year.is_none()),
            kind: self.profile.kind.filter(|_| self.options.kind.is_none()),
            ..RawWork::default()
        };
        let of = part(parts, "of").and_then(number);
        CLAIMS
            .iter()
            .filter_map(|(name, kind)| {
                let value = part(parts, name).and_then(number)?;
                let audience = match kind {
                    ClaimKind::Metascore | ClaimKind::CriticCount => Audience::Critic,
                    ClaimKind::UserScore | ClaimKind::RatingCount => Audience::User,
                    _ => audience,
                };
                Some(Claim { audience, kind: *kind, value, of, work: work.clone() })
            })
            .collect()
    }

    fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        let said = |name: &str| -> Option<f64> {
            let counts = self.reading.found.iter().filter_map(|found| match found {
                Found::Said { parts, .. } => part(parts, name).and_then(number),
                _ => None,
            });
            counts.reduce(|sum, count| sum + count)
        };
        let read = self.reading.records;
        if let Some(count) = said("count").or_else(|| said("critic_count"))
            && (count - read as f64).abs() > 0.5
        {
            notes.push(Note {
                message: format!("the page says {count} reviews; {read} were read"),
                help: Some(
                    "a page may show only some of its reviews: import its other pages too"
                        .to_owned(),
                ),
            });
        }
        let open = self.reading.found.iter().filter(|found| match found {
            Found::Record(record) => record.open,
            _ => false,
        });
        match open.count() {
            0 => {}
            count => notes.push(Note {
                message: format!(
                    "{count} of {read} reviews have name and day run together in two possible ways; \
                     they are read without either"
                ),
                help: Some("the page saved as HTML keeps them apart".to_owned()),
            }),
        }
        notes
    }
}

const CLAIMS: [(&str, ClaimKind); 7] = [
    ("metascore", ClaimKind::Metascore),
    ("user_score", ClaimKind::UserScore),
    ("critic_count", ClaimKind::CriticCount),
    ("rating_count", ClaimKind::RatingCount),
    ("positive", ClaimKind::Positive),
    ("mixed", ClaimKind::Mixed),
    ("negative", ClaimKind::Negative),
];

pub fn part<'p>(parts: &'p Parts, name: &str) -> Option<&'p str> {
    parts.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
}

/// "1,204" as well as "8.1".
fn number(text: &str) -> Option<f64> {
    let value: f64 = text.replace(',', "").parse().ok()?;
    value.is_finite().then_some(value)
}
