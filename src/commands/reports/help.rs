//! What reports there are, and the help of each, from its header.

use crate::commands::output::OutputArgs;
use crate::commands::query::Args;
use crate::commands::rows::cell;
use crate::commands::{CommandError, ExitStatus, Global, say};
use crate::output::{Caption, Cell, Collected, Column, ColumnKind, file};
use crate::query::report::Report;

use super::{catalogue, find};

/// `query --list`.
pub fn list(output: &OutputArgs, global: &Global) -> Result<ExitStatus, CommandError> {
    let catalogue = catalogue()?;
    let mut rows = Vec::new();
    for name in catalogue.names() {
        match catalogue.get(name) {
            Ok(report) => {
                let values = report.values([])?;
                let texts =
                    [name.to_owned(), values.fill(&report.title), values.fill(&report.tells)];
                rows.push(texts.map(Cell::Text).to_vec());
            }
            Err(error) => say(&CommandError::from(error).render()),
        }
    }
    let columns = vec![
        Column::new("report", ColumnKind::Text),
        Column::new("title", ColumnKind::Text),
        Column::new("tells", ColumnKind::Quote),
    ];
    output.deliver(&mut Collected::new(columns, rows, Caption::default()), global)
}

/// `query --help`, and from its header `query REPORT --help`.
pub fn print_help(args: &Args) -> Result<ExitStatus, CommandError> {
    let text = match (&args.report, &args.report_file) {
        (None, None) => crate::commands::verb_help("query"),
        (name, file) => help(&find(name.as_deref(), file.as_deref())?)?,
    };
    let text = crate::output::safe::for_terminal_block(&text);
    file::to_stdout(|out| Ok(out.write_all(text.as_bytes())?))?;
    Ok(ExitStatus::Done)
}

fn help(report: &Report) -> Result<String, CommandError> {
    let values = report.values([])?;
    let mut text = format!(
        "{}: {}\n\n{}\n",
        report.name,
        values.fill(&report.title),
        values.fill(&report.tells)
    );
    text.push_str(&format!(
        "\nUsage: revdb query {} [PARAMETERS] [FILTERS] [OUTPUT]\n\nParameters:\n",
        report.name
    ));
    for param in &report.params {
        let default =
            match values.get(&param.name).cloned().map(cell).and_then(|cell| cell.data_text()) {
                Some(default) => format!(" [default: {default}]"),
                None => String::new(),
            };
        let choices = match param.one_of.is_empty() {
            true => String::new(),
            false => format!(" [{}]", param.one_of.join(", ")),
        };
        text.push_str(&format!("  --{:<16} {}{choices}{default}\n", param.flag(), param.help));
    }
    text.push_str(&format!("\n{}\n", report.whole_rule(&values)));
    if let Some(line) = &report.example {
        text.push_str(&format!("Example: {line}\n"));
    }
    if report.chart.is_some() {
        text.push_str("It can be drawn: --chart\n");
    }
    text.push_str(
        "\n`revdb query --help` has the filters and the output flags, which every report takes.\n",
    );
    Ok(text)
}
