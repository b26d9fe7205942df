//! Describes a dump that no format reads.
//!
//! Owns: the reason and the advice in an error. Must never: decide that a dump is read, or show
//! more of it than is needed to identify it.

use super::any_records;
use super::columns::any_columns;
use super::format::{Probe, ReadOptions, Result};
use super::json;
use super::other_files;
use super::profile::{GUIDE, Shape};
use super::roles::{self, Shown, Table};
use super::sql;
use super::unknown_text;
use revdb_model::text::shortened;

/// The description of a dump.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// What it is, as a clause.
    pub reason: String,
    /// The same in few words and without details of this dump, for lists of files.
    pub short: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Its columns and first rows, if it is a table.
    pub shown: Option<Shown>,
    /// Flags of `revdb import` with which it would be read.
    pub flags: Vec<String>,
}

impl Description {
    fn is(short: &str, more: &str, help: &str) -> Self {
        let (reason, short) = (format!("{short}{more}"), short.to_owned());
        Self { reason, short, help: Some(help.to_owned()), ..Self::default() }
    }
}

/// How much of a text's first line is shown.
const SHOWN: usize = 60;

/// Advice for a file that is not a dump.
const INTO_A_TABLE: &str =
    "put what reviews it holds into a table, a column each for title, critic, score and quote";

/// Maximum number of lines above a header.
const LINES_ABOVE: usize = 5;

/// Describes a dump by its beginning.
pub fn describe(probe: &Probe<'_>) -> Description {
    let start = probe.head.trim_start_matches('\u{feff}').trim_start();
    let lower: String = start.chars().take(2000).collect::<String>().to_lowercase();
    if sql::is_sql(start)
        && let Some(description) = records(probe, "SQL")
    {
        return description;
    }
    if let Some((what, help)) = other_files::of_text(start) {
        return Description::is(what, "", help.unwrap_or(INTO_A_TABLE));
    }
    if is_binary(start) {
        return Description::is(
            "binary data, not text",
            "",
            "export it as CSV or JSON from its own program",
        );
    }
    let is_page = ["<!doctype html", "<body"].iter().any(|mark| lower.starts_with(mark))
        || lower.contains("<html");
    if is_page {
        return page(start);
    }
    if start.starts_with("<") && start.contains("<!ENTITY") {
        let help = "xmllint --noent FILE writes it without them";
        return Description::is(
            "XML that declares entities of its own, which are not resolved",
            "",
            help,
        );
    }
    if start.starts_with('<') {
        return records(probe, "XML").unwrap_or_else(|| unknown_xml(start));
    }
    if is_python(start) {
        let what = "Python's own notation of dictionaries, which is not JSON";
        let help = "write it anew with Python's json.dump, or pandas' to_json(orient='records')";
        return Description::is(what, "", help);
    }
    if start.starts_with(['{', '[']) {
        return of_json(probe);
    }
    match any_columns::table_in(probe) {
        Some(table) if is_table(&table) && !is_prose(&table) => of_table(&table, probe.options),
        _ => below_first_lines(start).unwrap_or_else(|| text(probe, start)),
    }
}

/// More than one character in twenty is a control character.
fn is_binary(text: &str) -> bool {
    let (mut all, mut control) = (0, 0);
    for c in text.chars().take(4096) {
        all += 1;
        control += usize::from(c.is_control() && !c.is_whitespace());
    }
    control * 20 > all
}

fn page(text: &str) -> Description {
    let more = match between(text, "<title", "</title") {
        Some(title) => format!("; its title is \"{title}\""),
        None => "; it has no title".to_owned(),
    };
    let help = "save the page whole, after the reviews have been loaded in the browser; or copy its \
                text there (select all) into a file, PAGE.txt, and import that";
    Description::is("a web page in which no review was found", &more, help)
}

/// A table whose header is below a title or comments.
fn below_first_lines(text: &str) -> Option<Description> {
    let mut rest = text;
    for above in 1..=LINES_ABOVE {
        rest = rest.split_once('\n')?.1;
        let Some(table) = any_columns::table_in(&Probe::new("", rest, true)) else { continue };
        if table.rows.len() < 2 || !is_table(&table) {
            continue;
        }
        let Ok(reading) =
            roles::read(&table, &ReadOptions::default(), Shape::Columns, any_columns::NAME)
        else {
            continue;
        };
        if reading.columns.iter().filter(|column| column.field.is_some()).count() < 2 {
            continue;
        }
        let first = text.lines().next().unwrap_or("").trim();
        let more = format!(
            "; line 1 is \"{}\", and line {} looks like it",
            shortened(first, SHOWN),
            above + 1
        );
        let help = format!("--header {} reads it from there", above + 1);
        let description = Description::is("a table whose first line is no header", &more, &help);
        let shown = Shown { header_line: Some(above as u64 + 1), ..table.shown() };
        return Some(Description { shown: Some(shown), ..description });
    }
    None
}

/// The content of an element, as one line.
fn between(text: &str, open: &str, close: &str) -> Option<String> {
    let at = find_ignoring_case(text, open)?;
    let inner = text[at..].split_once('>')?.1;
    let inner = &inner[..find_ignoring_case(inner, close)?];
    let line = inner.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then(|| shortened(&line, SHOWN))
}

fn find_ignoring_case(text: &str, part: &str) -> Option<usize> {
    text.as_bytes()
        .windows(part.len())
        .position(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

fn unknown_xml(text: &str) -> Description {
    let root = text
        .split('<')
        .filter(|tag| !tag.is_empty() && !tag.starts_with(['?', '!']))
        .find_map(|tag| tag.split([' ', '>', '/', '\n', '\r', '\t']).next())
        .filter(|name| !name.is_empty());
    let more = root.map(|root| format!("; its root element is <{}>", shortened(root, SHOWN)));
    let help = "export it as CSV or JSON, if the service can";
    Description::is("XML that no format knows", more.as_deref().unwrap_or(""), help)
}

/// Records in a notation other than delimited text, about which the user may be asked.
fn records(probe: &Probe<'_>, notation: &str) -> Option<Description> {
    let lists = any_records::lists_in(probe, probe.options);
    let list = lists.into_iter().max_by_key(|list| list.table.rows.len())?;
    let description = of_table(&list.table, probe.options);
    let short = format!("{notation}, read as a table: {}", description.short);
    let reason = format!("{short}; its names are {}", some_of(&list.table.names));
    Some(Description { reason, short, ..description })
}

/// `{'title': 'x'}`: a Python literal, whose quotes are not JSON.
fn is_python(text: &str) -> bool {
    let inner = text.trim_start_matches(['[', '(']).trim_start();
    let first = inner.strip_prefix('{').map(str::trim_start);
    first.is_some_and(|first| ["'", "u'", "u\""].iter().any(|mark| first.starts_with(mark)))
}

/// JSON with reviews that detection did not see.
fn of_json(probe: &Probe<'_>) -> Description {
    let description = of_json_seen(probe);
    if !json::any::may_go_on(probe) {
        return description;
    }
    let help = "--input-format json looks for reviews behind its first megabyte too";
    Description { help: Some(help.to_owned()), flags: Vec::new(), ..description }
}

fn of_json_seen(probe: &Probe<'_>) -> Description {
    let lists = json::any::lists_in(probe, probe.options).unwrap_or_default();
    // The longest list is the likeliest to matter.
    let Some(list) = lists.into_iter().max_by_key(|list| list.table.rows.len()) else {
        let more = match json::any::top_keys(probe) {
            keys if keys.is_empty() => String::new(),
            keys => format!("; its keys are {}", some_of(&keys)),
        };
        let help = format!("--profile FILE reads JSON of any shape: {GUIDE}");
        return Description::is("JSON in which no records were found", &more, &help);
    };
    let table = &list.table;
    if let Some(description) = of_pandas(table) {
        return description;
    }
    let keys = some_of(&table.names);
    let description = of_table(table, probe.options);
    let short = format!("JSON, read as a table: {}", description.short);
    Description { reason: format!("{short}; its keys are {keys}"), short, ..description }
}

/// Columns, or rows, with numbers as keys: pandas' other notations of a table.
fn of_pandas(table: &Table) -> Option<Description> {
    let split = ["columns", "data"].iter().all(|key| table.names.iter().any(|name| name == key));
    let last = |name: &String| name.rsplit('.').next().map(str::to_owned).unwrap_or_default();
    let row = |key: String| key.parse::<u32>().is_ok() || key == "(key)";
    let numbered = table.names.iter().map(last).all(row);
    let help = "write it anew with pandas' to_json(orient='records')";
    (split || numbered && table.names.len() > 1)
        .then(|| Description::is("a table that pandas wrote by columns", "", help))
}

fn is_table(table: &Table) -> bool {
    let short = table.names.iter().all(|name| name.chars().count() <= 64);
    // A comma in a sentence is not a delimiter.
    if table.names.iter().any(|name| is_sentence(name)) {
        return false;
    }
    let alike = table.rows.iter().filter(|row| row.len() == table.names.len()).count();
    short && table.names.len() > 1 && alike * 2 > table.rows.len()
}

/// Text that its commas split: no name is known, rows differ in length, and a cell behind a comma
/// and a space ends a sentence.
fn is_prose(table: &Table) -> bool {
    let ends = |cell: &String| cell.starts_with(' ') && is_sentence(cell);
    !table.names.iter().any(|name| roles::is_known(name))
        && table.rows.iter().any(|row| row.len() != table.names.len())
        && table.rows.iter().flatten().any(ends)
}

fn is_sentence(text: &str) -> bool {
    text.ends_with(['.', '!', '…']) && text.split_whitespace().count() > 3
}

fn of_table(table: &Table, options: &ReadOptions) -> Description {
    let shown = Some(table.shown());
    if let Some(line) = table.header_line
        && has_no_header(table)
    {
        let more = format!(": line {line} has values, not names of columns");
        let help = "put a first line with the columns' names before it (title, score, …)";
        return Description { shown, ..Description::is("a table without a header", &more, help) };
    }
    let unknown = "a table whose columns are not known for reviews";
    let (reason, flags) =
        asked(table, options).unwrap_or_else(|_| (unknown.to_owned(), Vec::new()));
    Description { short: reason.clone(), reason, help: None, shown, flags }
}

/// The question about a table, and the flags that answer it.
fn asked(table: &Table, options: &ReadOptions) -> Result<(String, Vec<String>)> {
    let shape = if table.header_line.is_some() { Shape::Columns } else { Shape::Json };
    let reading = roles::read(table, options, shape, any_columns::NAME)?;
    let reason = match &reading.unsure {
        Some(unsure) => unsure.reason.clone(),
        None => "a table whose columns are not known for reviews".to_owned(),
    };
    let flags = roles::suggestion(table, &reading, options, shape)?;
    Ok((reason, flags.iter().map(ToString::to_string).collect()))
}

/// The first line has numbers or dates instead of names, and no known name.
fn has_no_header(table: &Table) -> bool {
    if table.names.iter().any(|name| roles::is_known(name)) {
        return false;
    }
    let values = table.names.iter().filter(|name| is_value(name)).count();
    values > 0 && values * 3 >= table.names.len()
}

fn is_value(name: &str) -> bool {
    let name = name.trim();
    let digits = name.bytes().any(|b| b.is_ascii_digit());
    digits && revdb_model::date::parse(name, None).is_ok() || name.parse::<f64>().is_ok()
}

fn text(probe: &Probe<'_>, text: &str) -> Description {
    let first = text.lines().next().unwrap_or("").trim();
    let near = unknown_text::near(probe);
    let more = format!("; it begins \"{}\"{near}", shortened(first, SHOWN));
    Description::is("running text that no format knows", &more, &unknown_text::ways_on())
}

fn some_of(names: &[String]) -> String {
    const NAMES: usize = 20;
    let more = if names.len() > NAMES { ", …" } else { "" };
    let shown: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_file_is_named() {
        for (text, part) in [
            ("<html><head><TITLE>Tide\n tables</TITLE></head><body>", "\"Tide tables\""),
            ("<?xml version=\"1.0\"?>\n<!-- x --><anime-list><a>1</a>", "<anime-list>"),
            ("[{'title': 'Tide', 'score': 4}]", "Python"),
            ("{u'title': u'Tide', u'score': 4}", "Python"),
            ("{\"a\":{\"b\":1}}", "keys are a"),
            ("Salt Harbour,2014,4.5\nNine Rivers,2019,3\n", "without a header"),
            ("city,people\nUlm,120000\n", "no column is known"),
            ("name,vote_average,vote_count\nTide,7.93,211\n", "figures for each work"),
            ("List,mine\nfilm,critic,rating\nTide,Ann,3/4\nRain,Bo,1/4\n", "line 2 looks like it"),
            ("\u{1}v\u{7f}$,\u{13}K|\n\u{8},F\u{e},x\n\u{2},\u{3}\n", "binary data"),
            ("Dear diary, today I saw it.\nIt rained.\n", "running text"),
            ("Dear Ida,\n\nI saw it, and it was much too long.\n\nYours,\nBo\n", "running text"),
        ] {
            let found = describe(&Probe::new("x", text, true));
            assert!(found.reason.contains(part), "{text}: {}", found.reason);
        }
    }

    #[test]
    fn a_working_command_is_suggested() {
        let table = "Nimikkeet;Pisteeni\nSalt Harbour;4\nNine Rivers;3\n";
        let found = describe(&Probe::new("x.csv", table, true));
        assert_eq!(found.flags, ["--map title=Nimikkeet", "--map score=Pisteeni"]);
    }
}
