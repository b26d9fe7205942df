//! Damage that all broken rows of a dump have in common, and how it is read.
//!
//! Owns: one question of the whole dump, asked when the first row is broken: do
//! these rows have the same defect? Rows quoted once more as a whole, quote marks
//! escaped by a backslash, empty fields dropped at the end, closing lines. Must
//! never: mend a row for itself. What one row alone has wrong is a slip, and
//! whatever a reader makes of it is a guess; what a writer does, it does to all.

use std::collections::BTreeMap;
use std::io::BufRead;

use csv::StringRecord;

use super::rows::{Found, Rows};
use super::scan::Layout;
use super::sniff::TableOptions;
use crate::format::{Note, Result, Text};

/// How a dump's broken rows are read.
#[derive(Debug, Clone, Default)]
pub struct Repairs {
    backslash: bool,
    unwrap: Option<usize>,
    /// Empty fields were dropped at the end of rows: what the columns hold.
    dropped: Option<Vec<Option<Class>>>,
    /// From this record on there are closing lines only.
    closing: Option<u64>,
    /// What was found, for the person.
    pub notes: Vec<Note>,
}

impl Repairs {
    /// The layout by which the repaired text is read.
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

    /// True where the row is short because its writer drops empty fields.
    pub(super) fn fills(&self, row: &StringRecord) -> bool {
        self.dropped.as_ref().is_some_and(|columns| fit(columns, &classes(row)))
    }
}

/// Looks through the whole text. `line`: where the first broken row begins; what
/// stands before it was handed on, and must be the same rows by any repair.
///
/// # Errors
/// As the reading itself.
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
    repairs.dropped = tally.dropped();
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

/// What a value looks like, by its first characters.
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

/// True where a short row's values are what their columns hold. A column of which
/// nothing is known holds anything.
fn fit(columns: &[Option<Class>], row: &[Option<Class>]) -> bool {
    row.len() < columns.len()
        && row.last().is_some_and(Option::is_some)
        && row.len() > 1
        && row.iter().zip(columns).all(|(value, column)| match (value, column) {
            (Some(value), Some(column)) => value == column,
            _ => true,
        })
}

/// How many different short rows are remembered; more are no pattern.
const PATTERNS: usize = 4096;

/// A whole text by one way of reading it.
#[derive(Debug, Default)]
struct Tally {
    columns: usize,
    broken: u64,
    wrapped: u64,
    unwrapped: u64,
    escaped: bool,
    /// A quote mark within a field is doubled somewhere.
    doubled: bool,
    /// A record begins on the line that was asked about.
    begins_there: bool,
    full: u64,
    full_ending_empty: u64,
    /// For each column, how many values of each class full rows have.
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

    /// `fields`: none where the row has no end, and then it is not in `row`.
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

    /// What each column holds, as far as nearly all of its values are alike.
    fn held(&self) -> Vec<Option<Class>> {
        const CLASSES: [Class; 4] = [Class::Number, Class::Date, Class::Address, Class::Words];
        let of = |held: &[u64; 4]| {
            let all: u64 = held.iter().sum();
            let (class, most) = CLASSES.into_iter().zip(*held).max_by_key(|(_, count)| *count)?;
            (all > 0 && most * 20 >= all * 19).then_some(class)
        };
        self.held.iter().map(of).collect()
    }

    fn fitting(&self) -> u64 {
        let held = self.held();
        self.short.iter().filter(|(row, _)| fit(&held, row)).map(|(_, count)| count).sum()
    }

    /// The columns, where the writer drops empty fields at the end of rows: no
    /// row ends with one, and two rows or more are short of it. Where *all* rows
    /// are short by as much, it may be any column that is missing.
    fn dropped(&self) -> Option<Vec<Option<Class>>> {
        let fitting = self.fitting();
        let short: u64 = self.short.values().sum();
        let mut lengths: Vec<usize> = self.short.keys().map(Vec::len).collect();
        lengths.dedup();
        lengths.sort_unstable();
        lengths.dedup();
        let several = self.full > 0 || lengths.len() > 1;
        let pattern = self.full_ending_empty == 0 && fitting >= 2 && fitting * 10 >= short * 9;
        (several && pattern).then(|| self.held())
    }
}

/// A line that tables end with and that is none of their rows.
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
