//! Delimiter and header of column-shaped text, from its beginning.

use super::guard::Guard;
use super::scan::Layout;
use crate::import::format::ReadError;

/// How much of the text is looked at: a header and some rows fit, and it is
/// little enough to be parsed once for each delimiter.
pub const SAMPLE: usize = 64 << 10;

/// How many records are compared to find the delimiter.
const COMPARED: usize = 20;

/// In the order in which a tie is settled.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// What stands above the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub layout: Layout,
    /// Column names, trimmed.
    pub names: Vec<String>,
    /// Records above the header: Excel's `sep=;` line.
    pub records_before: usize,
}

/// Finds delimiter and header. `whole`: the sample is the whole text. `quotes`:
/// fields may be quoted, as in nearly every dump.
///
/// # Errors
/// [`ReadError::Malformed`] where the text has no header of two columns or more.
pub fn header(sample: &[u8], whole: bool, quotes: bool) -> Result<Header, ReadError> {
    let declared = sample.strip_prefix(b"sep=").and_then(|rest| rest.first().copied());
    let records_before = usize::from(declared.is_some());
    let spaces_before_quotes = quotes && spaces_before_quotes(sample);
    let mut best: Option<(usize, Header)> = None;
    for delimiter in DELIMITERS.into_iter().filter(|&d| declared.is_none_or(|only| only == d)) {
        let layout = Layout { delimiter, spaces_before_quotes, quotes };
        let records = first_records(sample, whole, layout);
        let Some(names) = records.get(records_before).filter(|names| names.len() > 1) else {
            continue;
        };
        let rows = &records[records_before + 1..];
        let alike = rows.iter().filter(|row| row.len() == names.len()).count();
        // A delimiter that more rows agree on wins; then the one with more columns.
        let merit =
            (alike * 1000).checked_div(rows.len()).unwrap_or(0) * 1000 + names.len().min(999);
        if best.as_ref().is_none_or(|(before, _)| merit > *before) {
            let names = names.iter().map(|name| name.trim().to_owned()).collect();
            best = Some((merit, Header { layout, names, records_before }));
        }
    }
    best.map(|(_, header)| header).ok_or_else(|| ReadError::Malformed {
        message: "no header of two columns or more".to_owned(),
        line: Some(1),
        help: Some("the first line must name the columns, parted by , ; | or a tab".to_owned()),
    })
}

/// A line that begins with a quoted field and has `", "` between two fields.
fn spaces_before_quotes(sample: &[u8]) -> bool {
    sample.split(|&b| b == b'\n').take(COMPARED).any(|line| {
        line.starts_with(b"\"")
            && DELIMITERS.iter().any(|&d| contains(line, &[b'"', d, b' ', b'"']))
    })
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn first_records(sample: &[u8], whole: bool, layout: Layout) -> Vec<csv::StringRecord> {
    // A sample that ends within a record would show a broken one at its end;
    // only what stands before is compared.
    let guard = Guard::new(sample, layout);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(layout.delimiter)
        .quoting(layout.quotes)
        .has_headers(false)
        .flexible(true)
        .from_reader(guard);
    let mut records: Vec<_> = reader.records().take(COMPARED + 1).map_while(Result::ok).collect();
    if !whole && records.len() <= COMPARED && records.len() > 1 {
        records.pop();
    }
    records
}
