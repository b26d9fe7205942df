//! Text on standard error: numbers with their nouns, and lines fitted to the terminal.
//!
//! Must never: wrap what the user may copy (a command, a path), or change lines that go into a
//! file or a pipe.

use std::io::{IsTerminal, Write, stderr};

use revdb_render::wrap::width_of;

/// Indentation of wrapped lines: the width of "note: ".
const INDENT: &str = "      ";

/// "1 dump", "2 dumps".
pub fn counted(number: impl TryInto<u64>, what: &str) -> String {
    match number.try_into() {
        Ok(1) => format!("1 {what}"),
        Ok(number) => format!("{number} {what}s"),
        Err(_) => format!("some {what}s"),
    }
}

/// Writes escaped lines. Errors are ignored, so that work continues without a listener.
pub fn print(text: &str) {
    let text = match terminal_width() {
        Some(width) => text.lines().map(|line| fitted(line, width)).collect::<Vec<_>>().join("\n"),
        None => text.trim_end_matches('\n').to_owned(),
    };
    drop(writeln!(stderr(), "{text}"));
}

fn terminal_width() -> Option<usize> {
    let err = stderr();
    let size = err.is_terminal().then(|| terminal_size::terminal_size_of(&err))??;
    Some(usize::from(size.0.0)).filter(|width| *width > 2 * INDENT.len())
}

/// Wraps the line at spaces. Standalone commands, locations and table rows are not wrapped: the
/// terminal wraps them, and a copy has no line break.
fn fitted(line: &str, width: usize) -> String {
    let is_whole = ["help: revdb ", " --> ", "    "].iter().any(|start| line.starts_with(start));
    if is_whole || width_of(line) <= width {
        return line.to_owned();
    }
    let mut lines: Vec<String> = Vec::new();
    let mut current = String::new();
    for word in words(line) {
        let joined = if current.is_empty() { word.len() } else { width_of(&current) + 1 };
        if !current.is_empty() && joined + width_of(word) > width {
            lines.push(std::mem::replace(&mut current, INDENT.to_owned() + word));
            continue;
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines.push(current);
    lines.join("\n")
}

/// The words; text in backticks counts as one.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    line.split(move |c: char| {
        is_quoted ^= c == '`';
        c == ' ' && !is_quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_nouns() {
        assert_eq!(counted(1_u64, "dump"), "1 dump");
        assert_eq!(counted(0_usize, "work"), "0 works");
        assert_eq!(counted(-1_i64, "row"), "some rows");
    }

    #[test]
    fn lines_are_wrapped_and_commands_are_not() {
        let line = "note: nothing is changed yet; `revdb imports undo 3 --yes` does it";
        assert_eq!(
            fitted(line, 40),
            "note: nothing is changed yet;\n      `revdb imports undo 3 --yes` does\n      it"
        );
        assert_eq!(fitted(line, 80), line);
        for whole in
            ["help: revdb import a.csv --scale 5 --by \"Ada Lorne\"", " --> a/long/path/to a.csv"]
        {
            assert_eq!(fitted(whole, 20), whole);
        }
        // An overlong word is on its own line.
        assert_eq!(
            fitted("of 0123456789012345678901234567890 it", 20),
            "of\n      0123456789012345678901234567890\n      it"
        );
    }
}
