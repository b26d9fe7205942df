//! Defects that all broken rows of a dump share, and how such rows are repaired.
//!
//! Owns: one question about the whole dump, asked at the first broken row: do all broken rows have
//! the same defect? Known defects: rows quoted once more as a whole, quote marks escaped by a
//! backslash, empty trailing fields dropped, footer lines. Must never: repair a single row. A
//! defect of one row is a typo, and any repair is a guess; a defect of the writer affects all
//! rows.

use std::collections::BTreeMap;
use std::io::BufRead;

use csv::StringRecord;

use super::rows::{Found, Rows};
use super::scan::Layout;
use super::sniff::TableOptions;
use crate::format::{Note, Result, Text};

/// How a dump's broken rows are repaired.
#[derive(Debug, Clone, Default)]
pub struct Repairs {
    backslash: bool,
    unwrap: Option<usize>,
    /// Empty trailing fields were dropped: the value classes of each column.
    dropped: Option<Vec<Option<Class>>>,
    /// All records from this one on are footer lines.
    closing: Option<u64>,
    /// What was found, for the user.
    pub notes: Vec<Note>,
}

impl Repairs {
    /// The layout of the repaired text.
    pub(super) fn layout(&self, found: Layout) -> Layout {
        Layout {
            backslash: found.backslash || self.backslash,
            unwrap: found.unwrap.or(self.unwrap),
            ..found
        }
    }

    pub(super) fn closes(&self, record: u64) -> bool {
        self.closing.is_some_and(|first| record >= first)
    }

    /// Whether the row is short because the writer drops empty trailing fields.
    pub(super) fn is_shortened(&self, row: &StringRecord) -> bool {
        self.dropped.as_ref().is_some_and(|columns| fits_columns(columns, &classes(row)))
    }
}

/// Examines the whole text. `line`: where the first broken row begins. Rows before it were already
/// emitted, so a repair must leave them unchanged.
///
/// # Errors
/// As for reading.
pub fn examine(text: &mut dyn Text, explicit: &TableOptions<'_>, line: u64) -> Result<Repairs> {
    let as_is = Tally::of(text.reader()?, explicit, Repairs::default(), line)?;
    let mut best = (Repairs::default(), as_is);
    for (backslash, unwrap) in [(true, false), (false, true), (true, true)] {
        let (escaped, wrapped) = (best.1.escaped, best.1.wrapped > 0);
        if backslash && !escaped && !best.0.backslash || unwrap && !wrapped {
            continue;
        }
        let columns = best.1.columns;
        let repairs =
            Repairs { backslash, unwrap: unwrap.then_some(columns), ..Repairs::default() };
        let tally = Tally::of(text.reader()?, explicit, repairs.clone(), line)?;
        let fewer = tally.broken < best.1.broken;
        let alike = tally.broken == best.1.broken && backslash && !unwrap && !best.1.doubled;
        if tally.begins_there && (fewer || alike) {
            best = (repairs, tally);
        }
    }
    let (mut repairs, tally) = best;
    repairs.closing = tally.closing;
    repairs.dropped = tally.dropped_fields();
    repairs.notes = notes(&repairs, &tally);
    Ok(repairs)
}

fn notes(repairs: &Repairs, tally: &Tally) -> Vec<Note> {
    let note = |message: String, help: &str| Note { message, help: Some(help.to_owned()) };
    let mut notes = Vec::new();
    if repairs.backslash {
        let message = "quote marks within fields are written \\\" in it, and read so".to_owned();
        notes.push(Note { message, help: None });
    }
    if repairs.unwrap.is_some() {
        let message = format!(
            "rows quoted once more as a whole, {} of them, are read as what is within",
            tally.unwrapped
        );
        notes.push(note(message, "a spreadsheet writes so what it took for one column"));
    }
    if repairs.dropped.is_some() {
        let message = format!(
            "{} rows end before the last columns: the missing fields are taken for empty",
            tally.fitting()
        );
        let help = "no row ends with an empty field, so the writer leaves such fields out";
        notes.push(note(message, help));
    }
    notes
}

/// The class of a value, judged by its first characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Number,
    Date,
    Address,
    Words,
}

fn class(value: &str) -> Option<Class> {
    let value = value.trim();
    let first = value.chars().next()?;
    let starts_numeric = first.is_ascii_digit()
        || matches!(first, '-' | '+' | '.') && value[1..].starts_with(|c: char| c.is_ascii_digit());
    Some(if value.contains("://") {
        Class::Address
    } else if value.len() >= 8
        && first.is_ascii_digit()
        && value.bytes().filter(|b| matches!(b, b'-' | b'/' | b'.' | b':')).count() >= 2
    {
        Class::Date
    } else if starts_numeric && value.len() <= 12 {
        Class::Number
    } else {
        Class::Words
    })
}

fn classes(row: &StringRecord) -> Vec<Option<Class>> {
    row.iter().map(class).collect()
}

/// Whether a short row's values fit their columns. A column of unknown class fits any value.
fn fits_columns(columns: &[Option<Class>], row: &[Option<Class>]) -> bool {
    row.len() < columns.len()
        && row.last().is_some_and(Option::is_some)
        && row.len() > 1
        && row.iter().zip(columns).all(|(value, column)| match (value, column) {
            (Some(value), Some(column)) => value == column,
            _ => true,
        })
}

/// Maximum number of different short rows that are remembered; more are no pattern.
const PATTERNS: usize = 4096;

/// Statistics of the whole text under one layout.
#[derive(Debug, Default)]
struct Tally {
    columns: usize,
    broken: u64,
    wrapped: u64,
    unwrapped: u64,
    escaped: bool,
    /// A quote mark inside some field is doubled.
    doubled: bool,
    /// A record begins on the line of the first broken row.
    begins_there: bool,
    full: u64,
    full_ending_empty: u64,
    /// For each column, the number of values per class in full rows.
    held: Vec<[u64; 4]>,
    short: BTreeMap<Vec<Option<Class>>, u64>,
    closing: Option<u64>,
}

impl Tally {
    fn of(
        reader: Box<dyn BufRead + '_>,
        explicit: &TableOptions<'_>,
        repairs: Repairs,
        line: u64,
    ) -> Result<Self> {
        let mut rows = Rows::open_repaired(reader, explicit, repairs)?;
        let columns = rows.header.names.len();
        let mut tally = Self { columns, held: vec![[0; 4]; columns], ..Self::default() };
        let mut record = 0;
        while let Some(found) = rows.next()? {
            record += 1;
            let mut closes = false;
            let at = match found {
                Found::Row { line, escaped } => {
                    tally.add_row(rows.row(), escaped, &rows.raw());
                    line
                }
                Found::Broken { line, fields, raw, .. } => {
                    closes = fields == 1 && is_closing(&raw);
                    tally.add_broken(rows.row(), fields, &raw);
                    line
                }
                Found::Aside { line, .. } => line,
                Found::Empty { line } => {
                    closes = tally.closing.is_some();
                    line
                }
            };
            tally.begins_there |= at == line;
            tally.closing = closes.then_some(tally.closing.unwrap_or(record));
        }
        tally.unwrapped = rows.unwrapped();
        Ok(tally)
    }

    fn add_row(&mut self, row: &StringRecord, escaped: bool, raw: &str) {
        self.escaped |= escaped;
        self.doubled |= !escaped && raw.contains("\"\"") && row.iter().any(|c| c.contains('"'));
        self.full += 1;
        let ends_empty = row.get(self.columns.saturating_sub(1)).is_none_or(str::is_empty);
        self.full_ending_empty += u64::from(ends_empty);
        for (held, class) in self.held.iter_mut().zip(classes(row)) {
            if let Some(count) = class.and_then(|class| held.get_mut(class as usize)) {
                *count += 1;
            }
        }
    }

    /// `fields`: 0 if the row has no end; then `row` does not contain it.
    fn add_broken(&mut self, row: &StringRecord, fields: usize, raw: &str) {
        self.broken += 1;
        self.escaped |= raw.contains("\\\"");
        let whole = raw.trim();
        let wrapped = whole.starts_with('"') && fields == 1 || fields == self.columns;
        self.wrapped += u64::from(wrapped);
        if fields > 1 && fields < self.columns && self.short.len() < PATTERNS {
            *self.short.entry(classes(row)).or_default() += 1;
        }
    }

    /// The class of each column, if nearly all of its values agree.
    fn classes(&self) -> Vec<Option<Class>> {
        const CLASSES: [Class; 4] = [Class::Number, Class::Date, Class::Address, Class::Words];
        let of = |held: &[u64; 4]| {
            let all: u64 = held.iter().sum();
            let (class, most) = CLASSES.into_iter().zip(*held).max_by_key(|(_, count)| *count)?;
            (all > 0 && most * 20 >= all * 19).then_some(class)
        };
        self.held.iter().map(of).collect()
    }

    fn fitting(&self) -> u64 {
        let held = self.classes();
        self.short.iter().filter(|(row, _)| fits_columns(&held, row)).map(|(_, count)| count).sum()
    }

    /// The column classes, if the writer drops empty trailing fields: no row ends with an empty
    /// field, and at least two rows are short. If *all* rows are short by the same number, any
    /// column could be missing.
    fn dropped_fields(&self) -> Option<Vec<Option<Class>>> {
        let fitting = self.fitting();
        let short: u64 = self.short.values().sum();
        let mut lengths: Vec<usize> = self.short.keys().map(Vec::len).collect();
        lengths.dedup();
        lengths.sort_unstable();
        lengths.dedup();
        let several = self.full > 0 || lengths.len() > 1;
        let pattern = self.full_ending_empty == 0 && fitting >= 2 && fitting * 10 >= short * 9;
        (several && pattern).then(|| self.classes())
    }
}

/// A footer line that is not a row of the table.
fn is_closing(raw: &str) -> bool {
    const WORDS: [&str; 14] = [
        "total", "sum", "count", "rows", "records", "exported", "generated", "created", "source",
        "end of", "--", "©", "copyright", "(c)",
    ];
    let line = raw.trim().trim_matches(['"', ',', ';', '\t', '|', '(', ')']).trim().to_lowercase();
    let counted =
        |noun: &str| line.ends_with(noun) && line.starts_with(|c: char| c.is_ascii_digit());
    WORDS.iter().any(|word| line.starts_with(word))
        || ["rows", "records", "reviews", "ratings", "entries"].iter().any(|noun| counted(noun))
}

#[cfg(test)]
mod tests;
