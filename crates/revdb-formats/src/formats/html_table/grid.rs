//! The cells of a table on a page, one for each row and column.
//!
//! Owns: cells that span rows and columns, the words for a cell that shows pictures, and where its
//! link leads. Must never: know what a column means.

use super::Element;
use super::html::{self, walk};
use crate::format::Note;

/// The most columns that a table may spread over: HTML's own limit of one cell's span.
const WIDEST: usize = 1000;

/// A cell's words, and where its link leads: in a column of addresses that counts, and the words
/// ("Full review") are the page's own.
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

/// The values of a row, by which of its columns hold addresses.
pub(super) fn values<'c>(row: &'c [Cell], addresses: &'c [bool]) -> impl Iterator<Item = &'c str> {
    row.iter().zip(addresses).map(|(cell, is_address)| {
        cell.address.as_deref().filter(|_| *is_address).unwrap_or(&cell.words)
    })
}

/// Rows as they stand on the page: a cell that spans rows stands in each of them, and one that
/// spans columns has empty ones beside it.
#[derive(Default)]
pub(super) struct Spread {
    pub rows: Vec<Vec<Cell>>,
    /// Cells of pictures for which the page has no words.
    pub pictures: usize,
    /// For each column the rows that a cell above reaches into, and that cell.
    above: Vec<(usize, Cell)>,
}

impl Spread {
    pub fn row<'a>(&mut self, cells: impl Iterator<Item = Element<'a>>) {
        let mut row = Vec::new();
        let (mut own, mut widest) = (0, 1);
        for cell in cells {
            self.reach(&mut row);
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
        self.reach(&mut row);
        // A note across the columns is no row of theirs.
        if own == 1 && widest > 1 {
            row.truncate(1);
        }
        self.rows.push(row);
    }

    /// Puts in what reaches into the row from above.
    fn reach(&mut self, row: &mut Vec<Cell>) {
        while let Some((rows, cell)) = self.above.get_mut(row.len()).filter(|(rows, _)| *rows > 0) {
            *rows -= 1;
            row.push(cell.clone());
        }
    }

    /// The cell's text, else what it says in place of its pictures.
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

/// The names of a header of two rows: a group's, and what stands below it. `None` where the second
/// row is none of the header's: a name that spans both stands in both.
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

/// Marks drawn as stars would otherwise be missing without a word.
pub(super) fn note_of_pictures(cells: usize) -> Option<Note> {
    let plural = if cells == 1 { "" } else { "s" };
    (cells > 0).then(|| Note {
        message: format!("{cells} cell{plural} of pictures without words for them: read as empty"),
        help: None,
    })
}
