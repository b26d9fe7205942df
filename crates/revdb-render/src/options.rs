//! Options of an output, most of them derived from its destination.

use super::chart::ChartSpec;

/// How to write an output. The default is a pipe: plain, unwrapped, no colour.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutputOptions {
    /// Width in columns of the terminal that shows the output, directly or through a pager; `None`
    /// for a pipe or a file.
    pub width: Option<usize>,
    /// Whether escape sequences for colour and bold are allowed (a terminal without NO_COLOR).
    pub colour: bool,
    /// CSV and TSV without formula protection and byte order mark, for programs.
    pub raw: bool,
    /// The delimiter of CSV in place of the comma, an ASCII character.
    pub delimiter: Option<u8>,
    /// Decimal comma in CSV and TSV: `4,5` in place of `4.5`.
    pub decimal_comma: bool,
    /// The destination is a regular file, so CSV gets a byte order mark for Excel.
    pub to_file: bool,
    /// ASCII only in borders and charts, because of the locale or the terminal. Data are not
    /// changed.
    pub ascii_only: bool,
    /// The chart to draw: above the table in html, alone in svg, in place of the table on a
    /// terminal.
    pub chart: Option<ChartSpec>,
}

impl OutputOptions {
    /// Whether the output appears on a screen, where control characters must not act.
    pub fn is_terminal(&self) -> bool {
        self.width.is_some()
    }

    /// Whether charts may use block characters: only on a terminal with Unicode, since other
    /// viewers often misalign them.
    pub(crate) fn draws_unicode(&self) -> bool {
        self.is_terminal() && !self.ascii_only
    }

    /// Options for a terminal of `width` columns.
    pub fn for_terminal(width: usize, colour: bool) -> Self {
        OutputOptions { width: Some(width), colour, ..OutputOptions::default() }
    }

    /// Options for a regular file.
    pub fn for_file(raw: bool) -> Self {
        OutputOptions { raw, to_file: true, ..OutputOptions::default() }
    }
}
