//! Markdown tables: rows of `| a | b |` below a header row and a rule.
//!
//! Owns: where such a table begins, and its cells without Markdown markup. Must never: know what a
//! column means.

use super::scan;

/// Maximum lines above the header: a title, the filters of a listing.
const ABOVE: usize = 10;

/// Column names and the number of non-blank lines above them; `None` if the sample does not begin
/// with a Markdown table.
pub fn header(sample: &[u8]) -> Option<(Vec<String>, usize)> {
    let mut rest = sample;
    let (mut above, mut before): (usize, Option<Vec<String>>) = (0, None);
    let mut quotes = 0;
    while !rest.is_empty() && above <= ABOVE {
        let (line, next) = rest.split_at(scan::line_end(rest).unwrap_or(rest.len()));
        rest = next;
        let cells = cells(&String::from_utf8_lossy(line));
        // Inside a quoted field of a CSV file, this is not a table.
        if let Some(names) = before.take().filter(|_| quotes % 2 == 0)
            && is_rule(&cells)
            && cells.len() == names.len()
        {
            return Some((names, above - 1));
        }
        quotes += line.iter().filter(|&&b| b == b'"').count();
        above += usize::from(!line.trim_ascii().is_empty());
        before = (cells.len() > 1).then_some(cells);
    }
    None
}

/// A delimiter row: `--- | :-: | ---:`
fn is_rule(cells: &[String]) -> bool {
    let drawn = |cell: &String| {
        let line = cell.strip_prefix(':').unwrap_or(cell);
        let line = line.strip_suffix(':').unwrap_or(line);
        !line.is_empty() && line.bytes().all(|b| b == b'-')
    };
    cells.len() > 1 && cells.iter().all(drawn)
}

/// Whether a line could be a row: it contains a column separator.
pub fn is_row(line: &str) -> bool {
    cells(line).len() > 1
}

/// The cells of a row; any other line counts as one cell.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, cells.last_mut()) {
            ('|', _) if chars.peek().is_none() => {}
            ('|', _) => cells.push(String::new()),
            ('\\', Some(cell)) => {
                cell.push(c);
                cell.extend(chars.next_if(char::is_ascii_punctuation));
            }
            (_, Some(cell)) => cell.push(c),
            (_, None) => {}
        }
    }
    cells.iter().map(|cell| unescaped(&linked(unmarked(cell.trim())))).collect()
}

/// A cell without the markup for bold, strikethrough or code around the whole of it. A rating of
/// stars (`***`) is kept.
fn unmarked(cell: &str) -> &str {
    for sign in ["**", "__", "~~", "*", "_", "`"] {
        let within = cell.strip_prefix(sign).and_then(|rest| rest.strip_suffix(sign));
        if let Some(within) = within
            && !within.contains(sign)
            && within.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '[' | '"' | '('))
            && !within.ends_with(char::is_whitespace)
        {
            return unmarked(within);
        }
    }
    cell
}

/// `[Salt](https://…)` and `![cover](salt.png)` as they are displayed.
fn linked(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut rest = cell;
    while let Some(open) = rest.find('[') {
        let before = rest.get(..open).unwrap_or_default();
        let after = rest.get(open + 1..).unwrap_or_default();
        let text = after.split('[').next().unwrap_or_default();
        let link =
            text.find("](").map(|at| after.split_at(at)).map(|(text, rest)| (text, &rest[2..]));
        let whole = link.and_then(|(text, rest)| Some((text, rest, target_end(rest)?)));
        match whole.filter(|_| !before.ends_with('\\')) {
            Some((text, rest_of_it, end)) => {
                let behind = rest_of_it.get(end + 1..).unwrap_or_default();
                out.push_str(before.strip_suffix('!').unwrap_or(before));
                out.push_str(text);
                rest = behind;
            }
            None => {
                out.push_str(before);
                out.push('[');
                rest = after;
            }
        }
    }
    out + rest
}

/// Maximum length of a link target, in bytes.
const LONGEST_TARGET: usize = 2000;

/// Index of the bracket that closes a link target (which contains no spaces).
fn target_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, b) in text.bytes().enumerate().take(LONGEST_TARGET) {
        match b {
            b')' if depth == 0 => return Some(at),
            b')' => depth -= 1,
            b'(' => depth += 1,
            b' ' => return None,
            _ => {}
        }
    }
    None
}

/// `\|` is `|`: Markdown's backslash escapes.
fn unescaped(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.next_if(|next| c == '\\' && next.is_ascii_punctuation())) {
            (_, Some(sign)) => out.push(sign),
            (c, None) => out.push(c),
        }
    }
    out
}

/// Writes a row as RFC 4180 with `|` as the delimiter.
pub fn write_clean(line: &[u8], out: &mut Vec<u8>) {
    for (at, cell) in cells(&String::from_utf8_lossy(line)).iter().enumerate() {
        if at > 0 {
            out.push(b'|');
        }
        out.push(b'"');
        out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_begins_with_a_header_and_a_rule() {
        let names = |text: &str| header(text.as_bytes()).map(|(names, at)| (names.join(","), at));
        let one = |names: &str, at| Some((names.to_owned(), at));
        assert_eq!(names("| a | b |\n|---|--:|\n| 1 | 2 |\n"), one("a,b", 0));
        assert_eq!(names("## Films\n\nkind: movie\n\n| a | b |\r\n| :- | - |\r\n"), one("a,b", 2));
        assert_eq!(names("a | b\n--- | ---\n"), one("a,b", 0));
        assert_eq!(names("a,b\nx,\"| c | d |\n|---|---|\"\n"), None);
        assert_eq!(names("a|b\n1|2\n"), None);
        assert_eq!(names("| a | b |\n|---|\n"), None);
        assert_eq!(names(""), None);
    }

    #[test]
    fn markdown_markup_is_removed_from_cells() {
        let clean = |line: &str| {
            let mut out = Vec::new();
            write_clean(line.as_bytes(), &mut out);
            String::from_utf8_lossy(&out).into_owned()
        };
        assert_eq!(
            clean("| user | a \\| \\*b\\* \\ c | \"hi\" |"),
            "\"user\"|\"a | *b* \\ c\"|\"\"\"hi\"\"\"\n"
        );
        assert_eq!(
            clean("| [Salt](https://a.invalid/s) (2012) | **Rain** | ***½ | \\[x](y) | ~~Hill~~ |"),
            "\"Salt (2012)\"|\"Rain\"|\"***½\"|\"[x](y)\"|\"Hill\"\n"
        );
        assert_eq!(
            clean("| *so* and *so* | * | [a] (b) |"),
            "\"*so* and *so*\"|\"*\"|\"[a] (b)\"\n"
        );
        assert_eq!(clean("| a | | c |\r\n"), "\"a\"|\"\"|\"c\"\n");
        assert!(is_row("| a | b") && !is_row("- 2 reviews \\| 1") && !is_row("| a |"));
    }

    /// A search for the end of the link from each bracket to the end of the text would be
    /// quadratic.
    #[test]
    fn brackets_without_links_take_linear_time() {
        for part in ["[", "[a](", "![", "](", "\\[", "[a]((", "**["] {
            let line = part.repeat(200_000);
            assert!(!is_row(&line), "{part}");
        }
    }
}
