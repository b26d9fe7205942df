//! Chooses the width of each column of a terminal's table, and the columns that share one.
//!
//! Layouts are tried in this order until the long text has [`READABLE`] columns or its natural
//! width: every column by itself; with headings broken into lines; with the columns of
//! [`Stack::Early`] stacked; with those of [`Stack::Late`] as well. If none is that roomy, the
//! last one that fits is taken; if none fits, or a single row would need the last layout, the
//! caller prints records. Must never: drop a value.

use super::safe::for_terminal;
use super::table::{Cell, Collected, Column, ColumnKind, Stack};
use super::table_format::{Style, block_text};
use super::wrap::{widest_line, width_of};

/// Space between columns.
pub(super) const GAP: u16 = 2;

/// Minimum comfortable width of a quote: about half a line of a book (60 characters).
const READABLE: usize = 32;

/// Columns of the input that are stacked in one column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub indexes: Vec<usize>,
    pub heading: String,
    pub kind: ColumnKind,
}

impl Group {
    fn single(index: usize, column: &Column) -> Self {
        let heading = for_terminal(&column.name).into_owned();
        Group { indexes: vec![index], heading, kind: column.kind }
    }

    fn is_stack(&self) -> bool {
        self.indexes.len() > 1
    }
}

/// A layout that fits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub groups: Vec<Group>,
    pub widths: Vec<usize>,
}

impl Plan {
    /// Whether rows have many lines, so that a blank line separates them.
    pub fn is_spaced(&self) -> bool {
        self.groups.iter().any(Group::is_stack)
    }
}

/// Measurements of the rows before the first is written.
pub(super) struct Measured<'a> {
    pub head: &'a Collected,
    /// Columns reserved for later integers.
    pub slack: usize,
}

/// The first roomy layout, else the last one that fits `total`.
pub(super) fn plan(measured: &Measured<'_>, total: usize, style: Style) -> Option<Plan> {
    let columns = &measured.head.columns;
    let natural = natural_widths(measured, style);
    let mut best = None;
    let ways =
        [(None, true), (None, false), (Some(Stack::Early), false), (Some(Stack::Late), false)];
    for way in ways {
        // A single row is more readable as a record than with all short values stacked.
        if way.0 == Some(Stack::Late) && measured.head.rows.len() == 1 {
            return None;
        }
        let Some(plan) = attempt(columns, &natural, total, way) else { continue };
        let roomy = is_roomy(&plan.groups, &plan.widths, &natural);
        best = Some(plan);
        if roomy {
            break;
        }
    }
    best
}

/// The groups of columns, and their widths if they fit.
fn attempt(
    columns: &[Column],
    natural: &[Natural],
    total: usize,
    (merged, whole_headings): (Option<Stack>, bool),
) -> Option<Plan> {
    let mut groups: Vec<Group> = Vec::new();
    let mut stack = None;
    for (index, column) in columns.iter().enumerate() {
        let stacked =
            merged.is_some_and(|merged| column.stack != Stack::Never && column.stack <= merged);
        match stack.and_then(|at: usize| groups.get_mut(at)) {
            Some(group) if stacked => {
                group.indexes.push(index);
                group.heading.push_str(", ");
                group.heading.push_str(&for_terminal(&column.name));
                group.kind = ColumnKind::Text;
            }
            _ => {
                if stacked {
                    stack = Some(groups.len());
                }
                groups.push(Group::single(index, column));
            }
        }
    }
    let wanted: Vec<usize> = groups
        .iter()
        .map(|group| {
            let cells = group.indexes.iter().filter_map(|index| natural.get(*index));
            let cells = cells.map(|natural| natural.cells).max().unwrap_or(1);
            let heading = if whole_headings && !group.is_stack() {
                width_of(&group.heading)
            } else {
                group.heading.split(' ').map(width_of).max().unwrap_or(1)
            };
            cells.max(heading).max(1)
        })
        .collect();
    let words: Vec<usize> = groups
        .iter()
        .map(|group| {
            let cells = group.indexes.iter().filter_map(|index| natural.get(*index));
            cells.map(|natural| natural.word).max().unwrap_or(0)
        })
        .collect();
    let whole_words = fit(&groups, &wanted, &words, total);
    let roomy = whole_words.filter(|widths| is_roomy(&groups, widths, natural));
    let widths = match roomy {
        Some(widths) => widths,
        None => fit(&groups, &wanted, &[], total)?,
    };
    Some(Plan { groups, widths })
}

fn is_roomy(groups: &[Group], widths: &[usize], natural: &[Natural]) -> bool {
    groups.iter().zip(widths).filter(|(group, _)| group.kind.is_long()).all(|(group, &width)| {
        let wanted = group.indexes.iter().filter_map(|index| natural.get(*index));
        let wanted = wanted.map(|natural| natural.cells).max().unwrap_or(0);
        width >= wanted.min(READABLE)
    })
}

/// Widths that a column's cells need.
struct Natural {
    /// The widest line.
    cells: usize,
    /// The widest word that is no longer than [`WORD`]: what is copied, a name or a path.
    word: usize,
}

/// Longer words are broken.
const WORD: usize = 30;

/// The width at which nothing in the column is wrapped.
fn natural_widths(measured: &Measured<'_>, style: Style) -> Vec<Natural> {
    let head = measured.head;
    let slack = |column: &Column| if column.kind == ColumnKind::Int { measured.slack } else { 0 };
    let columns = head.columns.iter().enumerate();
    columns
        .map(|(index, column)| {
            let cells = head.rows.iter().filter_map(|row| row.get(index));
            let widths = cells.map(|cell| {
                block_text(cell, column, style)
                    .map_or(width_of(style.null()), |text| widest_line(&text))
            });
            let cells = widths.max().unwrap_or(1) + slack(column);
            let word = if column.kind == ColumnKind::Text { widest_word(head, index) } else { 0 };
            Natural { cells, word }
        })
        .collect()
}

fn widest_word(head: &Collected, index: usize) -> usize {
    let cells = head.rows.iter().filter_map(|row| row.get(index));
    let widths = cells.filter_map(|cell| match cell {
        Cell::Text(text) => {
            text.split_whitespace().map(width_of).filter(|width| *width <= WORD).max()
        }
        _ => None,
    });
    widths.max().unwrap_or(0)
}

/// Minimum width, and share of the remaining width. Numbers and dates have no share: they are
/// never wrapped.
fn elasticity(group: &Group) -> Option<(usize, usize)> {
    match group.kind {
        // The width of a complete date, which may be among them, and of most words.
        _ if group.is_stack() => Some((12, 3)),
        ColumnKind::Int | ColumnKind::Real { .. } | ColumnKind::Date => None,
        ColumnKind::Text | ColumnKind::Bool | ColumnKind::List => Some((8, 2)),
        ColumnKind::Url => Some((12, 2)),
        ColumnKind::Quote | ColumnKind::Snippet => Some((20, 5)),
    }
}

/// A width for every column, with gaps at most `total`; `None` if the minimum widths do not fit. No
/// column is narrower than its entry in `words`.
fn fit(groups: &[Group], natural: &[usize], words: &[usize], total: usize) -> Option<Vec<usize>> {
    let room = total.checked_sub(usize::from(GAP) * groups.len().saturating_sub(1))?;
    if natural.iter().sum::<usize>() <= room {
        return Some(natural.to_vec());
    }
    let at_level = |level: usize| -> Vec<usize> {
        groups
            .iter()
            .zip(natural)
            .zip(words.iter().chain(std::iter::repeat(&0)))
            .map(|((group, &natural), &word)| match elasticity(group) {
                None => natural,
                Some((least, share)) => (level * share / 2).max(least).max(word).min(natural),
            })
            .collect()
    };
    let sum = |widths: &[usize]| widths.iter().sum::<usize>();
    if sum(&at_level(0)) > room {
        return None;
    }
    // Binary search for the largest common limit; what a narrow column does not need goes to the
    // others.
    let (mut low, mut high) = (0, room + 1);
    while high - low > 1 {
        let middle = usize::midpoint(low, high);
        if sum(&at_level(middle)) <= room {
            low = middle;
        } else {
            high = middle;
        }
    }
    let mut widths = at_level(low);
    let mut left = room - sum(&widths);
    for (width, &natural) in widths.iter_mut().zip(natural).rev() {
        let more = left.min(natural - *width);
        *width += more;
        left -= more;
    }
    Some(widths)
}

#[cfg(test)]
mod tests {
    use super::super::OutputOptions;
    use super::super::sample::format;
    use super::super::sample::{text, written};
    use super::super::table::{Caption, Cell, Collected, Column, ColumnKind, Stack};
    use super::super::wrap::width_of;

    /// A listing: one work, no publication, a critic and a date that one review lacks.
    fn listing() -> Collected {
        let column = |name: &str, kind, stack| Column::new(name, kind).stacked(stack);
        let columns = vec![
            column("id", ColumnKind::Int, Stack::Late),
            column("work", ColumnKind::Text, Stack::Early),
            column("critic", ColumnKind::Text, Stack::Early),
            column("publication", ColumnKind::Text, Stack::Early),
            column("paper", ColumnKind::Text, Stack::Early),
            column("date", ColumnKind::Date, Stack::Late),
            column("score", ColumnKind::Real { decimals: 1 }, Stack::Late),
            column("quote", ColumnKind::Quote, Stack::Never),
        ];
        let row = |id, critic: Cell, paper: &str, date: Cell, quote: &str| {
            let (work, score) = (text("The Lighthouse Ledger"), Cell::Real(62.5));
            vec![Cell::Int(id), work, critic, Cell::Null, text(paper), date, score, text(quote)]
        };
        let rows = vec![
            row(
                1,
                text("Ada Quill"),
                "The Harbour Post",
                text("2012-07-26"),
                "A sturdy film, made of wind, salt and three good shots of a lighthouse.",
            ),
            row(1_234, Cell::Null, "Hill Gazette", Cell::Null, "灯台の光は美しい。"),
        ];
        Collected::new(columns, rows, Caption::default())
    }

    #[test]
    fn a_listing_is_a_table_from_forty_columns_up() {
        let mut shown = String::new();
        for width in [140, 80, 60, 40, 24] {
            let options = OutputOptions::for_terminal(width, false);
            let table = written(listing(), format("table"), &options);
            for line in table.lines() {
                assert!(width_of(line) <= width, "{width}: {line}");
            }
            let is_records = table.contains("── 1 ");
            assert_eq!(is_records, width < 30, "{width}\n{table}");
            shown.push_str(&format!("{width}\n{table}\n"));
        }
        insta::assert_snapshot!(shown);
    }

    /// A name is copied from the table: it is broken only where a quote needs the room.
    #[test]
    fn a_name_is_not_broken_where_there_is_room() {
        let column = |name: &str, kind| Column::new(name, kind);
        let columns = vec![column("format", ColumnKind::Text), column("what", ColumnKind::Quote)];
        let words = "titles for the reviews of some service, one on each line of the file";
        let rows = vec![vec![text("harbour-reviews-2024-works"), text(words)]];
        let rows = Collected::new(columns, rows, Caption::default());
        for width in [80, 60] {
            let options = OutputOptions::for_terminal(width, false);
            let table = written(rows.clone(), format("table"), &options);
            assert!(table.contains("harbour-reviews-2024-works  titles"), "{width}\n{table}");
        }
    }

    #[test]
    fn constants_equal_to_filters_are_not_repeated() {
        let mut rows = listing();
        rows.caption.filters = vec!["work: The Lighthouse Ledger".to_owned()];
        let options = OutputOptions::for_terminal(80, false);
        let table = written(rows.clone(), format("table"), &options);
        assert_eq!(table.matches("Lighthouse Ledger").count(), 1, "{table}");
        rows.rows.truncate(1);
        rows.caption.filters.clear();
        let table = written(rows, format("table"), &options);
        assert!(!table.contains("every row") && table.contains("Ada Quill"), "{table}");
        let none = Collected::new(listing().columns, Vec::new(), Caption::default());
        assert_eq!(written(none, format("table"), &options), "no rows\n");
    }
}
