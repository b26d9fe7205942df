//! How the caller wants the output to look: where it goes decides most of it.

use super::chart::ChartSpec;

/// The default is a pipe: plain, unwrapped, no colour.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutputOptions {
    /// Columns of the terminal that will show this, directly or through a pager; `None` for a
    /// pipe or a file: plain and unwrapped.
    pub width: Option<usize>,
    /// Colours and bold may be used (a terminal, and no NO_COLOR).
    pub colour: bool,
    /// No guard against formulas and no byte order mark: for programs, not for spreadsheets.
    pub raw: bool,
    /// Parts the cells of CSV, where not a comma does: ASCII.
    pub delimiter: Option<u8>,
    /// `4,5` in place of `4.5` in CSV and TSV, as spreadsheets of half of Europe read numbers.
    pub decimal_comma: bool,
    /// The output is a regular file: a byte order mark helps Excel there.
    pub to_file: bool,
    /// No character beyond ASCII in borders and charts: the locale or the terminal has no other.
    /// Data are printed as they are.
    pub ascii_only: bool,
    /// What to draw: html shows it above the table, svg is nothing else, and on a terminal it
    /// stands where the table would.
    pub chart: Option<ChartSpec>,
}

impl OutputOptions {
    /// Somebody looks at this on a screen: nothing may act there.
    pub fn is_terminal(&self) -> bool {
        self.width.is_some()
    }

    /// Whether a chart may be drawn with blocks and dots: on a terminal that has them. What
    /// stands behind a pipe, a mail or a printer, often has not, and misaligned bars tell
    /// nothing.
    pub fn draws_unicode(&self) -> bool {
        self.is_terminal() && !self.ascii_only
    }

    /// For a terminal of `width` columns.
    pub fn for_terminal(width: usize, colour: bool) -> Self {
        OutputOptions { width: Some(width), colour, ..OutputOptions::default() }
    }

    /// For a regular file.
    pub fn for_file(raw: bool) -> Self {
        OutputOptions { raw, to_file: true, ..OutputOptions::default() }
    }
}
