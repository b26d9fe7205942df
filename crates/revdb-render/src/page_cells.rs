//! The cells of a page's tables: escaped text, links, highlighted matches.

use minijinja::{HtmlEscape, Value, context};

use super::safe::{for_terminal_block, without_markers};
use super::table::{Cell, Column, ColumnKind};
use super::{MATCH_END, MATCH_START};

/// Text without invisible or reordering characters.
pub(super) fn shown(text: &str) -> String {
    for_terminal_block(text).into_owned()
}

/// A sentence in which text between backticks is marked as code.
pub(super) fn prose(text: &str) -> Value {
    let text = shown(text);
    let is_paired = text.matches('`').count().is_multiple_of(2);
    let parts = text.split('`').enumerate().map(|(index, part)| {
        let part = HtmlEscape(part);
        if index % 2 == 1 { format!("<code>{part}</code>") } else { part.to_string() }
    });
    let whole = if is_paired { parts.collect() } else { HtmlEscape(&text).to_string() };
    Value::from_safe_string(whole)
}

/// The CSS class of a column; short, because it is in every cell.
pub(super) fn class(kind: ColumnKind) -> Option<&'static str> {
    match kind {
        ColumnKind::Int | ColumnKind::Real { .. } => Some("n"),
        ColumnKind::Quote | ColumnKind::Snippet => Some("q"),
        ColumnKind::Date => Some("d"),
        ColumnKind::Text | ColumnKind::Bool | ColumnKind::Url | ColumnKind::List => None,
    }
}

/// A cell as a list of matching and other parts; a link if it is a web address.
pub(super) fn html_cell(cell: &Cell, column: &Column, blank: &str) -> Value {
    let text = cell.display_text(column.kind).map_or(blank.to_owned(), |text| shown(&text));
    let link = (column.kind == ColumnKind::Url && is_web_address(&text))
        .then(|| context! { to => text.as_str(), site => site(&text) });
    let pieces: Vec<Value> = if column.kind == ColumnKind::Snippet {
        pieces(&text)
    } else {
        vec![context! { text => lines(&text), marked => false }]
    };
    context! { class => class(column.kind), link, pieces, name => shown(&column.name) }
}

/// Rows with a long text become cards on a narrow screen.
pub(super) fn has_long(columns: &[Column]) -> bool {
    columns.iter().any(|column| column.kind.is_long())
}

/// Only http and https become links, not `javascript:` and the like.
fn is_web_address(text: &str) -> bool {
    let start: String = text.chars().take(8).collect::<String>().to_ascii_lowercase();
    start.starts_with("https://") || start.starts_with("http://")
}

/// The host, which is enough to distinguish links; a full URL may be as long as a quote.
fn site(address: &str) -> &str {
    let whole = address.split_once("//").map_or(address, |(_, rest)| rest);
    let host = whole.split(['/', '?', '#']).next().unwrap_or(whole);
    host.strip_prefix("www.").unwrap_or(host)
}

/// The text with line breaks as elements, since HTML treats line ends as spaces. The space after
/// each is for programs that extract the text.
fn lines(text: &str) -> Value {
    Value::from_safe_string(HtmlEscape(text).to_string().replace('\n', "<br> "))
}

fn pieces(text: &str) -> Vec<Value> {
    let mut pieces = Vec::new();
    for (index, part) in text.split(MATCH_START).enumerate() {
        let (inside, outside) = match part.split_once(MATCH_END) {
            Some((inside, outside)) if index > 0 => (inside, outside),
            _ if index > 0 => (part, ""),
            _ => ("", part),
        };
        for (text, marked) in [(inside, true), (outside, false)] {
            if !text.is_empty() {
                pieces.push(context! { text => lines(&without_markers(text)), marked });
            }
        }
    }
    pieces
}
