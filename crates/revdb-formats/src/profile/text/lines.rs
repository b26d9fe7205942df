//! A text as lines, without converters' markup.
//!
//! Owns: list markers, Markdown, link numbers, cells, and joining lines that a converter wrapped.
//! Must never: classify a line, or lose one: every line of the text becomes a line here or belongs
//! to the one before it.

use std::sync::LazyLock;

use regex::Regex;
use unicode_width::UnicodeWidthStr;

/// A line, or several lines that a converter wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Number of the first of them, from 1.
    pub number: u64,
    /// Their original text.
    pub raw: Vec<String>,
    /// The text that patterns match: words separated by one space, cells by ` | `.
    pub plain: String,
    /// The converter's own line (a rule, an entry of its list of links), not the page's.
    pub is_dress: bool,
}

impl Line {
    pub(crate) fn is_blank(&self) -> bool {
        self.plain.is_empty() || self.is_dress
    }
}

/// The lines of a text. `stands_alone` tells whether a line is never the continuation of the
/// previous one.
///
/// # Errors
/// An invalid built-in pattern; excluded by tests.
pub fn lines(text: &str, stands_alone: &dyn Fn(&str) -> bool) -> Result<Vec<Line>, regex::Error> {
    let dress = Dress::of(text)?;
    let column = column(text, &dress);
    let mut lines: Vec<Line> = Vec::new();
    let mut last = "";
    for (number, raw) in (1..).zip(text.lines()) {
        let plain = dress.strip(raw);
        let continues = column.is_some_and(|column| was_one(last, raw, column));
        match lines.last_mut() {
            Some(line) if continues && !line.is_blank() && !stands_alone(&plain) => {
                line.plain.push(' ');
                line.plain.push_str(&plain);
                line.raw.push(raw.to_owned());
            }
            _ => lines.push(Line {
                number,
                raw: vec![raw.to_owned()],
                is_dress: dress.is_all_of(raw),
                plain,
            }),
        }
        last = raw;
    }
    Ok(lines)
}

/// Columns at which converters wrap lines: pandoc at 72, html2text at 78, lynx and w3m at 80.
const COLUMNS: std::ops::RangeInclusive<usize> = 70..=80;

/// The column at which the text was wrapped, if it was: the width of the widest line. Then nearly
/// every long line ends where the next word would not have fitted, and some of them in the middle
/// of a sentence.
fn column(text: &str, dress: &Dress) -> Option<usize> {
    // URLs are not wrapped, however long.
    let broken_if_long = |line: &&str| line.trim().contains(' ') && !dress.is_all_of(line);
    let widths = text.lines().filter(broken_if_long).map(width);
    let column = widths.max().filter(|widest| COLUMNS.contains(widest))?;
    let pairs = || text.lines().zip(text.lines().skip(1));
    let long = pairs().filter(|(line, next)| width(line) * 4 > column * 3 && continues(next));
    let broken = || long.clone().filter(|(line, next)| was_one(line, next, column));
    let within = broken().any(|(line, next)| {
        let open = |c: char| c.is_alphanumeric() || c == ',';
        line.trim_end().ends_with(open) && next.trim_start().starts_with(char::is_lowercase)
    });
    (within && broken().count() * 3 >= long.clone().count() * 2).then_some(column)
}

fn was_one(line: &str, next: &str, column: usize) -> bool {
    let first = next.split_whitespace().next().map_or(0, UnicodeWidthStr::width);
    // Would the next line's first word have exceeded the column?
    !line.trim().is_empty() && continues(next) && width(line) + 1 + first > column
}

/// Neither blank nor a list item.
fn continues(next: &str) -> bool {
    let text = next.trim_start();
    !text.is_empty() && unmarked(text).len() == text.len() && !text.starts_with(['|', '>'])
}

fn width(line: &str) -> usize {
    line.trim_end().width()
}

/// A rule, `---`, `* * *`, `---|---`: at least three marks and nothing else.
fn is_rule(raw: &str) -> bool {
    let marks = raw.chars().filter(|c| !c.is_whitespace() && !matches!(c, '|' | '+' | ':'));
    let all = raw.chars().all(|c| c.is_whitespace() || "-=*_━─═|+:".contains(c));
    all && marks.count() >= 3
}

/// Removes a list or heading marker. `>` is kept, since it marks quoted words.
fn unmarked(text: &str) -> &str {
    let rest = text.trim_start_matches('#');
    let rest = match text.len() - rest.len() {
        1..=6 => rest,
        _ => text
            .strip_prefix(['*', '-', '•', '·', '+', '◦', '▪', '‣', '□', '■', '○', '●', '∙'])
            .unwrap_or(text),
    };
    match rest.strip_prefix([' ', '\u{a0}', '\t']) {
        Some(after) if !after.trim().is_empty() => after.trim_start(),
        _ => text,
    }
}

/// What is looked for on every line.
struct Marks {
    /// An entry of a converter's list of links, or the heading above the list.
    link: Regex,
    listed: Regex,
    /// `[12]Name`, a link number of lynx; a footnote's number comes after its word.
    numbered: Regex,
    markdown_link: Regex,
    emphasis: Regex,
    whole_emphasis: Regex,
    escaped: Regex,
    cells: Regex,
    /// `^[3]`, `^([3])`, `^[7][3]`: a footnote, where a converter writes superscripts.
    footnote: Regex,
}

static MARKS: LazyLock<Result<Marks, regex::Error>> = LazyLock::new(|| {
    Ok(Marks {
        link: Regex::new(
            r"^\s*(?:\d+\.\s+(?:https?|file|javascript|mailto):.*|(?:Visible|Hidden) links:|References)\s*$",
        )?,
        listed: Regex::new(r"(?m)^\s*\d+\.\s+(?:https?|file):")?,
        numbered: Regex::new(r"(^|[\s(])\[\d{1,4}\]")?,
        markdown_link: Regex::new(
            r#"!?\[((?:[^\[\]]|\\[\[\]])*)\]\([^()\s]*(?:\([^()\s]*\))?[^()\s]*(?:\s+"[^"]*")?\)"#,
        )?,
        emphasis: Regex::new(r"\*\*([^*\s](?:[^*]*[^*\s])?)\*\*|\b__([^_\s](?:[^_]*[^_\s])?)__\b")?,
        whole_emphasis: Regex::new(
            r"^(?:\*([^*\s][^*]*[^*\s])\*|_([^_\s][^_]*[^_\s])_|`([^`]+)`)$",
        )?,
        escaped: Regex::new(r"\\([\\_*\[\]`#~.+\-!()>|])")?,
        cells: Regex::new(r"\s*(?:\||\t+| {3,})[\s|]*")?,
        footnote: Regex::new(r"\^\(?\[[^\[\]]{1,8}\]\)?(?:\[[^\[\]]{1,8}\])*")?,
    })
});

/// What a text as a whole wears.
struct Dress {
    marks: &'static Marks,
    is_markdown: bool,
    lists_links: bool,
}

impl Dress {
    fn of(text: &str) -> Result<Self, regex::Error> {
        let marks = MARKS.as_ref().map_err(Clone::clone)?;
        let is_heading = |line: &str| line.starts_with("# ") || line.starts_with("## ");
        Ok(Self {
            marks,
            is_markdown: marks.markdown_link.is_match(text)
                || marks.emphasis.is_match(text)
                || text.lines().any(is_heading),
            lists_links: marks.listed.find_iter(text).take(3).count() == 3,
        })
    }

    fn is_all_of(&self, raw: &str) -> bool {
        is_rule(raw) || self.lists_links && self.marks.link.is_match(raw)
    }

    /// A line without its markup.
    fn strip(&self, raw: &str) -> String {
        let marks = self.marks;
        let mut text: String = raw
            .chars()
            .filter(|c| !matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}'))
            .map(|c| if c == '\u{a0}' || c == '\u{202f}' { ' ' } else { c })
            .collect();
        // Markers may be nested: "- # text".
        for _ in 0..2 {
            text = unmarked(text.trim()).to_owned();
        }
        if self.lists_links {
            text = marks.numbered.replace_all(&text, "$1").into_owned();
        }
        if self.is_markdown {
            text = marks.markdown_link.replace_all(&text, "$1").into_owned();
            text = marks.emphasis.replace_all(&text, "$1$2").into_owned();
            text = marks.whole_emphasis.replace(text.trim(), "$1$2$3").into_owned();
            text = marks.escaped.replace_all(&text, "$1").into_owned();
        }
        let text = marks.footnote.replace_all(text.trim(), "");
        let cells = marks.cells.replace_all(&text, " | ");
        let cells = cells.trim().trim_start_matches("| ").trim_end_matches(" |");
        cells.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<String> {
        lines(text, &|_| false).unwrap().into_iter().map(|line| line.plain).collect()
    }

    #[test]
    fn list_marks_markdown_and_cells() {
        let cases = [
            ("  • Dull Rain\u{a0}(1999)  ", "Dull Rain (1999)"),
            ("- Title: words (★★★½)", "Title: words (★★★½)"),
            ("-5 is cold", "-5 is cold"),
            ("1917 (2019)", "1917 (2019)"),
            ("> said", "> said"),
            ("Rain (***)", "Rain (***)"),
            ("| The Gutter | 4/5 |", "The Gutter | 4/5"),
            ("The Gutter\t\t4/5", "The Gutter | 4/5"),
            ("The Gutter     4/5 stars[2]", "The Gutter | 4/5 stars[2]"),
            ("#1 in my book", "#1 in my book"),
            ("  Fog Weekly    B+^[7][6]", "Fog Weekly | B+"),
        ];
        for (raw, wanted) in cases {
            assert_eq!(plain(raw), [wanted], "{raw:?}");
        }
        let markdown =
            "# [Rain](/rain)\n**[The Gutter](http://g.example/a_(b))** \\- 8\\.5/10\n_wet_";
        assert_eq!(plain(markdown), ["Rain", "The Gutter - 8.5/10", "wet"]);
        let lynx = "   [1]Rain [2]wet[3] a[b]\n\nReferences\n\n   Visible links:\n   1. http://a.example/\n   2. http://b.example/\n   3. http://c.example/\n";
        let lines = lines(lynx, &|_| false).unwrap();
        assert_eq!(lines[0].plain, "Rain wet[3] a[b]");
        assert!(lines[1..].iter().all(Line::is_blank), "{lines:?}");
    }

    /// Wraps a text as converters do.
    fn wrapped(text: &str, column: usize) -> String {
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) if line.len() + 1 + word.len() <= column => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines.join("\n")
    }

    #[test]
    fn wrapped_lines_are_joined() {
        let words =
            "It rained on the pier and on the lamp, and on the keeper who would not go in. ";
        let long = words.repeat(4);
        let wrapped = wrapped(long.trim(), 72);
        let text = format!("Dull Rain (1999)\n\n{wrapped}\n7/10\n\n{wrapped}\n\n8/10\n");
        let found = lines(&text, &|line| line.ends_with("/10")).unwrap();
        let shown: Vec<_> = found.iter().map(|line| line.plain.as_str()).collect();
        assert_eq!(
            shown,
            ["Dull Rain (1999)", "", long.trim(), "7/10", "", long.trim(), "", "8/10"]
        );
        let all: usize = found.iter().map(|line| line.raw.len()).sum();
        assert_eq!(all, text.lines().count());
        for rule in ["* * *", "---", "━━━━━━", "+---+===+", "---|---"] {
            assert!(lines(rule, &|_| false).unwrap()[0].is_blank(), "{rule}");
        }
        // Lines of varying length are not wrapped ones.
        let poem = "one\ntwo and three\n".repeat(9) + &"x ".repeat(38);
        assert_eq!(plain(&poem).len(), poem.lines().count());
    }
}
