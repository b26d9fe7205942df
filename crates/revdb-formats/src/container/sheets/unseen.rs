//! What a worksheet's part (`xl/worksheets/sheet1.xml`) has and its cells do not tell: hidden rows
//! and columns, and formulas saved without their results.
//!
//! Must never: keep a cell's text.

use std::io::{self, Read};

/// Longest tag that is examined.
const LONGEST_TAG: usize = 512;

/// Counts of one workbook.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Unseen {
    pub hidden_rows: u64,
    pub hidden_columns: u64,
    /// Formulas without a stored result, which read as empty cells.
    pub unsolved: u64,
}

/// Passes a worksheet's bytes on and counts.
pub struct Watched<'a, R> {
    source: R,
    seen: &'a mut Unseen,
    /// The tag that is being read, from its `<`.
    tag: Option<Vec<u8>>,
    cell: Cell,
}

#[derive(Default)]
struct Cell {
    has_formula: bool,
    is_text: bool,
    in_value: bool,
    has_value: bool,
}

impl<'a, R: Read> Watched<'a, R> {
    pub fn new(source: R, seen: &'a mut Unseen) -> Self {
        Self { source, seen, tag: None, cell: Cell::default() }
    }

    fn byte(&mut self, byte: u8) {
        match (&mut self.tag, byte) {
            (_, b'<') => self.tag = Some(Vec::new()),
            (Some(_), b'>') => {
                let tag = self.tag.take().unwrap_or_default();
                self.end_of_tag(&tag);
            }
            (Some(tag), _) if tag.len() < LONGEST_TAG => tag.push(byte),
            (Some(_), _) => {}
            (None, _) => self.cell.has_value |= self.cell.in_value,
        }
    }

    fn end_of_tag(&mut self, tag: &[u8]) {
        let name = tag.split(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t')).next().unwrap_or(tag);
        let has = |text: &str| tag.windows(text.len()).any(|part| part == text.as_bytes());
        let is_hidden = || has("hidden=\"1\"") || has("hidden=\"true\"");
        match name {
            b"row" if is_hidden() => self.seen.hidden_rows += 1,
            b"col" if is_hidden() => self.seen.hidden_columns += 1,
            b"c" => self.cell = Cell { is_text: has("t=\"str\""), ..Cell::default() },
            b"f" | b"f/" => self.cell.has_formula = true,
            b"v" => self.cell.in_value = !tag.ends_with(b"/"),
            b"/v" => self.cell.in_value = false,
            b"/c" => {
                let cell = std::mem::take(&mut self.cell);
                let unsolved = cell.has_formula && !cell.has_value && !cell.is_text;
                self.seen.unsolved += u64::from(unsolved);
            }
            _ => {}
        }
    }
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        let read = buffer.get(..length).unwrap_or_default();
        for byte in read {
            self.byte(*byte);
        }
        Ok(length)
    }
}

impl Unseen {
    /// What the user should know, as clauses.
    pub fn warnings(&self) -> Vec<String> {
        let counted = |count: u64, what: &str| match (count, what.split_once(' ')) {
            (0, _) => None,
            (1, _) => Some(format!("1 {what}")),
            (_, Some((first, rest))) => Some(format!("{count} {first}s {rest}")),
            (_, None) => Some(format!("{count} {what}s")),
        };
        let rows = counted(self.hidden_rows, "row");
        let columns = counted(self.hidden_columns, "range of columns");
        let hidden: Vec<String> = [rows, columns].into_iter().flatten().collect();
        let hidden = (!hidden.is_empty())
            .then(|| format!("hidden in the workbook, and read as well: {}", hidden.join(", ")));
        let unsolved = counted(self.unsolved, "formula");
        let unsolved = unsolved.map(|it| {
            format!(
                "{it} without a stored result, read as empty: save it once in a spreadsheet program"
            )
        });
        [hidden, unsolved].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_and_unsolved_formulas_are_counted() {
        let part = br#"<worksheet><cols><col min="2" max="2" hidden="1"/></cols><sheetData>
            <row r="1"><c r="A1" t="inlineStr"><is><t>film</t></is></c></row>
            <row r="2" hidden="1"><c r="B2"><f>AVERAGE(C2:D2)</f><v></v></c><c r="C2"><f>1+1</f><v>2</v></c>
            <c r="D2" t="str"><f>""</f><v></v></c><c r="E2"><f>A2</f><v/></c></row></sheetData></worksheet>"#;
        let mut seen = Unseen::default();
        let copied = io::copy(&mut Watched::new(&part[..], &mut seen), &mut io::sink());
        assert_eq!(copied.expect("memory is readable"), part.len() as u64);
        assert_eq!(seen, Unseen { hidden_rows: 1, hidden_columns: 1, unsolved: 2 });
        assert_eq!(
            seen.warnings(),
            [
                "hidden in the workbook, and read as well: 1 row, 1 range of columns",
                "2 formulas without a stored result, read as empty: save it once in a spreadsheet program",
            ]
        );
        let seen = Unseen { hidden_columns: 2, ..Unseen::default() };
        assert!(seen.warnings().iter().all(|it| it.ends_with(": 2 ranges of columns")));
        assert!(Unseen::default().warnings().is_empty());
    }
}
