//! The cells of an HTML table, one for each row and column.
//!
//! Owns: cells that span rows and columns, the alternative text of images, and link targets. Must
//! never: know what a column means.

use super::Element;
use super::html::{self, walk};
use crate::format::Note;

/// Maximum number of columns: HTML's own limit for a cell's span.
const WIDEST: usize = 1000;

/// A cell's text and link target. In a column of addresses the target counts; the text ("Full
/// review") is the page's.
#[derive(Clone, Default)]
pub(super) struct Cell {
    pub words: String,
    address: Option<String>,
}

impl Cell {
    pub fn new(words: String, cell: Element<'_>) -> Self {
        let links = walk(cell, |_| false).into_iter().filter(|element| element.name() == "a");
        let mut addresses = links.filter_map(|link| html::attribute(link, "href"));
        let leads_away = |address: &&str| !address.starts_with('#') && !address.contains("script:");
        let address = addresses.next().filter(leads_away);
        let is_only = address.is_some_and(|one| addresses.all(|other| other == one));
        Self { words, address: address.filter(|_| is_only).map(str::to_owned) }
    }
}

/// The values of a row; `addresses` says which columns hold addresses.
pub(super) fn values<'c>(row: &'c [Cell], addresses: &'c [bool]) -> impl Iterator<Item = &'c str> {
    row.iter().zip(addresses).map(|(cell, is_address)| {
        cell.address.as_deref().filter(|_| *is_address).unwrap_or(&cell.words)
    })
}

/// Rows with spans expanded: a cell that spans rows is repeated in each, and one that spans
/// columns is followed by empty cells.
#[derive(Default)]
pub(super) struct Spread {
    pub rows: Vec<Vec<Cell>>,
    /// Cells of pictures for which the page has no words.
    pub pictures: usize,
    /// Rows that the page does not show.
    pub hidden: usize,
    /// For each column: how many more rows a spanning cell above covers, and that cell.
    above: Vec<(usize, Cell)>,
}

impl Spread {
    pub fn row<'a>(&mut self, cells: impl Iterator<Item = Element<'a>>) {
        let mut row = Vec::new();
        let (mut own, mut widest) = (0, 1);
        for cell in cells {
            self.insert_spans(&mut row);
            let whole = Cell::new(self.words(cell), cell);
            let columns = span(cell, "colspan").min(WIDEST.saturating_sub(row.len()));
            let rows = span(cell, "rowspan");
            (own, widest) = (own + 1, widest.max(columns));
            for at in 0..columns {
                let part = if at == 0 { whole.clone() } else { Cell::default() };
                if self.above.len() <= row.len() {
                    self.above.resize(row.len() + 1, Default::default());
                }
                if let Some(above) = self.above.get_mut(row.len()) {
                    *above = (rows - 1, part.clone());
                }
                row.push(part);
            }
        }
        self.insert_spans(&mut row);
        // A note across the columns is not a row of the table.
        if own == 1 && widest > 1 {
            row.truncate(1);
        }
        self.rows.push(row);
    }

    /// Inserts the cells that span into this row from above.
    fn insert_spans(&mut self, row: &mut Vec<Cell>) {
        while let Some((rows, cell)) = self.above.get_mut(row.len()).filter(|(rows, _)| *rows > 0) {
            *rows -= 1;
            row.push(cell.clone());
        }
    }

    /// The cell's text, or the alternative text of its images.
    fn words(&mut self, cell: Element<'_>) -> String {
        let text = html::text(cell, |_| false);
        if !text.is_empty() {
            return text;
        }
        let within: Vec<Element<'_>> = walk(cell, |_| false).into_iter().skip(1).collect();
        let said = ["alt", "aria-label", "title"].iter().find_map(|name| {
            let words: Vec<&str> =
                within.iter().filter_map(|element| html::attribute(*element, name)).collect();
            (!words.is_empty()).then(|| words.join(" "))
        });
        let drawn = |element: &Element<'_>| matches!(element.name(), "img" | "svg" | "i" | "span");
        self.pictures += usize::from(said.is_none() && within.iter().any(drawn));
        said.unwrap_or_default()
    }
}

/// The column names of a two-row header: group name and sub-column. A name that spans both rows
/// occurs in both. `None` if the second row is not part of the header.
pub(super) fn both_headers(names: &[String], below: &[Cell]) -> Option<Vec<String>> {
    let spans = |(name, cell): (&String, &Cell)| !name.is_empty() && *name == cell.words;
    let grouped = names.iter().any(String::is_empty) && names.len() == below.len();
    if !grouped || !names.iter().zip(below).any(spans) {
        return None;
    }
    let mut group = "";
    let both = names.iter().zip(below).map(|(name, cell)| {
        group = if name.is_empty() { group } else { name };
        match *group == cell.words {
            true => group.to_owned(),
            false => format!("{group} {}", cell.words),
        }
    });
    Some(both.collect())
}

fn span(cell: Element<'_>, name: &str) -> usize {
    html::attribute(cell, name).and_then(|span| span.parse().ok()).unwrap_or(1).clamp(1, 65_534)
}

/// Whether the page does not show the element.
pub(super) fn is_hidden(element: Element<'_>) -> bool {
    let styled = html::attribute(element, "style").is_some_and(|style| {
        let style: String = style.split_whitespace().collect();
        style.to_ascii_lowercase().contains("display:none")
    });
    styled || element.attr("hidden").is_some()
}

/// Rows that nobody sees are in the file all the same.
pub(super) fn note_of_hidden(rows: usize) -> Option<Note> {
    let (plural, are) = if rows == 1 { ("", "is") } else { ("s", "are") };
    (rows > 0).then(|| Note {
        message: format!("{rows} row{plural} that the page hides {are} read as well"),
        help: None,
    })
}

/// Without this note, scores drawn as stars would be missing silently.
pub(super) fn note_of_pictures(cells: usize) -> Option<Note> {
    let plural = if cells == 1 { "" } else { "s" };
    (cells > 0).then(|| Note {
        message: format!("{cells} cell{plural} of pictures without words for them: read as empty"),
        help: None,
    })
}
