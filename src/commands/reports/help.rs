//! The list of reports, and the help of each, from its header.

use std::path::Path;

use crate::commands::output::{OutputArgs, print, screen_width};
use crate::commands::query::Args;
use crate::commands::{CommandError, Global, Result, say};
use crate::rows::cell;
use revdb_query::report::Report;
use revdb_render::wrap::{width_of, wrap};
use revdb_render::{Cell, Collected, ColumnKind, safe};

use super::{catalogue, find};

/// `query --list`.
pub fn list(output: &OutputArgs, global: &Global) -> Result {
    let catalogue = catalogue()?;
    let mut rows = Vec::new();
    for name in catalogue.names() {
        match catalogue.get(name) {
            Ok(report) => {
                let values = report.values([])?;
                let texts = [name.to_owned(), values.fill(&report.summary)];
                rows.push(texts.map(Cell::from));
            }
            Err(error) => say(&CommandError::from(error).render()),
        }
    }
    let columns = [("report", ColumnKind::Text), ("summary", ColumnKind::Quote)];
    output.deliver(&mut Collected::of(columns, rows), global)
}

/// `query --help`, and from its header `query REPORT --help`; `-h` leaves out columns and rule.
pub fn print_help(args: &Args) -> Result {
    match (&args.report, &args.report_file) {
        (None, None) => print(&crate::commands::verb_help("query", args.long_help)),
        (name, file) => print_help_of(name.as_deref(), file.as_deref(), args.long_help),
    }
}

/// The help of one report.
pub fn print_help_of(name: Option<&str>, file: Option<&Path>, is_long: bool) -> Result {
    print(&safe::for_terminal_block(&help(&find(name, file)?, is_long)?))
}

/// Longer lines are less readable.
const WIDEST: usize = 100;

fn help(report: &Report, is_long: bool) -> Result<String> {
    let values = report.values([])?;
    let width = screen_width().min(WIDEST);
    let mut text = format!("{}: {}\n\n", report.name, values.fill(&report.title));
    paragraph(&mut text, &values.fill(&report.summary), width);
    text.push_str(&format!(
        "\nUsage: revdb query {} [PARAMETERS] [FILTERS] [OUTPUT]\n",
        report.name
    ));
    if let Some(line) = &report.example {
        text.push_str(&format!("Example: {line}\n"));
    }
    text.push_str("\nParameters:\n");
    let params = report.params.iter().map(|param| {
        let default = values.get(&param.name).cloned().map(cell).and_then(|cell| cell.data_text());
        let default = default.map_or(String::new(), |default| format!(" [default: {default}]"));
        let choices = match param.one_of.is_empty() {
            true => String::new(),
            false => format!(" [{}]", param.one_of.join(", ")),
        };
        (format!("--{}", param.flag()), format!("{}{choices}{default}", param.help))
    });
    definitions(&mut text, &params.collect::<Vec<_>>(), width);
    if is_long {
        let described: Vec<(String, String)> = report.described_columns(&values).collect();
        if !described.is_empty() {
            text.push_str("\nColumns:\n");
            definitions(&mut text, &described, width);
        }
        text.push('\n');
        paragraph(&mut text, &report.whole_rule(&values), width);
    }
    text.push('\n');
    if report.chart.is_some() {
        text.push_str("It can be drawn: --chart\n");
    }
    let more = match is_long {
        true => {
            "`revdb query --help` has the filters and the output flags, which every report takes."
        }
        false => {
            "`--help` has its columns and its rule, `revdb query --help` the filters and output."
        }
    };
    paragraph(&mut text, more, width);
    Ok(text)
}

fn paragraph(text: &mut String, words: &str, width: usize) {
    for line in wrap(words, width, false) {
        text.push_str(&line);
        text.push('\n');
    }
}

/// Terms and definitions in two columns.
fn definitions(text: &mut String, terms: &[(String, String)], width: usize) {
    let widest = terms.iter().map(|(term, _)| width_of(term)).max().unwrap_or(0);
    let indent = widest + 4;
    for (term, explained) in terms {
        let lines = wrap(explained, width.saturating_sub(indent).max(20), false);
        for (at, line) in lines.iter().enumerate() {
            let term = if at == 0 { term.as_str() } else { "" };
            let padding = " ".repeat(widest - width_of(term));
            text.push_str(&format!("  {term}{padding}  {line}\n"));
        }
    }
}
