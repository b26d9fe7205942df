//! Reports as text: SQL for another shell, and a template for the user's own.

use std::path::{Path, PathBuf};

use rusqlite::types::Value;

use super::catalogue::own_folder;
use crate::commands::global::wrote;
use crate::commands::output::print;
use crate::commands::{CommandError, Result, say};
use revdb_query::report::{Dialect, Report, Values};
use revdb_render::file;

/// The template, a working report that explains its parts.
const MODEL: &str = include_str!("model.sql");

/// `query REPORT --sql`: the file, preceded by its parameters as `sqlite3` sets them.
pub fn print_sql(report: &Report, values: &Values) -> Result {
    let mut text = String::new();
    for param in &report.params {
        let value = match values.get(&param.name) {
            Some(Value::Integer(int)) => int.to_string(),
            // `500` would be an integer, and divided as one.
            Some(Value::Real(real)) => format!("{real:?}"),
            // The shell evaluates values, so text needs both kinds of quotes.
            Some(Value::Text(text)) => format!("\"'{}'\"", text.replace('\'', "''")),
            _ => "NULL".to_owned(),
        };
        text.push_str(&format!(".parameter set :{} {value}\n", param.name));
    }
    text.push_str(&ended(&report.text));
    print(&text)
}

/// The text with a semicolon after each statement; without them a shell would join the notes to
/// the SELECT.
fn ended(text: &str) -> String {
    let mut whole = String::with_capacity(text.len() + 8);
    for line in text.lines() {
        if matches!(line.trim(), "-- notes" | "-- details") {
            end(&mut whole);
        }
        whole.push_str(line);
        whole.push('\n');
    }
    end(&mut whole);
    whole
}

fn end(text: &mut String) {
    let after = text.split_off(text.trim_end().len());
    if !text.ends_with(';') {
        let is_comment = text.lines().last().is_some_and(|line| line.contains("--"));
        text.push_str(if is_comment { "\n;" } else { ";" });
    }
    text.push_str(if after.is_empty() { "\n" } else { &after });
}

/// `query REPORT --sql --dialect ENGINE`. `called`: the report as named on the command line.
pub fn print_dialect(
    report: &Report,
    called: &str,
    values: &Values,
    dialect: Dialect,
    parquet: &str,
) -> Result {
    let text = dialect.text(report, values, parquet).map_err(|error| {
        CommandError::failed(format!("{} cannot be run on an export: {error}", report.name))
            .help(format!("`revdb query {called}` runs it on the archive"))
    })?;
    for note in Dialect::warnings(report) {
        say(&format!("note: {note}"));
    }
    print(&text)
}

/// `generate report NAME`: writes the template as NAME.sql, to the user's folder of reports or to
/// `dir`.
pub fn write_model(name: &str, dir: Option<PathBuf>, force: bool) -> Result<()> {
    let name = name.strip_suffix(".sql").unwrap_or(name);
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err(CommandError::usage(format!("{name:?} cannot be a report's name"))
            .help("lower-case letters, digits and hyphens, such as best-of-year"));
    }
    let is_own = dir.is_none();
    let Some(dir) = dir.map_or_else(own_folder, |dir| Ok(Some(dir)))? else {
        return Err(CommandError::failed("there is no home folder for reports of your own")
            .help("--dir FOLDER writes it elsewhere"));
    };
    let _folders = file::NewFolders::make(&dir)?;
    let path = dir.join(format!("{name}.sql"));
    file::to_file(&path, force, |out| Ok(out.write_all(MODEL.as_bytes())?))?;
    wrote("the example", &path);
    let asked = match is_own {
        true => name.to_owned(),
        false => format!("--report-file {}", shown(&path)),
    };
    say(&format!("help: revdb query {asked}"));
    Ok(())
}

fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    if text.contains(' ') { format!("\"{text}\"") } else { text }
}

#[cfg(test)]
mod tests {
    use super::ended;

    #[test]
    fn each_statement_has_a_semicolon() {
        for (text, expected) in [
            ("-- t\nSELECT 1\n", "-- t\nSELECT 1;\n"),
            (
                "SELECT 1;\n\n-- notes\nSELECT 2\n\n-- details\nSELECT 3",
                "SELECT 1;\n\n-- notes\nSELECT 2;\n\n-- details\nSELECT 3;\n",
            ),
            ("SELECT 1 -- one\n-- notes\nSELECT 2;\n", "SELECT 1 -- one\n;\n-- notes\nSELECT 2;\n"),
        ] {
            assert_eq!(ended(text), expected);
        }
    }
}
