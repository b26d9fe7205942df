//! Detects delimiter and header row from the beginning of the text.
//!
//! Owns: which line is the header, also below a title, comments or Excel's `sep=;` line. Must
//! never: know what a column means.

use super::guard::Guard;
use super::markdown;
use super::scan::{self, Layout};
use crate::format::{ReadError, ReadOptions, Result};

/// Sample size: a header and some rows fit, and it is small enough to be parsed once per
/// delimiter.
pub(crate) const SAMPLE: usize = 64 << 10;

/// Number of records compared to find the delimiter.
const COMPARED: usize = 20;

/// Maximum records above the header.
const ABOVE: usize = 10;

/// In order of preference if several fit equally well.
const DELIMITERS: [u8; 7] = [b',', b'\t', b';', b'|', b'^', b'~', b'$'];

/// Delimiter for a table with one column: ASCII's unit separator, which does not occur in text.
const NO_DELIMITER: u8 = 0x1f;

/// What is known about a table in advance.
#[derive(Debug, Clone, Copy, Default)]
pub struct TableOptions<'a> {
    /// Line number of the header in the file; the text begins there.
    pub line: Option<u64>,
    /// Fields are never quoted; see [`Layout::quotes`].
    pub unquoted: bool,
    /// `--map field=column`: a table may have a single column if that column is mapped.
    pub map: &'a [(String, String)],
}

impl<'a> TableOptions<'a> {
    /// `options` are the user's; `quotes`: whether the format quotes fields.
    pub fn by(options: &'a ReadOptions, quotes: bool) -> Self {
        Self { line: options.header, unquoted: !quotes, map: &options.map }
    }
}

/// What precedes the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub layout: Layout,
    /// Column names, trimmed.
    pub names: Vec<String>,
    /// Records above the header: Excel's `sep=;` line, a title, comments.
    pub records_before: usize,
    /// The first of them is Excel's `sep=;` line.
    pub declared: bool,
}

/// Finds delimiter and header. `whole`: the sample is the whole text.
///
/// # Errors
/// [`ReadError::Malformed`] if the text has no header with at least two columns.
pub fn header(sample: &[u8], whole: bool, explicit: &TableOptions<'_>) -> Result<Header> {
    if let Some(name) = lone_column(sample, explicit.map) {
        let layout = Layout { quotes: !explicit.unquoted, ..Layout::of(NO_DELIMITER) };
        return Ok(Header { layout, names: vec![name], records_before: 0, declared: false });
    }
    if let Some((names, records_before)) = markdown::header(sample) {
        let layout = Layout { quotes: false, markdown: true, ..Layout::of(b'|') };
        return Ok(Header { layout, names, records_before, declared: false });
    }
    let declared = sample.strip_prefix(b"sep=").and_then(|rest| rest.first().copied());
    let spaces_before_quotes = !explicit.unquoted && spaces_before_quotes(sample);
    let mut best: Option<(usize, Header)> = None;
    for delimiter in DELIMITERS.into_iter().filter(|&d| declared.is_none_or(|only| only == d)) {
        let unquoted = explicit.unquoted || delimiter == b'\t' && is_never_quoted(sample);
        let quotes = !unquoted;
        let single = quotes && is_single_quoted(sample, delimiter);
        let layout = Layout {
            spaces_before_quotes,
            quotes,
            mark: if single { b'\'' } else { b'"' },
            backslash: single && contains(sample, br"\'"),
            ..Layout::of(delimiter)
        };
        let layout = Layout { unwrap: wrapped_columns(sample, &layout), ..layout };
        let records = first_records(sample, whole, layout);
        let records_before = match declared {
            Some(_) => 1,
            None if explicit.line.is_some() => 0,
            None => above(&records),
        };
        let Some(names) = records.get(records_before).filter(|names| names.len() > 1) else {
            continue;
        };
        let rows: Vec<_> = records.iter().skip(records_before + 1).take(COMPARED).collect();
        let alike = rows.iter().filter(|row| row.len() == names.len()).count();
        // The delimiter on which more rows agree wins, then the one with more columns.
        let merit =
            (alike * 1000).checked_div(rows.len()).unwrap_or(0) * 1000 + names.len().min(999);
        if best.as_ref().is_none_or(|(before, _)| merit > *before) {
            let names = names.iter().map(|name| column_name(name).to_owned()).collect();
            let declared = declared.is_some();
            best = Some((merit, Header { layout, names, records_before, declared }));
        }
    }
    best.map(|(_, header)| header).ok_or_else(|| ReadError::Malformed {
        message: "no header of two columns or more".to_owned(),
        line: Some(explicit.line.unwrap_or(1)),
        help: Some(
            "a line must name the columns, parted by , ; | or a tab; --header N says which"
                .to_owned(),
        ),
    })
}

/// Offset of line `number`; the end if the sample has fewer lines.
pub(crate) fn line_start(sample: &[u8], number: u64) -> usize {
    let mut at = 0;
    for _ in 1..number {
        at += scan::line_end(&sample[at..]).unwrap_or(sample.len() - at);
    }
    at
}

/// A column name without surrounding spaces and without the byte order mark that a concatenated
/// file keeps.
pub(crate) fn column_name(name: &str) -> &str {
    name.trim().trim_start_matches('\u{feff}').trim()
}

/// The name of the only column, if the first line is a mapped column.
fn lone_column(sample: &[u8], map: &[(String, String)]) -> Option<String> {
    let line = sample.get(..scan::line_end(sample).unwrap_or(sample.len()))?;
    let line = String::from_utf8_lossy(line);
    let name = column_name(column_name(&line).trim_matches('"'));
    let is_name = |(_, column): &(String, String)| column.trim().eq_ignore_ascii_case(name);
    (!name.is_empty() && map.iter().any(is_name)).then(|| name.to_owned())
}

/// Number of columns in the header, if the first line is quoted as a whole.
fn wrapped_columns(sample: &[u8], layout: &Layout) -> Option<usize> {
    let line = sample.get(..scan::line_end(sample).unwrap_or(sample.len()))?;
    scan::unwrapped(line, layout).map(|(_, columns)| columns).filter(|columns| *columns > 1)
}

/// Number of leading records that are neither rows nor header: a title, comments.
fn above(records: &[csv::StringRecord]) -> usize {
    let Some(usual) = usual_length(records) else { return 0 };
    let is_above = |at: usize| {
        let (record, behind) = (&records[at], records.get(at + 1..).unwrap_or_default());
        let comment = record.get(0).is_some_and(|first| first.trim_start().starts_with('#'));
        let header_follows = behind.iter().any(|next| next.len() == usual && could_name(next));
        // A spreadsheet pads a title line with delimiters.
        let filled = record.iter().filter(|cell| !cell.trim().is_empty()).count();
        let padded = filled <= 1 && usual > 2;
        let short = record.len() < usual && (comment || 2 * record.len() <= usual);
        header_follows && (short || padded) || groups_columns(record, behind, usual)
    };
    let count = (0..records.len().min(ABOVE)).take_while(|&at| is_above(at)).count();
    let names =
        records.get(count).is_some_and(|header| header.len() == usual && could_name(header));
    if names { count } else { 0 }
}

/// A row of column groups above the header ("Film,,Review,,"): some column below it is purely
/// numeric.
fn groups_columns(record: &csv::StringRecord, behind: &[csv::StringRecord], usual: usize) -> bool {
    let Some((names, rows)) = behind.split_first() else { return false };
    let gaps = record.iter().filter(|cell| cell.trim().is_empty()).count();
    let figure = |cell: Option<&str>| {
        cell.is_some_and(|cell| cell.trim().starts_with(|c: char| c.is_ascii_digit()))
    };
    let of_figures = |at: usize| rows.iter().all(|row| figure(row.get(at)));
    record.len() == usual
        && 2 * gaps >= usual
        && names.len() == usual
        && names.iter().all(|name| !name.trim().is_empty())
        && could_name(names)
        && !rows.is_empty()
        && (0..usual).any(of_figures)
}

/// The most common number of fields.
fn usual_length(records: &[csv::StringRecord]) -> Option<usize> {
    let of = |length: usize| records.iter().filter(|record| record.len() == length).count();
    records.iter().map(csv::StringRecord::len).filter(|&n| n > 1).max_by_key(|&n| (of(n), n))
}

/// Whether a record could be a header: its cells are short, non-empty (except an index at the
/// start or surplus delimiters at the end) and not numbers.
fn could_name(record: &csv::StringRecord) -> bool {
    let named = |cell: &str| {
        let cell = cell.trim();
        !cell.is_empty() && cell.len() <= 64 && !cell.starts_with(|c: char| c.is_ascii_digit())
    };
    let cells: Vec<&str> = record.iter().collect();
    let end = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
    let start = usize::from(cells.first().is_some_and(|first| first.trim().is_empty()));
    end > start + 1 && cells.get(start..end).is_some_and(|cells| cells.iter().all(|c| named(c)))
}

/// Whether a line begins with a quoted field and has `", "` between fields, or the first line has a
/// space behind each delimiter (`film, rating, review`) and a later one a quote mark behind it.
fn spaces_before_quotes(sample: &[u8]) -> bool {
    let first = sample.split(|&b| b == b'\n').next().unwrap_or(sample);
    let spaced = |d: u8| {
        let parted = first.iter().filter(|&&b| b == d).count();
        let spaces = first.windows(2).filter(|pair| **pair == [d, b' ']).count();
        parted > 1 && parted == spaces && contains(sample, &[d, b' ', b'"'])
    };
    if DELIMITERS.iter().any(|&d| spaced(d)) {
        return true;
    }
    sample.split(|&b| b == b'\n').take(COMPARED).any(|line| {
        line.starts_with(b"\"")
            && DELIMITERS.iter().any(|&d| contains(line, &[b'"', d, b' ', b'"']))
    })
}

/// Whether fields are quoted as `'…'`, always closed, and never as `"…"`. An apostrophe before a
/// field ("'71") closes nothing.
fn is_single_quoted(sample: &[u8], delimiter: u8) -> bool {
    let (mut fields, mut opened, mut closed) = (0, 0, 0_usize);
    for line in sample.split(|&b| b == b'\n').skip(1).take(COMPARED) {
        for field in line.trim_ascii().split(|&b| b == delimiter) {
            if field.starts_with(b"\"") {
                return false;
            }
            fields += 1;
            opened += usize::from(field.starts_with(b"'"));
            closed += usize::from(field.len() > 1 && field.ends_with(b"'"));
        }
    }
    opened > 0 && 4 * opened >= fields && 10 * opened.abs_diff(closed) <= opened
}

/// Tab-separated text in which quote marks at the start of a field enclose single words (`"Mint"
/// is my shade`) and no field is quoted as a whole: a writer that quotes fields would have doubled
/// them.
fn is_never_quoted(sample: &[u8]) -> bool {
    let mut words = 0;
    for line in sample.split(|&b| b == b'\n') {
        for field in line.trim_ascii_end().split(|&b| b == b'\t') {
            let Some(inner) = field.strip_prefix(b"\"") else { continue };
            let closed = inner.iter().position(|&b| b == b'"');
            match closed.and_then(|at| inner.get(at + 1)) {
                Some(behind) if *behind != b'"' => words += 1,
                _ => return false,
            }
        }
    }
    words > 0
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn first_records(sample: &[u8], whole: bool, layout: Layout) -> Vec<csv::StringRecord> {
    const LIMIT: usize = COMPARED + ABOVE + 1;
    // The sample may end inside a record, which would look broken.
    let guard = Guard::new(sample, layout);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(layout.delimiter)
        .quoting(layout.quotes)
        .has_headers(false)
        .flexible(true)
        .from_reader(guard);
    let mut records: Vec<_> = reader.records().take(LIMIT).map_while(Result::ok).collect();
    if !whole && records.len() < LIMIT && records.len() > 1 {
        records.pop();
    }
    records
}
